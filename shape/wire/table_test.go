package wire_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/shape/wire"
)

func TestHeader(t *testing.T) {
	table := &wire.Table{Schema: "public", Name: "t", Key: []int{1, 0}, Columns: []wire.Column{
		{Name: "b", Type: "integer", TypeName: "int4", Typmod: -1, NotNull: true},
		{Name: "a", Type: "character varying(12)", TypeName: "varchar", Typmod: 16, NotNull: true},
		{Name: "tags", Type: "text[]", TypeName: "text", Typmod: -1, IsArray: true, Dims: 1},
		{Name: "price", Type: "numeric(12,2)", TypeName: "numeric", Typmod: 12<<16 + 2 + 4},
		{Name: "größe", Type: "boolean", TypeName: "bool", Typmod: -1},
		{Name: "🎵", Type: "text", TypeName: "text", Typmod: -1},
	}}
	require.Equal(t, `{"a":{"max_length":12,"not_null":true,"pk_index":0,"type":"varchar"},"b":{"not_null":true,"pk_index":1,"type":"int4"},`+
		`"gr\u00f6\u00dfe":{"type":"bool"},"price":{"precision":12,"scale":2,"type":"numeric"},"tags":{"dims":1,"type":"text"},"\ud83c\udfb5":{"type":"text"}}`,
		table.Header([]int{0, 1, 2, 3, 4, 5}))
	require.Equal(t, `{"a":{"max_length":12,"not_null":true,"pk_index":0,"type":"varchar"}}`, table.Header([]int{1}))
	require.Equal(t, -1, table.Index("c"))
	require.Equal(t, []string{"price", "b"}, table.Names([]int{3, 0}))
}
