package generator

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/electric-cli/electric/pg"
)

// read fills a set with the objects of the given OIDs, or with all for nil.
func read(ctx context.Context, conn *pgx.Conn, oids []uint32) (*pg.Set, error) {
	set := new(pg.Set)
	for _, k := range kinds {
		rows := reflect.ValueOf(set).Elem().FieldByName(k.field)
		if err := readJSON(ctx, conn, rows.Addr().Interface(), k.query, oids); err != nil {
			return nil, fmt.Errorf("read %s: %w", k.field, err)
		}
	}
	return set, nil
}

// readJSON reads a query's rows into a slice of structs whose fields are named
// as the query's columns. JSON carries nested rows and nulls as we want them.
func readJSON(ctx context.Context, conn *pgx.Conn, rows any, query string, args ...any) error {
	var text string
	err := conn.QueryRow(ctx, "SELECT coalesce(json_agg(r), '[]')::text FROM ("+query+") r", args...).Scan(&text)
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(text), rows)
}

// column reads a query's only column.
func column[T any](ctx context.Context, conn *pgx.Conn, query string, args ...any) ([]T, error) {
	rows, err := conn.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[T])
}

// sortSet puts every slice into the order that pg.Set promises. identity
// decides between objects of one name; nil means by OID.
func sortSet(s *pg.Set, identity map[pg.OID]string) {
	type key struct {
		name string
		oid  pg.OID
	}
	byName := func(a, b key) int {
		return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(identity[a.oid], identity[b.oid]), cmp.Compare(a.oid, b.oid))
	}
	slices.SortFunc(s.Types, func(a, b pg.TypeRow) int { return byName(key{a.Name, a.OID}, key{b.Name, b.OID}) })
	slices.SortFunc(s.Procs, func(a, b pg.ProcRow) int { return byName(key{a.Name, a.OID}, key{b.Name, b.OID}) })
	slices.SortFunc(s.Operators, func(a, b pg.OperatorRow) int { return byName(key{a.Name, a.OID}, key{b.Name, b.OID}) })
	slices.SortFunc(s.Collations, func(a, b pg.CollationRow) int { return byName(key{a.Name, a.OID}, key{b.Name, b.OID}) })
	slices.SortFunc(s.OpFamilies, func(a, b pg.OpFamilyRow) int { return byName(key{a.Name, a.OID}, key{b.Name, b.OID}) })
	slices.SortFunc(s.OpClasses, func(a, b pg.OpClassRow) int { return byName(key{a.Name, a.OID}, key{b.Name, b.OID}) })
	slices.SortFunc(s.Ams, func(a, b pg.AmRow) int { return byName(key{a.Name, a.OID}, key{b.Name, b.OID}) })
	slices.SortFunc(s.Languages, func(a, b pg.LanguageRow) int { return byName(key{a.Name, a.OID}, key{b.Name, b.OID}) })
	slices.SortFunc(s.Relations, func(a, b pg.RelationRow) int { return byName(key{a.Name, a.OID}, key{b.Name, b.OID}) })
	slices.SortFunc(s.Named, func(a, b pg.NamedRow) int {
		return cmp.Or(strings.Compare(a.Catalog, b.Catalog), byName(key{a.Name, a.OID}, key{b.Name, b.OID}))
	})
	slices.SortFunc(s.Casts, func(a, b pg.CastRow) int { return strings.Compare(identity[a.OID], identity[b.OID]) })
	sortByReference(s)
}

// sortByReference sorts the rows whose order is that of the OIDs they refer to.
func sortByReference(s *pg.Set) {
	slices.SortStableFunc(s.Casts, func(a, b pg.CastRow) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Target, b.Target))
	})
	slices.SortFunc(s.Amops, func(a, b pg.AmopRow) int {
		return cmp.Or(cmp.Compare(a.Family, b.Family), cmp.Compare(a.Left, b.Left), cmp.Compare(a.Right, b.Right),
			cmp.Compare(a.Strategy, b.Strategy), cmp.Compare(a.Operator, b.Operator))
	})
	slices.SortFunc(s.Amprocs, func(a, b pg.AmprocRow) int {
		return cmp.Or(cmp.Compare(a.Family, b.Family), cmp.Compare(a.Left, b.Left), cmp.Compare(a.Right, b.Right), cmp.Compare(a.Num, b.Num))
	})
	slices.SortFunc(s.Ranges, func(a, b pg.RangeRow) int { return cmp.Compare(a.Type, b.Type) })
	slices.SortStableFunc(s.Enums, func(a, b pg.EnumRow) int { return cmp.Compare(a.Type, b.Type) })
}

var oidType = reflect.TypeFor[pg.OID]()

// eachOID calls visit with every OID in v, however deep, and the name of the
// field that holds it.
func eachOID(set *pg.Set, visit func(field string, oid *pg.OID)) {
	eachOIDOf(reflect.ValueOf(set).Elem(), "", visit)
}

func eachOIDOf(v reflect.Value, field string, visit func(string, *pg.OID)) {
	switch {
	case v.Type() == oidType:
		visit(field, v.Addr().Interface().(*pg.OID))
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			eachOIDOf(v.Index(i), field, visit)
		}
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if t := v.Type().Field(i); t.IsExported() {
				eachOIDOf(v.Field(i), t.Name, visit)
			}
		}
	}
}
