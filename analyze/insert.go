package analyze

import (
	"slices"

	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// An insertColumn is a column that INSERT names.
type insertColumn struct {
	name        string
	attno       int16
	indirection []ast.Node
	location    int
}

// insertStmt is transformInsertStmt.
func (s *state) insertStmt(n *ast.InsertStmt) *query.Query {
	q := &query.Query{Command: ast.CMD_INSERT, Override: n.Override}
	s.isInsert = true
	s.with(q, n.WithClause)
	sel, _ := n.SelectStmt.(*ast.SelectStmt)
	general := sel != nil && (len(sel.ValuesLists) == 0 || len(sel.SortClause) > 0 || sel.LimitOffset != nil ||
		sel.LimitCount != nil || len(sel.LockingClause) > 0 || sel.WithClause != nil)
	var subTable []*query.RangeTblEntry
	var subNames []*nsItem
	if general {
		subTable, s.rtable = s.rtable, nil
		subNames, s.namespace = s.namespace, nil
	}
	q.Result = s.setTarget(n.Relation, false, false)
	columns := s.insertColumns(n.Cols)
	given := len(n.Cols) > 0
	var exprs []query.Expr
	switch {
	case sel == nil:
	case general:
		exprs = s.insertSelect(sel, subTable, subNames, columns, given)
	case len(sel.ValuesLists) > 1:
		exprs = s.insertRows(sel, columns, given)
	default:
		exprs = s.expressionList(sel.ValuesLists[0].(*ast.List).Items, KindValuesSingle, true)
		exprs = s.insertRow(exprs, columns, given, false)
	}
	for i, e := range exprs {
		q.TargetList = append(q.TargetList, &query.TargetEntry{Expr: e, Resno: columns[i].attno, Resname: columns[i].name})
	}
	if n.OnConflictClause != nil || len(n.ReturningList) > 0 {
		s.namespace = nil
		s.addItem(s.targetItem, false, true, true)
	}
	if n.OnConflictClause != nil {
		q.OnConflict = s.onConflict(n.OnConflictClause)
	}
	q.Returning = s.returning(n.ReturningList)
	s.finish(q, nil)
	q.HasAggs, q.HasWindowFuncs = false, false
	s.assignQueryCollations(q)
	return q
}

// insertColumns finds the columns to write (checkInsertTargets).
func (s *state) insertColumns(list []ast.Node) []insertColumn {
	var out []insertColumn
	if len(list) == 0 {
		for _, col := range s.target.Columns {
			if !col.Dropped {
				out = append(out, insertColumn{name: col.Name, attno: col.Num, location: -1})
			}
		}
		return out
	}
	for _, n := range list {
		r := n.(*ast.ResTarget)
		col := s.target.ColumnNamed(r.Name)
		if col == nil {
			raise("42703", r.Location, `column "%s" of relation "%s" does not exist`, r.Name, s.target.Name)
		}
		for _, c := range out {
			if c.attno == col.Num && (len(c.indirection) == 0 || len(r.Indirection) == 0) {
				raise("42701", r.Location, `column "%s" specified more than once`, r.Name)
			}
		}
		out = append(out, insertColumn{r.Name, col.Num, r.Indirection, r.Location})
	}
	return out
}

// insertSelect analyses INSERT … SELECT.
func (s *state) insertSelect(sel *ast.SelectStmt, table []*query.RangeTblEntry, names []*nsItem, columns []insertColumn, given bool) []query.Expr {
	sub := s.newState(s)
	sub.rtable, sub.namespace, sub.keepUnknowns = table, names, true
	q := sub.statement(sel)
	item := s.addSubquery(q, &query.Alias{Name: "*SELECT*"}, false, false)
	s.addItem(item, true, false, false)
	var exprs []query.Expr
	for _, t := range q.TargetList {
		if t.Resjunk {
			continue
		}
		switch t.Expr.(type) {
		case *query.Const, *query.Param:
			if query.ExprType(t.Expr) == pg.Unknown {
				exprs = append(exprs, t.Expr)
				continue
			}
		}
		v := item.cols[t.Resno-1].newVar(0, query.Location(t.Expr))
		exprs = append(exprs, v)
	}
	return s.insertRow(exprs, columns, given, false)
}

// insertRows analyses INSERT … VALUES of several rows.
func (s *state) insertRows(sel *ast.SelectStmt, columns []insertColumn, given bool) []query.Expr {
	rows := make([][]query.Expr, len(sel.ValuesLists))
	length := -1
	for i, l := range sel.ValuesLists {
		row := s.expressionList(l.(*ast.List).Items, KindValues, true)
		if length < 0 {
			length = len(row)
		} else if length != len(row) {
			raise("42601", query.ListLocation(row), "VALUES lists must all be the same length")
		}
		row = s.insertRow(row, columns, given, true)
		s.assignListCollations(row)
		rows[i] = row
	}
	var types []pg.OID
	var typmods []int32
	for _, e := range rows[0] {
		types, typmods = append(types, query.ExprType(e)), append(typmods, query.ExprTypmod(e))
	}
	lateral := false
	if len(s.rtable) != 1 {
		for _, row := range rows {
			lateral = lateral || slices.ContainsFunc(row, hasLocalVars)
		}
	}
	item := s.addValues(rows, types, typmods, make([]pg.OID, len(types)), nil, lateral, true)
	s.addItem(item, true, false, false)
	exprs, _ := s.expandItemVars(item, 0, -1)
	return s.insertRow(exprs, columns, given, false)
}

// insertRow casts a row to the columns (transformInsertRow).
func (s *state) insertRow(exprs []query.Expr, columns []insertColumn, given, strip bool) []query.Expr {
	if len(exprs) > len(columns) {
		raise("42601", query.Location(exprs[len(columns)]), "INSERT has more expressions than target columns")
	}
	if given && len(exprs) < len(columns) {
		e := pgerr.New("42601", columns[len(exprs)].location, "INSERT has more target columns than expressions")
		if len(exprs) == 1 && s.rowWidth(exprs[0]) == len(columns) {
			e.WithHint("The insertion source is a row expression containing the same number of columns expected by the INSERT. Did you accidentally use extra parentheses?")
		}
		e.Raise()
	}
	out := make([]query.Expr, len(exprs))
	for i, e := range exprs {
		c := &columns[i]
		out[i] = s.assigned(e, KindInsertTarget, c.name, c.attno, c.indirection, c.location)
		if strip && len(c.indirection) > 0 {
			out[i] = stripAssignment(out[i])
		}
	}
	return out
}

// rowWidth counts the fields of a row expression, -1 for others
// (count_rowexpr_columns).
func (s *state) rowWidth(e query.Expr) int {
	if v, ok := e.(*query.Var); ok && v.Varattno > 0 && v.Vartype == pg.Record {
		if rte := s.rteAt(v.Varno, v.Varlevelsup); rte.Kind == query.RTESubquery {
			e = rte.Subquery.TargetList[v.Varattno-1].Expr
		}
	}
	if row, ok := e.(*query.RowExpr); ok {
		return len(row.Args)
	}
	return -1
}

// stripAssignment takes a value out of its assignment to a part of a column.
func stripAssignment(e query.Expr) query.Expr {
	for {
		inner := e
		for {
			d, ok := inner.(*query.CoerceToDomain)
			if !ok {
				break
			}
			inner = d.Arg
		}
		switch n := inner.(type) {
		case *query.FieldStore:
			e = n.Newvals[0]
		case *query.SubscriptingRef:
			if n.Assign == nil {
				return e
			}
			e = n.Assign
		default:
			return e
		}
	}
}

// onConflict analyses ON CONFLICT (transformOnConflictClause).
func (s *state) onConflict(n *ast.OnConflictClause) *query.OnConflictExpr {
	out := &query.OnConflictExpr{Action: n.Action}
	var excluded *nsItem
	update := n.Action == ast.ONCONFLICT_UPDATE
	if update {
		excluded = s.addRelation(s.target, &query.Alias{Name: "excluded"}, false, false)
		excluded.rte.RelKind = 'c'
		out.ExclRel = excluded.index
	}
	s.arbiter(out, n)
	if update {
		s.isInsert = false
		s.addItem(excluded, false, true, true)
		out.Set = s.updateTargets(n.TargetList)
		out.Where = s.whereClause(n.WhereClause, KindWhere, "WHERE")
		s.namespace = s.namespace[:len(s.namespace)-1]
	}
	return out
}

// arbiter analyses what ON CONFLICT names (transformOnConflictArbiter).
func (s *state) arbiter(out *query.OnConflictExpr, n *ast.OnConflictClause) {
	infer := n.Infer
	if n.Action == ast.ONCONFLICT_UPDATE && infer == nil {
		pgerr.New("42601", n.Location, "ON CONFLICT DO UPDATE requires inference specification or constraint name").
			WithHint("For example, ON CONFLICT (column_name).").Raise()
	}
	if s.target.OID < 16384 {
		raise("0A000", n.Location, "ON CONFLICT is not supported with system catalog tables")
	}
	if infer == nil {
		return
	}
	for _, e := range infer.IndexElems {
		out.Arbiters = append(out.Arbiters, s.inferenceElem(infer, e.(*ast.IndexElem)))
	}
	if infer.WhereClause != nil {
		out.ArbiterCond = s.expr(infer.WhereClause, KindIndexPredicate)
	}
	if infer.Conname != "" {
		for _, con := range s.target.Constraints {
			if con.Name == infer.Conname {
				out.Constraint = con.OID
			}
		}
		if out.Constraint == 0 {
			raise("42704", noPosition, `constraint "%s" for table "%s" does not exist`, infer.Conname, s.target.Name)
		}
	}
}

func (s *state) inferenceElem(infer *ast.InferClause, e *ast.IndexElem) query.InferenceElem {
	if e.Ordering != ast.SORTBY_DEFAULT {
		raise("42P10", infer.Location, "ASC/DESC is not allowed in ON CONFLICT clause")
	}
	if e.NullsOrdering != ast.SORTBY_NULLS_DEFAULT {
		raise("42P10", infer.Location, "NULLS FIRST/LAST is not allowed in ON CONFLICT clause")
	}
	raw := e.Expr
	if raw == nil {
		raw = &ast.ColumnRef{Fields: operatorName(e.Name), Location: infer.Location}
	}
	out := query.InferenceElem{Expr: s.expr(raw, KindIndexExpression)}
	if len(e.Collation) > 0 {
		out.Collid = s.collation(ast.Strings(e.Collation), query.Location(out.Expr))
	}
	if len(e.Opclass) > 0 {
		out.OpClass = opClassNamed(s.c, ast.Strings(e.Opclass), pg.BTree).OID
	}
	return out
}

// returning analyses RETURNING (transformReturningList).
func (s *state) returning(list []ast.Node) []*query.TargetEntry {
	if len(list) == 0 {
		return nil
	}
	saved := s.nextResno
	s.nextResno = 1
	out := s.targetList(list, KindReturning)
	if len(out) == 0 {
		raise("42601", rawLocation(list[0]), "RETURNING must have at least one column")
	}
	s.markOrigins(out)
	if !s.keepUnknowns {
		s.resolveUnknowns(out)
	}
	s.nextResno = saved
	return out
}
