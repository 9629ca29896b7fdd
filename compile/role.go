package compile

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// roleOptions are the options of CREATE and ALTER ROLE.
var roleOptions = nameSet("password", "sysid", "superuser", "inherit", "createrole", "createdb", "canlogin", "isreplication",
	"connectionlimit", "addroleto", "rolemembers", "adminmembers", "validUntil", "bypassrls")

// createRole interprets CREATE ROLE, USER and GROUP, as CreateRole does.
func (s *Session) createRole(n *ast.CreateRoleStmt) {
	opts := options(n.Options, roleOptions, unknownRoleOption)
	if opts["sysid"] != nil {
		s.notice("00000", "SYSID can no longer be specified")
	}
	r := &catalog.Role{Header: catalog.Header{Name: n.Role, Owner: catalog.Superuser}, Inherit: true, Login: n.StmtType == ast.ROLESTMT_USER}
	s.setRoleFlags(r, opts)
	s.checkConnectionLimit(opts)
	switch {
	case r.Super && !s.superuser():
		pgerr.Raise("42501", pgerr.NoPosition, "must be superuser to create superusers")
	case r.Replication && !s.superuser():
		pgerr.Raise("42501", pgerr.NoPosition, "must be superuser to create replication users")
	case r.BypassRLS && !s.superuser():
		pgerr.Raise("42501", pgerr.NoPosition, "must be superuser to create bypassrls users")
	case !s.canCreateRoles():
		pgerr.Raise("42501", pgerr.NoPosition, "permission denied to create role")
	}
	checkRoleName(n.Role)
	if s.catalog.RoleNamed(n.Role) != nil {
		pgerr.Raise("42710", pgerr.NoPosition, `role "%s" already exists`, n.Role)
	}
	s.catalog.Add(r)
	if d := opts["addroleto"]; d != nil {
		for _, spec := range d.Arg.(*ast.List).Items {
			s.addMembers(s.role(spec.(*ast.RoleSpec)), []*catalog.Role{r}, false)
		}
	}
	for _, name := range []string{"adminmembers", "rolemembers"} {
		if d := opts[name]; d != nil {
			s.addMembers(r, s.roles(d.Arg.(*ast.List).Items), name == "adminmembers")
		}
	}
	s.changed("create role %s", n.Role)
}

func unknownRoleOption(d *ast.DefElem) {
	pgerr.Raise("42601", d.Location, `unrecognized role option "%s"`, d.Defname)
}

// setRoleFlags applies the attributes that are given.
func (s *Session) setRoleFlags(r *catalog.Role, opts optionSet) {
	for name, flag := range map[string]*bool{"superuser": &r.Super, "inherit": &r.Inherit, "createrole": &r.CreateRole,
		"createdb": &r.CreateDB, "canlogin": &r.Login, "isreplication": &r.Replication, "bypassrls": &r.BypassRLS} {
		if d := opts[name]; d != nil {
			*flag = s.defBool(d)
		}
	}
}

func (s *Session) checkConnectionLimit(opts optionSet) {
	if d := opts["connectionlimit"]; d != nil && s.defInt(d) < -1 {
		pgerr.Raise("22023", pgerr.NoPosition, "invalid connection limit: %d", s.defInt(d))
	}
}

// canCreateRoles mirrors have_createrole_privilege.
func (s *Session) canCreateRoles() bool {
	r := s.catalog.Role(s.catalog.CurrentUser)
	return r != nil && (r.Super || r.CreateRole)
}

// checkRoleName refuses names that only the system may give (IsReservedName).
func checkRoleName(name string) {
	if strings.HasPrefix(name, "pg_") {
		pgerr.New("42939", pgerr.NoPosition, `role name "%s" is reserved`, name).
			WithDetail(`Role names starting with "pg_" are reserved.`).Raise()
	}
}

// role finds the role that a RoleSpec names (get_rolespec_tuple).
func (s *Session) role(spec *ast.RoleSpec) *catalog.Role {
	switch spec.Roletype {
	case ast.ROLESPEC_CURRENT_ROLE, ast.ROLESPEC_CURRENT_USER:
		return s.catalog.Role(s.catalog.CurrentUser)
	case ast.ROLESPEC_SESSION_USER:
		return s.catalog.Role(s.catalog.SessionUser)
	case ast.ROLESPEC_PUBLIC:
		pgerr.Raise("42704", pgerr.NoPosition, `role "%s" does not exist`, "public")
	}
	r := s.catalog.RoleNamed(spec.Rolename)
	if r == nil {
		pgerr.Raise("42704", pgerr.NoPosition, `role "%s" does not exist`, spec.Rolename)
	}
	return r
}

