package where

import (
	"github.com/electric-cli/electric/parser/ast"
)

// typed gives an untyped literal the type that its use asks for. Other nodes
// stay as they are.
func (c *checker) typed(n *node, t etype) *node {
	if n.kind != untyped {
		return n
	}
	out := *n
	out.kind, out.typ = constant, t
	if text, ok := n.value.(string); ok {
		value, ok := c.read(text, t)
		if !ok {
			refuse(n.location, "invalid syntax for type %s: %s", t, text)
		}
		out.value = value
	}
	c.settle(&out)
	return &out
}

// read reads a literal as Electric does.
func (c *checker) read(text string, t etype) (any, bool) {
	elem := t
	if t.array {
		elem = t.elem()
	}
	switch {
	case t.isText():
		return text, true
	case t.enum && !c.options.Subset:
		return nil, false
	case t.enum && !t.array:
		return text, true
	case t.array && (elem.isText() || elem.enum):
		return computed{}, readArray(text, func(string) bool { return true })
	case !reads(elem):
		return nil, false
	case t.array:
		return computed{}, readArray(text, func(s string) bool { _, ok := readers[elem.name](s); return ok })
	}
	return readers[t.name](text)
}

func (c *checker) typeCast(n *ast.TypeCast) *node {
	arg := c.expr(n.Arg)
	target := castTarget(n.TypeName)
	if arg.kind == untyped {
		arg = c.untypedAsText(arg)
	} else if arg.typ == target {
		return arg
	}
	if arg.kind != constant {
		return c.cast(arg, target)
	}
	out := *arg
	out.typ, out.value = target, c.castValue(arg, target)
	c.settle(&out)
	return &out
}

// untypedAsText is inferred for a cast, whose target is what settles a
// parameter.
func (c *checker) untypedAsText(n *node) *node {
	out := *n
	out.kind, out.typ = constant, tText
	if n.value == nil {
		out.typ = tUnknown
	}
	return &out
}

// castTarget reads the name of a cast's type. Modifiers are PostgreSQL's
// affair.
func castTarget(n *ast.TypeName) etype {
	path := ast.Strings(n.Names)
	name := path[len(path)-1]
	if len(path) > 2 || len(path) == 2 && path[0] != "pg_catalog" || !castNames[name] {
		refuse(n.Location, "unsupported type %s", identifier(path))
	}
	for _, mod := range n.Typmods {
		if _, ok := integerOf(mod); !ok {
			refuse(n.Location, "type modifiers must be simple constants")
		}
	}
	return etype{name: name, array: len(n.ArrayBounds) > 0}
}

// cast checks a cast of what is no constant.
func (c *checker) cast(arg *node, target etype) *node {
	if !hasCast(arg.typ, target) {
		refuse(arg.location, "unknown cast from type %s to type %s", arg.typ, target)
	}
	if relabels(arg.typ, target) {
		out := *arg
		out.typ = target
		return &out
	}
	return fn(arg.typ.String()+"_to_"+target.String(), target, arg.location, arg)
}

// relabels says whether a cast leaves the value and its node as they are.
func relabels(from, to etype) bool {
	if from.array && to.array {
		return relabels(from.elem(), to.elem())
	}
	return from.enum && to == tText || implicitlyCastable(from, to) && from != named("date")
}

// hasCast says whether the catalogue has a cast.
func hasCast(from, to etype) bool {
	switch {
	case from != to && implicitlyCastable(from, to), from == tUnknown:
		return true
	case from.array && to.array:
		return hasCast(from.elem(), to.elem())
	case from == tText:
		return to.array && reads(to.elem()) || !to.array && reads(to)
	case to == tText:
		return from.enum || writes(from)
	}
	return from == tBool && to == tInt4 || from == tInt4 && to == tBool
}
