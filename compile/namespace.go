package compile

import (
	"strconv"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// This file mirrors what namespace.c says of names that are lists: those of
// types, functions, operators and the like.

// splitName gives the schema, "" for none, and the name of a qualified name
// (DeconstructQualifiedName).
func splitName(names []ast.Node) (schema, name string) {
	parts := ast.Strings(names)
	switch len(parts) {
	case 1:
		return "", parts[0]
	case 2:
		return parts[0], parts[1]
	case 3:
		checkDatabaseName(parts[0], strings.Join(parts, "."))
		return parts[1], parts[2]
	}
	pgerr.Raise("42601", pgerr.NoPosition, "improper qualified name (too many dotted names): %s", strings.Join(parts, "."))
	return "", ""
}

// checkDatabaseName refuses a name that begins with another database's.
func checkDatabaseName(database, full string) {
	if database != databaseName {
		pgerr.Raise("0A000", pgerr.NoPosition, "cross-database references are not implemented: %s", full)
	}
}

// databaseName is what the database that a session works on is called.
const databaseName = "postgres"

// namespaceOf finds a schema that must be there, and checks that the user may
// use it (LookupExplicitNamespace).
func (s *Session) namespaceOf(name string) pg.OID {
	oid := s.namespaceNamed(name)
	s.checkUsage(oid)
	return oid
}

// namespaceNamed finds a schema that must be there (get_namespace_oid).
func (s *Session) namespaceNamed(name string) pg.OID {
	oid := s.catalog.SchemaOID(name)
	if oid == 0 {
		pgerr.Raise("3F000", pgerr.NoPosition, `schema "%s" does not exist`, name)
	}
	return oid
}

// creationNamespace gives the schema that a new object of this name goes to,
// and its name alone (QualifiedNameGetCreationNamespace).
func (s *Session) creationNamespace(names []ast.Node) (pg.OID, string) {
	schema, name := splitName(names)
	switch schema {
	case "":
		oid := s.catalog.CreationSchema()
		if oid == 0 {
			pgerr.Raise("3F000", pgerr.NoPosition, "no schema has been selected to create in")
		}
		return oid, name
	case "pg_temp":
		return s.catalog.TempSchema(), name
	}
	return s.namespaceNamed(schema), name
}

// createIn is creationNamespace for users who must have CREATE on the schema.
func (s *Session) createIn(names []ast.Node) (pg.OID, string) {
	namespace, name := s.creationNamespace(names)
	s.checkCreate(namespace)
	return namespace, name
}

// checkSetNamespace refuses moves between schemas that cannot be
// (CheckSetNamespace).
func (s *Session) checkSetNamespace(from, to pg.OID) {
	switch {
	case s.catalog.IsTemp(from) || s.catalog.IsTemp(to):
		pgerr.Raise("0A000", pgerr.NoPosition, "cannot move objects into or out of temporary schemas")
	case from == pg.PgToast || to == pg.PgToast:
		pgerr.Raise("0A000", pgerr.NoPosition, "cannot move objects into or out of TOAST schema")
	}
}

// makeObjectName joins names with underscores and shortens the longer one so
// that the whole is a name (makeObjectName).
func makeObjectName(name1, name2, label string) string {
	overhead := 0
	if name2 != "" {
		overhead++
	}
	if label != "" {
		overhead += len(label) + 1
	}
	available := nameLimit - overhead
	n1, n2 := len(name1), len(name2)
	for n1+n2 > available {
		if n1 > n2 {
			n1--
		} else {
			n2--
		}
	}
	out := clip(name1, n1)
	if name2 != "" {
		out += "_" + clip(name2, n2)
	}
	if label != "" {
		out += "_" + label
	}
	return out
}

// arrayTypeName gives the name of the array type of a type (makeArrayTypeName).
func (s *Session) arrayTypeName(name string, namespace pg.OID) string {
	out := makeObjectName("", name, "")
	for pass := 1; s.catalog.Named(catalog.ClassType, namespace, out) != nil; pass++ {
		out = makeObjectName("", name, strconv.Itoa(pass))
	}
	return out
}
