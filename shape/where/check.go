package where

import (
	"fmt"
	"reflect"

	"github.com/electric-cli/electric/parser/ast"
)

// A node is what the checker makes of a part of the tree: its type, and as
// much of its form as later rules and messages ask for.
type node struct {
	kind     nodeKind
	typ      etype
	location int     // as messages tell it
	name     string  // of a function or operator, of a column
	args     []*node // of and, or, not; a row's fields
	value    any     // of a constant: nil, bool, int64, float64, string or computed
	param    int     // the $n that a constant was; 0: none
	folds    bool    // nothing in it depends on the row
	link     *selected
}

type nodeKind byte

const (
	constant nodeKind = iota
	untyped           // a literal or $n whose type its use decides
	reference
	function
	row
)

// computed stands for the value of a constant that was worked out.
type computed struct{}

// typeOf gives the type that overloads see.
func (n *node) typeOf() etype {
	if n.kind == untyped {
		return tUnknown
	}
	return n.typ
}

// A checker checks one clause. It stops at the first mistake, by raising it.
type checker struct {
	table    *Table
	options  Options
	params   map[int]string
	resolved map[int]*node              // $n's by number, once their type is settled
	links    map[*ast.SubLink]*selected // the SELECTs of its subqueries
}

func newChecker(t *Table, params map[int]string, o Options) *checker {
	return &checker{table: t, options: o, params: params, resolved: map[int]*node{}, links: map[*ast.SubLink]*selected{}}
}

// raise ends the check.
func raise(e *Error) { panic(e) }

// refuse ends the check with a message at a place.
func refuse(location int, format string, args ...any) { raise(at(location, format, args...)) }

// caught runs f and gives what it raised.
func caught(f func()) (err *Error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *Error:
			err = r
		default:
			panic(r)
		}
	}()
	f()
	return nil
}

// check checks a whole clause: subqueries first, then the parameters' numbers,
// then the clause itself.
func (c *checker) check(tree ast.Node) (root *node, err *Error) {
	err = caught(func() {
		if size(tree) > maxNodes {
			raise(plain("WHERE clause is too complex"))
		}
		c.subqueries(tree)
		if err := checkParams(c.params); err != nil {
			raise(err)
		}
		root = c.expr(tree)
		if root.kind == untyped && root.value == nil || root.typeOf() != tBool {
			raise(plain("WHERE clause must return a boolean"))
		}
	})
	return root, err
}

// expr checks an expression and notes the types its parameters got.
func (c *checker) expr(n ast.Node) *node {
	switch n := n.(type) {
	case *ast.A_Const:
		return literal(n)
	case *ast.ParamRef:
		return c.param(n)
	case *ast.ColumnRef:
		return c.columnRef(n)
	case *ast.TypeCast:
		return c.typeCast(n)
	case *ast.BoolExpr:
		return c.boolExpr(n)
	case *ast.A_Expr:
		return c.operation(n)
	case *ast.FuncCall:
		return c.funcCall(n)
	case *ast.CoalesceExpr:
		return c.call("coalesce", c.list(n.Args), n.Location)
	case *ast.MinMaxExpr:
		name := "least"
		if n.Op == ast.IS_GREATEST {
			name = "greatest"
		}
		return c.call(name, c.list(n.Args), n.Location)
	case *ast.NullTest:
		return c.nullTest(n)
	case *ast.BooleanTest:
		return c.booleanTest(n)
	case *ast.A_ArrayExpr:
		return c.array(n)
	case *ast.A_Indirection:
		return c.indirection(n)
	case *ast.RowExpr:
		return c.rowExpr(n)
	case *ast.SubLink:
		return c.subLink(n)
	}
	unsupported(n)
	return nil
}

func (c *checker) list(nodes []ast.Node) []*node {
	out := make([]*node, len(nodes))
	for i, n := range nodes {
		out[i] = c.expr(n)
	}
	return out
}

