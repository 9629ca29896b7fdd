package deparse

import (
	"slices"

	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/query"
)

// function writes a call, a cast by a function, or what SQL has a syntax of its
// own for (get_func_expr).
func (p *printer) function(e *query.FuncExpr, showImplicit bool) {
	switch {
	case e.Format == ast.COERCE_IMPLICIT_CAST && !showImplicit:
		p.paren(e.Args[0], false, e)
		return
	case e.Format == ast.COERCE_EXPLICIT_CAST || e.Format == ast.COERCE_IMPLICIT_CAST:
		typmod, ok := query.LengthCoercion(e)
		if !ok {
			typmod = -1
		}
		p.coercion(e.Args[0], e.Type, typmod, e)
		return
	case e.Format == ast.COERCE_SQL_SYNTAX && p.sqlSyntax(e):
		return
	}
	p.write(p.functionName(e.Fn), "(")
	for i, arg := range e.Args {
		if i > 0 {
			p.write(", ")
		}
		if e.Variadic && i == len(e.Args)-1 {
			p.write("VARIADIC ")
		}
		p.expr(arg, true)
	}
	p.write(")")
}

// aggregate writes a call of an aggregate (get_agg_expr).
func (p *printer) aggregate(e *query.Aggref) {
	p.write(p.functionName(e.Fn), "(")
	if len(e.Distinct) > 0 {
		p.write("DISTINCT ")
	}
	switch {
	case e.Kind == 'o' || e.Kind == 'h':
		p.list(e.Direct, true)
		p.write(") WITHIN GROUP (ORDER BY ")
		p.orderBy(e.Order, e.Args, false)
	case e.Star:
		p.write("*")
	default:
		p.aggregateArgs(e)
	}
	if e.Kind != 'o' && e.Kind != 'h' && len(e.Order) > 0 {
		p.write(" ORDER BY ")
		p.orderBy(e.Order, e.Args, false)
	}
	if e.Filter != nil {
		p.write(") FILTER (WHERE ")
		p.expr(e.Filter, false)
	}
	p.write(")")
}

func (p *printer) aggregateArgs(e *query.Aggref) {
	var args []query.Expr
	for _, t := range e.Args {
		if !t.Resjunk {
			args = append(args, t.Expr)
		}
	}
	for i, arg := range args {
		if i > 0 {
			p.write(", ")
		}
		if e.Variadic && i == len(args)-1 {
			p.write("VARIADIC ")
		}
		p.expr(arg, true)
	}
}

// windowFunction writes a call with OVER (get_windowfunc_expr).
func (p *printer) windowFunction(e *query.WindowFunc) {
	p.write(p.functionName(e.Fn), "(")
	if e.Star {
		p.write("*")
	} else {
		p.list(e.Args, true)
	}
	if e.Filter != nil {
		p.write(") FILTER (WHERE ")
		p.expr(e.Filter, false)
	}
	p.write(") OVER ")
	i := slices.IndexFunc(p.windows, func(w *query.WindowClause) bool { return w.Winref == e.Winref })
	switch {
	case i < 0:
		p.write("(?)")
	case p.windows[i].Name != "":
		p.write(QuoteIdent(p.windows[i].Name))
	default:
		p.windowSpec(p.windows[i], p.windowList)
	}
}
