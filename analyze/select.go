package analyze

import (
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/query"
)

// subAnalyze analyses a query inside this one (parse_sub_analyze).
func (s *state) subAnalyze(n ast.Node, cte *query.CommonTableExpr, locked, resolve bool) *query.Query {
	sub := s.newState(s)
	sub.parentCTE, sub.lockedParent, sub.keepUnknowns = cte, locked, !resolve
	return sub.statement(n)
}

// statement analyses a whole statement (transformStmt).
func (s *state) statement(n ast.Node) *query.Query {
	var q *query.Query
	switch n := n.(type) {
	case *ast.SelectStmt:
		switch {
		case len(n.ValuesLists) > 0:
			q = s.valuesStmt(n)
		case n.Op == ast.SETOP_NONE || n.Op == ast.SET_OPERATION_UNDEFINED:
			q = s.selectStmt(n)
		default:
			q = s.setOperation(n)
		}
	case *ast.InsertStmt:
		q = s.insertStmt(n)
	case *ast.UpdateStmt:
		q = s.updateStmt(n)
	case *ast.DeleteStmt:
		q = s.deleteStmt(n)
	case *ast.MergeStmt:
		q = s.mergeStmt(n)
	case *ast.ReturnStmt:
		q = s.returnStmt(n)
	default:
		q = &query.Query{Command: ast.CMD_UTILITY, Utility: n}
	}
	if s.nextResno-1 > maxTupleAttributes {
		raise("54011", noPosition, "target lists can have at most %d entries", maxTupleAttributes)
	}
	return q
}

// with analyses a statement's WITH clause.
func (s *state) with(q *query.Query, w *ast.WithClause) {
	if w == nil {
		return
	}
	q.Recursive = w.Recursive
	q.CTEs = s.withClause(w)
	q.HasModifyingCTE = s.hasModifyingCTE
}

// finish puts what the analysis gathered into the query.
func (s *state) finish(q *query.Query, qual query.Expr) {
	q.RangeTable = s.rtable
	q.Jointree = &query.FromExpr{From: s.joinlist, Quals: qual}
	q.HasSubLinks, q.HasWindowFuncs, q.HasTargetSRFs, q.HasAggs = s.hasSubLinks, s.hasWindowFuncs, s.hasTargetSRFs, s.hasAggs
}

// selectStmt is transformSelectStmt.
func (s *state) selectStmt(n *ast.SelectStmt) *query.Query {
	q := &query.Query{Command: ast.CMD_SELECT}
	s.with(q, n.WithClause)
	if n.IntoClause != nil {
		raise("42601", intoLocation(n.IntoClause), "SELECT ... INTO is not allowed here")
	}
	s.locking = n.LockingClause
	s.windowDefs = windowDefs(n.WindowClause)
	s.fromClause(n.FromClause)
	q.TargetList = s.targetList(n.TargetList, KindSelectTarget)
	s.markOrigins(q.TargetList)
	qual := s.whereClause(n.WhereClause, KindWhere, "WHERE")
	s.afterWhere(q, n)
	if !s.keepUnknowns {
		s.resolveUnknowns(q.TargetList)
	}
	s.finish(q, qual)
	for _, l := range n.LockingClause {
		s.lockingClause(q, l.(*ast.LockingClause), false)
	}
	s.assignQueryCollations(q)
	if s.hasAggs || len(q.Group) > 0 || len(q.GroupingSets) > 0 || q.Having != nil {
		s.checkAggregates(q)
	}
	return q
}

