package compile

import (
	"slices"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/hash"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/parallel"
	"github.com/electric-cli/electric/pg"
)

// A tracker follows what each section changes: which tables are the clients',
// and what the clients' schema hashes to. Only what changed is hashed again.
type tracker struct {
	backend Backend
	hasher  *hasher
	tables  map[pg.OID]*metadata.Table // every table, as described last
	origins map[pg.OID]*origin         // of tables
	current *hashes                    // as of the last section, once the hasher is finished
}

// An origin says who has a table and its columns.
type origin struct {
	client bool         // a client's section made the table
	known  int          // attnum of the last column that clients' sections and the table's own made
	hidden map[int]bool // attnums of columns that a server-only section added to a client's table
}

func newTracker(b Backend) *tracker {
	t := &tracker{backend: b, hasher: newHasher(), current: &hashes{}, tables: map[pg.OID]*metadata.Table{}, origins: map[pg.OID]*origin{}}
	t.hasher.add(hashJob{after: t.current})
	return t
}

// section notes what a section changed. What a server-only one makes is not the
// clients', neither tables nor columns of theirs.
func (t *tracker) section(client bool) {
	made := t.backend.Changes()
	if made.Types == nil && len(made.Tables) == 0 {
		return
	}
	job := hashJob{types: made.Types, after: &hashes{}}
	for _, c := range made.Tables { // a name that one gives up, another may take
		if old := t.tables[c.OID]; old != nil {
			job.removed = append(job.removed, old)
			delete(t.tables, c.OID)
		}
	}
	for _, c := range made.Tables {
		if c.Table == nil {
			continue
		}
		t.tables[c.OID] = c.Table
		if o := t.origin(c.OID, c.Table, client); o.client {
			job.tables = append(job.tables, o.visible(c.Table))
		}
	}
	t.current = job.after
	t.hasher.add(job)
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
func (t *tracker) infos(tables []metadata.Table, clients *hash.Builder, theirs *clients) []bundle.TableInfo {
	named := make(map[[2]string]pg.OID, len(t.tables))
	for oid, table := range t.tables {
		named[[2]string{table.Schema, table.Name}] = oid
	}
	copied := make([]*metadata.Table, len(tables))
	oids := make([]pg.OID, len(tables))
	for i := range tables {
		oids[i] = named[[2]string{tables[i].Schema, tables[i].Name}]
		if !t.origins[oids[i]].client { // it is in no hash of the schema's, but has its own
			clients.SetTable(&tables[i])
		}
		copied[i] = t.copyOf(&tables[i], t.origins[oids[i]], theirs)
	}
	attributes := t.backend.Attributes()
	list := make([]bundle.TableInfo, len(tables))
	parallel.Each(len(tables), func(i int) {
		attribute := func(column string) bundle.Attribute { return attributes(oids[i], column) }
		list[i] = t.info(&tables[i], copied[i], t.origins[oids[i]], attribute, clients)
	})
	return list
}

// copyOf describes a table as clients have it.
func (t *tracker) copyOf(table *metadata.Table, o *origin, theirs *clients) *metadata.Table {
	if theirs == nil && o.client {
		return o.visible(table)
	}
	return theirs.copyOf(table)
}

func (t *tracker) info(table, copied *metadata.Table, o *origin, attribute func(string) bundle.Attribute, clients *hash.Builder) bundle.TableInfo {
	info := bundle.TableInfo{Client: o.client, ServerColumns: o.serverColumns(table)}
	info.Hash, info.SyncHash = clients.Table(table.Schema, table.Name)
	info.Sync = bundle.SyncTo(table, copied, attribute)
	return info
}
