// Package ast holds PostgreSQL's raw parse tree as plain Go structs: what its
// grammar says of a statement before any name is looked up. Types and fields
// have PostgreSQL's names (src/include/nodes/parsenodes.h, primnodes.h).
//
// nodes.go, enums.go, decode_gen.go and walk.go are generated; the file
// generate.go says from what. Locations are 0-based byte offsets into the text
// that was parsed. The package imports nothing of ours.
package ast

//go:generate go run generate.go

// A Node is any node of a parse tree: always a pointer to one of this
// package's structs.
type Node interface {
	Tag() string
	node()
}

// List is a parenthesised list that the grammar kept as one node.
type List struct{ Items []Node }

// A_Const is a literal. Val is *Integer, *Float, *Boolean, *String or
// *BitString, and nil when Isnull.
type A_Const struct {
	Val      Node
	Isnull   bool
	Location int
}

type (
	// Integer is an integer that fits into 32 bits.
	Integer struct{ Ival int }
	// Float is any other number, as it was written.
	Float struct{ Fval string }
	// Boolean is TRUE or FALSE.
	Boolean struct{ Boolval bool }
	// String is a string literal or a name.
	String struct{ Sval string }
	// BitString is a bit string: 'b' or 'x' and the digits.
	BitString struct{ Bsval string }
)

func (*List) node()      {}
func (*A_Const) node()   {}
func (*Integer) node()   {}
func (*Float) node()     {}
func (*Boolean) node()   {}
func (*String) node()    {}
func (*BitString) node() {}

// Tag gives the node's name in PostgreSQL.
func (*List) Tag() string { return "List" }

// Tag gives the node's name in PostgreSQL.
func (*A_Const) Tag() string { return "A_Const" }

// Tag gives the node's name in PostgreSQL.
func (*Integer) Tag() string { return "Integer" }

// Tag gives the node's name in PostgreSQL.
func (*Float) Tag() string { return "Float" }

// Tag gives the node's name in PostgreSQL.
func (*Boolean) Tag() string { return "Boolean" }

// Tag gives the node's name in PostgreSQL.
func (*String) Tag() string { return "String" }

// Tag gives the node's name in PostgreSQL.
func (*BitString) Tag() string { return "BitString" }

// Walk calls visit for n and everything below it, parents first. When visit
// returns false, that node's children are left out.
func Walk(n Node, visit func(Node) bool) {
	if n == nil || !visit(n) {
		return
	}
	children(n, func(c Node) { Walk(c, visit) })
}

// Strings gives the texts of a list of String nodes, such as a qualified name.
// Other nodes in the list (an A_Star, say) are left out.
func Strings(list []Node) []string {
	out := make([]string, 0, len(list))
	for _, n := range list {
		if s, ok := n.(*String); ok {
			out = append(out, s.Sval)
		}
	}
	return out
}
