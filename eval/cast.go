package eval

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// base gives the type under a domain.
func (x *Executor) base(typ pg.OID) pg.OID {
	for t := x.c.Type(typ); t != nil && t.Kind == 'd'; t = x.c.Type(typ) {
		typ = t.BaseType
	}
	return typ
}

// isArrayType says whether a type is a true array type, and of what.
func (x *Executor) elementType(typ pg.OID) (elem pg.OID, ok bool) {
	t := x.c.Type(x.base(typ))
	if t == nil || t.Elem == 0 || t.Len != -1 {
		return 0, false
	}
	return t.Elem, true
}

// asArray gives a value of an array type as an array; a vector becomes one.
func (x *Executor) asArray(v query.Datum, typ pg.OID) *query.Array {
	switch v := v.(type) {
	case *query.Array:
		return v
	case string:
		return x.vectorArray(v, typ)
	}
	elem, _ := x.elementType(typ)
	return &query.Array{Elem: elem}
}

// vectorArray reads an int2vector or oidvector, whose elements count from 0.
func (x *Executor) vectorArray(s string, typ pg.OID) *query.Array {
	elem := pg.OID(pg.Int2)
	if typ == pg.OidVector || typ == pg.OidVectorArray {
		elem = pg.Oid
	}
	if e, ok := x.elementType(typ); ok {
		elem = e
	}
	a := &query.Array{Elem: elem}
	for _, field := range strings.Fields(s) {
		a.Values = append(a.Values, datum.In(x.c, elem, -1, field))
	}
	if len(a.Values) > 0 {
		a.Dims, a.Lower = []int{len(a.Values)}, []int{0}
	}
	return a
}

// relabel gives a value of one type as one of a type with the same form. The
// forms that differ here are those of vectors and arrays, and of integers and OIDs.
func (x *Executor) relabel(v query.Datum, from, to pg.OID) query.Datum {
	if from == to || v == nil {
		return v
	}
	switch v := v.(type) {
	case string:
		if from == pg.Int2Vector || from == pg.OidVector {
			if _, ok := x.elementType(to); ok {
				return x.vectorArray(v, from)
			}
		}
	case int64:
		if isOIDType(x.base(to)) {
			return pg.OID(uint32(v))
		}
	case pg.OID:
		if x.base(to) == pg.Int4 {
			return int64(int32(v))
		}
	}
	return v
}

// isOIDType says whether a type's values are OIDs.
func isOIDType(typ pg.OID) bool {
	switch typ {
	case pg.Oid, pg.Regproc, pg.Regprocedure, pg.Regoper, pg.Regoperator, pg.Regclass, pg.Regtype, pg.Regcollation,
		pg.Regnamespace, pg.Regrole, pg.Regconfig, pg.Regdictionary:
		return true
	}
	return false
}

// viaIO casts through the text form.
func (x *Executor) viaIO(v query.Datum, from, to pg.OID, typmod int32) query.Datum {
	if v == nil {
		return nil
	}
	if u, ok := WhyUnknown(v); ok {
		return Unknown{u}
	}
	if n, ok := v.(Node); ok {
		return x.nodeText(n)
	}
	return datum.In(x.c, to, typmod, datum.Out(x.c, from, v))
}

// Cast converts a value from one type to another as an assignment does: with
// the catalog's cast, or through text. A domain's checks are made.
func (x *Executor) Cast(v query.Datum, from, to pg.OID, typmod int32) query.Datum {
	if x.run == nil {
		x = x.begin()
	}
	out := x.convert(v, from, to, typmod)
	if from != to && !IsUnknown(out) {
		x.checkDomain(out, to)
	}
	return out
}

func (x *Executor) convert(v query.Datum, from, to pg.OID, typmod int32) query.Datum {
	switch {
	case v == nil:
		return nil
	case from == to && typmod < 0:
		return v
	case from == 0:
		from = pg.Text
	}
	if u, ok := WhyUnknown(v); ok {
		return Unknown{u}
	}
	if s, ok := v.(string); ok && (from == pg.Text || from == pg.Unknown) {
		return datum.In(x.c, to, typmod, s)
	}
	base := x.base(to)
	if c := x.c.Cast(from, base); c != nil && c.Func != 0 && base == to && typmod < 0 {
		p := x.c.Proc(c.Func)
		args, types := []query.Datum{v, int64(typmod), false}, []pg.OID{from, pg.Int4, pg.Bool}
		rows := x.call(p, args[:len(p.ArgTypes)], types[:len(p.ArgTypes)], to, false)
		if rows.Open == "" && len(rows.Rows) == 1 {
			return rows.Rows[0][0]
		}
	}
	if row, ok := v.(*query.Row); ok {
		return x.castRow(row, to)
	}
	return datum.In(x.c, to, typmod, datum.Out(x.c, from, v))
}

func (x *Executor) castRow(row *query.Row, to pg.OID) query.Datum {
	return datum.In(x.c, to, -1, datum.Out(x.c, row.Type, row))
}

func (x *Executor) arrayCoerce(f *frame, e *query.ArrayCoerceExpr) query.Datum {
	v := x.expr(f, e.Arg)
	a, ok := v.(*query.Array)
	if !ok {
		if s, isText := v.(string); isText {
			a = x.vectorArray(s, query.ExprType(e.Arg))
		} else {
			return v
		}
	}
	defer func(test query.Datum) { f.test = test }(f.test)
	out := *a
	out.Elem, _ = x.elementType(e.Type)
	out.Values = make([]query.Datum, len(a.Values))
	for i, value := range a.Values {
		f.test = value
		out.Values[i] = x.expr(f, e.Elemexpr)
	}
	return &out
}

// toDomain checks a value against a domain, as ExecEvalConstraintCheck.
func (x *Executor) toDomain(f *frame, e *query.CoerceToDomain) query.Datum {
	v := x.expr(f, e.Arg)
	x.checkDomain(v, e.Type)
	return v
}

func (x *Executor) checkDomain(v query.Datum, typ pg.OID) {
	t := x.c.Type(typ)
	if t == nil || t.Kind != 'd' {
		return
	}
	x.checkDomain(v, t.BaseType)
	if v == nil && t.NotNull {
		pgerr.Raise("23502", pgerr.NoPosition, "domain %s does not allow null values", datum.TypeName(x.c, typ))
	}
	for _, con := range t.Constraints {
		if con.Check != nil && isFalse(x.expr(&frame{test: v}, con.Check)) {
			pgerr.Raise("23514", pgerr.NoPosition, "value for domain %s violates check constraint \"%s\"", datum.TypeName(x.c, typ), con.Name)
		}
	}
}

// convertRow gives a child table's row as one of its parent's type.
func (x *Executor) convertRow(v query.Datum, typ pg.OID) query.Datum {
	row, ok := v.(*query.Row)
	t := x.c.Type(typ)
	if !ok || t == nil {
		return v
	}
	out := &query.Row{Type: typ}
	rel := x.c.Relation(t.RelID)
	for _, col := range rel.Live() {
		if i := slices.Index(row.Names, col.Name); i >= 0 {
			out.Names, out.Types, out.Values = append(out.Names, col.Name), append(out.Types, col.Type), append(out.Values, row.Values[i])
		}
	}
	return out
}
