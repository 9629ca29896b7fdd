package compile

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// alterType interprets ALTER TYPE … SET (…), as AlterType does.
func (s *Session) alterType(n *ast.AlterTypeStmt) {
	t := s.typeNamed(n.TypeName)
	changed, procs, super := *t, []*catalog.Proc(nil), false
	for _, node := range n.Options {
		d := node.(*ast.DefElem)
		switch {
		case d.Defname == "storage":
			super = s.alterTypeStorage(t, &changed, d) || super
		case alterableTypeParams[d.Defname]:
			super = true
			procs = append(procs, s.alterTypeFunction(t, &changed, d))
		case baseTypeParams[d.Defname]:
			pgerr.Raise("42601", pgerr.NoPosition, `type attribute "%s" cannot be changed`, d.Defname)
		default:
			pgerr.Raise("42601", pgerr.NoPosition, `type attribute "%s" not recognized`, d.Defname)
		}
	}
	if super {
		s.requireSuperuser("must be superuser to alter a type")
	} else {
		s.checkOwner(t)
	}
	if t.Kind != 'b' || s.isTrueArray(t) {
		pgerr.Raise("42809", pgerr.NoPosition, "%s is not a base type", s.formatType(t.OID))
	}
	s.catalog.Touch(t)
	t.Storage, t.TypmodIn, t.TypmodOut, t.Subscript = changed.Storage, changed.TypmodIn, changed.TypmodOut, changed.Subscript
	for _, p := range procs {
		if p != nil {
			s.catalog.Depend(t.Address(), p.Address(), catalog.DependNormal)
		}
	}
	s.alterDomainsStorage(t)
}

// alterableTypeParams are the support functions that ALTER TYPE can change.
var alterableTypeParams = nameSet("receive", "send", "typmod_in", "typmod_out", "analyze", "subscript")

// alterTypeStorage applies STORAGE and says whether that takes a superuser.
func (s *Session) alterTypeStorage(t, changed *catalog.Type, d *ast.DefElem) bool {
	changed.Storage = typeWord(typeStorages, s.defString(d), "storage")
	switch {
	case changed.Storage != 'p' && t.Len != -1:
		pgerr.Raise("42P17", pgerr.NoPosition, "fixed-size types must have storage PLAIN")
	case changed.Storage == 'p' && t.Storage != 'p':
		pgerr.Raise("42P17", pgerr.NoPosition, "cannot change type's storage to PLAIN")
	}
	return changed.Storage != 'p' && t.Storage == 'p'
}

// alterTypeFunction applies a support function; without a value it is removed.
func (s *Session) alterTypeFunction(t, changed *catalog.Type, d *ast.DefElem) *catalog.Proc {
	var p *catalog.Proc
	name := ""
	if d.Arg != nil {
		for _, f := range typeFunctions {
			if f.param == d.Defname {
				p = s.typeFunction(f, s.defName(d), t)
				name = p.Name
			}
		}
	}
	switch d.Defname {
	case "typmod_in":
		changed.TypmodIn = name
	case "typmod_out":
		changed.TypmodOut = name
	case "subscript":
		changed.Subscript = name
	}
	return p
}

// alterDomainsStorage gives the domains over a type its storage.
func (s *Session) alterDomainsStorage(t *catalog.Type) {
	for _, d := range catalog.All[*catalog.Type](s.catalog) {
		if d.Kind == 'd' && d.BaseType == t.OID && d.Storage != t.Storage {
			s.catalog.Touch(d)
			d.Storage = t.Storage
			s.alterDomainsStorage(d)
		}
	}
}

// renameTypeStmt interprets ALTER TYPE or DOMAIN … RENAME TO, as RenameType.
func (s *Session) renameTypeStmt(n *ast.RenameStmt) {
	t := s.typeNamed(n.Object.(*ast.List).Items)
	s.checkOwner(t)
	s.checkAlterableType(t, n.RenameType)
	if t.Kind == 'c' {
		s.renameComposite(t, n.Newname)
		return
	}
	s.renameType(t, n.Newname)
	s.changed("rename type %s", n.Newname)
}

// checkAlterableType refuses what ALTER TYPE and DOMAIN cannot rename, move or
// give to another owner: row types of tables and array types.
func (s *Session) checkAlterableType(t *catalog.Type, kind ast.ObjectType) {
	switch {
	case kind == ast.OBJECT_DOMAIN && t.Kind != 'd':
		pgerr.Raise("42809", pgerr.NoPosition, "%s is not a domain", s.formatType(t.OID))
	case s.isTableRow(t):
		pgerr.New("42809", pgerr.NoPosition, "%s is a table's row type", s.formatType(t.OID)).WithHint("Use %s instead.", "ALTER TABLE").Raise()
	case s.isTrueArray(t):
		pgerr.New("42809", pgerr.NoPosition, "cannot alter array type %s", s.formatType(t.OID)).
			WithHint("You can alter type %s, which will alter the array type as well.", s.formatType(t.Elem)).Raise()
	}
}