// unsupported refuses what the grammar has and the catalogue has not.
func unsupported(n ast.Node) {
	refuse(locationOf(n), "%s is not supported in this context", n.Tag())
}

// locationOf gives a node's own place, 0 for those without one.
func locationOf(n ast.Node) int {
	if f := reflect.ValueOf(n).Elem().FieldByName("Location"); f.IsValid() && f.Kind() == reflect.Int {
		return int(f.Int())
	}
	return 0
}

func (c *checker) columnRef(n *ast.ColumnRef) *node {
	for _, f := range n.Fields {
		if _, ok := f.(*ast.String); !ok {
			unsupported(f)
		}
	}
	path := ast.Strings(n.Fields)
	if len(path) == 1 {
		if i := c.options.column(c.table, path[0]); i >= 0 {
			return &node{kind: reference, typ: columnType(c.table.Columns[i].Type), name: path[0], location: n.Location}
		}
	}
	refuse(n.Location, "unknown reference %s", identifier(path))
	return nil
}

func (c *checker) boolExpr(n *ast.BoolExpr) *node {
	args := c.list(n.Args)
	for i, arg := range args {
		args[i] = c.typed(arg, tBool)
	}
	for _, arg := range args {
		if arg.typ != tBool {
			refuse(arg.location, "%s is not castable to bool", arg.describe())
		}
	}
	name := map[ast.BoolExprType]string{ast.AND_EXPR: "and", ast.OR_EXPR: "or", ast.NOT_EXPR: "not"}[n.Boolop]
	return fn(name, tBool, n.Location, args...)
}

// describe names a node in a message about its type.
func (n *node) describe() string {
	switch n.kind {
	case reference:
		return fmt.Sprintf("reference %s of type %s", identifier([]string{n.name}), n.typ)
	case function:
		return fmt.Sprintf("function %s returning %s", n.name, n.typ)
	}
	return "a constant of type " + n.typ.String()
}

// fn makes the node of a function's call.
func fn(name string, t etype, location int, args ...*node) *node {
	out := &node{kind: function, typ: t, name: name, location: location, args: args, folds: true}
	for _, arg := range args {
		out.folds = out.folds && arg.folds
	}
	return out
}

func (c *checker) nullTest(n *ast.NullTest) *node {
	return fn("null test", tBool, n.Location, c.inferred(c.expr(n.Arg)))
}

// inferred takes a literal whose type nothing decides as text.
func (c *checker) inferred(n *node) *node {
	if n.kind != untyped {
		return n
	}
	out := *n
	out.kind, out.typ = constant, tText
	if n.value == nil {
		out.typ = tUnknown
	}
	c.settle(&out)
	return &out
}

// booleanTests are the words of IS TRUE and its like.
var booleanTests = map[ast.BoolTestType]string{
	ast.IS_TRUE: "IS TRUE", ast.IS_NOT_TRUE: "IS NOT TRUE", ast.IS_FALSE: "IS FALSE",
	ast.IS_NOT_FALSE: "IS NOT FALSE", ast.IS_UNKNOWN: "IS UNKNOWN", ast.IS_NOT_UNKNOWN: "IS NOT UNKNOWN",
}

func (c *checker) booleanTest(n *ast.BooleanTest) *node {
	arg := c.typed(c.expr(n.Arg), tBool)
	if arg.typ != tBool {
		refuse(n.Location, "argument of %s must be bool, not %s", booleanTests[n.Booltesttype], arg.typ)
	}
	return fn(booleanTests[n.Booltesttype], tBool, n.Location, arg)
}

func (c *checker) rowExpr(n *ast.RowExpr) *node {
	args := c.list(n.Args)
	types := make([]etype, len(args))
	for i, arg := range args {
		if arg.kind == untyped {
			unsupported(n)
		}
		types[i] = arg.typ
	}
	out := fn("row", rowOf(types), n.Location, args...)
	out.kind = row
	return out
}
