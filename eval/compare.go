package eval

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// comparisons are the operators that a btree sorts by.
var comparisons = map[string]func(int) bool{
	"=":  func(d int) bool { return d == 0 },
	"<>": func(d int) bool { return d != 0 },
	"<":  func(d int) bool { return d < 0 },
	"<=": func(d int) bool { return d <= 0 },
	">":  func(d int) bool { return d > 0 },
	">=": func(d int) bool { return d >= 0 },
}

// compareOperator computes comparisons by the order of their type; ok is false
// for other operators.
func (x *Executor) compareOperator(o *catalog.Operator, args []query.Datum, types []pg.OID) (v query.Datum, ok bool) {
	test := comparisons[o.Name]
	if test == nil || o.Namespace != pg.PgCatalog || len(args) != 2 || !comparable(o.Left) || !comparable(o.Right) {
		return nil, false
	}
	if args[0] == nil || args[1] == nil {
		return nil, true
	}
	if u, unknown := anyUnknown(args); unknown {
		return u, true
	}
	return test(x.compare(args[0], args[1], types[0], types[1])), true
}

// comparable leaves out the types whose operators < and = mean sizes.
func comparable(typ pg.OID) bool {
	switch typ {
	case pg.Box, pg.Circle, pg.Path, pg.Polygon, pg.Lseg, pg.Line, pg.Point, pg.Tsvector, pg.Tsquery:
		return false
	}
	return true
}

// compare orders two values, of different types where there are operators
// across types.
func (x *Executor) compare(a, b query.Datum, ta, tb pg.OID) int {
	ta, tb = x.base(ta), x.base(tb)
	switch {
	case ta == pg.Bpchar && tb != pg.Bpchar:
		ta = pg.Bpchar
	case ta == pg.Int2Vector || ta == pg.OidVector:
		return datum.Compare(x.c, pg.Text, text(a), text(b))
	case mixed(a, b):
		da, ok1 := decimalOf(a)
		db, ok2 := decimalOf(b)
		if ok1 && ok2 {
			return da.cmp(db)
		}
	case ta == pg.Date && tb != pg.Date:
		ta = tb // a date is the timestamp of its midnight
		a = x.Cast(a, pg.Date, tb, -1)
	case tb == pg.Date && ta != pg.Date:
		b = x.Cast(b, pg.Date, ta, -1)
	case ta == pg.Timestamp && tb == pg.Timestamptz, ta == pg.Timestamptz && tb == pg.Timestamp:
		a, b = x.Cast(a, ta, pg.Timestamptz, -1), x.Cast(b, tb, pg.Timestamptz, -1)
		ta = pg.Timestamptz
	}
	if ta == 0 || ta == pg.Unknown {
		ta = pg.Text
	}
	return datum.Compare(x.c, ta, a, b)
}

// mixed says whether two values are numbers of different Go types.
func mixed(a, b query.Datum) bool {
	switch a.(type) {
	case int64:
		switch b.(type) {
		case float64, string:
			return true
		}
	case float64:
		switch b.(type) {
		case int64, string:
			return true
		}
	case string:
		switch b.(type) {
		case int64, float64:
			return true
		}
	}
	return false
}

// keyText writes a value so that equal values of its type have equal texts.
func (x *Executor) keyText(typ pg.OID, v query.Datum) string {
	typ = x.base(typ)
	if n, ok := v.(Node); ok {
		return x.nodeText(n)
	}
	if IsUnknown(v) {
		return "?"
	}
	s := datum.Out(x.c, typ, v)
	switch typ {
	case pg.Numeric:
		if d, ok := parseDecimal(s); ok {
			for d.scale > 0 {
				shorter := d.trunc(d.scale - 1)
				if shorter.cmp(d) != 0 {
					break
				}
				d = shorter
			}
			return d.String()
		}
	case pg.Bpchar:
		for len(s) > 0 && s[len(s)-1] == ' ' {
			s = s[:len(s)-1]
		}
	}
	return s
}
