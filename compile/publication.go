package compile

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// createPublication interprets CREATE PUBLICATION, as CreatePublication does.
func (s *Session) createPublication(n *ast.CreatePublicationStmt) {
	s.checkDatabaseCreate(s.catalog.CurrentUser, false)
	if n.ForAllTables {
		s.requireSuperuser("must be superuser to create FOR ALL TABLES publication")
	}
	if s.catalog.Named(catalog.ClassPublication, 0, n.Pubname) != nil {
		pgerr.Raise("42710", pgerr.NoPosition, `publication "%s" already exists`, n.Pubname)
	}
	p := &catalog.Publication{Header: catalog.Header{Name: n.Pubname, Owner: s.catalog.CurrentUser}, AllTables: n.ForAllTables,
		Insert: true, Update: true, Delete: true, Truncate: true}
	s.publicationOptions(p, n.Options)
	s.catalog.Add(p)
	if !n.ForAllTables {
		tables, schemas := s.publicationObjects(n.Pubobjects)
		if len(schemas) > 0 {
			s.requireSuperuser("must be superuser to create FOR TABLES IN SCHEMA publication")
		}
		s.addPublished(p, s.publishedTables(p, tables, len(schemas) > 0), schemas, false)
	}
	s.changed("create publication %s", p.Name)
}

// publicationOptions mirrors parse_publication_options. It says whether
// publish_via_partition_root is among the options.
func (s *Session) publicationOptions(p *catalog.Publication, list []ast.Node) (viaRoot bool) {
	opts := options(list, nameSet("publish", "publish_via_partition_root"), func(d *ast.DefElem) {
		pgerr.Raise("42601", pgerr.NoPosition, `unrecognized publication parameter: "%s"`, d.Defname)
	})
	if d := opts["publish"]; d != nil {
		p.Insert, p.Update, p.Delete, p.Truncate = false, false, false, false
		actions, ok := parseIdentifiers(s.defString(d))
		if !ok {
			pgerr.Raise("42601", pgerr.NoPosition, `invalid list syntax in parameter "%s"`, "publish")
		}
		for _, action := range actions {
			flag := map[string]*bool{"insert": &p.Insert, "update": &p.Update, "delete": &p.Delete, "truncate": &p.Truncate}[action]
			if flag == nil {
				pgerr.Raise("42601", pgerr.NoPosition, `unrecognized value for publication option "%s": "%s"`, "publish", action)
			}
			*flag = true
		}
	}
	if d := opts["publish_via_partition_root"]; d != nil {
		p.ViaRoot = s.defBool(d)
		return true
	}
	return false
}

// publicationObjects sorts what a publication is for into tables and schemas
// (ObjectsInPublicationToOids).
func (s *Session) publicationObjects(list []ast.Node) (tables []*ast.PublicationTable, schemas []pg.OID) {
	for _, node := range list {
		o := node.(*ast.PublicationObjSpec)
		switch o.Pubobjtype {
		case ast.PUBLICATIONOBJ_TABLE:
			tables = append(tables, o.Pubtable)
		case ast.PUBLICATIONOBJ_TABLES_IN_SCHEMA:
			schemas = appendNew(schemas, s.namespaceNamed(o.Name))
		case ast.PUBLICATIONOBJ_TABLES_IN_CUR_SCHEMA:
			oid := s.catalog.CreationSchema()
			if oid == 0 {
				pgerr.Raise("3F000", pgerr.NoPosition, "no schema has been selected for CURRENT_SCHEMA")
			}
			schemas = appendNew(schemas, oid)
		}
	}
	return tables, schemas
}

func appendNew[T comparable](list []T, x T) []T {
	if slices.Contains(list, x) {
		return list
	}
	return append(list, x)
}

// A publishedTable is a table to be published, as the statement has it.
type publishedTable struct {
	rel     *catalog.Relation
	where   ast.Node
	columns []ast.Node
	row     catalog.PublicationTable
}

// publishedTables opens the tables, with their children unless ONLY is said
// (OpenTableList), and analyses WHERE and the column lists.
func (s *Session) publishedTables(p *catalog.Publication, list []*ast.PublicationTable, schemas bool) []publishedTable {
	var out []publishedTable
	for _, n := range list {
		r := s.lookup(n.Relation, false)
		if r.Kind != catalog.Table && r.Kind != catalog.PartitionedTable {
			s.checkPublishable(r)
		}
		i := slices.IndexFunc(out, func(t publishedTable) bool { return t.rel == r })
		if i >= 0 {
			switch {
			case n.WhereClause != nil || out[i].where != nil:
				pgerr.Raise("42710", pgerr.NoPosition, `conflicting or redundant WHERE clauses for table "%s"`, r.Name)
			case n.Columns != nil || out[i].columns != nil:
				pgerr.Raise("42710", pgerr.NoPosition, `conflicting or redundant column lists for table "%s"`, r.Name)
			}
			continue
		}
		out = append(out, publishedTable{rel: r, where: n.WhereClause, columns: n.Columns})
		if n.Relation.Inh && r.Kind != catalog.PartitionedTable {
			out = s.publishedChildren(out, r, n)
		}
	}
	for i := range out {
		s.checkPublishedWhere(p, &out[i])
	}
	for i := range out {
		s.checkPublishedColumns(p, &out[i], schemas)
	}
	return out
}

func (s *Session) publishedChildren(out []publishedTable, r *catalog.Relation, n *ast.PublicationTable) []publishedTable {
	for _, oid := range r.Children {
		child := s.catalog.Relation(oid)
		if slices.ContainsFunc(out, func(t publishedTable) bool { return t.rel == child }) {
			continue
		}
		out = append(out, publishedTable{rel: child, where: n.WhereClause, columns: n.Columns})
		out = s.publishedChildren(out, child, n)
	}
	return out
}

