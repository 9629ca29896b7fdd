package compile

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// comment interprets COMMENT ON, as CommentObject does.
func (s *Session) comment(n *ast.CommentStmt) {
	if n.Objtype == ast.OBJECT_DATABASE {
		s.commentOnDatabase(nodeText(n.Object))
		return
	}
	o := s.objectNamed(n.Objtype, n.Object, false)
	s.checkNamed(o)
	if n.Objtype == ast.OBJECT_COLUMN {
		switch o.relation.Kind {
		case catalog.Table, catalog.View, catalog.MaterializedView, catalog.CompositeType, catalog.ForeignTable, catalog.PartitionedTable:
		default:
			notSupportedFor(o.relation, `cannot set comment on relation "%s"`)
		}
	}
	s.catalog.SetComment(o.address, n.Comment)
	s.changed("comment on %s", s.describe(o.address))
}

// commentOnDatabase checks a comment that no schema shows.
func (s *Session) commentOnDatabase(name string) {
	if name != databaseName && !s.AnyDatabase {
		s.warning("3D000", `database "%s" does not exist`, name)
		return
	}
	if !s.superuser() {
		s.notOwner(ast.OBJECT_DATABASE, name)
	}
}

// securityLabel interprets SECURITY LABEL: a server without label providers
// refuses it.
func (s *Session) securityLabel(n *ast.SecLabelStmt) {
	if n.Provider != "" {
		pgerr.New("22023", pgerr.NoPosition, `security label provider "%s" is not loaded`, n.Provider).AsUndecided().Raise()
	}
	pgerr.New("22023", pgerr.NoPosition, "no security label providers have been loaded").AsUndecided().Raise()
}
