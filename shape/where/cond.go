package where

import (
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// always makes a condition of a known truth.
func always(t truth) (cond, bool) { return func([][]byte) truth { return t }, true }

// condition compiles an expression for its truth. A constant one gives the same
// for every row, and is neither asked nor failed.
func (c *compiler) condition(e query.Expr) (holds cond, constant bool) {
	switch e := e.(type) {
	case *query.BoolExpr:
		return c.settled(c.boolExpr(e))
	case *query.OpExpr:
		return c.truthOfCall(c.c.Operator(e.Op).Code, e.Args, e.Inputcoll)
	case *query.FuncExpr:
		return c.truthOfCall(e.Fn, e.Args, e.Inputcoll)
	case *query.NullTest:
		return c.settled(c.nullTest(e))
	case *query.BooleanTest:
		return c.settled(c.booleanTest(e))
	case *query.DistinctExpr:
		return c.settled(c.distinct(e))
	case *query.ScalarArrayOpExpr:
		return c.settled(c.arrayOp(e))
	case *query.Const, *query.Var, *query.RelabelType, *query.CoalesceExpr, *query.CoerceViaIO, *query.SubscriptingRef, *query.MinMaxExpr:
		return truthOfTerm(c.term(e))
	}
	return c.askTruth()
}

// askTruth is ask for a condition.
func (c *compiler) askTruth() (cond, bool) {
	c.asks = true
	return ask, false
}

// truthOfTerm makes a condition of a boolean value.
func truthOfTerm(t term) (cond, bool) {
	if t.constant {
		return always(t.fixed.truth())
	}
	return func(row [][]byte) truth { return t.eval(row).truth() }, false
}

func (c *compiler) truthOfCall(fn pg.OID, args []query.Expr, collation pg.OID) (cond, bool) {
	if holds := c.quick(fn, args); holds != nil {
		return holds, false
	}
	return truthOfTerm(c.call(fn, args, collation))
}

// boolExpr compiles AND, OR and NOT. Arguments are evaluated in order, as the
// server does, and those behind one that decides are not looked at, not even
// for their constants' mistakes.
func (c *compiler) boolExpr(e *query.BoolExpr) (cond, bool) {
	if e.Op == ast.NOT_EXPR {
		return c.not(e.Args[0])
	}
	decides := isFalse
	if e.Op == ast.OR_EXPR {
		decides = isTrue
	}
	var args []cond
	nullSeen := false
	for _, arg := range e.Args {
		holds, constant := c.condition(arg)
		if !constant {
			args = append(args, holds)
			continue
		}
		switch t := holds(nil); t {
		case decides:
			// What is before it may fail when it is evaluated; the server's
			// planner drops it all the same.
			return always(decides)
		case isNull:
			nullSeen = true
		}
	}
	if nullSeen {
		holds, _ := always(isNull)
		args = append(args, holds)
	}
	switch len(args) {
	case 0:
		return always(truthOf(e.Op == ast.AND_EXPR))
	case 1:
		return args[0], nullSeen
	}
	return joined(args, decides), false
}

// joined evaluates AND (which isFalse decides) or OR (isTrue).
func joined(args []cond, decides truth) cond {
	undecided := isTrue - decides
	return func(row [][]byte) truth {
		out := undecided
		for _, arg := range args {
			switch t := arg(row); t {
			case decides:
				if out == isAsked { // which may have failed
					return isAsked
				}
				return decides
			case isNull:
				if out != isAsked {
					out = isNull
				}
			case isAsked:
				out = isAsked
			case isFailed:
				if out == isAsked { // which may have decided
					return isAsked
				}
				return isFailed
			}
		}
		return out
	}
}

func (c *compiler) not(e query.Expr) (cond, bool) {
	holds, constant := c.condition(e)
	return func(row [][]byte) truth { return negated(holds(row)) }, constant
}

func negated(t truth) truth {
	switch t {
	case isTrue:
		return isFalse
	case isFalse:
		return isTrue
	}
	return t
}

func (c *compiler) nullTest(e *query.NullTest) (cond, bool) {
	wanted := e.Type == ast.IS_NULL
	if v, ok := e.Arg.(*query.Var); ok && v.Varattno > 0 {
		return c.columnIsNull(int(v.Varattno)-1, wanted), false
	}
	if k, ok := e.Arg.(*query.Const); ok {
		return always(truthOf(k.IsNull == wanted))
	}
	if e.ArgIsRow {
		return c.askTruth()
	}
	t := c.term(e.Arg)
	holds := func(row [][]byte) truth {
		switch v := t.eval(row); v.state {
		case asked, failed:
			return v.truth()
		default:
			return truthOf((v.state == null) == wanted)
		}
	}
	return holds, t.constant
}

// columnIsNull tests a column. Of a composite, or a domain that may be over
// one, the server also looks at the fields.
func (c *compiler) columnIsNull(i int, wanted bool) cond {
	switch c.table.Columns[i].Type.Kind {
	case 'c', 'd':
		c.asks = true
		return func(row [][]byte) truth {
			if row[i] == nil {
				return truthOf(wanted)
			}
			if len(row[i]) > 0 && row[i][0] != '(' {
				return truthOf(!wanted)
			}
			return isAsked
		}
	}
	return func(row [][]byte) truth { return truthOf((row[i] == nil) == wanted) }
}

func (c *compiler) booleanTest(e *query.BooleanTest) (cond, bool) {
	holds, constant := c.condition(e.Arg)
	wanted := map[ast.BoolTestType]truth{
		ast.IS_TRUE: isTrue, ast.IS_NOT_TRUE: isTrue, ast.IS_FALSE: isFalse,
		ast.IS_NOT_FALSE: isFalse, ast.IS_UNKNOWN: isNull, ast.IS_NOT_UNKNOWN: isNull,
	}[e.Type]
	yes := e.Type == ast.IS_TRUE || e.Type == ast.IS_FALSE || e.Type == ast.IS_UNKNOWN
	return func(row [][]byte) truth {
		t := holds(row)
		if t == isAsked || t == isFailed {
			return t
		}
		return truthOf((t == wanted) == yes)
	}, constant
}
