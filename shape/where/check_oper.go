package where

import (
	"github.com/electric-cli/electric/parser/ast"
)

// operation checks an operator and the constructs that are written as one.
func (c *checker) operation(n *ast.A_Expr) *node {
	var left *node
	if n.Lexpr != nil {
		left = c.expr(n.Lexpr)
	}
	var right []*node
	if list, ok := n.Rexpr.(*ast.List); ok {
		right = c.list(list.Items)
	} else if n.Rexpr != nil {
		right = []*node{c.expr(n.Rexpr)}
	}
	op := identifier(ast.Strings(n.Name))
	switch n.Kind {
	case ast.AEXPR_OP, ast.AEXPR_LIKE, ast.AEXPR_ILIKE:
		if left == nil {
			return c.operator(op, n.Location, right[0])
		}
		return c.operator(op, n.Location, left, right[0])
	case ast.AEXPR_DISTINCT, ast.AEXPR_NOT_DISTINCT:
		return fn("values_distinct?", tBool, 0, c.operator(`"<>"`, n.Location, left, right[0]))
	case ast.AEXPR_IN:
		return c.in(n, left, right)
	case ast.AEXPR_BETWEEN, ast.AEXPR_NOT_BETWEEN, ast.AEXPR_BETWEEN_SYM, ast.AEXPR_NOT_BETWEEN_SYM:
		return c.between(n, left, right[0], right[1])
	case ast.AEXPR_OP_ANY, ast.AEXPR_OP_ALL:
		return c.anyOrAll(n, op, left, right[0])
	}
	refuse(n.Location, "expression %s of :%s is not currently supported", op, n.Kind)
	return nil
}

// operator checks an operator over one or two operands. The node has no
// place, as Electric's.
func (c *checker) operator(op string, location int, args ...*node) *node {
	choices := operators[opKey{unquoted(op), len(args)}]
	if choices == nil {
		refuse(location, "unknown %s operator %s", []string{"unary", "binary"}[len(args)-1], op)
	}
	o, ok := pick(choices, typesOf(args))
	if !ok {
		refuse(location, "Could not select an operator overload")
	}
	return c.apply(op, o, args)
}

// apply gives an overload its arguments.
func (c *checker) apply(name string, o overload, args []*node) *node {
	typed := make([]*node, len(args))
	for i, arg := range args {
		typed[i] = c.typed(arg, o.args[i])
	}
	return fn(name, o.ret, 0, typed...)
}

func typesOf(args []*node) []etype {
	types := make([]etype, len(args))
	for i, arg := range args {
		types[i] = arg.typeOf()
	}
	return types
}

func (c *checker) in(n *ast.A_Expr, left *node, right []*node) *node {
	var out *node
	for _, item := range right {
		equal := c.operator(`"="`, n.Location, left, item)
		if out == nil {
			out = equal
		} else {
			out = fn("or", tBool, n.Location, out, equal)
		}
	}
	if ast.Strings(n.Name)[0] == "<>" {
		out = fn("not", tBool, out.location, out)
	}
	return out
}

func (c *checker) between(n *ast.A_Expr, x, low, high *node) *node {
	out := c.within(n, x, low, high)
	if n.Kind == ast.AEXPR_BETWEEN_SYM || n.Kind == ast.AEXPR_NOT_BETWEEN_SYM {
		out = fn("or", tBool, n.Location, out, c.within(n, x, high, low))
	}
	if n.Kind == ast.AEXPR_NOT_BETWEEN || n.Kind == ast.AEXPR_NOT_BETWEEN_SYM {
		out = fn("not", tBool, out.location, out)
	}
	return out
}

func (c *checker) within(n *ast.A_Expr, x, low, high *node) *node {
	from := c.operator(`"<="`, n.Location, low, x)
	return fn("and", tBool, n.Location, from, c.operator(`"<="`, n.Location, x, high))
}

// anyOrAll picks the operator by the array's element.
func (c *checker) anyOrAll(n *ast.A_Expr, op string, left, right *node) *node {
	elem := right.typeOf()
	switch {
	case elem.array:
		elem = elem.elem()
	case right.kind != untyped:
		refuse(right.location, "argument of ANY must be an array")
	}
	choices := operators[opKey{unquoted(op), 2}]
	if choices == nil {
		refuse(n.Location, "unknown binary operator %s", op)
	}
	o, ok := pick(choices, []etype{left.typeOf(), elem})
	switch {
	case !ok:
		refuse(n.Location, "Could not select an operator overload")
	case o.ret != tBool:
		refuse(n.Location, "ANY/ALL requires operator that returns bool")
	}
	return fn("any", tBool, 0, c.typed(left, o.args[0]), c.typed(right, arrayOf(o.args[1])))
}

// array checks ARRAY[…]: one type for all elements.
func (c *checker) array(n *ast.A_ArrayExpr) *node {
	elements := c.list(n.Elements)
	t := tUnknown
	for _, e := range elements {
		switch et := e.typeOf(); {
		case et == tUnknown, et == t:
		case t == tUnknown:
			t = et
		case et.category() != t.category():
			refuse(n.Location, "ARRAY types %s and %s cannot be matched", et, t)
		case et.preferred() || !t.preferred():
			t = et
		}
	}
	if t == tUnknown {
		t = tText
	}
	for i, e := range elements {
		elements[i] = c.typed(e, t)
	}
	for _, e := range elements {
		if e.typ != t && !implicitCasts[[2]string{e.typ.String(), t.String()}] {
			refuse(e.location, "%s cannot be matched to %s", e.typ, t)
		}
	}
	return fn("array", arrayOf(t), n.Location, elements...)
}

// indirection checks a[1] and a[1:2].
func (c *checker) indirection(n *ast.A_Indirection) *node {
	arg := c.expr(n.Arg)
	t, args := arg.typ.elem(), []*node{arg}
	for _, i := range n.Indirection {
		x, ok := i.(*ast.A_Indices)
		if !ok {
			unsupported(n)
		}
		if x.IsSlice {
			t = arg.typ
		}
		for _, bound := range []ast.Node{x.Lidx, x.Uidx} {
			if bound != nil {
				args = append(args, c.subscript(c.expr(bound)))
			}
		}
	}
	if !arg.typeOf().array {
		unsupported(n)
	}
	return fn("subscript", t, arg.location, args...)
}

func (c *checker) subscript(n *node) *node {
	n = c.typed(n, tInt8)
	switch n.typ.name {
	case "numeric", "float4", "float8":
		if !n.typ.array {
			return n // rounded
		}
	}
	if !implicitlyCastable(n.typ, tInt8) {
		refuse(n.location, "%s cannot be matched to int8", n.typ)
	}
	return n
}
