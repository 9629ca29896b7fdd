package analyze

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// Rewrite refuses what PostgreSQL's rewriter and executor refuse of a
// statement that has been analysed, before any row is looked at: values for
// generated and identity columns, and targets that cannot be written.
func (a *Analyzer) Rewrite(q *query.Query) {
	a.rewrite(q)
	scanning{a, nil}.check(q)
}

func (a *Analyzer) rewrite(q *query.Query) {
	for _, cte := range q.CTEs {
		a.rewrite(cte.Query)
	}
	switch q.Command {
	case ast.CMD_INSERT, ast.CMD_UPDATE, ast.CMD_DELETE, ast.CMD_MERGE:
	default:
		return
	}
	r := a.c.Relation(q.RangeTable[q.Result-1].Relation)
	if q.Command == ast.CMD_MERGE {
		for _, m := range q.MergeWhens {
			a.checkAssigned(q, m.Override, r, m.TargetList, m.Command == ast.CMD_INSERT)
			if m.Command == ast.CMD_UPDATE || m.Command == ast.CMD_DELETE {
				a.checkReplicaIdentity(m.Command, r)
			}
		}
		return
	}
	if q.Command != ast.CMD_DELETE && r.Kind != catalog.View {
		a.checkAssigned(q, q.Override, r, q.TargetList, q.Command == ast.CMD_INSERT)
	}
	a.checkRules(q, r)
	if replaced(q.Command, r) {
		return
	}
	a.checkTargetKind(q, r)
	if r.Kind == catalog.View {
		return
	}
	if q.Command != ast.CMD_INSERT {
		if !neverTrue(q.Jointree.Quals) || r.Kind != catalog.PartitionedTable {
			a.checkReplicaIdentity(q.Command, r)
		}
	}
	if q.OnConflict != nil {
		a.checkAssigned(q, q.Override, r, q.OnConflict.Set, false)
		a.checkArbiter(q.OnConflict, r)
	}
}

// neverTrue says whether a condition is the constant false or null, so that no
// partition is touched.
func neverTrue(e query.Expr) bool {
	c, ok := e.(*query.Const)
	return ok && (c.IsNull || c.Value == false)
}

// checkTargetKind is CheckValidResultRel for what has no rules.
func (a *Analyzer) checkTargetKind(q *query.Query, r *catalog.Relation) {
	switch r.Kind {
	case catalog.Sequence:
		raise("42809", noPosition, `cannot change sequence "%s"`, r.Name)
	case catalog.MaterializedView:
		raise("42809", noPosition, `cannot change materialized view "%s"`, r.Name)
	}
	if r.Kind == catalog.View {
		a.checkView(q, r, q.TargetList, nil)
	}
}

// A viewWrite is how messages put the writing of a view.
type viewWrite struct{ verb, enable, event, column string }

var viewWrites = map[ast.CmdType]viewWrite{
	ast.CMD_INSERT: {"insert into", "inserting into the view", "INSERT", "insert into column"},
	ast.CMD_UPDATE: {"update", "updating the view", "UPDATE", "update column"},
	ast.CMD_DELETE: {"delete from", "deleting from the view", "DELETE", ""},
}

