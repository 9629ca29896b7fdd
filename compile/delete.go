package compile

import (
	"fmt"
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
)

// deleters remove an object of a class that is more than an entry in the
// catalog: others hold it in lists, or it is a part of another object.
var deleters map[catalog.Class]func(*Session, catalog.Address)

func init() {
	deleters = map[catalog.Class]func(*Session, catalog.Address){
		catalog.ClassRelation:   (*Session).deleteRelation,
		catalog.ClassDefault:    (*Session).deleteDefault,
		catalog.ClassConstraint: (*Session).deleteConstraint,
		catalog.ClassTrigger:    (*Session).deleteTrigger,
		catalog.ClassPolicy:     (*Session).deletePolicy,
		catalog.ClassRewrite:    (*Session).deleteRule,
	}
	for class, f := range objectDeleters {
		deleters[class] = f
	}
}

// deleteObject removes one object whose dependents are gone already, as
// deleteOneObject.
func (s *Session) deleteObject(a catalog.Address) {
	if f := deleters[a.Class]; f != nil {
		f(s, a)
		return
	}
	if o := s.catalog.Object(a); o != nil {
		s.catalog.Drop(o)
	}
}

// without gives a copy of list that does not hold x.
func without[T comparable](list []T, x T) []T {
	return slices.DeleteFunc(slices.Clone(list), func(y T) bool { return y == x })
}

func (s *Session) deleteRelation(a catalog.Address) {
	r := s.catalog.Relation(a.OID)
	if r == nil {
		return
	}
	if a.Sub != 0 {
		s.deleteColumn(r, a.Sub)
		return
	}
	for _, oid := range r.Inherits {
		if parent := s.catalog.Relation(oid); parent != nil {
			s.catalog.Touch(parent)
			parent.Children = without(parent.Children, r.OID)
		}
	}
	if r.IndexInfo != nil {
		if table := s.catalog.Relation(r.IndexInfo.Relation); table != nil {
			s.catalog.Touch(table)
			table.Indexes = without(table.Indexes, r)
			if r.IndexInfo.ReplIdent && table.ReplicaIdentity == 'i' {
				// The table keeps saying "index" and then has no identity, as in PostgreSQL.
				_ = table
			}
		}
	}
	s.catalog.Drop(r)
}

// deleteColumn leaves a dropped column's place behind, as RemoveAttributeById.
func (s *Session) deleteColumn(r *catalog.Relation, num int16) {
	s.catalog.Touch(r)
	col := r.Columns[num-1]
	*col = catalog.Column{Num: num, Name: fmt.Sprintf("........pg.dropped.%d........", num), Dropped: true,
		Typmod: -1, IsLocal: col.IsLocal, InhCount: col.InhCount, Statistics: 0}
	s.catalog.SetComment(r.Column(num), "")
	s.catalog.Undepend(r.Column(num), nil)
}

// defaultColumn finds the column that a default (pg_attrdef) belongs to.
func (s *Session) defaultColumn(oid pg.OID) (*catalog.Relation, *catalog.Column) {
	for _, d := range s.catalog.Dependencies(catalog.Address{Class: catalog.ClassDefault, OID: oid}) {
		if d.Referenced.Class != catalog.ClassRelation || d.Referenced.Sub == 0 {
			continue
		}
		r := s.catalog.Relation(d.Referenced.OID)
		if r != nil && int(d.Referenced.Sub) <= len(r.Columns) && r.Columns[d.Referenced.Sub-1].DefaultOID == oid {
			return r, r.Columns[d.Referenced.Sub-1]
		}
	}
	return nil, nil
}

func (s *Session) deleteDefault(a catalog.Address) {
	if r, col := s.defaultColumn(a.OID); col != nil {
		s.catalog.Touch(r)
		col.Default, col.DefaultOID = nil, 0
	}
	s.catalog.Undepend(a, nil)
}

func (s *Session) deleteConstraint(a catalog.Address) {
	con := s.catalog.Constraint(a.OID)
	if con == nil {
		return
	}
	if r := s.catalog.Relation(con.Relation); r != nil {
		s.catalog.Touch(r)
		r.Constraints = without(r.Constraints, con)
	}
	if t := s.catalog.Type(con.Type); t != nil {
		s.catalog.Touch(t)
		t.Constraints = without(t.Constraints, con)
	}
	s.catalog.Drop(con)
}

func (s *Session) deleteTrigger(a catalog.Address) {
	if t, ok := s.catalog.Object(a).(*catalog.Trigger); ok {
		if r := s.catalog.Relation(t.Relation); r != nil {
			s.catalog.Touch(r)
			r.Triggers = without(r.Triggers, t)
		}
		s.catalog.Drop(t)
	}
}

func (s *Session) deletePolicy(a catalog.Address) {
	if p, ok := s.catalog.Object(a).(*catalog.Policy); ok {
		if r := s.catalog.Relation(p.Relation); r != nil {
			s.catalog.Touch(r)
			r.Policies = without(r.Policies, p)
		}
		s.catalog.Drop(p)
	}
}

func (s *Session) deleteRule(a catalog.Address) {
	if rule, ok := s.catalog.Object(a).(*catalog.Rule); ok {
		if r := s.catalog.Relation(rule.Relation); r != nil {
			s.catalog.Touch(r)
			r.Rules = without(r.Rules, rule)
		}
		s.catalog.Drop(rule)
	}
}
