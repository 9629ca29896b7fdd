package database

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/electric-cli/electric/history"
)

// Schema is where electric keeps what it records. It is left out of what
// Inspect reads for it.
const Schema = "_electric"

// A recordTable is one of the tables in Schema.
type recordTable struct {
	name    string
	columns []recordColumn
	extra   bool // its rows are not for others: it may be missing
}

type recordColumn struct {
	name, kind string
	def        string // DEFAULT
}

// recordTables are what apply and populate write. Every column is NOT NULL but
// the last of apply_progress, the first one is the key.
var recordTables = []recordTable{
	{name: "schema_versions", columns: []recordColumn{
		{name: "version", kind: "text"},
		{name: "name", kind: "text"},
		{name: "checksum", kind: "text"},
		{name: "schema_hash", kind: "text"},
		{name: "sync_hash", kind: "text"},
		{name: "compiler", kind: "text"},
		{name: "applied_at", kind: "timestamp with time zone", def: "now()"},
	}},
	{name: "apply_progress", extra: true, columns: []recordColumn{
		{name: "version", kind: "text"},
		{name: "name", kind: "text"},
		{name: "checksum", kind: "text"},
		{name: "done", kind: "text[]"},
		{name: "running", kind: "text", def: "''::text"},
		{name: "updated_at", kind: "timestamp with time zone", def: "now()"},
	}},
}

// create is the table's definition.
func (t recordTable) create() string {
	var columns []string
	for i, c := range t.columns {
		text := c.name + " " + c.kind + " NOT NULL"
		if i == 0 {
			text = c.name + " " + c.kind + " PRIMARY KEY"
		}
		if c.def != "" {
			text += " DEFAULT " + c.def
		}
		columns = append(columns, text)
	}
	return fmt.Sprintf("CREATE TABLE %s.%s (%s)", Schema, t.name, strings.Join(columns, ", "))
}

// EnsureTables makes the tables that are missing.
func EnsureTables(ctx context.Context, conn *pgx.Conn) error {
	found, err := findTables(ctx, conn)
	if err != nil {
		return err
	}
	script := "BEGIN;"
	if !found.schema {
		script += "CREATE SCHEMA " + Schema + ";"
	}
	for _, t := range recordTables {
		if found.tables[t.name] == nil {
			script += t.create() + ";"
		}
	}
	if script == "BEGIN;" {
		return nil
	}
	if _, err := conn.PgConn().Exec(ctx, script+"COMMIT").ReadAll(); err != nil {
		rollback(ctx, conn)
		return failed(conn, "could not create the tables in schema "+Schema, err)
	}
	return nil
}

// A foundTable is what the catalog knows of a table in Schema.
type foundTable struct {
	Name       string
	Kind       string // relkind
	Readable   bool
	Secured    bool // row security may hide rows
	Columns    []foundColumn
	PrimaryKey []string
}

type foundColumn struct {
	Name     string
	Type     string
	NotNull  bool
	Supplied bool // it has a default, or the like
}

type foundTables struct {
	schema bool
	tables map[string]*foundTable
}

// findQuery has a row for each column of a table, and one without any when there are no tables. It needs no rights but to
// connect.
const findQuery = `
SELECT c.relname, c.relkind::text, has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'),
    row_security_active(c.oid), a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.atthasdef OR a.attidentity <> '',
    array_position(p.conkey, a.attnum)
FROM pg_catalog.pg_namespace n
LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = ANY ($2::text[]) AND c.relkind NOT IN ('i', 'I')
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_catalog.pg_constraint p ON p.conrelid = c.oid AND p.contype = 'p'
WHERE n.nspname = $1
ORDER BY c.relname, a.attnum`

// A foundRow is a row of findQuery.
type foundRow struct {
	Name, Kind        *string
	Readable, Secured *bool
	Column, Type      *string
	NotNull, Supplied *bool
	Key               *int // the place in the primary key, from 1
}

func recordNames() (names []string) {
	for _, t := range recordTables {
		names = append(names, t.name)
	}
	return names
}

func findTables(ctx context.Context, conn *pgx.Conn) (found foundTables, err error) {
	rows, err := conn.Query(ctx, findQuery, pgx.QueryExecModeExec, Schema, recordNames())
	if err == nil {
		found, err = collectFound(rows)
	}
	if err != nil {
		return found, failed(conn, "could not look into the catalog", err)
	}
	return found, nil
}

