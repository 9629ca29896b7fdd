package compile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// defaultACLTypes are the values of pg_default_acl.defaclobjtype.
var defaultACLTypes = map[ast.ObjectType]byte{ast.OBJECT_TABLE: 'r', ast.OBJECT_VIEW: 'r', ast.OBJECT_MATVIEW: 'r', ast.OBJECT_FOREIGN_TABLE: 'r',
	ast.OBJECT_SEQUENCE: 'S', ast.OBJECT_FUNCTION: 'f', ast.OBJECT_PROCEDURE: 'f', ast.OBJECT_AGGREGATE: 'f', ast.OBJECT_ROUTINE: 'f',
	ast.OBJECT_TYPE: 'T', ast.OBJECT_SCHEMA: 'n'}

// defaultACLName is the name under which a role's default privileges are kept.
func defaultACLName(role pg.OID, objtype byte) string { return fmt.Sprintf("%d/%c", role, objtype) }

// defaultPrivileges gives the privileges that ALTER DEFAULT PRIVILEGES has for
// a new object; nil: the usual ones (get_user_default_acl).
func (s *Session) defaultPrivileges(o catalog.Object, namespace pg.OID) []catalog.ACLItem {
	kind := s.objectType(o)
	objtype, owner := defaultACLTypes[kind], catalog.HeaderOf(o).Owner
	if objtype == 0 {
		return nil
	}
	global := s.defaultACLObject(owner, 0, objtype)
	var local *catalog.Generic
	if namespace != 0 {
		local = s.defaultACLObject(owner, namespace, objtype)
	}
	if global == nil && local == nil {
		return nil
	}
	usual := defaultACL(kind, owner)
	acl := usual
	if global != nil {
		acl = global.ACL
	}
	if local != nil {
		for _, item := range local.ACL {
			acl = s.updateACL(slices.Clone(acl), item, true, owner, false)
		}
	}
	if slices.Equal(acl, usual) {
		return nil
	}
	return slices.Clone(acl)
}

func (s *Session) defaultACLObject(role, namespace pg.OID, objtype byte) *catalog.Generic {
	g, _ := s.catalog.Named(catalog.ClassDefaultACL, namespace, defaultACLName(role, objtype)).(*catalog.Generic)
	return g
}

// alterDefaultPrivileges interprets ALTER DEFAULT PRIVILEGES, as
// ExecAlterDefaultPrivilegesStmt does.
func (s *Session) alterDefaultPrivileges(n *ast.AlterDefaultPrivilegesStmt) {
	opts := options(n.Options, nameSet("schemas", "roles"), unknownRoleOption)
	g := privilegeGrant{grant: n.Action.IsGrant, kind: n.Action.Objtype, option: n.Action.GrantOption,
		cascade: n.Action.Behavior == ast.DROP_CASCADE, grantees: s.grantees(n.Action.Grantees)}
	g.readDefault(n.Action)
	var schemas []string
	if d := opts["schemas"]; d != nil {
		schemas = ast.Strings(d.Arg.(*ast.List).Items)
	}
	roles := []pg.OID{s.catalog.CurrentUser}
	if d := opts["roles"]; d != nil {
		roles = nil
		for _, r := range s.roles(d.Arg.(*ast.List).Items) {
			s.checkMemberOf(r.OID)
			roles = append(roles, r.OID)
		}
	}
	for _, role := range roles {
		if len(schemas) == 0 {
			s.setDefaultACL(&g, role, 0)
		}
		for _, name := range schemas {
			s.setDefaultACL(&g, role, s.namespaceNamed(name))
		}
	}
}

// readDefault resolves the privileges of ALTER DEFAULT PRIVILEGES, where a
// table is no sequence.
func (g *privilegeGrant) readDefault(n *ast.GrantStmt) {
	if len(n.Privileges) == 0 {
		g.all, g.privs = true, allPrivileges[n.Objtype]
		return
	}
	word := aclKinds[n.Objtype]
	if n.Objtype == ast.OBJECT_TABLE {
		word = "relation"
	}
	for _, node := range n.Privileges {
		p := node.(*ast.AccessPriv)
		if len(p.Cols) > 0 {
			pgerr.Raise("0LP01", pgerr.NoPosition, "default privileges cannot be set for columns")
		}
		bit := privilegeBit(p.PrivName)
		if bit&^allPrivileges[n.Objtype] != 0 {
			pgerr.Raise("0LP01", pgerr.NoPosition, "invalid privilege type %s for %s", strings.ToUpper(p.PrivName), word)
		}
		g.privs |= bit
	}
}

// setDefaultACL mirrors SetDefaultACL.
func (s *Session) setDefaultACL(g *privilegeGrant, role, namespace pg.OID) {
	objtype := defaultACLTypes[g.kind]
	if objtype == 'n' && namespace != 0 {
		pgerr.Raise("0LP01", pgerr.NoPosition, "cannot use IN SCHEMA clause when using GRANT/REVOKE ON SCHEMAS")
	}
	object := s.defaultACLObject(role, namespace, objtype)
	var usual []catalog.ACLItem
	if namespace == 0 {
		usual = defaultACL(g.kind, role)
	}
	acl := usual
	if object != nil {
		acl = object.ACL
	}
	acl = s.mergeACL(acl, g, role, g.privs, role)
	switch {
	case sameACL(acl, usual):
		if object != nil {
			s.catalog.Drop(object)
		}
	case object == nil:
		object = &catalog.Generic{Header: catalog.Header{Name: defaultACLName(role, objtype), Namespace: namespace, Owner: role, ACL: acl}, Class: catalog.ClassDefaultACL}
		s.catalog.Add(object)
		if namespace != 0 {
			s.catalog.Depend(object.Address(), catalog.Address{Class: catalog.ClassNamespace, OID: namespace}, catalog.DependAuto)
		}
	default:
		s.catalog.Touch(object)
		object.ACL = acl
	}
}

// sameACL says whether two lists of privileges say the same, in any order.
func sameACL(a, b []catalog.ACLItem) bool {
	if len(a) != len(b) {
		return false
	}
	for _, item := range a {
		if !slices.Contains(b, item) {
			return false
		}
	}
	return true
}

// describeDefaultACL names default privileges as messages do.
func (s *Session) describeDefaultACL(g *catalog.Generic) string {
	kind := map[byte]string{'r': "relations", 'S': "sequences", 'f': "functions", 'T': "types", 'n': "schemas"}[g.Name[len(g.Name)-1]]
	out := "default privileges on new " + kind + " belonging to role " + s.roleName(g.Owner)
	if g.Namespace != 0 {
		out += " in schema " + s.catalog.SchemaName(g.Namespace)
	}
	return out
}
