package compile

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// This file mirrors tablecmds.c's part in foreign keys.

// A foreignKey is a foreign key resolved, ready to be entered.
type foreignKey struct {
	name           string
	columns        []int16
	refColumns     []int16
	deleteSet      []int16
	types          []pg.OID
	refTypes       []pg.OID
	opclasses      []pg.OID
	pfeq           []pg.OID
	ppeq           []pg.OID
	ffeq           []pg.OID
	index          *catalog.Relation
	onUpdate       byte
	onDelete       byte
	match          byte
	deferrable     bool
	deferred       bool
	validated      bool
	columnNames    []string
	refColumnNames []string
}

// addForeignKey makes a foreign key, as ATAddForeignKeyConstraint. The
// referenced table is ref when the constraint is made anew.
func (s *Session) addForeignKey(r *catalog.Relation, n *ast.Constraint, ref *catalog.Relation, recurse bool) *catalog.Constraint {
	if ref == nil {
		ref = s.lookup(n.Pktable, false)
	}
	s.checkForeignTables(r, ref, n, recurse)
	fk := &foreignKey{name: n.Conname, columnNames: ast.Strings(n.FkAttrs), refColumnNames: ast.Strings(n.PkAttrs),
		onUpdate: letter(n.FkUpdAction, 'a'), onDelete: letter(n.FkDelAction, 'a'), match: letter(n.FkMatchtype, 's'),
		deferrable: n.Deferrable, deferred: n.Initdeferred, validated: n.InitiallyValid}
	fk.columns, fk.types = foreignKeyColumns(r, fk.columnNames)
	fk.deleteSet, _ = foreignKeyColumns(r, ast.Strings(n.FkDelSetCols))
	for i, num := range fk.deleteSet {
		if !slices.Contains(fk.columns, num) {
			pgerr.Raise("42P10", pgerr.NoPosition, "column \"%s\" referenced in ON DELETE SET action must be part of foreign key", ast.Strings(n.FkDelSetCols)[i])
		}
	}
	if len(fk.refColumnNames) == 0 {
		s.referPrimaryKey(ref, fk)
	} else {
		fk.refColumns, fk.refTypes = foreignKeyColumns(ref, fk.refColumnNames)
		s.referUniqueKey(ref, fk)
	}
	s.checkReferences(ref, fk.refColumns)
	s.checkGeneratedReference(r, fk)
	if len(fk.columns) != len(fk.refColumns) {
		pgerr.Raise("42830", pgerr.NoPosition, "number of referencing and referenced columns for foreign key disagree")
	}
	for i := range fk.columns {
		s.foreignKeyOperators(fk, i)
	}
	con := s.enterReferenced(r, ref, fk, nil)
	s.enterReferencing(r, ref, fk, con)
	return con
}

func letter(text string, otherwise byte) byte {
	if text == "" {
		return otherwise
	}
	return text[0]
}

// checkForeignTables refuses a foreign key between these two tables.
func (s *Session) checkForeignTables(r, ref *catalog.Relation, n *ast.Constraint, recurse bool) {
	if r.Kind == catalog.PartitionedTable {
		if !recurse {
			pgerr.Raise("42809", pgerr.NoPosition, "cannot use ONLY for foreign key on partitioned table \"%s\" referencing relation \"%s\"", r.Name, ref.Name)
		}
		if n.SkipValidation && !n.InitiallyValid {
			pgerr.New("42809", pgerr.NoPosition, "cannot add NOT VALID foreign key on partitioned table \"%s\" referencing relation \"%s\"", r.Name, ref.Name).
				WithDetail("This feature is not yet supported on partitioned tables.").Raise()
		}
	}
	if ref.Kind != catalog.Table && ref.Kind != catalog.PartitionedTable {
		pgerr.Raise("42809", pgerr.NoPosition, "referenced relation \"%s\" is not a table", ref.Name)
	}
	checkNotSystem(ref)
	refuse := func(what string) {
		pgerr.Raise("42P16", pgerr.NoPosition, "constraints on %s tables", what)
	}
	switch {
	case r.Persistence == 'p' && ref.Persistence != 'p':
		pgerr.Raise("42P16", pgerr.NoPosition, "constraints on permanent tables may reference only permanent tables")
	case r.Persistence == 'u' && ref.Persistence == 't':
		refuse("unlogged tables may reference only permanent or unlogged")
	case r.Persistence == 't' && ref.Persistence != 't':
		pgerr.Raise("42P16", pgerr.NoPosition, "constraints on temporary tables may reference only temporary tables")
	}
}

