package compile

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// policyCommands are the values of pg_policy.polcmd.
var policyCommands = map[string]byte{"all": '*', "select": 'r', "insert": 'a', "update": 'w', "delete": 'd'}

// createPolicy interprets CREATE POLICY, as CreatePolicy does.
func (s *Session) createPolicy(n *ast.CreatePolicyStmt) {
	command, ok := policyCommands[n.CmdName]
	switch {
	case !ok:
		pgerr.Raise("XX000", pgerr.NoPosition, "unrecognized policy command")
	case (command == 'r' || command == 'd') && n.WithCheck != nil:
		pgerr.Raise("42601", pgerr.NoPosition, "WITH CHECK cannot be applied to SELECT or DELETE")
	case command == 'a' && n.Qual != nil:
		pgerr.Raise("42601", pgerr.NoPosition, "only WITH CHECK expression allowed for INSERT")
	}
	roles := s.policyRoles(n.Roles)
	r := s.policyRelation(n.Table)
	p := &catalog.Policy{Header: catalog.Header{Name: n.PolicyName}, Relation: r.OID, Command: command, Permissive: n.Permissive, Roles: roles}
	p.Using = s.policyExpr(n.Qual, r)
	p.WithCheck = s.policyExpr(n.WithCheck, r)
	if policyNamed(r, n.PolicyName) != nil {
		pgerr.Raise("42710", pgerr.NoPosition, `policy "%s" for table "%s" already exists`, n.PolicyName, r.Name)
	}
	s.catalog.Touch(r)
	s.catalog.Add(p)
	r.Policies = append(slices.Clone(r.Policies), p)
	s.dependPolicy(p, r)
	s.changed("create policy %s on %s", p.Name, s.catalog.QualifiedName(r))
}

// policyRoles mirrors policy_role_list_to_array: no role, or PUBLIC among
// several, is PUBLIC alone.
func (s *Session) policyRoles(specs []ast.Node) []pg.OID {
	if len(specs) == 0 {
		return []pg.OID{0}
	}
	for i, node := range specs {
		if node.(*ast.RoleSpec).Roletype == ast.ROLESPEC_PUBLIC {
			s.grantees(specs[:i])
			if len(specs) > 1 {
				s.Report(Notice{Severity: "WARNING", Code: "22023", Message: "ignoring specified roles other than PUBLIC",
					Hint: "All roles are members of the PUBLIC role."})
			}
			return []pg.OID{0}
		}
	}
	var roles []pg.OID
	for _, oid := range s.grantees(specs) {
		if !slices.Contains(roles, oid) {
			roles = append(roles, oid)
		}
	}
	return roles
}

// policyRelation finds the table that a policy is to be on
// (RangeVarCallbackForPolicy).
func (s *Session) policyRelation(rv *ast.RangeVar) *catalog.Relation {
	r := s.lookup(rv, false)
	s.checkPolicyRelation(r)
	return r
}

func (s *Session) checkPolicyRelation(r *catalog.Relation) {
	s.checkOwner(r)
	checkNotSystem(r)
	if r.Kind != catalog.Table && r.Kind != catalog.PartitionedTable {
		pgerr.Raise("42809", pgerr.NoPosition, `"%s" is not a table`, r.Name)
	}
}

func policyNamed(r *catalog.Relation, name string) *catalog.Policy {
	for _, p := range r.Policies {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// dependPolicy records what a policy needs.
func (s *Session) dependPolicy(p *catalog.Policy, r *catalog.Relation) {
	s.catalog.Depend(p.Address(), r.Address(), catalog.DependAuto)
	if p.Using != nil {
		s.needs(p.Address(), p.Using, r.OID)
	}
	if p.WithCheck != nil {
		s.needs(p.Address(), p.WithCheck, r.OID)
	}
}

// alterPolicy interprets ALTER POLICY, as AlterPolicy does.
func (s *Session) alterPolicy(n *ast.AlterPolicyStmt) {
	var roles []pg.OID
	if n.Roles != nil {
		roles = s.policyRoles(n.Roles)
	}
	r := s.policyRelation(n.Table)
	using, check := s.policyExpr(n.Qual, r), s.policyExpr(n.WithCheck, r)
	p := policyNamed(r, n.PolicyName)
	switch {
	case p == nil:
		pgerr.Raise("42704", pgerr.NoPosition, `policy "%s" for table "%s" does not exist`, n.PolicyName, r.Name)
	case (p.Command == 'r' || p.Command == 'd') && n.WithCheck != nil:
		pgerr.Raise("42601", pgerr.NoPosition, "only USING expression allowed for SELECT, DELETE")
	case p.Command == 'a' && n.Qual != nil:
		pgerr.Raise("42601", pgerr.NoPosition, "only WITH CHECK expression allowed for INSERT")
	}
	s.catalog.Touch(p)
	if n.Roles != nil {
		p.Roles = roles
	}
	if n.Qual != nil {
		p.Using = using
	}
	if n.WithCheck != nil {
		p.WithCheck = check
	}
	s.catalog.Undepend(p.Address(), nil)
	s.dependPolicy(p, r)
	s.changed("alter policy %s on %s", p.Name, s.catalog.QualifiedName(r))
}

// renamePolicy interprets ALTER POLICY … RENAME TO, as rename_policy does.
func (s *Session) renamePolicy(n *ast.RenameStmt) {
	r := s.policyRelation(n.Relation)
	switch {
	case policyNamed(r, n.Newname) != nil:
		pgerr.Raise("42710", pgerr.NoPosition, `policy "%s" for table "%s" already exists`, n.Newname, r.Name)
	case policyNamed(r, n.Subname) == nil:
		pgerr.Raise("42704", pgerr.NoPosition, `policy "%s" for table "%s" does not exist`, n.Subname, r.Name)
	}
	s.catalog.Touch(r)
	s.catalog.Rename(policyNamed(r, n.Subname), 0, n.Newname)
}
