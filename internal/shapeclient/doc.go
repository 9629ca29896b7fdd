// Package shapeclient follows shapes as Electric's own client does, and is
// stricter: whatever the protocol promises is checked on the way, and the first
// promise that is broken ends the client with an error that says so.
//
//   - client.go: the loop: first rows, long-polls, 409, errors that pass
//   - request.go, sse.go: one request each
//   - header.go, message.go: what answers consist of
//   - rows.go, change.go: the rows that the messages come to
//   - caughtup.go: whether the client has what the server has
//
// It is for tests, and imports nothing of ours: it must not share the server's
// mistakes.
package shapeclient
