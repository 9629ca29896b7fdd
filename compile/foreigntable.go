package compile

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// createForeignTable interprets CREATE FOREIGN TABLE.
func (s *Session) createForeignTable(n *ast.CreateForeignTableStmt) {
	info := &catalog.ForeignInfo{}
	r := s.createTableAs(n.BaseStmt, catalog.ForeignTable, info)
	if r == nil {
		return
	}
	server, _ := s.catalog.Named(catalog.ClassServer, 0, n.Servername).(*catalog.Generic)
	if server == nil {
		pgerr.Raise("42704", pgerr.NoPosition, "server \"%s\" does not exist", n.Servername)
	}
	s.checkPrivilege(server, aclUsage)
	info.Server, info.Options = server.OID, s.genericOptions(nil, n.Options)
	s.catalog.Depend(r.Address(), server.Address(), catalog.DependNormal)
}
