package datum

import (
	"regexp"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// sqlTypes are the type names that the grammar knows itself, as their words in
// lower case with single blanks.
var sqlTypes = map[string]pg.OID{
	"bit": pg.Bit, "bit varying": pg.Varbit, "boolean": pg.Bool, "char": pg.Bpchar, "character": pg.Bpchar,
	"char varying": pg.Varchar, "character varying": pg.Varchar, "nchar": pg.Bpchar, "nchar varying": pg.Varchar,
	"national character": pg.Bpchar, "national char": pg.Bpchar, "national character varying": pg.Varchar,
	"national char varying": pg.Varchar, "dec": pg.Numeric, "decimal": pg.Numeric, "numeric": pg.Numeric,
	"double precision": pg.Float8, "float": pg.Float8, "int": pg.Int4, "integer": pg.Int4, "bigint": pg.Int8,
	"smallint": pg.Int2, "real": pg.Float4, "varchar": pg.Varchar, "interval": pg.Interval,
	"time": pg.Time, "time without time zone": pg.Time, "time with time zone": pg.Timetz,
	"timestamp": pg.Timestamp, "timestamp without time zone": pg.Timestamp, "timestamp with time zone": pg.Timestamptz,
}

var (
	arraySuffix   = regexp.MustCompile(`(?i)(\s*\[\s*\d*\s*\])+\s*$|\s+array(\s*\[\s*\d+\s*\])?\s*$`)
	typmodPart    = regexp.MustCompile(`\s*\(([^()]*)\)`)
	intervalWords = regexp.MustCompile(`(?i)^interval\s+(year|month|day|hour|minute|second)(\s+to\s+(month|hour|minute|second))?$`)
	blanks        = regexp.MustCompile(`\s+`)
)

// ParseType reads a type's name as the argument of to_regtype or a regtype
// literal has it, array brackets and modifiers included (parseTypeString). It
// raises 42704 when there is no such type.
func ParseType(c *catalog.Catalog, text string) (pg.OID, int32) {
	s := trimSpace(text)
	if s == "" {
		pgerr.Raise("42601", pgerr.NoPosition, `invalid type name "%s"`, text)
	}
	array := false
	if loc := arraySuffix.FindStringIndex(s); loc != nil && !strings.HasSuffix(s, `"`) {
		s, array = s[:loc[0]], true
	}
	var modifiers []string
	if m := typmodPart.FindStringSubmatchIndex(s); m != nil && !strings.HasSuffix(s, `"`) {
		modifiers = strings.Split(s[m[2]:m[3]], ",")
		s = s[:m[0]] + s[m[1]:]
	}
	t := lookupType(c, s, text)
	typmod := int32(-1)
	if modifiers != nil {
		typmod = TypmodIn(c, t, modifiers, pgerr.NoPosition)
	}
	if !array {
		return t.OID, typmod
	}
	if t.Array == 0 {
		pgerr.Raise("42704", pgerr.NoPosition, `type "%s[]" does not exist`, s)
	}
	return t.Array, typmod
}

func lookupType(c *catalog.Catalog, s, whole string) *catalog.Type {
	if intervalWords.MatchString(s) {
		return c.Type(pg.Interval)
	}
	if oid, ok := sqlTypes[blanks.ReplaceAllString(strings.ToLower(s), " ")]; ok {
		return c.Type(oid)
	}
	parts := typeNameParts(s, whole)
	schema, name := schemaAndName(parts)
	needSchema(c, schema)
	t := c.TypeNamed(schema, name)
	if t == nil {
		pgerr.Raise("42704", pgerr.NoPosition, `type "%s" does not exist`, strings.Join(parts, "."))
	}
	return t
}

// typeNameParts splits a type's name; here a wrong name is a syntax error.
func typeNameParts(s, whole string) []string {
	var parts []string
	if err := pgerr.Catch(func() { parts = SplitName(s) }); err != nil {
		pgerr.Raise("42601", pgerr.NoPosition, `syntax error at or near "%s"`, whole)
	}
	return parts
}
