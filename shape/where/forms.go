package where

import (
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// orderOf gives the order of a type's values; nil when only the server has it.
func (c *compiler) orderOf(typ pg.OID, args []query.Expr, equalityOnly bool) comparison {
	switch typ {
	case pg.Bool, pg.Int2, pg.Int4, pg.Int8, pg.Date, pg.Time, pg.Timestamp, pg.Timestamptz:
		return byNumber
	case pg.Float4, pg.Float8:
		return byFloat
	case pg.Numeric:
		return byNumeric
	case pg.Interval:
		return byInterval
	case pg.Uuid:
		return byText
	case pg.Text, pg.Varchar:
		if k := c.collationOf(args); k == Bytes || k == Linguistic && equalityOnly {
			return byText
		}
	}
	return nil
}

func (c *compiler) terms(exprs []query.Expr) []term {
	out := make([]term, len(exprs))
	for i, e := range exprs {
		out[i] = c.term(e)
	}
	return out
}

// coalesce compiles COALESCE. Constants behind one that is not NULL are not
// looked at.
func (c *compiler) coalesce(e *query.CoalesceExpr) term {
	var args []term
	for _, arg := range e.Args {
		t := c.term(arg)
		if t.constant && t.fixed.state == null {
			continue
		}
		if t.constant && len(args) == 0 {
			return t
		}
		if args = append(args, t); t.constant {
			break
		}
	}
	if len(args) == 0 {
		return fixed(value{state: null})
	}
	return term{eval: func(row [][]byte) value {
		var v value
		for _, t := range args {
			if v = t.eval(row); v.state != null {
				return v
			}
		}
		return v
	}}
}

// minMax compiles GREATEST and LEAST: NULLs do not count.
func (c *compiler) minMax(e *query.MinMaxExpr) term {
	order := c.orderOf(e.Type, e.Args, false)
	args := c.terms(e.Args)
	if order == nil {
		return c.ask()
	}
	wanted := 1
	if e.Op == ast.IS_LEAST {
		wanted = -1
	}
	return c.fold(term{eval: func(row [][]byte) value {
		out := value{state: null}
		for _, t := range args {
			switch v := t.eval(row); {
			case v.state > null:
				return v
			case v.state == fine && (out.state == null || order(v, out)*wanted > 0):
				out = v
			}
		}
		return out
	}}, args...)
}

// distinct compiles IS DISTINCT FROM: NULL is a value like others.
func (c *compiler) distinct(e *query.DistinctExpr) (cond, bool) {
	args := c.terms(e.Args)
	equal := binaries[c.c.Proc(c.c.Operator(e.Op).Code).Src]
	if equal == nil {
		equal = c.arrayTest(c.c.Proc(c.c.Operator(e.Op).Code).Src, e.Args)
	}
	if equal == nil || !c.follows("", e.Args, e.Inputcoll) {
		return c.askTruth()
	}
	holds := func(row [][]byte) truth {
		a := args[0].eval(row)
		if a.state == failed {
			return isFailed
		}
		b := args[1].eval(row)
		switch worst := max(a.state, b.state); {
		case worst > null:
			return value{state: worst}.truth()
		case worst == null:
			return truthOf(a.state != b.state)
		}
		return negated(equal(a, b).truth())
	}
	return holds, args[0].constant && args[1].constant
}

// arrayTest gives a comparison of arrays; nil when it is none, or its
// elements' order is the server's affair.
func (c *compiler) arrayTest(src string, args []query.Expr) binary {
	test := arrayTests[src]
	if test == nil {
		return nil
	}
	order := c.orderOf(elementType(query.ExprType(args[0])), args, true)
	if order == nil {
		return nil
	}
	return func(a, b value) value {
		x, y := asArray(a), asArray(b)
		if len(x.elems)*len(y.elems) > maxElements*100 {
			return value{state: asked}
		}
		return valueOf(truthOf(test(order, x, y)))
	}
}

// arrayOp compiles x op ANY (array) and x op ALL (array), and IN.
func (c *compiler) arrayOp(e *query.ScalarArrayOpExpr) (cond, bool) {
	src := c.c.Proc(c.c.Operator(e.Op).Code).Src
	args := c.terms(e.Args)
	op := binaries[src]
	if op == nil || !c.follows(src, e.Args, e.Inputcoll) {
		return c.askTruth()
	}
	c.asks = c.asks || mayAsk[src]
	if holds := c.membership(e, src, args[1]); holds != nil {
		return holds, false
	}
	decides := truthOf(e.UseOr)
	holds := func(row [][]byte) truth {
		scalar := args[0].eval(row)
		if scalar.state == failed {
			return isFailed
		}
		list := args[1].eval(row)
		if worst := max(scalar.state, list.state); worst > null || list.state == null {
			return value{state: worst}.truth()
		}
		return over(op, scalar, asArray(list), decides)
	}
	return holds, args[0].constant && args[1].constant
}

// over applies an operator to each element until one decides.
func over(op binary, scalar value, list *array, decides truth) truth {
	switch {
	case len(list.elems) == 0:
		return isTrue - decides
	case scalar.state == null:
		return isNull
	}
	out := isTrue - decides
	for _, elem := range list.elems {
		t := isNull
		if elem.state == fine {
			t = op(scalar, elem).truth()
		}
		switch t {
		case decides, isAsked, isFailed:
			return t
		case isNull:
			out = isNull
		}
	}
	return out
}

// membership compiles column IN (constants) of a type whose texts are
// canonical, by looking the text up; nil for anything else.
func (c *compiler) membership(e *query.ScalarArrayOpExpr, src string, list term) cond {
	v, ok := unwrapped(e.Args[0]).(*query.Var)
	if !ok || v.Varattno < 1 || !e.UseOr || !list.constant || list.fixed.state != fine || !canonicalEqual[src] {
		return nil
	}
	elems := asArray(list.fixed).elems
	elem := elementType(query.ExprType(e.Args[1]))
	miss, set := isFalse, make(map[string]struct{}, len(elems))
	for _, v := range elems {
		if v.state == null {
			miss = isNull
			continue
		}
		text, ok := textOf(elem, v)
		if !ok {
			return nil
		}
		set[text] = struct{}{}
	}
	if len(elems) == 0 {
		return nil
	}
	i := int(v.Varattno) - 1
	return func(row [][]byte) truth {
		if row[i] == nil {
			return isNull
		}
		if _, ok := set[string(row[i])]; ok {
			return isTrue
		}
		return miss
	}
}
