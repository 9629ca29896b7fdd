package compile

import (
	"maps"
	"slices"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/source"
)

// Options for Migrations.
type Options struct {
	Compiler string // what the bundle says it was made by
}

// Migrations runs migrations on a fresh database and gives the bundle of them,
// or every mistake in them. The bundle is nil when a diagnostic is an error.
func Migrations(list []source.Migration, o Options) (*bundle.Bundle, []diag.Diagnostic) {
	d := newDriver(list)
	b := &bundle.Bundle{Format: bundle.Format, Compiler: o.Compiler}
	for i := range list {
		d.wait(i)
		b.Migrations = append(b.Migrations, d.migration(&list[i]))
	}
	if diag.HasErrors(d.diagnostics) {
		return nil, d.diagnostics
	}
	d.finish(b)
	return b, d.diagnostics
}

// A driver takes migrations through a session.
type driver struct {
	session     *Session
	list        []source.Migration
	parsed      []chan struct{} // closed when the migration's statements are parsed
	at          int             // the migration that runs
	diagnostics []diag.Diagnostic
	blamed      blamed
	tracker     *tracker
	version     string // what electric.migration_version said
}

func newDriver(list []source.Migration) *driver {
	d := &driver{session: New(), list: list, parsed: make([]chan struct{}, len(list))}
	d.session.KeepGoing = true
	d.blamed = blamed{}
	d.tracker = newTracker(d.session)
	for i := range d.parsed {
		d.parsed[i] = make(chan struct{})
	}
	go d.parse()
	return d
}

// parse parses all migrations, ahead of the session that runs them. Files are
// taken together: one call of the parser for each is what small ones cost most.
func (d *driver) parse() {
	const together = 16
	for from := 0; from < len(d.list); from += together {
		to := min(from+together, len(d.list))
		var statements []*parser.Statement
		for i := from; i < to; i++ {
			for _, section := range d.list[i].Sections {
				statements = append(statements, section.Statements...)
			}
		}
		parser.ParseAll(statements)
		for i := from; i < to; i++ {
			close(d.parsed[i])
		}
	}
}

func (d *driver) wait(i int) { <-d.parsed[i] }

// migration runs one file, in a session of its own.
func (d *driver) migration(m *source.Migration) bundle.Migration {
	d.version = m.Version
	out := bundle.Migration{Name: m.Name, File: m.Path, Checksum: m.File.Checksum, Transactions: []bundle.Transaction{}}
	for _, f := range m.Includes {
		out.Includes = append(out.Includes, bundle.Include{File: f.Path, Checksum: f.Checksum})
	}
	for i := range m.Sections {
		s := &m.Sections[i]
		r := run{driver: d, section: s}
		r.all()
		if s.Client {
			out.Transactions = append(out.Transactions, r.transactions...)
		}
		d.tracker.section(s.Client)
	}
	d.session.Reconnect()
	d.tracker.section(false)
	out.Version = d.version
	out.SchemaHash, out.SyncHash = d.tracker.sums(!diag.HasErrors(d.diagnostics))
	d.at++
	return out
}

// finish describes the schema that the migrations made.
func (d *driver) finish(b *bundle.Bundle) {
	schema := d.session.Metadata()
	for _, m := range b.Migrations {
		b.Version, b.SchemaHash, b.SyncHash = m.Version, m.SchemaHash, m.SyncHash
	}
	if len(b.Migrations) == 0 {
		b.SchemaHash, b.SyncHash = d.tracker.sums(true)
	}
	b.Requires.Extensions = d.tracker.extensions()
	b.Schema = bundle.Schema{Schema: schema, Relations: bundle.RelationsOf(schema)}
	for i := range schema.Tables {
		b.Schema.Tables = append(b.Schema.Tables, d.tracker.info(&schema.Tables[i]))
	}
}

// A tracker follows what the sections change: which tables are clients', and
// the hashes after each migration.
type tracker struct {
	session *Session
	client  map[catalog.Address]bool         // relations and extensions that a client's section made
	columns map[catalog.Address]int          // how many columns, dropped ones included, clients know
	hidden  map[catalog.Address]map[int]bool // attnums that a server-only section added to them
	hashes  hashes
	pending map[catalog.Address]struct{} // changed since the last sums
}

func newTracker(s *Session) *tracker {
	s.catalog.Changed() // a new database is no change
	return &tracker{
		session: s, client: map[catalog.Address]bool{}, columns: map[catalog.Address]int{},
		hidden: map[catalog.Address]map[int]bool{}, hashes: newHashes(), pending: map[catalog.Address]struct{}{},
	}
}

// section notes what a section changed. What a server-only one makes is not the
// clients', neither tables nor columns of theirs.
func (t *tracker) section(client bool) {
	changed := t.session.catalog.Changed()
	maps.Copy(t.pending, changed)
	for a := range changed {
		if a.Class != catalog.ClassRelation && a.Class != catalog.ClassExtension {
			continue
		}
		if _, known := t.client[a]; !known {
			t.client[a] = client
		}
		r, ok := t.session.catalog.Object(a).(*catalog.Relation)
		if !ok || !t.client[a] {
			continue
		}
		if client {
			t.columns[a] = len(r.Columns)
			continue
		}
		for _, c := range r.Columns[min(t.columns[a], len(r.Columns)):] {
			t.hide(a, int(c.Num))
		}
	}
}

func (t *tracker) hide(a catalog.Address, attnum int) {
	if t.hidden[a] == nil {
		t.hidden[a] = map[int]bool{}
	}
	t.hidden[a][attnum] = true
}

// extensions are those that clients need, sorted.
func (t *tracker) extensions() []string {
	names := []string{}
	for _, x := range catalog.All[*catalog.Extension](t.session.catalog) {
		if t.client[x.Address()] {
			names = append(names, x.Name)
		}
	}
	slices.Sort(names)
	return names
}

// info is what the bundle tells of a table besides its description.
func (t *tracker) info(table *metadata.Table) bundle.TableInfo {
	r := t.session.catalog.RelationNamed(table.Schema, table.Name)
	info := bundle.TableInfo{Client: t.client[r.Address()]}
	info.Hash, info.SyncHash = t.hashes.table(table, t.visible(r.Address(), table))
	info.Sync = bundle.SyncOf(table, func(column string) bundle.Attribute {
		c := r.ColumnNamed(column)
		return bundle.Attribute{Dims: c.NDims, Typmod: int(c.Typmod)}
	})
	return info
}

// visible is a table without the columns that are the server's alone.
func (t *tracker) visible(a catalog.Address, table *metadata.Table) *metadata.Table {
	hidden := t.hidden[a]
	if len(hidden) == 0 {
		return table
	}
	shown := *table
	shown.Columns = slices.DeleteFunc(slices.Clone(table.Columns), func(c metadata.Column) bool { return hidden[c.Attnum] })
	return &shown
}
