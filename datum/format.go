package datum

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
)

// A special type is printed by a name of the grammar's own instead of the
// catalog's. bare is the name without a typmod.
type special struct{ stem, bare string }

// specials are the types that format_type writes by SQL's names.
var specials = map[pg.OID]special{
	pg.Bool: {"boolean", "boolean"}, pg.Float4: {"real", "real"}, pg.Float8: {"double precision", "double precision"},
	pg.Int2: {"smallint", "smallint"}, pg.Int4: {"integer", "integer"}, pg.Int8: {"bigint", "bigint"},
	pg.Numeric: {"numeric", "numeric"}, pg.Interval: {"interval", "interval"},
	pg.Bit: {"bit", "bit"}, pg.Varbit: {"bit varying", "bit varying"},
	pg.Bpchar: {"character", "character"}, pg.Varchar: {"character varying", "character varying"},
	pg.Time: {"time", "time without time zone"}, pg.Timetz: {"time", "time with time zone"},
	pg.Timestamp: {"timestamp", "timestamp without time zone"}, pg.Timestamptz: {"timestamp", "timestamp with time zone"},
}

// TypeName names a type without a typmod (format_type_be).
func TypeName(c *catalog.Catalog, typ pg.OID) string { return formatType(c, typ, -1, false) }

// FormatType names a type with its typmod (format_type_with_typemod). Types
// outside the search path are qualified.
func FormatType(c *catalog.Catalog, typ pg.OID, typmod int32) string {
	return formatType(c, typ, typmod, true)
}

// QualifiedTypeName names a type with its schema, except the ones SQL has words for.
func QualifiedTypeName(c *catalog.Catalog, typ pg.OID) string {
	var name string
	c.WithSearchPath([]string{"pg_temp", "pg_catalog"}, func() { name = TypeName(c, typ) })
	return name
}

func formatType(c *catalog.Catalog, typ pg.OID, typmod int32, given bool) string {
	if typ == 0 {
		return "-"
	}
	t := c.Type(typ)
	if t == nil {
		return "???"
	}
	suffix := ""
	if isArray(t) && t.Storage != 'p' {
		if t = c.Type(t.Elem); t == nil {
			return "???[]"
		}
		suffix = "[]"
	}
	typmodText := ""
	if given && typmod >= 0 {
		typmodText = TypmodOut(t, typmod)
	}
	// bit and bpchar without a length are not SQL's bit and character, which mean length 1.
	unsized := given && typmod < 0 && (t.OID == pg.Bit || t.OID == pg.Bpchar)
	if s, ok := specials[t.OID]; ok && !unsized {
		if given && typmod >= 0 {
			return s.stem + typmodText + suffix
		}
		return s.bare + suffix
	}
	schema := ""
	if !c.Visible(t) {
		schema = c.SchemaName(t.Namespace)
		if c.IsTemp(t.Namespace) {
			schema = "pg_temp"
		}
	}
	return QuoteQualified(schema, t.Name) + typmodText + suffix
}
