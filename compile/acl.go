package compile

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// The ACL_ bits of parsenodes.h, as in catalog.ACLItem.
const (
	aclInsert uint32 = 1 << iota
	aclSelect
	aclUpdate
	aclDelete
	aclTruncate
	aclReferences
	aclTrigger
	aclExecute
	aclUsage
	aclCreate
	aclCreateTemp
	aclConnect
	aclSet
	aclAlterSystem
)

// aclAllRelation are all privileges that a table can have.
const aclAllRelation = aclInsert | aclSelect | aclUpdate | aclDelete | aclTruncate | aclReferences | aclTrigger

// superuser says whether the present user is one.
func (s *Session) superuser() bool { return s.isSuper(s.catalog.CurrentUser) }

// isSuper mirrors superuser_arg.
func (s *Session) isSuper(role pg.OID) bool {
	r := s.catalog.Role(role)
	return r != nil && r.Super
}

// requireSuperuser raises 42501 with the message unless the user is a superuser.
func (s *Session) requireSuperuser(format string, args ...any) {
	if !s.superuser() {
		pgerr.Raise("42501", pgerr.NoPosition, format, args...)
	}
}

// memberships collects the roles that a role is a member of, itself included.
// With inherited set it goes only through roles that have INHERIT
// (roles_is_member_of).
func (s *Session) memberships(member pg.OID, inherited bool) []pg.OID {
	all := []pg.OID{member}
	for i := 0; i < len(all); i++ {
		role := s.catalog.Role(all[i])
		if role == nil || inherited && !role.Inherit {
			continue
		}
		for _, m := range role.MemberOf {
			if !slices.Contains(all, m.Role) {
				all = append(all, m.Role)
			}
		}
	}
	return all
}

// hasPrivsOf mirrors has_privs_of_role.
func (s *Session) hasPrivsOf(member, role pg.OID) bool {
	if member == role || s.isSuper(member) {
		return true
	}
	return slices.Contains(s.memberships(member, true), role)
}

// isMemberOf mirrors is_member_of_role.
func (s *Session) isMemberOf(member, role pg.OID) bool {
	if member == role || s.isSuper(member) {
		return true
	}
	return slices.Contains(s.memberships(member, false), role)
}

// checkMemberOf raises 42501 unless the user is a member of role
// (check_is_member_of_role).
func (s *Session) checkMemberOf(role pg.OID) {
	if !s.isMemberOf(s.catalog.CurrentUser, role) {
		pgerr.Raise("42501", pgerr.NoPosition, `must be member of role "%s"`, s.roleName(role))
	}
}

// roleName gives a role's name.
func (s *Session) roleName(oid pg.OID) string {
	if r := s.catalog.Role(oid); r != nil {
		return r.Name
	}
	return ""
}

// owns says whether the user has the rights of an object's owner
// (object_ownercheck).
func (s *Session) owns(o catalog.Object) bool {
	return s.hasPrivsOf(s.catalog.CurrentUser, s.ownerOf(o))
}

// ownerOf gives an object's owner; parts of a relation belong to its owner.
func (s *Session) ownerOf(o catalog.Object) pg.OID {
	switch o := o.(type) {
	case *catalog.Constraint:
		if o.Relation != 0 {
			return s.catalog.Relation(o.Relation).Owner
		}
		if o.Type != 0 {
			return s.catalog.Type(o.Type).Owner
		}
	case *catalog.Trigger:
		return s.catalog.Relation(o.Relation).Owner
	case *catalog.Policy:
		return s.catalog.Relation(o.Relation).Owner
	case *catalog.Rule:
		return s.catalog.Relation(o.Relation).Owner
	}
	return catalog.HeaderOf(o).Owner
}

// checkOwner raises 42501 unless the user owns the object.
func (s *Session) checkOwner(o catalog.Object) {
	if !s.owns(o) {
		s.notOwner(s.objectType(o), s.aclName(o))
	}
}

// checkOwnerAs is checkOwner with the kind and name to be used in the message.
func (s *Session) checkOwnerAs(o catalog.Object, kind ast.ObjectType, name string) {
	if !s.owns(o) {
		s.notOwner(kind, name)
	}
}

