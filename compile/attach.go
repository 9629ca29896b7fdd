package compile

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// applyAttachPartition mirrors ATExecAttachPartition, and
// ATExecAttachPartitionIdx for indexes.
func applyAttachPartition(a *alteration, t *alteredTable, c *alterCmd) {
	cmd := c.Def.(*ast.PartitionCmd)
	if t.rel.Kind == catalog.PartitionedIndex {
		if cmd.Bound != nil {
			pgerr.Raise("42P17", pgerr.NoPosition, "\"%s\" is not a partitioned table", t.rel.Name)
		}
		a.s.attachIndex(t.rel, cmd)
		return
	}
	if t.rel.Kind != catalog.PartitionedTable {
		pgerr.Raise("42P17", pgerr.NoPosition, "table \"%s\" is not partitioned", t.rel.Name)
	}
	bound := a.s.partitionBound(t.rel, cmd.Bound)
	part := a.s.lookup(cmd.Name, false)
	a.permit(part, alterRule{on: onTable | onForeign, name: "ATTACH PARTITION"})
	a.s.checkAttachable(t.rel, part)
	a.s.checkPartitionBound(part.Name, t.rel, bound, cmd.Bound)
	a.s.createInheritance(part, t.rel)
	part.IsPartition, part.PartitionBound = true, bound
	a.s.catalog.Undepend(part.Address(), func(d catalog.Dependency) bool { return d.Referenced == t.rel.Address() })
	a.s.catalog.Depend(part.Address(), t.rel.Address(), catalog.DependAuto)
	a.s.attachIndexes(t.rel, part)
	a.s.cloneRowTriggers(t.rel, part)
	a.s.cloneForeignKeys(t.rel, part)
}

// checkAttachable refuses tables that cannot become a partition.
func (s *Session) checkAttachable(r, part *catalog.Relation) {
	refuse := func(format string, args ...any) { pgerr.Raise("42809", pgerr.NoPosition, format, args...) }
	switch {
	case part.IsPartition:
		refuse("\"%s\" is already a partition", part.Name)
	case part.OfType != 0:
		refuse("cannot attach a typed table as partition")
	case len(part.Inherits) > 0:
		refuse("cannot attach inheritance child as partition")
	case len(part.Children) > 0 && part.Kind == catalog.Table:
		refuse("cannot attach inheritance parent as partition")
	}
	s.refuseCircle(part, r, r.Name, part.Name)
	switch {
	case r.Persistence != 't' && part.Persistence == 't':
		refuse("cannot attach a temporary relation as partition of permanent relation \"%s\"", r.Name)
	case r.Persistence == 't' && part.Persistence != 't':
		refuse("cannot attach a permanent relation as partition of temporary relation \"%s\"", r.Name)
	}
	for _, col := range part.Live() {
		if r.ColumnNamed(col.Name) == nil {
			pgerr.New("42804", pgerr.NoPosition, "table \"%s\" contains column \"%s\" not found in parent \"%s\"", part.Name, col.Name, r.Name).
				WithDetail("The new partition may contain only the columns present in parent.").Raise()
		}
	}
	s.refuseTransitionTriggers(part, "trigger \"%s\" prevents table \"%s\" from becoming a partition",
		"ROW triggers with transition tables are not supported on partitions.")
}

// attachIndexes gives a new partition an index for each of its parent's
// (AttachPartitionEnsureIndexes).
func (s *Session) attachIndexes(r, part *catalog.Relation) {
	indexes := sortedIndexes(r)
	if part.Kind == catalog.ForeignTable {
		for _, index := range indexes {
			if index.IndexInfo.Unique {
				pgerr.New("42809", pgerr.NoPosition, "cannot attach foreign table \"%s\" as partition of partitioned table \"%s\"", part.Name, r.Name).
					WithDetail("Partitioned table \"%s\" contains unique indexes.", r.Name).Raise()
			}
		}
		return
	}
	numbers := columnNumbers(part, r)
	for _, index := range indexes {
		con := constraintOfIndex(r, index.OID)
		if found := s.matchingIndex(part, index, numbers, con != nil); found != nil && found.IndexInfo.Valid {
			s.setIndexParent(found, index)
			if con != nil {
				s.setConstraintParent(constraintOfIndex(part, found.OID), con)
			}
			continue
		}
		spec := s.cloneIndex(index, part, r, numbers)
		spec.alter = true
		s.defineIndex(spec)
	}
}

