package compile

import "github.com/electric-cli/electric/parser/ast"

// A statement says how one kind of statement is run.
type statement struct {
	run func(*Session, ast.Node)
	// alone gives the command's name when this statement refuses to run in a
	// transaction block, else "". nil: it never refuses.
	alone func(ast.Node) string
	// readOnly says that a read-only transaction allows it.
	readOnly bool
}

// on adapts a function of one node type to the tables of statements.
func on[N ast.Node](f func(*Session, N)) func(*Session, ast.Node) {
	return func(s *Session, n ast.Node) { f(s, n.(N)) }
}

// alone says that a statement never runs in a transaction block.
func alone(command string) func(ast.Node) string {
	return func(ast.Node) string { return command }
}

// relationStatements are the statements about transactions, settings, queries
// and relations; objectStatements (objects.go) are all the others.
var relationStatements map[string]statement

func init() {
	relationStatements = map[string]statement{
		"TransactionStmt":  {run: on((*Session).transactionStmt), readOnly: true},
		"VariableSetStmt":  {run: on((*Session).variableSet), readOnly: true},
		"VariableShowStmt": {run: on((*Session).variableShow), readOnly: true},
	}
}
