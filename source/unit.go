package source

import "github.com/electric-cli/electric/parser"

// A Unit is what a server runs of a migration as one: a transaction, or a
// statement that refuses to be in one. How a migration falls into units is found
// by running it; see package compile.
type Unit struct {
	File       *File
	Start      int // byte offset into File.Text, where it begins
	Statements []*parser.Statement
	Alone      bool // it is one statement, which refuses a transaction block
	Client     bool // clients get it
}
