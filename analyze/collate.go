package analyze

import (
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// The strengths of a collation (CollateStrength).
const (
	collateNone = iota
	collateImplicit
	collateConflict
	collateExplicit
)

// A collating is the collation state of a part of a tree. The second
// collation and place are those of a conflict.
type collating struct {
	s         *state
	coll      pg.OID
	strength  int
	location  int
	coll2     pg.OID
	location2 int
}

func (s *state) newCollating() *collating {
	return &collating{s: s, location: -1, location2: -1}
}

// assignCollations settles which collations an expression's functions use
// (assign_expr_collations). It changes the expression, which must be new.
func (s *state) assignCollations(e query.Expr) { s.newCollating().walk(e) }

func (s *state) assignListCollations(list []query.Expr) {
	for _, e := range list {
		s.assignCollations(e)
	}
}

func (s *state) assignTargetCollations(list []*query.TargetEntry) {
	for _, t := range list {
		s.newCollating().target(t)
	}
}

// assignQueryCollations does the expressions of a query's own level
// (assign_query_collations).
func (s *state) assignQueryCollations(q *query.Query) {
	s.assignTargetCollations(q.TargetList)
	if c := q.OnConflict; c != nil {
		for i := range c.Arbiters {
			s.assignCollations(c.Arbiters[i].Expr)
		}
		s.assignCollations(c.ArbiterCond)
		s.assignTargetCollations(c.Set)
		s.assignCollations(c.Where)
	}
	for _, m := range q.MergeWhens {
		s.assignCollations(m.Qual)
		s.assignTargetCollations(m.TargetList)
	}
	s.assignTargetCollations(q.Returning)
	if q.Jointree != nil {
		s.assignTreeCollations(q.Jointree)
	}
	s.assignCollations(q.Having)
	s.assignCollations(q.LimitOffset)
	s.assignCollations(q.LimitCount)
	for _, w := range q.Windows {
		s.assignCollations(w.StartOffset)
		s.assignCollations(w.EndOffset)
	}
}

func (s *state) assignTreeCollations(n query.JoinTree) {
	switch n := n.(type) {
	case *query.FromExpr:
		for _, f := range n.From {
			s.assignTreeCollations(f)
		}
		s.assignCollations(n.Quals)
	case *query.JoinExpr:
		s.assignTreeCollations(n.Left)
		s.assignTreeCollations(n.Right)
		s.assignCollations(n.Quals)
	}
}

// commonCollation finds the collation that several expressions agree on
// (select_common_collation); 0 where they do not and that is allowed.
func (s *state) commonCollation(list []query.Expr, noneOK bool) pg.OID {
	c := s.newCollating()
	c.list(list)
	if c.strength == collateConflict {
		if noneOK {
			return 0
		}
		c.mismatch()
	}
	return c.coll
}

func (c *collating) mismatch() {
	pgerr.New("42P21", c.location2, `collation mismatch between implicit collations "%s" and "%s"`, c.s.collationName(c.coll), c.s.collationName(c.coll2)).
		WithHint("You can choose the collation by applying the COLLATE clause to one or both expressions.").Raise()
}

func (a *Analyzer) collationName(oid pg.OID) string {
	if coll := a.c.Collation(oid); coll != nil {
		return coll.Name
	}
	return ""
}

func (c *collating) list(list []query.Expr) {
	for _, e := range list {
		c.walk(e)
	}
}

func (c *collating) target(t *query.TargetEntry) {
	loc := c.s.newCollating()
	loc.walk(t.Expr)
	if loc.strength == collateConflict && t.Ref != 0 {
		loc.mismatch()
	}
	c.merge(loc)
}

// merge takes a part's state into the whole's (merge_collation_state).
func (c *collating) merge(part *collating) {
	switch {
	case part.strength > c.strength:
		c.coll, c.strength, c.location = part.coll, part.strength, part.location
		if part.strength == collateConflict {
			c.coll2, c.location2 = part.coll2, part.location2
		}
	case part.strength < c.strength || part.coll == c.coll:
	case part.strength == collateImplicit && c.coll == pg.DefaultCollation:
		c.coll, c.location = part.coll, part.location
	case part.strength == collateImplicit && part.coll != pg.DefaultCollation:
		c.strength, c.coll2, c.location2 = collateConflict, part.coll, part.location
	case part.strength == collateExplicit:
		raise("42P21", part.location, `collation mismatch between explicit collations "%s" and "%s"`, c.s.collationName(c.coll), c.s.collationName(part.coll))
	}
}

func (c *collating) set(coll pg.OID, strength, location int) {
	c.coll, c.strength, c.location = coll, strength, location
}

// walk settles e and merges its collation into c (assign_collations_walker).
func (c *collating) walk(e query.Expr) {
	if e == nil {
		return
	}
	loc := c.s.newCollating()
	switch e := e.(type) {
	case *query.CollateExpr:
		loc.walk(e.Arg)
		loc.set(e.Coll, collateExplicit, e.Location)
	case *query.FieldSelect:
		loc.walk(e.Arg)
		if e.Collid != 0 {
			loc.set(e.Collid, collateImplicit, query.Location(e))
		} else {
			loc.set(0, collateNone, -1)
		}
	case *query.RowExpr:
		c.s.assignListCollations(e.Args)
		return
	case *query.RowCompareExpr:
		e.Inputcolls = make([]pg.OID, len(e.Largs))
		for i := range e.Largs {
			e.Inputcolls[i] = c.s.commonCollation([]query.Expr{e.Largs[i], e.Rargs[i]}, true)
		}
		return
	case *query.CoerceToDomain:
		loc.walk(e.Arg)
		switch typ := c.s.typeCollation(e.Type); typ {
		case 0:
			loc.set(0, collateNone, -1)
		case pg.DefaultCollation:
		default:
			loc.set(typ, collateImplicit, query.Location(e))
		}
		e.Collid = loc.coll
		if loc.strength == collateConflict {
			e.Collid = 0
		}
	case *query.Var, *query.Const, *query.Param, *query.SubParam, *query.CoerceToDomainValue, *query.CaseTestExpr, *query.SetToDefault, *query.CurrentOfExpr:
		if coll := query.ExprCollation(e); coll != 0 {
			loc.set(coll, collateImplicit, query.Location(e))
		}
	default:
		loc.children(e)
		loc = loc.settle(e)
	}
	c.merge(loc)
}

// settle gives e the collation that its children make, and its own to them.
func (c *collating) settle(e query.Expr) *collating {
	own := *c
	if typ := c.s.typeCollation(query.ExprType(e)); typ == 0 {
		own.set(0, collateNone, -1)
	} else if c.strength == collateNone {
		own.set(typ, collateImplicit, query.Location(e))
	}
	out, in := own.coll, c.coll
	if own.strength == collateConflict {
		out = 0
	}
	if c.strength == collateConflict {
		in = 0
	}
	setCollations(e, out, in)
	return &own
}

// children walks what makes e's collation.
func (c *collating) children(e query.Expr) {
	switch e := e.(type) {
	case *query.Aggref:
		c.aggregate(e)
		c.s.assignCollations(e.Filter)
	case *query.WindowFunc:
		c.list(e.Args)
		c.s.assignCollations(e.Filter)
	case *query.CaseExpr:
		for _, w := range e.Whens {
			c.walk(w.Cond)
			c.walk(w.Result)
		}
		c.walk(e.Default)
	case *query.SubscriptingRef:
		c.s.assignListCollations(e.Upper)
		c.s.assignListCollations(e.Lower)
		c.walk(e.Expr)
		c.walk(e.Assign)
	case *query.SubLink:
		c.walk(e.Testexpr)
		if list := e.Subquery.TargetList; len(list) > 0 && !list[0].Resjunk {
			sub := c.s.newCollating()
			sub.set(query.ExprCollation(list[0].Expr), collateImplicit, query.Location(list[0].Expr))
			c.merge(sub)
		}
	default:
		for _, child := range query.Children(e) {
			c.walk(child)
		}
	}
}

// aggregate walks an aggregate's arguments: ordering columns count for
// themselves (assign_aggregate_collations and its kin).
func (c *collating) aggregate(e *query.Aggref) {
	mergeSort := len(e.Args) == 1 && c.s.c.Proc(e.Fn).Variadic == 0
	switch e.Kind {
	case 'o':
		c.list(e.Direct)
	case 'h':
		c.hypothetical(e, mergeSort)
		return
	}
	for _, t := range e.Args {
		if e.Kind == 'n' && !t.Resjunk || e.Kind == 'o' && mergeSort {
			c.target(t)
		} else {
			c.s.newCollating().target(t)
		}
	}
}

func (c *collating) hypothetical(e *query.Aggref, mergeSort bool) {
	extra := len(e.Direct) - len(e.Args)
	c.list(e.Direct[:extra])
	for i, t := range e.Args {
		pair := c.s.newCollating()
		pair.walk(e.Direct[extra+i])
		pair.walk(t.Expr)
		if pair.strength == collateConflict {
			pair.mismatch()
		}
		if pair.coll != 0 && pair.coll != query.ExprCollation(t.Expr) {
			t.Expr = &query.RelabelType{Arg: t.Expr, Type: query.ExprType(t.Expr), Typmod: query.ExprTypmod(t.Expr), Collid: pair.coll, Format: ast.COERCE_IMPLICIT_CAST, Location: -1}
		}
		if mergeSort {
			c.merge(pair)
		}
	}
}

// setCollations puts the result's and the inputs' collation into a node
// (exprSetCollation, exprSetInputCollation).
func setCollations(e query.Expr, out, in pg.OID) {
	switch e := e.(type) {
	case *query.Aggref:
		e.Collid, e.Inputcoll = out, in
	case *query.WindowFunc:
		e.Collid, e.Inputcoll = out, in
	case *query.FuncExpr:
		e.Collid, e.Inputcoll = out, in
	case *query.OpExpr:
		e.Collid, e.Inputcoll = out, in
	case *query.DistinctExpr:
		e.Collid, e.Inputcoll = out, in
	case *query.NullIfExpr:
		e.Collid, e.Inputcoll = out, in
	case *query.ScalarArrayOpExpr:
		e.Inputcoll = in
	case *query.MinMaxExpr:
		e.Collid, e.Inputcoll = out, in
	case *query.SubscriptingRef:
		e.Collid = out
	case *query.RelabelType:
		e.Collid = out
	case *query.CoerceViaIO:
		e.Collid = out
	case *query.ArrayCoerceExpr:
		e.Collid = out
	case *query.CaseExpr:
		e.Collid = out
	case *query.ArrayExpr:
		e.Collid = out
	case *query.CoalesceExpr:
		e.Collid = out
	}
}
