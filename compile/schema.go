package compile

import (
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// createSchema interprets CREATE SCHEMA, as CreateSchemaCommand does.
func (s *Session) createSchema(n *ast.CreateSchemaStmt) {
	owner := s.catalog.CurrentUser
	if n.Authrole != nil {
		owner = s.role(n.Authrole).OID
	}
	name := n.Schemaname
	if name == "" {
		name = s.roleName(owner)
	}
	s.checkDatabaseCreate(s.catalog.CurrentUser, false)
	s.checkMemberOf(owner)
	if strings.HasPrefix(name, "pg_") {
		pgerr.New("42939", pgerr.NoPosition, `unacceptable schema name "%s"`, name).
			WithDetail(`The prefix "pg_" is reserved for system schemas.`).Raise()
	}
	if s.catalog.SchemaOID(name) != 0 {
		if n.IfNotExists {
			s.notice("42P06", `schema "%s" already exists, skipping`, name)
			return
		}
		pgerr.Raise("42P06", pgerr.NoPosition, `schema "%s" already exists`, name)
	}
	schema := &catalog.Schema{Header: catalog.Header{Name: name, Owner: owner}}
	schema.ACL = s.defaultPrivileges(schema, 0)
	s.catalog.Add(schema)
	s.changed("create schema %s", name)
	s.schemaElements(n, schema)
}

// schemaElements runs the statements inside CREATE SCHEMA as the schema's
// owner, with the schema in front of search_path: sequences, then tables,
// views, indexes, triggers, grants (transformCreateSchemaStmtElements).
func (s *Session) schemaElements(n *ast.CreateSchemaStmt, schema *catalog.Schema) {
	if len(n.SchemaElts) == 0 {
		return
	}
	was, user := s.catalog.SearchPath, s.catalog.CurrentUser
	s.catalog.SetSearchPath(append([]string{schema.Name}, was...))
	s.setRole(schema.Owner)
	for _, tag := range []string{"CreateSeqStmt", "CreateStmt", "ViewStmt", "IndexStmt", "CreateTrigStmt", "GrantStmt"} {
		for _, elt := range n.SchemaElts {
			if elt.Tag() != tag {
				continue
			}
			s.Nested(elementIn(elt, schema.Name), s.text)
		}
	}
	s.setRole(user)
	s.catalog.SetSearchPath(was)
}

// elementIn gives an element as it is when its relation is named with the
// schema; one that is to be in another schema is refused (setSchemaName).
func elementIn(elt ast.Node, schema string) ast.Node {
	switch e := elt.(type) {
	case *ast.CreateSeqStmt:
		copied := *e
		copied.Sequence = relationIn(e.Sequence, schema)
		return &copied
	case *ast.CreateStmt:
		copied := *e
		copied.Relation = relationIn(e.Relation, schema)
		return &copied
	case *ast.ViewStmt:
		copied := *e
		copied.View = relationIn(e.View, schema)
		return &copied
	case *ast.IndexStmt:
		copied := *e
		copied.Relation = relationIn(e.Relation, schema)
		return &copied
	case *ast.CreateTrigStmt:
		copied := *e
		copied.Relation = relationIn(e.Relation, schema)
		return &copied
	}
	return elt
}

func relationIn(rv *ast.RangeVar, schema string) *ast.RangeVar {
	if rv.Schemaname != "" && rv.Schemaname != schema {
		pgerr.Raise("42P15", pgerr.NoPosition, "CREATE specifies a schema (%s) different from the one being created (%s)", rv.Schemaname, schema)
	}
	copied := *rv
	copied.Schemaname = schema
	return &copied
}

// renameSchema mirrors RenameSchema.
func (s *Session) renameSchema(oldName, newName string) {
	schema := s.catalog.Schema(s.namespaceNamed(oldName))
	if s.catalog.SchemaOID(newName) != 0 {
		pgerr.Raise("42P06", pgerr.NoPosition, `schema "%s" already exists`, newName)
	}
	s.checkOwnerAs(schema, ast.OBJECT_SCHEMA, oldName)
	s.checkDatabaseCreate(s.catalog.CurrentUser, false)
	if strings.HasPrefix(newName, "pg_") {
		pgerr.New("42939", pgerr.NoPosition, `unacceptable schema name "%s"`, newName).
			WithDetail(`The prefix "pg_" is reserved for system schemas.`).Raise()
	}
	s.catalog.Rename(schema, 0, newName)
	s.catalog.SetSearchPath(s.catalog.SearchPath)
}

// databaseAllows says whether a role has a privilege on the database.
func (s *Session) databaseAllows(role pg.OID, priv uint32) bool {
	if s.isSuper(role) {
		return true
	}
	return s.aclAllows(role, s.aclOf(s.genericNamed(ast.OBJECT_DATABASE, databaseName)), priv)
}
