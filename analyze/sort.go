package analyze

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// findTarget finds the output column that an element of ORDER BY, GROUP BY or
// DISTINCT ON means, by SQL92's rules: a column's name or number first
// (findTargetlistEntrySQL92).
func (s *state) findTarget(n ast.Node, list *[]*query.TargetEntry, kind ExprKind) *query.TargetEntry {
	if ref, ok := n.(*ast.ColumnRef); ok && len(ref.Fields) == 1 && !isStar(ref.Fields[0]) {
		name := ref.Fields[0].(*ast.String).Sval
		if kind != KindGroupBy || s.columnVar(name, true, ref.Location) == nil {
			if t := s.targetNamed(name, *list, kind, ref.Location); t != nil {
				s.checkTarget(t, kind)
				return t
			}
		}
	}
	if c, ok := n.(*ast.A_Const); ok {
		t := s.targetAt(c, *list, kind)
		s.checkTarget(t, kind)
		return t
	}
	return s.findTarget99(n, list, kind)
}

func (s *state) targetNamed(name string, list []*query.TargetEntry, kind ExprKind, location int) *query.TargetEntry {
	var found *query.TargetEntry
	for _, t := range list {
		if t.Resjunk || t.Resname != name {
			continue
		}
		if found == nil {
			found = t
		} else if !query.Equal(found.Expr, t.Expr) {
			raise("42702", location, `%s "%s" is ambiguous`, kindRules[kind].name, name)
		}
	}
	return found
}

func (s *state) targetAt(c *ast.A_Const, list []*query.TargetEntry, kind ExprKind) *query.TargetEntry {
	i, ok := c.Val.(*ast.Integer)
	if !ok {
		raise("42601", c.Location, "non-integer constant in %s", kindRules[kind].name)
	}
	pos := 0
	for _, t := range list {
		if !t.Resjunk {
			if pos++; pos == i.Ival {
				return t
			}
		}
	}
	raise("42P10", c.Location, "%s position %d is not in select list", kindRules[kind].name, i.Ival)
	return nil
}

// checkTarget refuses aggregates and window functions that GROUP BY names
// (checkTargetlistEntrySQL92).
func (s *state) checkTarget(t *query.TargetEntry, kind ExprKind) {
	if kind != KindGroupBy {
		return
	}
	if loc, found := locateAggregate(t.Expr, 0); found {
		raise("42803", loc, "aggregate functions are not allowed in %s", kindRules[kind].name)
	}
	if loc, found := locateWindow(t.Expr); found {
		raise("42P20", loc, "window functions are not allowed in %s", kindRules[kind].name)
	}
}

// findTarget99 analyses an expression and finds an output column that is the
// same, or adds one (findTargetlistEntrySQL99).
func (s *state) findTarget99(n ast.Node, list *[]*query.TargetEntry, kind ExprKind) *query.TargetEntry {
	e := s.expr(n, kind)
	for _, t := range *list {
		if query.Equal(e, stripImplicit(t.Expr)) {
			return t
		}
	}
	t := s.targetEntry(n, e, kind, "", true)
	*list = append(*list, t)
	return t
}

// stripImplicit takes off casts that the user did not write
// (strip_implicit_coercions).
func stripImplicit(e query.Expr) query.Expr {
	for {
		switch n := e.(type) {
		case *query.FuncExpr:
			if n.Format != implicitCast {
				return e
			}
			e = n.Args[0]
		case *query.RelabelType:
			if n.Format != implicitCast {
				return e
			}
			e = n.Arg
		case *query.CoerceViaIO:
			if n.Format != implicitCast {
				return e
			}
			e = n.Arg
		case *query.ArrayCoerceExpr:
			if n.Format != implicitCast {
				return e
			}
			e = n.Arg
		case *query.ConvertRowtypeExpr:
			if n.Format != implicitCast {
				return e
			}
			e = n.Arg
		case *query.CoerceToDomain:
			if n.Format != implicitCast {
				return e
			}
			e = n.Arg
		default:
			return e
		}
	}
}

// sortClause analyses ORDER BY (transformSortClause).
func (s *state) sortClause(list []ast.Node, targets *[]*query.TargetEntry, kind ExprKind, sql99 bool) []*query.SortGroupClause {
	var out []*query.SortGroupClause
	for _, n := range list {
		by := n.(*ast.SortBy)
		var t *query.TargetEntry
		if sql99 {
			t = s.findTarget99(by.Node, targets, kind)
		} else {
			t = s.findTarget(by.Node, targets, kind)
		}
		out = s.addToSort(t, out, *targets, by)
	}
	return out
}

// knownType makes an untyped output column text.
func (s *state) knownType(t *query.TargetEntry) pg.OID {
	typ := query.ExprType(t.Expr)
	if typ == pg.Unknown {
		t.Expr = s.coerceType(t.Expr, typ, pg.Text, -1, Implicit, implicitCast, -1)
		typ = pg.Text
	}
	return typ
}