// isTableRow says whether a type is the row type of a relation that is more
// than a composite type.
func (s *Session) isTableRow(t *catalog.Type) bool {
	r := s.catalog.Relation(t.RelID)
	return t.Kind == 'c' && r != nil && r.Kind != catalog.CompositeType
}

// renameComposite renames a composite type and its relation.
func (s *Session) renameComposite(t *catalog.Type, name string) {
	if s.catalog.Named(catalog.ClassRelation, t.Namespace, name) != nil {
		pgerr.Raise("42P07", pgerr.NoPosition, `relation "%s" already exists`, name)
	}
	s.catalog.Rename(s.catalog.Relation(t.RelID), t.Namespace, name)
	s.renameType(t, name)
	s.changed("rename type %s", name)
}

// alterTypeOwner interprets ALTER TYPE or DOMAIN … OWNER TO, as AlterTypeOwner.
func (s *Session) alterTypeOwner(names []ast.Node, kind ast.ObjectType, owner pg.OID) {
	t := s.typeNamedOrShell(names)
	s.checkAlterableType(t, kind)
	if t.Owner == owner {
		return
	}
	s.checkNewOwner(t, owner)
	s.setTypeOwner(t, owner)
}

// setTypeOwner gives a type, its relation, its array and its multirange type
// to a new owner.
func (s *Session) setTypeOwner(t *catalog.Type, owner pg.OID) {
	s.setOwner(t, owner)
	if r := s.catalog.Relation(t.RelID); r != nil && r.Kind == catalog.CompositeType {
		s.setOwner(r, owner)
	}
	if array := s.catalog.Type(t.Array); array != nil {
		s.setOwner(array, owner)
	}
	if t.Kind == 'r' {
		if multi := s.catalog.Type(t.Range.Multirange); multi != nil {
			s.setTypeOwner(multi, owner)
		}
	}
}

// alterTypeNamespace interprets ALTER TYPE or DOMAIN … SET SCHEMA, as
// AlterTypeNamespace.
func (s *Session) alterTypeNamespace(names []ast.Node, kind ast.ObjectType, schema string) {
	t := s.typeNamed(names)
	if kind == ast.OBJECT_DOMAIN && t.Kind != 'd' {
		pgerr.Raise("42809", pgerr.NoPosition, "%s is not a domain", s.formatType(t.OID))
	}
	to := s.creationSchemaNamed(schema)
	s.moveTypeChecked(t, to)
}

// moveTypeChecked mirrors AlterTypeNamespace_oid.
func (s *Session) moveTypeChecked(t *catalog.Type, to pg.OID) {
	s.checkOwner(t)
	if s.isTrueArray(t) {
		pgerr.New("42809", pgerr.NoPosition, "cannot alter array type %s", s.formatType(t.OID)).
			WithHint("You can alter type %s, which will alter the array type as well.", s.formatType(t.Elem)).Raise()
	}
	s.moveType(t, to)
}

// moveType gives a type and its array type another schema
// (AlterTypeNamespaceInternal).
func (s *Session) moveType(t *catalog.Type, to pg.OID) {
	from := t.Namespace
	if from != to {
		s.checkSetNamespace(from, to)
		if s.catalog.Named(catalog.ClassType, to, t.Name) != nil {
			pgerr.Raise("42710", pgerr.NoPosition, `type "%s" already exists in schema "%s"`, t.Name, s.catalog.SchemaName(to))
		}
	}
	if s.isTableRow(t) {
		pgerr.New("42809", pgerr.NoPosition, "%s is a table's row type", s.formatType(t.OID)).WithHint("Use %s instead.", "ALTER TABLE").Raise()
	}
	if from == to {
		return
	}
	s.catalog.Rename(t, to, t.Name)
	s.changeNamespaceDependency(t, from, to)
	if r := s.catalog.Relation(t.RelID); r != nil {
		s.catalog.Rename(r, to, r.Name)
		s.changeNamespaceDependency(r, from, to)
	}
	for _, con := range t.Constraints {
		s.catalog.Rename(con, to, con.Name)
	}
	if array := s.catalog.Type(t.Array); array != nil {
		s.moveType(array, to)
	}
}

// changeNamespaceDependency makes an object depend on its new schema.
func (s *Session) changeNamespaceDependency(o catalog.Object, from, to pg.OID) {
	old := catalog.Address{Class: catalog.ClassNamespace, OID: from}
	if s.catalog.Undepend(o.Address(), func(d catalog.Dependency) bool { return d.Referenced == old }) > 0 || s.catalog.Pinned(old) {
		s.catalog.Depend(o.Address(), catalog.Address{Class: catalog.ClassNamespace, OID: to}, catalog.DependNormal)
	}
}
