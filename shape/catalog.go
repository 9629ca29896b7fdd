package shape

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/electric-cli/electric/shape/where"
	"github.com/electric-cli/electric/shape/wire"
)

// A relation is a table as the catalog has it now.
type relation struct {
	wire.Table
	identity  byte                 // relreplident
	owned     bool                 // we may alter it
	partition bool                 // of another table
	logged    bool                 // its changes are in the WAL
	policies  bool                 // of row-level security apply to us
	denied    map[string]bool      // columns that we may not read
	stored    string               // its first generated column that is stored; "" without one
	virtual   string               // its first one that is not
	storage   uint32               // relfilenode: another one when all rows were written anew, which the stream does not tell
	leaves    []leaf               // of a partitioned table: all partitions below it
	types     map[uint32]typeParts // of users' types, its columns' among them, by OID
	headers   headers
}

// catalogTimeout bounds what reads the catalog: where it has not answered then,
// the connection is dead.
const catalogTimeout = 10 * time.Second

// relationsSQL reads tables by OID or by name. A column's type is the one its
// values are written with; of an array, the element's name is what clients get.
// Tables are found first: of nine tables to join at once, planning takes longer
// than all else.
const relationsSQL = `
WITH db AS MATERIALIZED (
	SELECT pg_catalog.concat_ws(' ', CASE pg_catalog.to_jsonb(d) ->> 'datlocprovider' WHEN 'i' THEN 'icu' END, datcollate, datctype,
		pg_catalog.to_jsonb(d) ->> 'datlocale', pg_catalog.to_jsonb(d) ->> 'daticulocale') AS locales
	FROM pg_catalog.pg_database d WHERE datname = current_database()
), asked AS MATERIALIZED (
	SELECT pg_catalog.unnest($1::oid[]) AS oid
	UNION
	SELECT c.oid FROM ROWS FROM (pg_catalog.unnest($2::name[]), pg_catalog.unnest($3::name[])) AS named (schema, name)
	JOIN pg_catalog.pg_namespace n ON n.nspname = named.schema
	JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = named.name
), c AS MATERIALIZED (
	SELECT c.*, n.nspname, pg_catalog.has_schema_privilege(n.oid, 'USAGE') AS usable, i.indkey, i.indnkeyatts
	FROM asked JOIN pg_catalog.pg_class c ON c.oid = asked.oid AND c.relkind IN ('r', 'p')
	JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	LEFT JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisprimary
)
SELECT c.oid, c.nspname, c.relname, c.relkind = 'p', c.relreplident::text, pg_catalog.pg_has_role(c.relowner, 'USAGE'), c.relispartition,
	c.relpersistence = 'p', pg_catalog.row_security_active(c.oid), coalesce(NOT (c.usable AND pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT')), false),
	c.relfilenode, a.attnum, a.attname, a.atttypid, a.atttypmod, pg_catalog.format_type(a.atttypid, a.atttypmod), coalesce(e.typname, t.typname), e.oid IS NOT NULL,
	a.attndims, coalesce(nullif(t.typbasetype, 0), t.oid) = 16, a.attnotnull,
	a.attgenerated <> '' AND (a.attgenerated <> 's' OR current_setting('server_version_num')::int < 180000),
	(SELECT nspname FROM pg_catalog.pg_namespace WHERE oid = t.typnamespace), t.typname, t.typtype::text, coalesce(e.oid, 0),
	CASE WHEN co.collprovider <> 'd' THEN pg_catalog.format('%I.%I', (SELECT nspname FROM pg_catalog.pg_namespace WHERE oid = co.collnamespace), co.collname) ELSE '' END,
	coalesce(co.collisdeterministic, true),
	CASE WHEN co.collprovider = 'd' THEN db.locales ELSE pg_catalog.concat_ws(' ', CASE co.collprovider WHEN 'i' THEN 'icu' END, co.collcollate, co.collctype,
		pg_catalog.to_jsonb(co) ->> 'colliculocale', pg_catalog.to_jsonb(co) ->> 'colllocale') END,
	db.locales, coalesce(pg_catalog.array_position((c.indkey::int2[])[0:c.indnkeyatts - 1], a.attnum) - 1, -1),
	a.attgenerated::text
FROM db CROSS JOIN c
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND t.typcategory = 'A' AND t.typlen = -1
LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation
ORDER BY c.oid, a.attnum`

