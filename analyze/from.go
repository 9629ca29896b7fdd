package analyze

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// fromClause analyses FROM (transformFromClause).
func (s *state) fromClause(list []ast.Node) {
	for _, n := range list {
		tree, _, items := s.fromItem(n)
		checkConflicts(s.namespace, items)
		setLateral(items, true, true)
		s.joinlist = append(s.joinlist, tree)
		s.namespace = append(s.namespace, items...)
	}
	setLateral(s.namespace, false, true)
}

// setTarget opens the table that a statement writes to (setTargetTable).
func (s *state) setTarget(v *ast.RangeVar, inh, alsoSource bool) int {
	if v.Schemaname == "" && s.namedTable(v.Relname) != nil {
		raise("0A000", noPosition, `relation "%s" cannot be the target of a modifying statement`, v.Relname)
	}
	s.target = s.openTable(v)
	alias := aliasOf(v.Alias)
	name := v.Relname
	if alias != nil {
		name = alias.Name
	}
	item := s.addRelationAs(s.target, alias, name, inh, false)
	s.targetItem = item
	if alsoSource {
		s.addItem(item, true, true, true)
	}
	return item.index
}

func setLateral(items []*nsItem, only, ok bool) {
	for _, item := range items {
		item.lateralOnly, item.lateralOK = only, ok
	}
}

// fromItem analyses one element of FROM (transformFromClauseItem).
func (s *state) fromItem(n ast.Node) (query.JoinTree, *nsItem, []*nsItem) {
	var item *nsItem
	switch n := n.(type) {
	case *ast.RangeVar:
		item = s.rangeVar(n)
	case *ast.RangeSubselect:
		item = s.rangeSubselect(n)
	case *ast.RangeFunction:
		item = s.rangeFunction(n)
	case *ast.RangeTableFunc:
		item = s.rangeTableFunc(n)
	case *ast.RangeTableSample:
		tree, top, items := s.fromItem(n.Relation)
		rte := top.rte
		if rte.Kind != query.RTERelation || rte.RelKind != catalog.Table && rte.RelKind != catalog.MaterializedView && rte.RelKind != catalog.PartitionedTable {
			raise("0A000", rawLocation(n.Relation), "TABLESAMPLE clause can only be applied to tables and materialized views")
		}
		rte.TableSample = s.tableSample(n)
		return tree, top, items
	case *ast.JoinExpr:
		return s.join(n)
	}
	return &query.RangeTblRef{Index: item.index}, item, []*nsItem{item}
}

func (s *state) rangeVar(n *ast.RangeVar) *nsItem {
	if n.Schemaname == "" {
		if cte, level := s.scanForCTE(n.Relname); cte != nil {
			return s.addCTE(cte, level, n, true)
		}
		if t := s.namedTable(n.Relname); t != nil {
			return s.addNamedTable(t, n, true)
		}
	}
	rel := s.openTable(n)
	alias, name := aliasOf(n.Alias), n.Relname
	if alias != nil {
		name = alias.Name
	}
	return s.addRelationAs(rel, alias, name, n.Inh, true)
}

func (s *state) rangeSubselect(n *ast.RangeSubselect) *nsItem {
	if n.Alias == nil {
		s.refuseNameless(n)
	}
	saved := s.kind
	s.kind, s.lateralActive = KindFromSubselect, n.Lateral
	q := s.subAnalyze(n.Subquery, nil, s.isLocked(n.Alias.Aliasname), true)
	s.kind, s.lateralActive = saved, false
	return s.addSubquery(q, aliasOf(n.Alias), n.Lateral, true)
}

// refuseNameless refuses a subquery in FROM without an alias, which 16 allows.
// The tree has no place for it: the parenthesis before its first element is.
func (s *state) refuseNameless(n *ast.RangeSubselect) {
	what, example := "subquery", "SELECT"
	if sel, ok := n.Subquery.(*ast.SelectStmt); ok && len(sel.ValuesLists) > 0 {
		what, example = "VALUES", "VALUES"
	}
	first := -1
	ast.Walk(n.Subquery, func(m ast.Node) bool {
		first = leftmost(first, rawLocation(m))
		return true
	})
	if first >= 0 && first <= len(s.Text) {
		first = strings.LastIndex(strings.ToUpper(s.Text[:first]), example)
		first = strings.LastIndexByte(s.Text[:max(first, 0)], '(')
	}
	pgerr.New("42601", first, "%s in FROM must have an alias", what).
		WithHint("For example, FROM (%s ...) [AS] foo.", example).Raise()
}

// isLocked says whether FOR UPDATE names a relation (isLockedRefname).
func (s *state) isLocked(name string) bool {
	if s.lockedParent {
		return true
	}
	for _, n := range s.locking {
		l := n.(*ast.LockingClause)
		if len(l.LockedRels) == 0 {
			return true
		}
		for _, r := range l.LockedRels {
			if r.(*ast.RangeVar).Relname == name {
				return true
			}
		}
	}
	return false
}