// notOwner mirrors aclcheck_error(ACLCHECK_NOT_OWNER).
func (s *Session) notOwner(kind ast.ObjectType, name string) {
	word := aclKinds[kind]
	switch kind {
	case ast.OBJECT_COLUMN, ast.OBJECT_POLICY, ast.OBJECT_RULE, ast.OBJECT_TABCONSTRAINT, ast.OBJECT_TRIGGER:
		word = "relation"
	}
	pgerr.Raise("42501", pgerr.NoPosition, "must be owner of %s %s", word, name)
}

// noPrivilege mirrors aclcheck_error(ACLCHECK_NO_PRIV).
func (s *Session) noPrivilege(kind ast.ObjectType, name string) {
	pgerr.Raise("42501", pgerr.NoPosition, "permission denied for %s %s", aclKinds[kind], name)
}

// aclKinds are the words for object types in messages about permissions.
var aclKinds = map[ast.ObjectType]string{
	ast.OBJECT_ACCESS_METHOD: "access method", ast.OBJECT_AGGREGATE: "aggregate", ast.OBJECT_COLLATION: "collation",
	ast.OBJECT_COLUMN: "column", ast.OBJECT_CONVERSION: "conversion", ast.OBJECT_DATABASE: "database", ast.OBJECT_DOMAIN: "domain",
	ast.OBJECT_EVENT_TRIGGER: "event trigger", ast.OBJECT_EXTENSION: "extension", ast.OBJECT_FDW: "foreign-data wrapper",
	ast.OBJECT_FOREIGN_SERVER: "foreign server", ast.OBJECT_FOREIGN_TABLE: "foreign table", ast.OBJECT_FUNCTION: "function",
	ast.OBJECT_INDEX: "index", ast.OBJECT_LANGUAGE: "language", ast.OBJECT_LARGEOBJECT: "large object",
	ast.OBJECT_MATVIEW: "materialized view", ast.OBJECT_OPCLASS: "operator class", ast.OBJECT_OPERATOR: "operator",
	ast.OBJECT_OPFAMILY: "operator family", ast.OBJECT_PARAMETER_ACL: "parameter", ast.OBJECT_POLICY: "policy",
	ast.OBJECT_PROCEDURE: "procedure", ast.OBJECT_PUBLICATION: "publication", ast.OBJECT_ROUTINE: "routine",
	ast.OBJECT_SCHEMA: "schema", ast.OBJECT_SEQUENCE: "sequence", ast.OBJECT_STATISTIC_EXT: "statistics object",
	ast.OBJECT_SUBSCRIPTION: "subscription", ast.OBJECT_TABLE: "table", ast.OBJECT_TABLESPACE: "tablespace",
	ast.OBJECT_TSCONFIGURATION: "text search configuration", ast.OBJECT_TSDICTIONARY: "text search dictionary",
	ast.OBJECT_TYPE: "type", ast.OBJECT_VIEW: "view",
}

// relationKinds are the object types of pg_class.relkind
// (get_relkind_objtype).
var relationKinds = map[byte]ast.ObjectType{
	catalog.Table: ast.OBJECT_TABLE, catalog.PartitionedTable: ast.OBJECT_TABLE, catalog.Index: ast.OBJECT_INDEX,
	catalog.PartitionedIndex: ast.OBJECT_INDEX, catalog.Sequence: ast.OBJECT_SEQUENCE, catalog.View: ast.OBJECT_VIEW,
	catalog.MaterializedView: ast.OBJECT_MATVIEW, catalog.ForeignTable: ast.OBJECT_FOREIGN_TABLE, catalog.CompositeType: ast.OBJECT_TYPE,
}

