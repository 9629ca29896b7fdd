package compile

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// This file mirrors tablecmds.c's DefineRelation and heap.c's
// heap_create_with_catalog.

// createTable interprets CREATE TABLE.
func (s *Session) createTable(n *ast.CreateStmt) { s.createTableAs(n, catalog.Table, nil) }

// createTableAs makes a table or foreign table.
func (s *Session) createTableAs(n *ast.CreateStmt, kind byte, foreign *catalog.ForeignInfo) *catalog.Relation {
	namespace, persistence := s.creation(n.Relation)
	if s.catalog.Named(catalog.ClassRelation, namespace, n.Relation.Relname) != nil && n.IfNotExists {
		s.notice("42P07", "relation \"%s\" already exists, skipping", n.Relation.Relname)
		return nil
	}
	b := &tableBuild{s: s, stmt: "CREATE TABLE", name: n.Relation.Relname, namespace: namespace, persistence: persistence,
		owner: s.catalog.CurrentUser, foreign: kind == catalog.ForeignTable, partitioned: n.Partspec != nil,
		partition: n.Partbound != nil, typed: n.OfTypename != nil, parents: n.InhRelations}
	if b.foreign {
		b.stmt = "CREATE FOREIGN TABLE"
	}
	b.expand(n)
	for _, f := range b.before {
		f()
	}
	r := s.defineTable(b, n, kind, foreign)
	for _, spec := range b.indexes {
		spec.rel = r
		s.defineIndex(spec)
	}
	for _, like := range b.likes {
		b.expandLike(r, like)
	}
	for _, fk := range b.fks {
		fk.SkipValidation, fk.InitiallyValid = true, true
		s.alterTableInternal(r, &ast.AlterTableCmd{Subtype: ast.AT_AddConstraint, Def: fk.withColumns()}, true)
	}
	for _, f := range b.after {
		f(r)
	}
	if r.IsPartition { // rows of the default partition may belong here
		s.verify(s.catalog.Relation(r.Inherits[0]))
	}
	s.changed("create table %s", r.Name)
	return r
}

// withColumns gives a column's foreign key the form of a table's.
func (t *tableConstraint) withColumns() *ast.Constraint {
	c := *t.Constraint
	if t.columns != nil {
		c.FkAttrs = stringNodes(t.columns...)
	}
	return &c
}

// expand takes the statement apart, as transformCreateStmt.
func (b *tableBuild) expand(n *ast.CreateStmt) {
	if n.OfTypename != nil {
		b.addTypeColumns(n.OfTypename)
	}
	if n.Partspec != nil && len(n.InhRelations) > 0 && n.Partbound == nil {
		pgerr.Raise("42P17", pgerr.NoPosition, "cannot create partitioned table as inheritance child")
	}
	for _, elt := range slices.Concat(n.TableElts, n.Constraints) {
		switch elt := elt.(type) {
		case *ast.ColumnDef:
			b.addColumn(elt)
		case *ast.Constraint:
			list := b.constraintAttributes([]ast.Node{elt})
			if len(list) > 0 {
				b.addConstraint(list[0])
			}
		case *ast.TableLikeClause:
			b.addLike(elt)
		}
	}
	b.expandKeys()
	for _, c := range b.checks {
		c.SkipValidation, c.InitiallyValid = true, !b.foreign || c.InitiallyValid
		if b.foreign {
			c.InitiallyValid = true
		}
	}
}

// addTypeColumns gives a typed table its type's columns (transformOfType).
func (b *tableBuild) addTypeColumns(name *ast.TypeName) {
	s := b.s
	oid, _ := s.typeID(name)
	r := s.checkOfType(oid)
	for _, attr := range r.Live() {
		col := &newColumn{fromType: true, location: -1}
		col.Column = catalog.Column{Name: attr.Name, Type: attr.Type, Typmod: attr.Typmod, NDims: attr.NDims, Collation: attr.Collation,
			IsLocal: true, Statistics: -1}
		b.columns = append(b.columns, col)
	}
}

// checkOfType finds the relation of a type that CREATE TABLE OF may name.
func (s *Session) checkOfType(oid pg.OID) *catalog.Relation {
	t := s.catalog.Type(oid)
	if t.Kind == 'c' {
		if r := s.catalog.Relation(t.RelID); r != nil && r.Kind == catalog.CompositeType {
			return r
		}
	}
	pgerr.Raise("42809", pgerr.NoPosition, "type %s is not a composite type", s.formatType(oid))
	return nil
}

