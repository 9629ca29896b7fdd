package analyze

import (
	"strings"

	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// expr analyses an expression of a kind (transformExpr).
func (s *state) expr(n ast.Node, kind ExprKind) query.Expr {
	saved := s.kind
	s.kind = kind
	e := s.transform(n)
	s.kind = saved
	return e
}

// transform is transformExprRecurse.
func (s *state) transform(n ast.Node) query.Expr {
	switch n := n.(type) {
	case nil:
		return nil
	case *ast.ColumnRef:
		return s.columnRef(n)
	case *ast.ParamRef:
		return s.paramRef(n)
	case *ast.A_Const:
		return s.constant(n)
	case *ast.A_Indirection:
		return s.indirection(n)
	case *ast.A_ArrayExpr:
		return s.arrayExpr(n, 0, 0, -1)
	case *ast.TypeCast:
		return s.typeCast(n)
	case *ast.CollateClause:
		return s.collateClause(n)
	case *ast.A_Expr:
		return s.operation(n)
	case *ast.BoolExpr:
		return s.boolExpr(n)
	case *ast.FuncCall:
		return s.funcCall(n)
	case *ast.MultiAssignRef:
		return s.multiAssignRef(n)
	case *ast.GroupingFunc:
		return s.groupingFunc(n)
	case *ast.NamedArgExpr:
		return &query.NamedArgExpr{Arg: s.transform(n.Arg), Name: n.Name, Number: -1, Location: n.Location}
	case *ast.SubLink:
		return s.subLink(n)
	case *ast.CaseExpr:
		return s.caseExpr(n)
	case *ast.RowExpr:
		return s.rowExpr(n, false)
	case *ast.CoalesceExpr:
		return s.coalesce(n)
	case *ast.MinMaxExpr:
		return s.minMax(n)
	case *ast.SQLValueFunction:
		return valueFunction(n)
	case *ast.XmlExpr:
		return s.xmlExpr(n)
	case *ast.XmlSerialize:
		return s.xmlSerialize(n)
	case *ast.NullTest:
		arg := s.transform(n.Arg)
		return &query.NullTest{Arg: arg, Type: n.Nulltesttype, ArgIsRow: s.isRowType(query.ExprType(arg)), Location: n.Location}
	case *ast.BooleanTest:
		return s.booleanTest(n)
	case *ast.CurrentOfExpr:
		return &query.CurrentOfExpr{Cursor: n.CursorName, Varno: s.targetItem.index}
	case *ast.SetToDefault:
		raise("42601", n.Location, "DEFAULT is not allowed in this context")
	case *analysed:
		return n.expr
	}
	if e, ok := s.json16(n); ok {
		return e
	}
	raise("42601", rawLocation(n), "syntax error: %s is not known to PostgreSQL 15", n.Tag())
	return nil
}

// analysed lets an expression that is analysed already stand in a raw tree.
type analysed struct {
	*ast.A_Star
	expr query.Expr
}

func (s *state) transformAll(list []ast.Node) []query.Expr {
	out := make([]query.Expr, len(list))
	for i, n := range list {
		out[i] = s.transform(n)
	}
	return out
}

// constant makes the Const of a literal (make_const).
func (s *state) constant(n *ast.A_Const) query.Expr {
	c := &query.Const{Type: pg.Unknown, Typmod: -1, Location: n.Location}
	switch v := n.Val.(type) {
	case nil:
		c.IsNull = true
	case *ast.Integer:
		c.Type, c.Value = pg.Int4, int64(v.Ival)
	case *ast.Float:
		c.Type, c.Value = s.number(v.Fval, n.Location)
	case *ast.Boolean:
		c.Type, c.Value = pg.Bool, v.Boolval
	case *ast.String:
		c.Value = v.Sval
	case *ast.BitString:
		c.Type, c.Value = pg.Bit, datum.InAt(s.c, pg.Bit, -1, v.Bsval, n.Location)
	}
	return c
}

// number types a numeric literal that the lexer did not take for an int4.
func (s *state) number(text string, location int) (pg.OID, query.Datum) {
	if n, ok := parseInt64(text); ok {
		if int64(int32(n)) == n {
			return pg.Int4, n
		}
		return pg.Int8, n
	}
	return pg.Numeric, datum.InAt(s.c, pg.Numeric, -1, text, location)
}

func (s *state) paramRef(n *ast.ParamRef) query.Expr {
	if s.VariableParam != nil {
		if e := s.VariableParam(n.Number, n.Location); e != nil {
			return e
		}
	}
	if s.UnknownParams {
		return s.unknownParam(n)
	}
	if n.Number < 1 || n.Number > len(s.Params) {
		raise("42P02", n.Location, "there is no parameter $%d", n.Number)
	}
	return s.param(n.Number, n.Location)
}

func (s *state) param(number, location int) *query.Param {
	p := s.Params[number-1]
	coll := p.Collation
	if coll == 0 {
		coll = s.typeCollation(p.Type)
	}
	return &query.Param{Kind: query.ParamExtern, ID: number, Name: p.Name, Type: p.Type, Typmod: -1, Collation: coll, Location: location}
}

// indirection analyses subscripts and fields after an expression
// (transformIndirection).
func (s *state) indirection(n *ast.A_Indirection) query.Expr {
	lastSRF := s.lastSRF
	e := s.transform(n.Arg)
	location := query.Location(e)
	var subscripts []*ast.A_Indices
	apply := func() {
		if subscripts != nil {
			e = s.subscript(e, query.ExprType(e), query.ExprTypmod(e), subscripts, false)
			subscripts = nil
		}
	}
	for _, i := range n.Indirection {
		switch i := i.(type) {
		case *ast.A_Indices:
			subscripts = append(subscripts, i)
		case *ast.A_Star:
			raise("0A000", location, `row expansion via "*" is not supported here`)
		case *ast.String:
			apply()
			selected := s.funcOrColumn([]string{i.Sval}, []query.Expr{e}, lastSRF, nil, false, location)
			if selected == nil {
				s.unknownAttribute(e, i.Sval, location)
			}
			e = selected
		}
	}
	apply()
	return e
}

// unknownAttribute says why there is no such field (unknown_attribute).
func (s *state) unknownAttribute(e query.Expr, name string, location int) {
	typ := query.ExprType(e)
	v, isVar := e.(*query.Var)
	switch {
	case isVar && v.Varattno == 0:
		raise("42703", location, "column %s.%s does not exist", s.rteAt(v.Varno, v.Varlevelsup).Eref.Name, name)
	case s.isComplex(typ):
		raise("42703", location, `column "%s" not found in data type %s`, name, s.typeName(typ))
	case typ == pg.Record:
		raise("42703", location, `could not identify column "%s" in record data type`, name)
	}
	raise("42809", location, "column notation .%s applied to type %s, which is not a composite type", name, s.typeName(typ))
}

func (s *state) boolExpr(n *ast.BoolExpr) query.Expr {
	word := map[ast.BoolExprType]string{ast.AND_EXPR: "AND", ast.OR_EXPR: "OR", ast.NOT_EXPR: "NOT"}[n.Boolop]
	e := &query.BoolExpr{Op: n.Boolop, Args: make([]query.Expr, len(n.Args)), Location: n.Location}
	for i, arg := range n.Args {
		e.Args[i] = s.coerceToBoolean(s.transform(arg), word)
	}
	return e
}

func (s *state) funcCall(n *ast.FuncCall) query.Expr {
	if names := ast.Strings(n.Funcname); n.Funcformat == ast.COERCE_SQL_SYNTAX && names[len(names)-1] == "system_user" {
		// SYSTEM_USER is a keyword since 16.
		return s.columnRef(&ast.ColumnRef{Fields: operatorName("system_user"), Location: n.Location})
	}
	lastSRF := s.lastSRF
	args := s.transformAll(n.Args)
	if n.AggWithinGroup {
		for _, o := range n.AggOrder {
			args = append(args, s.expr(o.(*ast.SortBy).Node, KindOrderBy))
		}
	}
	return s.funcOrColumn(ast.Strings(n.Funcname), args, lastSRF, n, false, n.Location)
}

var boolTestWords = map[ast.BoolTestType]string{
	ast.IS_TRUE: "IS TRUE", ast.IS_NOT_TRUE: "IS NOT TRUE", ast.IS_FALSE: "IS FALSE",
	ast.IS_NOT_FALSE: "IS NOT FALSE", ast.IS_UNKNOWN: "IS UNKNOWN", ast.IS_NOT_UNKNOWN: "IS NOT UNKNOWN",
}

func (s *state) booleanTest(n *ast.BooleanTest) query.Expr {
	arg := s.coerceToBoolean(s.transform(n.Arg), boolTestWords[n.Booltesttype])
	return &query.BooleanTest{Arg: arg, Type: n.Booltesttype, Location: n.Location}
}

func (s *state) coalesce(n *ast.CoalesceExpr) query.Expr {
	lastSRF := s.lastSRF
	args := s.transformAll(n.Args)
	typ, _ := s.commonType(args, "COALESCE")
	e := &query.CoalesceExpr{Type: typ, Args: s.coerceAllToCommon(args, typ, "COALESCE"), Location: n.Location}
	s.refuseSRFIn("COALESCE", lastSRF)
	return e
}

// refuseSRFIn refuses set-returning functions inside CASE and COALESCE.
func (s *state) refuseSRFIn(construct string, lastSRF query.Expr) {
	if s.lastSRF != lastSRF {
		pgerr.New("0A000", query.Location(s.lastSRF), "set-returning functions are not allowed in %s", construct).
			WithHint("You might be able to move the set-returning function into a LATERAL FROM item.").Raise()
	}
}

func (s *state) minMax(n *ast.MinMaxExpr) query.Expr {
	word := "LEAST"
	if n.Op == ast.IS_GREATEST {
		word = "GREATEST"
	}
	args := s.transformAll(n.Args)
	typ, _ := s.commonType(args, word)
	return &query.MinMaxExpr{Op: n.Op, Type: typ, Args: s.coerceAllToCommon(args, typ, word), Location: n.Location}
}

var valueFunctionTypes = map[ast.SQLValueFunctionOp]pg.OID{
	ast.SVFOP_CURRENT_DATE: pg.Date, ast.SVFOP_CURRENT_TIME: pg.Timetz, ast.SVFOP_CURRENT_TIME_N: pg.Timetz,
	ast.SVFOP_CURRENT_TIMESTAMP: pg.Timestamptz, ast.SVFOP_CURRENT_TIMESTAMP_N: pg.Timestamptz,
	ast.SVFOP_LOCALTIME: pg.Time, ast.SVFOP_LOCALTIME_N: pg.Time, ast.SVFOP_LOCALTIMESTAMP: pg.Timestamp,
	ast.SVFOP_LOCALTIMESTAMP_N: pg.Timestamp, ast.SVFOP_CURRENT_ROLE: pg.Name, ast.SVFOP_CURRENT_USER: pg.Name,
	ast.SVFOP_USER: pg.Name, ast.SVFOP_SESSION_USER: pg.Name, ast.SVFOP_CURRENT_CATALOG: pg.Name, ast.SVFOP_CURRENT_SCHEMA: pg.Name,
}

func valueFunction(n *ast.SQLValueFunction) query.Expr {
	e := &query.SQLValueFunction{Op: n.Op, Type: valueFunctionTypes[n.Op], Typmod: -1, Location: n.Location}
	switch n.Op {
	case ast.SVFOP_CURRENT_TIME_N:
		e.Typmod = checkPrecision("TIME(%d)%s", " WITH TIME ZONE", n.Typmod)
	case ast.SVFOP_CURRENT_TIMESTAMP_N:
		e.Typmod = checkPrecision("TIMESTAMP(%d)%s", " WITH TIME ZONE", n.Typmod)
	case ast.SVFOP_LOCALTIME_N:
		e.Typmod = checkPrecision("TIME(%d)%s", "", n.Typmod)
	case ast.SVFOP_LOCALTIMESTAMP_N:
		e.Typmod = checkPrecision("TIMESTAMP(%d)%s", "", n.Typmod)
	}
	return e
}

// typeCast analyses CAST and :: (transformTypeCast).
func (s *state) typeCast(n *ast.TypeCast) query.Expr {
	target, typmod := s.TypeName(n.TypeName)
	e := s.castArgument(n.Arg, target, typmod)
	from := query.ExprType(e)
	if from == 0 {
		return e
	}
	location := n.Location
	if location < 0 {
		location = n.TypeName.Location
	}
	result := s.coerceToTarget(e, from, target, typmod, Explicit, explicitCast, location)
	if result == nil {
		if location < 0 {
			location = query.Location(e)
		}
		s.cannotCast(from, target, location)
	}
	return result
}

// castArgument analyses a cast's argument: ARRAY[…] takes its element type
// from the target.
func (s *state) castArgument(arg ast.Node, target pg.OID, typmod int32) query.Expr {
	if a, ok := arg.(*ast.A_ArrayExpr); ok {
		base, baseTypmod := s.baseTypeAndTypmod(target, typmod)
		if elem := s.elementType(base); elem != 0 {
			return s.arrayExpr(a, base, elem, baseTypmod)
		}
	}
	return s.transform(arg)
}

func (s *state) collateClause(n *ast.CollateClause) query.Expr {
	arg := s.transform(n.Arg)
	if typ := query.ExprType(arg); s.typeCollation(typ) == 0 && typ != pg.Unknown {
		raise("42804", n.Location, "collations are not supported by type %s", s.typeName(typ))
	}
	return &query.CollateExpr{Arg: arg, Coll: s.collation(ast.Strings(n.Collname), n.Location), Location: n.Location}
}

// rowExpr analyses ROW(…) (transformRowExpr).
func (s *state) rowExpr(n *ast.RowExpr, allowDefault bool) *query.RowExpr {
	e := &query.RowExpr{Type: pg.Record, Format: implicitCast, Location: n.Location}
	e.Args = s.expressionList(n.Args, s.kind, allowDefault)
	if len(e.Args) > maxTupleAttributes {
		raise("54011", n.Location, "ROW expressions can have at most %d entries", maxTupleAttributes)
	}
	for i := range e.Args {
		e.Colnames = append(e.Colnames, "f"+itoa(i+1))
	}
	return e
}

const maxTupleAttributes = 1664

// arrayExpr analyses ARRAY[…]; types other than 0 are those of a cast around
// it (transformArrayExpr).
func (s *state) arrayExpr(n *ast.A_ArrayExpr, array, elem pg.OID, typmod int32) query.Expr {
	e := &query.ArrayExpr{Location: n.Location}
	elements := make([]query.Expr, len(n.Elements))
	for i, el := range n.Elements {
		if nested, ok := el.(*ast.A_ArrayExpr); ok {
			elements[i] = s.arrayExpr(nested, array, elem, typmod)
			e.Multi = true
			continue
		}
		elements[i] = s.transform(el)
		e.Multi = e.Multi || s.elementType(query.ExprType(elements[i])) != 0
	}
	if array != 0 {
		e.Type, e.ElemType = array, elem
		target := elem
		if e.Multi {
			target = array
		}
		for i, el := range elements {
			from := query.ExprType(el)
			cast := s.coerceToTarget(el, from, target, typmod, Explicit, explicitCast, -1)
			if cast == nil {
				s.cannotCast(from, target, query.Location(el))
			}
			elements[i] = cast
		}
		e.Elements = elements
		return e
	}
	s.typeArray(e, elements)
	return e
}

func (s *state) typeArray(e *query.ArrayExpr, elements []query.Expr) {
	if len(elements) == 0 {
		pgerr.New("42P18", e.Location, "cannot determine type of empty array").
			WithHint("Explicitly cast to the desired type, for example ARRAY[]::integer[].").Raise()
	}
	common, _ := s.commonType(elements, "ARRAY")
	if e.Multi {
		e.Type, e.ElemType = common, s.elementType(common)
		if e.ElemType == 0 {
			raise("42704", e.Location, "could not find element type for data type %s", s.typeName(common))
		}
	} else {
		e.ElemType, e.Type = common, s.arrayType(common)
		if e.Type == 0 {
			raise("42704", e.Location, "could not find array type for data type %s", s.typeName(common))
		}
	}
	e.Elements = s.coerceAllToCommon(elements, common, "ARRAY")
}

// caseExpr analyses CASE (transformCaseExpr).
func (s *state) caseExpr(n *ast.CaseExpr) query.Expr {
	lastSRF := s.lastSRF
	e := &query.CaseExpr{Location: n.Location}
	var test query.Expr
	if n.Arg != nil {
		arg := s.transform(n.Arg)
		if query.ExprType(arg) == pg.Unknown {
			arg = s.coerceToCommon(arg, pg.Text, "CASE")
		}
		s.assignCollations(arg)
		e.Arg = arg
		test = &query.CaseTestExpr{Type: query.ExprType(arg), Typmod: query.ExprTypmod(arg), Collation: query.ExprCollation(arg)}
	}
	for _, a := range n.Args {
		w := a.(*ast.CaseWhen)
		cond := w.Expr
		if test != nil {
			cond = &ast.A_Expr{Kind: ast.AEXPR_OP, Name: operatorName("="), Lexpr: &analysed{expr: test}, Rexpr: cond, Location: w.Location}
		}
		c := s.coerceToBoolean(s.transform(cond), "CASE/WHEN")
		e.Whens = append(e.Whens, &query.CaseWhen{Cond: c, Result: s.transform(w.Result)})
	}
	defresult := n.Defresult
	if defresult == nil {
		defresult = &ast.A_Const{Isnull: true, Location: -1}
	}
	e.Default = s.transform(defresult)
	results := []query.Expr{e.Default}
	for _, w := range e.Whens {
		results = append(results, w.Result)
	}
	e.Type, _ = s.commonType(results, "CASE")
	e.Default = s.coerceToCommon(e.Default, e.Type, "CASE/ELSE")
	for _, w := range e.Whens {
		w.Result = s.coerceToCommon(w.Result, e.Type, "CASE/WHEN")
	}
	s.refuseSRFIn("CASE", lastSRF)
	return e
}

func operatorName(name string) []ast.Node { return []ast.Node{&ast.String{Sval: name}} }

func nameOf(list []ast.Node) string { return strings.Join(ast.Strings(list), ".") }
