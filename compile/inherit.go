package compile

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// This file mirrors MergeAttributes and its like in tablecmds.c.

// A merge is what a new table has when its parents' columns and its own have
// become one list.
type merge struct {
	s       *Session
	columns []*newColumn
	checks  []*catalog.Constraint // inherited ones, not yet entered
}

// mergeColumns merges inherited columns and checks with the statement's own.
func (s *Session) mergeColumns(b *tableBuild, parents []*catalog.Relation) *merge {
	if len(b.columns) > maxColumns {
		tooManyColumns()
	}
	own := mergeTyped(b)
	m := &merge{s: s}
	for _, parent := range parents {
		m.addParent(b, parent)
	}
	if b.partition {
		m.mergePartition(own)
	} else {
		m.mergeOwn(own, len(parents) > 0)
	}
	for _, col := range m.columns {
		if !col.conflicting || col.raw != nil {
			continue
		}
		if col.Generated != 0 {
			pgerr.New("42611", pgerr.NoPosition, "column \"%s\" inherits conflicting generation expressions", col.Name).
				WithHint("To resolve the conflict, specify a generation expression explicitly.").Raise()
		}
		pgerr.New("42611", pgerr.NoPosition, "column \"%s\" inherits conflicting default values", col.Name).
			WithHint("To resolve the conflict, specify a default explicitly.").Raise()
	}
	return m
}

// mergeTyped joins what a typed table says of its type's columns with them,
// and refuses columns given twice.
func mergeTyped(b *tableBuild) []*newColumn {
	own := slices.Clone(b.columns)
	for i := 0; i < len(own); i++ {
		col := own[i]
		if !b.partition && col.untyped {
			pgerr.Raise("42703", pgerr.NoPosition, "column \"%s\" does not exist", col.Name)
		}
		for j := i + 1; j < len(own); {
			other := own[j]
			if other.Name != col.Name {
				j++
				continue
			}
			if !col.fromType {
				pgerr.Raise("42701", pgerr.NoPosition, "column \"%s\" specified more than once", col.Name)
			}
			col.NotNull, col.raw, col.cooked, col.fromType = other.NotNull, other.raw, other.cooked, false
			own = slices.Delete(own, j, j+1)
		}
	}
	return own
}

// checkParent refuses to inherit from what cannot be inherited from.
func (m *merge) checkParent(b *tableBuild, parent *catalog.Relation) {
	refuse := func(format string) { pgerr.Raise("42809", pgerr.NoPosition, format, parent.Name) }
	switch {
	case parent.Kind == catalog.PartitionedTable && !b.partition:
		refuse("cannot inherit from partitioned table \"%s\"")
	case parent.IsPartition && !b.partition:
		refuse("cannot inherit from partition \"%s\"")
	case parent.Kind != catalog.Table && parent.Kind != catalog.ForeignTable && parent.Kind != catalog.PartitionedTable:
		refuse("inherited relation \"%s\" is not a table or foreign table")
	case b.partition && parent.Persistence != 't' && b.persistence == 't':
		refuse("cannot create a temporary relation as partition of permanent relation \"%s\"")
	case b.persistence != 't' && parent.Persistence == 't' && b.partition:
		refuse("cannot create a permanent relation as partition of temporary relation \"%s\"")
	case b.persistence != 't' && parent.Persistence == 't':
		refuse("cannot inherit from temporary relation \"%s\"")
	}
	m.s.checkOwner(parent)
}

func (m *merge) find(name string) (int, *newColumn) {
	for i, col := range m.columns {
		if col.Name == name {
			return i, col
		}
	}
	return -1, nil
}

