package analyze

import (
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

const noPosition = pgerr.NoPosition

// deconstruct splits a qualified name (DeconstructQualifiedName).
func (a *Analyzer) deconstruct(names []string) (schema, name string) {
	switch len(names) {
	case 1:
		return "", names[0]
	case 2:
		return names[0], names[1]
	case 3:
		if names[0] != databaseName {
			raise("0A000", noPosition, "cross-database references are not implemented: %s", strings.Join(names, "."))
		}
		return names[1], names[2]
	}
	raise("42601", noPosition, "improper qualified name (too many dotted names): %s", strings.Join(names, "."))
	return "", ""
}

// databaseName is what a three-part name may begin with.
const databaseName = "postgres"

// explicitSchema makes sure that a schema the user named is there
// (LookupExplicitNamespace); false when it may be missing and is.
func (a *Analyzer) explicitSchema(schema string, missingOK bool) bool {
	if schema == "pg_temp" {
		return true
	}
	if oid := a.c.SchemaOID(schema); oid != 0 {
		if a.c.Usable != nil && !a.c.Usable(oid) {
			raise("42501", noPosition, "permission denied for schema %s", schema)
		}
		return true
	}
	if !missingOK {
		raise("3F000", noPosition, `schema "%s" does not exist`, schema)
	}
	return false
}

// TypeName finds the type and modifier that a type name means, as
// typenameTypeIdAndMod does.
func TypeName(c *catalog.Catalog, n *ast.TypeName) (pg.OID, int32) { return New(c).TypeName(n) }

// TypeNameOrNil finds the type that a name means, shell types too; nil when
// there is none (LookupTypeName with missing_ok).
func TypeNameOrNil(c *catalog.Catalog, n *ast.TypeName) *catalog.Type {
	t, _ := New(c).lookupTypeName(n, true, true)
	return t
}

// TypeName finds the type and modifier that a type name means.
func (a *Analyzer) TypeName(n *ast.TypeName) (pg.OID, int32) {
	t, typmod := a.lookupTypeName(n, true, false)
	if t == nil {
		raise("42704", n.Location, `type "%s" does not exist`, typeNameString(n))
	}
	if !t.Defined {
		raise("42704", n.Location, `type "%s" is only a shell`, typeNameString(n))
	}
	return t.OID, typmod
}

// TypeNameOID finds the type that a name means, shell types too
// (LookupTypeNameOid); 0 when it may be missing and is.
func (a *Analyzer) TypeNameOID(n *ast.TypeName, missingOK bool) pg.OID {
	t, _ := a.lookupTypeName(n, true, missingOK)
	if t != nil {
		return t.OID
	}
	if !missingOK {
		raise("42704", noPosition, `type "%s" does not exist`, typeNameString(n))
	}
	return 0
}

// lookupTypeName is LookupTypeNameExtended.
func (a *Analyzer) lookupTypeName(n *ast.TypeName, tempOK, missingOK bool) (*catalog.Type, int32) {
	var t *catalog.Type
	switch {
	case len(n.Names) == 0:
		t = a.c.Type(pg.OID(n.TypeOid))
	case n.PctType:
		if typ := a.percentType(n, missingOK); typ != 0 {
			t = a.c.Type(typ)
		}
	default:
		at(n.Location, func() { t = a.findType(ast.Strings(n.Names), tempOK, missingOK) })
		if t != nil && len(n.ArrayBounds) > 0 {
			t = a.c.Type(t.Array)
		}
	}
	if t == nil {
		return nil, -1
	}
	return t, a.typeModifier(n, t)
}

// findType looks a type's name up, in a schema or along the path.
func (a *Analyzer) findType(names []string, tempOK, missingOK bool) *catalog.Type {
	schema, name := a.deconstruct(names)
	if schema != "" {
		if !a.explicitSchema(schema, missingOK) {
			return nil
		}
		return a.c.TypeNamed(schema, name)
	}
	for _, namespace := range a.c.Path() {
		if !tempOK && a.c.IsTemp(namespace) {
			continue
		}
		if t, ok := a.c.Named(catalog.ClassType, namespace, name).(*catalog.Type); ok {
			return t
		}
	}
	return nil
}

// percentType finds the type of table.column%TYPE; 0 when it may be missing.
func (a *Analyzer) percentType(n *ast.TypeName, missingOK bool) pg.OID {
	names := ast.Strings(n.Names)
	switch {
	case len(names) == 1:
		raise("42601", n.Location, "improper %%TYPE reference (too few dotted names): %s", names[0])
	case len(names) > 4:
		raise("42601", n.Location, "improper %%TYPE reference (too many dotted names): %s", strings.Join(names, "."))
	}
	if len(names) == 4 {
		names = names[1:]
	}
	column := names[len(names)-1]
	v := &ast.RangeVar{Relname: names[len(names)-2], Location: n.Location}
	if len(names) == 3 {
		v.Schemaname = names[0]
	}
	rel := a.relationOf(v, missingOK)
	if rel != nil {
		if num, typ, _, _ := attributeNamed(rel, column); num != 0 {
			return typ
		}
	}
	if !missingOK {
		raise("42703", n.Location, `column "%s" of relation "%s" does not exist`, column, v.Relname)
	}
	return 0
}

// relationOf finds a relation as RangeVarGetRelid does: its errors have no
// place.
func (a *Analyzer) relationOf(v *ast.RangeVar, missingOK bool) *catalog.Relation {
	if v.Catalogname != "" && v.Catalogname != databaseName {
		raise("0A000", noPosition, `cross-database references are not implemented: "%s.%s.%s"`, v.Catalogname, v.Schemaname, v.Relname)
	}
	if v.Schemaname != "" && !a.explicitSchema(v.Schemaname, missingOK) {
		return nil
	}
	rel := a.c.RelationNamed(v.Schemaname, v.Relname)
	if v.Schemaname == "" && v.Relpersistence == "t" && rel != nil && !a.c.IsTemp(rel.Namespace) {
		rel = nil
	}
	if rel == nil && !missingOK {
		if v.Schemaname != "" {
			raise("42P01", noPosition, `relation "%s.%s" does not exist`, v.Schemaname, v.Relname)
		}
		raise("42P01", noPosition, `relation "%s" does not exist`, v.Relname)
	}
	return rel
}

// typeNameString gives a type name as it was written, modifiers left out
// (TypeNameToString).
func typeNameString(n *ast.TypeName) string {
	s := strings.Join(ast.Strings(n.Names), ".")
	if n.PctType {
		s += "%TYPE"
	}
	if len(n.ArrayBounds) > 0 {
		s += "[]"
	}
	return s
}

// TypeNameString gives a type name as messages quote it (TypeNameToString).
func TypeNameString(n *ast.TypeName) string { return typeNameString(n) }

// Collation finds the collation of a COLLATE clause (get_collation_oid).
func Collation(c *catalog.Catalog, names []string, location int) pg.OID {
	return New(c).collation(names, location)
}

func (a *Analyzer) collation(names []string, location int) pg.OID {
	var found pg.OID
	at(location, func() {
		schema, name := a.deconstruct(names)
		if schema != "" {
			a.explicitSchema(schema, false)
		}
		if coll := a.c.CollationNamed(schema, name); coll != nil {
			found = coll.OID
			return
		}
		raise("42704", noPosition, `collation "%s" for encoding "UTF8" does not exist`, strings.Join(names, "."))
	})
	return found
}

// ColumnCollation finds the collation of a column definition of a type
// (GetColumnDefCollation).
func ColumnCollation(c *catalog.Catalog, def *ast.ColumnDef, typ pg.OID) pg.OID {
	a := New(c)
	own := a.typeCollation(typ)
	result, location := own, def.Location
	if def.CollClause != nil {
		location = def.CollClause.Location
		result = a.collation(ast.Strings(def.CollClause.Collname), location)
	} else if def.CollOid != 0 {
		result = pg.OID(def.CollOid)
	}
	if result != 0 && own == 0 {
		raise("42804", location, "collations are not supported by type %s", a.typeName(typ))
	}
	return result
}
