package compile

import (
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// prepare interprets PREPARE.
func (s *Session) prepare(n *ast.PrepareStmt) {
	if n.Name == "" {
		pgerr.Raise("26000", pgerr.NoPosition, "invalid statement name: must not be empty")
	}
	s.analyzer().Prepare(n)
	if s.prepared[n.Name] != nil {
		pgerr.Raise("42P05", pgerr.NoPosition, "prepared statement \"%s\" already exists", n.Name)
	}
	s.prepared[n.Name] = n
}

// preparedStatement finds a statement that PREPARE made.
func (s *Session) preparedStatement(name string) *ast.PrepareStmt {
	p := s.prepared[name]
	if p == nil {
		pgerr.Raise("26000", pgerr.NoPosition, "prepared statement \"%s\" does not exist", name)
	}
	return p
}

// executePrepared interprets EXECUTE.
func (s *Session) executePrepared(n *ast.ExecuteStmt) {
	p := s.preparedStatement(n.Name)
	_, types := s.analyzer().Prepare(p)
	s.analyzer().Execute(n.Name, n.Params, types)
	if _, ok := p.Query.(*ast.SelectStmt); !ok {
		s.executor().Store().ForgetAll()
	}
}

// deallocate interprets DEALLOCATE.
func (s *Session) deallocate(n *ast.DeallocateStmt) {
	if n.Name == "" {
		clear(s.prepared)
		return
	}
	s.preparedStatement(n.Name)
	delete(s.prepared, n.Name)
}

// The options of DECLARE, as CURSOR_OPT_ in parsenodes.h.
const cursorHold = 0x0020

// declareCursor interprets DECLARE CURSOR.
func (s *Session) declareCursor(n *ast.DeclareCursorStmt) {
	s.checkQuery(n.Query)
	hold := n.Options&cursorHold != 0
	if !hold {
		s.requireTransactionBlock("DECLARE CURSOR")
	}
	if n.Portalname == "" {
		pgerr.Raise("34000", pgerr.NoPosition, "invalid cursor name: must not be empty")
	}
	if _, there := s.cursors[n.Portalname]; there {
		pgerr.Raise("42P03", pgerr.NoPosition, "cursor \"%s\" already exists", n.Portalname)
	}
	s.cursors[n.Portalname] = cursor{hold: hold, query: n.Query}
	s.catalog.OnRollback(func() { delete(s.cursors, n.Portalname) })
}

func (s *Session) requireCursor(name string) {
	if _, there := s.cursors[name]; !there && !s.interpreter().HasPortal(name) {
		pgerr.Raise("34000", pgerr.NoPosition, "cursor \"%s\" does not exist", name)
	}
}

// fetch interprets FETCH and MOVE.
func (s *Session) fetch(n *ast.FetchStmt) { s.requireCursor(n.Portalname) }

// closeCursor interprets CLOSE.
func (s *Session) closeCursor(n *ast.ClosePortalStmt) {
	defer s.interpreter().ClosePortals(n.Portalname)
	if n.Portalname == "" {
		clear(s.cursors)
		return
	}
	s.requireCursor(n.Portalname)
	delete(s.cursors, n.Portalname)
}
