package datum

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pgerr"
)

// maxLength is the longest varchar(n), MaxAttrSize.
const maxLength = 10485760

// TypmodIn turns the modifiers of a type name, varchar(10) or numeric(8,2),
// into a typmod, as the type's typmodin function does. position is where
// errors point.
func TypmodIn(c *catalog.Catalog, t *catalog.Type, modifiers []string, position int) int32 {
	r := typmodReader{name: t.Name, modifiers: modifiers, position: position}
	switch bareName(t.TypmodIn) {
	case "varchartypmodin":
		return r.length("varchar") + headerSize
	case "bpchartypmodin":
		return r.length("char") + headerSize
	case "bittypmodin":
		return r.bits("bit")
	case "varbittypmodin":
		return r.bits("varbit")
	case "numerictypmodin":
		return r.numeric()
	case "timetypmodin":
		return r.precision("TIME", "")
	case "timetztypmodin":
		return r.precision("TIME", " WITH TIME ZONE")
	case "timestamptypmodin":
		return r.precision("TIMESTAMP", "")
	case "timestamptztypmodin":
		return r.precision("TIMESTAMP", " WITH TIME ZONE")
	case "intervaltypmodin":
		return r.interval()
	case "geometry_typmod_in", "geography_typmod_in":
		return r.geometry(bareName(t.TypmodIn) == "geography_typmod_in")
	case "vector_typmod_in", "halfvec_typmod_in", "sparsevec_typmod_in":
		return r.dimensions()
	case "":
		pgerr.Raise("42601", position, `type modifier is not allowed for type "%s"`, TypeName(c, t.OID))
	}
	return r.plain()
}

func bareName(function string) string { return function[strings.LastIndexByte(function, '.')+1:] }

// A typmodReader reads one list of modifiers.
type typmodReader struct {
	name      string
	modifiers []string
	position  int
}

func (r typmodReader) fail(format string, args ...any) {
	pgerr.Raise("22023", r.position, format, args...)
}

// number reads modifier i as an integer (ArrayGetIntegerTypmods).
func (r typmodReader) number(i int) int64 {
	s := trimSpace(r.modifiers[i])
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil {
		pgerr.Raise("22P02", r.position, `invalid input syntax for type %s: "%s"`, "integer", s)
	}
	return n
}

func (r typmodReader) one() int64 {
	if len(r.modifiers) != 1 {
		r.fail("invalid type modifier")
	}
	return r.number(0)
}

func (r typmodReader) length(typeName string) int32 {
	n := r.one()
	if n < 1 {
		r.fail("length for type %s must be at least 1", typeName)
	}
	if n > maxLength {
		r.fail("length for type %s cannot exceed %d", typeName, maxLength)
	}
	return int32(n)
}

func (r typmodReader) bits(typeName string) int32 {
	n := r.one()
	if n < 1 {
		r.fail("length for type %s must be at least 1", typeName)
	}
	if n > maxLength*8 {
		r.fail("length for type %s cannot exceed %d", typeName, maxLength*8)
	}
	return int32(n)
}

func (r typmodReader) numeric() int32 {
	if len(r.modifiers) != 1 && len(r.modifiers) != 2 {
		r.fail("invalid NUMERIC type modifier")
	}
	precision, scale := r.number(0), int64(0)
	if len(r.modifiers) == 2 {
		scale = r.number(1)
	}
	if precision < 1 || precision > 1000 {
		r.fail("NUMERIC precision %d must be between 1 and %d", precision, 1000)
	}
	if scale < -1000 || scale > 1000 {
		r.fail("NUMERIC scale %d must be between %d and %d", scale, -1000, 1000)
	}
	return int32(precision<<16|scale&0x7ff) + headerSize
}

// precision reads the fractional digits of seconds; more than six are six.
func (r typmodReader) precision(typeName, zone string) int32 {
	n := r.one()
	if n < 0 {
		r.fail("%s(%d)%s precision must not be negative", typeName, n, zone)
	}
	return int32(min(n, 6))
}

// The bits of an interval's typmod (timestamp.h): fields in the high half,
// precision in the low one.
const (
	intervalFullRange     = 0x7FFF
	intervalFullPrecision = 0xFFFF
)

// intervalFields names the combinations of fields that the grammar allows.
var intervalFields = map[int32]string{
	1 << 2: " year", 1 << 1: " month", 1 << 3: " day", 1 << 10: " hour", 1 << 11: " minute", 1 << 12: " second",
	1<<2 | 1<<1: " year to month", 1<<3 | 1<<10: " day to hour", 1<<3 | 1<<10 | 1<<11: " day to minute",
	1<<3 | 1<<10 | 1<<11 | 1<<12: " day to second", 1<<10 | 1<<11: " hour to minute",
	1<<10 | 1<<11 | 1<<12: " hour to second", 1<<11 | 1<<12: " minute to second", intervalFullRange: "",
}

