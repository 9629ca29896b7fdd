package compile

import (
	"slices"
	"strconv"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// maxPartitionKeys is PARTITION_MAX_KEYS.
const maxPartitionKeys = 32

// hashMethod is the access method hash.
const hashMethod pg.OID = 405

// partitionStrategies are the strategies by their letter in pg_partitioned_table.
var partitionStrategies = map[ast.PartitionStrategy]byte{
	ast.PARTITION_STRATEGY_LIST: 'l', ast.PARTITION_STRATEGY_RANGE: 'r', ast.PARTITION_STRATEGY_HASH: 'h',
}

// partitionTable gives a table its partition key, as transformPartitionSpec
// and ComputePartitionAttrs.
func (s *Session) partitionTable(r *catalog.Relation, spec *ast.PartitionSpec) {
	if len(spec.PartParams) > maxPartitionKeys {
		pgerr.Raise("54011", pgerr.NoPosition, "cannot partition using more than %d columns", maxPartitionKeys)
	}
	key := &catalog.PartitionKey{Strategy: partitionStrategies[spec.Strategy]}
	if key.Strategy == 'l' && len(spec.PartParams) != 1 {
		pgerr.Raise("42P17", pgerr.NoPosition, "cannot use \"list\" partition strategy with more than one column")
	}
	exprs := make([]query.Expr, len(spec.PartParams))
	for i, p := range spec.PartParams {
		if e := p.(*ast.PartitionElem); e.Expr != nil {
			exprs[i] = s.partitionExpression(e.Expr, r)
		}
	}
	for i, p := range spec.PartParams {
		key.Keys = append(key.Keys, s.partitionColumn(r, p.(*ast.PartitionElem), exprs[i], key.Strategy, i))
	}
	s.catalog.Touch(r)
	r.PartitionKey = key
	s.dependPartitionKey(r)
}

// partitionColumn resolves one column of a partition key.
func (s *Session) partitionColumn(r *catalog.Relation, p *ast.PartitionElem, e query.Expr, strategy byte, index int) catalog.IndexKey {
	var key catalog.IndexKey
	var typ pg.OID
	if p.Name != "" {
		if isSystemColumn(p.Name) && r.ColumnNamed(p.Name) == nil {
			pgerr.Raise("42P17", p.Location, "cannot use system column \"%s\" in partition key", p.Name)
		}
		col := r.ColumnNamed(p.Name)
		if col == nil {
			pgerr.Raise("42703", p.Location, "column \"%s\" named in partition key does not exist", p.Name)
		}
		refuseGeneratedKey(col, p.Location)
		key.Column, key.Collation, typ = col.Num, col.Collation, col.Type
	} else {
		typ, key.Collation = query.ExprType(e), query.ExprCollation(e)
		s.checkPartitionKeyType(strconv.Itoa(index+1), typ, key.Collation)
		for {
			c, ok := e.(*query.CollateExpr)
			if !ok {
				break
			}
			e = c.Arg
		}
		if v, ok := e.(*query.Var); ok && v.Varattno > 0 {
			key.Column = v.Varattno
		} else {
			key.Expr = e
			s.checkPartitionExpression(r, e, p.Location)
		}
	}
	if len(p.Collation) > 0 {
		key.Collation = s.collationID(p.Collation)
	}
	if s.typeCollation(typ) != 0 {
		if key.Collation == 0 {
			pgerr.New("42P22", pgerr.NoPosition, "could not determine which collation to use for partition expression").
				WithHint("Use the COLLATE clause to set the collation explicitly.").Raise()
		}
	} else if key.Collation != 0 {
		pgerr.Raise("42804", pgerr.NoPosition, "collations are not supported by type %s", s.formatType(typ))
	}
	method, am := "btree", pg.OID(pg.BTree)
	if strategy == 'h' {
		method, am = "hash", hashMethod
	}
	key.OpClass = s.resolveOpClass(p.Opclass, typ, method, am)
	return key
}

func refuseGeneratedKey(col *catalog.Column, location int) {
	if col.Generated != 0 {
		pgerr.New("42P17", location, "cannot use generated column in partition key").
			WithDetail("Column \"%s\" is a generated column.", col.Name).Raise()
	}
}

func (s *Session) checkPartitionKeyType(name string, typ, collation pg.OID) {
	if t := s.catalog.Type(typ); t != nil && t.Kind == 'p' {
		pgerr.Raise("42P16", pgerr.NoPosition, "partition key column %s has pseudo-type %s", name, s.formatType(typ))
	}
	if collation == 0 && s.typeCollation(typ) != 0 {
		pgerr.New("42P16", pgerr.NoPosition, "no collation was derived for partition key column %s with collatable type %s", name, s.formatType(typ)).
			WithHint("Use the COLLATE clause to set the collation explicitly.").Raise()
	}
}

func (s *Session) checkPartitionExpression(r *catalog.Relation, e query.Expr, location int) {
	columns := columnsOf(e)
	for _, num := range columns {
		if num < 0 {
			pgerr.Raise("42P17", pgerr.NoPosition, "partition key expressions cannot contain system column references")
		}
	}
	for _, num := range columns {
		if num > 0 {
			refuseGeneratedKey(r.Columns[num-1], location)
		}
	}
	if s.mutable(e) {
		pgerr.Raise("42P17", pgerr.NoPosition, "functions in partition key expression must be marked IMMUTABLE")
	}
	if len(columns) == 0 && !hasWholeRow(e) {
		pgerr.Raise("42P17", pgerr.NoPosition, "cannot use constant expression as partition key")
	}
}

// dependPartitionKey mirrors StorePartitionKey.
func (s *Session) dependPartitionKey(r *catalog.Relation) {
	me := r.Address()
	for _, key := range r.PartitionKey.Keys {
		s.catalog.Depend(me, catalog.Address{Class: catalog.ClassOpClass, OID: key.OpClass}, catalog.DependNormal)
		if key.Collation != 0 && key.Collation != pg.DefaultCollation {
			s.catalog.Depend(me, catalog.Address{Class: catalog.ClassCollation, OID: key.Collation}, catalog.DependNormal)
		}
		if key.Column > 0 {
			s.catalog.Depend(r.Column(key.Column), me, catalog.DependInternal)
		}
		if key.Expr != nil {
			s.dependOnExpr(me, key.Expr, r.OID, catalog.DependNormal, catalog.DependInternal)
			for _, num := range columnsOf(key.Expr) {
				if num > 0 {
					s.catalog.Undepend(me, func(d catalog.Dependency) bool { return d.Referenced == r.Column(num) })
					s.catalog.Depend(r.Column(num), me, catalog.DependInternal)
				}
			}
		}
	}
}

// partitionKeyType gives the type and modifier of a column of a partition key.
func (s *Session) partitionKeyType(r *catalog.Relation, i int) (pg.OID, int32) {
	key := r.PartitionKey.Keys[i]
	if key.Column > 0 {
		col := r.Columns[key.Column-1]
		return col.Type, col.Typmod
	}
	return query.ExprType(key.Expr), query.ExprTypmod(key.Expr)
}

// inPartitionKey says whether a column is in a table's partition key, and
// whether as an expression's part (has_partition_attrs).
func inPartitionKey(r *catalog.Relation, num int16) (used, expr bool) {
	if r.PartitionKey == nil {
		return false, false
	}
	for _, key := range r.PartitionKey.Keys {
		if key.Column == num {
			return true, false
		}
		if key.Expr != nil && (slices.Contains(columnsOf(key.Expr), num) || hasWholeRow(key.Expr)) {
			return true, true
		}
	}
	return false, false
}

// bindPartition makes a new table a partition of its parent.
func (s *Session) bindPartition(r, parent *catalog.Relation, spec *ast.PartitionBoundSpec) {
	if parent.Kind != catalog.PartitionedTable {
		pgerr.Raise("42P17", pgerr.NoPosition, "\"%s\" is not partitioned", parent.Name)
	}
	bound := s.partitionBound(parent, spec)
	s.checkPartitionBound(r.Name, parent, bound, spec)
	s.catalog.Touch(r)
	r.IsPartition, r.PartitionBound = true, bound
}

// clonePartitionParts gives a new partition its parent's indexes, triggers and
// foreign keys, as the end of DefineRelation.
func (s *Session) clonePartitionParts(r, parent *catalog.Relation) {
	numbers := columnNumbers(r, parent)
	for _, index := range sortedIndexes(parent) {
		if r.Kind == catalog.ForeignTable {
			if index.IndexInfo.Unique {
				pgerr.New("42809", pgerr.NoPosition, "cannot create foreign partition of partitioned table \"%s\"", parent.Name).
					WithDetail("Table \"%s\" contains indexes that are unique.", parent.Name).Raise()
			}
			continue
		}
		s.defineIndex(s.cloneIndex(index, r, parent, numbers))
	}
	s.cloneRowTriggers(parent, r)
	s.cloneForeignKeys(parent, r)
}

// defaultPartition finds the default partition; nil: none.
func (s *Session) defaultPartition(r *catalog.Relation) *catalog.Relation {
	for _, child := range s.children(r) {
		if child.PartitionBound != nil && child.PartitionBound.IsDefault {
			return child
		}
	}
	return nil
}

// sortedIndexes gives a relation's indexes in the order of their OIDs.
func sortedIndexes(r *catalog.Relation) []*catalog.Relation {
	out := slices.Clone(r.Indexes)
	slices.SortFunc(out, func(a, b *catalog.Relation) int { return int(int64(a.OID) - int64(b.OID)) })
	return out
}
