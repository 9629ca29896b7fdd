package interp

import (
	"github.com/electric-cli/electric/eval"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/plpgsql"
	"github.com/electric-cli/electric/query"
)

// loop runs a loop of any kind.
func (fr *frame) loop(s plpgsql.Stmt) flow {
	switch s := s.(type) {
	case *plpgsql.Loop:
		for {
			fr.in.step()
			if c, done := fr.round(s, s.Label, s.Body); done {
				return c
			}
		}
	case *plpgsql.While:
		return fr.while(s)
	case *plpgsql.ForInt:
		return fr.forInt(s)
	case *plpgsql.ForQuery:
		p, r := fr.query(s.Query)
		return fr.forRows(s, s.Label, s.Query, s.Into, s.Body, p.query, r.Rows)
	case *plpgsql.ForExecute:
		return fr.forExecute(s)
	case *plpgsql.ForCursor:
		return fr.forCursor(s)
	case *plpgsql.Foreach:
		return fr.foreach(s)
	}
	return flow{}
}

// round runs a loop's body once; done says that the loop ends, and c how
// control goes on behind it.
func (fr *frame) round(loop plpgsql.Stmt, label string, body []plpgsql.Stmt) (c flow, done bool) {
	c = fr.statements(body)
	if fr.doubt != nil {
		fr.leaveDoubtful(loop)
		return flow{}, true
	}
	switch {
	case c.kind == flowNext:
		return flow{}, false
	case c.kind == flowReturn:
		return c, true
	case c.label != "" && c.label != label:
		return c, true
	case c.kind == flowContinue:
		return flow{}, false
	}
	return flow{}, true
}

func (fr *frame) while(s *plpgsql.While) flow {
	for {
		fr.in.step()
		switch v := fr.cond(s.Cond).(type) {
		case eval.Unknown:
			fr.passLoop(s, s.Cond, v.Why)
			return flow{}
		case bool:
			if !v {
				return flow{}
			}
		}
		if c, done := fr.round(s, s.Label, s.Body); done {
			return c
		}
	}
}

// integerBound evaluates a bound of FOR i IN a .. b; why is not empty when it
// is not known.
func (fr *frame) integerBound(e *plpgsql.Expr, what string) (n int64, why string) {
	v, typ := fr.eval(e)
	switch v := fr.cast(v, typ, pg.Int4, -1).(type) {
	case int64:
		return v, ""
	case eval.Unknown:
		return 0, v.Why
	}
	pgerr.Raise("22004", pgerr.NoPosition, "%s of FOR loop cannot be null", what)
	return 0, ""
}

func (fr *frame) forInt(s *plpgsql.ForInt) flow {
	lower, why1 := fr.integerBound(s.Lower, "lower bound")
	upper, why2 := fr.integerBound(s.Upper, "upper bound")
	step, why3 := int64(1), ""
	if s.By != nil {
		if step, why3 = fr.integerBound(s.By, "BY value"); why3 == "" && step <= 0 {
			pgerr.Raise("22023", pgerr.NoPosition, "BY value of FOR loop must be greater than zero")
		}
	}
	for i, why := range []string{why1, why2, why3} {
		if why != "" {
			fr.passLoop(s, []*plpgsql.Expr{s.Lower, s.Upper, s.By}[i], why)
			return flow{}
		}
	}
	v := &variable{decl: s.Var, typ: pg.Int4, typmod: -1}
	fr.vars[s.Var] = v
	found := false
	for n := lower; !s.Reverse && n <= upper || s.Reverse && n >= upper; {
		fr.in.step()
		found = true
		v.value = n
		if c, done := fr.round(s, s.Label, s.Body); done {
			fr.setFound(true)
			return c
		}
		if s.Reverse {
			n -= step
		} else {
			n += step
		}
	}
	fr.setFound(found)
	return flow{}
}

