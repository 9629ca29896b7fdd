package compile

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// dropOwned interprets DROP OWNED, as DropOwnedObjects does.
func (s *Session) dropOwned(n *ast.DropOwnedStmt) {
	roles := s.roles(n.Roles)
	for _, r := range roles {
		if !s.hasPrivsOf(s.catalog.CurrentUser, r.OID) {
			pgerr.Raise("42501", pgerr.NoPosition, "permission denied to drop objects")
		}
	}
	var targets []catalog.Address
	for _, r := range roles {
		s.checkNotPinned(r, "drop")
		for _, o := range catalog.All[catalog.Object](s.catalog) {
			if s.ownedBy(o, r.OID) {
				targets = append(targets, o.Address())
				continue
			}
			targets = append(targets, s.forgetRole(o, r.OID)...)
		}
	}
	s.performDeletions(targets, n.Behavior, 0)
}

// checkNotPinned refuses to touch what belongs to the database system.
func (s *Session) checkNotPinned(r *catalog.Role, what string) {
	if r.OID < 16384 {
		pgerr.Raise("2BP01", pgerr.NoPosition, "cannot %s objects owned by role %s because they are required by the database system", what, r.Name)
	}
}

// ownedBy says whether an object belongs to a role in its own right.
func (s *Session) ownedBy(o catalog.Object, role pg.OID) bool {
	if catalog.HeaderOf(o).Owner != role {
		return false
	}
	if t, ok := o.(*catalog.Type); ok && t.RelID != 0 {
		r := s.catalog.Relation(t.RelID)
		return r != nil && r.Kind == catalog.CompositeType
	}
	if s.isPart(o) {
		return false
	}
	switch o := o.(type) {
	case *catalog.Role:
		return false
	case *catalog.Relation:
		return o.Kind != catalog.Index && o.Kind != catalog.PartitionedIndex && o.Kind != catalog.CompositeType
	}
	return true
}

// forgetRole takes a role out of an object's privileges and a policy's roles.
// A policy for nobody else is to be dropped.
func (s *Session) forgetRole(o catalog.Object, role pg.OID) []catalog.Address {
	h := catalog.HeaderOf(o)
	without := func(i catalog.ACLItem) bool { return i.Grantee == role || i.Grantor == role }
	if mentions(h.ACL, role) {
		s.catalog.Touch(o)
		h.ACL = slices.DeleteFunc(slices.Clone(h.ACL), without)
	}
	switch o := o.(type) {
	case *catalog.Relation:
		if columnMentions(o, role) {
			s.catalog.Touch(o)
			for _, col := range o.Columns {
				col.ACL = slices.DeleteFunc(slices.Clone(col.ACL), without)
			}
		}
	case *catalog.Policy:
		if !slices.Contains(o.Roles, role) {
			return nil
		}
		if len(o.Roles) == 1 {
			return []catalog.Address{o.Address()}
		}
		s.catalog.Touch(o)
		o.Roles = slices.DeleteFunc(slices.Clone(o.Roles), func(r pg.OID) bool { return r == role })
	}
	return nil
}

// reassignOwned interprets REASSIGN OWNED, as ReassignOwnedObjects does.
func (s *Session) reassignOwned(n *ast.ReassignOwnedStmt) {
	roles := s.roles(n.Roles)
	for _, r := range roles {
		if !s.hasPrivsOf(s.catalog.CurrentUser, r.OID) {
			pgerr.Raise("42501", pgerr.NoPosition, "permission denied to reassign objects")
		}
	}
	owner := s.role(n.Newrole)
	if !s.hasPrivsOf(s.catalog.CurrentUser, owner.OID) {
		pgerr.Raise("42501", pgerr.NoPosition, "permission denied to reassign objects")
	}
	for _, r := range roles {
		s.checkNotPinned(r, "reassign ownership of")
		for _, o := range catalog.All[catalog.Object](s.catalog) {
			if catalog.HeaderOf(o).Owner == r.OID && o.Address().Class != catalog.ClassRole && o.Address().Class != catalog.ClassDefaultACL {
				s.setOwner(o, owner.OID)
			}
		}
	}
}