// collectFound reads the answer to findQuery.
func collectFound(rows pgx.Rows) (foundTables, error) {
	found := foundTables{tables: map[string]*foundTable{}}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[foundRow])
	if err != nil {
		return found, err
	}
	found.schema = len(list) > 0
	keys := map[string]map[int]string{}
	for _, r := range list {
		if r.Name == nil {
			continue
		}
		t := found.tables[*r.Name]
		if t == nil {
			t = &foundTable{Name: *r.Name, Kind: *r.Kind, Readable: *r.Readable, Secured: *r.Secured}
			found.tables[t.Name], keys[t.Name] = t, map[int]string{}
		}
		if r.Column == nil {
			continue
		}
		t.Columns = append(t.Columns, foundColumn{*r.Column, *r.Type, *r.NotNull, *r.Supplied})
		if r.Key != nil {
			keys[t.Name][*r.Key] = *r.Column
		}
	}
	for name, t := range found.tables {
		for _, place := range slices.Sorted(maps.Keys(keys[name])) {
			t.PrimaryKey = append(t.PrimaryKey, keys[name][place])
		}
	}
	return found, nil
}

// check says what keeps a found table from being the one that electric makes.
func (t recordTable) check(f *foundTable) (problems []string) {
	name := Schema + "." + t.name
	problem := func(format string, args ...any) { problems = append(problems, name+" "+fmt.Sprintf(format, args...)) }
	if f.Kind != "r" {
		problem("is not an ordinary table")
		return problems
	}
	for i, want := range t.columns {
		at := slices.IndexFunc(f.Columns, func(c foundColumn) bool { return c.Name == want.name })
		switch {
		case at < 0:
			problem("has no column %q", want.name)
		case f.Columns[at].Type != want.kind:
			problem("has a column %q of type %s, not %s", want.name, f.Columns[at].Type, want.kind)
		case i > 0 && !f.Columns[at].NotNull:
			problem("has a column %q that may be null", want.name)
		case want.def != "" && !f.Columns[at].Supplied:
			problem("has a column %q without a default", want.name)
		}
	}
	for _, c := range f.Columns {
		known := slices.ContainsFunc(t.columns, func(want recordColumn) bool { return want.name == c.Name })
		if !known && c.NotNull && !c.Supplied {
			problem("has a column %q, not null and without a default, which electric does not know", c.Name)
		}
	}
	if !slices.Equal(f.PrimaryKey, []string{t.columns[0].name}) {
		problem("does not have %q as its primary key", t.columns[0].name)
	}
	if f.Secured {
		problem("has row security, which may hide rows from this role")
	}
	return problems
}

// ReadHistory reads what is recorded. It writes nothing, and names what the role
// may not read.
func ReadHistory(ctx context.Context, conn *pgx.Conn) (*history.History, error) {
	found, err := findTables(ctx, conn)
	if err != nil {
		return nil, err
	}
	return readFound(ctx, conn, found)
}

// readFound reads what is recorded in the tables that were found.
func readFound(ctx context.Context, conn *pgx.Conn, found foundTables) (_ *history.History, err error) {
	h := &history.History{Recorded: found.tables["schema_versions"] != nil}
	for _, t := range recordTables {
		f := found.tables[t.name]
		switch {
		case f == nil:
			continue
		case !f.Readable:
			h.Unseen = append(h.Unseen, fmt.Sprintf("%s.%s: role %q has no right to read it", Schema, t.name, conn.Config().User))
			continue
		}
		problems := t.check(f)
		h.Problems = append(h.Problems, problems...)
		if len(problems) > 0 {
			continue
		}
		if t.name == "schema_versions" {
			h.Rows, err = readRows(ctx, conn)
		} else {
			h.Progress, err = readProgress(ctx, conn)
		}
		if err != nil {
			return nil, failed(conn, "could not read "+Schema+"."+t.name, err)
		}
	}
	return h, nil
}

func readRows(ctx context.Context, conn *pgx.Conn) ([]history.Row, error) {
	rows, err := conn.Query(ctx, `SELECT version, name, checksum, schema_hash, sync_hash, compiler, applied_at
		FROM _electric.schema_versions ORDER BY applied_at, version`, pgx.QueryExecModeExec)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[history.Row])
}

func readProgress(ctx context.Context, conn *pgx.Conn) ([]history.Progress, error) {
	rows, err := conn.Query(ctx, `SELECT version, name, checksum, done, running
		FROM _electric.apply_progress ORDER BY version`, pgx.QueryExecModeExec)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[history.Progress])
}