// A querier is a connection, a pool or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// readRelations reads tables by OID and by name. What can be no shape's is left
// out.
func readRelations(ctx context.Context, q querier, oids []uint32, schemas, names []string) (map[uint32]*relation, error) {
	rows, err := q.Query(ctx, relationsSQL, oids, schemas, names)
	if err != nil {
		return nil, fmt.Errorf("read the catalog: %w", err)
	}
	found := map[uint32]*relation{}
	keys := map[uint32]map[int]int{} // position in the key → column
	defer rows.Close()
	for rows.Next() {
		var r relation
		var c wire.Column
		var identity, kind string
		var denied, deterministic bool
		var locales, databaseLocales, generated string
		var keyPosition int
		err := rows.Scan(&r.OID, &r.Schema, &r.Name, &r.Partitioned, &identity, &r.owned, &r.partition,
			&r.logged, &r.policies, &denied, &r.storage, &c.Num, &c.Name, &c.TypeOID, &c.Typmod, &c.Type, &c.TypeName, &c.IsArray, &c.Dims, &c.Bool, &c.NotNull, &c.Generated,
			&c.TypeSchema, &c.RawType, &kind, &c.Elem, &c.Collate, &deterministic, &locales, &databaseLocales, &keyPosition, &generated)
		if err != nil {
			return nil, fmt.Errorf("read the catalog: %w", err)
		}
		if found[r.OID] == nil {
			r.identity = identity[0]
			found[r.OID], keys[r.OID] = &r, map[int]int{}
		}
		c.TypeKind = kind[0]
		c.Collation, found[r.OID].Collation = collationOf(deterministic, locales), collationOf(true, databaseLocales)
		t := found[r.OID]
		if denied {
			t.deny(c.Name)
		}
		t.generates(c.Name, generated)
		if keyPosition >= 0 {
			keys[r.OID][keyPosition] = len(t.Columns)
		}
		t.Columns = append(t.Columns, c)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read the catalog: %w", err)
	}
	for oid, key := range keys {
		for i := range len(key) {
			found[oid].Key = append(found[oid].Key, key[i])
		}
	}
	if err := readLeaves(ctx, q, found); err != nil {
		return nil, err
	}
	return found, readTypes(ctx, q, found)
}

func (r *relation) deny(column string) {
	if r.denied == nil {
		r.denied = map[string]bool{}
	}
	r.denied[column] = true
}

// generates notes a generated column by what attgenerated says of it.
func (r *relation) generates(column, kind string) {
	switch {
	case kind == "s" && r.stored == "":
		r.stored = column
	case kind == "v" && r.virtual == "":
		r.virtual = column
	}
}

// collationOf says what filters may do with a collation, by the names of its
// locales. In Turkic ones, I and i are no pair. Those of ICU have a name more, icu:
// what it calls C or POSIX has an order of its own.
func collationOf(deterministic bool, locales string) wire.Collation {
	names := strings.Fields(locales)
	turkic := func(name string) bool { return where.CollationOf('c', name, true) == where.Foreign }
	bytewise := func(name string) bool { return where.CollationOf('c', name, true) == where.Bytes }
	switch {
	case !deterministic || slices.ContainsFunc(names, turkic):
		return wire.Foreign
	case len(names) > 0 && !slices.ContainsFunc(names, func(name string) bool { return !bytewise(name) }):
		return wire.Bytewise
	}
	return wire.Linguistic
}

// identifier quotes a table's name for SQL.
func identifier(t *wire.Table) string { return pgx.Identifier{t.Schema, t.Name}.Sanitize() }
