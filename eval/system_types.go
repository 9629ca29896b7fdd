package eval

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

var typeTables = map[string]*virtualTable{
	"pg_type":      virtual(types, typeColumns),
	"pg_enum":      virtual(enumLabels, enumColumns),
	"pg_range":     virtual(ranges, rangeColumns),
	"pg_collation": virtual(collations, collationColumns),
	"pg_cast":      virtual(casts, castColumns),
}

func types(x *Executor, yield func(*catalog.Type)) {
	for i := range pg.Builtin.Types {
		if t := x.c.Type(pg.Builtin.Types[i].OID); t != nil {
			yield(t)
		}
	}
	userObjects(x, yield)
}

// regproc gives the OID of a function that is known by its name; 0 for "-".
func regproc(name func(*catalog.Type) string) func(*Executor, *catalog.Type) query.Datum {
	return func(x *Executor, t *catalog.Type) query.Datum {
		n := name(t)
		if n == "" || n == "-" {
			return pg.OID(0)
		}
		for _, p := range x.c.ProcsNamed("pg_catalog", n) {
			return p.OID
		}
		return Unknown{"a type's function"}
	}
}

var typeColumns = columnsOf[*catalog.Type]{
	"oid":            func(_ *Executor, t *catalog.Type) query.Datum { return t.OID },
	"typname":        func(_ *Executor, t *catalog.Type) query.Datum { return t.Name },
	"typnamespace":   func(_ *Executor, t *catalog.Type) query.Datum { return t.Namespace },
	"typowner":       func(_ *Executor, t *catalog.Type) query.Datum { return t.Owner },
	"typlen":         func(_ *Executor, t *catalog.Type) query.Datum { return int64(t.Len) },
	"typbyval":       func(_ *Executor, t *catalog.Type) query.Datum { return t.ByVal },
	"typtype":        func(_ *Executor, t *catalog.Type) query.Datum { return char(t.Kind) },
	"typcategory":    func(_ *Executor, t *catalog.Type) query.Datum { return char(t.Category) },
	"typispreferred": func(_ *Executor, t *catalog.Type) query.Datum { return t.Preferred },
	"typisdefined":   func(_ *Executor, t *catalog.Type) query.Datum { return t.Defined },
	"typdelim":       func(_ *Executor, t *catalog.Type) query.Datum { return char(t.Delim) },
	"typrelid":       func(_ *Executor, t *catalog.Type) query.Datum { return t.RelID },
	"typsubscript":   regproc(func(t *catalog.Type) string { return t.Subscript }),
	"typelem":        func(_ *Executor, t *catalog.Type) query.Datum { return t.Elem },
	"typarray":       func(_ *Executor, t *catalog.Type) query.Datum { return t.Array },
	"typinput":       regproc(func(t *catalog.Type) string { return t.Input }),
	"typoutput":      regproc(func(t *catalog.Type) string { return t.Output }),
	"typmodin":       regproc(func(t *catalog.Type) string { return t.TypmodIn }),
	"typmodout":      regproc(func(t *catalog.Type) string { return t.TypmodOut }),
	"typalign":       func(_ *Executor, t *catalog.Type) query.Datum { return char(t.Align) },
	"typstorage":     func(_ *Executor, t *catalog.Type) query.Datum { return char(t.Storage) },
	"typnotnull":     func(_ *Executor, t *catalog.Type) query.Datum { return t.NotNull },
	"typbasetype":    func(_ *Executor, t *catalog.Type) query.Datum { return t.BaseType },
	"typtypmod": func(_ *Executor, t *catalog.Type) query.Datum {
		if t.Kind != 'd' {
			return int64(-1)
		}
		return int64(t.Typmod)
	},
	"typndims":      func(_ *Executor, t *catalog.Type) query.Datum { return int64(t.NDims) },
	"typcollation":  func(_ *Executor, t *catalog.Type) query.Datum { return t.Collation },
	"typdefaultbin": func(_ *Executor, t *catalog.Type) query.Datum { return nodeValue(t.Default, 0) },
	"typdefault": func(x *Executor, t *catalog.Type) query.Datum {
		if t.DefaultText != "" {
			return t.DefaultText
		}
		if t.Default != nil {
			return x.nodeText(Node{Expr: t.Default})
		}
		return nil
	},
	"typacl": func(_ *Executor, t *catalog.Type) query.Datum { return aclValue(t.ACL) },
}

