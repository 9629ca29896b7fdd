package compile

import (
	"github.com/electric-cli/electric/query"
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// indexPartitions gives the partitions of an index's table an index each:
// one that is there and the same, or a new one (the recursion of DefineIndex).
func (s *Session) indexPartitions(spec *indexSpec, index *catalog.Relation) {
	con := constraintOfIndex(spec.rel, index.OID)
	invalid := false
	for _, part := range s.partitions(spec.rel) {
		if part.Kind == catalog.ForeignTable {
			s.checkPartitionForIndex(spec.rel, part, spec.unique || spec.primary)
			continue
		}
		numbers := columnNumbers(part, spec.rel)
		if found := s.matchingIndex(part, index, numbers, con != nil); found != nil {
			s.setIndexParent(found, index)
			if con != nil {
				s.setConstraintParent(constraintOfIndex(part, found.OID), con)
			}
			invalid = invalid || !found.IndexInfo.Valid
			continue
		}
		child := s.cloneIndex(index, part, spec.rel, numbers)
		child.internal, child.alter = true, spec.alter
		s.defineIndex(child)
	}
	if invalid {
		s.catalog.Touch(index)
		index.IndexInfo.Valid = false
	}
}

// matchingIndex finds an index of a partition that can be a part of index.
func (s *Session) matchingIndex(part, index *catalog.Relation, numbers []int16, constraint bool) *catalog.Relation {
	for _, candidate := range sortedIndexes(part) {
		if candidate.IndexInfo.Parent != 0 || !s.sameIndex(candidate, index, numbers) {
			continue
		}
		if constraint && constraintOfIndex(part, candidate.OID) == nil {
			continue
		}
		return candidate
	}
	return nil
}

// sameIndex says whether an index of a partition does what the partitioned
// one does (CompareIndexInfo).
func (s *Session) sameIndex(child, parent *catalog.Relation, numbers []int16) bool {
	a, b := child.IndexInfo, parent.IndexInfo
	if a.Unique != b.Unique || a.NullsNotDistinct != b.NullsNotDistinct || child.AccessMethod != parent.AccessMethod ||
		len(a.Keys) != len(b.Keys) || a.KeyCount != b.KeyCount || a.Exclusion || b.Exclusion {
		return false
	}
	mapped := func(i int) bool {
		x, y := a.Keys[i], b.Keys[i]
		if y.Column != 0 {
			if x.Column == 0 || y.Column > 0 && numbers[y.Column-1] != x.Column {
				return false
			}
		} else if x.Expr == nil || !query.Equal(x.Expr, renumber(y.Expr, numbers)) {
			return false
		}
		if i >= a.KeyCount {
			return true
		}
		return x.Collation == y.Collation && s.opFamilyOf(x.OpClass) == s.opFamilyOf(y.OpClass)
	}
	for i := range a.Keys {
		if !mapped(i) {
			return false
		}
	}
	if (a.Predicate == nil) != (b.Predicate == nil) {
		return false
	}
	return a.Predicate == nil || query.Equal(a.Predicate, renumber(b.Predicate, numbers))
}

// setIndexParent makes an index a part of a partitioned one (IndexSetParentIndex).
func (s *Session) setIndexParent(index, parent *catalog.Relation) {
	s.catalog.Touch(index)
	s.catalog.Touch(parent)
	index.IndexInfo.Parent, index.IsPartition = parent.OID, true
	index.Inherits = []pg.OID{parent.OID}
	parent.Children = append(slices.Clone(parent.Children), index.OID)
	s.catalog.Depend(index.Address(), parent.Address(), catalog.DependPartitionPri)
	s.catalog.Depend(index.Address(), catalog.Address{Class: catalog.ClassRelation, OID: index.IndexInfo.Relation}, catalog.DependPartitionSec)
}

// clearIndexParent makes an index stand alone again.
func (s *Session) clearIndexParent(index *catalog.Relation) {
	s.catalog.Touch(index)
	if parent := s.catalog.Relation(index.IndexInfo.Parent); parent != nil {
		s.catalog.Touch(parent)
		parent.Children = without(parent.Children, index.OID)
	}
	index.IndexInfo.Parent, index.IsPartition, index.Inherits = 0, false, nil
	s.catalog.Undepend(index.Address(), isPartitionDependency)
}

// cloneIndex describes an index like one of another table, for a partition or
// for LIKE (generateClonedIndexStmt).
func (s *Session) cloneIndex(index, to, from *catalog.Relation, numbers []int16) *indexSpec {
	info := index.IndexInfo
	am := s.catalog.AccessMethod(index.AccessMethod)
	spec := &indexSpec{rel: to, method: am.Name, unique: info.Unique, nullsNotDistinct: info.NullsNotDistinct, primary: info.Primary,
		copied: index.Options, tablespace: index.Tablespace, parent: index, internal: true}
	if con := constraintOfIndex(from, index.OID); con != nil {
		spec.constraint, spec.deferrable, spec.deferred, spec.parentConstraint = true, con.Deferrable, con.Deferred, con
		if con.Kind == 'x' {
			spec.excludeOIDs = con.ExclusionOps
		}
	}
	for i, key := range info.Keys {
		p := indexParam{collateOID: key.Collation, opclassOID: key.OpClass, opOptions: key.OpOptions}
		if key.Column != 0 {
			p.column = systemColumnName(key.Column)
			if key.Column > 0 {
				p.column = from.Columns[key.Column-1].Name
			}
			p.collateOID = key.Collation
		} else {
			p.name = index.Columns[i].Name
			p.expr = s.mapColumns(key.Expr, numbers, "Index", index.Name, from)
		}
		if key.Desc {
			p.ordering = ast.SORTBY_DESC
		}
		if key.NullsFirst != key.Desc {
			p.nulls = ast.SORTBY_NULLS_LAST
			if key.NullsFirst {
				p.nulls = ast.SORTBY_NULLS_FIRST
			}
		}
		if i < info.KeyCount {
			spec.params = append(spec.params, p)
		} else {
			spec.including = append(spec.including, p)
		}
	}
	if info.Predicate != nil {
		spec.predicate = s.mapColumns(info.Predicate, numbers, "Index", index.Name, from)
	}
	return spec
}

// checkPrimaryKey refuses a second primary key and makes the columns of a new
// one not null (index_check_primary_key).
func (s *Session) checkPrimaryKey(spec *indexSpec, info *catalog.IndexInfo) {
	r := spec.rel
	if (spec.alter || r.IsPartition) && primaryKey(r) != nil {
		pgerr.Raise("42P16", pgerr.NoPosition, "multiple primary keys for table \"%s\" are not allowed", r.Name)
	}
	for _, key := range info.Keys[:info.KeyCount] {
		switch {
		case key.Column == 0:
			pgerr.Raise("0A000", pgerr.NoPosition, "primary keys cannot be expressions")
		case key.Column < 0:
			continue
		}
		if col := r.Columns[key.Column-1]; !col.NotNull {
			s.alterTableInternal(r, &ast.AlterTableCmd{Subtype: ast.AT_SetNotNull, Name: col.Name}, true)
		}
	}
}

// checkPartitionedUnique demands that a unique index of a partitioned table
// covers the partition key.
func (s *Session) checkPartitionedUnique(spec *indexSpec, am *catalog.AccessMethod, info *catalog.IndexInfo) {
	r := spec.rel
	what := "UNIQUE"
	if spec.primary {
		what = "PRIMARY KEY"
	}
	for _, part := range r.PartitionKey.Keys {
		if am.OID != pg.BTree {
			pgerr.Raise("0A000", pgerr.NoPosition, "cannot match partition key to an index using access method \"%s\"", am.Name)
		}
		if part.Column == 0 {
			pgerr.New("0A000", pgerr.NoPosition, "unsupported %s constraint with partition key definition", what).
				WithDetail("%s constraints cannot be used when partition keys include expressions.", what).Raise()
		}
		found := slices.ContainsFunc(info.Keys[:info.KeyCount], func(k catalog.IndexKey) bool {
			return k.Column == part.Column && k.Collation == part.Collation && s.sameEquality(part.OpClass, k.OpClass)
		})
		if !found {
			pgerr.New("0A000", pgerr.NoPosition, "unique constraint on partitioned table must include all partitioning columns").
				WithDetail("%s constraint on table \"%s\" lacks column \"%s\" which is part of the partition key.", what, r.Name, r.Columns[part.Column-1].Name).Raise()
		}
	}
}

// sameEquality says whether two operator classes, the first of a btree or a
// hash, agree on what is equal.
func (s *Session) sameEquality(a, b pg.OID) bool {
	equality := func(oid pg.OID) pg.OID {
		oc := s.catalog.OpClass(oid)
		strategy := int16(3)
		if oc.Method == hashMethod {
			strategy = 1
		}
		return s.familyOperator(oc.Family, oc.InType, oc.InType, strategy)
	}
	return equality(a) == equality(b)
}
