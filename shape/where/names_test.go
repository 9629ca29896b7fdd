package where

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseTable(t *testing.T) {
	for _, c := range []struct{ name, schema, table, message string }{
		{"items", "public", "items", ""},
		{"Items", "public", "items", ""},
		{`"Items"`, "public", "Items", ""},
		{"my.items", "my", "items", ""},
		{`"a.b"."c""d"`, "a.b", `c"d`, ""},
		{"ünïcode$1", "public", "ünïcode$1", ""},
		{strings.Repeat("é", 63), "public", strings.Repeat("é", 63), ""},
		{"", "", "", "Invalid zero-length delimited identifier"},
		{`""`, "", "", "Invalid zero-length delimited identifier"},
		{"a.", "", "", "Invalid zero-length delimited identifier"},
		{" items", "", "", "Invalid unquoted identifier contains special characters:  items"},
		{"it-ems", "", "", "Invalid unquoted identifier contains special characters: it-ems"},
		{"1a", "", "", "Invalid unquoted identifier contains special characters: 1a"},
		{`a."b`, "", "", `Invalid unquoted identifier contains special characters: "b`},
		{`"a"b"`, "", "", `Invalid identifier with unescaped quote: a"b`},
		{"a.b.c", "", "", "Invalid relation identifier, too many delimiters: a.b.c"},
		{strings.Repeat("a", 64), "", "", "Identifier is too long (max length is 63)"},
		{"a\x00b", "", "", "Invalid unquoted identifier contains special characters: a\x00b"},
		{"\"a\x00b\"", "", "", "Invalid identifier with a byte that no name has: \"a\x00b\""},
		{"\"a\xff\"", "", "", "Invalid identifier with a byte that no name has: \"a\xff\""},
	} {
		schema, table, message := ParseTable(c.name)
		require.Equal(t, []string{c.schema, c.table, c.message}, []string{schema, table, message}, c.name)
	}
}

func TestParseColumns(t *testing.T) {
	for _, c := range []struct {
		list    string
		names   []string
		message string
	}{
		{"id", []string{"id"}, ""},
		{"id,name", []string{"id", "name"}, ""},
		{`"PoT@To",PoTaTo`, []string{"PoT@To", "potato"}, ""},
		{`"a,b","c""d",e`, []string{"a,b", `c"d`, "e"}, ""},
		{"", nil, "Invalid zero-length delimited identifier"},
		{"foo,", nil, "Invalid zero-length delimited identifier"},
		{"id, name", nil, "Invalid unquoted identifier contains special characters:  name"},
		{`"id,"name"`, nil, `Invalid unquoted identifier contains special characters: "id`},
	} {
		names, message := ParseColumns(c.list)
		require.Equal(t, c.names, names, c.list)
		require.Equal(t, c.message, message, c.list)
	}
}