// checkPublishedColumns mirrors CheckPubRelationColumnList.
func (s *Session) checkPublishedColumns(p *catalog.Publication, t *publishedTable, schemas bool) {
	if t.columns == nil {
		return
	}
	name := s.catalog.QualifiedName(t.rel)
	refuse := func(detail string) {
		pgerr.New("22023", pgerr.NoPosition, `cannot use column list for relation "%s" in publication "%s"`, name, p.Name).WithDetail("%s", detail).Raise()
	}
	if schemas {
		refuse("Column lists cannot be specified in publications containing FOR TABLES IN SCHEMA elements.")
	}
	if !p.ViaRoot && t.rel.Kind == catalog.PartitionedTable {
		refuse("Column lists cannot be specified for partitioned tables when publish_via_partition_root is false.")
	}
}

// checkPublishable mirrors check_publication_add_relation.
func (s *Session) checkPublishable(r *catalog.Relation) {
	refuse := func(detail string) {
		pgerr.New("22023", pgerr.NoPosition, `cannot add relation "%s" to publication`, r.Name).WithDetail("%s", detail).Raise()
	}
	switch {
	case r.Kind != catalog.Table && r.Kind != catalog.PartitionedTable:
		refuse("This operation is not supported for this kind of relation.")
	case isSystem(r):
		refuse("This operation is not supported for system tables.")
	case r.Persistence == 't':
		refuse("This operation is not supported for temporary tables.")
	case r.Persistence == 'u':
		refuse("This operation is not supported for unlogged tables.")
	}
}

// addPublished adds tables and schemas to a publication.
func (s *Session) addPublished(p *catalog.Publication, tables []publishedTable, schemas []pg.OID, skip bool) {
	for i := range tables {
		s.publishTable(p, &tables[i], skip)
	}
	for _, oid := range schemas {
		s.publishSchema(p, oid, skip)
	}
}

// publishTable mirrors publication_add_relation.
func (s *Session) publishTable(p *catalog.Publication, t *publishedTable, skip bool) {
	s.checkOwner(t.rel)
	if slices.ContainsFunc(p.Tables, func(x catalog.PublicationTable) bool { return x.Relation == t.rel.OID }) {
		if skip {
			return
		}
		pgerr.Raise("42710", pgerr.NoPosition, `relation "%s" is already member of publication "%s"`, t.rel.Name, p.Name)
	}
	s.checkPublishable(t.rel)
	t.row.OID, t.row.Relation = s.catalog.NewOID(), t.rel.OID
	t.row.Columns = publishedColumns(t.rel, t.columns)
	s.catalog.Touch(p)
	p.Tables = append(slices.Clone(p.Tables), t.row)
	s.dependPublished(p, t)
}

// publishedColumns mirrors publication_translate_columns.
func publishedColumns(r *catalog.Relation, names []ast.Node) []int16 {
	var columns []int16
	for _, name := range ast.Strings(names) {
		col := r.ColumnNamed(name)
		switch {
		case col == nil && isSystemColumn(name):
			pgerr.Raise("42P10", pgerr.NoPosition, `cannot use system column "%s" in publication column list`, name)
		case col == nil:
			pgerr.Raise("42703", pgerr.NoPosition, `column "%s" of relation "%s" does not exist`, name, r.Name)
		case col.Generated != 0:
			pgerr.Raise("42P10", pgerr.NoPosition, `cannot use generated column "%s" in publication column list`, name)
		case slices.Contains(columns, col.Num):
			pgerr.Raise("42710", pgerr.NoPosition, `duplicate column "%s" in publication column list`, name)
		}
		columns = append(columns, col.Num)
	}
	slices.Sort(columns)
	return columns
}

// publishSchema mirrors publication_add_schema.
func (s *Session) publishSchema(p *catalog.Publication, oid pg.OID, skip bool) {
	name := s.catalog.SchemaName(oid)
	if slices.Contains(p.Schemas, oid) {
		if skip {
			return
		}
		pgerr.Raise("42710", pgerr.NoPosition, `schema "%s" is already member of publication "%s"`, name, p.Name)
	}
	switch {
	case oid == pg.PgCatalog || oid == pg.PgToast:
		pgerr.New("22023", pgerr.NoPosition, `cannot add schema "%s" to publication`, name).WithDetail("This operation is not supported for system schemas.").Raise()
	case s.catalog.IsTemp(oid):
		pgerr.New("22023", pgerr.NoPosition, `cannot add schema "%s" to publication`, name).WithDetail("Temporary schemas cannot be replicated.").Raise()
	}
	s.catalog.Touch(p)
	p.Schemas = append(slices.Clone(p.Schemas), oid)
	member := publishedMember(catalog.ClassPublicationNamespace, p, oid)
	s.enterMember(member)
	s.catalog.Depend(member.Address(), p.Address(), catalog.DependAuto)
	s.catalog.Depend(member.Address(), catalog.Address{Class: catalog.ClassNamespace, OID: oid}, catalog.DependAuto)
}

// publishedMember makes the object that stands for a table or schema in a
// publication: a row of pg_publication_rel or pg_publication_namespace.
func publishedMember(class catalog.Class, p *catalog.Publication, oid pg.OID) *catalog.Generic {
	return &catalog.Generic{Class: class, Parent: p.OID, Handler: oid}
}

func (s *Session) enterMember(m *catalog.Generic) {
	m.Name = strings.Join([]string{oidText(m.Parent), oidText(m.Handler)}, "/")
	s.catalog.Add(m)
}
