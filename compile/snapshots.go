package compile

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/describe"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/pg"
)

// Snapshots describe a session's database time and again, at the cost of what
// changed since the last time.
type Snapshots struct {
	interpreter *interpreter
	views       map[pg.OID]*metadata.View // every view, as described last
}

// NewSnapshots begins with a session that has run nothing yet.
func NewSnapshots(s *Session) *Snapshots {
	s.catalog.Changed() // a new database is no change
	return &Snapshots{interpret(s), map[pg.OID]*metadata.View{}}
}

// Take describes the database; nil when nothing changed since the last time.
func (x *Snapshots) Take() *metadata.Schema {
	in := x.interpreter
	dirty := in.dirty()
	if len(dirty) == 0 {
		return nil
	}
	in.describe(dirty)
	for _, a := range dirty {
		if a.Class == catalog.ClassRelation {
			x.view(a)
		}
	}
	return describe.SchemaWith(in.catalog, describe.Known{Tables: in.tables, Views: x.views})
}

// view describes anew what is, or was, a view. A big query's text takes longer than
// all else that a statement asks for.
func (x *Snapshots) view(a catalog.Address) {
	in := x.interpreter
	delete(x.views, a.OID)
	if r, ok := in.catalog.Object(a).(*catalog.Relation); ok && describe.IsView(in.catalog, r) {
		x.views[a.OID] = describe.View(in.catalog, r)
		in.own(r)
	}
}
