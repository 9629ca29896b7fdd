package compile

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// createDomain interprets CREATE DOMAIN, as DefineDomain does.
func (s *Session) createDomain(n *ast.CreateDomainStmt) {
	namespace, name := s.createIn(n.Domainname)
	s.claimFullTypeName(namespace, name)
	baseOID, typmod := s.typeID(n.TypeName)
	base := s.catalog.Type(baseOID)
	if base.Kind == 'p' {
		pgerr.Raise("42804", pgerr.NoPosition, `"%s" is not a valid base type for a domain`, s.typeNameText(n.TypeName))
	}
	s.checkTypeUsage(base.OID)
	t := s.newType(namespace, name, 'd', base.Category)
	t.BaseType, t.Typmod, t.NDims = baseOID, typmod, len(n.TypeName.ArrayBounds)
	t.Len, t.ByVal, t.Align, t.Storage, t.Delim = base.Len, base.ByVal, base.Align, base.Storage, base.Delim
	t.Input, t.Output, t.Collation = "domain_in", base.Output, s.columnCollation(n.CollClause, baseOID)
	t.Default, t.DefaultText = base.Default, base.DefaultText
	s.domainConstraints(t, n.Constraints)
	t = s.addType(t, nil)
	s.catalog.Depend(t.Address(), base.Address(), catalog.DependNormal)
	if t.Collation != 0 && t.Collation != base.Collation {
		s.catalog.Depend(t.Address(), catalog.Address{Class: catalog.ClassCollation, OID: t.Collation}, catalog.DependNormal)
	}
	if t.Default != nil {
		s.needs(t.Address(), t.Default)
	}
	for _, node := range n.Constraints {
		if con := node.(*ast.Constraint); con.Contype == ast.CONSTR_CHECK {
			s.addDomainConstraint(t, con)
		}
	}
	s.changed("create domain %s", s.catalog.QualifiedName(t))
}

// domainConstraints applies DEFAULT and NOT NULL, and refuses what domains
// cannot have.
func (s *Session) domainConstraints(t *catalog.Type, list []ast.Node) {
	sawDefault, sawNull := false, false
	for _, node := range list {
		con := node.(*ast.Constraint)
		switch con.Contype {
		case ast.CONSTR_DEFAULT:
			if sawDefault {
				pgerr.Raise("42601", pgerr.NoPosition, "multiple default expressions")
			}
			sawDefault = true
			t.Default, t.DefaultText = s.domainDefault(t, con.RawExpr), ""
		case ast.CONSTR_NOTNULL, ast.CONSTR_NULL:
			notNull := con.Contype == ast.CONSTR_NOTNULL
			if sawNull && t.NotNull != notNull {
				pgerr.Raise("42601", pgerr.NoPosition, "conflicting NULL/NOT NULL constraints")
			}
			t.NotNull, sawNull = notNull, true
		case ast.CONSTR_CHECK:
			if con.IsNoInherit {
				pgerr.Raise("42P17", pgerr.NoPosition, "check constraints for domains cannot be marked NO INHERIT")
			}
		default:
			refuseDomainConstraint(con)
		}
	}
}

// refusedDomainConstraints are the constraints that domains cannot have.
var refusedDomainConstraints = map[ast.ConstrType]string{
	ast.CONSTR_UNIQUE: "unique", ast.CONSTR_PRIMARY: "primary key", ast.CONSTR_EXCLUSION: "exclusion", ast.CONSTR_FOREIGN: "foreign key",
}

func refuseDomainConstraint(con *ast.Constraint) {
	if what := refusedDomainConstraints[con.Contype]; what != "" {
		pgerr.Raise("42601", pgerr.NoPosition, "%s constraints not possible for domains", what)
	}
	switch con.Contype {
	case ast.CONSTR_ATTR_DEFERRABLE, ast.CONSTR_ATTR_NOT_DEFERRABLE, ast.CONSTR_ATTR_DEFERRED, ast.CONSTR_ATTR_IMMEDIATE:
		pgerr.Raise("0A000", pgerr.NoPosition, "specifying constraint deferrability not supported for domains")
	}
	pgerr.Raise("XX000", pgerr.NoPosition, "unrecognized constraint subtype: %d", con.Contype)
}

// domainDefault analyses a default; NULL is none.
func (s *Session) domainDefault(t *catalog.Type, raw ast.Node) query.Expr {
	if raw == nil {
		return nil
	}
	e := s.cookTypeDefault(raw, t.BaseType, t.Typmod, t.Name)
	if c, ok := e.(*query.Const); ok && c.IsNull {
		return nil
	}
	return e
}

// addDomainConstraint adds a CHECK to a domain (domainAddConstraint).
func (s *Session) addDomainConstraint(t *catalog.Type, n *ast.Constraint) {
	name := n.Conname
	if name == "" {
		name = s.chooseConstraintName(t.Name, "", "check", t.Namespace, nil)
	} else if domainConstraint(t, name) != nil {
		pgerr.Raise("42710", pgerr.NoPosition, `constraint "%s" for domain "%s" already exists`, name, t.Name)
	}
	con := &catalog.Constraint{Header: catalog.Header{Name: name, Namespace: t.Namespace}, Kind: 'c', Type: t.OID,
		Validated: !n.SkipValidation, IsLocal: true, Check: s.domainCheck(t, n.RawExpr)}
	s.catalog.Touch(t)
	s.catalog.Add(con)
	t.Constraints = append(slices.Clone(t.Constraints), con)
	s.catalog.Depend(con.Address(), t.Address(), catalog.DependAuto)
	s.needs(con.Address(), con.Check)
}