// addParent merges a parent's columns and checks in.
func (m *merge) addParent(b *tableBuild, parent *catalog.Relation) {
	m.checkParent(b, parent)
	s := m.s
	numbers := make([]int16, len(parent.Columns))
	var defaulted []*newColumn
	var defaults []query.Expr
	for i, from := range parent.Columns {
		if from.Dropped {
			continue
		}
		at, col := m.find(from.Name)
		if col != nil {
			s.notice("00000", "merging multiple inherited definitions of column \"%s\"", from.Name)
			m.checkSame("inherited column", col, from)
			m.checkStorage("inherited column", col, s.storage(from), from.Compression)
			col.NotNull = col.NotNull || from.NotNull
			if col.Generated != from.Generated {
				pgerr.Raise("42804", pgerr.NoPosition, "inherited column \"%s\" has a generation conflict", from.Name)
			}
			col.InhCount++
			numbers[i] = int16(at + 1)
		} else {
			col = &newColumn{location: -1}
			col.Column = catalog.Column{Name: from.Name, Type: from.Type, Typmod: from.Typmod, NDims: from.NDims, Collation: from.Collation,
				NotNull: from.NotNull, Storage: s.storage(from), Compression: from.Compression, Generated: from.Generated, InhCount: 1, Statistics: -1}
			m.columns = append(m.columns, col)
			numbers[i] = int16(len(m.columns))
		}
		if from.Default != nil {
			defaulted, defaults = append(defaulted, col), append(defaults, from.Default)
		}
	}
	for i, col := range defaulted {
		m.mergeDefault(col, s.mapColumns(defaults[i], numbers, "Generation expression for column", col.Name, parent))
	}
	for _, con := range parent.Constraints {
		if con.Kind == 'c' && !con.NoInherit {
			m.mergeCheck(con.Name, s.mapColumns(con.Check, numbers, "Constraint", con.Name, parent))
		}
	}
}

func (m *merge) mergeDefault(col *newColumn, e query.Expr) {
	switch {
	case col.conflicting:
	case col.cooked == nil:
		col.cooked = e
	case !query.Equal(col.cooked, e):
		col.conflicting = true
	}
}

// mergeCheck mirrors MergeCheckConstraint.
func (m *merge) mergeCheck(name string, e query.Expr) {
	for _, con := range m.checks {
		if con.Name != name {
			continue
		}
		if !query.Equal(con.Check, e) {
			pgerr.Raise("42710", pgerr.NoPosition, "check constraint name \"%s\" appears multiple times but with different expressions", name)
		}
		con.InhCount++
		return
	}
	m.checks = append(m.checks, &catalog.Constraint{Header: catalog.Header{Name: name}, Check: e, InhCount: 1})
}

// checkSame refuses columns of one name and different types or collations.
func (m *merge) checkSame(what string, col *newColumn, other *catalog.Column) {
	s := m.s
	if col.Type != other.Type || col.Typmod != other.Typmod {
		pgerr.New("42804", pgerr.NoPosition, "%s \"%s\" has a type conflict", what, other.Name).
			WithDetail("%s versus %s", s.formatTypeMod(col.Type, col.Typmod), s.formatTypeMod(other.Type, other.Typmod)).Raise()
	}
	if col.Collation != other.Collation {
		pgerr.New("42P21", pgerr.NoPosition, "%s \"%s\" has a collation conflict", what, other.Name).
			WithDetail("\"%s\" versus \"%s\"", s.collationName(col.Collation), s.collationName(other.Collation)).Raise()
	}
}

var storageNames = map[byte]string{'p': "PLAIN", 'm': "MAIN", 'x': "EXTENDED", 'e': "EXTERNAL"}

var compressionNames = map[byte]string{'p': "pglz", 'l': "lz4"}

func (m *merge) checkStorage(what string, col *newColumn, storage, compression byte) {
	if col.Storage == 0 {
		col.Storage = storage
	} else if storage != 0 && storage != col.Storage {
		pgerr.New("42804", pgerr.NoPosition, "%s \"%s\" has a storage parameter conflict", what, col.Name).
			WithDetail("%s versus %s", storageNames[col.Storage], storageNames[storage]).Raise()
	}
	switch {
	case col.Compression == 0:
		col.Compression = compression
	case compression != 0 && compression != col.Compression:
		pgerr.New("42804", pgerr.NoPosition, "column \"%s\" has a compression method conflict", col.Name).
			WithDetail("%s versus %s", compressionNames[col.Compression], compressionNames[compression]).Raise()
	}
}

