package analyze

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/query"
)

// The range table positions of OLD and NEW in a rule.
const (
	oldVarno = 1
	newVarno = 2
)

// Rule analyses the condition and the actions of CREATE RULE
// (transformRuleStmt).
func (a *Analyzer) Rule(n *ast.RuleStmt, r *catalog.Relation) (query.Expr, []*query.Query) {
	if r.Kind == catalog.MaterializedView {
		raise("0A000", noPosition, "rules on materialized views are not supported")
	}
	old := n.Event != ast.CMD_INSERT
	isNew := n.Event == ast.CMD_INSERT || n.Event == ast.CMD_UPDATE
	s := a.scope(OldNew(r, old, isNew))
	qual := s.whereClause(n.WhereClause, KindWhere, "WHERE")
	s.assignCollations(qual)
	if len(s.rtable) != 2 {
		raise("42P17", noPosition, "rule WHERE condition cannot contain references to other relations")
	}
	var actions []*query.Query
	for _, action := range n.Actions {
		actions = append(actions, a.ruleAction(action, n.Event, r, qual))
	}
	return qual, actions
}

// ruleAction analyses one action of a rule: OLD and NEW are in its range
// table, or pushed down into the SELECT of INSERT … SELECT.
func (a *Analyzer) ruleAction(n ast.Node, event ast.CmdType, r *catalog.Relation, qual query.Expr) *query.Query {
	s := a.scope([]ScopeRel{{Relation: r, Alias: "old", Hidden: true}, {Relation: r, Alias: "new", Hidden: true}})
	for _, rte := range s.rtable {
		rte.Inh = false
	}
	top := s.statement(n)
	if top.Command == ast.CMD_UTILITY {
		if qual != nil {
			raise("42P17", noPosition, "rules with WHERE conditions can only have SELECT, INSERT, UPDATE, or DELETE actions")
		}
		top.RangeTable, top.Jointree = s.rtable, &query.FromExpr{}
	}
	sub := InsertSelect(top)
	if sub.SetOps != nil && qual != nil {
		raise("0A000", noPosition, "conditional UNION/INTERSECT/EXCEPT statements are not implemented")
	}
	hasOld := queryUses(sub, oldVarno) || exprUses(qual, oldVarno)
	hasNew := queryUses(sub, newVarno) || exprUses(qual, newVarno)
	for _, c := range []struct {
		is    bool
		event ast.CmdType
		words string
	}{
		{hasOld, ast.CMD_SELECT, "ON SELECT rule cannot use OLD"}, {hasNew, ast.CMD_SELECT, "ON SELECT rule cannot use NEW"},
		{hasOld, ast.CMD_INSERT, "ON INSERT rule cannot use OLD"}, {hasNew, ast.CMD_DELETE, "ON DELETE rule cannot use NEW"},
	} {
		if c.is && event == c.event {
			raise("42P17", noPosition, "%s", c.words)
		}
	}
	for _, cte := range append(top.CTEs[:len(top.CTEs):len(top.CTEs)], sub.CTEs...) {
		if outerUses(cte.Query, oldVarno) {
			raise("0A000", noPosition, "cannot refer to OLD within WITH query")
		}
		if outerUses(cte.Query, newVarno) {
			raise("0A000", noPosition, "cannot refer to NEW within WITH query")
		}
	}
	if hasOld || hasNew && event == ast.CMD_UPDATE {
		if sub.SetOps != nil {
			raise("0A000", noPosition, "conditional UNION/INTERSECT/EXCEPT statements are not implemented")
		}
		sub.Jointree.From = append(sub.Jointree.From, &query.RangeTblRef{Index: oldVarno})
	}
	return top
}

// InsertSelect gives the query of a rule's action that OLD and NEW are in: of
// INSERT … SELECT the SELECT (getInsertSelectQuery).
func InsertSelect(q *query.Query) *query.Query {
	if q.Command != ast.CMD_INSERT || hasOldNew(q) {
		return q
	}
	if ref, ok := q.Jointree.From[0].(*query.RangeTblRef); ok {
		if sub := q.RangeTable[ref.Index-1].Subquery; sub != nil && hasOldNew(sub) {
			return sub
		}
	}
	return q
}

func hasOldNew(q *query.Query) bool {
	return len(q.RangeTable) >= 2 && q.RangeTable[0].Eref.Name == "old" && q.RangeTable[1].Eref.Name == "new"
}

// queryUses says whether a query uses one of its own range table's entries
// (rangeTableEntry_used).
func queryUses(q *query.Query, varno int) bool {
	used := false
	query.WalkQuery(q, func(e query.Expr, level int) bool {
		v, ok := e.(*query.Var)
		used = used || ok && v.Varno == varno && v.Varlevelsup == level
		return !used
	})
	return used
}

// outerUses is queryUses of an entry of the query around q.
func outerUses(q *query.Query, varno int) bool {
	used := false
	query.WalkQuery(q, func(e query.Expr, level int) bool {
		v, ok := e.(*query.Var)
		used = used || ok && v.Varno == varno && v.Varlevelsup == level+1
		return !used
	})
	return used
}

func exprUses(e query.Expr, varno int) bool {
	used := false
	query.WalkDeep(e, func(e query.Expr, level int) bool {
		v, ok := e.(*query.Var)
		used = used || ok && v.Varno == varno && v.Varlevelsup == level
		return !used
	})
	return used
}