// tableSample analyses TABLESAMPLE; the methods are those that PostgreSQL and
// its contrib modules have, with their arguments.
func (s *state) tableSample(n *ast.RangeTableSample) *query.TableSample {
	names := ast.Strings(n.Method)
	p := LookupFuncName(s.c, names, []pg.OID{pg.Internal}, true)
	if p == nil {
		raise("42704", n.Location, "tablesample method %s does not exist", nameList(names, false))
	}
	if p.RetType != pg.TsmHandler {
		raise("42809", n.Location, "function %s must return type %s", nameList(names, false), "tsm_handler")
	}
	typ := pg.OID(pg.Float4)
	switch p.Name {
	case "system_rows":
		typ = pg.Int8
	case "system_time":
		typ = pg.Float8
	}
	if len(n.Args) != 1 {
		raise("2202H", n.Location, "tablesample method %s requires %d argument, not %d", nameList(names, false), 1, len(n.Args))
	}
	arg := s.coerceToSpecific(s.expr(n.Args[0], KindFromFunction), typ, -1, "TABLESAMPLE")
	s.assignCollations(arg)
	t := &query.TableSample{Handler: p.OID, Args: []query.Expr{arg}}
	if n.Repeatable != nil {
		if typ != pg.Float4 {
			raise("0A000", n.Location, "tablesample method %s does not support REPEATABLE", nameList(names, false))
		}
		t.Repeatable = s.coerceToSpecific(s.expr(n.Repeatable, KindFromFunction), pg.Float8, -1, "REPEATABLE")
		s.assignCollations(t.Repeatable)
	}
	return t
}

// A joining is a join under analysis.
type joining struct {
	*state
	n                   *ast.JoinExpr
	using               []string
	left, right         *nsItem
	leftCols, rightCols []int
	names               []string
	vars                []query.Expr
	cols                []nsColumn
	index               int
}

// join analyses a JOIN.
func (s *state) join(n *ast.JoinExpr) (query.JoinTree, *nsItem, []*nsItem) {
	j := &joining{state: s, n: n}
	out := &query.JoinExpr{Type: n.Jointype, Natural: n.IsNatural, Alias: aliasOf(n.Alias)}
	var leftItems, rightItems []*nsItem
	out.Left, j.left, leftItems = s.fromItem(n.Larg)
	setLateral(leftItems, true, n.Jointype == ast.JOIN_INNER || n.Jointype == ast.JOIN_LEFT)
	saved := len(s.namespace)
	s.namespace = append(s.namespace, leftItems...)
	out.Right, j.right, rightItems = s.fromItem(n.Rarg)
	s.namespace = s.namespace[:saved]
	checkConflicts(leftItems, rightItems)
	items := append(slices.Clone(leftItems), rightItems...)

	j.using = ast.Strings(n.UsingClause)
	if n.IsNatural {
		j.using = j.commonNames()
	}
	if n.JoinUsingAlias != nil {
		out.JoinUsingAlias = &query.Alias{Name: n.JoinUsingAlias.Aliasname, Cols: j.using}
	}
	out.Using = j.using
	if len(j.using) > 0 {
		out.Quals = j.usingQuals()
	} else if n.Quals != nil {
		out.Quals = j.onQuals(items)
	}
	j.index = len(s.rtable) + 1
	out.Index = j.index
	j.mergeColumns()
	j.leftCols = j.remaining(j.left, j.leftCols)
	j.rightCols = j.remaining(j.right, j.rightCols)
	if n.Alias != nil {
		for k := range j.cols {
			j.cols[k].syn, j.cols[k].attnoSyn = j.index, int16(k+1)
		}
	}
	item := j.add(out)
	if out.JoinUsingAlias != nil {
		extra := &nsItem{names: out.JoinUsingAlias, rte: item.rte, index: item.index, cols: j.cols, relVisible: true, colsVisible: true, lateralOK: true}
		checkConflicts([]*nsItem{extra}, items)
		items = append(items, extra)
	}
	if n.Alias != nil {
		items = nil
	}
	for _, i := range items {
		i.colsVisible = false
	}
	item.relVisible = n.Alias != nil
	return out, item, append(items, item)
}

// commonNames gives the columns of a NATURAL join.
func (j *joining) commonNames() []string {
	var out []string
	for _, name := range j.left.names.Cols {
		if name != "" && slices.Contains(j.right.names.Cols, name) {
			out = append(out, name)
		}
	}
	return out
}

// usingQuals finds the USING columns on both sides and compares them.
func (j *joining) usingQuals() query.Expr {
	var args []ast.Node
	find := func(item *nsItem, name, side string) int {
		at := -1
		for i, col := range item.names.Cols {
			if col != name {
				continue
			}
			if at >= 0 {
				raise("42702", noPosition, `common column name "%s" appears more than once in %s table`, name, side)
			}
			at = i
		}
		if at < 0 {
			raise("42703", noPosition, `column "%s" specified in USING clause does not exist in %s table`, name, side)
		}
		return at
	}
	for _, name := range j.using {
		if slices.Contains(j.names, name) {
			raise("42701", noPosition, `column name "%s" appears more than once in USING clause`, name)
		}
		l := find(j.left, name, "left")
		j.leftCols = append(j.leftCols, l+1)
		r := find(j.right, name, "right")
		j.rightCols = append(j.rightCols, r+1)
		j.names = append(j.names, name)
		args = append(args, &ast.A_Expr{Kind: ast.AEXPR_OP, Name: operatorName("="), Location: -1,
			Lexpr: &analysed{expr: j.left.cols[l].newVar(0, -1)}, Rexpr: &analysed{expr: j.right.cols[r].newVar(0, -1)}})
	}
	cond := args[0]
	if len(args) > 1 {
		cond = &ast.BoolExpr{Boolop: ast.AND_EXPR, Args: args, Location: -1}
	}
	return j.coerceToBoolean(j.expr(cond, KindJoinUsing), "JOIN/USING")
}