// attachIndex mirrors ATExecAttachPartitionIdx.
func (s *Session) attachIndex(parent *catalog.Relation, cmd *ast.PartitionCmd) {
	index := s.lookup(cmd.Name, false)
	if index.IndexInfo == nil {
		pgerr.Raise("42P17", pgerr.NoPosition, "\"%s\" is not an index", cmd.Name.Relname)
	}
	if index.IndexInfo.Parent == parent.OID {
		return
	}
	table, part := s.catalog.Relation(parent.IndexInfo.Relation), s.catalog.Relation(index.IndexInfo.Relation)
	refuse := func(code, detail string, args ...any) {
		pgerr.New(code, pgerr.NoPosition, "cannot attach index \"%s\" as a partition of index \"%s\"", index.Name, parent.Name).
			WithDetail(detail, args...).Raise()
	}
	if other := s.partitionIndex(part, parent); other != nil {
		refuse("55000", "Another index is already attached for partition \"%s\".", part.Name)
	}
	if index.IndexInfo.Parent != 0 {
		refuse("55000", "Index \"%s\" is already attached to another index.", index.Name)
	}
	if !slices.Contains(table.Children, part.OID) {
		refuse("55000", "Index \"%s\" is not an index on any partition of table \"%s\".", index.Name, table.Name)
	}
	if !s.sameIndex(index, parent, columnNumbers(part, table)) {
		refuse("42P17", "The index definitions do not match.")
	}
	con := constraintOfIndex(table, parent.OID)
	own := constraintOfIndex(part, index.OID)
	if con != nil && own == nil {
		refuse("42P17", "The index \"%s\" belongs to a constraint in table \"%s\" but no constraint exists for index \"%s\".", parent.Name, table.Name, index.Name)
	}
	s.setIndexParent(index, parent)
	if con != nil {
		s.setConstraintParent(own, con)
	}
	s.validatePartitionedIndex(parent, table)
}

// validatePartitionedIndex marks a partitioned index valid when all partitions
// have a valid part of it.
func (s *Session) validatePartitionedIndex(index, table *catalog.Relation) {
	valid := 0
	for _, oid := range index.Children {
		if child := s.catalog.Relation(oid); child != nil && child.IndexInfo.Valid {
			valid++
		}
	}
	if index.IndexInfo.Valid || valid != len(table.Children) {
		return
	}
	s.catalog.Touch(index)
	index.IndexInfo.Valid = true
	if parent := s.catalog.Relation(index.IndexInfo.Parent); parent != nil {
		s.validatePartitionedIndex(parent, s.catalog.Relation(parent.IndexInfo.Relation))
	}
}

// applyDetachPartition mirrors ATExecDetachPartition.
func applyDetachPartition(a *alteration, t *alteredTable, c *alterCmd) {
	s, r, cmd := a.s, t.rel, c.Def.(*ast.PartitionCmd)
	if r.Kind != catalog.PartitionedTable {
		pgerr.Raise("42P17", pgerr.NoPosition, "table \"%s\" is not partitioned", r.Name)
	}
	if cmd.Concurrent && s.defaultPartition(r) != nil {
		pgerr.Raise("55000", pgerr.NoPosition, "cannot detach partitions concurrently when a default partition exists")
	}
	part := s.lookup(cmd.Name, false)
	s.dropInheritance(part, r)
	s.dropClonedTriggers(part)
	for _, con := range slices.Clone(part.Constraints) {
		if con.Kind == 'f' && con.Parent != 0 {
			if parent := s.catalog.Constraint(con.Parent); parent != nil && parent.Relation == r.OID {
				s.clearConstraintParent(con)
			}
		}
	}
	s.dropReferences(r, part)
	for _, index := range part.Indexes {
		if index.IndexInfo.Parent != 0 {
			s.clearIndexParent(index)
			if con := constraintOfIndex(part, index.OID); con != nil && con.Parent != 0 {
				s.clearConstraintParent(con)
			}
		}
	}
	s.catalog.Touch(part)
	bound := part.PartitionBound
	part.IsPartition, part.PartitionBound = false, nil
	if cmd.Concurrent {
		s.addPartitionCheck(part, r, bound)
	}
}

// dropReferences removes the copies of foreign keys to the partitioned table
// that refer to a partition on its way out.
func (s *Session) dropReferences(r, part *catalog.Relation) {
	for _, con := range s.foreignKeysTo(part) {
		parent := s.catalog.Constraint(con.Parent)
		if parent == nil || parent.Foreign != r.OID {
			continue
		}
		s.catalog.Undepend(con.Address(), func(d catalog.Dependency) bool {
			return d.Referenced.Class == catalog.ClassConstraint && d.Kind == catalog.DependInternal
		})
		s.performDeletion(con.Address(), ast.DROP_RESTRICT, 0)
	}
}

func applyDetachFinalize(a *alteration, t *alteredTable, c *alterCmd) {
	cmd := c.Def.(*ast.PartitionCmd)
	part := a.s.lookup(cmd.Name, false)
	if !slices.Contains(part.Inherits, pg.OID(t.rel.OID)) {
		pgerr.Raise("42P01", pgerr.NoPosition, "relation \"%s\" is not a partition of relation \"%s\"", part.Name, t.rel.Name)
	}
	pgerr.Raise("55000", pgerr.NoPosition, "partition \"%s\" is not in pending detach state", part.Name)
}
