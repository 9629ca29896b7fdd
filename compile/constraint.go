package compile

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// This file mirrors pg_constraint.c and heap.c's part in defaults and checks.

// constraintNamed finds a relation's constraint by name; nil: none.
func constraintNamed(r *catalog.Relation, name string) *catalog.Constraint {
	for _, con := range r.Constraints {
		if con.Name == name {
			return con
		}
	}
	return nil
}

// addConstraint enters a constraint and puts it into its relation's list.
func (s *Session) addConstraint(r *catalog.Relation, con *catalog.Constraint) {
	s.catalog.Add(con)
	s.catalog.AddConstraint(r, con)
}

// dependConstraintColumns ties a constraint to its columns, or to the whole
// table when it has none; number 0, an expression's, is the whole table too
// (CreateConstraintEntry).
func (s *Session) dependConstraintColumns(r *catalog.Relation, con *catalog.Constraint) {
	for _, num := range con.Key {
		s.catalog.Depend(con.Address(), r.Column(num), catalog.DependAuto)
	}
	if len(con.Key) == 0 {
		s.catalog.Depend(con.Address(), r.Address(), catalog.DependAuto)
	}
}

// setConstraintParent makes con a part of the partitioned table's constraint,
// as ConstraintSetParentConstraint.
func (s *Session) setConstraintParent(con, parent *catalog.Constraint) {
	s.catalog.Touch(con)
	con.IsLocal, con.InhCount, con.Parent = false, con.InhCount+1, parent.OID
	con.NoInherit = false
	s.catalog.Depend(con.Address(), parent.Address(), catalog.DependPartitionPri)
	s.catalog.Depend(con.Address(), catalog.Address{Class: catalog.ClassRelation, OID: con.Relation}, catalog.DependPartitionSec)
}

// clearConstraintParent makes con stand alone again.
func (s *Session) clearConstraintParent(con *catalog.Constraint) {
	s.catalog.Touch(con)
	con.IsLocal, con.Parent = true, 0
	if con.InhCount > 0 {
		con.InhCount--
	}
	s.catalog.Undepend(con.Address(), isPartitionDependency)
}

func isPartitionDependency(d catalog.Dependency) bool {
	return d.Kind == catalog.DependPartitionPri || d.Kind == catalog.DependPartitionSec
}

// addDefault analyses and stores a column's default or generation expression,
// as AddRelationNewConstraints does.
func (s *Session) addDefault(r *catalog.Relation, col *catalog.Column, raw ast.Node) {
	e := s.columnDefault(r, col, raw)
	if c, ok := e.(*query.Const); ok && c.IsNull && col.Generated == 0 {
		return
	}
	s.storeDefault(r, col, e)
}

// storeDefault gives a column a default that is analysed already (StoreAttrDefault).
func (s *Session) storeDefault(r *catalog.Relation, col *catalog.Column, e query.Expr) {
	s.catalog.Touch(r)
	col.Default, col.DefaultOID = e, s.catalog.NewOID()
	me := catalog.Address{Class: catalog.ClassDefault, OID: col.DefaultOID}
	kind := catalog.DependAuto
	if col.Generated != 0 {
		kind = catalog.DependInternal
	}
	s.catalog.Depend(me, r.Column(col.Num), kind)
	s.dependOnExpr(me, e, r.OID, catalog.DependNormal, catalog.DependNormal)
}

// removeDefault takes a column's default away (RemoveAttrDefault).
func (s *Session) removeDefault(r *catalog.Relation, col *catalog.Column, behavior ast.DropBehavior, internal bool) {
	if col.Default == nil {
		return
	}
	flags := deletionFlags(0)
	if internal {
		flags = deletionInternal
	}
	s.performDeletion(catalog.Address{Class: catalog.ClassDefault, OID: col.DefaultOID}, behavior, flags)
}

// addChecks analyses, names and stores check constraints, merging those that
// are there already. It gives the new ones. It mirrors AddRelationNewConstraints.
func (s *Session) addChecks(r *catalog.Relation, checks []*tableConstraint, merge, local bool) []*catalog.Constraint {
	var made []*catalog.Constraint
	var names []string
	for _, t := range checks {
		e := t.cooked
		if e == nil {
			e = s.checkExpression(t.RawExpr, r)
		}
		name := t.Conname
		if name != "" {
			if slices.Contains(names, name) {
				pgerr.Raise("42710", pgerr.NoPosition, "check constraint \"%s\" already exists", name)
			}
			names = append(names, name)
			if s.mergeCheck(r, name, e, merge, local, t.InitiallyValid, t.IsNoInherit) {
				continue
			}
		} else {
			column := ""
			if nums := columnsOf(e); len(nums) == 1 && nums[0] > 0 {
				column = r.Columns[nums[0]-1].Name
			} else if len(nums) == 1 && nums[0] < 0 {
				column = systemColumnName(nums[0])
			}
			name = s.chooseConstraintName(r.Name, column, "check", r.Namespace, names)
			names = append(names, name)
		}
		t.Conname = name
		made = append(made, s.storeCheck(r, name, e, t.InitiallyValid, local, t.IsNoInherit))
	}
	return made
}

