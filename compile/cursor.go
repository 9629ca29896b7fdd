package compile

import "github.com/electric-cli/electric/parser/ast"

// A cursor is an open portal: only that it is there matters.
type cursor struct {
	hold  bool
	query ast.Node
}

// closeCursors closes the cursors that end with the transaction.
func (s *Session) closeCursors() {
	if s.execution.interp != nil {
		s.execution.interp.ClosePortals("")
	}
	for name, c := range s.cursors {
		if !c.hold {
			delete(s.cursors, name)
		}
	}
}
