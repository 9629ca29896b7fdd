package analyze

import (
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// PlannedMutable says whether an expression is still mutable when the planner
// has put the bodies of simple SQL functions in the place of their calls
// (contain_mutable_functions after expression_planner). What an index or a
// partition key may hold is judged so.
func PlannedMutable(c *catalog.Catalog, e query.Expr) bool {
	if !ContainsMutable(c, e) {
		return false
	}
	in := inliner{c: c, active: map[pg.OID]bool{}}
	return ContainsMutable(c, in.expr(e))
}

// An inliner replaces calls of SQL functions by their bodies. It knows which
// functions it is inside of.
type inliner struct {
	c      *catalog.Catalog
	active map[pg.OID]bool
}

func (in *inliner) expr(e query.Expr) query.Expr {
	return query.Mutate(e, func(e query.Expr, _ int) query.Expr {
		switch e := e.(type) {
		case *query.FuncExpr:
			return in.call(e)
		case *query.OpExpr:
			if o := in.c.Operator(e.Op); o != nil {
				return in.call(&query.FuncExpr{Fn: o.Code, Type: e.Type, Args: e.Args, Inputcoll: e.Inputcoll, Location: e.Location})
			}
		}
		return nil
	})
}

// call gives what a call's body computes, nil when it cannot be inlined
// (inline_function).
func (in *inliner) call(f *query.FuncExpr) query.Expr {
	p := in.c.Proc(f.Fn)
	if p == nil || p.Lang != pg.LangSQL || p.Kind != 'f' || p.SecDef || p.RetSet || p.RetType == pg.Record || p.Config != nil ||
		in.active[p.OID] {
		return nil
	}
	args := New(in.c).ArgumentsInOrder(f)
	if len(args) != len(p.ArgTypes) {
		return nil
	}
	body := in.body(p, args)
	if body == nil || query.ExprType(body) != f.Type {
		return nil
	}
	if p.Volatile == 'i' && ContainsMutable(in.c, body) || p.Volatile == 's' && ContainsVolatile(in.c, body) {
		return nil
	}
	out := query.Mutate(body, func(e query.Expr, _ int) query.Expr {
		if param, ok := e.(*query.Param); ok && param.ID >= 1 && param.ID <= len(args) {
			return args[param.ID-1]
		}
		return nil
	})
	in.active[p.OID] = true
	defer delete(in.active, p.OID)
	return in.expr(out)
}

// body gives the expression that a function's only SELECT computes, nil when
// the body is anything else.
func (in *inliner) body(p *catalog.Proc, args []query.Expr) query.Expr {
	var q *query.Query
	if len(p.Body) == 1 {
		q = p.Body[0]
	} else if len(p.Body) == 0 {
		q = in.parse(p, args)
	}
	if q == nil || q.Command != ast.CMD_SELECT || q.HasAggs || q.HasWindowFuncs || q.HasTargetSRFs || q.HasSubLinks || len(q.CTEs) > 0 ||
		len(q.RangeTable) > 0 || q.Jointree == nil || q.Jointree.Quals != nil || len(q.Group) > 0 || q.Having != nil || len(q.Distinct) > 0 ||
		len(q.Sort) > 0 || q.LimitCount != nil || q.LimitOffset != nil || q.SetOps != nil || len(q.TargetList) != 1 {
		return nil
	}
	e := q.TargetList[0].Expr
	if query.ExprType(e) != p.RetType && !isPolymorphic(p.RetType) {
		return New(in.c).CoerceTo(query.CopyExpr(e), p.RetType, -1, Assignment, implicitCast, -1)
	}
	return e
}

func (in *inliner) parse(p *catalog.Proc, args []query.Expr) *query.Query {
	src := p.Src
	if expr, ok := strings.CutPrefix(src, "RETURN "); ok {
		src = "SELECT " + expr // a system function's, as pg_get_function_sqlbody has it
	}
	n, err := parser.Parse(src)
	if err != nil || n == nil {
		return nil
	}
	a := New(in.c)
	a.Function = p.Name
	for i, typ := range p.ArgTypes {
		if isPolymorphic(typ) {
			typ = query.ExprType(args[i])
		}
		param := Param{Type: typ}
		if i < len(p.ArgNames) && p.AllArgTypes == nil {
			param.Name = p.ArgNames[i]
		}
		a.Params = append(a.Params, param)
	}
	var q *query.Query
	if pgerr.Catch(func() { q = a.Query(n) }) != nil {
		return nil
	}
	return q
}
