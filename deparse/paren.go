package deparse

import (
	"strings"

	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/query"
)

// simple says whether e needs no parentheses inside parent in pretty style
// (isSimpleNode).
func (p *printer) simple(e, parent query.Expr) bool {
	switch e := e.(type) {
	case *query.Var, *query.Const, *query.Param, *query.CoerceToDomainValue, *query.SetToDefault, *query.CurrentOfExpr,
		*query.SubscriptingRef, *query.ArrayExpr, *query.RowExpr, *query.CoalesceExpr, *query.MinMaxExpr,
		*query.SQLValueFunction, *query.XmlExpr, *query.NextValueExpr, *query.NullIfExpr, *query.Aggref,
		*query.GroupingFunc, *query.WindowFunc, *query.FuncExpr, *query.CaseExpr:
		return true
	case *query.FieldSelect:
		_, nested := parent.(*query.FieldSelect)
		return !nested
	case *query.FieldStore:
		_, nested := parent.(*query.FieldStore)
		return !nested
	case *query.CoerceToDomain:
		return p.simple(e.Arg, e)
	case *query.RelabelType:
		return p.simple(e.Arg, e)
	case *query.CoerceViaIO:
		return p.simple(e.Arg, e)
	case *query.ArrayCoerceExpr:
		return p.simple(e.Arg, e)
	case *query.ConvertRowtypeExpr:
		return p.simple(e.Arg, e)
	case *query.OpExpr:
		if outer, ok := parent.(*query.OpExpr); ok {
			return p.simpleOperator(e, outer)
		}
		return inBrackets(parent, true)
	case *query.SubLink, *query.NullTest, *query.BooleanTest, *query.DistinctExpr:
		return inBrackets(parent, true)
	case *query.BoolExpr:
		if outer, ok := parent.(*query.BoolExpr); ok {
			return e.Op == ast.OR_EXPR && outer.Op == ast.OR_EXPR || e.Op != ast.OR_EXPR && outer.Op != ast.NOT_EXPR
		}
		return inBrackets(parent, false)
	}
	return false
}

// simpleOperator decides by the precedence of the arithmetic operators; others
// always get parentheses.
func (p *printer) simpleOperator(e, parent *query.OpExpr) bool {
	low := func(op string) bool { return strings.Contains("+-", op) }
	high := func(op string) bool { return strings.Contains("*/%", op) }
	op, outer := p.arithmetic(e), p.arithmetic(parent)
	switch {
	case op == "" || outer == "":
		return false
	case high(op) && low(outer):
		return true
	case low(op) && high(outer):
		return false
	}
	return query.Expr(e) == parent.Args[0]
}

// arithmetic gives the name of a binary + - * / or %, "" for another operator.
func (p *printer) arithmetic(e *query.OpExpr) string {
	if name := p.operatorName(e.Op); len(e.Args) == 2 && len(name) == 1 && strings.Contains("+-*/%", name) {
		return name
	}
	return ""
}

// inBrackets says whether parent puts its arguments between brackets of its
// own, as calls do, or with boolean has AND, OR or NOT around them.
func inBrackets(parent query.Expr, boolean bool) bool {
	switch parent := parent.(type) {
	case *query.FuncExpr:
		return parent.Format == ast.COERCE_EXPLICIT_CALL
	case *query.BoolExpr:
		return boolean
	case *query.SubscriptingRef, *query.ArrayExpr, *query.RowExpr, *query.CoalesceExpr, *query.MinMaxExpr, *query.XmlExpr,
		*query.NullIfExpr, *query.Aggref, *query.GroupingFunc, *query.WindowFunc, *query.CaseExpr:
		return true
	}
	return false
}

// looksLikeFunction says whether an index key needs no parentheses around it
// (looks_like_function).
func looksLikeFunction(e query.Expr) bool {
	switch e := e.(type) {
	case *query.FuncExpr:
		return e.Format == ast.COERCE_EXPLICIT_CALL || e.Format == ast.COERCE_SQL_SYNTAX
	case *query.NullIfExpr, *query.CoalesceExpr, *query.MinMaxExpr, *query.SQLValueFunction, *query.XmlExpr:
		return true
	}
	return false
}