func systemColumnName(num int16) string {
	for name, n := range systemColumns {
		if n == num {
			return name
		}
	}
	return ""
}

// storeCheck enters a check constraint, as StoreRelCheck.
func (s *Session) storeCheck(r *catalog.Relation, name string, e query.Expr, valid, local, noInherit bool) *catalog.Constraint {
	if noInherit && r.Kind == catalog.PartitionedTable {
		pgerr.Raise("42P16", pgerr.NoPosition, "cannot add NO INHERIT constraint to partitioned table \"%s\"", r.Name)
	}
	con := &catalog.Constraint{Header: catalog.Header{Name: name, Namespace: r.Namespace}, Kind: 'c', Validated: valid,
		Relation: r.OID, IsLocal: local, NoInherit: noInherit, Check: e}
	if !local {
		con.InhCount = 1
	}
	for _, num := range columnsOf(e) {
		con.Key = append(con.Key, num)
	}
	s.addConstraint(r, con)
	s.dependConstraintColumns(r, con)
	s.dependOnExpr(con.Address(), e, r.OID, catalog.DependNormal, catalog.DependNormal)
	return con
}

// mergeCheck looks for a constraint of the name: the same check is merged
// with, anything else is in the way (MergeWithExistingConstraint).
func (s *Session) mergeCheck(r *catalog.Relation, name string, e query.Expr, merge, local, valid, noInherit bool) bool {
	con := constraintNamed(r, name)
	if con == nil {
		return false
	}
	if local && !con.IsLocal && !r.IsPartition {
		merge = true
	}
	if con.Kind != 'c' || !query.Equal(con.Check, e) || !merge {
		pgerr.Raise("42710", pgerr.NoPosition, "constraint \"%s\" for relation \"%s\" already exists", name, r.Name)
	}
	conflict := func(with string) {
		pgerr.Raise("42P17", pgerr.NoPosition, "constraint \"%s\" conflicts with %s constraint on relation \"%s\"", name, with, r.Name)
	}
	switch {
	case con.NoInherit:
		conflict("non-inherited")
	case con.InhCount > 0 && noInherit:
		conflict("inherited")
	case valid && !con.Validated:
		conflict("NOT VALID")
	}
	s.notice("00000", "merging constraint \"%s\" with inherited definition", name)
	s.catalog.Touch(con)
	switch {
	case r.IsPartition:
		con.InhCount, con.IsLocal = 1, false
	case local:
		con.IsLocal = true
	default:
		con.InhCount++
	}
	if noInherit {
		con.NoInherit = true
	}
	return true
}

// checkColumnType refuses types that no column can have (CheckAttributeType).
func (s *Session) checkColumnType(name string, typ, collation pg.OID, containing []pg.OID) {
	t := s.catalog.Type(typ)
	if t == nil {
		return
	}
	switch {
	case t.Kind == 'p':
		pgerr.Raise("42P16", pgerr.NoPosition, "column \"%s\" has pseudo-type %s", name, s.formatType(typ))
	case t.Kind == 'd':
		s.checkColumnType(name, t.BaseType, collation, containing)
	case t.Kind == 'c':
		if slices.Contains(containing, typ) {
			pgerr.Raise("42P16", pgerr.NoPosition, "composite type %s cannot be made a member of itself", s.formatType(typ))
		}
		if r := s.catalog.Relation(t.RelID); r != nil {
			for _, col := range r.Live() {
				s.checkColumnType(col.Name, col.Type, col.Collation, append(containing, typ))
			}
		}
	case t.Kind == 'r' && t.Range != nil:
		s.checkColumnType(name, t.Range.Subtype, t.Range.Collation, containing)
	case s.isTrueArray(t):
		s.checkColumnType(name, t.Elem, collation, containing)
	}
	if collation == 0 && t.Collation != 0 {
		pgerr.New("42P16", pgerr.NoPosition, "no collation was derived for column \"%s\" with collatable type %s", name, s.formatType(typ)).
			WithHint("Use the COLLATE clause to set the collation explicitly.").Raise()
	}
}