func (s *Session) roles(specs []ast.Node) []*catalog.Role {
	out := make([]*catalog.Role, 0, len(specs))
	for _, n := range specs {
		out = append(out, s.role(n.(*ast.RoleSpec)))
	}
	return out
}

// grantees gives the roles of a GRANT or policy; 0 stands for PUBLIC.
func (s *Session) grantees(specs []ast.Node) []pg.OID {
	out := make([]pg.OID, 0, len(specs))
	for _, n := range specs {
		spec := n.(*ast.RoleSpec)
		if spec.Roletype == ast.ROLESPEC_PUBLIC {
			out = append(out, 0)
			continue
		}
		out = append(out, s.role(spec).OID)
	}
	return out
}

// alterRole interprets ALTER ROLE and ALTER GROUP, as AlterRole does.
func (s *Session) alterRole(n *ast.AlterRoleStmt) {
	if n.Role.Roletype == ast.ROLESPEC_CSTRING {
		s.checkRoleSpecName(n.Role, "Cannot alter reserved roles.")
	}
	opts := options(n.Options, roleOptions, unknownRoleOption)
	s.checkConnectionLimit(opts)
	r := s.role(n.Role)
	switch {
	case (opts["superuser"] != nil || r.Super) && !s.superuser():
		pgerr.Raise("42501", pgerr.NoPosition, "must be superuser to alter superuser roles or change superuser attribute")
	case (opts["isreplication"] != nil || r.Replication) && !s.superuser():
		pgerr.Raise("42501", pgerr.NoPosition, "must be superuser to alter replication roles or change replication attribute")
	case opts["bypassrls"] != nil && !s.superuser():
		pgerr.Raise("42501", pgerr.NoPosition, "must be superuser to change bypassrls attribute")
	case !s.canCreateRoles():
		only := opts["password"] != nil && len(opts) == 1 && r.OID == s.catalog.CurrentUser
		if !only {
			pgerr.Raise("42501", pgerr.NoPosition, "permission denied")
		}
	}
	s.catalog.Touch(r)
	s.setRoleFlags(r, opts)
	if d := opts["rolemembers"]; d != nil {
		members := s.roles(d.Arg.(*ast.List).Items)
		if n.Action == 1 {
			s.addMembers(r, members, false)
		} else {
			s.removeMembers(r, members, false)
		}
	}
	s.changed("alter role %s", r.Name)
}

// checkRoleSpecName refuses the system's own roles (check_rolespec_name).
func (s *Session) checkRoleSpecName(spec *ast.RoleSpec, detail string) {
	if spec == nil || spec.Roletype != ast.ROLESPEC_CSTRING || !strings.HasPrefix(spec.Rolename, "pg_") {
		return
	}
	pgerr.New("42939", pgerr.NoPosition, `role name "%s" is reserved`, spec.Rolename).WithDetail("%s", detail).Raise()
}

// alterRoleSet interprets ALTER ROLE … SET, whose settings a later session has.
func (s *Session) alterRoleSet(n *ast.AlterRoleSetStmt) {
	if n.Role != nil {
		s.checkRoleSpecName(n.Role, "Cannot alter reserved roles.")
		r := s.role(n.Role)
		switch {
		case r.Super:
			s.requireSuperuser("must be superuser to alter superusers")
		case !s.canCreateRoles() && r.OID != s.catalog.CurrentUser:
			pgerr.Raise("42501", pgerr.NoPosition, "permission denied")
		}
	}
	if n.Database != "" {
		s.database(n.Database)
	}
	if n.Role == nil && n.Database == "" {
		s.requireSuperuser("must be superuser to alter settings globally")
	}
	s.checkSettingOf(n.Setstmt)
	if n.Role == nil || s.role(n.Role).OID == catalog.Superuser {
		s.keepForSessions(n.Setstmt)
	}
}

// checkSettingOf checks a setting that ALTER ROLE or DATABASE keeps for later
// sessions.
func (s *Session) checkSettingOf(n *ast.VariableSetStmt) {
	if n == nil || n.Kind != ast.VAR_SET_VALUE {
		return
	}
	s.checkSettable(n.Name)
	s.checkKeptSetting(n.Name, settingText(n.Name, n.Args))
}

// dropRole interprets DROP ROLE, as DropRole does.
func (s *Session) dropRole(n *ast.DropRoleStmt) {
	if !s.canCreateRoles() {
		pgerr.Raise("42501", pgerr.NoPosition, "permission denied to drop role")
	}
	for _, node := range n.Roles {
		spec := node.(*ast.RoleSpec)
		if spec.Roletype != ast.ROLESPEC_CSTRING {
			pgerr.Raise("22023", pgerr.NoPosition, "cannot use special role specifier in DROP ROLE")
		}
		r := s.catalog.RoleNamed(spec.Rolename)
		if r == nil {
			if !n.MissingOk {
				pgerr.Raise("42704", pgerr.NoPosition, `role "%s" does not exist`, spec.Rolename)
			}
			s.notice("00000", `role "%s" does not exist, skipping`, spec.Rolename)
			continue
		}
		s.dropOneRole(r)
	}
}

