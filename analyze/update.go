package analyze

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// besideTarget analyses the FROM or USING of UPDATE and DELETE, which does not
// see the target.
func (s *state) besideTarget(list []ast.Node) {
	s.targetItem.lateralOnly, s.targetItem.lateralOK = true, false
	s.fromClause(list)
	s.targetItem.lateralOnly, s.targetItem.lateralOK = false, true
}

// updateStmt is transformUpdateStmt.
func (s *state) updateStmt(n *ast.UpdateStmt) *query.Query {
	q := &query.Query{Command: ast.CMD_UPDATE}
	s.with(q, n.WithClause)
	q.Result = s.setTarget(n.Relation, n.Relation.Inh, true)
	s.besideTarget(n.FromClause)
	qual := s.whereClause(n.WhereClause, KindWhere, "WHERE")
	q.Returning = s.returning(n.ReturningList)
	q.TargetList = s.updateTargets(n.TargetList)
	s.finish(q, qual)
	s.assignQueryCollations(q)
	return q
}

// updateTargets analyses SET (transformUpdateTargetList).
func (s *state) updateTargets(list []ast.Node) []*query.TargetEntry {
	out := s.targetList(list, KindUpdateSource)
	if int(s.nextResno) <= len(s.target.Columns) {
		s.nextResno = int16(len(s.target.Columns) + 1)
	}
	next := 0
	for _, t := range out {
		if t.Resjunk {
			t.Resno, t.Resname = s.nextResno, ""
			s.nextResno++
			continue
		}
		r := list[next].(*ast.ResTarget)
		next++
		num, _, _, _ := attributeNamed(s.target, r.Name)
		if num == 0 {
			raise("42703", r.Location, `column "%s" of relation "%s" does not exist`, r.Name, s.target.Name)
		}
		t.Expr = s.assigned(t.Expr, KindUpdateTarget, r.Name, num, r.Indirection, r.Location)
		t.Resno, t.Resname = num, r.Name
	}
	return out
}

// deleteStmt is transformDeleteStmt.
func (s *state) deleteStmt(n *ast.DeleteStmt) *query.Query {
	q := &query.Query{Command: ast.CMD_DELETE}
	s.with(q, n.WithClause)
	q.Result = s.setTarget(n.Relation, n.Relation.Inh, true)
	s.besideTarget(n.UsingClause)
	qual := s.whereClause(n.WhereClause, KindWhere, "WHERE")
	q.Returning = s.returning(n.ReturningList)
	s.finish(q, qual)
	s.assignQueryCollations(q)
	if s.hasAggs {
		s.checkAggregates(q)
	}
	return q
}

// mergeStmt is transformMergeStmt.
func (s *state) mergeStmt(n *ast.MergeStmt) *query.Query {
	q := &query.Query{Command: ast.CMD_MERGE}
	if n.WithClause != nil && n.WithClause.Recursive {
		raise("42601", noPosition, "WITH RECURSIVE is not supported for MERGE statement")
	}
	s.with(q, n.WithClause)
	terminal := map[bool]bool{}
	for _, w := range n.MergeWhenClauses {
		when := w.(*ast.MergeWhenClause)
		if terminal[when.Matched] {
			raise("42601", noPosition, "unreachable WHEN clause specified after unconditional WHEN clause")
		}
		terminal[when.Matched] = when.Condition == nil
	}
	q.Result = s.setTarget(n.Relation, n.Relation.Inh, false)
	s.checkMergeTarget()
	s.fromClause([]ast.Node{n.SourceRelation})
	source := s.itemAt(len(s.rtable), 0)
	if s.targetItem.names.Name == source.names.Name {
		pgerr.New("42712", noPosition, `name "%s" specified more than once`, source.names.Name).
			WithDetail("The name is used both as MERGE target table and data source.").Raise()
	}
	s.addItem(s.targetItem, false, true, true)
	on := s.expr(n.JoinCondition, KindJoinOn)
	for _, w := range n.MergeWhenClauses {
		q.MergeWhens = append(q.MergeWhens, s.mergeWhen(w.(*ast.MergeWhenClause), source))
	}
	s.finish(q, on)
	q.HasTargetSRFs = false
	s.assignQueryCollations(q)
	return q
}

// kindWords are relation kinds as errdetail_relkind_not_supported has them.
var kindWords = map[byte]string{
	catalog.View: "views", catalog.MaterializedView: "materialized views", catalog.ForeignTable: "foreign tables",
	catalog.Sequence: "sequences", catalog.Index: "indexes", catalog.PartitionedIndex: "partitioned indexes",
	catalog.CompositeType: "composite types",
}

func (s *state) checkMergeTarget() {
	if s.target.Kind != catalog.Table && s.target.Kind != catalog.PartitionedTable {
		pgerr.New("0A000", noPosition, `cannot execute MERGE on relation "%s"`, s.target.Name).
			WithDetail("This operation is not supported for %s.", kindWords[s.target.Kind]).Raise()
	}
	if len(s.target.Rules) > 0 {
		pgerr.New("0A000", noPosition, `cannot execute MERGE on relation "%s"`, s.target.Name).
			WithDetail("MERGE is not supported for relations with rules.").Raise()
	}
}

// mergeWhen analyses one WHEN of MERGE: one that is not matched sees the
// source alone.
func (s *state) mergeWhen(n *ast.MergeWhenClause, source *nsItem) *query.MergeAction {
	action := &query.MergeAction{Matched: n.Matched, Command: n.CommandType}
	s.targetItem.relVisible, s.targetItem.colsVisible = n.Matched, n.Matched
	source.relVisible, source.colsVisible = true, true
	action.Qual = s.whereClause(n.Condition, KindMergeWhen, "WHEN")
	switch n.CommandType {
	case ast.CMD_INSERT:
		s.isInsert = true
		columns := s.insertColumns(n.TargetList)
		action.Override = n.Override
		if len(n.Values) > 0 {
			exprs := s.expressionList(n.Values, KindValuesSingle, true)
			exprs = s.insertRow(exprs, columns, len(n.TargetList) > 0, false)
			for i, e := range exprs {
				action.TargetList = append(action.TargetList, &query.TargetEntry{Expr: e, Resno: columns[i].attno, Resname: columns[i].name})
			}
		}
	case ast.CMD_UPDATE:
		s.isInsert = false
		action.TargetList = s.updateTargets(n.TargetList)
	}
	return action
}
