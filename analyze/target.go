package analyze

import (
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// targetEntry makes an output column of an expression (transformTargetEntry).
func (s *state) targetEntry(n ast.Node, e query.Expr, kind ExprKind, name string, resjunk bool) *query.TargetEntry {
	if e == nil {
		if def, ok := n.(*ast.SetToDefault); ok && kind == KindUpdateSource {
			e = &query.SetToDefault{Typmod: -1, Location: def.Location}
		} else {
			e = s.expr(n, kind)
		}
	}
	if name == "" && !resjunk {
		name = s.columnName(n)
	}
	t := &query.TargetEntry{Expr: e, Resno: s.nextResno, Resname: name, Resjunk: resjunk}
	s.nextResno++
	return t
}

// targetList analyses SELECT's or RETURNING's list, or UPDATE's sources
// (transformTargetList).
func (s *state) targetList(list []ast.Node, kind ExprKind) []*query.TargetEntry {
	var out []*query.TargetEntry
	for _, n := range list {
		r := n.(*ast.ResTarget)
		if kind != KindUpdateSource {
			if ref := starRef(r.Val); ref != nil {
				out = append(out, s.expandRefStar(ref)...)
				continue
			}
			if ind := starIndirection(r.Val); ind != nil {
				out = append(out, s.targetsOfRow(s.expr(ind, kind))...)
				continue
			}
		}
		out = append(out, s.targetEntry(r.Val, nil, kind, r.Name, false))
	}
	for _, m := range s.multiassign {
		if m.sublink != nil {
			out = append(out, &query.TargetEntry{Expr: m.sublink, Resjunk: true})
		}
	}
	s.multiassign = nil
	return out
}

// starRef gives n when it is a ColumnRef that ends in a star.
func starRef(n ast.Node) *ast.ColumnRef {
	if ref, ok := n.(*ast.ColumnRef); ok && isStar(ref.Fields[len(ref.Fields)-1]) {
		return ref
	}
	return nil
}

// starIndirection gives what a star after an expression expands.
func starIndirection(n ast.Node) ast.Node {
	ind, ok := n.(*ast.A_Indirection)
	if !ok || !isStar(ind.Indirection[len(ind.Indirection)-1]) {
		return nil
	}
	c := *ind
	c.Indirection = ind.Indirection[:len(ind.Indirection)-1]
	if len(c.Indirection) == 0 {
		return c.Arg
	}
	return &c
}

func isStar(n ast.Node) bool {
	_, ok := n.(*ast.A_Star)
	return ok
}

// expressionList analyses the elements of a row (transformExpressionList).
func (s *state) expressionList(list []ast.Node, kind ExprKind, allowDefault bool) []query.Expr {
	out := make([]query.Expr, 0, len(list))
	for _, n := range list {
		if ref := starRef(n); ref != nil {
			for _, t := range s.expandRefStar(ref) {
				out = append(out, t.Expr)
				s.nextResno--
			}
			continue
		}
		if ind := starIndirection(n); ind != nil {
			row := s.expr(ind, kind)
			for _, t := range s.targetsOfRow(row) {
				out = append(out, t.Expr)
				s.nextResno--
			}
			continue
		}
		if def, ok := n.(*ast.SetToDefault); ok && allowDefault {
			out = append(out, &query.SetToDefault{Typmod: -1, Location: def.Location})
			continue
		}
		out = append(out, s.expr(n, kind))
	}
	return out
}

// resolveUnknowns makes untyped output columns text (resolveTargetListUnknowns).
func (s *state) resolveUnknowns(list []*query.TargetEntry) {
	for _, t := range list {
		if query.ExprType(t.Expr) == pg.Unknown {
			t.Expr = s.coerceType(t.Expr, pg.Unknown, pg.Text, -1, Implicit, implicitCast, -1)
		}
	}
}

// markOrigins notes which table column an output column is (markTargetListOrigins).
func (s *state) markOrigins(list []*query.TargetEntry) {
	for _, t := range list {
		v, ok := t.Expr.(*query.Var)
		if !ok {
			continue
		}
		rte := s.rteAt(v.Varno, v.Varlevelsup)
		var source []*query.TargetEntry
		switch rte.Kind {
		case query.RTERelation:
			t.OrigTbl, t.OrigCol = rte.Relation, v.Varattno
			continue
		case query.RTESubquery:
			source = rte.Subquery.TargetList
		case query.RTECTE:
			if !rte.SelfRef {
				source = cteTargets(s.cteOf(rte, v.Varlevelsup).Query)
			}
		}
		for _, st := range source {
			if st.Resno == v.Varattno && !st.Resjunk {
				t.OrigTbl, t.OrigCol = st.OrigTbl, st.OrigCol
			}
		}
	}
}

// cteTargets gives the columns of a WITH query (GetCTETargetList).
func cteTargets(q *query.Query) []*query.TargetEntry {
	if q.Command == ast.CMD_SELECT {
		return q.TargetList
	}
	return q.Returning
}

// expandRefStar expands * or table.* (ExpandColumnRefStar).
func (s *state) expandRefStar(ref *ast.ColumnRef) []*query.TargetEntry {
	fields := ast.Strings(ref.Fields)
	location := ref.Location
	if len(fields) == 0 {
		return s.expandAllTables(location)
	}
	if s.Variables != nil && s.VariablesFirst {
		if e := s.Variables(fields, location); e != nil {
			return s.targetsOfRow(e)
		}
	}
	names := fields
	if len(names) > 3 {
		raise("42601", location, "improper qualified name (too many dotted names): %s", nameList(fields, true))
	}
	if len(names) == 3 {
		if names[0] != databaseName {
			raise("0A000", location, "cross-database references are not implemented: %s", nameList(fields, true))
		}
		names = names[1:]
	}
	schema, relname := "", names[len(names)-1]
	if len(names) == 2 {
		schema = names[0]
	}
	item, level := s.refItem(schema, relname, location)
	if s.Variables != nil && !s.VariablesFirst && !(item != nil && s.ColumnsFirst) {
		if e := s.Variables(fields, location); e != nil {
			if item != nil {
				raise("42702", location, `column reference "%s" is ambiguous`, nameList(fields, true))
			}
			return s.targetsOfRow(e)
		}
	}
	if item == nil && len(s.Params) > 0 {
		if e := s.functionParam(fields, location); e != nil {
			return s.targetsOfRow(e)
		}
	}
	if item == nil {
		s.missingRelation(schema, relname, location)
	}
	return s.expandItemTargets(item, level, location)
}

func (s *state) expandAllTables(location int) []*query.TargetEntry {
	var out []*query.TargetEntry
	found := false
	for _, item := range s.namespace {
		if item.colsVisible {
			found = true
			out = append(out, s.expandItemTargets(item, 0, location)...)
		}
	}
	if !found {
		raise("42601", location, "SELECT * with no tables specified is not valid")
	}
	return out
}

// targetsOfRow expands a composite value into its fields (ExpandRowReference).
func (s *state) targetsOfRow(e query.Expr) []*query.TargetEntry {
	v, isVar := e.(*query.Var)
	if isVar && v.Varattno == 0 {
		return s.expandItemTargets(s.itemAt(v.Varno, v.Varlevelsup), v.Varlevelsup, v.Location)
	}
	var fields []field
	if isVar && v.Vartype == pg.Record {
		fields = s.expandRecordVariable(v, 0)
	} else {
		fields = s.mustResultFields(e)
	}
	var out []*query.TargetEntry
	for i, f := range fields {
		if f.dropped {
			continue
		}
		sel := &query.FieldSelect{Arg: e, Fieldnum: int16(i + 1), Type: f.typ, Typmod: f.typmod, Collid: f.coll}
		out = append(out, &query.TargetEntry{Expr: sel, Resno: s.nextResno, Resname: f.name})
		s.nextResno++
	}
	return out
}

// mustResultFields is resultFields that refuses what is no row
// (get_expr_result_tupdesc without noError).
func (a *Analyzer) mustResultFields(e query.Expr) []field {
	if fields := a.resultFields(e); fields != nil {
		return fields
	}
	typ := query.ExprType(e)
	if typ == pg.Record || typ == pg.RecordArray {
		raise("42809", noPosition, "record type has not been registered")
	}
	raise("42809", noPosition, "type %s is not composite", a.typeName(typ))
	return nil
}

// expandRecordVariable finds the fields of a Var of type record.
func (s *state) expandRecordVariable(v *query.Var, level int) []field {
	net := v.Varlevelsup + level
	rte := s.rteAt(v.Varno, net)
	if v.Varattno == 0 {
		var live []field
		for _, f := range s.rteFields(rte) {
			if !f.dropped {
				live = append(live, f)
			}
		}
		return live
	}
	// below makes a state inside a subquery, whose Vars lead further.
	below := func(q *query.Query, levels int) *state {
		return &state{Analyzer: s.Analyzer, parent: s.up(levels), rtable: q.RangeTable, ctes: q.CTEs}
	}
	var e query.Expr = v
	switch rte.Kind {
	case query.RTESubquery:
		e = rte.Subquery.TargetList[v.Varattno-1].Expr
		if inner, ok := e.(*query.Var); ok {
			return below(rte.Subquery, net).recordFields(inner)
		}
	case query.RTEJoin:
		e = rte.JoinAliasVars[v.Varattno-1]
		if inner, ok := e.(*query.Var); ok {
			return s.expandRecordVariable(inner, net)
		}
	case query.RTECTE:
		if rte.SelfRef {
			break
		}
		cte := s.cteOf(rte, net)
		targets := cteTargets(cte.Query)
		if int(v.Varattno) > len(targets) {
			break
		}
		e = targets[v.Varattno-1].Expr
		if inner, ok := e.(*query.Var); ok {
			return below(cte.Query, rte.CTELevelsUp+net).recordFields(inner)
		}
	}
	return s.mustResultFields(e)
}

func (s *state) recordFields(v *query.Var) []field {
	if v.Vartype != pg.Record {
		return s.mustResultFields(v)
	}
	return s.expandRecordVariable(v, 0)
}

// assigned casts a value to the column it is assigned to
// (transformAssignedExpr).
func (s *state) assigned(e query.Expr, kind ExprKind, name string, attno int16, indirection []ast.Node, location int) query.Expr {
	saved := s.kind
	s.kind = kind
	defer func() { s.kind = saved }()
	if attno <= 0 {
		raise("0A000", location, `cannot assign to system column "%s"`, name)
	}
	col := s.target.Columns[attno-1]
	if def, ok := e.(*query.SetToDefault); ok {
		e = &query.SetToDefault{Type: col.Type, Typmod: col.Typmod, Collation: col.Collation, Location: def.Location}
		if len(indirection) > 0 {
			if _, subscript := indirection[0].(*ast.A_Indices); subscript {
				raise("0A000", location, "cannot set an array element to DEFAULT")
			}
			raise("0A000", location, "cannot set a subfield to DEFAULT")
		}
	}
	if len(indirection) > 0 {
		var base query.Expr
		if s.isInsert {
			base = &query.Const{Type: col.Type, Typmod: col.Typmod, Collation: col.Collation, IsNull: true, Location: -1}
		} else {
			base = &query.Var{Varno: s.targetItem.index, Varattno: attno, Vartype: col.Type, Vartypmod: col.Typmod, Varcollid: col.Collation, Location: location}
		}
		a := assignment{s, name, false, col.Type, col.Typmod, col.Collation, Assignment, location}
		return a.indirect(base, indirection, e)
	}
	from := query.ExprType(e)
	cast := s.coerceToTarget(e, from, col.Type, col.Typmod, Assignment, implicitCast, -1)
	if cast == nil {
		pgerr.New("42804", query.Location(e), `column "%s" is of type %s but expression is of type %s`, name, s.typeName(col.Type), s.typeName(from)).
			WithHint("You will need to rewrite or cast the expression.").Raise()
	}
	return cast
}

// An assignment is one step of an assignment to a part of a column.
type assignment struct {
	*state
	name         string // what is assigned to
	subscripting bool
	typ          pg.OID
	typmod       int32
	coll         pg.OID
	context      CoercionContext
	location     int
}

// indirect assigns value through the rest of the indirection
// (transformAssignmentIndirection).
func (a assignment) indirect(base query.Expr, rest []ast.Node, value query.Expr) query.Expr {
	if len(rest) > 0 && base == nil {
		base = &query.CaseTestExpr{Type: a.typ, Typmod: a.typmod, Collation: a.coll}
	}
	var subscripts []*ast.A_Indices
	for i, n := range rest {
		switch n := n.(type) {
		case *ast.A_Indices:
			subscripts = append(subscripts, n)
		case *ast.A_Star:
			raise("0A000", a.location, `row expansion via "*" is not supported here`)
		case *ast.String:
			if subscripts != nil {
				return a.subscripts(base, subscripts, rest[i:], value)
			}
			return a.field(base, n.Sval, rest[i+1:], value)
		}
	}
	if subscripts != nil {
		return a.subscripts(base, subscripts, nil, value)
	}
	from := query.ExprType(value)
	cast := a.coerceToTarget(value, from, a.typ, a.typmod, a.context, implicitCast, -1)
	if cast == nil {
		format := `subfield "%s" is of type %s but expression is of type %s`
		if a.subscripting {
			format = `subscripted assignment to "%s" requires type %s but expression is of type %s`
		}
		pgerr.New("42804", a.location, format, a.name, a.typeName(a.typ), a.typeName(from)).
			WithHint("You will need to rewrite or cast the expression.").Raise()
	}
	return cast
}

// field assigns to a field of a composite.
func (a assignment) field(base query.Expr, name string, rest []ast.Node, value query.Expr) query.Expr {
	baseType, baseTypmod := a.baseTypeAndTypmod(a.typ, a.typmod)
	rel := a.c.Relation(a.relationOfType(baseType))
	if rel == nil {
		raise("42804", a.location, `cannot assign to field "%s" of column "%s" because its type %s is not a composite type`, name, a.name, a.typeName(a.typ))
	}
	num, typ, typmod, coll := attributeNamed(rel, name)
	if num == 0 {
		raise("42703", a.location, `cannot assign to field "%s" of column "%s" because there is no such column in data type %s`, name, a.name, a.typeName(a.typ))
	}
	if num < 0 {
		raise("42703", a.location, `cannot assign to system column "%s"`, name)
	}
	next := assignment{a.state, name, false, typ, typmod, coll, a.context, a.location}
	store := &query.FieldStore{Arg: base, Newvals: []query.Expr{next.indirect(nil, rest, value)}, Fieldnums: []int16{num}, Type: baseType}
	if baseType != a.typ {
		return a.coerceToDomain(store, baseType, baseTypmod, a.typ, Implicit, implicitCast, a.location, false)
	}
	return store
}

// subscripts assigns to an element or slice (transformAssignmentSubscripts).
func (a assignment) subscripts(base query.Expr, list []*ast.A_Indices, rest []ast.Node, value query.Expr) query.Expr {
	container, typmod := a.containerType(a.typ, a.typmod)
	ref := a.subscript(base, container, typmod, list, true)
	coll := a.coll
	if container != a.typ {
		coll = a.typeCollation(container)
	}
	next := assignment{a.state, a.name, true, ref.ResType, ref.Typmod, coll, a.context, a.location}
	ref.Assign = next.indirect(nil, rest, value)
	ref.ResType, ref.Typmod = container, typmod
	if container == a.typ {
		return ref
	}
	cast := a.coerceToTarget(ref, container, a.typ, a.typmod, a.context, implicitCast, -1)
	if cast == nil {
		a.cannotCast(container, a.typ, a.location)
	}
	return cast
}
