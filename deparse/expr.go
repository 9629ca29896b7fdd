package deparse

import (
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// paren writes e, in pretty style between parentheses where its place demands
// them (get_rule_expr_paren).
func (p *printer) paren(e query.Expr, showImplicit bool, parent query.Expr) {
	need := p.style.paren && !p.simple(e, parent)
	if need {
		p.write("(")
	}
	p.expr(e, showImplicit)
	if need {
		p.write(")")
	}
}

// expr writes an expression (get_rule_expr). Implicit casts are hidden unless
// showImplicit.
func (p *printer) expr(e query.Expr, showImplicit bool) {
	switch e := e.(type) {
	case nil:
	case *query.Var:
		p.variable(e, 0, false)
	case *query.Const:
		p.constant(e, 0)
	case *query.Param:
		p.param(e)
	case *query.SubParam:
		p.writef("$%d", e.Column)
	case *query.Aggref:
		p.aggregate(e)
	case *query.GroupingFunc:
		p.write("GROUPING(")
		p.list(e.Args, true)
		p.write(")")
	case *query.WindowFunc:
		p.windowFunction(e)
	case *query.SubscriptingRef:
		p.subscripting(e, showImplicit)
	case *query.FuncExpr:
		p.function(e, showImplicit)
	case *query.NamedArgExpr:
		p.write(QuoteIdent(e.Name), " => ")
		p.expr(e.Arg, showImplicit)
	case *query.OpExpr:
		p.operator(e)
	case *query.DistinctExpr:
		p.infix(e, e.Args[0], " IS DISTINCT FROM ", e.Args[1])
	case *query.NullIfExpr:
		p.write("NULLIF(")
		p.list(e.Args, true)
		p.write(")")
	case *query.ScalarArrayOpExpr:
		p.scalarArray(e)
	case *query.BoolExpr:
		p.boolean(e)
	case *query.SubLink:
		p.subLink(e)
	case *query.FieldSelect:
		p.fieldSelect(e)
	case *query.FieldStore:
		if len(e.Newvals) != 1 {
			p.write("ROW(")
		}
		p.list(e.Newvals, showImplicit)
		if len(e.Newvals) != 1 {
			p.write(")")
		}
	default:
		p.castOrClause(e, showImplicit)
	}
}

// castOrClause writes the kinds of expression that expr does not.
func (p *printer) castOrClause(e query.Expr, showImplicit bool) {
	switch e := e.(type) {
	case *query.RelabelType:
		p.cast(e, e.Arg, e.Type, e.Typmod, e.Format, showImplicit)
	case *query.CoerceViaIO:
		p.cast(e, e.Arg, e.Type, -1, e.Format, showImplicit)
	case *query.ArrayCoerceExpr:
		p.cast(e, e.Arg, e.Type, e.Typmod, e.Format, showImplicit)
	case *query.ConvertRowtypeExpr:
		p.cast(e, e.Arg, e.Type, -1, e.Format, showImplicit)
	case *query.CoerceToDomain:
		if e.Format == ast.COERCE_IMPLICIT_CAST && !showImplicit {
			p.expr(e.Arg, false)
			return
		}
		p.coercion(e.Arg, e.Type, e.Typmod, e)
	case *query.CollateExpr:
		p.open()
		p.paren(e.Arg, showImplicit, e)
		p.write(" COLLATE ", collationName(p.c, e.Coll))
		p.close()
	case *query.CaseExpr:
		p.caseExpr(e)
	case *query.CaseTestExpr:
		p.write("CASE_TEST_EXPR")
	case *query.ArrayExpr:
		p.write("ARRAY[")
		p.list(e.Elements, true)
		p.write("]")
		if len(e.Elements) == 0 {
			p.write("::", FormatType(p.c, e.Type, -1))
		}
	case *query.RowExpr:
		p.row(e)
	case *query.RowCompareExpr:
		p.write("(ROW(")
		p.topLevelList(e.Largs, true)
		p.write(") ", p.operatorName(e.Ops[0]), " ROW(")
		p.topLevelList(e.Rargs, true)
		p.write("))")
	case *query.CoalesceExpr:
		p.write("COALESCE(")
		p.list(e.Args, true)
		p.write(")")
	case *query.MinMaxExpr:
		if e.Op == ast.IS_GREATEST {
			p.write("GREATEST(")
		} else {
			p.write("LEAST(")
		}
		p.list(e.Args, true)
		p.write(")")
	case *query.SQLValueFunction:
		p.valueFunction(e)
	case *query.XmlExpr:
		p.xml(e)
	case *query.NullTest:
		p.nullTest(e)
	case *query.BooleanTest:
		p.open()
		p.paren(e.Arg, false, e)
		p.write(booleanTests[e.Type])
		p.close()
	case *query.CoerceToDomainValue:
		p.write("VALUE")
	case *query.SetToDefault:
		p.write("DEFAULT")
	case *query.CurrentOfExpr:
		p.write("CURRENT OF ", QuoteIdent(e.Cursor))
	case *query.NextValueExpr:
		p.write("nextval(", quoteSimple(name(p.c, p.c.Relation(e.Seq))), ")")
	default:
		pgerr.Raise("0A000", pgerr.NoPosition, "deparsing of %T is not supported", e)
	}
}

// booleanTests are the words behind the argument of a BooleanTest.
var booleanTests = map[ast.BoolTestType]string{
	ast.IS_TRUE: " IS TRUE", ast.IS_NOT_TRUE: " IS NOT TRUE", ast.IS_FALSE: " IS FALSE", ast.IS_NOT_FALSE: " IS NOT FALSE",
	ast.IS_UNKNOWN: " IS UNKNOWN", ast.IS_NOT_UNKNOWN: " IS NOT UNKNOWN",
}

// infix writes left word right with the parentheses of an operator.
func (p *printer) infix(e, left query.Expr, word string, right query.Expr) {
	p.open()
	p.paren(left, true, e)
	p.write(word)
	p.paren(right, true, e)
	p.close()
}

func (p *printer) operator(e *query.OpExpr) {
	name := p.operatorName(e.Op)
	if len(e.Args) == 2 {
		p.infix(e, e.Args[0], " "+name+" ", e.Args[1])
		return
	}
	p.open()
	p.write(name, " ")
	p.paren(e.Args[0], true, e)
	p.close()
}

func (p *printer) scalarArray(e *query.ScalarArrayOpExpr) {
	word := "ALL"
	if e.UseOr {
		word = "ANY"
	}
	p.open()
	p.paren(e.Args[0], true, e)
	p.write(" ", p.operatorName(e.Op), " ", word, " (")
	p.paren(e.Args[1], true, e)
	if s, ok := e.Args[1].(*query.SubLink); ok && s.Type == ast.EXPR_SUBLINK {
		// Or it would be taken for = ANY (SELECT …).
		p.write("::", FormatType(p.c, query.ExprType(s), query.ExprTypmod(s)))
	}
	p.write(")")
	p.close()
}

func (p *printer) boolean(e *query.BoolExpr) {
	p.open()
	if e.Op == ast.NOT_EXPR {
		p.write("NOT ")
	}
	word := " AND "
	if e.Op == ast.OR_EXPR {
		word = " OR "
	}
	for i, arg := range e.Args {
		if i > 0 {
			p.write(word)
		}
		p.paren(arg, false, e)
	}
	p.close()
}

func (p *printer) nullTest(e *query.NullTest) {
	p.open()
	p.paren(e.Arg, true, e)
	isNull := e.Type == ast.IS_NULL
	switch row := isRowType(p.c, query.ExprType(e.Arg)); {
	case (e.ArgIsRow || !row) && isNull:
		p.write(" IS NULL")
	case e.ArgIsRow || !row:
		p.write(" IS NOT NULL")
	case isNull:
		p.write(" IS NOT DISTINCT FROM NULL")
	default:
		p.write(" IS DISTINCT FROM NULL")
	}
	p.close()
}

// cast writes a cast; an implicit one only where it must be seen.
func (p *printer) cast(e, arg query.Expr, typ pg.OID, typmod int32, format ast.CoercionForm, showImplicit bool) {
	if format == ast.COERCE_IMPLICIT_CAST && !showImplicit {
		p.paren(arg, false, e)
		return
	}
	p.coercion(arg, typ, typmod, e)
}

// coercion writes arg::type (get_coercion_expr).
func (p *printer) coercion(arg query.Expr, typ pg.OID, typmod int32, parent query.Expr) {
	if k, ok := arg.(*query.Const); ok && k.Type == typ && k.Typmod == -1 {
		p.constant(k, -1)
	} else {
		p.open()
		p.paren(arg, false, parent)
		p.close()
	}
	p.write("::", FormatType(p.c, typ, typmod))
}

func (p *printer) subscripting(e *query.SubscriptingRef, showImplicit bool) {
	if _, ok := e.Expr.(*query.CaseTestExpr); ok {
		p.expr(e.Assign, showImplicit)
		return
	}
	bare := false
	switch e.Expr.(type) {
	case *query.Var, *query.FieldSelect:
		bare = true
	}
	if !bare {
		p.write("(")
	}
	p.expr(e.Expr, showImplicit)
	if !bare {
		p.write(")")
	}
	if e.Assign != nil {
		value := p.indirection(e)
		p.write(" := ")
		p.expr(value, showImplicit)
		return
	}
	p.subscripts(e)
}

func (p *printer) subscripts(e *query.SubscriptingRef) {
	for i, upper := range e.Upper {
		p.write("[")
		if i < len(e.Lower) {
			p.expr(e.Lower[i], false)
			p.write(":")
		}
		p.expr(upper, false)
		p.write("]")
	}
}

// indirection writes the .field and [n] of an assignment's target and gives the
// value assigned (processIndirection).
func (p *printer) indirection(e query.Expr) query.Expr {
	var domain *query.CoerceToDomain
	for {
		switch x := e.(type) {
		case *query.FieldStore:
			if t := p.c.Type(baseType(p.c, x.Type)); t != nil {
				p.write(".", QuoteIdent(p.c.Relation(t.RelID).Columns[x.Fieldnums[0]-1].Name))
			}
			e = x.Newvals[0]
			continue
		case *query.SubscriptingRef:
			if x.Assign != nil {
				p.subscripts(x)
				e = x.Assign
				continue
			}
		case *query.CoerceToDomain:
			if x.Format == ast.COERCE_IMPLICIT_CAST {
				domain, e = x, x.Arg
				continue
			}
		}
		if domain != nil && e == domain.Arg {
			return domain
		}
		return e
	}
}

func (p *printer) fieldSelect(e *query.FieldSelect) {
	bare := false
	switch e.Arg.(type) {
	case *query.SubscriptingRef, *query.FieldSelect:
		bare = true
	}
	if !bare {
		p.write("(")
	}
	p.expr(e.Arg, true)
	if !bare {
		p.write(")")
	}
	p.write(".", QuoteIdent(p.fieldName(e.Arg, e.Fieldnum, 0)))
}

// caseExpr writes CASE. What analysis made of "WHEN x" under an argument,
// "argument = x", shows as x again.
func (p *printer) caseExpr(e *query.CaseExpr) {
	space := func() {
		if !p.style.indent {
			p.write(" ")
		}
	}
	p.keyword("CASE", 0, indentVar, 0)
	if e.Arg != nil {
		p.write(" ")
		p.expr(e.Arg, true)
	}
	for _, when := range e.Whens {
		cond := when.Cond
		if op, ok := cond.(*query.OpExpr); ok && e.Arg != nil && len(op.Args) == 2 {
			if _, test := stripImplicit(op.Args[0]).(*query.CaseTestExpr); test {
				cond = op.Args[1]
			}
		}
		space()
		p.keyword("WHEN ", 0, 0, 0)
		p.expr(cond, false)
		p.write(" THEN ")
		p.expr(when.Result, true)
	}
	space()
	p.keyword("ELSE ", 0, 0, 0)
	p.expr(e.Default, true)
	space()
	p.keyword("END", -indentVar, 0, 0)
}

// stripImplicit takes implicit casts off an expression
// (strip_implicit_coercions).
func stripImplicit(e query.Expr) query.Expr {
	for {
		var arg query.Expr
		var format ast.CoercionForm
		switch x := e.(type) {
		case *query.FuncExpr:
			if len(x.Args) > 0 {
				arg = x.Args[0]
			}
			format = x.Format
		case *query.RelabelType:
			arg, format = x.Arg, x.Format
		case *query.CoerceViaIO:
			arg, format = x.Arg, x.Format
		case *query.ArrayCoerceExpr:
			arg, format = x.Arg, x.Format
		case *query.ConvertRowtypeExpr:
			arg, format = x.Arg, x.Format
		case *query.CoerceToDomain:
			arg, format = x.Arg, x.Format
		}
		if format != ast.COERCE_IMPLICIT_CAST || arg == nil {
			return e
		}
		e = arg
	}
}

func (p *printer) row(e *query.RowExpr) {
	p.write("ROW(")
	separator := ""
	item := func() { p.write(separator); separator = ", " }
	columns := rowColumns(p.c, e.Type)
	for i, arg := range e.Args {
		if i < len(columns) && columns[i].Dropped {
			continue
		}
		item()
		p.topLevel(arg, true)
	}
	for i := len(e.Args); i < len(columns); i++ {
		if !columns[i].Dropped {
			item()
			p.write("NULL")
		}
	}
	p.write(")")
	if e.Format == ast.COERCE_EXPLICIT_CAST {
		p.write("::", FormatType(p.c, e.Type, -1))
	}
}

// valueFunctions are the words of CURRENT_DATE and its like; those with a
// precision have it behind them.
var valueFunctions = map[ast.SQLValueFunctionOp]string{
	ast.SVFOP_CURRENT_DATE: "CURRENT_DATE", ast.SVFOP_CURRENT_TIME: "CURRENT_TIME", ast.SVFOP_CURRENT_TIME_N: "CURRENT_TIME",
	ast.SVFOP_CURRENT_TIMESTAMP: "CURRENT_TIMESTAMP", ast.SVFOP_CURRENT_TIMESTAMP_N: "CURRENT_TIMESTAMP",
	ast.SVFOP_LOCALTIME: "LOCALTIME", ast.SVFOP_LOCALTIME_N: "LOCALTIME", ast.SVFOP_LOCALTIMESTAMP: "LOCALTIMESTAMP",
	ast.SVFOP_LOCALTIMESTAMP_N: "LOCALTIMESTAMP", ast.SVFOP_CURRENT_ROLE: "CURRENT_ROLE", ast.SVFOP_CURRENT_USER: "CURRENT_USER",
	ast.SVFOP_USER: "USER", ast.SVFOP_SESSION_USER: "SESSION_USER", ast.SVFOP_CURRENT_CATALOG: "CURRENT_CATALOG",
	ast.SVFOP_CURRENT_SCHEMA: "CURRENT_SCHEMA",
}

func (p *printer) valueFunction(e *query.SQLValueFunction) {
	p.write(valueFunctions[e.Op])
	switch e.Op {
	case ast.SVFOP_CURRENT_TIME_N, ast.SVFOP_CURRENT_TIMESTAMP_N, ast.SVFOP_LOCALTIME_N, ast.SVFOP_LOCALTIMESTAMP_N:
		p.writef("(%d)", e.Typmod)
	}
}
