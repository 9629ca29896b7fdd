package metadata

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func orders() *Schema {
	return &Schema{
		Schemas: []Namespace{{Name: "public", Comment: "standard public schema"}},
		Tables: []Table{{
			Schema: "public", Name: "orders", Options: []string{"fillfactor=70", "user_catalog_table=true"},
			Columns: []Column{
				{Ordinal: 1, Name: "id", TypeRef: TypeRef{Type: "integer"}, IsLocal: true},
				{Ordinal: 2, Name: "total", TypeRef: TypeRef{Type: "numeric"}, IsLocal: true},
			},
			PrimaryKey: &Key{Name: "orders_pkey", Columns: []string{"id"}},
			Checks:     []Check{{Name: "c", Columns: []string{"id", "total"}, Def: "CHECK ((id < total))"}},
			Indexes:    []Index{{Name: "i", Keys: []IndexKey{{Column: "id"}}, Valid: true}},
		}},
		Views:     []View{{Schema: "public", Name: "v", Definition: " SELECT 1\n  AS one;"}},
		Functions: []Function{{Schema: "public", Name: "f", IdentityArgs: "a integer"}},
		Operators: []Operator{{Schema: "public", Name: "+", Right: "text"}},
	}
}

func TestDiff(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Schema)
		want   []string
	}{
		{"nothing", func(*Schema) {}, nil},
		{"what does not matter", func(s *Schema) {
			s.Schemas[0].Comment = ""
			o := &s.Tables[0]
			o.Options = []string{"user_catalog_table=true", "fillfactor=70"}
			o.Columns[1].Ordinal, o.Columns[1].Attnum = 3, 3
			o.Checks[0].Columns = []string{"total", "id"}
			o.Indexes[0].Valid = false
			s.Views[0].Definition = "SELECT 1 AS one;"
		}, nil},
		{"a column's type", func(s *Schema) { s.Tables[0].Columns[1].Type = "text" },
			[]string{`table public.orders column total type: "numeric" | "text"`}},
		{"nullable has no usual value", func(s *Schema) { s.Tables[0].Columns[1].Nullable = true },
			[]string{`table public.orders column total nullable: false | true`}},
		{"a column too many", func(s *Schema) {
			s.Tables[0].Columns = append(s.Tables[0].Columns, Column{Name: "note"})
		}, []string{`table public.orders column note: nothing | exists`}},
		{"columns in another order", func(s *Schema) {
			c := s.Tables[0].Columns
			c[0], c[1] = c[1], c[0]
		}, []string{`table public.orders column order: ["id","total"] | ["total","id"]`}},
		{"no primary key", func(s *Schema) { s.Tables[0].PrimaryKey = nil },
			[]string{`table public.orders primary key: exists | nothing`}},
		{"another primary key", func(s *Schema) { s.Tables[0].PrimaryKey.Columns = []string{"total"} },
			[]string{`table public.orders primary key columns: ["id"] | ["total"]`}},
		{"an index key", func(s *Schema) { s.Tables[0].Indexes[0].Keys[0].Desc = true },
			[]string{`table public.orders index i keys: [{"column":"id"}] | [{"column":"id","desc":true}]`}},
		{"a missing table is one difference", func(s *Schema) { s.Tables = nil },
			[]string{`table public.orders: exists | nothing`}},
		{"functions are told apart by arguments", func(s *Schema) { s.Functions[0].IdentityArgs = "a text" },
			[]string{`function public.f(a integer): exists | nothing`, `function public.f(a text): nothing | exists`}},
		{"operators too", func(s *Schema) { s.Operators[0].Left = "text" },
			[]string{`operator public.+(, text): exists | nothing`, `operator public.+(text, text): nothing | exists`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, b := orders(), orders()
			tt.change(b)
			var got []string
			for _, d := range Diff(a, b) {
				got = append(got, d.String())
			}
			require.Equal(t, tt.want, got)
		})
	}
}

func TestFind(t *testing.T) {
	s := orders()
	require.Equal(t, "numeric", s.Table("public", "orders").Column("total").Type)
	require.Nil(t, s.Table("public", "other"))
	require.Nil(t, s.Table("public", "orders").Column("other"))
	require.NotNil(t, s.View("public", "v"))
	require.Nil(t, s.Enum("public", "e"))
}
