package analyze

import (
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

var setOpWords = map[ast.SetOperation]string{ast.SETOP_UNION: "UNION", ast.SETOP_INTERSECT: "INTERSECT", ast.SETOP_EXCEPT: "EXCEPT"}

// setOperation analyses UNION, INTERSECT and EXCEPT (transformSetOperationStmt).
func (s *state) setOperation(stmt *ast.SelectStmt) *query.Query {
	q := &query.Query{Command: ast.CMD_SELECT}
	leftmost := stmt.Larg
	for leftmost.Larg != nil {
		leftmost = leftmost.Larg
	}
	if leftmost.IntoClause != nil {
		raise("42601", intoLocation(leftmost.IntoClause), "SELECT ... INTO is not allowed here")
	}
	if len(stmt.LockingClause) > 0 {
		raise("0A000", noPosition, "%s is not allowed with UNION/INTERSECT/EXCEPT", lockWords[stmt.LockingClause[0].(*ast.LockingClause).Strength])
	}
	n := *stmt
	n.SortClause, n.LimitOffset, n.LimitCount, n.LockingClause, n.WithClause = nil, nil, nil, nil, nil
	s.with(q, stmt.WithClause)
	tree, _ := s.setTree(&n, true)
	op := tree.(*query.SetOperationStmt)
	q.SetOps = op
	s.setTargets(q, op)
	s.setSort(q, op, stmt.SortClause)
	q.LimitOffset = s.limitClause(stmt.LimitOffset, KindOffset, "OFFSET", stmt.LimitOption)
	q.LimitCount = s.limitClause(stmt.LimitCount, KindLimit, "LIMIT", stmt.LimitOption)
	q.LimitOption = stmt.LimitOption
	s.finish(q, nil)
	s.assignQueryCollations(q)
	if s.hasAggs {
		s.checkAggregates(q)
	}
	return q
}

// leftmostIndex finds the first SELECT of a set operation.
func leftmostIndex(n query.SetOpNode) int {
	for {
		op, ok := n.(*query.SetOperationStmt)
		if !ok {
			return n.(*query.RangeTblRef).Index
		}
		n = op.Left
	}
}

// setTargets makes the output columns: the first SELECT's names, the common types.
func (s *state) setTargets(q *query.Query, op *query.SetOperationStmt) {
	index := leftmostIndex(op.Left)
	left := s.rtable[index-1].Subquery.TargetList
	for i, typ := range op.ColTypes {
		v := &query.Var{Varno: index, Varattno: left[i].Resno, Vartype: typ, Vartypmod: op.ColTypmods[i], Varcollid: op.ColColls[i], Location: query.Location(left[i].Expr)}
		q.TargetList = append(q.TargetList, &query.TargetEntry{Expr: v, Resno: s.nextResno, Resname: left[i].Resname})
		s.nextResno++
	}
}

// setSort analyses ORDER BY, which sees the output columns alone.
func (s *state) setSort(q *query.Query, op *query.SetOperationStmt, list []ast.Node) {
	item := &nsItem{names: &query.Alias{Name: "unnamed_join"}, colsVisible: true, lateralOK: true, index: len(s.rtable) + 1}
	rte := &query.RangeTblEntry{Kind: query.RTEJoin, Eref: item.names}
	item.rte = rte
	for _, t := range q.TargetList {
		v := t.Expr.(*query.Var)
		item.names.Cols = append(item.names.Cols, t.Resname)
		item.cols = append(item.cols, nsColumn{varno: v.Varno, attno: v.Varattno, typ: v.Vartype, typmod: v.Vartypmod, coll: v.Varcollid, syn: v.Varno, attnoSyn: v.Varattno})
		rte.JoinAliasVars = append(rte.JoinAliasVars, v)
	}
	names, entries := s.namespace, len(s.rtable)
	s.rtable = append(s.rtable, rte)
	s.namespace = []*nsItem{item}
	columns := len(q.TargetList)
	q.Sort = s.sortClause(list, &q.TargetList, KindOrderBy, false)
	s.namespace, s.rtable = names, s.rtable[:entries]
	if len(q.TargetList) != columns {
		pgerr.New("0A000", query.Location(q.TargetList[columns].Expr), "invalid UNION/INTERSECT/EXCEPT ORDER BY clause").
			WithDetail("Only result column names can be used, not expressions or functions.").
			WithHint("Add the expression/function to every SELECT, or move the UNION into a FROM clause.").Raise()
	}
}

// setTree analyses one side of a set operation and gives its columns
// (transformSetOperationTree).
func (s *state) setTree(n *ast.SelectStmt, top bool) (query.SetOpNode, []*query.TargetEntry) {
	if n.IntoClause != nil {
		raise("42601", intoLocation(n.IntoClause), "INTO is only allowed on first SELECT of UNION/INTERSECT/EXCEPT")
	}
	if len(n.LockingClause) > 0 {
		raise("0A000", noPosition, "%s is not allowed with UNION/INTERSECT/EXCEPT", lockWords[n.LockingClause[0].(*ast.LockingClause).Strength])
	}
	if n.Larg == nil || len(n.SortClause) > 0 || n.LimitOffset != nil || n.LimitCount != nil || n.WithClause != nil {
		return s.setLeaf(n)
	}
	op := &query.SetOperationStmt{Op: n.Op, All: n.All}
	recursive := s.parentCTE != nil && s.parentCTE.Recursive
	var left, right []*query.TargetEntry
	op.Left, left = s.setTree(n.Larg, false)
	if top && recursive {
		s.recursiveColumns(op.Left, left)
	}
	op.Right, right = s.setTree(n.Rarg, false)
	words := setOpWords[n.Op]
	if len(left) != len(right) {
		place := -1
		for _, t := range right {
			if place = query.Location(t.Expr); place >= 0 {
				break
			}
		}
		raise("42601", place, "each %s query must have the same number of columns", words)
	}
	var out []*query.TargetEntry
	for i := range left {
		out = append(out, s.setColumn(op, left[i], right[i], words))
	}
	return op, out
}

// setLeaf analyses one SELECT of a set operation.
func (s *state) setLeaf(n *ast.SelectStmt) (query.SetOpNode, []*query.TargetEntry) {
	q := s.subAnalyze(n, nil, false, false)
	if len(s.namespace) > 0 {
		if loc, found := queryHasVars(q, 1); found {
			raise("42P10", loc, "UNION/INTERSECT/EXCEPT member statement cannot refer to other relations of same query level")
		}
	}
	var out []*query.TargetEntry
	for _, t := range q.TargetList {
		if !t.Resjunk {
			out = append(out, t)
		}
	}
	item := s.addSubquery(q, &query.Alias{Name: "*SELECT* " + itoa(len(s.rtable)+1)}, false, false)
	return &query.RangeTblRef{Index: item.index}, out
}

// setColumn finds the type of one column of both sides.
func (s *state) setColumn(op *query.SetOperationStmt, l, r *query.TargetEntry, words string) *query.TargetEntry {
	le, re := l.Expr, r.Expr
	typ, best := s.commonType([]query.Expr{le, re}, words)
	place := query.Location(best)
	le, re = s.setSide(l, le, typ, words), s.setSide(r, re, typ, words)
	pair := []query.Expr{le, re}
	typmod := commonTypmod(pair, typ)
	coll := s.commonCollation(pair, op.Op == ast.SETOP_UNION && op.All)
	op.ColTypes, op.ColTypmods, op.ColColls = append(op.ColTypes, typ), append(op.ColTypmods, typmod), append(op.ColColls, coll)
	if op.Op != ast.SETOP_UNION || !op.All {
		var ops sortOperators
		at(place, func() { ops = s.sortOperators(typ, false, true, false) })
		if s.parentCTE != nil && s.parentCTE.Recursive && (typ == pg.Record || typ == pg.RecordArray) {
			ops.hashable = true
		}
		op.Groups = append(op.Groups, &query.SortGroupClause{EqOp: ops.eq, SortOp: ops.lt, Hashable: ops.hashable})
	}
	return &query.TargetEntry{Expr: &query.SetToDefault{Type: typ, Typmod: typmod, Collation: coll, Location: place}}
}

// setSide casts one side; an untyped literal takes the type in its own query.
func (s *state) setSide(t *query.TargetEntry, e query.Expr, typ pg.OID, words string) query.Expr {
	if query.ExprType(e) != pg.Unknown {
		return s.coerceToCommon(e, typ, words)
	}
	switch e.(type) {
	case *query.Const, *query.Param:
		t.Expr = s.coerceToCommon(e, typ, words)
		return t.Expr
	}
	return e
}

// recursiveColumns takes a recursive query's columns from its first term
// (determineRecursiveColTypes).
func (s *state) recursiveColumns(left query.SetOpNode, targets []*query.TargetEntry) {
	names := s.rtable[leftmostIndex(left)-1].Subquery.TargetList
	var list []*query.TargetEntry
	for i, t := range targets {
		list = append(list, &query.TargetEntry{Expr: t.Expr, Resno: int16(i + 1), Resname: names[i].Resname})
	}
	s.cteColumns(s.parentCTE, list)
}
