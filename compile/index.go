package compile

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// This file mirrors indexcmds.c and index.c.

// An indexSpec is an index on its way into a table: PostgreSQL's IndexStmt.
type indexSpec struct {
	name             string
	rel              *catalog.Relation
	method           string
	params           []indexParam
	including        []indexParam
	options          []ast.Node
	copied           []catalog.Option // options of the index it is a copy of
	tablespace       string
	where            ast.Node
	predicate        query.Expr // where, analysed
	excludeOps       [][]string
	excludeOIDs      []pg.OID
	unique           bool
	nullsNotDistinct bool
	primary          bool
	constraint       bool
	deferrable       bool
	deferred         bool
	concurrent       bool
	ifNotExists      bool
	only             bool // ON ONLY
	alter            bool // ALTER TABLE asks for it
	internal         bool // no rights are checked, it is a part of something
	existing         *catalog.Relation
	parent           *catalog.Relation   // the partitioned index
	parentConstraint *catalog.Constraint // and its constraint
	comment          string
	conComment       string
	replIdent        bool
	clustered        bool
	statistics       []int // per column, of an index that is made anew
}

// An indexParam is one column of an index.
type indexParam struct {
	column     string
	raw        ast.Node
	expr       query.Expr
	name       string // the index column's name
	collation  []ast.Node
	collateOID pg.OID
	opclass    []ast.Node
	opclassOID pg.OID
	options    []ast.Node
	opOptions  []catalog.Option
	ordering   ast.SortByDir
	nulls      ast.SortByNulls
}

// indexParamOf reads an IndexElem.
func indexParamOf(e *ast.IndexElem) indexParam {
	return indexParam{column: e.Name, raw: e.Expr, name: e.Indexcolname, collation: e.Collation, opclass: e.Opclass,
		options: e.Opclassopts, ordering: e.Ordering, nulls: e.NullsOrdering}
}

// columns are the key columns, then the included ones.
func (x *indexSpec) columns() []indexParam {
	if len(x.including) == 0 {
		return x.params
	}
	return slices.Concat(x.params, x.including)
}

// sameAs says whether two constraints of one statement ask for the same index.
func (x *indexSpec) sameAs(y *indexSpec) bool {
	same := func(a, b []indexParam) bool {
		return slices.EqualFunc(a, b, func(p, q indexParam) bool { return p.column != "" && p.column == q.column })
	}
	return x.existing == nil && y.existing == nil && x.where == nil && y.where == nil && x.excludeOps == nil && y.excludeOps == nil &&
		same(x.params, y.params) && same(x.including, y.including) && x.method == y.method &&
		x.nullsNotDistinct == y.nullsNotDistinct && x.deferrable == y.deferrable && x.deferred == y.deferred
}

// createIndex interprets CREATE INDEX.
func (s *Session) createIndex(n *ast.IndexStmt) {
	r := s.lookup(n.Relation, false)
	s.checkIndexable(r)
	if n.Relation.Inh && r.Kind == catalog.PartitionedTable {
		for _, child := range s.inheritors(r)[1:] {
			s.checkPartitionForIndex(r, child, n.Unique || n.Primary)
		}
	}
	spec := &indexSpec{name: n.Idxname, rel: r, method: n.AccessMethod, options: n.Options, tablespace: n.TableSpace,
		where: n.WhereClause, unique: n.Unique, nullsNotDistinct: n.NullsNotDistinct, concurrent: n.Concurrent,
		ifNotExists: n.IfNotExists, only: !n.Relation.Inh}
	for _, p := range n.IndexParams {
		spec.params = append(spec.params, indexParamOf(p.(*ast.IndexElem)))
	}
	for _, p := range n.IndexIncludingParams {
		spec.including = append(spec.including, indexParamOf(p.(*ast.IndexElem)))
	}
	if index := s.defineIndex(spec); index != nil {
		if !n.Concurrent { // a failure would leave the index behind
			s.verify(r)
		}
		s.changed("create index %s", index.Name)
	}
}

