package compile

import (
	"strings"

	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/deparse"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// typeID finds the type and modifier that a type name means
// (typenameTypeIdAndMod).
func (s *Session) typeID(n *ast.TypeName) (pg.OID, int32) { return analyze.TypeName(s.catalog, n) }

// typeNamed finds the type that a list of names means.
func (s *Session) typeNamed(names []ast.Node) *catalog.Type {
	typ, _ := s.typeID(typeNameOf(names))
	return s.catalog.Type(typ)
}

// typeNamedOrShell is typeNamed that takes shell types, too.
func (s *Session) typeNamedOrShell(names []ast.Node) *catalog.Type {
	t := s.lookupType(typeNameOf(names))
	if t == nil {
		pgerr.Raise("42704", pgerr.NoPosition, `type "%s" does not exist`, dotted(names))
	}
	return t
}

func typeNameOf(names []ast.Node) *ast.TypeName {
	return &ast.TypeName{Names: names, Typemod: -1, Location: -1}
}

// lookupType finds a type, shell types too; nil when there is none. A schema
// that is not there is refused (LookupTypeName).
func (s *Session) lookupType(n *ast.TypeName) *catalog.Type {
	if n.PctType {
		typ := analyze.New(s.catalog).TypeNameOID(n, false)
		s.notice("00000", "type reference %s converted to %s", s.typeNameText(n), s.formatType(typ))
		return s.catalog.Type(typ)
	} else if len(n.Names) > 1 {
		schema, _ := splitName(n.Names)
		s.namespaceOf(schema)
	}
	return analyze.TypeNameOrNil(s.catalog, n)
}

// typeNameText writes a type name as TypeNameToString does.
func (s *Session) typeNameText(n *ast.TypeName) string { return analyze.TypeNameString(n) }

// formatType names a type as messages do (format_type_be).
func (s *Session) formatType(typ pg.OID) string { return deparse.TypeName(s.catalog, typ) }

// collationID finds a collation that must be there (get_collation_oid).
func (s *Session) collationID(names []ast.Node) pg.OID {
	return analyze.Collation(s.catalog, ast.Strings(names), pgerr.NoPosition)
}

func (s *Session) collationAt(clause *ast.CollateClause) pg.OID {
	return analyze.Collation(s.catalog, ast.Strings(clause.Collname), clause.Location)
}

// findFunction finds a function with exactly these arguments; nil: none.
func (s *Session) findFunction(name []ast.Node, args []pg.OID) *catalog.Proc {
	return s.lookupFunction(name, args, true)
}

// functionNamed finds a function with exactly these arguments, which must be
// there (LookupFuncName).
func (s *Session) functionNamed(name []ast.Node, args []pg.OID) *catalog.Proc {
	return s.lookupFunction(name, args, false)
}

func (s *Session) lookupFunction(name []ast.Node, args []pg.OID, missingOK bool) *catalog.Proc {
	if args == nil {
		args = []pg.OID{}
	}
	return analyze.LookupFuncName(s.catalog, ast.Strings(name), args, missingOK)
}

// routine finds the function, procedure or aggregate that a statement names
// (LookupFuncWithArgs).
func (s *Session) routine(kind ast.ObjectType, n *ast.ObjectWithArgs) *catalog.Proc {
	return analyze.LookupFuncWithArgs(s.catalog, kind, n, false)
}

// signature writes a function's name with its arguments' types
// (func_signature_string).
func (s *Session) signature(name string, args []pg.OID) string {
	return name + "(" + s.typeList(args) + ")"
}

func (s *Session) typeList(types []pg.OID) string {
	words := make([]string, len(types))
	for i, typ := range types {
		words[i] = s.formatType(typ)
	}
	return strings.Join(words, ", ")
}

// signatureOf writes a routine as format_procedure does.
func (s *Session) signatureOf(p *catalog.Proc) string {
	name := quoteIdentifier(p.Name)
	if !s.catalog.Visible(p) {
		name = quoteIdentifier(s.catalog.SchemaName(p.Namespace)) + "." + name
	}
	words := make([]string, len(p.ArgTypes))
	for i, typ := range p.ArgTypes {
		words[i] = s.formatType(typ)
	}
	return name + "(" + strings.Join(words, ",") + ")"
}

// binaryCoercible mirrors IsBinaryCoercible.
func (s *Session) binaryCoercible(from, to pg.OID) bool {
	return analyze.BinaryCoercible(s.catalog, from, to)
}
