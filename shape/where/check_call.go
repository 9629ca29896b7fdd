package where

import (
	"strings"
	"unicode"

	"github.com/electric-cli/electric/parser/ast"
)

func (c *checker) funcCall(n *ast.FuncCall) *node {
	args := c.list(n.Args)
	switch {
	case len(n.AggOrder) > 0, n.AggFilter != nil, n.Over != nil, n.AggWithinGroup, n.AggStar, n.AggDistinct:
		refuse(n.Location, "aggregation is not supported in this context")
	case n.FuncVariadic:
		refuse(n.Location, "explicit VARIADIC function calls are not currently supported")
	}
	return c.call(identifier(ast.Strings(n.Funcname)), args, n.Location)
}

func (c *checker) call(name string, args []*node, location int) *node {
	choices := expanded(name, len(args))
	if len(choices) == 0 {
		refuse(location, "unknown or unsupported function %s/%d", name, len(args))
	}
	o, ok := pick(choices, typesOf(args))
	if !ok {
		names := make([]string, len(args))
		for i, t := range typesOf(args) {
			names[i] = t.String()
		}
		refuse(location, "Could not select a function overload for %s(%s)", name, strings.Join(names, ", "))
	}
	return c.apply(name, o, args)
}

// identifier writes a name as messages do: quoted where it is not lower case,
// and without pg_catalog.
func identifier(path []string) string {
	if len(path) == 2 && path[0] == "pg_catalog" {
		path = path[1:]
	}
	parts := make([]string, len(path))
	for i, p := range path {
		parts[i] = p
		if !isPlain(p) {
			parts[i] = `"` + strings.ReplaceAll(p, `"`, `""`) + `"`
		}
	}
	return strings.Join(parts, ".")
}

// isPlain says whether a name is lower-case letters, digits and underscores.
func isPlain(name string) bool {
	for i, r := range name {
		if r != '_' && !unicode.IsLower(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return name != ""
}

// unquoted takes the quotes of an operator's name off.
func unquoted(op string) string { return strings.Trim(op, `"`) }
