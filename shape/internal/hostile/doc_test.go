// Package hostile asks the sync server for what no client would: requests that
// are wrong in every way, requests that carry SQL, connections that dawdle. None
// may end the server, hold up the others, leave anything behind, or reach
// Postgres as SQL; and each is answered as the protocol says.
//
//   - server: the server under test, and what it holds
//   - corpus: SQL that has no business in a request
//   - request: random requests; answer: whether an answer is one
//   - statements: what Postgres was asked, by its own log
package hostile