func (s *Session) dropOneRole(r *catalog.Role) {
	switch {
	case r.OID == s.catalog.CurrentUser:
		pgerr.Raise("55006", pgerr.NoPosition, "current user cannot be dropped")
	case r.OID == s.catalog.SessionUser:
		pgerr.Raise("55006", pgerr.NoPosition, "session user cannot be dropped")
	case r.Super:
		s.requireSuperuser("must be superuser to drop superusers")
	}
	if r.OID < 16384 {
		pgerr.Raise("2BP01", pgerr.NoPosition, "cannot drop %s because it is required by the database system", "role "+r.Name)
	}
	if users := s.roleUsers(r.OID); len(users) > 0 {
		pgerr.New("2BP01", pgerr.NoPosition, `role "%s" cannot be dropped because some objects depend on it`, r.Name).
			WithDetail("%s", strings.Join(users, "\n")).Raise()
	}
	for _, other := range catalog.All[*catalog.Role](s.catalog) {
		if i := membershipIn(other, r.OID); i >= 0 {
			s.catalog.Touch(other)
			other.MemberOf = slices.Delete(other.MemberOf, i, i+1)
		}
	}
	s.catalog.Drop(r)
	s.changed("drop role %s", r.Name)
}

func membershipIn(r *catalog.Role, role pg.OID) int {
	return slices.IndexFunc(r.MemberOf, func(m catalog.Membership) bool { return m.Role == role })
}

// roleUsers tells why a role cannot be dropped: the objects it owns, has
// privileges on or is a policy's role for (checkSharedDependencies).
func (s *Session) roleUsers(role pg.OID) []string {
	var users []string
	for _, o := range catalog.All[catalog.Object](s.catalog) {
		h := catalog.HeaderOf(o)
		switch {
		case h.Owner == role:
			if o.Address().Class != catalog.ClassRole && !s.isPart(o) {
				users = append(users, "owner of "+s.describe(o.Address()))
			}
		case mentions(h.ACL, role) || columnMentions(o, role):
			users = append(users, "privileges for "+s.describeACL(o))
		}
		if p, ok := o.(*catalog.Policy); ok && slices.Contains(p.Roles, role) {
			users = append(users, "target of "+s.describe(o.Address()))
		}
	}
	return users
}

// describeACL names an object that has privileges.
func (s *Session) describeACL(o catalog.Object) string {
	if g, ok := o.(*catalog.Generic); ok && g.Class == catalog.ClassDefaultACL {
		return s.describeDefaultACL(g)
	}
	return s.describe(o.Address())
}

// isPart says whether an object belongs to another one and so has no owner of
// its own: constraints, triggers, indexes, array and row types.
func (s *Session) isPart(o catalog.Object) bool {
	switch o := o.(type) {
	case *catalog.Constraint, *catalog.Trigger, *catalog.Policy, *catalog.Rule, *catalog.Cast:
		return true
	case *catalog.Type:
		return s.isTrueArray(o) || o.RelID != 0
	}
	return false
}

func mentions(acl []catalog.ACLItem, role pg.OID) bool {
	return slices.ContainsFunc(acl, func(i catalog.ACLItem) bool { return i.Grantee == role || i.Grantor == role })
}

func columnMentions(o catalog.Object, role pg.OID) bool {
	r, ok := o.(*catalog.Relation)
	return ok && slices.ContainsFunc(r.Columns, func(c *catalog.Column) bool { return mentions(c.ACL, role) })
}

// renameRole mirrors RenameRole.
func (s *Session) renameRole(oldName, newName string) {
	r := s.catalog.RoleNamed(oldName)
	switch {
	case r == nil:
		pgerr.Raise("42704", pgerr.NoPosition, `role "%s" does not exist`, oldName)
	case r.OID == s.catalog.SessionUser:
		pgerr.Raise("0A000", pgerr.NoPosition, "session user cannot be renamed")
	case r.OID == s.catalog.CurrentUser:
		pgerr.Raise("0A000", pgerr.NoPosition, "current user cannot be renamed")
	}
	checkRoleName(oldName)
	checkRoleName(newName)
	switch {
	case s.catalog.RoleNamed(newName) != nil:
		pgerr.Raise("42710", pgerr.NoPosition, `role "%s" already exists`, newName)
	case r.Super:
		s.requireSuperuser("must be superuser to rename superusers")
	case !s.canCreateRoles():
		pgerr.Raise("42501", pgerr.NoPosition, "permission denied to rename role")
	}
	s.catalog.Rename(r, 0, newName)
}

