package compile

import (
	"github.com/electric-cli/electric/metadata"
)

// Snapshots describe a session's database time and again, at the cost of what
// changed since the last time.
type Snapshots struct{ interpreter *interpreter }

// NewSnapshots begins with a session that has run nothing yet.
func NewSnapshots(s *Session) *Snapshots {
	s.catalog.Changed() // a new database is no change
	return &Snapshots{interpret(s)}
}

// Take describes the database; nil when nothing changed since the last time.
func (x *Snapshots) Take() *metadata.Schema {
	dirty := x.interpreter.dirty()
	if len(dirty) == 0 {
		return nil
	}
	x.interpreter.describe(dirty)
	return x.interpreter.Schema()
}