func (r typmodReader) interval() int32 {
	if len(r.modifiers) != 1 && len(r.modifiers) != 2 {
		r.fail("invalid INTERVAL type modifier")
	}
	fields := int32(r.number(0))
	if _, ok := intervalFields[fields]; !ok {
		r.fail("invalid INTERVAL type modifier")
	}
	if len(r.modifiers) == 1 {
		if fields == intervalFullRange {
			return -1
		}
		return fields<<16 | intervalFullPrecision
	}
	n := r.number(1)
	if n < 0 {
		r.fail("INTERVAL(%d) precision must not be negative", n)
	}
	return fields<<16 | int32(min(n, 6))
}

// dimensions reads pgvector's vector(n).
func (r typmodReader) dimensions() int32 {
	n := r.one()
	if n < 1 {
		r.fail("dimensions for type %s must be at least 1", r.name)
	}
	if n > 16000 {
		r.fail("dimensions for type %s cannot exceed %d", r.name, 16000)
	}
	return int32(n)
}

// plain serves extension types whose modifiers are not modelled: one number.
func (r typmodReader) plain() int32 { return int32(r.one()) }

// geometryTypes are PostGIS's, in the order of their numbers.
var geometryTypes = []string{"Geometry", "Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon",
	"GeometryCollection", "CircularString", "CompoundCurve", "CurvePolygon", "MultiCurve", "MultiSurface",
	"PolyhedralSurface", "Triangle", "Tin"}

// geometry reads PostGIS's geometry(PointZ,4326): the SRID in bits 8 to 28, the
// type in 2 to 7, Z and M in 1 and 0 (gserialized_typmod.c).
func (r typmodReader) geometry(geography bool) int32 {
	if len(r.modifiers) < 1 || len(r.modifiers) > 2 {
		r.fail("invalid type modifier")
	}
	kind, flags := geometryType(strings.ToUpper(trimSpace(r.modifiers[0])))
	if kind < 0 {
		r.fail("Invalid geometry type modifier: %s", r.modifiers[0])
	}
	srid := int64(0)
	if len(r.modifiers) == 2 {
		srid = r.number(1)
	}
	if geography && srid == 0 {
		srid = 4326
	}
	return int32(srid&0x1FFFFF)<<8 | int32(kind)<<2 | flags
}

func geometryType(name string) (kind int, flags int32) {
	for i, candidate := range geometryTypes {
		rest, ok := strings.CutPrefix(name, strings.ToUpper(candidate))
		if !ok {
			continue
		}
		switch rest {
		case "":
			return i, 0
		case "Z":
			return i, 2
		case "M":
			return i, 1
		case "ZM":
			return i, 3
		}
	}
	return -1, 0
}

// TypmodOut writes a typmod as format_type appends it: "(10)", "(8,2)",
// "(3) with time zone", " day to second(3)".
func TypmodOut(t *catalog.Type, typmod int32) string {
	if typmod < 0 {
		return ""
	}
	switch bareName(t.TypmodOut) {
	case "varchartypmodout", "bpchartypmodout":
		if typmod > headerSize {
			return fmt.Sprintf("(%d)", typmod-headerSize)
		}
		return ""
	case "numerictypmodout":
		if typmod >= headerSize {
			precision, scale := numericTypmod(typmod)
			return fmt.Sprintf("(%d,%d)", precision, scale)
		}
		return ""
	case "timetypmodout", "timestamptypmodout":
		return fmt.Sprintf("(%d) without time zone", typmod)
	case "timetztypmodout", "timestamptztypmodout":
		return fmt.Sprintf("(%d) with time zone", typmod)
	case "intervaltypmodout":
		return intervalTypmodOut(typmod)
	case "geometry_typmod_out", "geography_typmod_out", "postgis_typmod_out":
		return geometryTypmodOut(typmod)
	}
	return fmt.Sprintf("(%d)", typmod)
}

func intervalTypmodOut(typmod int32) string {
	out := intervalFields[typmod>>16&intervalFullRange]
	if precision := typmod & 0xFFFF; precision != intervalFullPrecision {
		out += fmt.Sprintf("(%d)", precision)
	}
	return out
}

func geometryTypmodOut(typmod int32) string {
	srid, kind := typmod>>8&0x1FFFFF, typmod>>2&0x3F
	if srid == 0 && kind == 0 && typmod&3 == 0 || int(kind) >= len(geometryTypes) {
		return ""
	}
	out := "(" + geometryTypes[kind] + []string{"", "M", "Z", "ZM"}[typmod&3]
	if srid != 0 {
		out += fmt.Sprintf(",%d", srid)
	}
	return out + ")"
}