// foreignKeyColumns finds the columns of a foreign key (transformColumnNameList).
func foreignKeyColumns(r *catalog.Relation, names []string) (nums []int16, types []pg.OID) {
	for _, name := range names {
		col := r.ColumnNamed(name)
		if col == nil {
			if isSystemColumn(name) {
				pgerr.Raise("0A000", pgerr.NoPosition, "system columns cannot be used in foreign keys")
			}
			pgerr.Raise("42703", pgerr.NoPosition, "column \"%s\" referenced in foreign key constraint does not exist", name)
		}
		if len(nums) >= maxIndexKeys {
			pgerr.Raise("54011", pgerr.NoPosition, "cannot have more than %d keys in a foreign key", maxIndexKeys)
		}
		nums, types = append(nums, col.Num), append(types, col.Type)
	}
	return nums, types
}

// referPrimaryKey takes the referenced table's primary key.
func (s *Session) referPrimaryKey(ref *catalog.Relation, fk *foreignKey) {
	for _, index := range ref.Indexes {
		info := index.IndexInfo
		if !info.Primary || !info.Valid {
			continue
		}
		if !info.Immediate {
			pgerr.Raise("55000", pgerr.NoPosition, "cannot use a deferrable primary key for referenced table \"%s\"", ref.Name)
		}
		fk.index = index
		for _, key := range info.Keys[:info.KeyCount] {
			col := ref.Columns[key.Column-1]
			fk.refColumns, fk.refTypes = append(fk.refColumns, col.Num), append(fk.refTypes, col.Type)
			fk.refColumnNames, fk.opclasses = append(fk.refColumnNames, col.Name), append(fk.opclasses, key.OpClass)
		}
		return
	}
	pgerr.Raise("42704", pgerr.NoPosition, "there is no primary key for referenced table \"%s\"", ref.Name)
}

// referUniqueKey finds the unique index over exactly the referenced columns
// (transformFkeyCheckAttrs).
func (s *Session) referUniqueKey(ref *catalog.Relation, fk *foreignKey) {
	for i, num := range fk.refColumns {
		if slices.Contains(fk.refColumns[i+1:], num) {
			pgerr.Raise("42830", pgerr.NoPosition, "foreign key referenced-columns list must not contain duplicates")
		}
	}
	deferrable := false
	for _, index := range sortedIndexes(ref) {
		opclasses, ok := matchesKey(index.IndexInfo, fk.refColumns)
		if !ok {
			continue
		}
		if !index.IndexInfo.Immediate {
			deferrable = true
			continue
		}
		fk.index, fk.opclasses = index, opclasses
		return
	}
	if deferrable {
		pgerr.Raise("55000", pgerr.NoPosition, "cannot use a deferrable unique constraint for referenced table \"%s\"", ref.Name)
	}
	pgerr.Raise("42830", pgerr.NoPosition, "there is no unique constraint matching given keys for referenced table \"%s\"", ref.Name)
}

// matchesKey says whether a unique index is over exactly these columns, and
// gives their operator classes.
func matchesKey(info *catalog.IndexInfo, columns []int16) (opclasses []pg.OID, ok bool) {
	if info.KeyCount != len(columns) || !info.Unique || !info.Valid || info.Predicate != nil {
		return nil, false
	}
	for _, num := range columns {
		at := slices.IndexFunc(info.Keys[:info.KeyCount], func(k catalog.IndexKey) bool { return k.Column == num })
		if at < 0 {
			return nil, false
		}
		opclasses = append(opclasses, info.Keys[at].OpClass)
	}
	return opclasses, true
}