// addToSort adds a column to an ORDER BY (addTargetToSortList).
func (s *state) addToSort(t *query.TargetEntry, list []*query.SortGroupClause, targets []*query.TargetEntry, by *ast.SortBy) []*query.SortGroupClause {
	typ := s.knownType(t)
	location := by.Location
	if location < 0 {
		location = rawLocation(by.Node)
	}
	var ops sortOperators
	sortOp := pg.OID(0)
	reverse := false
	at(location, func() {
		switch by.SortbyDir {
		case ast.SORTBY_DESC:
			ops = s.sortOperators(typ, false, true, true)
			sortOp, reverse = ops.gt, true
		case ast.SORTBY_USING:
			names := ast.Strings(by.UseOp)
			sortOp = MustCompatibleOperator(s.c, names, typ, typ, noPosition).OID
			if ops.eq, reverse = s.equalityFor(sortOp); ops.eq == 0 {
				pgerr.New("42809", noPosition, "operator %s is not a valid ordering operator", names[len(names)-1]).
					WithHint(`Ordering operators must be "<" or ">" members of btree operator families.`).Raise()
			}
		default:
			ops = s.sortOperators(typ, true, true, false)
			sortOp = ops.lt
		}
	})
	if s.inSort(t, sortOp, list) {
		return list
	}
	c := &query.SortGroupClause{Ref: assignRef(t, targets), EqOp: ops.eq, SortOp: sortOp, NullsFirst: reverse, Hashable: ops.hashable}
	switch by.SortbyNulls {
	case ast.SORTBY_NULLS_FIRST:
		c.NullsFirst = true
	case ast.SORTBY_NULLS_LAST:
		c.NullsFirst = false
	}
	return append(list, c)
}

// addToGroup adds a column to a GROUP BY or DISTINCT (addTargetToGroupList).
func (s *state) addToGroup(t *query.TargetEntry, list []*query.SortGroupClause, targets []*query.TargetEntry, location int) []*query.SortGroupClause {
	typ := s.knownType(t)
	if s.inSort(t, 0, list) {
		return list
	}
	var ops sortOperators
	at(location, func() { ops = s.sortOperators(typ, false, true, false) })
	return append(list, &query.SortGroupClause{Ref: assignRef(t, targets), EqOp: ops.eq, SortOp: ops.lt, Hashable: ops.hashable})
}

// assignRef numbers a column for sort and group clauses (assignSortGroupRef).
func assignRef(t *query.TargetEntry, list []*query.TargetEntry) int {
	if t.Ref == 0 {
		most := 0
		for _, other := range list {
			most = max(most, other.Ref)
		}
		t.Ref = most + 1
	}
	return t.Ref
}

// inSort is targetIsInSortList; an operator of 0 matches any.
func (s *state) inSort(t *query.TargetEntry, op pg.OID, list []*query.SortGroupClause) bool {
	return t.Ref != 0 && slices.ContainsFunc(list, func(c *query.SortGroupClause) bool {
		return c.Ref == t.Ref && (op == 0 || op == c.SortOp || op == s.commutator(c.SortOp))
	})
}

func (a *Analyzer) commutator(op pg.OID) pg.OID {
	if o := a.c.Operator(op); o != nil {
		return o.Commutator
	}
	return 0
}

func targetOfRef(ref int, list []*query.TargetEntry) *query.TargetEntry {
	for _, t := range list {
		if t.Ref == ref {
			return t
		}
	}
	return nil
}

// distinctClause analyses SELECT DISTINCT or DISTINCT in an aggregate
// (transformDistinctClause).
func (s *state) distinctClause(targets *[]*query.TargetEntry, order []*query.SortGroupClause, isAgg bool) []*query.SortGroupClause {
	var out []*query.SortGroupClause
	for _, c := range order {
		t := targetOfRef(c.Ref, *targets)
		if t.Resjunk {
			words := "for SELECT DISTINCT, ORDER BY expressions must appear in select list"
			if isAgg {
				words = "in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list"
			}
			raise("42P10", query.Location(t.Expr), "%s", words)
		}
		copied := *c
		out = append(out, &copied)
	}
	for _, t := range *targets {
		if !t.Resjunk {
			out = s.addToGroup(t, out, *targets, query.Location(t.Expr))
		}
	}
	if out == nil {
		if isAgg {
			raise("42601", noPosition, "an aggregate with DISTINCT must have at least one argument")
		}
		raise("42601", noPosition, "SELECT DISTINCT must have at least one column")
	}
	return out
}

// distinctOn analyses DISTINCT ON (transformDistinctOnClause).
func (s *state) distinctOn(list []ast.Node, targets *[]*query.TargetEntry, order []*query.SortGroupClause) []*query.SortGroupClause {
	const mismatch = "SELECT DISTINCT ON expressions must match initial ORDER BY expressions"
	var refs []int
	for _, n := range list {
		t := s.findTarget(n, targets, KindDistinctOn)
		refs = append(refs, assignRef(t, *targets))
	}
	var out []*query.SortGroupClause
	skipped := false
	for _, c := range order {
		i := slices.Index(refs, c.Ref)
		switch {
		case i < 0:
			skipped = true
		case skipped:
			raise("42P10", rawLocation(list[i]), mismatch)
		default:
			copied := *c
			out = append(out, &copied)
		}
	}
	for i, n := range list {
		t := targetOfRef(refs[i], *targets)
		if s.inSort(t, 0, out) {
			continue
		}
		if skipped {
			raise("42P10", rawLocation(n), mismatch)
		}
		out = s.addToGroup(t, out, *targets, rawLocation(n))
	}
	return out
}

