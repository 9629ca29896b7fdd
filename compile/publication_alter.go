package compile

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// alterPublication interprets ALTER PUBLICATION, as AlterPublication does.
func (s *Session) alterPublication(n *ast.AlterPublicationStmt) {
	p := s.plainNamed(ast.OBJECT_PUBLICATION, n.Pubname).(*catalog.Publication)
	s.checkOwnerAs(p, ast.OBJECT_PUBLICATION, n.Pubname)
	if len(n.Options) > 0 {
		s.alterPublicationOptions(p, n.Options)
		return
	}
	tables, schemas := s.publicationObjects(n.Pubobjects)
	s.checkAlterPublication(p, n, tables, schemas)
	switch n.Action {
	case ast.AP_AddObjects:
		s.addPublished(p, s.publishedTables(p, tables, len(schemas) > 0 || len(p.Schemas) > 0), s.addableSchemas(p, schemas), false)
	case ast.AP_DropObjects:
		s.dropPublished(p, tables, schemas)
	default:
		s.setPublished(p, tables, schemas)
	}
	s.changed("alter publication %s", p.Name)
}

func (s *Session) alterPublicationOptions(p *catalog.Publication, list []ast.Node) {
	changed := *p
	if s.publicationOptions(&changed, list) && !changed.ViaRoot && !p.AllTables {
		s.checkRootless(p)
	}
	s.catalog.Touch(p)
	h := p.Header
	*p = changed
	p.Header = h
}

// checkRootless refuses publish_via_partition_root = false for partitioned
// tables with a row filter or column list.
func (s *Session) checkRootless(p *catalog.Publication) {
	for _, t := range p.Tables {
		r := s.catalog.Relation(t.Relation)
		if r == nil || r.Kind != catalog.PartitionedTable || t.Where == nil && t.Columns == nil {
			continue
		}
		what := "WHERE clause"
		if t.Where == nil {
			what = "column list"
		}
		pgerr.New("22023", pgerr.NoPosition, `cannot set parameter "%s" to false for publication "%s"`, "publish_via_partition_root", p.Name).
			WithDetail(`The publication contains a %s for partitioned table "%s", which is not allowed when "%s" is false.`, what, r.Name, "publish_via_partition_root").Raise()
	}
}

// checkAlterPublication mirrors CheckAlterPublication.
func (s *Session) checkAlterPublication(p *catalog.Publication, n *ast.AlterPublicationStmt, tables []*ast.PublicationTable, schemas []pg.OID) {
	if n.Action != ast.AP_DropObjects && len(schemas) > 0 {
		s.requireSuperuser("must be superuser to add or set schemas")
	}
	what := ""
	switch {
	case p.AllTables && len(schemas) > 0:
		what = "Schemas"
	case p.AllTables && len(tables) > 0:
		what = "Tables"
	}
	if what != "" {
		pgerr.New("55000", pgerr.NoPosition, `publication "%s" is defined as FOR ALL TABLES`, p.Name).
			WithDetail("%s cannot be added to or dropped from FOR ALL TABLES publications.", what).Raise()
	}
}

// addableSchemas refuses schemas beside tables that have column lists.
func (s *Session) addableSchemas(p *catalog.Publication, schemas []pg.OID) []pg.OID {
	if len(schemas) > 0 && slices.ContainsFunc(p.Tables, func(t catalog.PublicationTable) bool { return t.Columns != nil }) {
		pgerr.New("22023", pgerr.NoPosition, `cannot add schema to publication "%s"`, p.Name).
			WithDetail("Schemas cannot be added if any tables that specify a column list are already part of the publication.").Raise()
	}
	return schemas
}

// dropPublished interprets DROP of tables and schemas.
func (s *Session) dropPublished(p *catalog.Publication, tables []*ast.PublicationTable, schemas []pg.OID) {
	for _, n := range tables {
		if n.Columns != nil {
			pgerr.Raise("42601", pgerr.NoPosition, "column list must not be specified in ALTER PUBLICATION ... DROP")
		}
	}
	var drop []*catalog.Relation
	for _, n := range tables {
		r := s.lookup(n.Relation, false)
		if slices.Contains(drop, r) {
			continue
		}
		drop = append(drop, r)
	}
	for i, r := range drop {
		if !slices.ContainsFunc(p.Tables, func(t catalog.PublicationTable) bool { return t.Relation == r.OID }) {
			pgerr.Raise("42704", pgerr.NoPosition, `relation "%s" is not part of the publication`, r.Name)
		}
		if tables[i].WhereClause != nil {
			pgerr.Raise("42601", pgerr.NoPosition, "cannot use a WHERE clause when removing a table from a publication")
		}
		s.unpublish(p, catalog.ClassPublicationRel, r.OID)
	}
	for _, oid := range schemas {
		if !slices.Contains(p.Schemas, oid) {
			pgerr.Raise("42704", pgerr.NoPosition, `tables from schema "%s" are not part of the publication`, s.catalog.SchemaName(oid))
		}
		s.unpublish(p, catalog.ClassPublicationNamespace, oid)
	}
}

// setPublished replaces everything that a publication is for.
func (s *Session) setPublished(p *catalog.Publication, tables []*ast.PublicationTable, schemas []pg.OID) {
	opened := s.publishedTables(p, tables, len(schemas) > 0)
	for _, t := range slices.Clone(p.Tables) {
		s.unpublish(p, catalog.ClassPublicationRel, t.Relation)
	}
	for _, oid := range slices.Clone(p.Schemas) {
		s.unpublish(p, catalog.ClassPublicationNamespace, oid)
	}
	s.addPublished(p, opened, schemas, true)
}

// unpublish takes a table or schema out of a publication.
func (s *Session) unpublish(p *catalog.Publication, class catalog.Class, oid pg.OID) {
	for _, d := range s.catalog.Dependents(p.Address()) {
		m, ok := s.catalog.Object(d.Dependent).(*catalog.Generic)
		if ok && m.Class == class && m.Handler == oid {
			s.deletePublished(m)
			return
		}
	}
}

// deletePublished removes a row of pg_publication_rel or
// pg_publication_namespace; DROP TABLE and DROP SCHEMA do that, too.
func (s *Session) deletePublished(m *catalog.Generic) {
	if p, ok := s.catalog.Object(catalog.Address{Class: catalog.ClassPublication, OID: m.Parent}).(*catalog.Publication); ok {
		s.catalog.Touch(p)
		p.Tables = slices.DeleteFunc(slices.Clone(p.Tables), func(t catalog.PublicationTable) bool {
			return m.Class == catalog.ClassPublicationRel && t.Relation == m.Handler
		})
		p.Schemas = slices.DeleteFunc(slices.Clone(p.Schemas), func(oid pg.OID) bool {
			return m.Class == catalog.ClassPublicationNamespace && oid == m.Handler
		})
	}
	s.catalog.Drop(m)
}

// checkPublicationOwner refuses new owners who are no superusers for
// publications that only superusers can make.
func (s *Session) checkPublicationOwner(p *catalog.Publication) {
	detail := ""
	switch {
	case p.AllTables:
		detail = "The owner of a FOR ALL TABLES publication must be a superuser."
	case len(p.Schemas) > 0:
		detail = "The owner of a FOR TABLES IN SCHEMA publication must be a superuser."
	default:
		return
	}
	pgerr.New("42501", pgerr.NoPosition, `permission denied to change owner of publication "%s"`, p.Name).WithHint("%s", detail).Raise()
}
