package where

import (
	"fmt"
	"strings"

	"github.com/electric-cli/electric/parser/ast"
)

// literal reads a constant. Electric has no numbers beyond int4 that are
// written without a point: it fails on them.
func literal(n *ast.A_Const) *node {
	known := func(t etype, value any) *node {
		return &node{kind: constant, typ: t, value: value, location: n.Location, folds: true}
	}
	switch v := n.Val.(type) {
	case *ast.String:
		return &node{kind: untyped, value: v.Sval, location: n.Location, folds: true}
	case *ast.Integer:
		return known(tInt4, int64(v.Ival))
	case *ast.Boolean:
		return known(tBool, v.Boolval)
	case *ast.Float:
		f, ok := pointNumber(v.Fval)
		if !ok {
			refuse(n.Location, "number %s is not supported as a literal; %s", v.Fval, numberHint(v.Fval))
		}
		return known(tNumeric, f)
	case *ast.BitString:
		refuse(n.Location, "BitString values are not supported")
	}
	return &node{kind: untyped, location: n.Location, folds: true} // NULL
}

// numberHint says how to write a number that Electric does not read.
func numberHint(digits string) string {
	if strings.Trim(digits, "-0123456789") == "" {
		return "write it as '" + digits + "'::int8, or pass it as a parameter"
	}
	return "write it with a decimal point between digits, or pass it as a parameter"
}

// param gives $n: of unknown type, until one of its uses settled it.
func (c *checker) param(n *ast.ParamRef) *node {
	text, ok := c.params[n.Number]
	if !ok {
		refuse(n.Location, "parameter $%d was not provided", n.Number)
	}
	if known := c.resolved[n.Number]; known != nil {
		return known
	}
	return &node{kind: untyped, value: text, location: n.Location, param: n.Number, folds: true}
}

// settle notes the type of a constant that was $n.
func (c *checker) settle(n *node) {
	if n.param == 0 {
		return
	}
	if known := c.resolved[n.param]; known != nil && known.typ != n.typ {
		raise(plain(fmt.Sprintf("type conflict for $%d: %s and %s", n.param, n.typ, known.typ)))
	}
	known := *n
	known.param = 0
	c.resolved[n.param] = &known
}