// defineTable makes the relation itself, as DefineRelation.
func (s *Session) defineTable(b *tableBuild, n *ast.CreateStmt, kind byte, foreign *catalog.ForeignInfo) *catalog.Relation {
	if n.Oncommit > ast.ONCOMMIT_NOOP && b.persistence != 't' {
		pgerr.Raise("42P16", pgerr.NoPosition, "ON COMMIT can only be used on temporary tables")
	}
	if n.Partspec != nil {
		kind = catalog.PartitionedTable
	}
	parents := s.parentRelations(n.InhRelations)
	s.checkTablespace(n.Tablespacename)
	r := &catalog.Relation{Header: catalog.Header{Name: b.name, Namespace: b.namespace, Owner: b.owner}, Kind: kind,
		Persistence: b.persistence, Tablespace: n.Tablespacename, OnCommit: n.Oncommit, ReplicaIdentity: 'd', Populated: true, Foreign: foreign}
	if kind == catalog.ForeignTable {
		r.ReplicaIdentity = 'n'
	}
	r.Options = s.relationOptions(nil, n.Options, "", false)
	r.ToastOptions = s.relationOptions(nil, n.Options, "toast", false)
	checkOptions(r.Options, s.relationOptionKind(r))
	checkOptions(r.ToastOptions, optToast)
	if n.OfTypename != nil {
		r.OfType, _ = s.typeID(n.OfTypename)
		s.checkTypeUsage(r.OfType)
	}
	m := s.mergeColumns(b, parents)
	s.tableAccessMethod(r, n.AccessMethod)
	s.addRelation(r, m.columns)
	for _, check := range m.checks {
		con := s.storeCheck(r, check.Name, check.Check, true, check.IsLocal, false)
		con.InhCount = check.InhCount
	}
	if n.Oncommit == ast.ONCOMMIT_DROP || n.Oncommit == ast.ONCOMMIT_DELETE_ROWS {
		s.settings.onCommitDrop = true
	}
	for i, col := range m.columns {
		if col.raw != nil {
			s.addDefault(r, r.Columns[i], col.raw)
		}
	}
	if n.Partbound != nil {
		s.bindPartition(r, parents[0], n.Partbound)
	}
	s.inherit(r, parents)
	if n.Partspec != nil {
		s.partitionTable(r, n.Partspec)
	}
	if n.Partbound != nil {
		s.clonePartitionParts(r, parents[0])
	}
	s.addChecks(r, b.checks, true, true)
	return r
}

// parentRelations finds the tables of INHERITS or PARTITION OF.
func (s *Session) parentRelations(names []ast.Node) []*catalog.Relation {
	var parents []*catalog.Relation
	for _, n := range names {
		parent := s.lookup(n.(*ast.RangeVar), false)
		if slices.Contains(parents, parent) {
			pgerr.Raise("42P07", pgerr.NoPosition, "relation \"%s\" would be inherited from more than once", parent.Name)
		}
		parents = append(parents, parent)
	}
	return parents
}

// tableAccessMethod settles USING of a table.
func (s *Session) tableAccessMethod(r *catalog.Relation, name string) {
	if name == "" {
		if r.Kind != catalog.Table && r.Kind != catalog.MaterializedView {
			return
		}
		if name = s.Setting("default_table_access_method"); name == "" || name == "heap" {
			r.AccessMethod = pg.Heap
			return
		}
	} else if r.Kind == catalog.PartitionedTable {
		pgerr.Raise("0A000", pgerr.NoPosition, "specifying a table access method is not supported on a partitioned table")
	}
	r.AccessMethod = s.tableMethodNamed(name).OID
}

// tableMethodNamed finds a table access method (get_table_am_oid).
func (s *Session) tableMethodNamed(name string) *catalog.AccessMethod {
	am, _ := s.catalog.Named(catalog.ClassAccessMethod, 0, name).(*catalog.AccessMethod)
	if am == nil {
		pgerr.Raise("42704", pgerr.NoPosition, "access method \"%s\" does not exist", name)
	}
	if am.Row.Kind != 't' {
		pgerr.Raise("55000", pgerr.NoPosition, "access method \"%s\" is not of type %s", name, "TABLE")
	}
	return am
}

// checkTablespace refuses a tablespace that is not there.
func (s *Session) checkTablespace(name string) {
	switch name {
	case "", "pg_default":
	case "pg_global":
		pgerr.Raise("22023", pgerr.NoPosition, "only shared relations can be placed in pg_global tablespace")
	default:
		if s.catalog.Named(catalog.ClassTablespace, 0, name) == nil {
			pgerr.Raise("42704", pgerr.NoPosition, "tablespace \"%s\" does not exist", name)
		}
	}
}

