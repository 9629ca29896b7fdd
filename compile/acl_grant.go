package compile

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// privilegeBits are the privileges by name (string_to_privilege).
var privilegeBits = map[string]uint32{
	"insert": aclInsert, "select": aclSelect, "update": aclUpdate, "delete": aclDelete, "truncate": aclTruncate,
	"references": aclReferences, "trigger": aclTrigger, "execute": aclExecute, "usage": aclUsage, "create": aclCreate,
	"temporary": aclCreateTemp, "temp": aclCreateTemp, "connect": aclConnect, "set": aclSet, "alter system": aclAlterSystem,
}

// A privilegeGrant is a GRANT or REVOKE whose names are resolved
// (InternalGrant).
type privilegeGrant struct {
	grant    bool
	kind     ast.ObjectType
	all      bool
	privs    uint32
	columns  []columnGrant
	grantees []pg.OID
	option   bool
	cascade  bool
}

type columnGrant struct {
	privs uint32
	all   bool
	names []string
}

// grant interprets GRANT and REVOKE on objects, as ExecuteGrantStmt does.
func (s *Session) grant(n *ast.GrantStmt) {
	if n.Grantor != nil && s.role(n.Grantor).OID != s.catalog.CurrentUser {
		pgerr.Raise("0A000", pgerr.NoPosition, "grantor must be current user")
	}
	objects := s.grantObjects(n)
	g := privilegeGrant{grant: n.IsGrant, kind: n.Objtype, option: n.GrantOption, cascade: n.Behavior == ast.DROP_CASCADE, grantees: s.grantees(n.Grantees)}
	g.readPrivileges(n)
	for _, o := range objects {
		s.grantOn(&g, o)
	}
	if n.IsGrant {
		s.changed("grant privileges on %s", strings.ToLower(strings.TrimPrefix(n.Objtype.String(), "OBJECT_")))
	} else {
		s.changed("revoke privileges on %s", strings.ToLower(strings.TrimPrefix(n.Objtype.String(), "OBJECT_")))
	}
}

// grantKind gives a kind as the message about a wrong privilege has it, and
// the privileges it can have.
func grantKind(kind ast.ObjectType) (word string, all uint32) {
	switch kind {
	case ast.OBJECT_TABLE:
		return "relation", aclAllRelation | allPrivileges[ast.OBJECT_SEQUENCE]
	}
	return aclKinds[kind], allPrivileges[kind]
}

// readPrivileges resolves the privileges; none means all.
func (g *privilegeGrant) readPrivileges(n *ast.GrantStmt) {
	word, all := grantKind(n.Objtype)
	if len(n.Privileges) == 0 {
		g.all = true
		return
	}
	for _, node := range n.Privileges {
		p := node.(*ast.AccessPriv)
		if len(p.Cols) > 0 {
			if n.Objtype != ast.OBJECT_TABLE {
				pgerr.Raise("0LP01", pgerr.NoPosition, "column privileges are only valid for relations")
			}
			g.columns = append(g.columns, columnPrivileges(p))
			continue
		}
		bit := privilegeBit(p.PrivName)
		if bit&^all != 0 {
			pgerr.Raise("0LP01", pgerr.NoPosition, "invalid privilege type %s for %s", strings.ToUpper(p.PrivName), word)
		}
		g.privs |= bit
	}
}

func privilegeBit(name string) uint32 {
	bit, ok := privilegeBits[name]
	if !ok && name != "rule" {
		pgerr.Raise("42601", pgerr.NoPosition, `unrecognized privilege type "%s"`, name)
	}
	return bit
}

func columnPrivileges(p *ast.AccessPriv) columnGrant {
	g := columnGrant{names: ast.Strings(p.Cols), all: p.PrivName == ""}
	if p.PrivName != "" {
		g.privs = privilegeBit(p.PrivName)
		if g.privs&^allPrivileges[ast.OBJECT_COLUMN] != 0 {
			pgerr.Raise("0LP01", pgerr.NoPosition, "invalid privilege type %s for column", strings.ToUpper(p.PrivName))
		}
	}
	return g
}

