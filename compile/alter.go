package compile

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// renameObject interprets ALTER … RENAME TO of what is not a relation or a
// part of one (ExecRenameStmt).
func (s *Session) renameObject(n *ast.RenameStmt) {
	switch n.RenameType {
	case ast.OBJECT_SCHEMA:
		s.renameSchema(n.Subname, n.Newname)
	case ast.OBJECT_ROLE:
		s.renameRole(n.Subname, n.Newname)
	case ast.OBJECT_DATABASE:
		s.renameDatabase(n.Subname, n.Newname)
	case ast.OBJECT_TABLESPACE:
		s.renameTablespace(n.Subname, n.Newname)
	case ast.OBJECT_TYPE, ast.OBJECT_DOMAIN:
		s.renameTypeStmt(n)
	case ast.OBJECT_DOMCONSTRAINT:
		s.renameDomainConstraint(n)
	case ast.OBJECT_POLICY:
		s.renamePolicy(n)
	case ast.OBJECT_TRIGGER:
		s.renameTrigger(n)
	default:
		o := s.objectNamed(n.RenameType, n.Object, false)
		s.checkRename(o.object, n.Newname)
		s.catalog.Rename(o.object, catalog.HeaderOf(o.object).Namespace, n.Newname)
	}
	s.changed("rename %s to %s", aclKinds[n.RenameType], n.Newname)
}

// checkRename mirrors AlterObjectRename_internal.
func (s *Session) checkRename(o catalog.Object, name string) {
	h := catalog.HeaderOf(o)
	if !s.superuser() {
		if !hasOwner(o) {
			pgerr.Raise("42501", pgerr.NoPosition, "must be superuser to rename %s", s.describe(o.Address()))
		}
		s.checkOwnerAs(o, s.objectType(o), h.Name)
		if h.Namespace != 0 {
			s.checkCreate(h.Namespace)
		}
	}
	s.checkNameFree(o, h.Namespace, name)
}

// hasOwner says whether objects of this kind belong to somebody.
func hasOwner(o catalog.Object) bool {
	switch o.Address().Class {
	case catalog.ClassTSParser, catalog.ClassTSTemplate, catalog.ClassAccessMethod, catalog.ClassCast, catalog.ClassTransform:
		return false
	}
	return true
}

// checkNameFree refuses a name that another object of the kind has.
func (s *Session) checkNameFree(o catalog.Object, namespace pg.OID, name string) {
	schema := s.catalog.SchemaName(namespace)
	switch o := o.(type) {
	case *catalog.Proc:
		if s.procIn(namespace, name, o.ArgTypes) != nil {
			pgerr.Raise("42723", pgerr.NoPosition, `function %s already exists in schema "%s"`, s.signature(name, o.ArgTypes), schema)
		}
		return
	case *catalog.Collation:
		if s.catalog.Named(catalog.ClassCollation, namespace, name) != nil {
			pgerr.Raise("42710", pgerr.NoPosition, `collation "%s" for encoding "UTF8" already exists in schema "%s"`, name, schema)
		}
		return
	case *catalog.OpClass:
		if s.catalog.OpClassNamed(o.Method, schema, name) != nil {
			pgerr.Raise("42710", pgerr.NoPosition, `operator class "%s" for access method "%s" already exists in schema "%s"`, name, s.catalog.AccessMethod(o.Method).Name, schema)
		}
		return
	case *catalog.OpFamily:
		if s.catalog.OpFamilyNamed(o.Method, schema, name) != nil {
			pgerr.Raise("42710", pgerr.NoPosition, `operator family "%s" for access method "%s" already exists in schema "%s"`, name, s.catalog.AccessMethod(o.Method).Name, schema)
		}
		return
	case *catalog.Operator:
		for _, other := range s.catalog.OperatorsNamed(schema, name) {
			if other.Left == o.Left && other.Right == o.Right {
				pgerr.Raise("42723", pgerr.NoPosition, "operator %s already exists", name)
			}
		}
		return
	}
	class := o.Address().Class
	if s.catalog.Named(class, namespace, name) == nil {
		return
	}
	word := aclKinds[classKinds[class]]
	switch class {
	case catalog.ClassServer:
		word = "server"
	case catalog.ClassTSParser:
		word = "text search parser"
	case catalog.ClassTSTemplate:
		word = "text search template"
	}
	if namespace != 0 {
		pgerr.Raise("42710", pgerr.NoPosition, `%s "%s" already exists in schema "%s"`, word, name, schema)
	}
	pgerr.Raise("42710", pgerr.NoPosition, `%s "%s" already exists`, word, name)
}

