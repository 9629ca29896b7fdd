package compile

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

func prepAddInherit(a *alteration, t *alteredTable, c *alterCmd, recurse, recursing bool) {
	refuse := func(what string) { pgerr.Raise("42809", pgerr.NoPosition, "cannot change inheritance of %s", what) }
	switch r := t.rel; {
	case r.OfType != 0:
		refuse("typed table")
	case r.IsPartition:
		refuse("a partition")
	case r.Kind == catalog.PartitionedTable:
		refuse("partitioned table")
	}
}

// applyAddInherit mirrors ATExecAddInherit.
func applyAddInherit(a *alteration, t *alteredTable, c *alterCmd) {
	s, r := a.s, t.rel
	rv := c.Def.(*ast.RangeVar)
	parent := s.lookup(rv, false)
	a.permit(parent, alterRule{on: onTable | onForeign, name: "INHERIT"})
	switch {
	case parent.Persistence == 't' && r.Persistence != 't':
		pgerr.Raise("42809", pgerr.NoPosition, "cannot inherit from temporary relation \"%s\"", parent.Name)
	case parent.Kind == catalog.PartitionedTable:
		pgerr.Raise("42809", pgerr.NoPosition, "cannot inherit from partitioned table \"%s\"", parent.Name)
	case parent.IsPartition:
		pgerr.Raise("42809", pgerr.NoPosition, "cannot inherit from a partition")
	}
	s.refuseCircle(r, parent, parent.Name, r.Name)
	s.refuseTransitionTriggers(r, "trigger \"%s\" prevents table \"%s\" from becoming an inheritance child",
		"ROW triggers with transition tables are not supported in inheritance hierarchies.")
	s.createInheritance(r, parent)
}

func (s *Session) refuseCircle(r, parent *catalog.Relation, name, of string) {
	if slices.Contains(s.inheritors(r), parent) {
		pgerr.New("42P07", pgerr.NoPosition, "circular inheritance not allowed").WithDetail("\"%s\" is already a child of \"%s\".", name, of).Raise()
	}
}

// refuseTransitionTriggers mirrors FindTriggerIncompatibleWithInheritance.
func (s *Session) refuseTransitionTriggers(r *catalog.Relation, format, detail string) {
	for _, t := range r.Triggers {
		if t.Type&1 != 0 && (t.OldTable != "" || t.NewTable != "") {
			pgerr.New("0A000", pgerr.NoPosition, format, t.Name, r.Name).WithDetail("%s", detail).Raise()
		}
	}
}

// createInheritance checks that a table has what its new parent has, and makes
// it a child (CreateInheritance).
func (s *Session) createInheritance(r, parent *catalog.Relation) {
	if slices.Contains(r.Inherits, parent.OID) {
		pgerr.Raise("42P07", pgerr.NoPosition, "relation \"%s\" would be inherited from more than once", parent.Name)
	}
	partition := parent.Kind == catalog.PartitionedTable
	s.catalog.Touch(r)
	for _, pc := range parent.Live() {
		s.inheritColumn(r, parent, pc, partition)
	}
	for _, pc := range parent.Constraints {
		if pc.Kind == 'c' && !pc.NoInherit {
			s.inheritCheck(r, parent, pc, partition)
		}
	}
	s.addInheritance(r, parent)
}

// inheritColumn merges one column (MergeAttributesIntoExisting).
func (s *Session) inheritColumn(r, parent *catalog.Relation, pc *catalog.Column, partition bool) {
	col := r.ColumnNamed(pc.Name)
	switch {
	case col == nil:
		pgerr.Raise("42804", pgerr.NoPosition, "child table is missing column \"%s\"", pc.Name)
	case col.Type != pc.Type || col.Typmod != pc.Typmod:
		pgerr.Raise("42804", pgerr.NoPosition, "child table \"%s\" has different type for column \"%s\"", r.Name, pc.Name)
	case col.Collation != pc.Collation:
		pgerr.Raise("42P21", pgerr.NoPosition, "child table \"%s\" has different collation for column \"%s\"", r.Name, pc.Name)
	case pc.NotNull && !col.NotNull:
		pgerr.Raise("42804", pgerr.NoPosition, "column \"%s\" in child table must be marked NOT NULL", pc.Name)
	case pc.Generated != 0 && col.Generated == 0:
		pgerr.Raise("42804", pgerr.NoPosition, "column \"%s\" in child table must be a generated column", pc.Name)
	case pc.Generated != 0 && s.deparse(pc.Default, parent) != s.deparse(col.Default, r):
		pgerr.Raise("42804", pgerr.NoPosition, "column \"%s\" in child table has a conflicting generation expression", pc.Name)
	}
	col.InhCount++
	if partition {
		col.IsLocal = false
	}
}