// checkReferences demands the REFERENCES privilege (checkFkeyPermissions).
func (s *Session) checkReferences(ref *catalog.Relation, columns []int16) {
	if s.hasPrivilege(ref, aclReferences) {
		return
	}
	for _, num := range columns {
		if !s.aclAllows(s.catalog.CurrentUser, ref.Columns[num-1].ACL, aclReferences) {
			s.noPrivilege(s.objectType(ref), ref.Name)
		}
	}
}

func (s *Session) checkGeneratedReference(r *catalog.Relation, fk *foreignKey) {
	for _, num := range fk.columns {
		if r.Columns[num-1].Generated == 0 {
			continue
		}
		refuse := func(clause string) {
			pgerr.Raise("42601", pgerr.NoPosition, "invalid %s action for foreign key constraint containing generated column", clause)
		}
		if strings.IndexByte("ndc", fk.onUpdate) >= 0 {
			refuse("ON UPDATE")
		}
		if strings.IndexByte("nd", fk.onDelete) >= 0 {
			refuse("ON DELETE")
		}
	}
}

// foreignKeyOperators finds the equality operators for one pair of columns.
func (s *Session) foreignKeyOperators(fk *foreignKey, i int) {
	const equal = 3 // BTEqualStrategyNumber
	oc := s.catalog.OpClass(fk.opclasses[i])
	pp := s.familyOperator(oc.Family, oc.InType, oc.InType, equal)
	base := s.baseType(fk.types[i])
	pf := s.familyOperator(oc.Family, oc.InType, base, equal)
	ff := pg.OID(0)
	if pf != 0 {
		ff = s.familyOperator(oc.Family, base, base, equal)
	}
	if (pf == 0 || ff == 0) && s.canCoerceImplicitly([]pg.OID{fk.refTypes[i], fk.types[i]}, []pg.OID{oc.InType, oc.InType}) {
		pf, ff = pp, pp
	}
	if pf == 0 || ff == 0 {
		pgerr.New("42804", pgerr.NoPosition, "foreign key constraint \"%s\" cannot be implemented", fk.name).
			WithDetail("Key columns \"%s\" and \"%s\" are of incompatible types: %s and %s.", fk.columnNames[i], fk.refColumnNames[i],
				s.formatType(fk.types[i]), s.formatType(fk.refTypes[i])).Raise()
	}
	fk.pfeq, fk.ppeq, fk.ffeq = append(fk.pfeq, pf), append(fk.ppeq, pp), append(fk.ffeq, ff)
}

// enterReferenced enters the constraint, and one more for each partition of
// the referenced table (addFkRecurseReferenced).
func (s *Session) enterReferenced(r, ref *catalog.Relation, fk *foreignKey, parent *catalog.Constraint) *catalog.Constraint {
	if ref.Kind != catalog.Table && ref.Kind != catalog.PartitionedTable {
		pgerr.Raise("42809", pgerr.NoPosition, "referenced relation \"%s\" is not a table", ref.Name)
	}
	con := s.enterForeignKey(r, ref, fk, s.foreignKeyName(r, fk))
	con.IsLocal, con.NoInherit = true, r.Kind != catalog.PartitionedTable
	if parent != nil {
		con.IsLocal, con.InhCount, con.NoInherit, con.Parent = false, 1, false, parent.OID
		s.catalog.Depend(con.Address(), parent.Address(), catalog.DependInternal)
	}
	if ref.Kind == catalog.PartitionedTable {
		for _, part := range s.partitions(ref) {
			numbers := columnNumbers(part, ref)
			copied := *fk
			copied.refColumns = mapNumbers(fk.refColumns, numbers)
			copied.index = s.partitionIndex(part, fk.index)
			if copied.index != nil {
				s.enterReferenced(r, part, &copied, con)
			}
		}
	}
	return con
}

// foreignKeyName gives the constraint's own name, or another when it is taken.
func (s *Session) foreignKeyName(r *catalog.Relation, fk *foreignKey) string {
	if constraintNamed(r, fk.name) == nil {
		return fk.name
	}
	return s.chooseConstraintName(r.Name, foreignKeyAddition(fk.columnNames), "fkey", r.Namespace, nil)
}

