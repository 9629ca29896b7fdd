// Package consistency holds the sync server to its one promise: whatever happens
// to the database, the network or the server itself, clients that have caught up
// have the rows that Postgres has.
//
// A run makes a schema, shapes and batches of transactions out of one seed.
// Clients follow the shapes (package shapeclient, which checks the protocol as
// well); after each batch, once they have everything, their rows are compared
// with what Postgres answers to the shapes' own queries. Faults are what happens
// during a batch.
//
//   - schema, value, level: tables of every awkward kind, and what is in them
//   - clause, shapes: random filters over them, and shapes
//   - write, ddl: transactions of concurrent sessions
//   - server, fault: the server under test, and what is done to it
//   - follow, compare: clients, and Postgres's word
//   - run: how these come together
//
// The test is short by default. Long ones, and how to repeat one:
//
//	go test ./shape/internal/consistency -run TestConsistency -transactions 10000 -seed 42 -timeout 60m
package consistency
