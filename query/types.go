package query

import (
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
)

// ExprType gives the type of e's value, as exprType does; 0 for nil.
func ExprType(e Expr) pg.OID {
	switch e := e.(type) {
	case *Var:
		return e.Vartype
	case *Const:
		return e.Type
	case *Param:
		return e.Type
	case *Aggref:
		return e.Type
	case *GroupingFunc:
		return pg.Int4
	case *WindowFunc:
		return e.Type
	case *SubscriptingRef:
		return e.ResType
	case *FuncExpr:
		return e.Type
	case *NamedArgExpr:
		return ExprType(e.Arg)
	case *OpExpr:
		return e.Type
	case *DistinctExpr:
		return e.Type
	case *NullIfExpr:
		return e.Type
	case *ScalarArrayOpExpr, *BoolExpr, *RowCompareExpr, *NullTest, *BooleanTest, *CurrentOfExpr:
		return pg.Bool
	case *SubLink:
		return e.Result
	case *SubParam:
		return e.Type
	case *FieldSelect:
		return e.Type
	case *FieldStore:
		return e.Type
	case *RelabelType:
		return e.Type
	case *CoerceViaIO:
		return e.Type
	case *ArrayCoerceExpr:
		return e.Type
	case *ConvertRowtypeExpr:
		return e.Type
	case *CollateExpr:
		return ExprType(e.Arg)
	case *CaseExpr:
		return e.Type
	case *CaseTestExpr:
		return e.Type
	case *ArrayExpr:
		return e.Type
	case *RowExpr:
		return e.Type
	case *CoalesceExpr:
		return e.Type
	case *MinMaxExpr:
		return e.Type
	case *SQLValueFunction:
		return e.Type
	case *XmlExpr:
		return xmlType(e)
	case *CoerceToDomain:
		return e.Type
	case *CoerceToDomainValue:
		return e.Type
	case *SetToDefault:
		return e.Type
	case *NextValueExpr:
		return e.Type
	}
	return 0
}

func xmlType(e *XmlExpr) pg.OID {
	switch e.Op {
	case ast.IS_DOCUMENT:
		return pg.Bool
	case ast.IS_XMLSERIALIZE:
		return pg.Text
	}
	return pg.Xml
}

// ExprTypmod gives the type modifier of e's value, -1 when it is not known, as
// exprTypmod does.
func ExprTypmod(e Expr) int32 {
	switch e := e.(type) {
	case *Var:
		return e.Vartypmod
	case *Const:
		return e.Typmod
	case *Param:
		return e.Typmod
	case *SubscriptingRef:
		return e.Typmod
	case *FuncExpr:
		if typmod, ok := LengthCoercion(e); ok {
			return typmod
		}
	case *NamedArgExpr:
		return ExprTypmod(e.Arg)
	case *NullIfExpr:
		return ExprTypmod(e.Args[0])
	case *SubLink:
		if t := e.valueTarget(); t != nil {
			return ExprTypmod(t.Expr)
		}
	case *SubParam:
		return e.Typmod
	case *FieldSelect:
		return e.Typmod
	case *RelabelType:
		return e.Typmod
	case *ArrayCoerceExpr:
		return e.Typmod
	case *CollateExpr:
		return ExprTypmod(e.Arg)
	case *CaseExpr:
		return caseTypmod(e)
	case *CaseTestExpr:
		return e.Typmod
	case *ArrayExpr:
		typ := e.ElemType
		if e.Multi {
			typ = e.Type
		}
		return commonTypmod(typ, e.Elements)
	case *CoalesceExpr:
		return commonTypmod(e.Type, e.Args)
	case *MinMaxExpr:
		return commonTypmod(e.Type, e.Args)
	case *SQLValueFunction:
		return e.Typmod
	case *CoerceToDomain:
		return e.Typmod
	case *CoerceToDomainValue:
		return e.Typmod
	case *SetToDefault:
		return e.Typmod
	}
	return -1
}

// valueTarget gives the column that a scalar or ARRAY subquery yields; nil for
// the other kinds.
func (s *SubLink) valueTarget() *TargetEntry {
	if s.Type != ast.EXPR_SUBLINK && s.Type != ast.ARRAY_SUBLINK || s.Subquery == nil || len(s.Subquery.TargetList) == 0 {
		return nil
	}
	return s.Subquery.TargetList[0]
}

func caseTypmod(e *CaseExpr) int32 {
	if e.Default == nil {
		return -1
	}
	results := []Expr{e.Default}
	for _, w := range e.Whens {
		results = append(results, w.Result)
	}
	return commonTypmod(e.Type, results)
}

// commonTypmod gives the modifier that all of list have, when they are of typ.
func commonTypmod(typ pg.OID, list []Expr) int32 {
	if len(list) == 0 || ExprType(list[0]) != typ {
		return -1
	}
	typmod := ExprTypmod(list[0])
	for _, e := range list[1:] {
		if typmod < 0 || ExprType(e) != typ || ExprTypmod(e) != typmod {
			return -1
		}
	}
	return typmod
}

// LengthCoercion says whether e is a call that only enforces a length, and to
// which modifier, as exprIsLengthCoercion does.
func LengthCoercion(e Expr) (typmod int32, ok bool) {
	switch e := e.(type) {
	case *FuncExpr:
		if e.Format != ast.COERCE_EXPLICIT_CAST && e.Format != ast.COERCE_IMPLICIT_CAST {
			return -1, false
		}
		if len(e.Args) != 2 && len(e.Args) != 3 {
			return -1, false
		}
		c, isConst := e.Args[1].(*Const)
		if !isConst || c.Type != pg.Int4 || c.IsNull {
			return -1, false
		}
		n, _ := c.Value.(int64)
		return int32(n), true
	case *ArrayCoerceExpr:
		if e.Typmod >= 0 {
			return e.Typmod, true
		}
	}
	return -1, false
}

// ExprCollation gives the collation of e's value, 0 for none, as exprCollation
// does.
func ExprCollation(e Expr) pg.OID {
	switch e := e.(type) {
	case *Var:
		return e.Varcollid
	case *Const:
		return e.Collation
	case *Param:
		return e.Collation
	case *Aggref:
		return e.Collid
	case *WindowFunc:
		return e.Collid
	case *SubscriptingRef:
		return e.Collid
	case *FuncExpr:
		return e.Collid
	case *NamedArgExpr:
		return ExprCollation(e.Arg)
	case *OpExpr:
		return e.Collid
	case *DistinctExpr:
		return e.Collid
	case *NullIfExpr:
		return e.Collid
	case *SubLink:
		if t := e.valueTarget(); t != nil {
			return ExprCollation(t.Expr)
		}
	case *SubParam:
		return e.Collation
	case *FieldSelect:
		return e.Collid
	case *RelabelType:
		return e.Collid
	case *CoerceViaIO:
		return e.Collid
	case *ArrayCoerceExpr:
		return e.Collid
	case *CollateExpr:
		return e.Coll
	case *CaseExpr:
		return e.Collid
	case *CaseTestExpr:
		return e.Collation
	case *ArrayExpr:
		return e.Collid
	case *CoalesceExpr:
		return e.Collid
	case *MinMaxExpr:
		return e.Collid
	case *SQLValueFunction:
		if e.Type == pg.Name {
			return pg.CCollation
		}
	case *XmlExpr:
		if e.Op == ast.IS_XMLSERIALIZE {
			return pg.DefaultCollation
		}
	case *CoerceToDomain:
		return e.Collid
	case *CoerceToDomainValue:
		return e.Collation
	case *SetToDefault:
		return e.Collation
	}
	return 0
}