// grantObjects finds the objects that a GRANT is about.
func (s *Session) grantObjects(n *ast.GrantStmt) []catalog.Object {
	var out []catalog.Object
	if n.Targtype == ast.ACL_TARGET_ALL_IN_SCHEMA {
		for _, name := range ast.Strings(n.Objects) {
			out = append(out, s.objectsIn(s.namespaceOf(name), n.Objtype)...)
		}
		return out
	}
	for _, node := range n.Objects {
		if o := s.grantObject(n.Objtype, node); o != nil {
			out = append(out, o)
		}
	}
	return out
}

func (s *Session) grantObject(kind ast.ObjectType, node ast.Node) catalog.Object {
	switch kind {
	case ast.OBJECT_TABLE, ast.OBJECT_SEQUENCE:
		return s.lookup(node.(*ast.RangeVar), false)
	case ast.OBJECT_PARAMETER_ACL:
		s.requireSuperuser("permission denied for parameter %s", nodeText(node))
		return nil
	case ast.OBJECT_TYPE, ast.OBJECT_DOMAIN:
		return s.typeNamed(nodeNames(node))
	}
	return s.objectNamed(kind, node, false).object
}

// objectsIn gives all objects of a kind in a schema.
func (s *Session) objectsIn(namespace pg.OID, kind ast.ObjectType) []catalog.Object {
	var out []catalog.Object
	switch kind {
	case ast.OBJECT_TABLE, ast.OBJECT_SEQUENCE:
		for _, r := range catalog.All[*catalog.Relation](s.catalog) {
			kinds := "rvmfp"
			if kind == ast.OBJECT_SEQUENCE {
				kinds = "S"
			}
			if r.Namespace == namespace && strings.IndexByte(kinds, r.Kind) >= 0 {
				out = append(out, r)
			}
		}
	default:
		for _, p := range catalog.All[*catalog.Proc](s.catalog) {
			if p.Namespace == namespace && (kind == ast.OBJECT_ROUTINE || (kind == ast.OBJECT_PROCEDURE) == (p.Kind == 'p')) {
				out = append(out, p)
			}
		}
	}
	return out
}

// grantOn applies a grant to one object.
func (s *Session) grantOn(g *privilegeGrant, o catalog.Object) {
	checkGrantable(s, g, o)
	kind := s.objectType(o)
	if g.kind == ast.OBJECT_DOMAIN {
		kind = ast.OBJECT_DOMAIN
	}
	privs := g.privs
	if g.all {
		privs = allPrivileges[kind]
	}
	if r, ok := o.(*catalog.Relation); ok {
		privs = s.relationPrivileges(g, r, privs)
	}
	h := catalog.HeaderOf(o)
	if privs != 0 {
		acl := s.aclOf(o)
		grantor, allowed := s.bestGrantor(acl, h.Owner, privs)
		allowed = s.restrictGrant(g, o, acl, privs, allowed)
		s.catalog.Touch(o)
		h.ACL = s.mergeACL(acl, g, grantor, privs&allowed, h.Owner)
		if o.Address().Class == catalog.ClassNamespace {
			s.catalog.ForgetPath()
		}
	}
	if r, ok := o.(*catalog.Relation); ok {
		if privs != 0 && !g.grant && r.Kind != catalog.Sequence {
			s.grantOnColumns(g, r, columnGrant{names: grantedColumns(r), privs: privs & allPrivileges[ast.OBJECT_COLUMN]})
		}
		for _, c := range g.columns {
			s.grantOnColumns(g, r, c)
		}
	}
}

// grantedColumns names the columns that have privileges of their own: those go
// with the table's when they are revoked (expand_all_col_privileges).
func grantedColumns(r *catalog.Relation) (names []string) {
	for _, col := range r.Live() {
		if len(col.ACL) > 0 {
			names = append(names, col.Name)
		}
	}
	return names
}