// checkView refuses the writing of a view that has no rule or trigger for it
// and is not simple enough to be written through. It is reached through the
// views above.
func (a *Analyzer) checkView(q *query.Query, r *catalog.Relation, targets []*query.TargetEntry, above []pg.OID) {
	if slices.Contains(above, r.OID) {
		raise("42P17", noPosition, `infinite recursion detected in rules for relation "%s"`, r.Name)
	}
	if r.Query == nil || hasInstead(q.Command, r) {
		return
	}
	w := viewWrites[q.Command]
	for _, rule := range r.Rules {
		if rule.Event == q.Command && rule.Instead {
			pgerr.New("55000", noPosition, `cannot %s view "%s"`, w.verb, r.Name).
				WithDetail("Views with conditional DO INSTEAD rules are not automatically updatable.").
				WithHint("To enable %s, provide an INSTEAD OF %s trigger or an unconditional ON %s DO INSTEAD rule.", w.enable, w.event, w.event).Raise()
		}
	}
	if detail := notUpdatable(r.Query); detail != "" {
		pgerr.New("55000", noPosition, `cannot %s view "%s"`, w.verb, r.Name).WithDetail("%s", detail).
			WithHint("To enable %s, provide an INSTEAD OF %s trigger or an unconditional ON %s DO INSTEAD rule.", w.enable, w.event, w.event).Raise()
	}
	base := a.c.Relation(r.Query.RangeTable[r.Query.Jointree.From[0].(*query.RangeTblRef).Index-1].Relation)
	var below []*query.TargetEntry
	for _, t := range targets {
		if t.Resjunk {
			continue
		}
		v, detail := updatableColumn(r.Query.TargetList[t.Resno-1].Expr)
		if detail != "" {
			pgerr.New("0A000", noPosition, `cannot %s "%s" of view "%s"`, w.column, r.Columns[t.Resno-1].Name, r.Name).WithDetail("%s", detail).Raise()
		}
		if slices.ContainsFunc(below, func(b *query.TargetEntry) bool { return b.Resno == v.Varattno }) {
			raise("42601", noPosition, `multiple assignments to same column "%s"`, base.Columns[v.Varattno-1].Name)
		}
		below = append(below, &query.TargetEntry{Expr: t.Expr, Resno: v.Varattno, Resname: t.Resname})
	}
	if base.Kind == catalog.View {
		a.checkView(q, base, below, append(slices.Clip(above), r.OID))
		return
	}
	if q.Command != ast.CMD_DELETE {
		a.checkAssigned(q, q.Override, base, below, q.Command == ast.CMD_INSERT)
	}
	if q.Command != ast.CMD_INSERT {
		a.checkReplicaIdentity(q.Command, base)
	}
}

// updatableColumn gives the base column that a view's column is, or why it is
// none (view_col_is_auto_updatable).
func updatableColumn(e query.Expr) (*query.Var, string) {
	v, ok := e.(*query.Var)
	switch {
	case !ok || v.Varlevelsup != 0:
		return nil, "View columns that are not columns of their base relation are not updatable."
	case v.Varattno < 0:
		return nil, "View columns that refer to system columns are not updatable."
	case v.Varattno == 0:
		return nil, "View columns that return whole-row references are not updatable."
	}
	return v, ""
}

// hasInstead says whether a view has a rule or trigger that does a command.
func hasInstead(command ast.CmdType, r *catalog.Relation) bool {
	if replaced(command, r) {
		return true
	}
	const instead = 1 << 6
	event := map[ast.CmdType]int16{ast.CMD_INSERT: 1 << 2, ast.CMD_DELETE: 1 << 3, ast.CMD_UPDATE: 1 << 4}[command]
	for _, t := range r.Triggers {
		if t.Type&instead != 0 && t.Type&event != 0 {
			return true
		}
	}
	return false
}

// notUpdatable says why a view cannot be written through, "" when it can
// (view_query_is_auto_updatable).
func notUpdatable(v *query.Query) string {
	for _, c := range []struct {
		is   bool
		what string
	}{
		{len(v.Distinct) > 0, "containing DISTINCT"}, {len(v.Group) > 0 || len(v.GroupingSets) > 0, "containing GROUP BY"},
		{v.Having != nil, "containing HAVING"}, {v.SetOps != nil, "containing UNION, INTERSECT, or EXCEPT"},
		{len(v.CTEs) > 0, "containing WITH"}, {v.LimitOffset != nil || v.LimitCount != nil, "containing LIMIT or OFFSET"},
		{v.HasAggs, "that return aggregate functions"}, {v.HasWindowFuncs, "that return window functions"},
		{v.HasTargetSRFs, "that return set-returning functions"},
	} {
		if c.is {
			return "Views " + c.what + " are not automatically updatable."
		}
	}
	const single = "Views that do not select from a single table or view are not automatically updatable."
	if len(v.Jointree.From) != 1 {
		return single
	}
	ref, ok := v.Jointree.From[0].(*query.RangeTblRef)
	if !ok {
		return single
	}
	rte := v.RangeTable[ref.Index-1]
	switch {
	case rte.Kind != query.RTERelation || !slices.Contains([]byte{catalog.Table, catalog.ForeignTable, catalog.View, catalog.PartitionedTable}, rte.RelKind):
		return single
	case rte.TableSample != nil:
		return "Views containing TABLESAMPLE are not automatically updatable."
	}
	for _, t := range v.TargetList {
		if _, why := updatableColumn(t.Expr); why == "" {
			return ""
		}
	}
	return "Views that have no updatable columns are not automatically updatable."
}

