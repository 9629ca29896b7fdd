package analyze

import (
	"strconv"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
)

// typeModifier gives the modifier that a type name asks for (typenameTypeMod).
func (a *Analyzer) typeModifier(n *ast.TypeName, t *catalog.Type) int32 {
	if len(n.Typmods) == 0 {
		return int32(n.Typemod)
	}
	if !t.Defined {
		raise("42601", n.Location, `type modifier cannot be specified for shell type "%s"`, typeNameString(n))
	}
	if t.TypmodIn == "" || t.TypmodIn == "-" {
		raise("42601", n.Location, `type modifier is not allowed for type "%s"`, typeNameString(n))
	}
	words := make([]string, len(n.Typmods))
	for i, m := range n.Typmods {
		word, ok := modifierWord(m)
		if !ok {
			raise("42601", n.Location, "type modifiers must be simple constants or identifiers")
		}
		words[i] = word
	}
	name := t.TypmodIn[strings.LastIndexByte(t.TypmodIn, '.')+1:]
	in := typmodInputs[name]
	if in == nil {
		raise("0A000", n.Location, `type modifiers of type "%s" are not supported`, typeNameString(n))
	}
	var typmod int32
	at(n.Location, func() { typmod = in(words) })
	return typmod
}

// modifierWord gives a modifier's text: a constant or an identifier.
func modifierWord(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.A_Const:
		switch v := n.Val.(type) {
		case *ast.Integer:
			return strconv.Itoa(v.Ival), true
		case *ast.Float:
			return v.Fval, true
		case *ast.String:
			return v.Sval, true
		}
	case *ast.ColumnRef:
		if len(n.Fields) == 1 {
			if s, ok := n.Fields[0].(*ast.String); ok {
				return s.Sval, true
			}
		}
	}
	return "", false
}

// typmodInputs are the typmodin functions by name.
var typmodInputs = map[string]func(words []string) int32{
	"bpchartypmodin":      func(w []string) int32 { return charTypmod("char", w) },
	"varchartypmodin":     func(w []string) int32 { return charTypmod("varchar", w) },
	"bittypmodin":         func(w []string) int32 { return bitTypmod("bit", w) },
	"varbittypmodin":      func(w []string) int32 { return bitTypmod("varbit", w) },
	"numerictypmodin":     numericTypmod,
	"timetypmodin":        func(w []string) int32 { return precisionTypmod("TIME(%d)%s", "", w) },
	"timetztypmodin":      func(w []string) int32 { return precisionTypmod("TIME(%d)%s", " WITH TIME ZONE", w) },
	"timestamptypmodin":   func(w []string) int32 { return precisionTypmod("TIMESTAMP(%d)%s", "", w) },
	"timestamptztypmodin": func(w []string) int32 { return precisionTypmod("TIMESTAMP(%d)%s", " WITH TIME ZONE", w) },
	"intervaltypmodin":    intervalTypmod,
	"vector_typmod_in":    func(w []string) int32 { return dimensionTypmod("vector", 16000, w) },
	"halfvec_typmod_in":   func(w []string) int32 { return dimensionTypmod("halfvec", 16000, w) },
	"sparsevec_typmod_in": func(w []string) int32 { return dimensionTypmod("sparsevec", 1000000000, w) },
	"geometry_typmod_in":  func(w []string) int32 { return geometryTypmod(w, 0) },
	"geography_typmod_in": func(w []string) int32 { return geometryTypmod(w, 4326) },
}

const varHeader = 4 // VARHDRSZ, which several modifiers have added

// modifierNumbers reads modifiers as int4in would (ArrayGetIntegerTypmods).
func modifierNumbers(words []string) []int {
	out := make([]int, len(words))
	for i, w := range words {
		n, err := strconv.ParseInt(strings.TrimSpace(w), 10, 64)
		if err != nil {
			raise("22P02", noPosition, `invalid input syntax for type integer: "%s"`, w)
		}
		if int64(int32(n)) != n {
			raise("22003", noPosition, `value "%s" is out of range for type integer`, w)
		}
		out[i] = int(n)
	}
	return out
}

func oneModifier(words []string) int {
	n := modifierNumbers(words)
	if len(n) != 1 {
		raise("22023", noPosition, "invalid type modifier")
	}
	return n[0]
}

func charTypmod(name string, words []string) int32 {
	n := oneModifier(words)
	if n < 1 {
		raise("22023", noPosition, "length for type %s must be at least 1", name)
	}
	if n > 10485760 {
		raise("22023", noPosition, "length for type %s cannot exceed %d", name, 10485760)
	}
	return int32(n + varHeader)
}