// checkGrantable refuses objects that have no privileges of their own.
func checkGrantable(s *Session, g *privilegeGrant, o catalog.Object) {
	switch o := o.(type) {
	case *catalog.Relation:
		switch {
		case o.Kind == catalog.Index || o.Kind == catalog.PartitionedIndex:
			pgerr.Raise("42809", pgerr.NoPosition, `"%s" is an index`, o.Name)
		case o.Kind == catalog.CompositeType:
			pgerr.Raise("42809", pgerr.NoPosition, `"%s" is a composite type`, o.Name)
		case g.kind == ast.OBJECT_SEQUENCE && o.Kind != catalog.Sequence:
			pgerr.Raise("42809", pgerr.NoPosition, `"%s" is not a sequence`, o.Name)
		}
	case *catalog.Type:
		if s.isTrueArray(o) {
			pgerr.New("0LP01", pgerr.NoPosition, "cannot set privileges of array types").WithHint("Set the privileges of the element type instead.").Raise()
		}
		if g.kind == ast.OBJECT_DOMAIN && o.Kind != 'd' {
			pgerr.Raise("42809", pgerr.NoPosition, `"%s" is not a domain`, o.Name)
		}
	case *catalog.Generic:
		if o.Class == catalog.ClassLanguage && option(o.Options, "trusted") != "true" {
			pgerr.New("42809", pgerr.NoPosition, `language "%s" is not trusted`, o.Name).
				WithDetail("GRANT and REVOKE are not allowed on untrusted languages, because only superusers can use untrusted languages.").Raise()
		}
	}
}

// relationPrivileges fits the privileges to a table or a sequence.
func (s *Session) relationPrivileges(g *privilegeGrant, r *catalog.Relation, privs uint32) uint32 {
	if g.kind != ast.OBJECT_TABLE || g.all {
		return privs
	}
	sequence := allPrivileges[ast.OBJECT_SEQUENCE]
	switch {
	case r.Kind == catalog.Sequence && privs&^sequence != 0:
		s.warning("0LP01", `sequence "%s" only supports USAGE, SELECT, and UPDATE privileges`, r.Name)
		return privs & sequence
	case r.Kind != catalog.Sequence && privs&^aclAllRelation != 0:
		pgerr.Raise("0LP01", pgerr.NoPosition, "invalid privilege type %s for table", "USAGE")
	}
	return privs
}

// bestGrantor gives as whom the user grants, and what she may grant
// (select_best_grantor).
func (s *Session) bestGrantor(acl []catalog.ACLItem, owner pg.OID, privs uint32) (grantor pg.OID, allowed uint32) {
	user := s.catalog.CurrentUser
	if s.hasPrivsOf(user, owner) {
		return owner, privs
	}
	grantor = user
	best := -1
	for _, role := range s.memberships(user, true) {
		var options uint32
		for _, item := range acl {
			if item.Grantee == role {
				options |= item.GrantOpts
			}
		}
		options &= privs
		if options == privs {
			return role, options
		}
		if n := bits(options); n > best && options != 0 {
			best, grantor, allowed = n, role, options
		}
	}
	return grantor, allowed
}

func bits(v uint32) (n int) {
	for ; v != 0; v &= v - 1 {
		n++
	}
	return n
}

// restrictGrant refuses a grant by somebody without any right to the object,
// and warns of what is left out (restrict_and_check_grant).
func (s *Session) restrictGrant(g *privilegeGrant, o catalog.Object, acl []catalog.ACLItem, privs, allowed uint32) uint32 {
	if allowed == 0 && !s.aclAllows(s.catalog.CurrentUser, acl, ^uint32(0)) {
		s.noPrivilege(s.objectType(o), s.aclName(o))
	}
	done, code := "were granted", "01007"
	if !g.grant {
		done, code = "could be revoked", "01006"
	}
	switch {
	case privs&allowed == 0:
		s.warning(code, `no privileges %s for "%s"`, done, s.aclName(o))
	case !g.all && privs&allowed != privs:
		s.warning(code, `not all privileges %s for "%s"`, done, s.aclName(o))
	}
	return allowed
}

