package where

import (
	"strings"

	"github.com/electric-cli/electric/parser/ast"
)

// slots gives the places of a node's parts that Electric looks into, in its
// order. Those of nodes that it does not know it never sees.
func slots(n ast.Node) (out []*ast.Node) {
	add := func(slot *ast.Node) {
		if *slot != nil {
			out = append(out, slot)
		}
	}
	all := func(list []ast.Node) {
		for i := range list {
			add(&list[i])
		}
	}
	switch n := n.(type) {
	case *ast.TypeCast:
		add(&n.Arg)
	case *ast.BoolExpr:
		all(n.Args)
	case *ast.A_Expr:
		add(&n.Lexpr)
		add(&n.Rexpr)
	case *ast.List:
		all(n.Items)
	case *ast.FuncCall:
		all(n.Args)
	case *ast.CoalesceExpr:
		all(n.Args)
	case *ast.MinMaxExpr:
		all(n.Args)
	case *ast.NullTest:
		add(&n.Arg)
	case *ast.BooleanTest:
		add(&n.Arg)
	case *ast.A_ArrayExpr:
		all(n.Elements)
	case *ast.A_Indirection:
		add(&n.Arg)
		all(n.Indirection)
	case *ast.A_Indices:
		add(&n.Lidx)
		add(&n.Uidx)
	case *ast.RowExpr:
		all(n.Args)
	case *ast.SubLink:
		add(&n.Testexpr)
	}
	return out
}

// visit calls f for a node and all below it, those below first.
func visit(n ast.Node, f func(ast.Node)) {
	for _, slot := range slots(n) {
		visit(*slot, f)
	}
	f(n)
}

// size counts a tree's nodes as often as PostgreSQL's analysis and evaluation
// repeat them: BETWEEN and IN copy their left side. It stops counting where the
// tree is too big anyhow.
func size(n ast.Node) int {
	total := 1
	for i, slot := range slots(n) {
		part := size(*slot)
		if times := repeats(n, i == 0); part > maxNodes/times {
			return maxNodes + 1
		} else {
			part *= times
		}
		total = min(total+part, maxNodes+1)
	}
	return total
}

// repeats says how often a side of an operation is repeated.
func repeats(n ast.Node, left bool) int {
	e, ok := n.(*ast.A_Expr)
	if !ok || e.Lexpr == nil {
		return 1
	}
	switch e.Kind {
	case ast.AEXPR_BETWEEN, ast.AEXPR_NOT_BETWEEN:
		if left {
			return 2
		}
	case ast.AEXPR_BETWEEN_SYM, ast.AEXPR_NOT_BETWEEN_SYM:
		if left {
			return 4
		}
		return 2
	case ast.AEXPR_IN:
		if list, ok := e.Rexpr.(*ast.List); ok && left {
			return len(list.Items)
		}
	}
	return 1
}

func join(names []string) string { return strings.Join(names, ", ") }
