package shape

import (
	"context"
	"fmt"
	"maps"
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
	identity byte              // relreplident
	owned    bool              // we may alter it
	storage  uint32            // relfilenode: another one when all rows were written anew, which the stream does not tell
	leaves   []leaf            // of a partitioned table: all partitions below it
	labels   map[uint32]string // of its columns' enums, by their OID: values have another text when one is renamed
	headers  headers
}

type leaf struct {
	oid      uint32
	name     pgx.Identifier
	identity byte
	storage  uint32
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
	SELECT datcollate, datctype, pg_catalog.to_jsonb(d) ->> 'datlocprovider' AS provider,
		coalesce(pg_catalog.to_jsonb(d) ->> 'datlocale', pg_catalog.to_jsonb(d) ->> 'daticulocale') AS locale
	FROM pg_catalog.pg_database d WHERE datname = current_database()
), asked AS MATERIALIZED (
	SELECT pg_catalog.unnest($1::oid[]) AS oid
	UNION
	SELECT c.oid FROM ROWS FROM (pg_catalog.unnest($2::name[]), pg_catalog.unnest($3::name[])) AS named (schema, name)
	JOIN pg_catalog.pg_namespace n ON n.nspname = named.schema
	JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = named.name
), c AS MATERIALIZED (
	SELECT c.*, n.nspname, i.indkey, i.indnkeyatts
	FROM asked JOIN pg_catalog.pg_class c ON c.oid = asked.oid AND c.relkind IN ('r', 'p')
	JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
	LEFT JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisprimary
)
SELECT c.oid, c.nspname, c.relname, c.relkind = 'p', c.relreplident::text, pg_catalog.pg_has_role(c.relowner, 'USAGE'), c.relispartition,
	c.relfilenode, a.attnum, a.attname, a.atttypid, a.atttypmod, pg_catalog.format_type(a.atttypid, a.atttypmod), coalesce(e.typname, t.typname), e.oid IS NOT NULL,
	a.attndims, coalesce(nullif(t.typbasetype, 0), t.oid) = 16, a.attnotnull,
	a.attgenerated <> '' AND (a.attgenerated <> 's' OR current_setting('server_version_num')::int < 180000),
	(SELECT nspname FROM pg_catalog.pg_namespace WHERE oid = t.typnamespace), t.typname, t.typtype::text, coalesce(e.oid, 0),
	coalesce(co.collisdeterministic, true),
	CASE WHEN co.collprovider = 'd' THEN pg_catalog.concat_ws(' ', db.datcollate, db.datctype, db.locale)
		ELSE pg_catalog.concat_ws(' ', co.collcollate, co.collctype, pg_catalog.to_jsonb(co) ->> 'colliculocale', pg_catalog.to_jsonb(co) ->> 'colllocale') END,
	pg_catalog.concat_ws(' ', db.datcollate, db.datctype, db.locale), coalesce(pg_catalog.array_position((c.indkey::int2[])[0:c.indnkeyatts - 1], a.attnum) - 1, -1)
