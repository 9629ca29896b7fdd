package compile

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/describe"
	"github.com/electric-cli/electric/hash"
	"github.com/electric-cli/electric/metadata"
)

// hashes are the hashes of the schema that clients have, kept up to date table
// by table: after each of a thousand migrations only what it changed is
// described and hashed again.
type hashes struct {
	clients *hash.Builder
	names   map[catalog.Address][2]string // under which name a relation is in clients
	schema  string
	sync    string
}

func newHashes() hashes {
	b := hash.NewBuilder(hash.Scope{})
	return hashes{clients: b, names: map[catalog.Address][2]string{}, schema: b.Schema(), sync: b.Sync()}
}

// sums gives the hashes as of now. Without wanted nothing is described: a
// schema with mistakes in it is never hashed.
func (t *tracker) sums(wanted bool) (schema, sync string) {
	if !wanted {
		return "", ""
	}
	h := &t.hashes
	if len(t.pending) == 0 {
		return h.schema, h.sync
	}
	if t.typesChanged() {
		h.clients.SetTypes(describe.Types(t.session.catalog))
	}
	for a := range t.pending {
		if a.Class == catalog.ClassRelation {
			t.rehash(a)
		}
	}
	clear(t.pending)
	h.schema, h.sync = h.clients.Schema(), h.clients.Sync()
	return h.schema, h.sync
}

// typesChanged reports whether a type came, changed or went. Arrays and the row
// types of tables change with what they belong to.
func (t *tracker) typesChanged() bool {
	for a := range t.pending {
		if a.Class != catalog.ClassType {
			continue
		}
		ty, ok := t.session.catalog.Object(a).(*catalog.Type)
		if !ok {
			return true
		}
		row := t.session.catalog.Relation(ty.RelID)
		if ty.Elem == 0 && (row == nil || row.Kind == catalog.CompositeType) {
			return true
		}
	}
	return false
}

// rehash takes over what became of a relation.
func (t *tracker) rehash(a catalog.Address) {
	h := &t.hashes
	if old, known := h.names[a]; known {
		h.clients.RemoveTable(old[0], old[1])
		delete(h.names, a)
	}
	r, ok := t.session.catalog.Object(a).(*catalog.Relation)
	if !ok || !t.client[a] || !isTable(r) || t.session.catalog.IsTemp(r.Namespace) {
		return
	}
	table := t.visible(a, describe.Table(t.session.catalog, r))
	h.clients.SetTable(table)
	h.names[a] = [2]string{table.Schema, table.Name}
}

func isTable(r *catalog.Relation) bool {
	return r.Kind == catalog.Table || r.Kind == catalog.PartitionedTable || r.Kind == catalog.ForeignTable
}

// table gives the two hashes of one table, whether clients have it or not.
func (h *hashes) table(table, visible *metadata.Table) (schema, sync string) {
	if schema, sync = h.clients.Table(table.Schema, table.Name); schema != "" {
		return schema, sync
	}
	h.clients.SetTable(visible)
	return h.clients.Table(table.Schema, table.Name)
}