// inheritCheck merges one check (MergeConstraintsIntoExisting).
func (s *Session) inheritCheck(r, parent *catalog.Relation, pc *catalog.Constraint, partition bool) {
	con := constraintNamed(r, pc.Name)
	if con == nil || con.Kind != 'c' {
		pgerr.Raise("42804", pgerr.NoPosition, "child table is missing constraint \"%s\"", pc.Name)
	}
	if con.Deferrable != pc.Deferrable || con.Deferred != pc.Deferred || s.deparse(con.Check, r) != s.deparse(pc.Check, parent) {
		pgerr.Raise("42804", pgerr.NoPosition, "child table \"%s\" has different definition for check constraint \"%s\"", r.Name, pc.Name)
	}
	if con.NoInherit {
		pgerr.Raise("42P17", pgerr.NoPosition, "constraint \"%s\" conflicts with non-inherited constraint on child table \"%s\"", con.Name, r.Name)
	}
	if pc.Validated && !con.Validated {
		pgerr.Raise("42P17", pgerr.NoPosition, "constraint \"%s\" conflicts with NOT VALID constraint on child table \"%s\"", con.Name, r.Name)
	}
	s.catalog.Touch(con)
	con.InhCount++
	if partition {
		con.IsLocal = false
	}
}

func applyDropInherit(a *alteration, t *alteredTable, c *alterCmd) {
	if t.rel.IsPartition {
		pgerr.Raise("42809", pgerr.NoPosition, "cannot change inheritance of a partition")
	}
	a.s.dropInheritance(t.rel, a.s.lookup(c.Def.(*ast.RangeVar), false))
}

// dropInheritance mirrors RemoveInheritance.
func (s *Session) dropInheritance(r, parent *catalog.Relation) {
	if !slices.Contains(r.Inherits, parent.OID) {
		if parent.Kind == catalog.PartitionedTable {
			pgerr.Raise("42P01", pgerr.NoPosition, "relation \"%s\" is not a partition of relation \"%s\"", r.Name, parent.Name)
		}
		pgerr.Raise("42P01", pgerr.NoPosition, "relation \"%s\" is not a parent of relation \"%s\"", parent.Name, r.Name)
	}
	s.removeInheritance(r, parent)
	for _, col := range r.Columns {
		if !col.Dropped && col.InhCount > 0 && parent.ColumnNamed(col.Name) != nil {
			if col.InhCount--; col.InhCount == 0 {
				col.IsLocal = true
			}
		}
	}
	for _, con := range r.Constraints {
		pc := constraintNamed(parent, con.Name)
		if con.Kind == 'c' && con.InhCount > 0 && pc != nil && pc.Kind == 'c' {
			s.catalog.Touch(con)
			if con.InhCount--; con.InhCount == 0 {
				con.IsLocal = true
			}
		}
	}
}

// applyAddOf mirrors ATExecAddOf.
func applyAddOf(a *alteration, t *alteredTable, c *alterCmd) {
	s, r := a.s, t.rel
	oid, _ := s.typeID(c.Def.(*ast.TypeName))
	of := s.checkOfType(oid)
	if len(r.Inherits) > 0 {
		pgerr.Raise("42809", pgerr.NoPosition, "typed tables cannot inherit")
	}
	own := r.Live()
	for i, attr := range of.Live() {
		if i >= len(own) {
			pgerr.Raise("42804", pgerr.NoPosition, "table is missing column \"%s\"", attr.Name)
		}
		if own[i].Name != attr.Name {
			pgerr.Raise("42804", pgerr.NoPosition, "table has column \"%s\" where type requires \"%s\"", own[i].Name, attr.Name)
		}
		if own[i].Type != attr.Type || own[i].Typmod != attr.Typmod || own[i].Collation != attr.Collation {
			pgerr.Raise("42804", pgerr.NoPosition, "table \"%s\" has different type for column \"%s\"", r.Name, attr.Name)
		}
	}
	if n := len(of.Live()); n < len(own) {
		pgerr.Raise("42804", pgerr.NoPosition, "table has extra column \"%s\"", own[n].Name)
	}
	s.setOfType(r, of)
}

func applyDropOf(a *alteration, t *alteredTable, c *alterCmd) {
	if t.rel.OfType == 0 {
		pgerr.Raise("42809", pgerr.NoPosition, "\"%s\" is not a typed table", t.rel.Name)
	}
	a.s.setOfType(t.rel, nil)
}

func (s *Session) setOfType(r, of *catalog.Relation) {
	s.catalog.Touch(r)
	s.catalog.Undepend(r.Address(), func(d catalog.Dependency) bool {
		return d.Referenced.Class == catalog.ClassType && d.Referenced.OID == r.OfType && d.Kind == catalog.DependNormal
	})
	r.OfType = 0
	if of != nil {
		r.OfType = of.Type
		s.catalog.Depend(r.Address(), catalog.Address{Class: catalog.ClassType, OID: of.Type}, catalog.DependNormal)
	}
}
