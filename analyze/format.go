package analyze

import (
	"strconv"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
)

func itoa(n int) string { return strconv.Itoa(n) }

// spelled are the types that format_type_be gives SQL's own names.
var spelled = map[pg.OID]string{
	pg.Bit: "bit", pg.Bool: "boolean", pg.Bpchar: "character", pg.Char: `"char"`, pg.Float4: "real",
	pg.Float8: "double precision", pg.Int2: "smallint", pg.Int4: "integer", pg.Int8: "bigint",
	pg.Numeric: "numeric", pg.Interval: "interval", pg.Time: "time without time zone",
	pg.Timetz: "time with time zone", pg.Timestamp: "timestamp without time zone",
	pg.Timestamptz: "timestamp with time zone", pg.Varbit: "bit varying", pg.Varchar: "character varying",
}

// formatType names a type as messages do (format_type_be): with its schema
// only where the name alone would not find it.
func formatType(c *catalog.Catalog, typ pg.OID) string {
	if typ == 0 {
		return "-"
	}
	t := c.Type(typ)
	if t == nil {
		return "???"
	}
	if isTrueArray(t) && t.Storage != 'p' {
		return formatType(c, t.Elem) + "[]"
	}
	if name := spelled[typ]; name != "" {
		return name
	}
	name := quoteIdent(t.Name)
	if !c.Visible(t) {
		name = quoteIdent(c.SchemaName(t.Namespace)) + "." + name
	}
	return name
}

// quoteIdent quotes a type's name where it is no plain lower-case identifier.
func quoteIdent(name string) string {
	for i, r := range name {
		if r != '_' && (r < 'a' || r > 'z') && (i == 0 || r < '0' || r > '9') {
			return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
		}
	}
	if name == "" {
		return `""`
	}
	return name
}

// formatTypmod names a type with its modifier (format_type_with_typemod).
func formatTypmod(c *catalog.Catalog, typ pg.OID, typmod int32) string {
	name := formatType(c, typ)
	if typmod < 0 {
		return name
	}
	array := ""
	for len(name) > 2 && name[len(name)-2:] == "[]" {
		name, array = name[:len(name)-2], array+"[]"
		typ = c.Type(typ).Elem
	}
	with := func(mod string) string {
		if word, rest, ok := strings.Cut(name, " with"); ok && strings.HasPrefix(name, "time") {
			return word + mod + " with" + rest + array
		}
		return name + mod + array
	}
	switch typ {
	case pg.Varchar, pg.Bpchar:
		return with("(" + itoa(int(typmod)-varHeader) + ")")
	case pg.Numeric:
		n := int(typmod) - varHeader
		scale := n & 0x7ff
		if scale >= 1024 {
			scale -= 2048
		}
		return with("(" + itoa(n>>16&0xffff) + "," + itoa(scale) + ")")
	case pg.Bit, pg.Varbit, pg.Time, pg.Timetz, pg.Timestamp, pg.Timestamptz:
		return with("(" + itoa(int(typmod)) + ")")
	}
	return name + array
}
