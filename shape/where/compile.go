package where

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// A conjunct is one of the conditions that AND joins at the top.
type conjunct struct {
	holds cond
	asks  bool // it may need the server
}

// compile makes the functions that decide rows.
func (f *Filter) compile(cat *catalog.Catalog, c *checker, tree ast.Node) *Error {
	e, err := analysed(cat, tree, c.table, c.selects())
	if err != nil {
		if f.readsOnly(builtin, c.selects()) {
			return refused(err)
		}
		// Of a user's type too little is known to say that the server refuses.
		f.conjuncts = []conjunct{{holds: ask, asks: true}}
		return nil
	}
	return caught(func() {
		cc := &compiler{c: cat, table: c.table, collation: c.options.Collation}
		defer func() {
			if cc.unsure {
				f.conjuncts, f.native = []conjunct{{holds: ask, asks: true}}, false
			}
		}()
		f.native = true
		for _, e := range conjuncts(e, nil) {
			cc.asks = false
			holds, constant := cc.condition(e)
			if constant && holds(nil) == isFalse { // the others, and their mistakes, are not looked at
				f.conjuncts, f.native = []conjunct{{holds: holds}}, true
				return
			}
			f.conjuncts = append(f.conjuncts, conjunct{holds, cc.asks})
			f.native = f.native && !cc.asks
			if f.equal == nil {
				f.equal = cc.equality(e)
			}
		}
		// The row is out as soon as one of them is not true, in whatever order
		// the server would evaluate them.
		slices.SortStableFunc(f.conjuncts, func(a, b conjunct) int { return order(a.asks) - order(b.asks) })
	})
}

// builtin says whether a column is of one of the system's types.
func builtin(c Column) bool { return builtinType(c.Type.OID) != nil }

// readsOnly says whether all columns that the clause and its subqueries read
// are of a kind.
func (f *Filter) readsOnly(kind func(Column) bool, links []*selected) bool {
	for _, i := range f.columns {
		if !kind(f.table.Columns[i]) {
			return false
		}
	}
	for _, s := range links {
		for _, i := range s.reads() {
			if !kind(s.table.Columns[i]) {
				return false
			}
		}
	}
	return true
}

func order(last bool) int {
	if last {
		return 1
	}
	return 0
}

// conjuncts gives what AND joins.
func conjuncts(e query.Expr, out []query.Expr) []query.Expr {
	if b, ok := e.(*query.BoolExpr); ok && b.Op == ast.AND_EXPR {
		for _, arg := range b.Args {
			out = conjuncts(arg, out)
		}
		return out
	}
	return append(out, e)
}

// A compiler makes functions of analysed expressions.
type compiler struct {
	c         *catalog.Catalog
	table     *Table
	collation Collation // the database's
	asks      bool      // what was compiled since may need the server
	unsure    bool      // a constant is not worked out here: planning the clause may fail
}

// ask is a condition that only the server can decide.
func ask([][]byte) truth { return isAsked }

func (c *compiler) ask() term {
	c.asks = true
	return term{eval: func([][]byte) value { return value{state: asked} }}
}

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
		return c.ask()
	}
	if e.Type == pg.Interval {
		i := datum.ParseInterval(c.c, e.Value.(string))
		return fixed(intervalValue(i.Months, i.Days, i.Usec, true))
	}
	v := decode([]byte(datum.Out(c.c, e.Type, e.Value)))
	if v.state == asked {
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
