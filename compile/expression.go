package compile

import (
	"slices"

	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// This file analyses the expressions of objects that are not relations, and
// records what they need.

// parameterDefault analyses a parameter's default value.
func (s *Session) parameterDefault(raw ast.Node, typ pg.OID) query.Expr {
	return analyze.New(s.catalog).FunctionDefault(raw, typ)
}

// cookTypeDefault analyses a domain's default value.
func (s *Session) cookTypeDefault(raw ast.Node, typ pg.OID, typmod int32, name string) query.Expr {
	return analyze.New(s.catalog).Default(raw, typ, typmod, name, false)
}

// domainCheck analyses a domain's CHECK.
func (s *Session) domainCheck(t *catalog.Type, raw ast.Node) query.Expr {
	return analyze.New(s.catalog).DomainCheck(raw, t.BaseType, t.Typmod, s.catalog.Type(t.BaseType).Collation)
}

// triggerWhen analyses a trigger's condition.
func (s *Session) triggerWhen(raw ast.Node, t *catalog.Trigger, r *catalog.Relation) query.Expr {
	e := analyze.New(s.catalog).Where(raw, analyze.KindTriggerWhen, "WHEN", analyze.OldNew(r, true, true)...)
	checkWhenVars(e, t, r)
	return e
}

// policyExpr analyses USING or WITH CHECK; nil for none.
func (s *Session) policyExpr(raw ast.Node, r *catalog.Relation) query.Expr {
	if raw == nil {
		return nil
	}
	return analyze.New(s.catalog).Where(raw, analyze.KindPolicy, "POLICY", analyze.Table(r)...)
}

// publicationFilter analyses the WHERE of a published table.
func (s *Session) publicationFilter(raw ast.Node, r *catalog.Relation) query.Expr {
	return analyze.New(s.catalog).Where(raw, analyze.KindWhere, "PUBLICATION WHERE", analyze.Table(r)...)
}

// needs records that an object needs what an expression refers to. rels are
// the relations that Vars of varno 1, 2, … mean.
func (s *Session) needs(a catalog.Address, e query.Expr, rels ...pg.OID) {
	for _, ref := range analyze.References(s.catalog, e, rels...) {
		s.catalog.Depend(a, ref, catalog.DependNormal)
	}
}

// needsQuery is needs for a query.
func (s *Session) needsQuery(a catalog.Address, q *query.Query) {
	for _, ref := range analyze.QueryReferences(s.catalog, q) {
		s.catalog.Depend(a, ref, catalog.DependNormal)
	}
}

// needsNoMore removes what needs recorded.
func (s *Session) needsNoMore(a catalog.Address, e query.Expr) {
	refs := analyze.References(s.catalog, e)
	s.catalog.Undepend(a, func(d catalog.Dependency) bool {
		return d.Kind == catalog.DependNormal && slices.Contains(refs, d.Referenced)
	})
}
