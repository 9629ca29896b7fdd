package compile

import (
	"slices"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/source"
)

// Options for Migrations.
type Options struct {
	Compiler string // what the bundle says it was made by
	Trace    *Trace // filled with what else the run tells; may be nil
	Debug    bool   // show where this program failed, if it did

	Setup []source.Migration // what the database holds before the first migration; see setup.go
}

// Migrations runs migrations on a fresh database and gives the bundle of them,
// or every mistake in them. The bundle is nil when a diagnostic is an error.
func Migrations(list []source.Migration, o Options) (*bundle.Bundle, []diag.Diagnostic) {
	return MigrationsOn(newInterpreter(o.Debug), list, o)
}

// MigrationsOn is Migrations on a fresh database of another backend.
func MigrationsOn(backend Backend, list []source.Migration, o Options) (*bundle.Bundle, []diag.Diagnostic) {
	d := newDriver(backend, o.Setup, list)
	d.trace = o.Trace
	b := &bundle.Bundle{Format: bundle.Format, Compiler: o.Compiler}
	d.prepare()
	for i := range list {
		d.wait(d.setup + i)
		b.Migrations = append(b.Migrations, d.migration(&list[i]))
	}
	if diag.HasErrors(d.diagnostics) {
		d.tracker.hasher.finish()
		return nil, d.diagnostics
	}
	d.finish(b)
	return b, d.diagnostics
}

// A driver takes migrations through a backend.
type driver struct {
	backend     Backend
	list        []source.Migration // those of the setup first
	setup       int                // how many these are
	ground      ground             // what they made
	parsed      []chan struct{}    // closed when the migration's statements are parsed
	at          int                // the one that runs
	diagnostics []diag.Diagnostic
	blamed      blamed
	tracker     *tracker
	version     string // what electric.migration_version said
	trace       *Trace
	hashes      []*hashes // after each migration, once the hasher is finished
	clients     *clients  // nil when all that runs is the clients' too, or when that is not known
	bare        *clients  // somebody who is given all that runs, and no setup; nil once that is known to fail, and where it is no question

	serverExtensions map[string]bool // those that a server-only section made
}

func newDriver(backend Backend, setup, migrations []source.Migration) *driver {
	list := slices.Concat(setup, migrations)
	d := &driver{
		backend: backend, list: list, setup: len(setup), parsed: make([]chan struct{}, len(list)),
		blamed: blamed{}, clients: newClients(backend, setup, migrations), serverExtensions: map[string]bool{},
		bare: newBare(backend, setup, migrations),
	}
	d.tracker = newTracker(backend)
	for i := range d.parsed {
		d.parsed[i] = make(chan struct{})
	}
	go d.parse()
	return d
}

// parse parses all migrations, ahead of the session that runs them. Files are
// taken together: one call of the parser for each is what small ones cost most.
// At first a few, so that the session soon has something to run.
func (d *driver) parse() {
	const few, most = 4, 64
	for from, atOnce := 0, few; from < len(d.list); from, atOnce = from+atOnce, min(2*atOnce, most) {
		to := min(from+atOnce, len(d.list))
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

// migration runs one file, in a connection of its own.
func (d *driver) migration(m *source.Migration) bundle.Migration {
	d.version = m.Version
	at, _ := m.Instant()
	d.backend.Connect(at)
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
		d.describe(s)
	}
	d.clients.reconnect()
	d.bare.reconnect()
	out.Version = d.version
	d.backend.Disconnect()
	d.hashes = append(d.hashes, d.tracker.current)
	d.trace.after(d.tracker)
	d.trace.each(d)
	d.at++
	return out
}

// describe takes over what a section changed. A schema with mistakes in it is
// never described.
func (d *driver) describe(s *source.Section) {
	if diag.HasErrors(d.diagnostics) {
		return
	}
	d.tracker.section(s.Client)
	for _, st := range s.Statements {
		if name, ok := extensionMade(st); ok && !s.Client {
			d.serverExtensions[name] = true
		}
	}
}

// extensionMade gives the name of the extension that a statement creates.
func extensionMade(st *parser.Statement) (string, bool) {
	n, err := st.Node()
	if err != nil {
		return "", false
	}
	create, ok := n.(*ast.CreateExtensionStmt)
	if !ok {
		return "", false
	}
	return create.Extname, true
}

// requires reports whether clients need an extension: a block makes it or uses it.
func (d *driver) requires(extension string) bool {
	if d.clients != nil {
		return d.clients.has(extension)
	}
	return !d.serverExtensions[extension]
}

// finish describes the schema that the migrations made.
func (d *driver) finish(b *bundle.Bundle) {
	schema := d.schema()
	clients := d.tracker.hasher.finish()
	b.SchemaHash, b.SyncHash = d.tracker.current.schema, d.tracker.current.sync
	for i := range b.Migrations {
		m := &b.Migrations[i]
		b.Version, m.SchemaHash, m.SyncHash = m.Version, d.hashes[i].schema, d.hashes[i].sync
	}
	for _, x := range schema.Extensions {
		if d.requires(x.Name) {
			b.Requires.Extensions = append(b.Requires.Extensions, x.Name)
		}
	}
	b.Setup = d.ground.setup(d.list[:d.setup])
	b.Schema = bundle.Schema{Schema: schema, Relations: within(schema, bundle.RelationsOf(schema))}
	b.Schema.Tables = d.tracker.infos(schema.Tables, clients, d.clients)
}