// renameDomainConstraint mirrors RenameConstraint for domains.
func (s *Session) renameDomainConstraint(n *ast.RenameStmt) {
	t := s.typeNamed(nodeNames(n.Object))
	if t.Kind != 'd' {
		pgerr.Raise("42809", pgerr.NoPosition, "%s is not a domain", s.formatType(t.OID))
	}
	s.checkOwner(t)
	con := domainConstraint(t, n.Subname)
	switch {
	case con == nil:
		pgerr.Raise("42704", pgerr.NoPosition, `constraint "%s" for domain %s does not exist`, n.Subname, s.formatType(t.OID))
	case domainConstraint(t, n.Newname) != nil:
		pgerr.Raise("42710", pgerr.NoPosition, `constraint "%s" for domain %s already exists`, n.Newname, s.formatType(t.OID))
	}
	s.catalog.Touch(t)
	s.catalog.Rename(con, con.Namespace, n.Newname)
}

// alterOwner interprets ALTER … OWNER TO of what is not a relation
// (ExecAlterOwnerStmt).
func (s *Session) alterOwner(n *ast.AlterOwnerStmt) {
	owner := s.role(n.Newowner)
	switch n.ObjectType {
	case ast.OBJECT_TYPE, ast.OBJECT_DOMAIN:
		s.alterTypeOwner(nodeNames(n.Object), n.ObjectType, owner.OID)
	case ast.OBJECT_DATABASE, ast.OBJECT_TABLESPACE:
		s.plainNamed(n.ObjectType, nodeText(n.Object))
		if !s.superuser() {
			s.notOwner(n.ObjectType, nodeText(n.Object))
		}
	default:
		o := s.objectNamed(n.ObjectType, n.Object, false)
		s.alterObjectOwner(o.object, owner)
	}
	s.changed("owner of %s is %s", objectText(n.Object), owner.Name)
}

// alterObjectOwner mirrors AlterObjectOwner_internal and its like for schemas,
// event triggers, wrappers, servers and publications.
func (s *Session) alterObjectOwner(o catalog.Object, owner *catalog.Role) {
	h := catalog.HeaderOf(o)
	if h.Owner == owner.OID {
		return
	}
	class := o.Address().Class
	switch class {
	case catalog.ClassEventTrigger:
		s.checkOwner(o)
		if !owner.Super {
			pgerr.New("42501", pgerr.NoPosition, `permission denied to change owner of event trigger "%s"`, h.Name).
				WithHint("The owner of an event trigger must be a superuser.").Raise()
		}
	case catalog.ClassFDW:
		if !s.superuser() {
			pgerr.New("42501", pgerr.NoPosition, `permission denied to change owner of foreign-data wrapper "%s"`, h.Name).
				WithHint("Must be superuser to change owner of a foreign-data wrapper.").Raise()
		}
		if !owner.Super {
			pgerr.New("42501", pgerr.NoPosition, `permission denied to change owner of foreign-data wrapper "%s"`, h.Name).
				WithHint("The owner of a foreign-data wrapper must be a superuser.").Raise()
		}
	default:
		s.checkNewOwner(o, owner.OID)
	}
	s.setOwner(o, owner.OID)
}

// checkNewOwner raises 42501 unless the user may give an object away: it is
// hers, she is a member of the new role, and that one may create it.
func (s *Session) checkNewOwner(o catalog.Object, owner pg.OID) {
	if s.superuser() {
		return
	}
	h := catalog.HeaderOf(o)
	s.checkOwner(o)
	s.checkMemberOf(owner)
	class := o.Address().Class
	switch {
	case h.Namespace != 0 && class != catalog.ClassExtension:
		if schema := s.catalog.Schema(h.Namespace); !s.roleHasPrivilege(owner, schema, aclCreate) {
			s.noPrivilege(ast.OBJECT_SCHEMA, schema.Name)
		}
	case class == catalog.ClassServer:
		wrapper := s.catalog.Object(catalog.Address{Class: catalog.ClassFDW, OID: o.(*catalog.Generic).Parent})
		if !s.roleHasPrivilege(owner, wrapper, aclUsage) {
			s.noPrivilege(ast.OBJECT_FDW, catalog.HeaderOf(wrapper).Name)
		}
	case class == catalog.ClassNamespace, class == catalog.ClassPublication:
		s.checkDatabaseCreate(owner, class == catalog.ClassNamespace)
		if p, ok := o.(*catalog.Publication); ok && !s.isSuper(owner) {
			s.checkPublicationOwner(p)
		}
	}
}

