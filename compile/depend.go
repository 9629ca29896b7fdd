package compile

import (
	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// dependOnExpr records what an expression over one relation needs: self is the
// kind of dependency on that relation's columns (recordDependencyOnSingleRelExpr).
func (s *Session) dependOnExpr(me catalog.Address, e query.Expr, relation pg.OID, kind, self catalog.DependKind) {
	for _, a := range analyze.References(s.catalog, e, relation) {
		k := kind
		if a.Class == catalog.ClassRelation && a.OID == relation {
			k = self
		}
		if a != me {
			s.catalog.Depend(me, a, k)
		}
	}
}

// dependOnQuery records what a view or a rule's action needs.
func (s *Session) dependOnQuery(me catalog.Address, q *query.Query) {
	for _, a := range analyze.QueryReferences(s.catalog, q) {
		s.catalog.Depend(me, a, catalog.DependNormal)
	}
}
