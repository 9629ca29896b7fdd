package where

import (
	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// A term is a compiled expression. A constant's value is in fixed.
type term struct {
	eval     eval
	constant bool
	fixed    value
}

func fixed(v value) term {
	return term{eval: func([][]byte) value { return v }, constant: true, fixed: v}
}

// fold makes a term of one whose arguments are all constants, evaluating it
// now. As in PostgreSQL, where it would fail at planning, that is a mistake.
func (c *compiler) fold(t term, args ...term) term {
	for _, a := range args {
		if !a.constant {
			return t
		}
	}
	v := t.eval(nil)
	switch v.state {
	case failed:
		raise(at(0, "Failed to apply function to constant arguments"))
	case asked:
		c.unsure = true
		return c.ask()
	}
	return fixed(v)
}

// settled is fold for a condition.
func (c *compiler) settled(holds cond, constant bool) (cond, bool) {
	if !constant {
		return holds, false
	}
	t := c.fold(term{eval: func([][]byte) value { return valueOf(holds(nil)) }})
	return truthOfTerm(t)
}

// term compiles an expression for its value.
func (c *compiler) term(e query.Expr) term {
	switch e := e.(type) {
	case *query.Const:
		return c.constant(e)
	case *query.Var:
		return c.variable(e)
	case *query.RelabelType:
		return c.term(e.Arg)
	case *query.OpExpr:
		if query.ExprType(e) != pg.Bool {
			return c.call(c.c.Operator(e.Op).Code, e.Args, e.Inputcoll)
		}
	case *query.FuncExpr:
		if e.Type != pg.Bool {
			return c.call(e.Fn, e.Args, e.Inputcoll)
		}
	case *query.CoalesceExpr:
		return c.coalesce(e)
	case *query.MinMaxExpr:
		return c.minMax(e)
	case *query.CoerceViaIO:
		return c.viaIO(e)
	case *query.ArrayCoerceExpr:
		return c.arrayCast(e)
	case *query.ArrayExpr:
		return c.arrayExpr(e)
	case *query.SubscriptingRef:
		return c.subscript(e)
	}
	if query.ExprType(e) == pg.Bool {
		return c.boolean(e)
	}
	return c.ask()
}

// boolean compiles a condition for its value.
func (c *compiler) boolean(e query.Expr) term {
	holds, constant := c.condition(e)
	t := term{eval: func(row [][]byte) value { return valueOf(holds(row)) }}
	if constant {
		return fixed(t.eval(nil))
	}
	return t
}

// constant gives a literal's value.
func (c *compiler) constant(e *query.Const) term {
	if e.IsNull || e.Value == nil {
		return fixed(value{state: null})
	}
	decode := decoderOf(e.Type)
	if decode == nil {
		c.unsure = true
		return c.ask()
	}
	if e.Type == pg.Interval {
		i := datum.ParseInterval(c.c, e.Value.(string))
		return fixed(intervalValue(i.Months, i.Days, i.Usec, true))
	}
	v := decode([]byte(datum.Out(c.c, e.Type, e.Value)))
	if v.state == asked {
		c.unsure = true
		return c.ask()
	}
	return fixed(v)
}

// variable reads a column.
func (c *compiler) variable(e *query.Var) term {
	i := int(e.Varattno) - 1
	decode := decoderOf(e.Vartype)
	if decode == nil || i < 0 {
		return c.ask()
	}
	return term{eval: func(row [][]byte) value {
		if row[i] == nil {
			return value{state: null}
		}
		return decode(row[i])
	}}
}