// addRelation enters a relation with its columns, its row type and what they
// depend on, as heap_create_with_catalog.
func (s *Session) addRelation(r *catalog.Relation, columns []*newColumn) {
	for _, col := range columns {
		s.checkTypeUsage(col.Type)
	}
	s.checkColumns(r, columns)
	s.checkCatalogCreation(r)
	if s.catalog.Named(catalog.ClassRelation, r.Namespace, r.Name) != nil {
		pgerr.Raise("42P07", pgerr.NoPosition, "relation \"%s\" already exists", r.Name)
	}
	s.claimRowTypeName(r)
	r.Columns = make([]*catalog.Column, len(columns))
	made := make([]catalog.Column, len(columns)) // in one piece
	for i, col := range columns {
		c := &made[i]
		*c = col.Column
		c.Num = int16(i + 1)
		c.Default = nil
		if c.Storage == s.defaultTypeStorage(c.Type) {
			c.Storage = 0
		}
		r.Columns[i] = c
	}
	if r.Kind != catalog.CompositeType {
		r.ACL = s.defaultPrivileges(r, r.Namespace)
	}
	s.catalog.Add(r)
	s.addRowType(r)
	s.dependRelation(r)
	for i, col := range columns {
		if col.cooked != nil && col.raw == nil {
			s.storeDefault(r, r.Columns[i], col.cooked)
		}
	}
}

// checkCatalogCreation refuses new relations among the system's own, as
// heap_create.
func (s *Session) checkCatalogCreation(r *catalog.Relation) {
	if (r.Namespace == pg.PgCatalog || r.Namespace == pg.PgToast) && s.Setting("allow_system_table_mods") != "on" {
		pgerr.New("42501", pgerr.NoPosition, "permission denied to create \"%s.%s\"", s.catalog.SchemaName(r.Namespace), r.Name).
			WithDetail("System catalog modifications are currently disallowed.").Raise()
	}
}

func (s *Session) checkColumns(r *catalog.Relation, columns []*newColumn) {
	if len(columns) > maxColumns {
		tooManyColumns()
	}
	if r.Kind != catalog.View && r.Kind != catalog.CompositeType {
		for _, col := range columns {
			if isSystemColumn(col.Name) {
				pgerr.Raise("42701", pgerr.NoPosition, "column name \"%s\" conflicts with a system column name", col.Name)
			}
		}
	}
	seen := map[string]bool{}
	for _, col := range columns {
		if seen[col.Name] {
			pgerr.Raise("42701", pgerr.NoPosition, "column name \"%s\" specified more than once", col.Name)
		}
		seen[col.Name] = true
	}
	for _, col := range columns {
		s.checkColumnType(col.Name, col.Type, col.Collation, nil)
	}
}

// claimRowTypeName makes the name free for the relation's row type.
func (s *Session) claimRowTypeName(r *catalog.Relation) {
	old, _ := s.catalog.Named(catalog.ClassType, r.Namespace, r.Name).(*catalog.Type)
	if old != nil && !s.moveArrayType(old) {
		pgerr.New("42710", pgerr.NoPosition, "type \"%s\" already exists", r.Name).
			WithHint("A relation has an associated type of the same name, so you must use a name that doesn't conflict with any existing type.").Raise()
	}
}

// addRowType makes a relation's row type and the array type over that.
func (s *Session) addRowType(r *catalog.Relation) {
	t := s.newType(r.Namespace, r.Name, 'c', 'C')
	t.RelID, t.Owner, t.Align = r.OID, r.Owner, 'd'
	t.Input, t.Output = "record_in", "record_out"
	s.addType(t, nil)
	r.Type = t.OID
	s.catalog.Depend(t.Address(), r.Address(), catalog.DependInternal)
}

// dependRelation records what a new relation needs.
func (s *Session) dependRelation(r *catalog.Relation) {
	me := r.Address()
	s.catalog.Depend(me, catalog.Address{Class: catalog.ClassNamespace, OID: r.Namespace}, catalog.DependNormal)
	if r.OfType != 0 {
		s.catalog.Depend(me, catalog.Address{Class: catalog.ClassType, OID: r.OfType}, catalog.DependNormal)
	}
	if r.AccessMethod != 0 {
		s.catalog.Depend(me, catalog.Address{Class: catalog.ClassAccessMethod, OID: r.AccessMethod}, catalog.DependNormal)
	}
	for _, col := range r.Columns {
		s.dependColumn(r, col)
	}
}

// dependColumn records what a column's type and collation are.
func (s *Session) dependColumn(r *catalog.Relation, col *catalog.Column) {
	s.catalog.Depend(r.Column(col.Num), catalog.Address{Class: catalog.ClassType, OID: col.Type}, catalog.DependNormal)
	if col.Collation != 0 && col.Collation != pg.DefaultCollation {
		s.catalog.Depend(r.Column(col.Num), catalog.Address{Class: catalog.ClassCollation, OID: col.Collation}, catalog.DependNormal)
	}
}
