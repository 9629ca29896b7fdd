package compile

import (
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/plpgsql"
)

// validatePLpgSQL checks the body of a PL/pgSQL function (plpgsql_validator).
func (s *Session) validatePLpgSQL(p *catalog.Proc, position int) {
	t := s.catalog.Type(p.RetType)
	switch p.RetType {
	case pg.Trigger, pg.EventTrigger, pg.Record, pg.Void:
	default:
		if t.Kind == 'p' && !polymorphic(p.RetType) {
			pgerr.Raise("0A000", pgerr.NoPosition, "PL/pgSQL functions cannot return type %s", s.formatType(p.RetType))
		}
	}
	for _, typ := range p.ArgTypes {
		if s.catalog.Type(typ).Kind == 'p' && typ != pg.Record && !polymorphic(typ) {
			pgerr.Raise("0A000", pgerr.NoPosition, "PL/pgSQL functions cannot accept type %s", s.formatType(typ))
		}
	}
	if !s.checkBodies() {
		return
	}
	s.inBody(p.Src, position, func() {
		if _, err := plpgsql.Parse(p.Src, s.plSignature(p), plTypes{s}); err != nil {
			err.Raise()
		}
	})
}

// plSignature tells the parser of bodies about a function.
func (s *Session) plSignature(p *catalog.Proc) plpgsql.Signature {
	sig := plpgsql.Signature{Name: p.Name, ReturnsSet: p.RetSet, ReturnsVoid: p.RetType == pg.Void || p.RetType == pg.EventTrigger || p.Kind == 'p',
		Procedure: p.Kind == 'p', Trigger: p.RetType == pg.Trigger, EventTrigger: p.RetType == pg.EventTrigger, ShadowErrors: s.shadowErrors()}
	types, modes := p.AllArgTypes, p.ArgModes
	if types == nil {
		types, modes = p.ArgTypes, strings.Repeat("i", len(p.ArgTypes))
	}
	for i, typ := range types {
		arg := plpgsql.Arg{Mode: modes[i], Type: s.formatType(typ), Kind: s.plKind(typ)}
		if i < len(p.ArgNames) {
			arg.Name = p.ArgNames[i]
		}
		sig.Args = append(sig.Args, arg)
	}
	return sig
}

// plKind says what PL/pgSQL's grammar must know of a type (build_datatype).
func (s *Session) plKind(typ pg.OID) plpgsql.TypeKind {
	t := s.catalog.Type(typ)
	for t != nil && t.Kind == 'd' {
		t = s.catalog.Type(t.BaseType)
	}
	switch {
	case t == nil:
		return plpgsql.UnknownType
	case t.OID == pg.Refcursor:
		return plpgsql.RefcursorType
	case t.Kind == 'c' || t.OID == pg.Record:
		return plpgsql.RecordType
	case t.Kind == 'p' && !polymorphic(t.OID):
		return plpgsql.PseudoType
	}
	return plpgsql.ScalarType
}

// plTypes answers what PL/pgSQL's parser asks about the database.
type plTypes struct{ s *Session }

// Type finds the type that a declaration names.
func (r plTypes) Type(text string) (kind plpgsql.TypeKind, err *pgerr.Error) {
	err = pgerr.Catch(func() { kind = r.s.plType(text) })
	return kind, err
}

// plType resolves the text of a declared type: name%ROWTYPE is the row type of
// a relation, the rest are SQL's own type names.
func (s *Session) plType(text string) plpgsql.TypeKind {
	if name, ok := cutSuffixFold(text, "%rowtype"); ok {
		r := s.lookup(rangeVarOf(splitDotted(name)), true)
		if r == nil {
			pgerr.Raise("42P01", pgerr.NoPosition, `relation "%s" does not exist`, strings.TrimSpace(name))
		}
		return plpgsql.RecordType
	}
	var typ pg.OID
	s.at(-len(beforeType), func() { typ, _ = s.typeID(parseTypeName(text)) })
	return s.plKind(typ)
}

// beforeType is what makes a type's name a statement.
const beforeType = "CREATE FUNCTION f() RETURNS "

// parseTypeName parses a type's name, %TYPE included: where a function's
// result stands, the grammar takes nothing else.
func parseTypeName(text string) *ast.TypeName {
	n, err := parser.Parse(beforeType + text)
	if err != nil {
		err.Raise()
	}
	return n.(*ast.CreateFunctionStmt).ReturnType
}

func cutSuffixFold(text, suffix string) (string, bool) {
	packed := strings.ToLower(strings.Join(strings.Fields(text), ""))
	if !strings.HasSuffix(packed, suffix) {
		return text, false
	}
	return strings.TrimSpace(text[:strings.LastIndexByte(text, '%')]), true
}

// splitDotted reads a qualified name as it is written.
func splitDotted(text string) []string { return splitIdentifiers(strings.ReplaceAll(text, ".", ",")) }

// Collation checks that there is a collation of this name.
func (r plTypes) Collation(name []string) *pgerr.Error {
	return pgerr.Catch(func() {
		var names []ast.Node
		for _, part := range name {
			names = append(names, &ast.String{Sval: part})
		}
		r.s.collationID(names)
	})
}
