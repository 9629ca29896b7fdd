package shadow

import (
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/electric-cli/electric/compile"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// electric runs a statement of Electric before 1.0: no server knows it.
func (b *backend) electric(e *parser.ElectricStmt) *pgerr.Error {
	if e.Kind != parser.ElectricEnable {
		return compile.RefuseElectric(e)
	}
	table := pgx.Identifier(e.Table).Sanitize()
	return refusal(b.guarded(func() *pgconn.PgError { return b.send("SELECT FROM "+table+" LIMIT 0", nil) }), "")
}

// control gives how to run a statement about savepoints, or about the
// transaction itself: the savepoint that is put around others would be in its
// way. ok is false for any other statement, and for one that will be refused.
func (b *backend) control(st *parser.Statement) (run func() *pgconn.PgError, ok bool) {
	if !b.InTransaction() {
		return nil, false
	}
	node, err := st.Node()
	if err != nil {
		return nil, false
	}
	n, is := node.(*ast.TransactionStmt)
	if !is {
		return nil, false
	}
	at := lastIndex(b.savepoints, n.SavepointName)
	left := b.savepoints
	switch {
	case n.Kind == ast.TRANS_STMT_SAVEPOINT:
		left = append(left, n.SavepointName)
	case n.Kind == ast.TRANS_STMT_RELEASE && at >= 0:
		left = left[:at]
	case n.Kind == ast.TRANS_STMT_ROLLBACK_TO && at >= 0:
		left = left[:at+1]
	case n.Kind == ast.TRANS_STMT_RELEASE, n.Kind == ast.TRANS_STMT_ROLLBACK_TO:
		return nil, false
	}
	return func() *pgconn.PgError {
		e := b.send(st.Text, nil)
		if e == nil {
			b.savepoints = left
		}
		return e
	}, true
}

func lastIndex(list []string, name string) int {
	for i, s := range slices.Backward(list) {
		if s == name {
			return i
		}
	}
	return -1
}

func readsStdin(st *parser.Statement) bool {
	if !begins(st.Text, "COPY") {
		return false
	}
	node, err := st.Node()
	if err != nil {
		return false
	}
	n, ok := node.(*ast.CopyStmt)
	return ok && n.IsFrom && n.Filename == "" && !n.IsProgram
}

func begins(text, word string) bool {
	return len(text) >= len(word) && strings.EqualFold(text[:len(word)], word)
}

// hereInstead writes the scratch database's name in place of the ones that a
// statement about databases names: a migration that says GRANT … ON DATABASE app
// means the database it runs on. ok is false for any other statement.
func hereInstead(st *parser.Statement, database string) (text string, ok bool) {
	node, err := st.Node()
	if err != nil || !aboutDatabase(node) {
		return "", false
	}
	var out strings.Builder
	lex := parser.Lexer{Text: st.Text}
	last, expected, named := 0, false, false // whether a name comes next, or came last
	for t := lex.Next(); t.Kind != parser.EOF; t = lex.Next() {
		if expected {
			out.WriteString(st.Text[last:t.Start])
			out.WriteString(pgx.Identifier{database}.Sanitize())
			last = t.End
		}
		expected, named = lex.Is(t, "database") && !expected || named && lex.Source(t) == ",", expected
	}
	return out.String() + st.Text[last:], true
}

// aboutDatabase reports whether a statement changes something of databases that
// it names.
func aboutDatabase(node ast.Node) bool {
	switch n := node.(type) {
	case *ast.AlterDatabaseStmt, *ast.AlterDatabaseSetStmt, *ast.AlterDatabaseRefreshCollStmt:
		return true
	case *ast.AlterRoleSetStmt:
		return n.Database != ""
	case *ast.GrantStmt:
		return n.Objtype == ast.OBJECT_DATABASE
	case *ast.CommentStmt:
		return n.Objtype == ast.OBJECT_DATABASE
	case *ast.AlterOwnerStmt:
		return n.ObjectType == ast.OBJECT_DATABASE
	case *ast.SecLabelStmt:
		return n.Objtype == ast.OBJECT_DATABASE
	}
	return false
}
