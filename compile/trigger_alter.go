package compile

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// cloneTrigger gives a partition a copy of its parent's row trigger, and the
// partition's partitions.
func (s *Session) cloneTrigger(t *catalog.Trigger, parent, child *catalog.Relation, replace bool) {
	copied := *t
	copied.Header = catalog.Header{Name: t.Name}
	copied.Relation, copied.Parent, copied.Constraint = child.OID, t.OID, 0
	old := triggerNamed(child, t.Name)
	if old != nil && !replace {
		pgerr.Raise("42710", pgerr.NoPosition, `trigger "%s" for relation "%s" already exists`, t.Name, child.Name)
	}
	copied.Columns = nil
	for _, num := range t.Columns {
		copied.Columns = append(copied.Columns, child.ColumnNamed(parent.Columns[num-1].Name).Num)
	}
	if t.When != nil {
		copied.When = whenFor(t.When, parent, child)
	}
	clone := s.enterTrigger(child, &copied, old, t.Constraint != 0)
	for _, sub := range child.Children {
		s.cloneTrigger(clone, child, s.catalog.Relation(sub), replace)
	}
}

// cloneRowTriggers gives a new partition its parent's row triggers
// (CloneRowTriggersToPartition).
func (s *Session) cloneRowTriggers(parent, child *catalog.Relation) {
	for _, t := range parent.Triggers {
		if t.Type&triggerRow == 0 || t.Internal {
			continue
		}
		s.cloneTrigger(t, parent, child, false)
	}
}

// whenFor makes a condition on one relation's rows one on another's that has
// columns of the same names.
func whenFor(e query.Expr, from, to *catalog.Relation) query.Expr {
	return query.Mutate(e, func(e query.Expr, _ int) query.Expr {
		v, ok := e.(*query.Var)
		if !ok || v.Varattno <= 0 || int(v.Varattno) > len(from.Columns) {
			return nil
		}
		copied := *v
		if col := to.ColumnNamed(from.Columns[v.Varattno-1].Name); col != nil {
			copied.Varattno = col.Num
		}
		return &copied
	})
}

// renameTrigger interprets ALTER TRIGGER … RENAME TO, as renametrig does.
func (s *Session) renameTrigger(n *ast.RenameStmt) {
	r := s.lookup(n.Relation, false)
	s.checkTriggerable(r)
	s.checkOwner(r)
	checkNotSystem(r)
	t := triggerNamed(r, n.Subname)
	if t == nil {
		pgerr.Raise("42704", pgerr.NoPosition, `trigger "%s" for table "%s" does not exist`, n.Subname, r.Name)
	}
	if t.Parent != 0 {
		top := s.catalog.Relation(s.topTrigger(t).Relation)
		pgerr.New("XX000", pgerr.NoPosition, `cannot rename trigger "%s" on table "%s"`, t.Name, r.Name).
			WithHint(`Rename the trigger on the partitioned table "%s" instead.`, top.Name).Raise()
	}
	s.renameTriggerIn(r, t, n.Newname)
}

func (s *Session) topTrigger(t *catalog.Trigger) *catalog.Trigger {
	for t.Parent != 0 {
		parent, _ := s.catalog.Object(catalog.Address{Class: catalog.ClassTrigger, OID: t.Parent}).(*catalog.Trigger)
		if parent == nil {
			break
		}
		t = parent
	}
	return t
}

func (s *Session) renameTriggerIn(r *catalog.Relation, t *catalog.Trigger, name string) {
	if triggerNamed(r, name) != nil {
		pgerr.Raise("42710", pgerr.NoPosition, `trigger "%s" for relation "%s" already exists`, name, r.Name)
	}
	s.catalog.Rename(t, 0, name)
	for _, oid := range r.Children {
		child := s.catalog.Relation(oid)
		for _, clone := range child.Triggers {
			if clone.Parent == t.OID {
				s.renameTriggerIn(child, clone, name)
				break
			}
		}
	}
}

// checkTriggerable refuses relations that cannot have triggers.
func (s *Session) checkTriggerable(r *catalog.Relation) {
	switch r.Kind {
	case catalog.Table, catalog.PartitionedTable, catalog.View, catalog.ForeignTable:
		return
	}
	notSupportedFor(r, `relation "%s" cannot have triggers`)
}