// mergeACL applies a grant or revocation to a list of privileges
// (merge_acl_with_grant).
func (s *Session) mergeACL(acl []catalog.ACLItem, g *privilegeGrant, grantor pg.OID, privs uint32, owner pg.OID) []catalog.ACLItem {
	acl = slices.Clone(acl)
	for _, grantee := range g.grantees {
		if g.grant && g.option && grantee == 0 {
			pgerr.Raise("0LP01", pgerr.NoPosition, "grant options can only be granted to roles")
		}
		change := catalog.ACLItem{Grantee: grantee, Grantor: grantor}
		if g.grant || !g.option {
			change.Privs = privs
		}
		if !g.grant || g.option {
			change.GrantOpts = privs
		}
		acl = s.updateACL(acl, change, g.grant, owner, g.cascade)
	}
	if acl == nil {
		acl = []catalog.ACLItem{}
	}
	return acl
}

// updateACL mirrors aclupdate.
func (s *Session) updateACL(acl []catalog.ACLItem, change catalog.ACLItem, add bool, owner pg.OID, cascade bool) []catalog.ACLItem {
	at := slices.IndexFunc(acl, func(i catalog.ACLItem) bool { return i.Grantee == change.Grantee && i.Grantor == change.Grantor })
	if at < 0 {
		if !add {
			return acl
		}
		return append(acl, change)
	}
	old := acl[at]
	now := old
	if add {
		now.Privs, now.GrantOpts = old.Privs|change.Privs, old.GrantOpts|change.GrantOpts
	} else {
		now.Privs, now.GrantOpts = old.Privs&^change.Privs, old.GrantOpts&^change.GrantOpts
	}
	acl[at] = now
	if now.Privs == 0 && now.GrantOpts == 0 {
		acl = slices.Delete(acl, at, at+1)
	}
	if lost := old.GrantOpts &^ now.GrantOpts; lost != 0 && change.Grantee != 0 {
		acl = s.revokeFrom(acl, change.Grantee, lost, owner, cascade)
	}
	return acl
}

// revokeFrom takes back what somebody granted who lost the right to
// (recursive_revoke).
func (s *Session) revokeFrom(acl []catalog.ACLItem, grantor pg.OID, lost uint32, owner pg.OID, cascade bool) []catalog.ACLItem {
	if grantor == owner {
		return acl
	}
	for _, item := range slices.Clone(acl) {
		if item.Grantor != grantor || item.Privs&lost == 0 && item.GrantOpts&lost == 0 {
			continue
		}
		if !cascade {
			pgerr.New("2BP01", pgerr.NoPosition, "dependent privileges exist").WithHint("Use CASCADE to revoke them too.").Raise()
		}
		acl = s.updateACL(acl, catalog.ACLItem{Grantee: item.Grantee, Grantor: grantor, Privs: lost, GrantOpts: lost}, false, owner, true)
	}
	return acl
}

// grantOnColumns applies a grant to some columns.
func (s *Session) grantOnColumns(g *privilegeGrant, r *catalog.Relation, c columnGrant) {
	privs := c.privs
	if c.all {
		privs = allPrivileges[ast.OBJECT_COLUMN]
	}
	for _, name := range c.names {
		col := r.ColumnNamed(name)
		if col == nil {
			if isSystemColumn(name) {
				continue
			}
			pgerr.Raise("42703", pgerr.NoPosition, `column "%s" of relation "%s" does not exist`, name, r.Name)
		}
		acl := slices.Concat(s.aclOf(r), col.ACL)
		grantor, allowed := s.bestGrantor(acl, r.Owner, privs)
		if allowed == 0 && !s.aclAllows(s.catalog.CurrentUser, acl, ^uint32(0)) {
			s.noPrivilege(ast.OBJECT_COLUMN, name)
		}
		s.catalog.Touch(r)
		col.ACL = s.mergeACL(col.ACL, g, grantor, privs&allowed, r.Owner)
	}
}
