package query

// A Visitor is called for what a tree holds, parents first. Level counts the
// queries entered: a Var belongs to the starting level when its Varlevelsup
// equals the level.
type Visitor struct {
	// Expr says whether to go on below e.
	Expr func(e Expr, level int) bool
	// Query, when set, says whether to go into q, one level down. When nil,
	// subqueries are entered.
	Query func(q *Query, level int) bool
}

// Walk calls visit for e and the expressions below it, parents first, without
// the subqueries of SubLinks. When visit returns false, that expression's
// children are left out.
func Walk(e Expr, visit func(Expr) bool) {
	v := Visitor{
		Expr:  func(e Expr, _ int) bool { return visit(e) },
		Query: func(*Query, int) bool { return false },
	}
	v.Walk(e, 0)
}

// WalkDeep is Walk with the subqueries; level counts the queries entered.
func WalkDeep(e Expr, visit func(e Expr, level int) bool) {
	v := Visitor{Expr: visit}
	v.Walk(e, 0)
}

// WalkQuery calls visit for all expressions of q and of its subqueries. Level
// is 0 for those of q itself.
func WalkQuery(q *Query, visit func(e Expr, level int) bool) {
	v := Visitor{Expr: visit}
	v.Inside(q, 0)
}

// Walk visits an expression that stands at a level.
func (v *Visitor) Walk(e Expr, level int) {
	if e == nil || !v.Expr(e, level) {
		return
	}
	if s, ok := e.(*SubLink); ok {
		v.Walk(s.Testexpr, level)
		v.enter(s.Subquery, level+1)
		return
	}
	children(e, func(c Expr) { v.Walk(c, level) })
}

func (v *Visitor) list(l []Expr, level int) {
	for _, e := range l {
		v.Walk(e, level)
	}
}

func (v *Visitor) targets(l []*TargetEntry, level int) {
	for _, t := range l {
		v.Walk(t.Expr, level)
	}
}

func (v *Visitor) enter(q *Query, level int) {
	if q == nil || v.Query != nil && !v.Query(q, level) {
		return
	}
	v.Inside(q, level)
}

// Inside visits what q holds, in the order of query_tree_walker. Level is that
// of q's own expressions.
func (v *Visitor) Inside(q *Query, level int) {
	v.targets(q.TargetList, level)
	if c := q.OnConflict; c != nil {
		for i := range c.Arbiters {
			v.Walk(c.Arbiters[i].Expr, level)
		}
		v.Walk(c.ArbiterCond, level)
		v.targets(c.Set, level)
		v.Walk(c.Where, level)
	}
	for _, m := range q.MergeWhens {
		v.Walk(m.Qual, level)
		v.targets(m.TargetList, level)
	}
	v.targets(q.Returning, level)
	if q.Jointree != nil {
		v.jointree(q.Jointree, level)
	}
	v.Walk(q.Having, level)
	for _, w := range q.Windows {
		v.Walk(w.StartOffset, level)
		v.Walk(w.EndOffset, level)
	}
	v.Walk(q.LimitOffset, level)
	v.Walk(q.LimitCount, level)
	for _, c := range q.CTEs {
		v.enter(c.Query, level+1)
		if c.Cycle != nil {
			v.Walk(c.Cycle.MarkValue, level)
			v.Walk(c.Cycle.MarkDefault, level)
		}
	}
	for _, r := range q.RangeTable {
		v.entry(r, level)
	}
}

func (v *Visitor) jointree(n JoinTree, level int) {
	switch n := n.(type) {
	case *FromExpr:
		for _, f := range n.From {
			v.jointree(f, level)
		}
		v.Walk(n.Quals, level)
	case *JoinExpr:
		v.jointree(n.Left, level)
		v.jointree(n.Right, level)
		v.Walk(n.Quals, level)
	}
}

func (v *Visitor) entry(r *RangeTblEntry, level int) {
	if t := r.TableSample; t != nil {
		v.list(t.Args, level)
		v.Walk(t.Repeatable, level)
	}
	v.enter(r.Subquery, level+1)
	v.list(r.JoinAliasVars, level)
	for _, f := range r.Functions {
		v.Walk(f.Expr, level)
	}
	if t := r.TableFunc; t != nil {
		v.list(t.NSURIs, level)
		v.Walk(t.DocExpr, level)
		v.Walk(t.RowExpr, level)
		v.list(t.ColExprs, level)
		v.list(t.ColDefs, level)
	}
	for _, row := range r.Values {
		v.list(row, level)
	}
}

// children calls do for every child expression of e, nil ones too. A SubLink's
// subquery is no child.
func children(e Expr, do func(Expr)) {
	list := func(l []Expr) {
		for _, c := range l {
			do(c)
		}
	}
	switch e := e.(type) {
	case *Aggref:
		list(e.Direct)
		for _, t := range e.Args {
			do(t.Expr)
		}
		do(e.Filter)
	case *GroupingFunc:
		list(e.Args)
	case *WindowFunc:
		list(e.Args)
		do(e.Filter)
	case *SubscriptingRef:
		list(e.Upper)
		list(e.Lower)
		do(e.Expr)
		do(e.Assign)
	case *FuncExpr:
		list(e.Args)
	case *NamedArgExpr:
		do(e.Arg)
	case *OpExpr:
		list(e.Args)
	case *DistinctExpr:
		list(e.Args)
	case *NullIfExpr:
		list(e.Args)
	case *ScalarArrayOpExpr:
		list(e.Args)
	case *BoolExpr:
		list(e.Args)
	case *SubLink:
		do(e.Testexpr)
	case *FieldSelect:
		do(e.Arg)
	case *FieldStore:
		do(e.Arg)
		list(e.Newvals)
	case *RelabelType:
		do(e.Arg)
	case *CoerceViaIO:
		do(e.Arg)
	case *ArrayCoerceExpr:
		do(e.Arg)
		do(e.Elemexpr)
	case *ConvertRowtypeExpr:
		do(e.Arg)
	case *CollateExpr:
		do(e.Arg)
	case *CaseExpr:
		do(e.Arg)
		for _, w := range e.Whens {
			do(w.Cond)
			do(w.Result)
		}
		do(e.Default)
	case *ArrayExpr:
		list(e.Elements)
	case *RowExpr:
		list(e.Args)
	case *RowCompareExpr:
		list(e.Largs)
		list(e.Rargs)
	case *CoalesceExpr:
		list(e.Args)
	case *MinMaxExpr:
		list(e.Args)
	case *XmlExpr:
		list(e.NamedArgs)
		list(e.Args)
	case *NullTest:
		do(e.Arg)
	case *BooleanTest:
		do(e.Arg)
	case *CoerceToDomain:
		do(e.Arg)
	}
}

// Children gives the child expressions of e that are there.
func Children(e Expr) []Expr {
	var out []Expr
	children(e, func(c Expr) {
		if c != nil {
			out = append(out, c)
		}
	})
	return out
}
