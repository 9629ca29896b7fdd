package plpgsql

import (
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// An Expr is SQL text in a body. Its names are looked up only when it is run:
// Scope holds the variables it can see.
type Expr struct {
	Text   string
	Offset int // of Text in the body
	Mode   ExprMode
	Scope  *Scope

	stmt  *parser.Statement // the text as a statement of its own
	shift int               // what to add to a position in stmt.Text to have it in the body
	what  byte              // e expression, t type name, q query
}

// Node gives the tree: of an Expression, that of SELECT Text. Locations in it
// are made positions in the body by adding Shift.
func (e *Expr) Node() (ast.Node, *pgerr.Error) { return e.stmt.Node() }

// SQL gives the statement whose tree Node gives.
func (e *Expr) SQL() string { return e.stmt.Text }

// Shift is the difference between a position in SQL and that in the body.
func (e *Expr) Shift() int { return e.shift }
