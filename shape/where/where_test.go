package where

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/pg"
)

// col makes a column of one of the system's types.
func col(name, typ string) Column {
	for _, row := range pg.Builtin.TypesNamed(typ) {
		t := Type{OID: uint32(row.OID), Typmod: -1, Schema: "pg_catalog", Name: row.Name, Kind: row.Kind}
		if row.Subscript == "array_subscript_handler" {
			t.Elem = uint32(row.Elem)
		}
		return Column{Name: name, Type: t, Collation: Bytes}
	}
	panic("no type " + typ)
}

var items = &Table{Schema: "public", Name: "items", Columns: []Column{
	col("id", "int4"), col("big", "int8"), col("small", "int2"), col("title", "text"), col("name", "varchar"),
	col("ok", "bool"), col("price", "numeric"), col("f", "float8"), col("f4", "float4"), col("u", "uuid"), col("d", "date"),
	col("t", "time"), col("ts", "timestamp"), col("tz", "timestamptz"), col("tags", "_text"), col("nums", "_int4"),
	col("doc", "jsonb"), col("code", "bpchar"), col("Wei\"rd", "text"), col("ip", "inet"),
	{Name: "status", Type: Type{OID: 90001, Typmod: -1, Schema: "public", Name: "mood", Kind: 'e'}},
	{Name: "moods", Type: Type{OID: 90002, Typmod: -1, Schema: "public", Name: "_mood", Kind: 'b', Elem: 90001}},
	{Name: "dom", Type: Type{OID: 90003, Typmod: -1, Schema: "public", Name: "posint", Kind: 'd'}},
}}

var tables Tables = func(schema, name string) *Table {
	switch schema + "." + name {
	case "public.items":
		return items
	case "public.projects":
		return &Table{Schema: "public", Name: "projects", Columns: []Column{col("id", "int4"), col("active", "bool"), col("title", "text"), col("owner", "int8")}}
	}
	return nil
}

func compile(t *testing.T, clause string, params ...string) *Filter {
	t.Helper()
	f, err := Compile(clause, numbered(params), items, Options{Tables: tables, Collation: Bytes})
	require.Nil(t, err, clause)
	return f
}

func numbered(params []string) map[int]string {
	out := map[int]string{}
	for i, p := range params {
		out[i+1] = p
	}
	return out
}

func TestFirst(t *testing.T) {
	f := compile(t, "id = $1 AND title like 'a%' or NOT ok", "5")
	t.Log(f.SQL(), f.Native(), f.Columns())
	f = compile(t, "id = $1", "5")
	row := make([][]byte, len(items.Columns))
	row[0] = []byte("5")
	require.True(t, f.Match(row))
	c, v, ok := f.Equal()
	require.Equal(t, []any{0, "5", true}, []any{c, v, ok})
	_, err := Compile("1 x 1", nil, items, Options{})
	require.Equal(t, &Error{"where", `At location 17: syntax error at or near "x"`}, err)
	f = compile(t, "id IN (SELECT id FROM projects WHERE active AND owner = $1) OR title = $2", "7", "x")
	t.Log(f.SQL(), f.Native(), f.Columns(), f.Subqueries())
	t.Log(f.Query(nil))
}

func BenchmarkEqual(b *testing.B) {
	f, _ := Compile("id = 5", nil, items, Options{})
	row := make([][]byte, len(items.Columns))
	row[0] = []byte("5")
	b.ReportAllocs()
	for b.Loop() {
		f.Match(row)
	}
}
