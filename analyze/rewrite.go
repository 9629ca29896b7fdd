package analyze

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// Rewrite refuses what PostgreSQL's rewriter and executor refuse of a
// statement that has been analysed, before any row is looked at: values for
// generated and identity columns, and targets that cannot be written.
func (a *Analyzer) Rewrite(q *query.Query) {
	for _, cte := range q.CTEs {
		a.Rewrite(cte.Query)
	}
	switch q.Command {
	case ast.CMD_INSERT, ast.CMD_UPDATE, ast.CMD_DELETE:
	default:
		return
	}
	r := a.c.Relation(q.RangeTable[q.Result-1].Relation)
	a.checkTargetKind(q, r)
	if r.Kind == catalog.View {
		return
	}
	if q.Command != ast.CMD_DELETE {
		a.checkAssigned(q, r, q.TargetList, q.Command == ast.CMD_INSERT)
	}
	if q.OnConflict != nil {
		a.checkAssigned(q, r, q.OnConflict.Set, false)
		a.checkArbiter(q.OnConflict, r)
	}
}

var writeWords = map[ast.CmdType]string{ast.CMD_INSERT: "insert into", ast.CMD_UPDATE: "update", ast.CMD_DELETE: "delete from"}

// checkTargetKind is CheckValidResultRel for what has no rules.
func (a *Analyzer) checkTargetKind(q *query.Query, r *catalog.Relation) {
	switch r.Kind {
	case catalog.Sequence:
		raise("42809", noPosition, `cannot change sequence "%s"`, r.Name)
	case catalog.MaterializedView:
		raise("42809", noPosition, `cannot change materialized view "%s"`, r.Name)
	}
	if r.Kind == catalog.View && !a.writable(q.Command, r) {
		e := pgerr.New("55000", noPosition, `cannot %s view "%s"`, writeWords[q.Command], r.Name)
		e.Raise()
	}
}

// writable says whether a view has a rule or trigger for a command, or is
// simple enough to be written through (view_query_is_auto_updatable).
func (a *Analyzer) writable(command ast.CmdType, r *catalog.Relation) bool {
	for _, rule := range r.Rules {
		if rule.Event == command && rule.Instead {
			return true
		}
	}
	const instead = 1 << 6
	event := map[ast.CmdType]int16{ast.CMD_INSERT: 1 << 2, ast.CMD_DELETE: 1 << 3, ast.CMD_UPDATE: 1 << 4}[command]
	for _, t := range r.Triggers {
		if t.Type&instead != 0 && t.Type&event != 0 {
			return true
		}
	}
	v := r.Query
	if v == nil {
		return true
	}
	if len(v.Distinct) > 0 || len(v.Group) > 0 || len(v.GroupingSets) > 0 || v.Having != nil || v.SetOps != nil || len(v.CTEs) > 0 ||
		v.LimitOffset != nil || v.LimitCount != nil || v.HasAggs || v.HasWindowFuncs || v.HasTargetSRFs || len(v.Jointree.From) != 1 {
		return false
	}
	ref, ok := v.Jointree.From[0].(*query.RangeTblRef)
	if !ok {
		return false
	}
	rte := v.RangeTable[ref.Index-1]
	if rte.Kind != query.RTERelation || rte.TableSample != nil {
		return false
	}
	switch rte.RelKind {
	case catalog.Table, catalog.ForeignTable, catalog.PartitionedTable:
		return true
	case catalog.View:
		return a.writable(command, a.c.Relation(rte.Relation))
	}
	return false
}

// checkAssigned refuses values for columns that take only DEFAULT
// (rewriteTargetListIU).
func (a *Analyzer) checkAssigned(q *query.Query, r *catalog.Relation, list []*query.TargetEntry, insert bool) {
	for _, t := range list {
		if t.Resjunk || t.Resno < 1 || int(t.Resno) > len(r.Columns) {
			continue
		}
		col := r.Columns[t.Resno-1]
		_, isDefault := t.Expr.(*query.SetToDefault)
		if isDefault || insert && a.allDefault(q, t) {
			continue
		}
		action, detail := "update", `Column "%s" is %s.`
		if insert {
			action = "insert a non-DEFAULT value into"
		}
		refuse := func(kind string) *pgerr.Error {
			if insert {
				return pgerr.New("428C9", noPosition, `cannot %s column "%s"`, action, col.Name).WithDetail(detail, col.Name, kind)
			}
			return pgerr.New("428C9", noPosition, `column "%s" can only be updated to DEFAULT`, col.Name).WithDetail(detail, col.Name, kind)
		}
		switch {
		case col.Identity == 'a' && insert && q.Override != ast.OVERRIDING_USER_VALUE && q.Override != ast.OVERRIDING_SYSTEM_VALUE:
			refuse("an identity column defined as GENERATED ALWAYS").WithHint("Use OVERRIDING SYSTEM VALUE to override.").Raise()
		case col.Identity == 'a' && !insert:
			refuse("an identity column defined as GENERATED ALWAYS").Raise()
		case col.Generated != 0:
			refuse("a generated column").Raise()
		}
	}
}

// allDefault says whether a column of a VALUES list is DEFAULT in every row.
func (a *Analyzer) allDefault(q *query.Query, t *query.TargetEntry) bool {
	v, ok := t.Expr.(*query.Var)
	if !ok {
		return false
	}
	rte := q.RangeTable[v.Varno-1]
	if rte.Kind != query.RTEValues {
		return false
	}
	for _, row := range rte.Values {
		if _, ok := row[v.Varattno-1].(*query.SetToDefault); !ok {
			return false
		}
	}
	return true
}

// checkArbiter refuses ON CONFLICT over columns that no unique index has
// (infer_arbiter_indexes).
func (a *Analyzer) checkArbiter(o *query.OnConflictExpr, r *catalog.Relation) {
	if len(o.Arbiters) == 0 {
		return
	}
	for _, index := range r.Indexes {
		if info := index.IndexInfo; info != nil && info.Unique && info.Immediate && a.infers(o, info) {
			return
		}
	}
	raise("42P10", noPosition, "there is no unique or exclusion constraint matching the ON CONFLICT specification")
}

// infers says whether a unique index has just the columns and expressions that
// ON CONFLICT names. Of predicates only that one is there is looked at, for
// what implies one is the planner's to prove.
func (a *Analyzer) infers(o *query.OnConflictExpr, info *catalog.IndexInfo) bool {
	if info.Predicate != nil && o.ArbiterCond == nil {
		return false
	}
	matched := make([]bool, info.KeyCount)
	for _, arb := range o.Arbiters {
		found := false
		for i, key := range info.Keys[:info.KeyCount] {
			v, isVar := arb.Expr.(*query.Var)
			same := isVar && key.Column != 0 && v.Varattno == key.Column || key.Column == 0 && query.Equal(arb.Expr, key.Expr)
			if same {
				matched[i], found = true, true
			}
		}
		if !found {
			return false
		}
	}
	for _, m := range matched {
		if !m {
			return false
		}
	}
	return true
}
