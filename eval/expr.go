package eval

import (
	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// expr evaluates an expression.
func (x *Executor) expr(f *frame, e query.Expr) query.Datum {
	x.step(1)
	switch e := e.(type) {
	case nil:
		return nil
	case *query.Const:
		if e.IsNull {
			return nil
		}
		return e.Value
	case *query.Var:
		return x.variable(f, e)
	case *query.Param:
		return x.parameter(e)
	case *query.FuncExpr:
		return x.funcExpr(f, e)
	case *query.OpExpr:
		if v, ok := f.srf[e]; ok {
			return v
		}
		return x.operator(f, e.Op, e.Type, e.Args, e.Inputcoll)
	case *query.DistinctExpr:
		return x.distinct(f, e)
	case *query.NullIfExpr:
		return x.nullIf(f, e)
	case *query.ScalarArrayOpExpr:
		return x.arrayOp(f, e)
	case *query.BoolExpr:
		return x.boolean(f, e)
	case *query.SubLink:
		return x.subLink(f, e)
	case *query.SubParam:
		if f.sub == nil || e.Column > len(f.sub) {
			return nil
		}
		return f.sub[e.Column-1]
	case *query.Aggref:
		return f.up(e.LevelsUp).group.value(e)
	case *query.GroupingFunc:
		return f.up(e.LevelsUp).group.grouping(e)
	case *query.WindowFunc:
		if values := f.windows[e]; values != nil {
			return values[f.at]
		}
		return nil
	}
	return x.conversion(f, e)
}

// conversion is expr for the kinds from casts on.
func (x *Executor) conversion(f *frame, e query.Expr) query.Datum {
	switch e := e.(type) {
	case *query.RelabelType:
		return x.relabel(x.expr(f, e.Arg), query.ExprType(e.Arg), e.Type)
	case *query.CollateExpr:
		return x.expr(f, e.Arg)
	case *query.NamedArgExpr:
		return x.expr(f, e.Arg)
	case *query.CoerceViaIO:
		return x.viaIO(x.expr(f, e.Arg), query.ExprType(e.Arg), e.Type, -1)
	case *query.ArrayCoerceExpr:
		return x.arrayCoerce(f, e)
	case *query.CoerceToDomain:
		return x.toDomain(f, e)
	case *query.CoerceToDomainValue, *query.CaseTestExpr:
		return f.test
	case *query.ConvertRowtypeExpr:
		return x.convertRow(x.expr(f, e.Arg), e.Type)
	case *query.FieldSelect:
		return x.fieldSelect(f, e)
	case *query.FieldStore:
		return x.fieldStore(f, e)
	case *query.SubscriptingRef:
		return x.subscript(f, e)
	case *query.CaseExpr:
		return x.caseExpr(f, e)
	case *query.CoalesceExpr:
		for _, a := range e.Args {
			if v := x.expr(f, a); v != nil {
				return v
			}
		}
		return nil
	case *query.MinMaxExpr:
		return x.minMax(f, e)
	case *query.ArrayExpr:
		return x.arrayExpr(f, e)
	case *query.RowExpr:
		return x.rowExpr(f, e)
	case *query.RowCompareExpr:
		return x.rowCompare(f, e)
	case *query.NullTest:
		return x.nullTest(f, e)
	case *query.BooleanTest:
		return x.booleanTest(f, e)
	case *query.SQLValueFunction:
		return x.valueFunction(e)
	case *query.NextValueExpr:
		return x.nextval(e.Seq)
	case *query.XmlExpr:
		return Unknown{"an XML function"}
	case *query.SetToDefault:
		return useDefault{}
	case *query.CurrentOfExpr:
		return Unknown{"the row of the cursor " + e.Cursor}
	}
	pgerr.Raise(Undecidable, pgerr.NoPosition, "an expression of kind %T cannot be computed", e)
	return nil
}

// list evaluates several expressions.
func (x *Executor) list(f *frame, list []query.Expr) []query.Datum {
	out := make([]query.Datum, len(list))
	for i, e := range list {
		out[i] = x.expr(f, e)
	}
	return out
}

func (x *Executor) parameter(p *query.Param) query.Datum {
	if x.param == nil {
		pgerr.Raise("42P02", p.Location, "there is no parameter $%d", p.ID)
	}
	return x.param(p)
}

// variable gives a column of the current row.
func (x *Executor) variable(f *frame, v *query.Var) query.Datum {
	f = f.up(v.Varlevelsup)
	if f == nil || v.Varno < 1 || v.Varno > len(f.row) {
		if f != nil && f.q != nil && v.Varno <= len(f.q.RangeTable) {
			if rte := f.q.RangeTable[v.Varno-1]; rte.Kind == query.RTEJoin && v.Varattno > 0 {
				return x.expr(f, rte.JoinAliasVars[v.Varattno-1])
			}
		}
		pgerr.Raise("XX000", v.Location, "column reference out of place")
	}
	if f.q != nil {
		if rte := f.q.RangeTable[v.Varno-1]; rte.Kind == query.RTEJoin {
			return x.joinVariable(f, rte, v)
		}
	}
	row := f.row[v.Varno-1]
	switch {
	case row == nil:
		return nil
	case v.Varattno > 0:
		if int(v.Varattno) > len(row) {
			return nil
		}
		return row[v.Varattno-1]
	case v.Varattno == 0:
		return x.wholeRow(f, v, row)
	case v.Varattno == query.TableOIDAttr && f.q != nil:
		return f.q.RangeTable[v.Varno-1].Relation
	}
	return Unknown{"a system column"}
}

// joinVariable gives a column of a join by name: one of its sides'.
func (x *Executor) joinVariable(f *frame, rte *query.RangeTblEntry, v *query.Var) query.Datum {
	if v.Varattno > 0 {
		return x.expr(f, rte.JoinAliasVars[v.Varattno-1])
	}
	row := &query.Row{Type: v.Vartype, Names: rte.Eref.Cols}
	for _, e := range rte.JoinAliasVars {
		row.Types, row.Values = append(row.Types, query.ExprType(e)), append(row.Values, x.expr(f, e))
	}
	return row
}

// wholeRow makes a composite value of a range table entry's row.
func (x *Executor) wholeRow(f *frame, v *query.Var, row []query.Datum) query.Datum {
	out := &query.Row{Type: v.Vartype}
	if f.q == nil {
		out.Values = row
		return out
	}
	rte := f.q.RangeTable[v.Varno-1]
	if rte.Kind == query.RTEFunction && len(row) == 1 && len(rte.Functions) == 1 && !isRecordLike(x, v.Vartype) {
		return row[0]
	}
	types := x.columnTypes(rte)
	for i, value := range row {
		if i < len(rte.Eref.Cols) && rte.Eref.Cols[i] != "" {
			out.Names, out.Values = append(out.Names, rte.Eref.Cols[i]), append(out.Values, value)
			out.Types = append(out.Types, types[i])
		}
	}
	return out
}

func isRecordLike(x *Executor, typ pg.OID) bool {
	t := x.c.Type(typ)
	return typ == pg.Record || t != nil && t.Kind == 'c'
}

// boolean is AND, OR or NOT. An operand that decides does so beside one that
// is not known.
func (x *Executor) boolean(f *frame, e *query.BoolExpr) query.Datum {
	if e.Op == ast.NOT_EXPR {
		switch v := x.expr(f, e.Args[0]).(type) {
		case bool:
			return !v
		default:
			return v
		}
	}
	deciding := e.Op == ast.OR_EXPR
	var result query.Datum = !deciding
	for _, a := range e.Args {
		switch v := x.expr(f, a).(type) {
		case bool:
			if v == deciding {
				return v
			}
		case Unknown:
			result = v
		case nil:
			if _, unknown := result.(Unknown); !unknown {
				result = nil
			}
		}
	}
	return result
}

func (x *Executor) distinct(f *frame, e *query.DistinctExpr) query.Datum {
	a, b := x.expr(f, e.Args[0]), x.expr(f, e.Args[1])
	if u, unknown := anyUnknown([]query.Datum{a, b}); unknown {
		return u
	}
	if a == nil || b == nil {
		return (a == nil) != (b == nil)
	}
	return x.not(x.apply(e.Op, pg.Bool, []query.Datum{a, b}, argTypes(e.Args)))
}

func (x *Executor) not(v query.Datum) query.Datum {
	if b, ok := v.(bool); ok {
		return !b
	}
	return v
}

func (x *Executor) nullIf(f *frame, e *query.NullIfExpr) query.Datum {
	a, b := x.expr(f, e.Args[0]), x.expr(f, e.Args[1])
	if a == nil || b == nil {
		return a
	}
	switch equal := x.apply(e.Op, pg.Bool, []query.Datum{a, b}, argTypes(e.Args)).(type) {
	case bool:
		if equal {
			return nil
		}
	case Unknown:
		return equal
	}
	return a
}

// arrayOp is x op ANY (array) or x op ALL (array).
func (x *Executor) arrayOp(f *frame, e *query.ScalarArrayOpExpr) query.Datum {
	left, right := x.expr(f, e.Args[0]), x.expr(f, e.Args[1])
	if right == nil {
		return nil
	}
	if u, ok := right.(Unknown); ok {
		return u
	}
	list := x.asArray(right, query.ExprType(e.Args[1]))
	types := []pg.OID{query.ExprType(e.Args[0]), list.Elem}
	var result query.Datum = !e.UseOr
	for _, v := range list.Values {
		x.step(1)
		switch b := x.apply(e.Op, pg.Bool, []query.Datum{left, v}, types).(type) {
		case bool:
			if b == e.UseOr {
				return b
			}
		case Unknown:
			result = b
		case nil:
			if _, unknown := result.(Unknown); !unknown {
				result = nil
			}
		}
	}
	return result
}

func (x *Executor) caseExpr(f *frame, e *query.CaseExpr) query.Datum {
	if e.Arg != nil {
		defer func(test query.Datum) { f.test = test }(f.test)
		f.test = x.expr(f, e.Arg)
	}
	for _, w := range e.Whens {
		switch v := x.expr(f, w.Cond).(type) {
		case bool:
			if v {
				return x.expr(f, w.Result)
			}
		case Unknown:
			return v
		}
	}
	return x.expr(f, e.Default)
}

func (x *Executor) minMax(f *frame, e *query.MinMaxExpr) query.Datum {
	var best query.Datum
	for _, v := range x.list(f, e.Args) {
		switch {
		case IsUnknown(v):
			return v
		case v == nil:
		case best == nil, e.Op == ast.IS_GREATEST && datum.Compare(x.c, e.Type, v, best) > 0,
			e.Op == ast.IS_LEAST && datum.Compare(x.c, e.Type, v, best) < 0:
			best = v
		}
	}
	return best
}

// nullTest is IS [NOT] NULL. Of a row both may be false.
func (x *Executor) nullTest(f *frame, e *query.NullTest) query.Datum {
	v := x.expr(f, e.Arg)
	if u, ok := v.(Unknown); ok {
		return u
	}
	row, isRow := v.(*query.Row)
	if !isRow || !e.ArgIsRow {
		return (v == nil) == (e.Type == ast.IS_NULL)
	}
	for _, field := range row.Values {
		if u, ok := field.(Unknown); ok {
			return u
		}
		if (field == nil) != (e.Type == ast.IS_NULL) {
			return false
		}
	}
	return true
}

func (x *Executor) booleanTest(f *frame, e *query.BooleanTest) query.Datum {
	v := x.expr(f, e.Arg)
	if u, ok := v.(Unknown); ok {
		return u
	}
	switch e.Type {
	case ast.IS_TRUE:
		return isTrue(v)
	case ast.IS_NOT_TRUE:
		return !isTrue(v)
	case ast.IS_FALSE:
		return isFalse(v)
	case ast.IS_NOT_FALSE:
		return !isFalse(v)
	case ast.IS_UNKNOWN:
		return v == nil
	}
	return v != nil
}

// valueFunction is CURRENT_USER, CURRENT_DATE and their like.
func (x *Executor) valueFunction(e *query.SQLValueFunction) query.Datum {
	switch e.Op {
	case ast.SVFOP_CURRENT_ROLE, ast.SVFOP_CURRENT_USER, ast.SVFOP_USER:
		return x.roleName(x.c.CurrentUser)
	case ast.SVFOP_SESSION_USER:
		return x.roleName(x.c.SessionUser)
	case ast.SVFOP_CURRENT_CATALOG:
		return databaseName
	case ast.SVFOP_CURRENT_SCHEMA:
		return x.currentSchema()
	}
	return x.clockValue(e)
}

func argTypes(list []query.Expr) []pg.OID {
	out := make([]pg.OID, len(list))
	for i, e := range list {
		out[i] = query.ExprType(e)
	}
	return out
}
