package compile

import (
	"github.com/electric-cli/electric/describe"
	"github.com/electric-cli/electric/metadata"
)

// Snapshots describe a session's database time and again, at the cost of what
// changed since the last time.
type Snapshots struct {
	session *Session
	tracker *tracker
}

// NewSnapshots begins with a session that has run nothing yet. Close ends it.
func NewSnapshots(s *Session) *Snapshots { return &Snapshots{s, newTracker(s.catalog)} }

// Take describes the database; nil when nothing changed since the last time.
func (x *Snapshots) Take() *metadata.Schema {
	last := x.tracker.current
	x.tracker.section(true)
	if x.tracker.current == last {
		return nil
	}
	return describe.SchemaWith(x.session.catalog, x.tracker.tables)
}

// Close frees what Take needs.
func (x *Snapshots) Close() { x.tracker.hasher.finish() }
