//go:build unix

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
//   - run, consistency: how these come together
//   - scenario, scenarios, extremes: faults that were found, told step by step
//
// Runs are short and begin the same each time. A long one of a new seed, which is
// printed, and how to repeat it:
//
//	go test ./shape/internal/consistency -v -run TestLong -transactions 10000 -timeout 60m -seed 0
//	go test ./shape/internal/consistency -v -run TestLong -transactions 10000 -timeout 60m -seed 42
package consistency
