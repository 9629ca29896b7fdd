package query

// A Mutator makes changed copies of trees. It is called for every expression,
// parents first: what it returns takes that expression's place as it is; nil
// asks for a copy with mutated children. Level counts the queries entered.
type Mutator func(e Expr, level int) Expr

// Mutate copies e with changes. Subqueries of SubLinks are copied too.
func Mutate(e Expr, f Mutator) Expr { return f.expr(e, 0) }

// MutateQuery copies q with changes. Level is 0 for q's own expressions.
func MutateQuery(q *Query, f Mutator) *Query { return f.query(q, 0) }

// CopyExpr copies a whole expression.
func CopyExpr(e Expr) Expr { return Mutate(e, func(Expr, int) Expr { return nil }) }

func (f Mutator) list(l []Expr, level int) []Expr {
	if l == nil {
		return nil
	}
	out := make([]Expr, len(l))
	for i, e := range l {
		out[i] = f.expr(e, level)
	}
	return out
}

func (f Mutator) targets(l []*TargetEntry, level int) []*TargetEntry {
	if l == nil {
		return nil
	}
	out := make([]*TargetEntry, len(l))
	for i, t := range l {
		c := *t
		c.Expr = f.expr(t.Expr, level)
		out[i] = &c
	}
	return out
}

func (f Mutator) expr(e Expr, level int) Expr {
	if e == nil {
		return nil
	}
	if r := f(e, level); r != nil {
		return r
	}
	return f.copy(e, level)
}

// copy makes a copy of e with mutated children.
func (f Mutator) copy(e Expr, level int) Expr {
	switch e := e.(type) {
	case *Var:
		c := *e
		return &c
	case *Const:
		c := *e
		return &c
	case *Param:
		c := *e
		return &c
	case *Aggref:
		c := *e
		c.Direct, c.Args, c.Filter = f.list(e.Direct, level), f.targets(e.Args, level), f.expr(e.Filter, level)
		return &c
	case *GroupingFunc:
		c := *e
		c.Args = f.list(e.Args, level)
		return &c
	case *WindowFunc:
		c := *e
		c.Args, c.Filter = f.list(e.Args, level), f.expr(e.Filter, level)
		return &c
	case *SubscriptingRef:
		c := *e
		c.Upper, c.Lower = f.list(e.Upper, level), f.list(e.Lower, level)
		c.Expr, c.Assign = f.expr(e.Expr, level), f.expr(e.Assign, level)
		return &c
	case *FuncExpr:
		c := *e
		c.Args = f.list(e.Args, level)
		return &c
	case *NamedArgExpr:
		c := *e
		c.Arg = f.expr(e.Arg, level)
		return &c
	case *OpExpr:
		c := *e
		c.Args = f.list(e.Args, level)
		return &c
	case *DistinctExpr:
		c := *e
		c.Args = f.list(e.Args, level)
		return &c
	case *NullIfExpr:
		c := *e
		c.Args = f.list(e.Args, level)
		return &c
	case *ScalarArrayOpExpr:
		c := *e
		c.Args = f.list(e.Args, level)
		return &c
	case *BoolExpr:
		c := *e
		c.Args = f.list(e.Args, level)
		return &c
	case *SubLink:
		c := *e
		c.Testexpr, c.Subquery = f.expr(e.Testexpr, level), f.query(e.Subquery, level+1)
		return &c
	}
	return f.copyConversion(e, level)
}

// copyConversion is copy for the node types from FieldSelect on.
func (f Mutator) copyConversion(e Expr, level int) Expr {
	switch e := e.(type) {
	case *FieldSelect:
		c := *e
		c.Arg = f.expr(e.Arg, level)
		return &c
	case *FieldStore:
		c := *e
		c.Arg, c.Newvals = f.expr(e.Arg, level), f.list(e.Newvals, level)
		return &c
	case *RelabelType:
		c := *e
		c.Arg = f.expr(e.Arg, level)
		return &c
	case *CoerceViaIO:
		c := *e
		c.Arg = f.expr(e.Arg, level)
		return &c
	case *ArrayCoerceExpr:
		c := *e
		c.Arg, c.Elemexpr = f.expr(e.Arg, level), f.expr(e.Elemexpr, level)
		return &c
	case *ConvertRowtypeExpr:
		c := *e
		c.Arg = f.expr(e.Arg, level)
		return &c
	case *CollateExpr:
		c := *e
		c.Arg = f.expr(e.Arg, level)
		return &c
	case *CoerceToDomain:
		c := *e
		c.Arg = f.expr(e.Arg, level)
		return &c
	case *NullTest:
		c := *e
		c.Arg = f.expr(e.Arg, level)
		return &c
	case *BooleanTest:
		c := *e
		c.Arg = f.expr(e.Arg, level)
		return &c
	case *CaseExpr:
		c := *e
		c.Arg, c.Default = f.expr(e.Arg, level), f.expr(e.Default, level)
		c.Whens = make([]*CaseWhen, len(e.Whens))
		for i, w := range e.Whens {
			c.Whens[i] = &CaseWhen{f.expr(w.Cond, level), f.expr(w.Result, level)}
		}
		return &c
	case *ArrayExpr:
		c := *e
		c.Elements = f.list(e.Elements, level)
		return &c
	case *RowExpr:
		c := *e
		c.Args = f.list(e.Args, level)
		return &c
	case *RowCompareExpr:
		c := *e
		c.Largs, c.Rargs = f.list(e.Largs, level), f.list(e.Rargs, level)
		return &c
	case *CoalesceExpr:
		c := *e
		c.Args = f.list(e.Args, level)
		return &c
	case *MinMaxExpr:
		c := *e
		c.Args = f.list(e.Args, level)
		return &c
	case *XmlExpr:
		c := *e
		c.NamedArgs, c.Args = f.list(e.NamedArgs, level), f.list(e.Args, level)
		return &c
	case *CurrentOfExpr:
		c := *e
		return &c
	}
	return e // CaseTestExpr and other leaves, which nobody changes
}

