package where

import (
	"github.com/electric-cli/electric/parser/ast"
)

// substitute puts typed literals in the places of a tree's parameters, and
// checked SELECTs in those of its subqueries.
func (c *checker) substitute(slot *ast.Node) {
	switch n := (*slot).(type) {
	case *ast.ParamRef:
		*slot = c.literalOf(n)
		return
	case *ast.SubLink:
		n.Subselect = c.links[n].stmt()
	}
	for _, s := range slots(*slot) {
		c.substitute(s)
	}
}

// literalOf writes $n as a literal of the type that it turned out to have.
func (c *checker) literalOf(n *ast.ParamRef) ast.Node {
	t := tText
	if known := c.resolved[n.Number]; known != nil {
		t = known.typ
	}
	name := &ast.TypeName{Typemod: -1, Location: n.Location}
	for _, part := range c.typePath(t) {
		name.Names = append(name.Names, &ast.String{Sval: part})
	}
	if t.array {
		name.ArrayBounds = []ast.Node{&ast.Integer{Ival: -1}}
	}
	text := &ast.A_Const{Val: &ast.String{Sval: c.params[n.Number]}, Location: n.Location}
	return &ast.TypeCast{Arg: text, TypeName: name, Location: n.Location}
}

// typePath gives a type's name, with its schema when a user made it.
func (c *checker) typePath(t etype) []string {
	if t.enum {
		for _, col := range c.table.Columns {
			if columnType(col.Type) == t.elem() && col.Type.Schema != "" {
				return []string{col.Type.Schema, t.name}
			}
		}
	}
	return []string{t.name}
}

// stmt gives the SELECT as a tree, its parameters substituted.
func (s *selected) stmt() *ast.SelectStmt {
	out := &ast.SelectStmt{
		FromClause:  []ast.Node{&ast.RangeVar{Schemaname: s.table.Schema, Relname: s.table.Name, Inh: true, Relpersistence: "p", Location: -1}},
		WhereClause: s.where,
		LimitOption: ast.LIMIT_OPTION_DEFAULT,
		Op:          ast.SETOP_NONE,
	}
	for _, column := range s.columns {
		ref := &ast.ColumnRef{Fields: []ast.Node{&ast.String{Sval: s.table.Columns[column].Name}}, Location: -1}
		out.TargetList = append(out.TargetList, &ast.ResTarget{Val: ref, Location: -1})
	}
	return out
}