func domainConstraint(t *catalog.Type, name string) *catalog.Constraint {
	for _, con := range t.Constraints {
		if con.Name == name {
			return con
		}
	}
	return nil
}

// alterDomain interprets ALTER DOMAIN; Subtype says what it alters.
func (s *Session) alterDomain(n *ast.AlterDomainStmt) {
	t := s.typeNamed(n.TypeName)
	if t.Kind != 'd' {
		pgerr.Raise("42809", pgerr.NoPosition, "%s is not a domain", s.formatType(t.OID))
	}
	s.checkOwner(t)
	switch n.Subtype {
	case "T":
		s.alterDomainDefault(t, n.Def)
	case "N", "O":
		if t.NotNull == (n.Subtype == "O") {
			return
		}
		if !t.NotNull {
			s.refuseContainers(t)
			s.verifyDomain(t, nil)
		}
		s.catalog.Touch(t)
		t.NotNull = n.Subtype == "O"
	case "C":
		s.alterDomainAdd(t, n.Def.(*ast.Constraint))
	case "X":
		s.alterDomainDrop(t, n)
	case "V":
		s.alterDomainValidate(t, n)
	}
	s.changed("alter domain %s", s.catalog.QualifiedName(t))
}

func (s *Session) alterDomainDefault(t *catalog.Type, raw ast.Node) {
	e := s.domainDefault(t, raw)
	s.catalog.Touch(t)
	if t.Default != nil {
		s.needsNoMore(t.Address(), t.Default)
	}
	t.Default, t.DefaultText = e, ""
	if e != nil {
		s.needs(t.Address(), e)
	}
}

func (s *Session) alterDomainAdd(t *catalog.Type, con *ast.Constraint) {
	if con.Contype != ast.CONSTR_CHECK {
		refuseDomainConstraint(con)
	}
	s.addDomainConstraint(t, con)
	if !con.SkipValidation {
		s.refuseContainers(t)
		s.verifyDomain(t, t.Constraints[len(t.Constraints)-1])
	}
}

// verifyDomain checks the values that are known of a domain against a new
// constraint, nil for NOT NULL.
func (s *Session) verifyDomain(t *catalog.Type, con *catalog.Constraint) {
	if s.execution.executor != nil {
		s.executor().VerifyDomain(t.OID, con)
	}
}

// refuseContainers refuses a stricter domain when columns hold its values inside
// of other types, where they are not looked for (get_rels_with_domain).
func (s *Session) refuseContainers(t *catalog.Type) {
	refuse := func(user *catalog.Relation, column string) {
		pgerr.Raise("0A000", pgerr.NoPosition, "cannot alter type \"%s\" because column \"%s.%s\" uses it", s.formatType(t.OID), user.Name, column)
	}
	s.eachContainer(t.OID, func(container pg.OID) { s.refuseTypeUse(container, refuse, 0) })
}

// eachContainer calls f for the types that have a domain, or a domain over it,
// as an element or a field.
func (s *Session) eachContainer(domain pg.OID, f func(container pg.OID)) {
	for _, d := range s.catalog.Dependents(catalog.Address{Class: catalog.ClassType, OID: domain}) {
		switch d.Dependent.Class {
		case catalog.ClassType:
			if t := s.catalog.Type(d.Dependent.OID); t != nil && t.Kind == 'd' {
				s.eachContainer(t.OID, f)
				continue
			}
			f(d.Dependent.OID)
		case catalog.ClassRelation:
			if r := s.catalog.Relation(d.Dependent.OID); r != nil && r.Kind == catalog.CompositeType && d.Dependent.Sub > 0 {
				f(r.Type)
			}
		}
	}
}

func (s *Session) alterDomainDrop(t *catalog.Type, n *ast.AlterDomainStmt) {
	con := domainConstraint(t, n.Name)
	switch {
	case con != nil:
		s.performDeletion(con.Address(), n.Behavior, 0)
	case !n.MissingOk:
		pgerr.Raise("42704", pgerr.NoPosition, `constraint "%s" of domain "%s" does not exist`, n.Name, dotted(n.TypeName))
	default:
		s.notice("00000", `constraint "%s" of domain "%s" does not exist, skipping`, n.Name, dotted(n.TypeName))
	}
}

func (s *Session) alterDomainValidate(t *catalog.Type, n *ast.AlterDomainStmt) {
	con := domainConstraint(t, n.Name)
	if con == nil {
		pgerr.Raise("42704", pgerr.NoPosition, `constraint "%s" of domain "%s" does not exist`, n.Name, dotted(n.TypeName))
	}
	s.refuseContainers(t)
	s.verifyDomain(t, con)
	s.catalog.Touch(con)
	con.Validated = true
}