func (f Mutator) query(q *Query, level int) *Query {
	if q == nil {
		return nil
	}
	c := *q
	c.TargetList, c.Returning = f.targets(q.TargetList, level), f.targets(q.Returning, level)
	if q.OnConflict != nil {
		c.OnConflict = f.onConflict(q.OnConflict, level)
	}
	c.MergeWhens = nil
	for _, m := range q.MergeWhens {
		a := *m
		a.Qual, a.TargetList = f.expr(m.Qual, level), f.targets(m.TargetList, level)
		c.MergeWhens = append(c.MergeWhens, &a)
	}
	if q.Jointree != nil {
		c.Jointree = f.jointree(q.Jointree, level).(*FromExpr)
	}
	c.Having, c.LimitOffset, c.LimitCount = f.expr(q.Having, level), f.expr(q.LimitOffset, level), f.expr(q.LimitCount, level)
	c.Windows = nil
	for _, w := range q.Windows {
		d := *w
		d.StartOffset, d.EndOffset = f.expr(w.StartOffset, level), f.expr(w.EndOffset, level)
		c.Windows = append(c.Windows, &d)
	}
	c.CTEs = nil
	for _, cte := range q.CTEs {
		d := *cte
		d.Query = f.query(cte.Query, level+1)
		c.CTEs = append(c.CTEs, &d)
	}
	c.RangeTable = nil
	for _, r := range q.RangeTable {
		c.RangeTable = append(c.RangeTable, f.entry(r, level))
	}
	return &c
}

func (f Mutator) onConflict(o *OnConflictExpr, level int) *OnConflictExpr {
	c := *o
	c.Arbiters = nil
	for _, a := range o.Arbiters {
		a.Expr = f.expr(a.Expr, level)
		c.Arbiters = append(c.Arbiters, a)
	}
	c.ArbiterCond, c.Set, c.Where = f.expr(o.ArbiterCond, level), f.targets(o.Set, level), f.expr(o.Where, level)
	return &c
}

func (f Mutator) jointree(n JoinTree, level int) JoinTree {
	switch n := n.(type) {
	case *FromExpr:
		c := &FromExpr{Quals: f.expr(n.Quals, level)}
		for _, x := range n.From {
			c.From = append(c.From, f.jointree(x, level))
		}
		return c
	case *JoinExpr:
		c := *n
		c.Left, c.Right, c.Quals = f.jointree(n.Left, level), f.jointree(n.Right, level), f.expr(n.Quals, level)
		return &c
	}
	return n
}

func (f Mutator) entry(r *RangeTblEntry, level int) *RangeTblEntry {
	c := *r
	if t := r.TableSample; t != nil {
		c.TableSample = &TableSample{t.Handler, f.list(t.Args, level), f.expr(t.Repeatable, level)}
	}
	c.Subquery, c.JoinAliasVars = f.query(r.Subquery, level+1), f.list(r.JoinAliasVars, level)
	c.Functions = nil
	for _, fn := range r.Functions {
		d := *fn
		d.Expr = f.expr(fn.Expr, level)
		c.Functions = append(c.Functions, &d)
	}
	if t := r.TableFunc; t != nil {
		d := *t
		d.NSURIs, d.DocExpr, d.RowExpr = f.list(t.NSURIs, level), f.expr(t.DocExpr, level), f.expr(t.RowExpr, level)
		d.ColExprs, d.ColDefs = f.list(t.ColExprs, level), f.list(t.ColDefs, level)
		c.TableFunc = &d
	}
	c.Values = nil
	for _, row := range r.Values {
		c.Values = append(c.Values, f.list(row, level))
	}
	return &c
}
