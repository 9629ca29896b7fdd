package where

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/pg"
)

// col makes a column of one of the system's types.
func col(name, typ string) Column {
	row := pg.Builtin.TypesNamed(typ)[0]
	t := Type{OID: uint32(row.OID), Typmod: -1, Schema: "pg_catalog", Name: row.Name, Kind: row.Kind}
	if row.Subscript == "array_subscript_handler" {
		t.Elem = uint32(row.Elem)
	}
	return Column{Name: name, Type: t, Collation: Bytes}
}

// items is the table of the tests that need no server: a column of each type
// that matters, and three of types that a user made.
var items = &Table{Schema: "public", Name: "items", Columns: []Column{
	col("id", "int4"), col("big", "int8"), col("small", "int2"), col("title", "text"), col("name", "varchar"),
	col("ok", "bool"), col("price", "numeric"), col("f", "float8"), col("f4", "float4"), col("u", "uuid"), col("d", "date"),
	col("t", "time"), col("ts", "timestamp"), col("tz", "timestamptz"), col("tags", "_text"), col("nums", "_int4"),
	col("doc", "jsonb"), col("code", "bpchar"), col(`Wei"rd`, "text"), col("ip", "inet"), col("iv", "interval"), col("bigs", "_int8"),
	{Name: "status", Type: Type{OID: 90001, Typmod: -1, Schema: "public", Name: "mood", Kind: 'e'}},
	{Name: "moods", Type: Type{OID: 90002, Typmod: -1, Schema: "public", Name: "_mood", Kind: 'b', Elem: 90001}},
	{Name: "dom", Type: Type{OID: 90003, Typmod: -1, Schema: "public", Name: "posint", Kind: 'd'}},
	{Name: "pair", Type: Type{OID: 90004, Typmod: -1, Schema: "public", Name: "pair", Kind: 'c'}},
}}

var projects = &Table{Schema: "public", Name: "projects", Columns: []Column{
	col("id", "int4"), col("active", "bool"), col("title", "text"), col("owner", "int8"), {Name: "gen", Type: col("", "int4").Type, Unreplicated: true},
}}

var tables Tables = func(schema, name string) *Table {
	switch schema + "." + name {
	case "public.items":
		return items
	case "public.projects", "other.projects":
		p := *projects
		p.Schema = schema
		return &p
	}
	return nil
}

var options = Options{Tables: tables, Collation: Bytes}

func numbered(params []string) map[int]string {
	out := map[int]string{}
	for i, p := range params {
		out[i+1] = p
	}
	return out
}

func compile(t testing.TB, clause string, params ...string) *Filter {
	t.Helper()
	f, err := Compile(clause, numbered(params), items, options)
	require.Nil(t, err, clause)
	return f
}

// item makes a row of items from a few columns' texts; the others are NULL.
func item(values map[string]string) [][]byte {
	out := make([][]byte, len(items.Columns))
	for i, c := range items.Columns {
		if text, ok := values[c.Name]; ok {
			out[i] = []byte(text)
		}
	}
	return out
}

func TestSQLIsOneTextForOneClause(t *testing.T) {
	for _, c := range []struct {
		clause string
		params []string
		want   string
	}{
		{"id=5", nil, "id = 5"},
		{"  ID = 5 -- of course\n", nil, "id = 5"},
		{"id = $1", []string{"5"}, "id = '5'::int4"},
		{"id = $1 OR $2 = title", []string{"5", "it's"}, "id = '5'::int4 OR 'it''s'::text = title"},
		{`title = $1`, []string{`back\slash`}, `title = E'back\\slash'::text`},
		{"title = $1", []string{"'; DROP TABLE items; --"}, "title = '''; DROP TABLE items; --'::text"},
		{"id = ANY($1)", []string{"{1,2}"}, "id = ANY ('{1,2}'::int4[])"},
		{"price > $1", []string{"1.5"}, "price > '1.5'::numeric"},
		{"$1::int = id", []string{"5"}, "'5'::int4::int4 = id"},
		{"$1 IS NULL", []string{"5"}, "'5'::text IS NULL"},
		{"id IN (1,2) and not (ok or title is null)", nil, "id IN (1, 2) AND (NOT (ok OR title IS NULL))"},
		{"id not in (1,2)", nil, "id NOT IN (1, 2)"},
		{"((ok)) AND (ok AND ok)", nil, "ok AND (ok AND ok)"},
		{"ok AND (ok OR ok)", nil, "ok AND (ok OR ok)"},
		{"id between symmetric 1 and -2", nil, "id BETWEEN SYMMETRIC 1 AND (-2)"},
		{"id + 2 * 3 = -5", nil, "(id + (2 * 3)) = (-5)"},
		{"-5 ^ 2.0 = price", nil, "((-5) ^ 2.0) = price"},
		{"- id = @ id", nil, "(- id) = (@ id)"},
		{"(-5)::text = title", nil, "(-5)::text = title"},
		{"title not ilike 'A%'", nil, "title NOT ILIKE 'A%'"},
		{"title !~~ 'A%'", nil, "title !~~ 'A%'"},
		{"title is not distinct from name", nil, "title IS NOT DISTINCT FROM name"},
		{"ok is not unknown", nil, "ok IS NOT UNKNOWN"},
		{`"Wei""rd" = 'x'`, nil, `"Wei""rd" = 'x'`},
		{"nums[1] = 1 and nums[:2] = '{}' and (nums || nums)[1:] = nums", nil, "nums[1] = 1 AND nums[:2] = '{}' AND (nums || nums)[1:] = nums"},
		{"array[1,id] @> nums", nil, "ARRAY[1, id] @> nums"},
		{"coalesce(id, 1) = greatest(1, least(id, 2))", nil, "COALESCE(id, 1) = GREATEST(1, LEAST(id, 2))"},
		{"date '2024-01-01' + interval '1' day = ts", nil, "('2024-01-01'::date + '1'::interval DAY) = ts"},
		{"ts::timestamp(3) = ts and title::varchar(3) = 'abc'", nil, "ts::timestamp(3) = ts AND title::varchar(3) = 'abc'"},
		{"tz at time zone 'UTC' = ts", nil, "pg_catalog.timezone('UTC', tz) = ts"},
		{"like(title, 'a')", nil, `"like"(title, 'a')`},
		{"id in (select id from projects where owner = $1 and title in (select title from items))", []string{"7"},
			"id IN (SELECT id FROM public.projects WHERE owner = '7'::int8 AND title IN (SELECT title FROM public.items))"},
		{"(id, title) not in (select id, title from other.projects as p)", nil, "NOT ROW(id, title) IN (SELECT id, title FROM other.projects)"},
	} {
		require.Equal(t, c.want, compile(t, c.clause, c.params...).SQL(), c.clause)
	}
}

