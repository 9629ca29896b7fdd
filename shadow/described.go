package shadow

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/compile"
	"github.com/electric-cli/electric/database"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
)

// described is what the scratch database held when it was looked at last.
type described struct {
	schema *metadata.Schema
	tables map[pg.OID]*metadata.Table
}

// look reads the database anew if it may have changed.
func (b *backend) look() {
	if !b.ran || b.err != nil || b.conn == nil {
		return
	}
	schema, err := database.Inspect(b.ctx, b.conn)
	if err != nil {
		if b.err = b.ctx.Err(); b.err == nil {
			b.err = fmt.Errorf("read the scratch Postgres's catalogs: %w", err)
		}
		return
	}
	b.ran = false
	b.described = described{schema, b.byOID(schema)}
}

const tableOIDs = `SELECT c.oid, n.nspname::text, c.relname::text FROM pg_catalog.pg_class c
	JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'f')`

// byOID finds the tables by what they keep when they are renamed.
func (b *backend) byOID(schema *metadata.Schema) map[pg.OID]*metadata.Table {
	named := make(map[[2]string]*metadata.Table, len(schema.Tables))
	for i := range schema.Tables {
		t := &schema.Tables[i]
		named[[2]string{t.Schema, t.Name}] = t
	}
	tables := make(map[pg.OID]*metadata.Table, len(named))
	var oid uint32
	var space, name string
	b.ask(tableOIDs, nil, []any{&oid, &space, &name}, func() {
		if t := named[[2]string{space, name}]; t != nil {
			tables[pg.OID(oid)] = t
		}
	})
	return tables
}

// Changes compares what is there with what was there at the last call.
func (b *backend) Changes() (made compile.Changes) {
	before := b.described
	b.look()
	if b.err != nil || b.schema == before.schema {
		return made
	}
	made.Types = b.schema
	for _, oid := range slices.Sorted(maps.Keys(before.tables)) {
		if b.tables[oid] == nil {
			made.Tables = append(made.Tables, compile.TableChange{OID: oid})
		}
	}
	for _, oid := range slices.Sorted(maps.Keys(b.tables)) {
		if table := b.tables[oid]; !reflect.DeepEqual(before.tables[oid], table) {
			made.Tables = append(made.Tables, compile.TableChange{OID: oid, Table: table})
		}
	}
	return made
}

// Schema gives everything there is.
func (b *backend) Schema() *metadata.Schema {
	b.reconnect()
	if b.look(); b.schema == nil { // the world failed
		return &metadata.Schema{}
	}
	return b.schema
}

// reconnect is for questions between the connections of two migrations.
func (b *backend) reconnect() {
	if b.conn == nil && b.err == nil {
		b.conn, b.err = b.on.connect(b.ctx)
	}
}

const attributes = `SELECT a.attrelid, a.attname::text, a.attndims::int, a.atttypmod FROM pg_catalog.pg_attribute a
	JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f')
	WHERE a.attnum > 0 AND NOT a.attisdropped`

// Attributes reads all columns at once.
func (b *backend) Attributes() func(pg.OID, string) bundle.Attribute {
	type column struct {
		table uint32
		name  string
	}
	known := map[column]bundle.Attribute{}
	var c column
	var dims, typmod int
	b.reconnect()
	b.ask(attributes, nil, []any{&c.table, &c.name, &dims, &typmod}, func() {
		known[c] = bundle.Attribute{Dims: dims, Typmod: typmod}
	})
	return func(table pg.OID, name string) bundle.Attribute { return known[column{uint32(table), name}] }
}

// ColumnNames gives the columns of a relation, in order.
func (b *backend) ColumnNames(rv *ast.RangeVar) []string {
	name := pgx.Identifier{rv.Relname}
	if rv.Schemaname != "" {
		name = pgx.Identifier{rv.Schemaname, rv.Relname}
	}
	return b.names(`SELECT attname::text FROM pg_catalog.pg_attribute
		WHERE attrelid = pg_catalog.to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum`, name.Sanitize())
}

// RelationNames gives those of tables, views and sequences.
func (b *backend) RelationNames() []string {
	return b.names("SELECT relname::text FROM pg_catalog.pg_class WHERE relkind IN ('r', 'v', 'm', 'p', 'f', 'S') ORDER BY oid")
}

// TypeNames gives those of all types.
func (b *backend) TypeNames() []string {
	return b.names("SELECT typname::text FROM pg_catalog.pg_type ORDER BY oid")
}

func (b *backend) names(sql string, args ...any) (list []string) {
	if b.conn == nil {
		return nil
	}
	var name string
	b.ask(sql, args, &name, func() { list = append(list, name) })
	return list
}
