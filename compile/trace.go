package compile

import (
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/hash"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/source"
)

// A Trace is what a run of migrations tells besides the bundle: how a server is
// to run them, and what their hashes are made of.
type Trace struct {
	Units  [][]source.Unit // of each migration, in the order they run
	Scopes []hash.Tables   // of each: what clients have after it

	// Each, when it is set, gets the schema after each migration, from 0. It is
	// not called from the first mistake on.
	Each func(i int, schema *metadata.Schema)
}

// unit notes what migration i runs next.
func (t *Trace) unit(i int, u source.Unit) {
	if t == nil || i < 0 { // below 0 it is the setup
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
	for a, table := range tracker.tables {
		if o := tracker.origins[a]; o.client {
			scope[[2]string{table.Schema, table.Name}] = o.serverColumns(table)
		}
	}
	t.Scopes = append(t.Scopes, scope)
}

// each hands the schema as of now to Each.
func (t *Trace) each(d *driver) {
	if t == nil || t.Each == nil || diag.HasErrors(d.diagnostics) {
		return
	}
	t.Each(d.at-d.setup, d.schema())
}

// serverColumns are the columns of a client's table that only the server has, in
// their order.
func (o *origin) serverColumns(table *metadata.Table) (names []string) {
	for _, c := range table.Columns {
		if o.hidden[c.Attnum] {
			names = append(names, c.Name)
		}
	}
	return names
}