// forRows runs a loop over a query's rows (exec_for_query).
func (fr *frame) forRows(s plpgsql.Stmt, label string, e *plpgsql.Expr, into []*plpgsql.Target, body []plpgsql.Stmt, q *query.Query, rows eval.Rows) flow {
	if rows.Open != "" {
		fr.assignRow(into, unknownRow(q, rows.Open))
		fr.passLoop(s, e, rows.Open)
		return flow{}
	}
	for _, values := range rows.Rows {
		fr.in.step()
		fr.assignRow(into, rowOf(q, values))
		if c, done := fr.round(s, label, body); done {
			fr.setFound(true)
			return c
		}
	}
	if len(rows.Rows) == 0 {
		fr.assignRow(into, rowOf(q, nil))
	}
	fr.setFound(len(rows.Rows) > 0)
	return flow{}
}

func (fr *frame) forExecute(s *plpgsql.ForExecute) flow {
	text, known := fr.dynamic(s.Query)
	if !known {
		for _, t := range s.Into {
			fr.unsettle(t.Var, "the rows of EXECUTE")
		}
		fr.forgetRows()
		fr.passLoop(s, s.Query, "the text to EXECUTE")
		return flow{}
	}
	u := fr.using(s.Using)
	var q *query.Query
	var r eval.Result
	fr.inText(func() {
		if q, r = fr.runText(text, u); q == nil {
			pgerr.Raise("42P11", pgerr.NoPosition, "cannot open non-SELECT query as cursor")
		}
	})
	return fr.forRows(s, s.Label, s.Query, s.Into, s.Body, q, r.Rows)
}

// foreach runs over the elements of an array, or with SLICE over its parts.
func (fr *frame) foreach(s *plpgsql.Foreach) flow {
	v, typ := fr.eval(s.Array)
	if why, unknown := eval.WhyUnknown(v); unknown {
		if _, whole := v.(eval.Unknown); whole {
			fr.passLoop(s, s.Array, why)
			return flow{}
		}
	}
	if v == nil {
		pgerr.Raise("22004", pgerr.NoPosition, "FOREACH expression must not be null")
	}
	a, ok := v.(*query.Array)
	if !ok {
		pgerr.Raise("42804", pgerr.NoPosition, "FOREACH expression must yield an array, not type %s", fr.typeName(typ))
	}
	fr.checkForeach(s)
	if s.Slice < 0 || s.Slice > len(a.Dims) && len(a.Dims) > 0 {
		pgerr.Raise("2202E", pgerr.NoPosition, "slice dimension (%d) is out of the valid range 0..%d", s.Slice, len(a.Dims))
	}
	found := false
	for _, item := range parts(a, s.Slice) {
		fr.in.step()
		found = true
		itemType := a.Elem
		if s.Slice > 0 {
			itemType = typ
		}
		if row, isRow := item.(*query.Row); isRow {
			fr.assignRow(s.Into, row)
		} else {
			fr.assign(s.Into[0], item, itemType)
		}
		if c, done := fr.round(s, s.Label, s.Body); done {
			fr.setFound(true)
			return c
		}
	}
	fr.setFound(found)
	return flow{}
}

// checkForeach asks that the loop variable can hold what the loop gives it.
func (fr *frame) checkForeach(s *plpgsql.Foreach) {
	v := fr.variable(s.Into[0].Var)
	if v.record || len(s.Into[0].Path) > 0 {
		return
	}
	t := fr.catalog().Type(v.typ)
	isArray := t != nil && t.Elem != 0 && t.Len == -1
	switch {
	case s.Slice > 0 && !isArray:
		pgerr.Raise("42804", pgerr.NoPosition, "FOREACH ... SLICE loop variable must be of an array type")
	case s.Slice == 0 && isArray:
		pgerr.Raise("42804", pgerr.NoPosition, "FOREACH loop variable must not be of an array type")
	}
}

// parts cuts an array into its elements, or into sub-arrays of so many
// dimensions.
func parts(a *query.Array, dims int) []query.Datum {
	if dims == 0 || len(a.Dims) == 0 {
		return a.Values
	}
	size := 1
	for _, d := range a.Dims[len(a.Dims)-dims:] {
		size *= d
	}
	var out []query.Datum
	for i := 0; size > 0 && i+size <= len(a.Values); i += size {
		out = append(out, &query.Array{Elem: a.Elem, Dims: a.Dims[len(a.Dims)-dims:], Lower: a.Lower[len(a.Dims)-dims:], Values: a.Values[i : i+size]})
	}
	return out
}