// checkIndexable is RangeVarCallbackOwnsRelation.
func (s *Session) checkIndexable(r *catalog.Relation) {
	s.checkOwner(r)
	checkNotSystem(r)
}

// checkPartitionForIndex refuses unique indexes over foreign partitions.
func (s *Session) checkPartitionForIndex(r, child *catalog.Relation, unique bool) {
	if child.Kind == catalog.ForeignTable && unique {
		pgerr.New("42809", pgerr.NoPosition, "cannot create unique index on partitioned table \"%s\"", r.Name).
			WithDetail("Table \"%s\" contains partitions that are foreign tables.", r.Name).Raise()
	}
}

// maxIndexKeys is INDEX_MAX_KEYS.
const maxIndexKeys = 32

// defineIndex makes an index, as transformIndexStmt and DefineIndex do. nil:
// it was there already.
func (s *Session) defineIndex(spec *indexSpec) *catalog.Relation {
	r := spec.rel
	s.analyseIndex(spec)
	if len(spec.params) == 0 {
		pgerr.Raise("42P17", pgerr.NoPosition, "must specify at least one column")
	}
	if len(spec.params)+len(spec.including) > maxIndexKeys {
		pgerr.Raise("54011", pgerr.NoPosition, "cannot use more than %d columns in an index", maxIndexKeys)
	}
	s.checkIndexedRelation(spec)
	if !spec.internal {
		s.checkCreate(r.Namespace)
	}
	s.checkTablespace(spec.tablespace)
	names := chooseIndexColumnNames(spec.columns())
	if spec.name == "" {
		spec.name = s.chooseIndexName(spec, names)
	}
	am := s.indexMethod(spec)
	if spec.predicate != nil && s.mutable(spec.predicate) {
		pgerr.Raise("42P17", pgerr.NoPosition, "functions in index predicate must be marked IMMUTABLE")
	}
	options := slices.Concat(spec.copied, s.relationOptions(nil, spec.options, "", false))
	checkOptions(options, indexOptions[am.Name])
	info := &catalog.IndexInfo{Relation: r.OID, Unique: spec.unique, NullsNotDistinct: spec.nullsNotDistinct, Primary: spec.primary,
		Exclusion: spec.excludes(), Immediate: !spec.deferrable, Valid: true, KeyCount: len(spec.params), Predicate: spec.predicate,
		ReplIdent: spec.replIdent, Clustered: spec.clustered}
	types := s.indexKeys(spec, am, info)
	if spec.primary {
		s.checkPrimaryKey(spec, info)
	}
	if r.Kind == catalog.PartitionedTable && spec.unique {
		s.checkPartitionedUnique(spec, am, info)
	}
	s.refuseSystemColumns(info)
	if r.Kind == catalog.PartitionedTable && spec.only && len(r.Children) > 0 {
		info.Valid = false
	}
	index := s.addIndex(spec, am, info, options, names, types)
	if index == nil {
		return nil
	}
	if spec.comment != "" {
		s.catalog.SetComment(index.Address(), spec.comment)
	}
	if r.Kind == catalog.PartitionedTable && !spec.only {
		s.indexPartitions(spec, index)
	}
	return index
}

func (x *indexSpec) excludes() bool { return x.excludeOps != nil || x.excludeOIDs != nil }

// analyseIndex analyses an index's predicate and expressions.
func (s *Session) analyseIndex(spec *indexSpec) {
	if spec.where != nil {
		spec.predicate = s.indexPredicate(spec.where, spec.rel)
	}
	for i := range spec.params {
		p := &spec.params[i]
		if p.raw == nil {
			continue
		}
		if p.name == "" {
			p.name = s.expressionName(p.raw)
		}
		p.expr = s.indexExpression(p.raw, spec.rel)
	}
	for i := range spec.including {
		if p := &spec.including[i]; p.raw != nil {
			p.expr = s.indexExpression(p.raw, spec.rel)
		}
	}
}