// classKinds are the object types of the classes that have just one.
var classKinds = map[catalog.Class]ast.ObjectType{
	catalog.ClassType: ast.OBJECT_TYPE, catalog.ClassOperator: ast.OBJECT_OPERATOR, catalog.ClassOpClass: ast.OBJECT_OPCLASS,
	catalog.ClassOpFamily: ast.OBJECT_OPFAMILY, catalog.ClassCast: ast.OBJECT_CAST, catalog.ClassCollation: ast.OBJECT_COLLATION,
	catalog.ClassConversion: ast.OBJECT_CONVERSION, catalog.ClassLanguage: ast.OBJECT_LANGUAGE, catalog.ClassNamespace: ast.OBJECT_SCHEMA,
	catalog.ClassExtension: ast.OBJECT_EXTENSION, catalog.ClassAccessMethod: ast.OBJECT_ACCESS_METHOD,
	catalog.ClassEventTrigger: ast.OBJECT_EVENT_TRIGGER, catalog.ClassPublication: ast.OBJECT_PUBLICATION,
	catalog.ClassStatistics: ast.OBJECT_STATISTIC_EXT, catalog.ClassTSParser: ast.OBJECT_TSPARSER, catalog.ClassTSDict: ast.OBJECT_TSDICTIONARY,
	catalog.ClassTSTemplate: ast.OBJECT_TSTEMPLATE, catalog.ClassTSConfig: ast.OBJECT_TSCONFIGURATION, catalog.ClassFDW: ast.OBJECT_FDW,
	catalog.ClassServer: ast.OBJECT_FOREIGN_SERVER, catalog.ClassUserMapping: ast.OBJECT_USER_MAPPING, catalog.ClassRole: ast.OBJECT_ROLE,
	catalog.ClassTransform: ast.OBJECT_TRANSFORM, catalog.ClassSubscription: ast.OBJECT_SUBSCRIPTION,
	catalog.ClassTablespace: ast.OBJECT_TABLESPACE, catalog.ClassDatabase: ast.OBJECT_DATABASE, catalog.ClassTrigger: ast.OBJECT_TRIGGER,
	catalog.ClassPolicy: ast.OBJECT_POLICY, catalog.ClassRewrite: ast.OBJECT_RULE, catalog.ClassConstraint: ast.OBJECT_TABCONSTRAINT,
	catalog.ClassLargeObject: ast.OBJECT_LARGEOBJECT,
}

// objectType gives the ObjectType of an object (get_object_type).
func (s *Session) objectType(o catalog.Object) ast.ObjectType {
	switch o := o.(type) {
	case *catalog.Relation:
		return relationKinds[o.Kind]
	case *catalog.Proc:
		switch o.Kind {
		case 'p':
			return ast.OBJECT_PROCEDURE
		case 'a':
			return ast.OBJECT_AGGREGATE
		}
		return ast.OBJECT_FUNCTION
	}
	return classKinds[o.Address().Class]
}

// aclName gives an object's name as messages about permissions show it.
func (s *Session) aclName(o catalog.Object) string {
	if t, ok := o.(*catalog.Type); ok {
		return s.formatType(t.OID)
	}
	return catalog.HeaderOf(o).Name
}

// checkCreate raises 42501 unless the user may create objects in a schema.
func (s *Session) checkCreate(namespace pg.OID) { s.checkSchema(namespace, aclCreate) }

// checkUsage raises 42501 unless the user may look objects of a schema up by
// their qualified names (LookupExplicitNamespace).
func (s *Session) checkUsage(namespace pg.OID) { s.checkSchema(namespace, aclUsage) }

// canUse says whether the user may look names up in a schema.
func (s *Session) canUse(namespace pg.OID) bool {
	schema := s.catalog.Schema(namespace)
	return schema == nil || s.hasPrivilege(schema, aclUsage)
}

func (s *Session) checkSchema(namespace pg.OID, priv uint32) {
	if s.catalog.IsTemp(namespace) {
		return
	}
	if schema := s.catalog.Schema(namespace); schema != nil && !s.hasPrivilege(schema, priv) {
		s.noPrivilege(ast.OBJECT_SCHEMA, schema.Name)
	}
}

// checkPrivilege raises 42501 unless the user has the privilege on the object.
func (s *Session) checkPrivilege(o catalog.Object, priv uint32) {
	if !s.hasPrivilege(o, priv) {
		s.noPrivilege(s.objectType(o), s.aclName(o))
	}
}

// hasPrivilege says whether the user has a privilege (one bit) on an object.
func (s *Session) hasPrivilege(o catalog.Object, priv uint32) bool {
	return s.roleHasPrivilege(s.catalog.CurrentUser, o, priv)
}

// roleHasPrivilege mirrors aclmask with ACLMASK_ANY.
func (s *Session) roleHasPrivilege(role pg.OID, o catalog.Object, priv uint32) bool {
	if s.isSuper(role) {
		return true
	}
	return s.aclAllows(role, s.aclOf(o), priv)
}

