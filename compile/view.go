package compile

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// This file mirrors view.c.

// createView interprets CREATE VIEW, as DefineView.
func (s *Session) createView(n *ast.ViewStmt) {
	if sel, ok := n.Query.(*ast.SelectStmt); ok && sel.IntoClause != nil {
		pgerr.Raise("0A000", pgerr.NoPosition, "views must not contain SELECT INTO")
	}
	q := s.analyseQuery(n.Query)
	if q.HasModifyingCTE {
		pgerr.Raise("0A000", pgerr.NoPosition, "views must not contain data-modifying statements in WITH")
	}
	options := viewOptions(n)
	for _, o := range options {
		if o.(*ast.DefElem).Defname == "check_option" {
			s.checkUpdatableView(q)
		}
	}
	q = renameTargets(q, ast.Strings(n.Aliases))
	if n.View.Relpersistence == "u" {
		pgerr.Raise("42601", pgerr.NoPosition, "views cannot be unlogged because they do not have storage")
	}
	rv := *n.View
	if rv.Relpersistence != "t" && s.usesTemporary(q) {
		rv.Relpersistence = "t"
		s.notice("00000", "view \"%s\" will be a temporary view", rv.Relname)
	}
	s.defineView(&rv, q, n.Replace, options)
	s.changed("create view %s", rv.Relname)
}

// viewOptions gives the options of WITH, and WITH CHECK OPTION as one of them.
func viewOptions(n *ast.ViewStmt) []ast.Node {
	options := slices.Clone(n.Options)
	value := map[ast.ViewCheckOption]string{ast.LOCAL_CHECK_OPTION: "local", ast.CASCADED_CHECK_OPTION: "cascaded"}[n.WithCheckOption]
	if value != "" {
		options = append(options, &ast.DefElem{Defname: "check_option", Arg: &ast.String{Sval: value}, Location: -1})
	}
	return options
}

// renameTargets gives a query's columns the names of a view's column list.
func renameTargets(q *query.Query, names []string) *query.Query {
	if len(names) == 0 {
		return q
	}
	copied := *q
	copied.TargetList = slices.Clone(q.TargetList)
	i := 0
	for at, t := range copied.TargetList {
		if t.Resjunk || i >= len(names) {
			continue
		}
		renamed := *t
		renamed.Resname = names[i]
		copied.TargetList[at] = &renamed
		i++
	}
	if i < len(names) {
		pgerr.Raise("42601", pgerr.NoPosition, "CREATE VIEW specifies more column names than columns")
	}
	return &copied
}

// queryColumns gives the columns that a query makes.
func (s *Session) queryColumns(q *query.Query, view bool) []*newColumn {
	var columns []*newColumn
	for _, t := range q.TargetList {
		if t.Resjunk {
			continue
		}
		col := &newColumn{location: -1}
		col.Column = catalog.Column{Name: t.Resname, Type: query.ExprType(t.Expr), Typmod: query.ExprTypmod(t.Expr),
			Collation: query.ExprCollation(t.Expr), IsLocal: true, Statistics: -1}
		if s.typeCollation(col.Type) != 0 {
			if col.Collation == 0 && view {
				pgerr.New("42P22", pgerr.NoPosition, "could not determine which collation to use for view column \"%s\"", t.Resname).
					WithHint("Use the COLLATE clause to set the collation explicitly.").Raise()
			}
		} else {
			col.Collation = 0
		}
		columns = append(columns, col)
	}
	return columns
}

// defineView enters a view or replaces one (DefineVirtualRelation).
func (s *Session) defineView(rv *ast.RangeVar, q *query.Query, replace bool, options []ast.Node) {
	columns := s.queryColumns(q, true)
	namespace, persistence := s.creation(rv)
	old, _ := s.catalog.Named(catalog.ClassRelation, namespace, rv.Relname).(*catalog.Relation)
	if old != nil && replace {
		s.replaceView(old, columns, q, options)
		return
	}
	r := &catalog.Relation{Header: catalog.Header{Name: rv.Relname, Namespace: namespace, Owner: s.catalog.CurrentUser},
		Kind: catalog.View, Persistence: persistence, ReplicaIdentity: 'n', Populated: true, Query: q}
	r.Options = s.relationOptions(nil, options, "", false)
	checkOptions(r.Options, optView)
	s.addRelation(r, columns)
	s.dependOnQuery(r.Address(), q)
}

