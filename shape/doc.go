// Package shape is the engine of the sync server: it keeps shapes of a Postgres
// database up to date, in Electric's sense of the words shape, log, offset and
// handle.
//
//   - engine.go: what an engine is made of; run.go connects, and begins anew when
//     the stream of changes is lost; state.go tells how it is
//   - create.go makes a shape: publication, snapshot, registration, in that order
//   - consume.go takes the stream of changes apart and hands them to shapes, by
//     published.go and routes.go; entries.go makes messages of them, decide.go asks
//     Postgres where a filter has to
//   - reconcile.go finds what the stream does not tell: dropped and altered tables,
//     by catalog.go, membership.go, partitions.go and types.go, which read them
//   - subquery.go notes what may have moved rows of shapes whose filter reads other
//     tables; keep.go, requery.go and restrict.go bring these up to date, pin.go has
//     them come by what subsets showed
//
// # What makes a shape right
//
// A table is published, and its writers waited for, before the snapshot is taken;
// the shape is registered with the consumer before, too. So every transaction is
// either seen by the snapshot, and dropped when it arrives, or arrives and is
// kept. A partition that joins without rows is published from its first moment, so
// the same is true of it. A change of a table's columns, a truncation, rows that come
// with a partition, a gap in the stream end the shape: clients are told to fetch it again, and none shows rows that are wrong.
//
// The engine knows no HTTP (package api does) and no flags. It imports where,
// shapelog, replication, wire and database.
package shape
