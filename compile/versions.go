package compile

import (
	"cmp"
	"slices"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/describe"
	"github.com/electric-cli/electric/hash"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/parallel"
	"github.com/electric-cli/electric/pg"
)

// A tracker follows what each section changes: which tables are the clients',
// and what the clients' schema hashes to. After each of a thousand migrations
// only what it changed is described and hashed again.
type tracker struct {
	catalog *catalog.Catalog
	hasher  *hasher
	tables  map[pg.OID]*metadata.Table // every table, as described last
	owners  map[pg.OID]pg.OID          // of what belongs to a table: the table. What is made is never given an OID that anything has
	origins map[pg.OID]*origin         // of tables
	current *hashes                    // as of the last section, once the hasher is finished
}

// An origin says who has a table and its columns.
type origin struct {
	client bool         // a client's section made the table
	known  int          // attnum of the last column that clients' sections and the table's own made
	hidden map[int]bool // attnums of columns that a server-only section added to a client's table
}

func newTracker(c *catalog.Catalog) *tracker {
	c.Changed() // a new database is no change
	t := &tracker{
		catalog: c, hasher: newHasher(), current: &hashes{}, tables: map[pg.OID]*metadata.Table{},
		owners: map[pg.OID]pg.OID{}, origins: map[pg.OID]*origin{},
	}
	t.hasher.add(hashJob{after: t.current})
	return t
}

// section notes what a section changed. What a server-only one makes is not the
// clients', neither tables nor columns of theirs.
func (t *tracker) section(client bool) {
	dirty := t.dirty()
	if len(dirty) == 0 {
		return
	}
	job := hashJob{after: &hashes{}}
	if t.typesChanged(dirty) {
		job.types = describe.Types(t.catalog)
	}
	for _, a := range dirty { // a name that one gives up, another may take
		if old := t.tables[a.OID]; old != nil && a.Class == catalog.ClassRelation {
			job.removed = append(job.removed, old)
			delete(t.tables, a.OID)
		}
	}
	for _, a := range dirty {
		if r, ok := t.catalog.Object(a).(*catalog.Relation); ok && describe.IsTable(t.catalog, r) {
			if table := t.describe(r, client); table != nil {
				job.tables = append(job.tables, table)
			}
		}
	}
	t.current = job.after
	t.hasher.add(job)
}

// dirty gives what changed; of what belongs to a table, the table too. Each is
// there once.
func (t *tracker) dirty() []catalog.Address {
	changed := t.catalog.Changed()
	var tables []catalog.Address
	for _, a := range changed {
		if table, ok := t.owners[a.OID]; ok {
			tables = append(tables, catalog.Address{Class: catalog.ClassRelation, OID: table})
		}
		if a.Class == catalog.ClassRole { // policies name roles
			for table, m := range t.tables {
				if len(m.Policies) > 0 {
					tables = append(tables, catalog.Address{Class: catalog.ClassRelation, OID: table})
				}
			}
		}
	}
	changed = append(changed, tables...)
	slices.SortFunc(changed, func(a, b catalog.Address) int {
		return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(a.OID, b.OID))
	})
	return slices.Compact(changed)
}

// typesChanged reports whether a type came, changed or went. Arrays and the row
// types of tables change with what they belong to.
func (t *tracker) typesChanged(dirty []catalog.Address) bool {
	for _, a := range dirty {
		if a.Class != catalog.ClassType {
			continue
		}
		ty, ok := t.catalog.Object(a).(*catalog.Type)
		if !ok {
			return true
		}
		row := t.catalog.Relation(ty.RelID)
		if ty.Elem == 0 && (row == nil || row.Kind == catalog.CompositeType) {
			return true
		}
	}
	return false
}

// describe describes a table anew, and gives what clients have of it, if they do.
func (t *tracker) describe(r *catalog.Relation, client bool) *metadata.Table {
	table := describe.Table(t.catalog, r)
	t.tables[r.OID] = table
	t.own(r)
	if o := t.origin(r.OID, table, client); o.client {
		return o.visible(table)
	}
	return nil
}

// own notes what belongs to a table: its description has their texts in it.
func (t *tracker) own(r *catalog.Relation) {
	for _, c := range r.Columns {
		if c.DefaultOID != 0 {
			t.owners[c.DefaultOID] = r.OID
		}
	}
	owned(t.owners, r.OID, r.Constraints)
	owned(t.owners, r.OID, r.Indexes)
	owned(t.owners, r.OID, r.Triggers)
	owned(t.owners, r.OID, r.Policies)
	owned(t.owners, r.OID, r.Rules)
}

func owned[T catalog.Object](owners map[pg.OID]pg.OID, table pg.OID, parts []T) {
	for _, p := range parts {
		owners[p.Address().OID] = table
	}
}

// origin brings up to date who has a table.
func (t *tracker) origin(oid pg.OID, table *metadata.Table, client bool) *origin {
	o := t.origins[oid]
	if o == nil {
		o = &origin{client: client, hidden: map[int]bool{}}
		t.origins[oid] = o
	} else if o.client && !client {
		for _, c := range table.Columns {
			if c.Attnum > o.known {
				o.hidden[c.Attnum] = true
			}
		}
	}
	if n := len(table.Columns); n > 0 {
		o.known = max(o.known, table.Columns[n-1].Attnum)
	}
	return o
}

// visible is a table without the columns that are the server's alone.
func (o *origin) visible(table *metadata.Table) *metadata.Table {
	if len(o.hidden) == 0 {
		return table
	}
	shown := *table
	shown.Columns = slices.DeleteFunc(slices.Clone(table.Columns), func(c metadata.Column) bool { return o.hidden[c.Attnum] })
	return &shown
}

// infos are what the bundle tells of tables besides their descriptions. It is
// the same work for each table, so that all processors share it.
// copies tells what clients have of a table.
func (t *tracker) infos(tables []metadata.Table, clients *hash.Builder, copies func(*metadata.Table) *metadata.Table) []bundle.TableInfo {
	copied := make([]*metadata.Table, len(tables))
	relations := make([]*catalog.Relation, len(tables))
	for i := range tables {
		r := t.catalog.RelationNamed(tables[i].Schema, tables[i].Name)
		if !t.origins[r.OID].client { // it is in no hash of the schema's, but has its own
			clients.SetTable(&tables[i])
		}
		relations[i], copied[i] = r, copies(&tables[i])
	}
	list := make([]bundle.TableInfo, len(tables))
	parallel.Each(len(tables), func(i int) { list[i] = t.info(&tables[i], copied[i], relations[i], clients) })
	return list
}

func (t *tracker) info(table, copied *metadata.Table, r *catalog.Relation, clients *hash.Builder) bundle.TableInfo {
	o := t.origins[r.OID]
	info := bundle.TableInfo{Client: o.client, ServerColumns: o.serverColumns(table)}
	info.Hash, info.SyncHash = clients.Table(table.Schema, table.Name)
	info.Sync = bundle.SyncTo(table, copied, func(column string) bundle.Attribute {
		c := r.ColumnNamed(column)
		return bundle.Attribute{Dims: c.NDims, Typmod: int(c.Typmod)}
	})
	return info
}
