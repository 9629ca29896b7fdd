package compile

import (
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/query"
)

// Queries and DML do not change the schema, but what is wrong with them is
// told: names, types, targets.

// selectStmt interprets SELECT; with INTO it makes a table.
func (s *Session) selectStmt(n *ast.SelectStmt) {
	if n.IntoClause == nil {
		s.runQuery(n)
		return
	}
	into := n.IntoClause
	plain := *n
	plain.IntoClause = nil
	s.createTableFrom(&ast.CreateTableAsStmt{Query: &plain, Into: into, Objtype: ast.OBJECT_TABLE, IsSelectInto: true})
}

// checkQuery analyses a query or DML statement and refuses what the rewriter
// would.
func (s *Session) checkQuery(n ast.Node) *query.Query {
	a := s.analyzer()
	q := a.Query(n)
	a.Rewrite(q)
	return q
}

// checkUtilityQuery checks what EXPLAIN, PREPARE, DECLARE or COPY hold.
func (s *Session) checkUtilityQuery(n ast.Node) {
	switch n := n.(type) {
	case *ast.SelectStmt, *ast.InsertStmt, *ast.UpdateStmt, *ast.DeleteStmt, *ast.MergeStmt:
		s.checkQuery(n)
	case *ast.CreateTableAsStmt:
		s.checkUtilityQuery(n.Query)
	case *ast.ExecuteStmt:
		s.preparedStatement(n.Name)
	}
}
