package where

import (
	"slices"

	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// A unary or binary is a strict function of PostgreSQL's over values that are
// not NULL.
type (
	unary  func(value) value
	binary func(a, b value) value
)

var (
	unaries  = map[string]unary{}
	binaries = map[string]binary{}
)

// call compiles a function's call. Functions are known by the name of their C
// function; what is not known here the server evaluates.
func (c *compiler) call(fn pg.OID, exprs []query.Expr, collation pg.OID) term {
	p := c.c.Proc(fn)
	src := p.Src
	if src == "text_concat" {
		return c.concat(exprs)
	}
	args := c.terms(exprs)
	if p.Strict && slices.ContainsFunc(args, isNullConstant) {
		// The planner drops the call, and with it what would fail in the other
		// arguments.
		return fixed(value{state: null})
	}
	if !c.follows(src, exprs, collation) {
		return c.askCall(args)
	}
	if other, ok := swapped[p.Name]; ok && len(args) == 2 {
		src, args = other, []term{args[1], args[0]}
	}
	if f := c.arrayFunction(src, exprs, args); f != nil {
		return c.fold(term{eval: f}, args...)
	}
	if mayAsk[src] {
		c.asks = c.asks || slices.ContainsFunc(args, func(t term) bool { return !t.constant })
	}
	if f := unaries[src]; f != nil && len(args) == 1 {
		return c.fold(strict1(f, args[0]), args...)
	}
	if f := binaries[src]; f != nil && len(args) == 2 {
		return c.fold(strict2(f, args[0], args[1]), args...)
	}
	return c.askCall(args)
}

func isNullConstant(t term) bool { return t.constant && t.fixed.state == null }

// askCall leaves a call to the server. One of constants is evaluated when the
// clause is planned, whatever else there is in it.
func (c *compiler) askCall(args []term) term {
	c.unsure = c.unsure || !slices.ContainsFunc(args, func(t term) bool { return !t.constant })
	return c.ask()
}

// swapped holds functions that PostgreSQL defines as another one with its
// arguments exchanged, by name.
var swapped = map[string]string{
	"integer_pl_date": "date_pli", "timedate_pl": "datetime_timestamp", "interval_pl_date": "date_pl_interval",
	"interval_pl_timestamp": "timestamp_pl_interval", "interval_pl_timestamptz": "timestamptz_pl_interval",
	"interval_pl_time": "time_pl_interval",
}

// arrayFunction compiles what takes arrays, and NULLs; nil for others.
func (c *compiler) arrayFunction(src string, exprs []query.Expr, args []term) eval {
	if test := c.arrayTest(src, exprs); test != nil {
		return strict2(test, args[0], args[1]).eval
	}
	both := func(f func(a, b value) value) eval {
		return func(row [][]byte) value {
			a := args[0].eval(row)
			if a.state == failed {
				return a
			}
			b := args[1].eval(row)
			if worst := max(a.state, b.state); worst > null {
				return value{state: worst}
			}
			return f(a, b)
		}
	}
	switch src {
	case "array_cat":
		return both(catenated)
	case "array_append":
		return both(func(a, b value) value { return appended(a, b, false) })
	case "array_prepend":
		return both(func(a, b value) value { return appended(b, a, true) })
	case "array_ndims":
		return strict1(func(v value) value {
			if n := len(asArray(v).dims); n > 0 {
				return value{n: int64(n)}
			}
			return value{state: null}
		}, args[0]).eval
	}
	return nil
}

func strict1(f unary, a term) term {
	return term{eval: func(row [][]byte) value {
		v := a.eval(row)
		if v.state != fine {
			return v
		}
		return f(v)
	}}
}

func strict2(f binary, a, b term) term {
	return term{eval: func(row [][]byte) value {
		x := a.eval(row)
		if x.state == failed {
			return x
		}
		y := b.eval(row)
		if worst := max(x.state, y.state); worst != fine {
			return value{state: worst}
		}
		return f(x, y)
	}}
}

// follows says whether a function that depends on a collation is the same in
// the one it is called with as here.
func (c *compiler) follows(src string, args []query.Expr, collation pg.OID) bool {
	if collation == 0 {
		return true
	}
	kind := c.collationOf(args)
	switch {
	case kind == Foreign:
		return false
	case kind == Linguistic:
		return !ordersText[src]
	}
	return true
}

// ordersText holds the functions that need a text collation's order.
var ordersText = words("text_lt text_le text_gt text_ge bpcharlt bpcharle bpchargt bpcharge")

// collationOf finds the collation that texts are compared by: their columns',
// or the database's. Two that differ are the server's to reconcile.
func (c *compiler) collationOf(args []query.Expr) Collation {
	out, seen := c.collation, false
	for _, arg := range args {
		query.Walk(arg, func(e query.Expr) bool {
			v, ok := e.(*query.Var)
			if !ok || v.Varattno < 1 {
				return true
			}
			col := c.table.Columns[v.Varattno-1]
			if v.Varcollid == 0 {
				return true
			}
			if seen && col.Collation != out {
				out = Foreign
			} else {
				out, seen = col.Collation, true
			}
			return true
		})
	}
	return out
}