// limitClause analyses LIMIT or OFFSET (transformLimitClause).
func (s *state) limitClause(n ast.Node, kind ExprKind, construct string, option ast.LimitOption) query.Expr {
	if n == nil {
		return nil
	}
	e := s.coerceToSpecific(s.expr(n, kind), pg.Int8, -1, construct)
	s.checkVarFree(e, construct)
	if kind == KindLimit && option == ast.LIMIT_OPTION_WITH_TIES && isNullConstant(n) {
		raise("2201W", noPosition, "row count cannot be null in FETCH FIRST ... WITH TIES clause")
	}
	return e
}

func (s *state) checkVarFree(e query.Expr, construct string) {
	if loc, found := locateVar(e, 0); found {
		raise("42P10", loc, "argument of %s must not contain variables", construct)
	}
}

// sortOperators are the comparison operators of a type.
type sortOperators struct {
	lt, eq, gt pg.OID
	hashable   bool
}

// sortOperators finds a type's operators for sorting and grouping
// (get_sort_group_operators over the type cache's rules).
func (a *Analyzer) sortOperators(typ pg.OID, needLT, needEQ, needGT bool) sortOperators {
	ops := a.typeOperators(typ)
	if needLT && ops.lt == 0 || needGT && ops.gt == 0 {
		pgerr.New("42883", noPosition, "could not identify an ordering operator for type %s", a.typeName(typ)).
			WithHint("Use an explicit ordering operator or modify the query.").Raise()
	}
	if needEQ && ops.eq == 0 {
		raise("42883", noPosition, "could not identify an equality operator for type %s", a.typeName(typ))
	}
	return ops
}

// typeOperators is lookup_type_cache: btree's operators, else hash's equality;
// arrays, rows and ranges compare when what they hold does.
func (a *Analyzer) typeOperators(typ pg.OID) sortOperators {
	var ops sortOperators
	base := a.baseType(typ)
	if oc := defaultOpClass(a.c, base, pg.BTree); oc != nil {
		ops.eq = a.familyOperator(oc, 3)
		ops.lt = a.familyOperator(oc, 1)
		ops.gt = a.familyOperator(oc, 5)
	}
	hash := defaultOpClass(a.c, base, pg.Hash)
	if ops.eq == 0 && hash != nil {
		ops.eq = a.familyOperator(hash, 1)
	}
	ops.hashable = hash != nil && (ops.eq == 0 || a.familyOperator(hash, 1) == ops.eq)
	return a.containerOperators(base, ops)
}

// containerOperators takes away what the elements do not have.
func (a *Analyzer) containerOperators(typ pg.OID, ops sortOperators) sortOperators {
	var parts []pg.OID
	switch {
	case ops.eq == 0:
		return ops
	case a.elementType(typ) != 0:
		parts = []pg.OID{a.elementType(typ)}
	case a.kindOf(typ) == 'c':
		for _, f := range a.fieldsOfType(typ) {
			if !f.dropped {
				parts = append(parts, f.typ)
			}
		}
	case a.kindOf(typ) == 'r':
		ops.hashable = ops.hashable && a.typeOperators(a.rangeSubtype(typ)).hashable
	}
	for _, p := range parts {
		sub := a.typeOperators(p)
		if sub.eq == 0 {
			return sortOperators{}
		}
		if sub.lt == 0 {
			ops.lt, ops.gt = 0, 0
		}
		ops.hashable = ops.hashable && sub.hashable
	}
	return ops
}

// familyOperator finds a strategy's operator among a class's own types
// (get_opfamily_member).
func (a *Analyzer) familyOperator(oc *catalog.OpClass, strategy int16) pg.OID {
	f := a.c.OpFamily(oc.Family)
	if f == nil {
		return 0
	}
	for _, m := range f.Ops {
		if m.Strategy == strategy && m.Purpose == 's' && m.Left == oc.InType && m.Right == oc.InType {
			return m.Operator
		}
	}
	return 0
}

// equalityFor finds the equality that goes with an ordering operator, and
// whether that one sorts downwards (get_equality_op_for_ordering_op).
func (a *Analyzer) equalityFor(op pg.OID) (eq pg.OID, reverse bool) {
	for _, m := range a.btreeAmops(op) {
		if m.Strategy != 1 && m.Strategy != 5 || m.Left != m.Right {
			continue
		}
		for _, e := range a.c.OpFamily(m.Family).Ops {
			if e.Strategy == 3 && e.Left == m.Left && e.Right == m.Right {
				return e.Operator, m.Strategy == 5
			}
		}
	}
	return 0, false
}