// checkIndexedRelation refuses indexes where there can be none.
func (s *Session) checkIndexedRelation(spec *indexSpec) {
	r := spec.rel
	switch r.Kind {
	case catalog.Table, catalog.MaterializedView:
	case catalog.PartitionedTable:
		if spec.concurrent {
			pgerr.Raise("0A000", pgerr.NoPosition, "cannot create index on partitioned table \"%s\" concurrently", r.Name)
		}
		if spec.excludes() {
			pgerr.Raise("0A000", pgerr.NoPosition, "cannot create exclusion constraints on partitioned table \"%s\"", r.Name)
		}
	default:
		notSupportedFor(r, "cannot create index on relation \"%s\"")
	}
}

// kindPlurals name the kinds of relation in errdetail_relkind_not_supported.
var kindPlurals = map[byte]string{
	catalog.Table: "tables", catalog.Index: "indexes", catalog.Sequence: "sequences", 't': "TOAST tables", catalog.View: "views",
	catalog.MaterializedView: "materialized views", catalog.CompositeType: "composite types", catalog.ForeignTable: "foreign tables",
	catalog.PartitionedTable: "partitioned tables", catalog.PartitionedIndex: "partitioned indexes",
}

// notSupportedFor raises 42809 with the detail that names the relation's kind.
func notSupportedFor(r *catalog.Relation, format string) {
	pgerr.New("42809", pgerr.NoPosition, format, r.Name).
		WithDetail("This operation is not supported for %s.", kindPlurals[r.Kind]).Raise()
}

// indexMethod finds the access method and refuses what it cannot do.
func (s *Session) indexMethod(spec *indexSpec) *catalog.AccessMethod {
	name := spec.method
	if name == "rtree" {
		s.notice("00000", "substituting access method \"gist\" for obsolete method \"rtree\"")
		name = "gist"
	}
	am, _ := s.catalog.Named(catalog.ClassAccessMethod, 0, name).(*catalog.AccessMethod)
	if am == nil || am.Row.Kind != 'i' {
		if am != nil {
			pgerr.Raise("55000", pgerr.NoPosition, "access method \"%s\" is not of type %s", name, "INDEX")
		}
		pgerr.Raise("42704", pgerr.NoPosition, "access method \"%s\" does not exist", name)
	}
	cannot := func(what string) {
		pgerr.Raise("0A000", pgerr.NoPosition, "access method \"%s\" does not support %s", name, what)
	}
	switch {
	case spec.unique && !am.Row.CanUnique:
		cannot("unique indexes")
	case len(spec.including) > 0 && !am.Row.CanInclude:
		cannot("included columns")
	case len(spec.params) > 1 && !am.Row.CanMulti:
		cannot("multicolumn indexes")
	case spec.excludes() && !am.Row.CanExclude:
		cannot("exclusion constraints")
	}
	return am
}

func (s *Session) refuseSystemColumns(info *catalog.IndexInfo) {
	refuse := func() {
		pgerr.Raise("0A000", pgerr.NoPosition, "index creation on system columns is not supported")
	}
	exprs := []query.Expr{info.Predicate}
	for _, key := range info.Keys {
		if key.Column < 0 {
			refuse()
		}
		exprs = append(exprs, key.Expr)
	}
	for _, e := range exprs {
		for _, num := range columnsOf(e) {
			if num < 0 {
				refuse()
			}
		}
	}
}