// foreignKeyAddition mirrors ChooseForeignKeyConstraintNameAddition.
func foreignKeyAddition(columns []string) string {
	var b strings.Builder
	for _, name := range columns {
		if b.Len() > 0 {
			b.WriteByte('_')
		}
		b.WriteString(name)
		if b.Len() > nameLimit {
			break
		}
	}
	return b.String()
}

func (s *Session) enterForeignKey(r, ref *catalog.Relation, fk *foreignKey, name string) *catalog.Constraint {
	con := &catalog.Constraint{Header: catalog.Header{Name: name, Namespace: r.Namespace}, Kind: 'f', Deferrable: fk.deferrable,
		Deferred: fk.deferred, Validated: fk.validated, Relation: r.OID, Foreign: ref.OID, OnUpdate: fk.onUpdate, OnDelete: fk.onDelete,
		Match: fk.match, Key: fk.columns, ForeignKey: fk.refColumns, PFEqOps: fk.pfeq, PPEqOps: fk.ppeq, FFEqOps: fk.ffeq,
		DeleteSet: fk.deleteSet}
	if fk.index != nil {
		con.Index = fk.index.OID
	}
	s.addConstraint(r, con)
	s.dependConstraintColumns(r, con)
	for _, num := range fk.refColumns {
		s.catalog.Depend(con.Address(), ref.Column(num), catalog.DependNormal)
	}
	if fk.index != nil {
		s.catalog.Depend(con.Address(), fk.index.Address(), catalog.DependNormal)
	}
	for _, op := range slices.Concat(fk.pfeq, fk.ppeq, fk.ffeq) {
		s.catalog.Depend(con.Address(), catalog.Address{Class: catalog.ClassOperator, OID: op}, catalog.DependNormal)
	}
	return con
}

// enterReferencing gives the partitions of the referencing table the same
// constraint (addFkRecurseReferencing).
func (s *Session) enterReferencing(r, ref *catalog.Relation, fk *foreignKey, parent *catalog.Constraint) {
	if r.Kind == catalog.ForeignTable {
		pgerr.Raise("42809", pgerr.NoPosition, "foreign key constraints are not supported on foreign tables")
	}
	if r.Kind != catalog.PartitionedTable {
		return
	}
	for _, part := range s.partitions(r) {
		copied := *fk
		copied.name = parent.Name
		copied.columns = mapNumbers(fk.columns, columnNumbers(part, r))
		copied.deleteSet = mapNumbers(fk.deleteSet, columnNumbers(part, r))
		if s.attachForeignKey(part, parent, copied.columns) {
			continue
		}
		con := s.enterForeignKey(part, ref, &copied, s.foreignKeyName(part, &copied))
		con.IsLocal = true
		s.setConstraintParent(con, parent)
		s.enterReferencing(part, ref, &copied, con)
	}
}

// attachForeignKey finds a foreign key of a partition that says the same and
// makes it a part of the parent's (tryAttachPartitionForeignKey).
func (s *Session) attachForeignKey(part *catalog.Relation, parent *catalog.Constraint, columns []int16) bool {
	for _, con := range part.Constraints {
		if con.Kind != 'f' || con.Parent != 0 || con.Foreign != parent.Foreign || !con.Validated || !slices.Equal(con.Key, columns) ||
			!slices.Equal(con.ForeignKey, parent.ForeignKey) || !slices.Equal(con.PFEqOps, parent.PFEqOps) ||
			con.Deferrable != parent.Deferrable || con.Deferred != parent.Deferred || con.OnUpdate != parent.OnUpdate ||
			con.OnDelete != parent.OnDelete || con.Match != parent.Match {
			continue
		}
		s.setConstraintParent(con, parent)
		return true
	}
	return false
}

// cloneForeignKeys gives a new partition the foreign keys of its parent, and
// those that refer to the parent (CloneForeignKeyConstraints).
func (s *Session) cloneForeignKeys(parent, part *catalog.Relation) {
	s.cloneReferences(parent, part)
	s.cloneOwnForeignKeys(parent, part)
}