// A labelOf is a row of pg_enum.
type labelOf struct {
	typ   *catalog.Type
	label catalog.EnumLabel
	order int
}

func enumLabels(x *Executor, yield func(labelOf)) {
	userObjects(x, func(t *catalog.Type) {
		for i, l := range t.Labels {
			yield(labelOf{t, l, i + 1})
		}
	})
}

var enumColumns = columnsOf[labelOf]{
	"oid":           func(_ *Executor, l labelOf) query.Datum { return l.label.OID },
	"enumtypid":     func(_ *Executor, l labelOf) query.Datum { return l.typ.OID },
	"enumsortorder": func(_ *Executor, l labelOf) query.Datum { return float64(l.order) },
	"enumlabel":     func(_ *Executor, l labelOf) query.Datum { return l.label.Label },
}

func ranges(x *Executor, yield func(*pg.RangeRow)) {
	for i := range pg.Builtin.Ranges {
		yield(&pg.Builtin.Ranges[i])
	}
	userObjects(x, func(t *catalog.Type) {
		if t.Kind == 'r' && t.Range != nil {
			yield(t.Range)
		}
	})
}

var rangeColumns = columnsOf[*pg.RangeRow]{
	"rngtypid":      func(_ *Executor, r *pg.RangeRow) query.Datum { return r.Type },
	"rngsubtype":    func(_ *Executor, r *pg.RangeRow) query.Datum { return r.Subtype },
	"rngmultitypid": func(_ *Executor, r *pg.RangeRow) query.Datum { return r.Multirange },
	"rngcollation":  func(_ *Executor, r *pg.RangeRow) query.Datum { return r.Collation },
	"rngsubopc":     func(_ *Executor, r *pg.RangeRow) query.Datum { return r.SubOpc },
	"rngcanonical":  func(_ *Executor, r *pg.RangeRow) query.Datum { return r.Canonical },
	"rngsubdiff":    func(_ *Executor, r *pg.RangeRow) query.Datum { return r.SubDiff },
}

func collations(x *Executor, yield func(*catalog.Collation)) {
	for i := range pg.Builtin.Collations {
		if c := x.c.Collation(pg.Builtin.Collations[i].OID); c != nil {
			yield(c)
		}
	}
	userObjects(x, yield)
}

var collationColumns = columnsOf[*catalog.Collation]{
	"oid":                 func(_ *Executor, c *catalog.Collation) query.Datum { return c.OID },
	"collname":            func(_ *Executor, c *catalog.Collation) query.Datum { return c.Name },
	"collnamespace":       func(_ *Executor, c *catalog.Collation) query.Datum { return c.Namespace },
	"collowner":           func(_ *Executor, c *catalog.Collation) query.Datum { return c.Owner },
	"collprovider":        func(_ *Executor, c *catalog.Collation) query.Datum { return char(c.Provider) },
	"collisdeterministic": func(_ *Executor, c *catalog.Collation) query.Datum { return c.Deterministic },
	"collencoding": func(_ *Executor, c *catalog.Collation) query.Datum {
		if row := pg.CollationByOID(c.OID); row != nil {
			return int64(row.Encoding)
		}
		return int64(6)
	},
}

func casts(x *Executor, yield func(*catalog.Cast)) {
	for i := range pg.Builtin.Casts {
		row := &pg.Builtin.Casts[i]
		yield(&catalog.Cast{Header: catalog.Header{OID: row.OID}, Source: row.Source, Target: row.Target, Func: row.Func,
			Context: row.Context, Method: row.Method})
	}
	userObjects(x, yield)
}

var castColumns = columnsOf[*catalog.Cast]{
	"oid":         func(_ *Executor, c *catalog.Cast) query.Datum { return c.OID },
	"castsource":  func(_ *Executor, c *catalog.Cast) query.Datum { return c.Source },
	"casttarget":  func(_ *Executor, c *catalog.Cast) query.Datum { return c.Target },
	"castfunc":    func(_ *Executor, c *catalog.Cast) query.Datum { return c.Func },
	"castcontext": func(_ *Executor, c *catalog.Cast) query.Datum { return char(c.Context) },
	"castmethod":  func(_ *Executor, c *catalog.Cast) query.Datum { return char(c.Method) },
}