// mergeOwn merges the statement's own columns into the inherited ones.
func (m *merge) mergeOwn(own []*newColumn, inherits bool) {
	for i, mine := range own {
		at, col := m.find(mine.Name)
		if col == nil || !inherits {
			m.columns = append(m.columns, mine)
			continue
		}
		if at == i {
			m.s.notice("00000", "merging column \"%s\" with inherited definition", mine.Name)
		} else {
			m.s.Report(Notice{Severity: "NOTICE", Code: "00000", Message: "moving and merging column \"" + mine.Name + "\" with inherited definition",
				Detail: "User-specified column moved to the position of the inherited column."})
		}
		m.checkSame("column", col, &mine.Column)
		col.Identity = mine.Identity
		m.checkStorage("column", col, mine.Storage, mine.Compression)
		col.NotNull = col.NotNull || mine.NotNull
		mergeGenerated(col, mine)
		if mine.raw != nil {
			col.raw, col.cooked = mine.raw, nil
		}
		col.IsLocal = true
	}
	if len(m.columns) > maxColumns {
		tooManyColumns()
	}
}

// mergeGenerated refuses what a generated column's child cannot say; a plain
// column's child may be generated, as PostgreSQL before 16 has it.
func mergeGenerated(col, mine *newColumn) {
	switch {
	case col.Generated == 0:
		col.Generated = mine.Generated
	case mine.Generated != 0:
		pgerr.New("42611", pgerr.NoPosition, "child column \"%s\" specifies generation expression", col.Name).
			WithHint("Omit the generation expression in the definition of the child table column to inherit the generation expression from the parent table.").Raise()
	case mine.raw != nil:
		pgerr.Raise("42611", pgerr.NoPosition, "column \"%s\" inherits from generated column but specifies default", col.Name)
	case mine.Identity != 0:
		pgerr.Raise("42611", pgerr.NoPosition, "column \"%s\" inherits from generated column but specifies identity", col.Name)
	}
}

// mergePartition applies what a partition says of its parent's columns.
func (m *merge) mergePartition(own []*newColumn) {
	for _, mine := range own {
		_, col := m.find(mine.Name)
		if col == nil {
			pgerr.Raise("42703", pgerr.NoPosition, "column \"%s\" does not exist", mine.Name)
		}
		col.NotNull = col.NotNull || mine.NotNull
		if mine.raw != nil {
			col.raw, col.cooked = mine.raw, nil
		}
	}
}

// inherit records a table's parents, as StoreCatalogInheritance.
func (s *Session) inherit(r *catalog.Relation, parents []*catalog.Relation) {
	for _, parent := range parents {
		s.addInheritance(r, parent)
	}
}

// addInheritance records one parent (StoreCatalogInheritance1).
func (s *Session) addInheritance(r, parent *catalog.Relation) {
	s.catalog.Touch(r)
	s.catalog.Touch(parent)
	r.Inherits = append(slices.Clone(r.Inherits), parent.OID)
	parent.Children = append(slices.Clone(parent.Children), r.OID)
	kind := catalog.DependNormal
	if r.IsPartition {
		kind = catalog.DependAuto
	}
	s.catalog.Depend(r.Address(), parent.Address(), kind)
}

// removeInheritance forgets a parent.
func (s *Session) removeInheritance(r, parent *catalog.Relation) {
	s.catalog.Touch(r)
	s.catalog.Touch(parent)
	r.Inherits, parent.Children = without(r.Inherits, parent.OID), without(parent.Children, r.OID)
	s.catalog.Undepend(r.Address(), func(d catalog.Dependency) bool { return d.Referenced == parent.Address() })
}

// children gives a relation's direct children by OID (find_inheritance_children).
func (s *Session) children(r *catalog.Relation) []*catalog.Relation {
	oids := slices.Sorted(slices.Values(r.Children))
	out := make([]*catalog.Relation, 0, len(oids))
	for _, oid := range oids {
		if child := s.catalog.Relation(oid); child != nil {
			out = append(out, child)
		}
	}
	return out
}

// inheritors gives a relation and all below it, parents first (find_all_inheritors).
func (s *Session) inheritors(r *catalog.Relation) []*catalog.Relation {
	all := []*catalog.Relation{r}
	for i := 0; i < len(all); i++ {
		for _, child := range s.children(all[i]) {
			if !slices.Contains(all, child) {
				all = append(all, child)
			}
		}
	}
	return all
}