// grantRole interprets GRANT role TO role and REVOKE, as GrantRole does.
func (s *Session) grantRole(n *ast.GrantRoleStmt) {
	var grantor *catalog.Role
	if n.Grantor != nil {
		grantor = s.role(n.Grantor)
	}
	admin := false
	for _, d := range options(n.Opt, nil, nil) {
		if d.Defname != "admin" {
			s.newerRoleOption(n.IsGrant, d)
		}
		admin = s.defBool(d)
	}
	grantees := s.roles(n.GranteeRoles)
	for _, node := range n.GrantedRoles {
		p := node.(*ast.AccessPriv)
		if p.PrivName == "" || p.Cols != nil {
			pgerr.Raise("0LP01", pgerr.NoPosition, "column names cannot be included in GRANT/REVOKE ROLE")
		}
		r := s.role(&ast.RoleSpec{Roletype: ast.ROLESPEC_CSTRING, Rolename: p.PrivName})
		s.checkRoleAdmin(r)
		if grantor != nil && grantor.OID != s.catalog.CurrentUser {
			s.requireSuperuser("must be superuser to set grantor")
		}
		if n.IsGrant {
			s.addMembers(r, grantees, admin)
		} else {
			s.removeMembers(r, grantees, len(n.Opt) > 0)
		}
	}
}

// checkRoleAdmin raises 42501 unless the user may give away membership in r.
func (s *Session) checkRoleAdmin(r *catalog.Role) {
	switch {
	case r.Super:
		s.requireSuperuser("must be superuser to alter superusers")
	case !s.canCreateRoles() && !s.isAdminOf(s.catalog.CurrentUser, r.OID):
		pgerr.Raise("42501", pgerr.NoPosition, `must have admin option on role "%s"`, r.Name)
	}
}

// newerRoleOption refuses GRANT … WITH INHERIT or SET, and REVOKE INHERIT OPTION
// FOR: PostgreSQL 15 has ADMIN alone.
func (s *Session) newerRoleOption(grants bool, d *ast.DefElem) {
	word := parser.Lexer{Text: s.text, Pos: max(d.Location, 0)}
	t := word.Next()
	if !grants {
		t = word.Next()
	}
	pgerr.Raise("42601", t.Start, "syntax error at or near \"%s\"", s.text[t.Start:t.End])
}

// isAdminOf mirrors is_admin_of_role.
func (s *Session) isAdminOf(member, role pg.OID) bool {
	for _, oid := range s.memberships(member, false) {
		if i := membershipIn(s.catalog.Role(oid), role); i >= 0 && s.catalog.Role(oid).MemberOf[i].Admin {
			return true
		}
	}
	return false
}

// addMembers mirrors AddRoleMems.
func (s *Session) addMembers(r *catalog.Role, members []*catalog.Role, admin bool) {
	for _, m := range members {
		if r.OID == catalog.DatabaseOwner {
			pgerr.Raise("XX000", pgerr.NoPosition, `role "%s" cannot have explicit members`, r.Name)
		}
		if m.OID == catalog.DatabaseOwner {
			pgerr.Raise("XX000", pgerr.NoPosition, `role "%s" cannot be a member of any role`, m.Name)
		}
		if slices.Contains(s.memberships(r.OID, false), m.OID) {
			pgerr.Raise("0LP01", pgerr.NoPosition, `role "%s" is a member of role "%s"`, r.Name, m.Name)
		}
		i := membershipIn(m, r.OID)
		if i >= 0 && (!admin || m.MemberOf[i].Admin) {
			s.notice("00000", `role "%s" is already a member of role "%s"`, m.Name, r.Name)
			continue
		}
		s.catalog.Touch(m)
		if i >= 0 {
			m.MemberOf[i].Admin = true
			continue
		}
		m.MemberOf = append(m.MemberOf, catalog.Membership{Role: r.OID, Admin: admin})
	}
	s.catalog.ForgetPath()
}

// removeMembers mirrors DelRoleMems.
func (s *Session) removeMembers(r *catalog.Role, members []*catalog.Role, adminOnly bool) {
	for _, m := range members {
		i := membershipIn(m, r.OID)
		if i < 0 {
			s.warning("01000", `role "%s" is not a member of role "%s"`, m.Name, r.Name)
			continue
		}
		s.catalog.Touch(m)
		if adminOnly {
			m.MemberOf[i].Admin = false
			continue
		}
		m.MemberOf = slices.Delete(m.MemberOf, i, i+1)
	}
	s.catalog.ForgetPath()
}
