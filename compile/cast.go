package compile

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// createCast interprets CREATE CAST, as CreateCast does.
func (s *Session) createCast(n *ast.CreateCastStmt) {
	from, _ := s.typeID(n.Sourcetype)
	to, _ := s.typeID(n.Targettype)
	source, target := s.catalog.Type(from), s.catalog.Type(to)
	s.checkCastTypes(n, source, target)
	cast := &catalog.Cast{Source: from, Target: to, Method: 'b', Context: map[ast.CoercionContext]byte{
		ast.COERCION_IMPLICIT: 'i', ast.COERCION_ASSIGNMENT: 'a', ast.COERCION_EXPLICIT: 'e'}[n.Context]}
	args := 0
	switch {
	case n.Func != nil:
		p := s.routine(ast.OBJECT_FUNCTION, n.Func)
		s.checkCastFunction(p, from, to)
		cast.Func, cast.Method, args = p.OID, 'f', len(p.ArgTypes)
	case n.Inout:
		cast.Method = 'i'
	default:
		s.checkBinaryCast(source, target)
	}
	if from == to && args < 2 {
		pgerr.Raise("42P17", pgerr.NoPosition, "source data type and target data type are the same")
	}
	if s.catalog.Cast(from, to) != nil {
		pgerr.Raise("42710", pgerr.NoPosition, "cast from type %s to type %s already exists", s.formatType(from), s.formatType(to))
	}
	s.catalog.Add(cast)
	s.catalog.Depend(cast.Address(), source.Address(), catalog.DependNormal)
	s.catalog.Depend(cast.Address(), target.Address(), catalog.DependNormal)
	if cast.Func != 0 {
		s.catalog.Depend(cast.Address(), catalog.Address{Class: catalog.ClassProc, OID: cast.Func}, catalog.DependNormal)
	}
	s.changed("create cast from %s to %s", s.formatType(from), s.formatType(to))
}

func (s *Session) checkCastTypes(n *ast.CreateCastStmt, source, target *catalog.Type) {
	switch {
	case source.Kind == 'p':
		pgerr.Raise("42809", pgerr.NoPosition, "source data type %s is a pseudo-type", s.typeNameText(n.Sourcetype))
	case target.Kind == 'p':
		pgerr.Raise("42809", pgerr.NoPosition, "target data type %s is a pseudo-type", s.typeNameText(n.Targettype))
	case !s.owns(source) && !s.owns(target):
		pgerr.Raise("42501", pgerr.NoPosition, "must be owner of type %s or type %s", s.formatType(source.OID), s.formatType(target.OID))
	}
	s.checkTypeUsage(source.OID)
	s.checkTypeUsage(target.OID)
	switch {
	case source.Kind == 'd':
		s.warning("42809", "cast will be ignored because the source data type is a domain")
	case target.Kind == 'd':
		s.warning("42809", "cast will be ignored because the target data type is a domain")
	}
}

func (s *Session) checkCastFunction(p *catalog.Proc, from, to pg.OID) {
	refuse := func(message string) { pgerr.Raise("42P17", pgerr.NoPosition, "%s", message) }
	switch n := len(p.ArgTypes); {
	case n < 1 || n > 3:
		refuse("cast function must take one to three arguments")
	case !s.binaryCoercible(from, p.ArgTypes[0]):
		refuse("argument of cast function must match or be binary-coercible from source data type")
	case n > 1 && p.ArgTypes[1] != pg.Int4:
		refuse("second argument of cast function must be type integer")
	case n > 2 && p.ArgTypes[2] != pg.Bool:
		refuse("third argument of cast function must be type boolean")
	case !s.binaryCoercible(p.RetType, to):
		refuse("return data type of cast function must match or be binary-coercible to target data type")
	case p.Kind != 'f':
		refuse("cast function must be a normal function")
	case p.RetSet:
		refuse("cast function must not return a set")
	}
}

// checkBinaryCast refuses WITHOUT FUNCTION for types that differ in more than
// their names.
func (s *Session) checkBinaryCast(source, target *catalog.Type) {
	s.requireSuperuser("must be superuser to create a cast WITHOUT FUNCTION")
	refuse := func(message string) { pgerr.Raise("42P17", pgerr.NoPosition, "%s", message) }
	switch {
	case source.Len != target.Len || source.ByVal != target.ByVal || source.Align != target.Align:
		refuse("source and target data types are not physically compatible")
	case source.Kind == 'c' || target.Kind == 'c':
		refuse("composite data types are not binary-compatible")
	case source.Kind == 'e' || target.Kind == 'e':
		refuse("enum data types are not binary-compatible")
	case s.isTrueArray(source) || s.isTrueArray(target):
		refuse("array data types are not binary-compatible")
	case source.Kind == 'd' || target.Kind == 'd':
		refuse("domain data types must not be marked binary-compatible")
	}
}
