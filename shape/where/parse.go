package where

import (
	"fmt"
	"unicode/utf8"

	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// prefix makes a clause a statement. Electric's locations count it.
const prefix = "SELECT 1 WHERE "

// parseClause gives the tree of a clause. Its locations are bytes of the text
// with the prefix.
func parseClause(clause string) (ast.Node, *Error) {
	stmt, message := parseSelect(prefix+clause, `unescaped ";" causing statement split`)
	if message != "" {
		return nil, plain(message)
	}
	where := stmt.WhereClause
	stmt.WhereClause = nil
	if hasClauses(stmt) || len(stmt.FromClause) > 0 {
		return nil, plain("malformed query ending with SQL clauses")
	}
	return where, nil
}

// parseSelect parses a text that must be one SELECT of one constant. split is
// the message for any other text.
func parseSelect(text, split string) (*ast.SelectStmt, string) {
	if len(text) > maxText {
		return nil, fmt.Sprintf("query of %d bytes is bigger than maximum size of %d bytes", len(text), maxText)
	}
	node, err := parser.Parse(text)
	if err != nil {
		return nil, syntaxError(text, err, split)
	}
	stmt, ok := node.(*ast.SelectStmt)
	if !ok {
		return nil, split
	}
	return stmt, ""
}

// syntaxError words the grammar's error. Its location counts characters.
func syntaxError(text string, err *pgerr.Error, split string) string {
	switch {
	case err.Position != pgerr.NoPosition:
		return fmt.Sprintf("At location %d: %s", utf8.RuneCountInString(text[:err.Position]), err.Message)
	case err.Message == "cannot insert multiple commands into a prepared statement":
		return split
	}
	return err.Message
}

// hasClauses says whether a SELECT has more than a target list, FROM and WHERE.
func hasClauses(s *ast.SelectStmt) bool {
	return len(s.DistinctClause) > 0 || s.IntoClause != nil || len(s.GroupClause) > 0 || s.HavingClause != nil ||
		len(s.WindowClause) > 0 || len(s.ValuesLists) > 0 || len(s.SortClause) > 0 || s.LimitOffset != nil ||
		s.LimitCount != nil || len(s.LockingClause) > 0 || s.WithClause != nil || s.Larg != nil
}
