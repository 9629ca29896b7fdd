// Package api is Electric's HTTP API over the shapes of package shape: what
// Electric's clients send is understood, what they are answered is what they
// expect, down to header names and the words of errors.
//
//   - handler.go, cors.go: which path goes where, authorization, other origins
//   - fields.go, body.go, cast.go, params.go: what a request asks for, and what is
//     wrong with it before the database is asked
//   - define.go, resolve.go: from there to a shape
//   - answer.go, live.go, sse.go, subset.go, remove.go: the answers
//   - headers.go, refuse.go: their headers, and errors
//
// An answer depends on the URL and the log alone: clients ask ahead, and proxies
// collapse equal requests.
//
// It imports shape, shapelog, where and wire.
package api
