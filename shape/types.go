package shape

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"
)

// A typePart is something that a type's values are written with, other than the
// type itself: the label of an enum, or the attributes of a composite type.
type typePart struct {
	catalog string // pg_enum or pg_type
	oid     uint32 // there
}

// typeParts are those of a type and of all types that it is made of, and what they
// are now.
type typeParts map[typePart]string

// typePartsSQL reads them, of types at any depth: elements of arrays, what domains
// are over, attributes of composite types, what ranges are of. Everything else
// about a type that ALTER can change leaves values' texts alone, or is its name,
// which is a column's Type.
const typePartsSQL = `
WITH RECURSIVE used AS (
	SELECT t AS root, t AS oid FROM pg_catalog.unnest($1::oid[]) AS t
	UNION
	SELECT u.root, part.oid FROM used u JOIN pg_catalog.pg_type t ON t.oid = u.oid CROSS JOIN LATERAL (
		SELECT pg_catalog.unnest(ARRAY[t.typelem, t.typbasetype])
		UNION ALL SELECT a.atttypid FROM pg_catalog.pg_attribute a WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
		UNION ALL SELECT pg_catalog.unnest(ARRAY[r.rngsubtype, r.rngtypid]) FROM pg_catalog.pg_range r WHERE u.oid IN (r.rngtypid, r.rngmultitypid)
	) AS part (oid) WHERE part.oid >= 16384
)
SELECT u.root, 'pg_enum', e.oid, e.enumlabel::text FROM used u JOIN pg_catalog.pg_enum e ON e.enumtypid = u.oid
UNION ALL
SELECT u.root, 'pg_type', t.oid, (SELECT coalesce(pg_catalog.string_agg(pg_catalog.concat_ws(' ', a.attnum, a.atttypid, a.atttypmod), ',' ORDER BY a.attnum), '')
	FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)
FROM used u JOIN pg_catalog.pg_type t ON t.oid = u.oid AND t.typtype = 'c'`

// firstOID is the first one that something may have that is not Postgres's own:
// FirstNormalObjectId.
const firstOID = 16384

// readTypeParts completes tables that have columns of users' types.
func readTypeParts(ctx context.Context, q querier, found map[uint32]*relation) error {
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
	rows, err := q.Query(ctx, typePartsSQL, slices.Collect(maps.Keys(users)))
	if err != nil {
		return fmt.Errorf("read types: %w", err)
	}
	var typ uint32
	var part typePart
	var text string
	_, err = pgx.ForEachRow(rows, []any{&typ, &part.catalog, &part.oid, &text}, func() error {
		for _, r := range users[typ] {
			if r.types == nil {
				r.types = map[uint32]typeParts{}
			}
			if r.types[typ] == nil {
				r.types[typ] = typeParts{}
			}
			r.types[typ][part] = text
		}
		return nil
	})
	return err
}

// sameTexts reports whether values of a type are written as they were. Labels that
// were added change nothing.
func (a typeParts) sameTexts(b typeParts) bool {
	for part, text := range a {
		if now, there := b[part]; !there || now != text {
			return false
		}
	}
	return true
}