func bitTypmod(name string, words []string) int32 {
	n := oneModifier(words)
	if n < 1 {
		raise("22023", noPosition, "length for type %s must be at least 1", name)
	}
	if n > 83886080 {
		raise("22023", noPosition, "length for type %s cannot exceed %d", name, 83886080)
	}
	return int32(n)
}

func numericTypmod(words []string) int32 {
	n := modifierNumbers(words)
	if len(n) == 0 || len(n) > 2 {
		raise("22023", noPosition, "invalid NUMERIC type modifier")
	}
	scale := 0
	if len(n) == 2 {
		scale = n[1]
	}
	if n[0] < 1 || n[0] > 1000 {
		raise("22023", noPosition, "NUMERIC precision %d must be between 1 and %d", n[0], 1000)
	}
	if scale < -1000 || scale > 1000 {
		raise("22023", noPosition, "NUMERIC scale %d must be between %d and %d", scale, -1000, 1000)
	}
	return int32(n[0]<<16|scale&0x7ff) + varHeader
}

func precisionTypmod(format, zone string, words []string) int32 {
	return checkPrecision(format, zone, oneModifier(words))
}

// checkPrecision is anytime_typmod_check and anytimestamp_typmod_check.
func checkPrecision(format, zone string, n int) int32 {
	if n < 0 {
		raise("22023", noPosition, format+" precision must not be negative", n, zone)
	}
	return int32(min(n, 6))
}

// Bits of an interval's modifier, as in utils/timestamp.h.
const (
	intervalFullRange     = 0x7FFF
	intervalFullPrecision = 0xFFFF
)

var intervalRanges = []int{1 << 2, 1 << 1, 1 << 3, 1 << 10, 1 << 11, 1 << 12,
	1<<2 | 1<<1, 1<<3 | 1<<10, 1<<3 | 1<<10 | 1<<11, 1<<3 | 1<<10 | 1<<11 | 1<<12,
	1<<10 | 1<<11, 1<<10 | 1<<11 | 1<<12, 1<<11 | 1<<12, intervalFullRange}

func intervalTypmod(words []string) int32 {
	n := modifierNumbers(words)
	known := false
	for _, r := range intervalRanges {
		known = known || len(n) > 0 && n[0] == r
	}
	if !known {
		raise("22023", noPosition, "invalid INTERVAL type modifier")
	}
	switch len(n) {
	case 1:
		if n[0] == intervalFullRange {
			return -1
		}
		return int32(n[0]<<16 | intervalFullPrecision)
	case 2:
		if n[1] < 0 {
			raise("22023", noPosition, "INTERVAL(%d) precision must not be negative", n[1])
		}
		return int32(n[0]<<16 | min(n[1], 6))
	}
	raise("22023", noPosition, "invalid INTERVAL type modifier")
	return -1
}

func dimensionTypmod(name string, most int, words []string) int32 {
	n := oneModifier(words)
	if n < 1 {
		raise("22023", noPosition, "dimensions for type %s must be at least 1", name)
	}
	if n > most {
		raise("22023", noPosition, "dimensions for type %s cannot exceed %d", name, most)
	}
	return int32(n)
}

// geometryTypes are PostGIS's type numbers by name.
var geometryTypes = []string{"GEOMETRY", "POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING",
	"MULTIPOLYGON", "GEOMETRYCOLLECTION", "CIRCULARSTRING", "COMPOUNDCURVE", "CURVEPOLYGON", "MULTICURVE",
	"MULTISURFACE", "POLYHEDRALSURFACE", "TRIANGLE", "TIN"}

// geometryTypmod packs PostGIS's (type, srid): SRID from bit 8, type from bit
// 2, then Z and M.
func geometryTypmod(words []string, srid int) int32 {
	name := strings.ToUpper(strings.TrimSpace(words[0]))
	flags := 0
	if !strings.HasSuffix(name, "GEOM") {
		trimmed := strings.TrimSuffix(name, "M")
		if trimmed != name {
			flags |= 1
		}
		if z := strings.TrimSuffix(trimmed, "Z"); z != trimmed {
			trimmed, flags = z, flags|2
		}
		name = trimmed
	}
	kind := -1
	for i, t := range geometryTypes {
		if t == name {
			kind = i
		}
	}
	if kind < 0 {
		raise("22023", noPosition, "Invalid geometry type modifier: %s", words[0])
	}
	if len(words) > 1 {
		srid = modifierNumbers(words[1:])[0]
	}
	return int32(srid<<8 | kind<<2 | flags)
}
