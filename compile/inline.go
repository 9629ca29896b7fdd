package compile

import (
	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// mutable says whether an expression calls functions that are not immutable,
// once the planner has replaced calls of simple SQL functions by their bodies
// (contain_mutable_functions_after_planning).
func (s *Session) mutable(e query.Expr) bool {
	if !analyze.ContainsMutable(s.catalog, e) {
		return false
	}
	return analyze.ContainsMutable(s.catalog, s.inlineFunctions(e, 0))
}

// maxInlining bounds how deep functions are looked into.
const maxInlining = 8

// inlineFunctions replaces calls of simple SQL functions by a row of their
// arguments and bodies: what it is worth for judging volatility.
func (s *Session) inlineFunctions(e query.Expr, depth int) query.Expr {
	return query.Mutate(e, func(x query.Expr, _ int) query.Expr {
		f, ok := x.(*query.FuncExpr)
		if !ok || depth > maxInlining {
			return nil
		}
		body := s.inlineBody(s.catalog.Proc(f.Fn))
		if body == nil {
			return nil
		}
		row := &query.RowExpr{Type: pg.Record, Args: []query.Expr{s.inlineFunctions(body, depth+1)}}
		for _, arg := range f.Args {
			row.Args = append(row.Args, s.inlineFunctions(arg, depth))
		}
		return row
	})
}

// inlineBody gives the body of a function that the planner would inline, nil
// of another (inline_function).
func (s *Session) inlineBody(p *catalog.Proc) query.Expr {
	if p == nil || p.Lang != pg.LangSQL || p.Kind != 'f' || p.SecDef || p.RetSet || p.RetType == pg.Record ||
		len(p.Config) > 0 || p.Strict || len(p.Body) > 0 || p.OID < 16384 {
		return nil
	}
	n, err := parser.Parse(p.Src)
	sel, ok := n.(*ast.SelectStmt)
	if err != nil || !ok || len(sel.TargetList) != 1 || len(sel.FromClause) > 0 || sel.WhereClause != nil || len(sel.ValuesLists) > 0 {
		return nil
	}
	a := s.analyzer()
	a.Function = p.Name
	for i, typ := range p.ArgTypes {
		param := analyze.Param{Type: typ}
		if i < len(p.ArgNames) {
			param.Name = p.ArgNames[i]
		}
		a.Params = append(a.Params, param)
	}
	var q *query.Query
	if pgerr.Catch(func() { q = a.Query(sel) }) != nil || len(q.TargetList) != 1 || q.HasAggs || q.HasSubLinks || q.HasTargetSRFs {
		return nil
	}
	body := q.TargetList[0].Expr
	if p.Volatile == 'i' && analyze.ContainsMutable(s.catalog, body) || p.Volatile == 's' && analyze.ContainsVolatile(s.catalog, body) {
		return nil
	}
	return body
}