// afterWhere analyses HAVING and what follows, in PostgreSQL's order.
func (s *state) afterWhere(q *query.Query, n *ast.SelectStmt) {
	q.Having = s.whereClause(n.HavingClause, KindHaving, "HAVING")
	q.Sort = s.sortClause(n.SortClause, &q.TargetList, KindOrderBy, false)
	q.Group, q.GroupingSets = s.groupClause(n.GroupClause, &q.TargetList, q.Sort, KindGroupBy, false)
	q.GroupDistinct = n.GroupDistinct
	switch {
	case len(n.DistinctClause) == 0:
	case n.DistinctClause[0] == nil:
		q.Distinct = s.distinctClause(&q.TargetList, q.Sort, false)
	default:
		q.Distinct = s.distinctOn(n.DistinctClause, &q.TargetList, q.Sort)
		q.HasDistinctOn = true
	}
	q.LimitOffset = s.limitClause(n.LimitOffset, KindOffset, "OFFSET", n.LimitOption)
	q.LimitCount = s.limitClause(n.LimitCount, KindLimit, "LIMIT", n.LimitOption)
	q.LimitOption = n.LimitOption
	q.Windows = s.windowDefinitions(s.windowDefs, &q.TargetList)
}

func windowDefs(list []ast.Node) []*ast.WindowDef {
	out := make([]*ast.WindowDef, len(list))
	for i, n := range list {
		out[i] = n.(*ast.WindowDef)
	}
	return out
}

func intoLocation(n *ast.IntoClause) int {
	if n.Rel != nil {
		return n.Rel.Location
	}
	return -1
}

// returnStmt analyses RETURN of a SQL-standard function body.
func (s *state) returnStmt(n *ast.ReturnStmt) *query.Query {
	q := &query.Query{Command: ast.CMD_SELECT, IsReturn: true}
	q.TargetList = []*query.TargetEntry{{Expr: s.expr(n.Returnval, KindSelectTarget), Resno: 1}}
	if !s.keepUnknowns {
		s.resolveUnknowns(q.TargetList)
	}
	s.finish(q, nil)
	s.assignQueryCollations(q)
	return q
}

// valuesStmt analyses VALUES on its own (transformValuesClause).
func (s *state) valuesStmt(n *ast.SelectStmt) *query.Query {
	q := &query.Query{Command: ast.CMD_SELECT}
	s.with(q, n.WithClause)
	rows := make([][]query.Expr, len(n.ValuesLists))
	for i, l := range n.ValuesLists {
		rows[i] = s.expressionList(l.(*ast.List).Items, KindValues, false)
		if len(rows[i]) != len(rows[0]) {
			raise("42601", query.ListLocation(rows[i]), "VALUES lists must all be the same length")
		}
	}
	item := s.addRows(rows)
	s.addItem(item, true, true, true)
	q.TargetList = s.expandItemTargets(item, 0, -1)
	q.Sort = s.sortClause(n.SortClause, &q.TargetList, KindOrderBy, false)
	q.LimitOffset = s.limitClause(n.LimitOffset, KindOffset, "OFFSET", n.LimitOption)
	q.LimitCount = s.limitClause(n.LimitCount, KindLimit, "LIMIT", n.LimitOption)
	q.LimitOption = n.LimitOption
	if len(n.LockingClause) > 0 {
		raise("0A000", noPosition, "%s cannot be applied to VALUES", lockWords[n.LockingClause[0].(*ast.LockingClause).Strength])
	}
	s.finish(q, nil)
	s.assignQueryCollations(q)
	return q
}

// addRows gives each column of VALUES one type and enters the rows.
func (s *state) addRows(rows [][]query.Expr) *nsItem {
	columns := len(rows[0])
	lateral := false
	var types []oid
	var typmods []int32
	var colls []oid
	column := make([]query.Expr, len(rows))
	for i := range columns {
		for r := range rows {
			column[r] = rows[r][i]
		}
		typ, _ := s.commonType(column, "VALUES")
		for r := range rows {
			column[r] = s.coerceToCommon(column[r], typ, "VALUES")
			rows[r][i] = column[r]
			lateral = lateral || len(s.rtable) > 0 && hasLocalVars(column[r])
		}
		types = append(types, typ)
		typmods = append(typmods, commonTypmod(column, typ))
		colls = append(colls, s.commonCollation(column, true))
	}
	return s.addValues(rows, types, typmods, colls, nil, lateral, true)
}