// onQuals analyses ON, which sees only the join's own sides.
func (j *joining) onQuals(items []*nsItem) query.Expr {
	setLateral(items, false, true)
	saved := j.namespace
	j.namespace = items
	e := j.whereClause(j.n.Quals, KindJoinOn, "JOIN/ON")
	j.namespace = saved
	return e
}

// mergeColumns makes the merged columns of USING.
func (j *joining) mergeColumns() {
	for k := range j.using {
		l, r := &j.left.cols[j.leftCols[k]-1], &j.right.cols[j.rightCols[k]-1]
		lv, rv := l.newVar(0, -1), r.newVar(0, -1)
		merged := j.mergedVar(lv, rv)
		j.vars = append(j.vars, merged)
		switch merged {
		case query.Expr(lv):
			j.cols = append(j.cols, *l)
		case query.Expr(rv):
			j.cols = append(j.cols, *r)
		default:
			j.cols = append(j.cols, nsColumn{varno: j.index, attno: int16(k + 1), typ: query.ExprType(merged), typmod: query.ExprTypmod(merged),
				coll: query.ExprCollation(merged), syn: j.index, attnoSyn: int16(k + 1)})
		}
	}
}

// mergedVar is what a merged column stands for (buildMergedJoinVar).
func (j *joining) mergedVar(l, r *query.Var) query.Expr {
	pair := []query.Expr{l, r}
	typ, _ := j.commonType(pair, "JOIN/USING")
	typmod := commonTypmod(pair, typ)
	cast := func(v *query.Var) query.Expr {
		switch {
		case v.Vartype != typ:
			return j.coerceType(v, v.Vartype, typ, typmod, Implicit, implicitCast, -1)
		case v.Vartypmod != typmod:
			return &query.RelabelType{Arg: v, Type: typ, Typmod: typmod, Format: implicitCast, Location: -1}
		}
		return v
	}
	left, right := cast(l), cast(r)
	var e query.Expr
	switch j.n.Jointype {
	case ast.JOIN_LEFT:
		e = left
	case ast.JOIN_RIGHT:
		e = right
	case ast.JOIN_FULL:
		e = &query.CoalesceExpr{Type: typ, Args: []query.Expr{left, right}, Location: -1}
	default:
		e = left
		if _, ok := left.(*query.Var); !ok {
			if _, ok := right.(*query.Var); ok {
				e = right
			}
		}
	}
	j.assignCollations(e)
	return e
}

// remaining adds a side's columns that USING did not merge
// (extractRemainingColumns).
func (j *joining) remaining(item *nsItem, used []int) []int {
	merged := slices.Clone(used)
	for i, name := range item.names.Cols {
		if name == "" || slices.Contains(merged, i+1) {
			continue
		}
		used = append(used, i+1)
		j.names = append(j.names, name)
		j.vars = append(j.vars, item.cols[i].newVar(0, -1))
		j.cols = append(j.cols, item.cols[i])
	}
	return used
}

// add enters the join into the range table (addRangeTableEntryForJoin).
func (j *joining) add(out *query.JoinExpr) *nsItem {
	rte := &query.RangeTblEntry{Kind: query.RTEJoin, JoinType: out.Type, MergedCols: len(j.using), JoinAliasVars: j.vars,
		JoinLeftCols: j.leftCols, JoinRightCols: j.rightCols, JoinUsingAlias: out.JoinUsingAlias, Alias: out.Alias, InFromCl: true}
	eref := &query.Alias{Name: "unnamed_join"}
	if out.Alias != nil {
		eref = &query.Alias{Name: out.Alias.Name, Cols: slices.Clone(out.Alias.Cols)}
	}
	given := len(eref.Cols)
	if given > len(j.names) {
		raise("42P10", noPosition, `join expression "%s" has %d columns available but %d columns specified`, eref.Name, len(j.names), given)
	}
	eref.Cols = append(eref.Cols, j.names[given:]...)
	rte.Eref = eref
	j.rtable = append(j.rtable, rte)
	return &nsItem{names: eref, rte: rte, index: len(j.rtable), cols: j.cols, relVisible: true, colsVisible: true, lateralOK: true}
}

// whereClause analyses a condition (transformWhereClause).
func (s *state) whereClause(n ast.Node, kind ExprKind, construct string) query.Expr {
	if n == nil {
		return nil
	}
	return s.coerceToBoolean(s.expr(n, kind), construct)
}