func TestColumnsAreThoseThatTheClauseReads(t *testing.T) {
	require.Equal(t, []int{0, 3}, compile(t, "title = 'a' OR id > 5 OR title IS NULL").Columns())
	require.Equal(t, []int{}, compile(t, "1 = 1").Columns())
	require.Equal(t, []int{1}, compile(t, "big IN (SELECT owner FROM projects WHERE active)").Columns())
}

func TestSubqueries(t *testing.T) {
	f := compile(t, "id IN (SELECT id FROM projects WHERE title IN (SELECT title FROM items WHERE ok)) AND big NOT IN (SELECT owner FROM projects)")
	require.False(t, f.Native())
	require.Equal(t, []Subquery{
		{"public", "projects", []string{"id", "owner", "title"}},
		{"public", "items", []string{"ok", "title"}},
	}, f.Subqueries())
	require.Empty(t, compile(t, "id = 1").Subqueries())

	// What the other conditions rule out needs no server.
	f = compile(t, "id IN (SELECT id FROM projects) AND title = 'a'")
	_, known := f.Decide(item(map[string]string{"id": "1", "title": "a"}))
	require.False(t, known)
	match, known := f.Decide(item(map[string]string{"id": "1", "title": "b"}))
	require.Equal(t, []bool{false, true}, []bool{match, known})
}

func TestEqualFindsAConditionThatShapesCanBeIndexedBy(t *testing.T) {
	for _, c := range []struct {
		clause string
		column string
		value  string
	}{
		{"id = 5", "id", "5"},
		{"5 = id AND title = 'x'", "id", "5"},
		{"price > 1.0 AND (title = 'x' AND ok)", "title", "x"},
		{"big = '007'", "big", "7"},
		{"u = 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "u", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
		{"name = 'x'", "name", "x"},
		{"d = '2024-02-29'", "d", "2024-02-29"},
		{"tz = '2024-02-29 01:00:00+01'", "tz", "2024-02-29 00:00:00+00"},
		{"ok", "ok", "t"},
		{"ok = false AND id > 5", "ok", "f"},
		{"NOT ok", "ok", "f"},
		{"status::text = 'sad'", "status", "sad"},
		{"id > 5", "", ""},
		{"id = 5 OR ok", "", ""},
		{"price = 5", "", ""}, // 5.0 is 5
		{"f = 5", "", ""},
		{"code = 'a'", "", ""}, // blanks at the end
		{"id = NULL", "", ""},
		{"id = small", "", ""},
	} {
		i, value, ok := compile(t, c.clause).Equal()
		require.Equal(t, c.column != "", ok, c.clause)
		if ok {
			require.Equal(t, c.column, items.Columns[i].Name, c.clause)
			require.Equal(t, c.value, value, c.clause)
		}
	}
}

func TestOnlyQueryableColumnsMayBeNamed(t *testing.T) {
	o := options
	o.Queryable, o.Subset = []string{"id", "status"}, true
	_, err := Compile("title = 'a'", nil, items, o)
	require.Equal(t, &Error{"where", "At location 0: unknown reference title"}, err)
	f, err := Compile("status = $1 AND status <> 'x' AND id = 1", map[int]string{1: "sad"}, items, o)
	require.Nil(t, err)
	require.Equal(t, "status = 'sad'::public.mood AND status <> 'x' AND id = 1", f.SQL())
	_, err = Compile("id IN (SELECT id FROM projects)", nil, items, o)
	require.Equal(t, &Error{"where", "Subqueries are not allowed in subsets"}, err)
}