// replaceView changes a view that is there: it may only get more columns.
func (s *Session) replaceView(r *catalog.Relation, columns []*newColumn, q *query.Query, options []ast.Node) {
	s.checkOwner(r)
	if r.Kind != catalog.View {
		pgerr.Raise("42809", pgerr.NoPosition, "\"%s\" is not a view", r.Name)
	}
	s.checkViewColumns(r, columns)
	newOptions := s.relationOptions(nil, options, "", false)
	checkOptions(newOptions, optView)
	s.catalog.Touch(r)
	for _, col := range columns[len(r.Columns):] {
		s.checkColumnType(col.Name, col.Type, col.Collation, nil)
		c := col.Column
		c.Num = int16(len(r.Columns) + 1)
		r.Columns = append(slices.Clone(r.Columns), &c)
		s.dependColumn(r, &c)
	}
	r.Query, r.Options = q, newOptions
	s.catalog.Undepend(r.Address(), func(d catalog.Dependency) bool {
		return d.Kind == catalog.DependNormal && d.Referenced.Class != catalog.ClassNamespace
	})
	s.dependOnQuery(r.Address(), q)
}

// checkViewColumns mirrors checkViewTupleDesc.
func (s *Session) checkViewColumns(r *catalog.Relation, columns []*newColumn) {
	if len(columns) < len(r.Columns) {
		pgerr.Raise("42P16", pgerr.NoPosition, "cannot drop columns from view")
	}
	for i, old := range r.Columns {
		col := columns[i]
		if old.Name != col.Name {
			pgerr.New("42P16", pgerr.NoPosition, "cannot change name of view column \"%s\" to \"%s\"", old.Name, col.Name).
				WithHint("Use ALTER VIEW ... RENAME COLUMN ... to change name of view column instead.").Raise()
		}
		if old.Type != col.Type || old.Typmod != col.Typmod {
			pgerr.Raise("42P16", pgerr.NoPosition, "cannot change data type of view column \"%s\" from %s to %s", old.Name,
				s.formatTypeMod(old.Type, old.Typmod), s.formatTypeMod(col.Type, col.Typmod))
		}
		if old.Collation != col.Collation {
			pgerr.Raise("42P16", pgerr.NoPosition, "cannot change collation of view column \"%s\" from \"%s\" to \"%s\"", old.Name,
				s.collationName(old.Collation), s.collationName(col.Collation))
		}
	}
}

// checkUpdatableView demands what WITH CHECK OPTION demands.
func (s *Session) checkUpdatableView(q *query.Query) {
	if reason := notUpdatable(s.catalog, q); reason != "" {
		pgerr.New("0A000", pgerr.NoPosition, "WITH CHECK OPTION is supported only on automatically updatable views").WithHint("%s", reason).Raise()
	}
}

// notUpdatable says why a view is not updatable by itself, "" when it is
// (view_query_is_auto_updatable).
func notUpdatable(c *catalog.Catalog, q *query.Query) string {
	switch {
	case len(q.Distinct) > 0:
		return "Views containing DISTINCT are not automatically updatable."
	case len(q.Group) > 0 || len(q.GroupingSets) > 0:
		return "Views containing GROUP BY are not automatically updatable."
	case q.Having != nil:
		return "Views containing HAVING are not automatically updatable."
	case q.SetOps != nil:
		return "Views containing UNION, INTERSECT, or EXCEPT are not automatically updatable."
	case len(q.CTEs) > 0:
		return "Views containing WITH are not automatically updatable."
	case q.LimitOffset != nil || q.LimitCount != nil:
		return "Views containing LIMIT or OFFSET are not automatically updatable."
	case q.HasAggs:
		return "Views that return aggregate functions are not automatically updatable."
	case q.HasWindowFuncs:
		return "Views that return window functions are not automatically updatable."
	case q.HasTargetSRFs:
		return "Views that return set-returning functions are not automatically updatable."
	}
	const notSingle = "Views that do not select from a single table or view are not automatically updatable."
	if q.Jointree == nil || len(q.Jointree.From) != 1 {
		return notSingle
	}
	ref, ok := q.Jointree.From[0].(*query.RangeTblRef)
	if !ok {
		return notSingle
	}
	rte := q.RangeTable[ref.Index-1]
	if rte.Kind != query.RTERelation {
		return notSingle
	}
	switch r := c.Relation(rte.Relation); {
	case r == nil:
		return notSingle
	case r.Kind != catalog.Table && r.Kind != catalog.ForeignTable && r.Kind != catalog.View && r.Kind != catalog.PartitionedTable:
		return notSingle
	case rte.TableSample != nil:
		return "Views containing TABLESAMPLE are not automatically updatable."
	}
	for _, t := range q.TargetList {
		if v, ok := t.Expr.(*query.Var); ok && !t.Resjunk && v.Varno == ref.Index && v.Varlevelsup == 0 && v.Varattno > 0 {
			return ""
		}
	}
	return "Views that have no updatable columns are not automatically updatable."
}

// usesTemporary says whether a query reads a temporary relation
// (isQueryUsingTempRelation).
func (s *Session) usesTemporary(q *query.Query) bool {
	for _, oid := range queryRelations(q) {
		if r := s.catalog.Relation(oid); r != nil && r.Persistence == 't' {
			return true
		}
	}
	return false
}
