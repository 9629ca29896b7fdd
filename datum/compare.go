package datum

import (
	"cmp"
	"math"
	"net/netip"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// Equal says whether two values of a type are equal by its default equality.
func Equal(c *catalog.Catalog, typ pg.OID, a, b query.Datum) bool { return Compare(c, typ, a, b) == 0 }

// Compare orders two values of a type as its default btree operator class
// does. Types without one are compared by their text. NULL is the greatest.
func Compare(c *catalog.Catalog, typ pg.OID, a, b query.Datum) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	switch a := a.(type) {
	case bool:
		return cmp.Compare(boolInt(a), boolInt(b.(bool)))
	case int64:
		return cmp.Compare(a, b.(int64))
	case float64:
		return compareFloat(a, b.(float64))
	case pg.OID:
		return cmp.Compare(a, b.(pg.OID))
	case *query.Array:
		return compareArrays(c, a, b.(*query.Array))
	case *query.Row:
		return compareRows(c, a, b.(*query.Row))
	case string:
		return compareTexts(c, typ, a, b.(string))
	}
	return 0
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// compareFloat has NaN above everything and equal to itself.
func compareFloat(a, b float64) int {
	switch {
	case math.IsNaN(a) && math.IsNaN(b):
		return 0
	case math.IsNaN(a):
		return 1
	case math.IsNaN(b):
		return -1
	}
	return cmp.Compare(a, b)
}

func compareArrays(c *catalog.Catalog, a, b *query.Array) int {
	for i := range min(len(a.Values), len(b.Values)) {
		if d := Compare(c, a.Elem, a.Values[i], b.Values[i]); d != 0 {
			return d
		}
	}
	return cmp.Or(cmp.Compare(len(a.Values), len(b.Values)), cmp.Compare(len(a.Dims), len(b.Dims)))
}

func compareRows(c *catalog.Catalog, a, b *query.Row) int {
	for i := range min(len(a.Values), len(b.Values)) {
		if d := Compare(c, a.Types[i], a.Values[i], b.Values[i]); d != 0 {
			return d
		}
	}
	return cmp.Compare(len(a.Values), len(b.Values))
}

// compareTexts compares values that are kept as text.
func compareTexts(c *catalog.Catalog, typ pg.OID, a, b string) int {
	if a == b {
		return 0
	}
	t := c.Type(typ)
	for t != nil && t.Kind == 'd' {
		typ = t.BaseType
		t = c.Type(typ)
	}
	switch typ {
	case pg.Numeric:
		return CompareNumeric(a, b)
	case pg.Bpchar:
		return strings.Compare(strings.TrimRight(a, " "), strings.TrimRight(b, " "))
	case pg.Date:
		return compareOrdered(a, b, func(s string) int64 { return parseDate(c, s) })
	case pg.Timestamp:
		return compareOrdered(a, b, func(s string) int64 { return parseInstant(c, s, false) })
	case pg.Timestamptz:
		return compareOrdered(a, b, func(s string) int64 { return parseInstant(c, s, true) })
	case pg.Timetz:
		return compareTimetz(c, a, b)
	case pg.Interval:
		return compareIntervals(c, a, b)
	case pg.Inet, pg.Cidr:
		return compareNetworks(a, b)
	case pg.Money:
		return compareNumericTexts(strings.NewReplacer("$", "", ",", ""), a, b)
	case pg.PgLsn:
		return compareLSN(a, b)
	case pg.Xid8:
		return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
	}
	if t != nil && t.Kind == 'e' {
		return cmp.Compare(labelOrder(t, a), labelOrder(t, b))
	}
	return strings.Compare(a, b)
}

func labelOrder(t *catalog.Type, label string) int {
	for i, l := range t.Labels {
		if l.Label == label {
			return i
		}
	}
	return len(t.Labels)
}

// compareOrdered compares by number, with the infinities at the ends.
func compareOrdered(a, b string, number func(string) int64) int {
	of := func(s string) int64 {
		switch s {
		case "infinity":
			return infiniteLate
		case "-infinity":
			return infiniteEarly
		}
		return number(s)
	}
	return cmp.Compare(of(a), of(b))
}

func compareTimetz(c *catalog.Catalog, a, b string) int {
	x, y := decodeDate(c, "timetz", a, true), decodeDate(c, "timetz", b, true)
	utc := func(d *dateDecoder) int64 { return d.timeOfDay() - int64(d.zone)*usecPerSecond }
	return cmp.Or(cmp.Compare(utc(x), utc(y)), cmp.Compare(y.zone, x.zone))
}

// compareIntervals takes months for 30 days and days for 24 hours.
func compareIntervals(c *catalog.Catalog, a, b string) int {
	x, y := parseInterval(c, a, -1), parseInterval(c, b, -1)
	span := func(v interval) (int64, int64) {
		return v.months*30 + v.days + floorDiv(v.usec, usecPerDay), v.usec - floorDiv(v.usec, usecPerDay)*usecPerDay
	}
	xd, xu := span(x)
	yd, yu := span(y)
	return cmp.Or(cmp.Compare(xd, yd), cmp.Compare(xu, yu))
}

func compareNetworks(a, b string) int {
	x, y := networkPrefix(a), networkPrefix(b)
	if d := cmp.Compare(x.Addr().BitLen(), y.Addr().BitLen()); d != 0 {
		return d
	}
	common := min(x.Bits(), y.Bits())
	mask := func(p netip.Prefix) netip.Addr { return netip.PrefixFrom(p.Addr(), common).Masked().Addr() }
	return cmp.Or(mask(x).Compare(mask(y)), cmp.Compare(x.Bits(), y.Bits()), x.Addr().Compare(y.Addr()))
}

func networkPrefix(s string) netip.Prefix {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p
	}
	a, _ := netip.ParseAddr(s)
	return netip.PrefixFrom(a, a.BitLen())
}

func compareNumericTexts(strip *strings.Replacer, a, b string) int {
	return CompareNumeric(strip.Replace(a), strip.Replace(b))
}

func compareLSN(a, b string) int {
	ah, al, _ := strings.Cut(a, "/")
	bh, bl, _ := strings.Cut(b, "/")
	return cmp.Or(cmp.Compare(len(ah), len(bh)), strings.Compare(ah, bh), cmp.Compare(len(al), len(bl)), strings.Compare(al, bl))
}

// CompareNumeric orders two numerics in canonical text; NaN is the greatest.
func CompareNumeric(a, b string) int {
	rank := func(s string) int {
		switch s {
		case "NaN":
			return 2
		case "Infinity":
			return 1
		case "-Infinity":
			return -1
		}
		return 0
	}
	if ra, rb := rank(a), rank(b); ra != 0 || rb != 0 {
		return cmp.Compare(ra, rb)
	}
	x, _ := parseDecimal(a)
	y, _ := parseDecimal(b)
	return x.compare(y)
}

func (d decimal) compare(e decimal) int {
	sign := func(d decimal) int {
		switch {
		case d.digits == "":
			return 0
		case d.negative:
			return -1
		}
		return 1
	}
	if s := cmp.Compare(sign(d), sign(e)); s != 0 || d.digits == "" {
		return s
	}
	scale := max(d.scale, e.scale)
	x, y := d.round(scale).digits, e.round(scale).digits
	order := cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(x, y))
	if d.negative {
		return -order
	}
	return order
}
