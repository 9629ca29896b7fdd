package analyze

import (
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

type oid = pg.OID

var lockWords = map[ast.LockClauseStrength]string{
	ast.LCS_FORKEYSHARE: "FOR KEY SHARE", ast.LCS_FORSHARE: "FOR SHARE",
	ast.LCS_FORNOKEYUPDATE: "FOR NO KEY UPDATE", ast.LCS_FORUPDATE: "FOR UPDATE",
}

// checkLocking refuses FOR UPDATE where rows cannot be traced to tables
// (CheckSelectLocking).
func checkLocking(q *query.Query, words string) {
	for _, c := range []struct {
		is   bool
		what string
	}{
		{q.SetOps != nil, "UNION/INTERSECT/EXCEPT"}, {len(q.Distinct) > 0, "DISTINCT clause"},
		{len(q.Group) > 0 || len(q.GroupingSets) > 0, "GROUP BY clause"}, {q.Having != nil, "HAVING clause"},
		{q.HasAggs, "aggregate functions"}, {q.HasWindowFuncs, "window functions"},
		{q.HasTargetSRFs, "set-returning functions in the target list"},
	} {
		if c.is {
			raise("0A000", noPosition, "%s is not allowed with %s", words, c.what)
		}
	}
}

// lockRefusals are what FOR UPDATE cannot be applied to.
var lockRefusals = map[query.RTEKind]string{
	query.RTEJoin: "a join", query.RTEFunction: "a function", query.RTETableFunc: "a table function",
	query.RTEValues: "VALUES", query.RTECTE: "a WITH query", query.RTENamedTuplestore: "a named tuplestore",
}

// lockingClause analyses FOR UPDATE and its kin (transformLockingClause).
func (s *state) lockingClause(q *query.Query, l *ast.LockingClause, pushedDown bool) {
	words := lockWords[l.Strength]
	checkLocking(q, words)
	all := &ast.LockingClause{Strength: l.Strength, WaitPolicy: l.WaitPolicy}
	apply := func(i int, rte *query.RangeTblEntry) {
		addRowMark(q, i+1, l, pushedDown)
		if rte.Kind == query.RTESubquery {
			s.lockingClause(rte.Subquery, all, true)
		}
	}
	if len(l.LockedRels) == 0 {
		for i, rte := range q.RangeTable {
			if rte.InFromCl && (rte.Kind == query.RTERelation || rte.Kind == query.RTESubquery) {
				apply(i, rte)
			}
		}
		return
	}
	for _, r := range l.LockedRels {
		v := r.(*ast.RangeVar)
		if v.Catalogname != "" || v.Schemaname != "" {
			raise("42601", v.Location, "%s must specify unqualified relation names", words)
		}
		i := lockedEntry(q, v.Relname)
		if i < 0 {
			raise("42P01", v.Location, `relation "%s" in %s clause not found in FROM clause`, v.Relname, words)
		}
		rte := q.RangeTable[i]
		if what := lockRefusals[rte.Kind]; what != "" {
			raise("0A000", v.Location, "%s cannot be applied to %s", words, what)
		}
		apply(i, rte)
	}
}

// lockedEntry finds the entry that FOR UPDATE OF names, -1 for none.
func lockedEntry(q *query.Query, name string) int {
	for i, rte := range q.RangeTable {
		if !rte.InFromCl {
			continue
		}
		own := rte.Eref.Name
		if rte.Alias == nil {
			switch rte.Kind {
			case query.RTEJoin:
				if rte.JoinUsingAlias == nil {
					continue
				}
				own = rte.JoinUsingAlias.Name
			case query.RTESubquery, query.RTEValues:
				continue
			}
		}
		if own == name {
			return i
		}
	}
	return -1
}

// addRowMark is applyLockingClause.
func addRowMark(q *query.Query, index int, l *ast.LockingClause, pushedDown bool) {
	for _, m := range q.RowMarks {
		if m.Index == index {
			m.Strength, m.WaitPolicy = max(m.Strength, l.Strength), max(m.WaitPolicy, l.WaitPolicy)
			m.PushedDown = m.PushedDown && pushedDown
			return
		}
	}
	q.RowMarks = append(q.RowMarks, &query.RowMarkClause{Index: index, Strength: l.Strength, WaitPolicy: l.WaitPolicy, PushedDown: pushedDown})
}
