package compile

import (
	"time"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// A Backend is what serves a connection, as a server's process of that name
// does: it runs statements on one database and tells what became of it. The
// interpreter is one, a real server (package shadow) another. Migrations run on
// either by the same rules.
type Backend interface {
	// Connect begins a connection. at is when the migration was written; zero
	// when it does not say: the clock is unknown.
	Connect(at time.Time)

	// Prepare begins a connection for SQL of a setup, on a platform that offers
	// extensions, by name with their schemas; Prepared ends the setup. What it
	// sets for later sessions, those of the migrations have.
	Prepare(extensions map[string]string)
	Prepared()

	// Disconnect ends it: an open transaction is rolled back, temporary objects
	// and settings are gone.
	Disconnect()

	// Run runs a statement, in the open transaction or in one of its own. One
	// that is refused changes nothing, and the open transaction goes on.
	Run(*parser.Statement) *pgerr.Error

	Begin()                   // opens a transaction unless one is open
	Commit() *pgerr.Error     // ends the open one; when it is refused, as Rollback
	Rollback()                // undoes the open one
	InTransaction() bool      // whether one is open
	Changes() Changes         // since the last call, or in all; no transaction is open
	Schema() *metadata.Schema // everything, as it is now

	// Attributes gives what pg_attribute knows of a table's columns. The function
	// may be called by several goroutines at a time.
	Attributes() func(table pg.OID, column string) bundle.Attribute

	// What there is, for advice: a relation's columns, nil for one that is not
	// there, and the names of relations and of types.
	ColumnNames(*ast.RangeVar) []string
	RelationNames() []string
	TypeNames() []string
}

// Changes are what happened to a schema.
type Changes struct {
	Types  *metadata.Schema // all types as of now, when one came, changed or went; else nil
	Tables []TableChange    // each table once
}

// A TableChange is a table that came, changed or went.
type TableChange struct {
	OID   pg.OID          // what it is known by, whatever its name
	Table *metadata.Table // as it is now; nil: gone
}
