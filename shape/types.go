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

// typesSQL reads some types: what they are written with themselves, and the types
// that they are made of, which are elements of arrays, what domains are over,
// attributes of composite types, what ranges are of. Everything else about a type
// that ALTER can change leaves values' texts alone, or is its name, which is a
// column's Type. (To follow them in SQL looks so costly that the server compiles
// the query each time.)
const typesSQL = `
SELECT t.oid, 'pg_type', t.oid, coalesce(a.text, ''),
	ARRAY[t.typelem, t.typbasetype, coalesce(r.rngsubtype, 0), coalesce(r.rngtypid, 0)] || coalesce(a.types, '{}')
FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_range r ON t.oid IN (r.rngtypid, r.rngmultitypid)
LEFT JOIN LATERAL (
	SELECT pg_catalog.string_agg(pg_catalog.concat_ws(' ', a.attnum, a.atttypid, a.atttypmod), ',' ORDER BY a.attnum) AS text,
		pg_catalog.array_agg(a.atttypid) AS types
	FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
) a ON t.typtype = 'c'
WHERE t.oid = ANY($1::oid[])
UNION ALL SELECT e.enumtypid, 'pg_enum', e.oid, e.enumlabel::text, '{}' FROM pg_catalog.pg_enum e WHERE e.enumtypid = ANY($1::oid[])`

// firstOID is the first one that something may have that is not Postgres's own:
// FirstNormalObjectId.
const firstOID = 16384

// A userType is a type that is not Postgres's own, by itself.
type userType struct {
	parts  typeParts
	madeOf []uint32 // types
}

// readTypes completes tables that have columns of users' types.
func readTypes(ctx context.Context, q querier, found map[uint32]*relation) error {
	known := map[uint32]*userType{}
	whole := map[uint32]typeParts{}
	for _, r := range found {
		for _, c := range r.Columns {
			if c.TypeOID >= firstOID {
				known[c.TypeOID], whole[c.TypeOID] = &userType{}, nil
			}
		}
	}
	for next := slices.Collect(maps.Keys(known)); len(next) > 0; {
		var err error
		if next, err = readUserTypes(ctx, q, next, known); err != nil {
			return fmt.Errorf("read types: %w", err)
		}
	}
	for oid := range whole {
		whole[oid] = typeParts{}
		whole[oid].add(oid, known, map[uint32]bool{})
	}
	for _, r := range found {
		r.types = whole
	}
	return nil
}

// readUserTypes reads some types, and gives those that they are made of that are
// not known yet.
func readUserTypes(ctx context.Context, q querier, oids []uint32, known map[uint32]*userType) (next []uint32, err error) {
	rows, err := q.Query(ctx, typesSQL, oids)
	if err != nil {
		return nil, err
	}
	var oid uint32
	var part typePart
	var text string
	var madeOf []uint32
	_, err = pgx.ForEachRow(rows, []any{&oid, &part.catalog, &part.oid, &text, &madeOf}, func() error {
		t := known[oid]
		if t.parts == nil {
			t.parts = typeParts{}
		}
		t.parts[part] = text
		for _, other := range madeOf {
			if other < firstOID {
				continue
			}
			t.madeOf = append(t.madeOf, other)
			if known[other] == nil {
				known[other] = &userType{}
				next = append(next, other)
			}
		}
		return nil
	})
	return next, err
}

// add adds the parts of a type and of all that it is made of.
func (a typeParts) add(oid uint32, known map[uint32]*userType, seen map[uint32]bool) {
	if seen[oid] {
		return
	}
	seen[oid] = true
	maps.Copy(a, known[oid].parts)
	for _, other := range known[oid].madeOf {
		a.add(other, known, seen)
	}
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
