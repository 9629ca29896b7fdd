package compile

import (
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// rangeVarName writes a relation's name as messages have it.
func rangeVarName(rv *ast.RangeVar) string {
	if rv.Schemaname != "" {
		return rv.Schemaname + "." + rv.Relname
	}
	return rv.Relname
}

// rangeVarOf makes a RangeVar of a list of names (makeRangeVarFromNameList).
func rangeVarOf(names []string) *ast.RangeVar {
	rv := &ast.RangeVar{Inh: true, Relpersistence: "p", Location: -1}
	switch len(names) {
	case 1:
		rv.Relname = names[0]
	case 2:
		rv.Schemaname, rv.Relname = names[0], names[1]
	case 3:
		rv.Catalogname, rv.Schemaname, rv.Relname = names[0], names[1], names[2]
	default:
		pgerr.Raise("42601", pgerr.NoPosition, "improper relation name (too many dotted names): %s", strings.Join(names, "."))
	}
	return rv
}

// checkCatalogName refuses names in other databases.
func checkCatalogName(rv *ast.RangeVar) {
	if rv.Catalogname != "" && rv.Catalogname != databaseName {
		pgerr.Raise("0A000", pgerr.NoPosition, "cross-database references are not implemented: \"%s.%s.%s\"",
			rv.Catalogname, rv.Schemaname, rv.Relname)
	}
}

// lookup finds a relation by name. nil: there is none, and that is allowed.
// It mirrors RangeVarGetRelid.
func (s *Session) lookup(rv *ast.RangeVar, missingOK bool) *catalog.Relation {
	checkCatalogName(rv)
	if rv.Relpersistence == "t" && rv.Schemaname != "" && rv.Schemaname != "pg_temp" && !s.catalog.IsTemp(s.catalog.SchemaOID(rv.Schemaname)) {
		pgerr.Raise("42P16", pgerr.NoPosition, "temporary tables cannot specify a schema name")
	}
	if rv.Schemaname != "" {
		if oid := s.catalog.SchemaOID(rv.Schemaname); oid != 0 {
			s.checkUsage(oid)
		} else if !missingOK {
			s.requireSchema(rv.Schemaname)
		}
	}
	r := s.catalog.RelationNamed(rv.Schemaname, rv.Relname)
	if r == nil && !missingOK {
		pgerr.Raise("42P01", pgerr.NoPosition, "relation \"%s\" does not exist", rangeVarName(rv))
	}
	return r
}

// requireSchema finds a schema by name, as LookupExplicitNamespace.
func (s *Session) requireSchema(name string) pg.OID {
	oid := s.catalog.SchemaOID(name)
	if oid == 0 {
		pgerr.Raise("3F000", pgerr.NoPosition, "schema \"%s\" does not exist", name)
	}
	return oid
}

// creation says where a new relation goes: RangeVarGetAndCheckCreationNamespace.
// The persistence is that of the name, made temporary by a temporary schema.
func (s *Session) creation(rv *ast.RangeVar) (namespace pg.OID, persistence byte) {
	checkCatalogName(rv)
	persistence = 'p'
	if rv.Relpersistence != "" {
		persistence = rv.Relpersistence[0]
	}
	namespace = s.relationNamespace(rv, persistence)
	s.checkCreate(namespace)
	return namespace, s.adjustPersistence(namespace, persistence)
}

func (s *Session) relationNamespace(rv *ast.RangeVar, persistence byte) pg.OID {
	switch {
	case rv.Schemaname == "pg_temp":
		return s.catalog.TempSchema()
	case rv.Schemaname != "":
		return s.requireSchema(rv.Schemaname)
	case persistence == 't':
		return s.catalog.TempSchema()
	case len(s.catalog.SearchPath) > 0 && s.catalog.SearchPath[0] == "pg_temp":
		return s.catalog.TempSchema()
	}
	namespace := s.catalog.CreationSchema()
	if namespace == 0 {
		pgerr.Raise("3F000", pgerr.NoPosition, "no schema has been selected to create in")
	}
	return namespace
}

// adjustPersistence mirrors RangeVarAdjustRelationPersistence.
func (s *Session) adjustPersistence(namespace pg.OID, persistence byte) byte {
	temp := s.catalog.IsTemp(namespace)
	switch {
	case persistence == 't' && !temp:
		pgerr.Raise("42P16", pgerr.NoPosition, "cannot create temporary relation in non-temporary schema")
	case persistence == 'p' && temp:
		return 't'
	case persistence == 'u' && temp:
		pgerr.Raise("42P16", pgerr.NoPosition, "only temporary relations may be created in temporary schemas")
	}
	return persistence
}

// isSystem says whether a relation is PostgreSQL's own (IsSystemRelation).
func isSystem(r *catalog.Relation) bool {
	return r.OID < 16384 && r.Namespace == pg.PgCatalog || r.Namespace == pg.PgToast
}

// checkNotSystem refuses to change a system catalog.
func checkNotSystem(r *catalog.Relation) {
	if isSystem(r) {
		pgerr.Raise("42501", pgerr.NoPosition, "permission denied: \"%s\" is a system catalog", r.Name)
	}
}