func (s *Session) aclAllows(role pg.OID, acl []catalog.ACLItem, priv uint32) bool {
	for _, item := range acl {
		if item.Privs&priv != 0 && (item.Grantee == 0 || s.hasPrivsOf(role, item.Grantee)) {
			return true
		}
	}
	return false
}

// aclOf gives the privileges in force on an object: its own, or the default
// ones of its kind. The row type of a table or an array type has its
// element's.
func (s *Session) aclOf(o catalog.Object) []catalog.ACLItem {
	if t, ok := o.(*catalog.Type); ok && s.isTrueArray(t) {
		if elem := s.catalog.Type(t.Elem); elem != nil {
			o = elem
		}
	}
	h := catalog.HeaderOf(o)
	if h.ACL != nil {
		return h.ACL
	}
	if n, ok := o.(*catalog.Schema); ok {
		switch n.OID {
		case pg.Public:
			return []catalog.ACLItem{{Grantee: h.Owner, Grantor: h.Owner, Privs: aclUsage | aclCreate}, {Grantor: h.Owner, Privs: aclUsage}}
		case pg.PgCatalog, pg.InformationSchema:
			return []catalog.ACLItem{{Grantee: h.Owner, Grantor: h.Owner, Privs: aclUsage | aclCreate}, {Grantor: h.Owner, Privs: aclUsage}}
		}
	}
	return defaultACL(s.objectType(o), h.Owner)
}

// isTrueArray says whether a type is an array type made for its element.
func (s *Session) isTrueArray(t *catalog.Type) bool {
	return t.Elem != 0 && t.Len == -1 && t.Subscript == "array_subscript_handler"
}

// allPrivileges are the privileges that each kind of object has.
var allPrivileges = map[ast.ObjectType]uint32{
	ast.OBJECT_TABLE: aclAllRelation, ast.OBJECT_VIEW: aclAllRelation, ast.OBJECT_MATVIEW: aclAllRelation,
	ast.OBJECT_FOREIGN_TABLE: aclAllRelation, ast.OBJECT_COLUMN: aclInsert | aclSelect | aclUpdate | aclReferences,
	ast.OBJECT_SEQUENCE: aclUsage | aclSelect | aclUpdate, ast.OBJECT_DATABASE: aclCreate | aclCreateTemp | aclConnect,
	ast.OBJECT_FUNCTION: aclExecute, ast.OBJECT_PROCEDURE: aclExecute, ast.OBJECT_AGGREGATE: aclExecute, ast.OBJECT_ROUTINE: aclExecute,
	ast.OBJECT_LANGUAGE: aclUsage, ast.OBJECT_LARGEOBJECT: aclSelect | aclUpdate, ast.OBJECT_SCHEMA: aclUsage | aclCreate,
	ast.OBJECT_TABLESPACE: aclCreate, ast.OBJECT_FDW: aclUsage, ast.OBJECT_FOREIGN_SERVER: aclUsage, ast.OBJECT_DOMAIN: aclUsage,
	ast.OBJECT_TYPE: aclUsage, ast.OBJECT_PARAMETER_ACL: aclSet | aclAlterSystem,
}

// publicPrivileges are what PUBLIC has by default on each kind of object.
var publicPrivileges = map[ast.ObjectType]uint32{
	ast.OBJECT_DATABASE: aclCreateTemp | aclConnect, ast.OBJECT_FUNCTION: aclExecute, ast.OBJECT_PROCEDURE: aclExecute,
	ast.OBJECT_AGGREGATE: aclExecute, ast.OBJECT_ROUTINE: aclExecute, ast.OBJECT_LANGUAGE: aclUsage, ast.OBJECT_DOMAIN: aclUsage, ast.OBJECT_TYPE: aclUsage,
}

// defaultACL mirrors acldefault: the owner has everything, PUBLIC a little.
func defaultACL(kind ast.ObjectType, owner pg.OID) []catalog.ACLItem {
	var acl []catalog.ACLItem
	if privs := publicPrivileges[kind]; privs != 0 {
		acl = append(acl, catalog.ACLItem{Grantor: owner, Privs: privs})
	}
	return append(acl, catalog.ACLItem{Grantee: owner, Grantor: owner, Privs: allPrivileges[kind]})
}

// dotted joins a name as NameListToString does.
func dotted(names []ast.Node) string { return strings.Join(ast.Strings(names), ".") }
