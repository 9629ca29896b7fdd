package compile

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/hash"
	"github.com/electric-cli/electric/source"
)

// A Trace is what a run of migrations tells besides the bundle: how a server is
// to run them, and what their hashes are made of.
type Trace struct {
	Units  [][]source.Unit // of each migration, in the order they run
	Scopes []hash.Tables   // of each: what clients have after it
}

// unit notes what migration i runs next.
func (t *Trace) unit(i int, u source.Unit) {
	if t == nil {
		return
	}
	for len(t.Units) <= i {
		t.Units = append(t.Units, nil)
	}
	t.Units[i] = append(t.Units[i], u)
}

// after notes what clients have after a migration.
func (t *Trace) after(tracker *tracker) {
	if t == nil {
		return
	}
	for len(t.Units) <= len(t.Scopes) {
		t.Units = append(t.Units, nil)
	}
	scope := hash.Tables{}
	for a, name := range tracker.hashes.names {
		scope[name] = nil
		if r, ok := tracker.session.catalog.Object(a).(*catalog.Relation); ok {
			scope[name] = tracker.serverColumns(r)
		}
	}
	t.Scopes = append(t.Scopes, scope)
}

// serverColumns are the columns of a client's table that only the server has, in
// their order.
func (t *tracker) serverColumns(r *catalog.Relation) (names []string) {
	hidden := t.hidden[r.Address()]
	if len(hidden) == 0 {
		return nil
	}
	for _, c := range r.Columns {
		if hidden[int(c.Num)] && !c.Dropped {
			names = append(names, c.Name)
		}
	}
	return names
}