// addIndex enters the index and its constraint, as index_create.
func (s *Session) addIndex(spec *indexSpec, am *catalog.AccessMethod, info *catalog.IndexInfo, options []catalog.Option, names []string, types []pg.OID) *catalog.Relation {
	r := spec.rel
	if s.catalog.Named(catalog.ClassRelation, r.Namespace, spec.name) != nil {
		if spec.ifNotExists {
			s.notice("42P07", "relation \"%s\" already exists, skipping", spec.name)
			return nil
		}
		pgerr.Raise("42P07", pgerr.NoPosition, "relation \"%s\" already exists", spec.name)
	}
	if spec.constraint && constraintNamed(r, spec.name) != nil {
		pgerr.Raise("42710", pgerr.NoPosition, "constraint \"%s\" for relation \"%s\" already exists", spec.name, r.Name)
	}
	index := &catalog.Relation{Header: catalog.Header{Name: spec.name, Namespace: r.Namespace, Owner: r.Owner}, Kind: catalog.Index,
		Persistence: r.Persistence, AccessMethod: am.OID, Options: options, IndexInfo: info, Populated: true, Tablespace: spec.tablespace}
	if r.Kind == catalog.PartitionedTable {
		index.Kind = catalog.PartitionedIndex
	}
	for i, name := range names {
		index.Columns = append(index.Columns, &catalog.Column{Num: int16(i + 1), Name: name, Type: types[i], Typmod: -1,
			IsLocal: true, Statistics: -1, Collation: info.Keys[i].Collation})
	}
	for i, value := range spec.statistics {
		if i < len(index.Columns) {
			index.Columns[i].Statistics = value
		}
	}
	s.catalog.Add(index)
	s.catalog.AddIndex(r, index)
	var con *catalog.Constraint
	if spec.constraint {
		con = s.addIndexConstraint(spec, index)
	}
	s.dependIndex(index, con)
	if spec.parent != nil {
		s.setIndexParent(index, spec.parent)
	}
	return index
}

// addIndexConstraint makes the constraint that an index enforces, as
// index_constraint_create.
func (s *Session) addIndexConstraint(spec *indexSpec, index *catalog.Relation) *catalog.Constraint {
	r := spec.rel
	kind := byte('u')
	switch {
	case spec.primary:
		kind = 'p'
	case spec.excludes():
		kind = 'x'
	}
	con := &catalog.Constraint{Header: catalog.Header{Name: index.Name, Namespace: r.Namespace}, Kind: kind, Deferrable: spec.deferrable,
		Deferred: spec.deferred, Validated: true, Relation: r.OID, Index: index.OID, IsLocal: true, NoInherit: true,
		ExclusionOps: index.IndexInfo.ExclusionOps}
	for _, key := range index.IndexInfo.Keys[:index.IndexInfo.KeyCount] {
		con.Key = append(con.Key, key.Column)
	}
	s.addConstraint(r, con)
	s.dependConstraintColumns(r, con)
	if spec.parentConstraint != nil {
		s.setConstraintParent(con, spec.parentConstraint)
	}
	if spec.conComment != "" {
		s.catalog.SetComment(con.Address(), spec.conComment)
	}
	s.catalog.Undepend(index.Address(), nil)
	s.catalog.Depend(index.Address(), con.Address(), catalog.DependInternal)
	return con
}

// dependIndex records what an index needs.
func (s *Session) dependIndex(index *catalog.Relation, con *catalog.Constraint) {
	info, me := index.IndexInfo, index.Address()
	if con == nil {
		simple := false
		for _, key := range info.Keys {
			if key.Column > 0 {
				s.catalog.Depend(me, catalog.Address{Class: catalog.ClassRelation, OID: info.Relation, Sub: key.Column}, catalog.DependAuto)
				simple = true
			}
		}
		if !simple && info.Predicate == nil && !slices.ContainsFunc(info.Keys, func(k catalog.IndexKey) bool { return k.Expr != nil && len(columnsOf(k.Expr)) > 0 }) {
			s.catalog.Depend(me, catalog.Address{Class: catalog.ClassRelation, OID: info.Relation}, catalog.DependAuto)
		}
	}
	for i, key := range info.Keys {
		if key.Collation != 0 {
			s.catalog.Depend(me, catalog.Address{Class: catalog.ClassCollation, OID: key.Collation}, catalog.DependNormal)
		}
		if i < info.KeyCount {
			s.catalog.Depend(me, catalog.Address{Class: catalog.ClassOpClass, OID: key.OpClass}, catalog.DependNormal)
		}
		if key.Expr != nil {
			s.dependOnExpr(me, key.Expr, info.Relation, catalog.DependNormal, catalog.DependAuto)
		}
	}
	if info.Predicate != nil {
		s.dependOnExpr(me, info.Predicate, info.Relation, catalog.DependNormal, catalog.DependAuto)
	}
}
