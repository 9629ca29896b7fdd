// Package api is Electric's HTTP API over the shapes of package shape: what
// Electric's clients send is understood, what they are answered is what they
// expect, down to header names and the words of errors.
//
//   - handler.go: which path goes where, authorization, CORS
//   - params.go, validate.go: what a request asks for, and what is wrong with it
//   - resolve.go: from there to a shape
//   - answer.go, live.go, sse.go, subset.go, remove.go: the answers
//   - headers.go, refuse.go: their headers, and errors
//
// An answer depends on the URL and the log alone: clients ask ahead, and proxies
// collapse equal requests.
package api