// checkAssigned refuses values for columns that take only DEFAULT
// (rewriteTargetListIU).
func (a *Analyzer) checkAssigned(q *query.Query, override ast.OverridingKind, r *catalog.Relation, list []*query.TargetEntry, insert bool) {
	for i, t := range list {
		if t.Resjunk || t.Resno < 1 || int(t.Resno) > len(r.Columns) {
			continue
		}
		col := r.Columns[t.Resno-1]
		for _, earlier := range list[:i] {
			if earlier.Resno == t.Resno && !earlier.Resjunk && !(isPartAssignment(earlier.Expr) && isPartAssignment(t.Expr)) {
				raise("42601", noPosition, `multiple assignments to same column "%s"`, col.Name)
			}
		}
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
		case col.Identity == 'a' && insert && override != ast.OVERRIDING_USER_VALUE && override != ast.OVERRIDING_SYSTEM_VALUE:
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
	if o.Constraint != 0 {
		checkArbiterConstraint(o, a.c.Constraint(o.Constraint))
	}
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
			same = same && (arb.Collid == 0 || arb.Collid == key.Collation) && (arb.OpClass == 0 || a.sameFamily(arb.OpClass, key.OpClass))
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

// sameFamily says whether two operator classes are of one family and type.
func (a *Analyzer) sameFamily(x, y pg.OID) bool {
	one, two := a.c.OpClass(x), a.c.OpClass(y)
	return one != nil && two != nil && one.Family == two.Family && one.InType == two.InType
}

// checkArbiterConstraint refuses constraints that cannot decide a conflict.
func checkArbiterConstraint(o *query.OnConflictExpr, con *catalog.Constraint) {
	switch {
	case con == nil:
	case con.Deferrable:
		raise("55000", noPosition, "ON CONFLICT does not support deferrable unique constraints/exclusion constraints as arbiters")
	case con.Kind == 'x' && o.Action == ast.ONCONFLICT_UPDATE:
		raise("42809", noPosition, "ON CONFLICT DO UPDATE not supported with exclusion constraints")
	}
}

// isPartAssignment says whether a value is assigned to a field or an element:
// several such make one value.
func isPartAssignment(e query.Expr) bool {
	switch e := e.(type) {
	case *query.CoerceToDomain:
		return isPartAssignment(e.Arg)
	case *query.FieldStore:
		return true
	case *query.SubscriptingRef:
		return e.Assign != nil
	}
	return false
}

// A scanning looks at what a query reads. It knows the views it is inside of.
type scanning struct {
	a     *Analyzer
	views []pg.OID
}

// check refuses reading materialised views without data, also through views,
// locking their rows, and views that read themselves (fireRIRrules).
func (s scanning) check(q *query.Query) {
	for i, rte := range q.RangeTable {
		if rte.Kind != query.RTERelation {
			continue
		}
		r := s.a.c.Relation(rte.Relation)
		switch {
		case r == nil:
		case r.Kind == catalog.View && r.Query != nil && i+1 != q.Result && rte.RelKind == catalog.View:
			if slices.Contains(s.views, r.OID) {
				raise("42P17", noPosition, `infinite recursion detected in rules for relation "%s"`, r.Name)
			}
			scanning{s.a, append(slices.Clip(s.views), r.OID)}.check(r.Query)
		case r.Kind != catalog.MaterializedView:
		case !r.Populated:
			pgerr.New("55000", noPosition, `materialized view "%s" has not been populated`, r.Name).
				WithHint("Use the REFRESH MATERIALIZED VIEW command.").Raise()
		case slices.ContainsFunc(q.RowMarks, func(m *query.RowMarkClause) bool { return m.Index == i+1 }):
			raise("42809", noPosition, `cannot lock rows in materialized view "%s"`, r.Name)
		}
	}
	v := query.Visitor{
		Expr: func(query.Expr, int) bool { return true },
		Query: func(sub *query.Query, _ int) bool {
			s.check(sub)
			return false
		},
	}
	v.Inside(q, 0)
}
