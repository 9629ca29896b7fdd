// Package replication reads a database's stream of changes: it takes the lock,
// makes publication and slot, and hands on what pgoutput says, transaction by
// transaction, in the order of commits.
//
// The slot is temporary: it ends with its connection, so that nothing keeps WAL
// on the server when this process is gone. A lost connection therefore ends the
// stream, and who had it begins anew.
//
// It knows nothing of shapes. It imports database, for connections, and wire,
// for rows.
package replication
