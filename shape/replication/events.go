package replication

import "github.com/electric-cli/electric/shape/wire"

// A Handler is told of changes, by one goroutine. Between Begin and Commit is one
// transaction; only committed ones arrive.
type Handler interface {
	// Begin begins a transaction. lsn is that of its commit, xid the lower 32
	// bits of its number.
	Begin(lsn uint64, xid uint32)
	// Relation describes a table before its first change, and again when it has
	// changed.
	Relation(r *Relation)
	// Change tells of one row. Rows are by position of the relation's columns.
	Change(c *Change)
	// Truncate tells of tables that were emptied.
	Truncate(relations []uint32)
	// Commit ends a transaction.
	Commit()
	// Position says that everything up to an LSN has been told.
	Position(lsn uint64)
}

// A Relation is what pgoutput says of a table.
type Relation struct {
	OID          uint32
	Schema, Name string
	Identity     byte // pg_class.relreplident: f for full
	Columns      []Column
}

// A Column is a column that is published.
type Column struct {
	Name    string
	TypeOID uint32
	Typmod  int32
}

// A Change is an insert (Old is nil), an update, or a delete (New is nil). What
// an update left out of New because it is stored apart and did not change is
// filled in from Old.
type Change struct {
	Relation uint32
	Old, New wire.Row
	NoOld    bool // an update or delete without its whole old row: the replica identity is not full
}