// cloneReferences makes foreign keys on the parent refer to the partition as
// well (CloneFkReferenced).
func (s *Session) cloneReferences(parent, part *catalog.Relation) {
	all := s.foreignKeysTo(parent)
	for _, con := range all {
		owner := s.catalog.Relation(con.Relation)
		if slices.ContainsFunc(all, func(c *catalog.Constraint) bool { return c.OID == con.Parent }) || owner == part {
			continue // its parent is copied, or it is the partition's own
		}
		fk := s.resolvedForeignKey(con, owner)
		fk.refColumns = mapNumbers(con.ForeignKey, columnNumbers(part, parent))
		if index := s.catalog.Relation(con.Index); index != nil {
			fk.index = s.partitionIndex(part, index)
		}
		s.enterReferenced(owner, part, fk, con)
	}
}

// cloneOwnForeignKeys mirrors CloneFkReferencing.
func (s *Session) cloneOwnForeignKeys(parent, part *catalog.Relation) {
	numbers := columnNumbers(part, parent)
	own := slices.DeleteFunc(slices.Clone(parent.Constraints), func(c *catalog.Constraint) bool { return c.Kind != 'f' })
	if len(own) > 0 && part.Kind == catalog.ForeignTable {
		pgerr.Raise("42809", pgerr.NoPosition, "foreign key constraints are not supported on foreign tables")
	}
	for _, con := range own {
		if p := s.catalog.Constraint(con.Parent); p != nil && p.Relation == parent.OID {
			continue
		}
		columns := mapNumbers(con.Key, numbers)
		if s.attachForeignKey(part, con, columns) {
			continue
		}
		fk := s.resolvedForeignKey(con, parent)
		fk.columns, fk.deleteSet = columns, mapNumbers(con.DeleteSet, numbers)
		ref := s.catalog.Relation(con.Foreign)
		made := s.enterForeignKey(part, ref, fk, s.foreignKeyName(part, fk))
		made.IsLocal = true
		s.setConstraintParent(made, con)
		s.enterReferencing(part, ref, fk, made)
	}
}

// foreignKeysTo gives the foreign keys that refer to a table.
func (s *Session) foreignKeysTo(r *catalog.Relation) []*catalog.Constraint {
	var out []*catalog.Constraint
	for _, d := range s.catalog.Dependents(r.Address()) {
		if d.Dependent.Class != catalog.ClassConstraint {
			continue
		}
		con := s.catalog.Constraint(d.Dependent.OID)
		if con != nil && con.Kind == 'f' && con.Foreign == r.OID && !slices.Contains(out, con) {
			out = append(out, con)
		}
	}
	slices.SortFunc(out, func(a, b *catalog.Constraint) int { return int(int64(a.OID) - int64(b.OID)) })
	return out
}

// resolvedForeignKey gives a constraint that is there the form of a new one.
func (s *Session) resolvedForeignKey(con *catalog.Constraint, r *catalog.Relation) *foreignKey {
	fk := &foreignKey{name: con.Name, columns: con.Key, refColumns: con.ForeignKey, deleteSet: con.DeleteSet, pfeq: con.PFEqOps,
		ppeq: con.PPEqOps, ffeq: con.FFEqOps, onUpdate: con.OnUpdate, onDelete: con.OnDelete, match: con.Match,
		deferrable: con.Deferrable, deferred: con.Deferred, validated: con.Validated, index: s.catalog.Relation(con.Index)}
	for _, num := range con.Key {
		fk.columnNames = append(fk.columnNames, r.Columns[num-1].Name)
	}
	return fk
}

func mapNumbers(nums, numbers []int16) []int16 {
	out := make([]int16, len(nums))
	for i, num := range nums {
		out[i] = numbers[num-1]
	}
	return out
}

// partitionIndex finds the index of a partition that belongs to a partitioned
// index (index_get_partition); nil: none.
func (s *Session) partitionIndex(part, index *catalog.Relation) *catalog.Relation {
	for _, i := range part.Indexes {
		if i.IndexInfo.Parent == index.OID {
			return i
		}
	}
	return nil
}

// baseType gives the type under a domain (getBaseType).
func (s *Session) baseType(typ pg.OID) pg.OID {
	for {
		t := s.catalog.Type(typ)
		if t == nil || t.Kind != 'd' {
			return typ
		}
		typ = t.BaseType
	}
}