// checkDatabaseCreate raises 42501 unless a role, or the user when that is
// what PostgreSQL asks, may create schemas in the database.
func (s *Session) checkDatabaseCreate(role pg.OID, user bool) {
	if user {
		role = s.catalog.CurrentUser
	}
	if !s.databaseAllows(role, aclCreate) {
		s.noPrivilege(ast.OBJECT_DATABASE, databaseName)
	}
}

// setOwner changes an object's owner, and what the old owner had by privilege.
func (s *Session) setOwner(o catalog.Object, owner pg.OID) {
	h := catalog.HeaderOf(o)
	s.catalog.Touch(o)
	old := h.Owner
	h.Owner = owner
	s.catalog.ForgetPath()
	if h.ACL == nil {
		return
	}
	acl := slices.Clone(h.ACL)
	for i := range acl {
		if acl[i].Grantor == old {
			acl[i].Grantor = owner
		}
		if acl[i].Grantee == old {
			acl[i].Grantee = owner
		}
	}
	h.ACL = acl
}

// moveObject interprets ALTER … SET SCHEMA of what is not a relation
// (ExecAlterObjectSchemaStmt).
func (s *Session) moveObject(n *ast.AlterObjectSchemaStmt) {
	switch n.ObjectType {
	case ast.OBJECT_EXTENSION:
		s.moveExtension(nodeText(n.Object), n.Newschema)
	case ast.OBJECT_TYPE, ast.OBJECT_DOMAIN:
		s.alterTypeNamespace(nodeNames(n.Object), n.ObjectType, n.Newschema)
	default:
		o := s.objectNamed(n.ObjectType, n.Object, false)
		to := s.creationSchemaNamed(n.Newschema)
		s.moveTo(o.object, to)
	}
	s.changed("move %s to schema %s", objectText(n.Object), n.Newschema)
}

// moveTo mirrors AlterObjectNamespace_internal.
func (s *Session) moveTo(o catalog.Object, to pg.OID) {
	h := catalog.HeaderOf(o)
	from := h.Namespace
	if from == to {
		return
	}
	s.checkSetNamespace(from, to)
	if !s.superuser() {
		if !hasOwner(o) {
			pgerr.Raise("42501", pgerr.NoPosition, "must be superuser to set schema of %s", s.describe(o.Address()))
		}
		s.checkOwnerAs(o, s.objectType(o), h.Name)
		s.checkCreate(to)
	}
	s.checkNameFree(o, to, h.Name)
	s.catalog.Rename(o, to, h.Name)
	s.changeNamespaceDependency(o, from, to)
}

// alterDepends interprets ALTER … [NO] DEPENDS ON EXTENSION, as
// ExecAlterObjectDependsStmt.
func (s *Session) alterDepends(n *ast.AlterObjectDependsStmt) {
	o := s.dependingObject(n)
	s.checkNamed(o)
	ext := s.plainNamed(ast.OBJECT_EXTENSION, n.Extname.Sval)
	want := catalog.Dependency{Dependent: o.address, Referenced: ext.Address(), Kind: catalog.DependAutoExt}
	if n.Remove {
		s.catalog.Undepend(o.address, func(d catalog.Dependency) bool { return d == want })
		return
	}
	s.catalog.Depend(want.Dependent, want.Referenced, want.Kind)
}

// dependingObject finds the object; a trigger or index is named with its
// relation.
func (s *Session) dependingObject(n *ast.AlterObjectDependsStmt) *objectName {
	if n.Relation == nil {
		return s.objectNamed(n.ObjectType, n.Object, false)
	}
	names := rangeVarNames(n.Relation)
	if n.Object != nil {
		names = append(names, nodeNames(n.Object)...)
	}
	return s.objectNamed(n.ObjectType, &ast.List{Items: names}, false)
}
