package where

import (
	"github.com/electric-cli/electric/query"
)

// arrayExpr compiles ARRAY[…].
func (c *compiler) arrayExpr(e *query.ArrayExpr) term {
	elems := c.terms(e.Elements)
	build := constructed
	if e.Multi {
		build = nested
	}
	return c.fold(term{eval: func(row [][]byte) value {
		values := make([]value, len(elems))
		for i, t := range elems {
			if values[i] = t.eval(row); values[i].state > null {
				return values[i]
			}
		}
		return build(values)
	}}, elems...)
}

// subscript compiles a[1] and a[1:2]. A NULL subscript gives NULL.
func (c *compiler) subscript(e *query.SubscriptingRef) term {
	if elementType(e.ContainerType) == 0 {
		return c.ask()
	}
	arg := c.term(e.Expr)
	lower, upper := c.bounds(e.Lower), c.bounds(e.Upper)
	all := []term{arg}
	for _, t := range append(lower, upper...) {
		if t.eval != nil {
			all = append(all, t)
		}
	}
	return c.fold(term{eval: func(row [][]byte) value {
		a := arg.eval(row)
		if a.state != fine {
			return a
		}
		uppers, worst := boundsAt(upper, row)
		lowers, state := boundsAt(lower, row)
		if worst = max(worst, state); worst != fine {
			return value{state: worst}
		}
		if e.IsSlice {
			return asArray(a).slice(lowers, uppers)
		}
		at := make([]int64, len(uppers))
		for i, b := range uppers {
			at[i] = b.n
		}
		return asArray(a).element(at)
	}}, all...)
}

// bounds compiles subscripts; those left out have no function.
func (c *compiler) bounds(exprs []query.Expr) []term {
	out := make([]term, len(exprs))
	for i, e := range exprs {
		if e != nil {
			out[i] = c.term(e)
		}
	}
	return out
}

func boundsAt(terms []term, row [][]byte) (out []bound, worst state) {
	for _, t := range terms {
		if t.eval == nil {
			out = append(out, bound{})
			continue
		}
		v := t.eval(row)
		worst = max(worst, v.state)
		out = append(out, bound{v.n, true})
	}
	return out, worst
}