FROM db CROSS JOIN c
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND t.typcategory = 'A' AND t.typlen = -1
LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation
ORDER BY c.oid, a.attnum`

// leavesSQL reads the partitions below tables, with their replica identity.
const leavesSQL = `
WITH RECURSIVE below AS (
	SELECT i.inhparent AS root, i.inhrelid AS oid FROM pg_catalog.pg_inherits i
		JOIN pg_catalog.pg_class p ON p.oid = i.inhparent AND p.relkind = 'p' WHERE i.inhparent = ANY($1::oid[])
	UNION
	SELECT b.root, i.inhrelid FROM below b JOIN pg_catalog.pg_inherits i ON i.inhparent = b.oid
)
SELECT b.root, b.oid, n.nspname, c.relname, c.relreplident::text, c.relfilenode
FROM below b JOIN pg_catalog.pg_class c ON c.oid = b.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
ORDER BY b.root, b.oid`

// rootsSQL reads the partitioned tables above a partition.
const rootsSQL = `
WITH RECURSIVE above AS (
	SELECT i.inhparent AS oid FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class p ON p.oid = i.inhparent AND p.relkind = 'p' WHERE i.inhrelid = $1
	UNION
	SELECT i.inhparent FROM above a JOIN pg_catalog.pg_inherits i ON i.inhrelid = a.oid
)
SELECT oid FROM above`

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
		var partition bool
		var deterministic bool
		var locales, databaseLocales string
		var keyPosition int
		err := rows.Scan(&r.OID, &r.Schema, &r.Name, &r.Partitioned, &identity, &r.owned, &partition,
			&r.storage, &c.Num, &c.Name, &c.TypeOID, &c.Typmod, &c.Type, &c.TypeName, &c.IsArray, &c.Dims, &c.Bool, &c.NotNull, &c.Generated,
			&c.TypeSchema, &c.RawType, &kind, &c.Elem, &deterministic, &locales, &databaseLocales, &keyPosition)
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
	return found, readLabels(ctx, q, found)
}

// collationOf says what filters may do with a collation, by the names of its
// locales. In Turkic ones, I and i are no pair.
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

// readLeaves completes partitioned tables.
func readLeaves(ctx context.Context, q querier, found map[uint32]*relation) error {
	var roots []uint32
	for oid, r := range found {
		if r.Partitioned {
			roots = append(roots, oid)
		}
	}
	if len(roots) == 0 {
		return nil
	}
	rows, err := q.Query(ctx, leavesSQL, roots)
	if err != nil {
		return fmt.Errorf("read partitions: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var root uint32
		var l leaf
		var schema, name, identity string
		if err := rows.Scan(&root, &l.oid, &schema, &name, &identity, &l.storage); err != nil {
			return fmt.Errorf("read partitions: %w", err)
		}
		l.name, l.identity = pgx.Identifier{schema, name}, identity[0]
		found[root].leaves = append(found[root].leaves, l)
	}
	return rows.Err()
}

// labelsSQL reads the labels of enums, also of those that domains and arrays are
// of.
const labelsSQL = `
SELECT e.oid, e.enumlabel, t.oid FROM pg_catalog.pg_type t JOIN pg_catalog.pg_enum e ON e.enumtypid IN (t.oid, t.typelem, t.typbasetype)
WHERE t.oid = ANY($1::oid[])`

// firstOID is the first one that something may have that is not Postgres's own:
// FirstNormalObjectId.
const firstOID = 16384

// readLabels completes tables that have enums.
func readLabels(ctx context.Context, q querier, found map[uint32]*relation) error {
	users := map[uint32][]*relation{} // by type
	for _, r := range found {
		for _, c := range r.Columns {
			if c.TypeOID >= firstOID {
				users[c.TypeOID] = append(users[c.TypeOID], r)
			}
		}
	}
	if len(users) == 0 {
		return nil
	}
	rows, err := q.Query(ctx, labelsSQL, slices.Collect(maps.Keys(users)))
	if err != nil {
		return fmt.Errorf("read enums: %w", err)
	}
	var label, typ uint32
	var text string
	_, err = pgx.ForEachRow(rows, []any{&label, &text, &typ}, func() error {
		for _, r := range users[typ] {
			if r.labels == nil {
				r.labels = map[uint32]string{}
			}
			r.labels[label] = text
		}
		return nil
	})
	return err
}

// readRoots gives the partitioned tables above a table.
func readRoots(ctx context.Context, q querier, oid uint32) ([]uint32, error) {
	rows, err := q.Query(ctx, rootsSQL, oid)
	if err != nil {
		return nil, fmt.Errorf("read partitions: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[uint32])
}

// identifier quotes a table's name for SQL.
func identifier(t *wire.Table) string { return pgx.Identifier{t.Schema, t.Name}.Sanitize() }
