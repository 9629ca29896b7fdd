package analyze

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// A CoercionContext says how willing a cast is.
type CoercionContext = ast.CoercionContext

// The coercion contexts, the strictest first.
const (
	Implicit   = ast.COERCION_IMPLICIT
	Assignment = ast.COERCION_ASSIGNMENT
	PLpgSQL    = ast.COERCION_PLPGSQL
	Explicit   = ast.COERCION_EXPLICIT
)

// A coercionPath is how one type becomes another (CoercionPathType).
type coercionPath int

const (
	pathNone coercionPath = iota
	pathFunc
	pathRelabel
	pathArray
	pathIO
)

// coerceToTarget casts e to a type and modifier, nil when there is no cast
// (coerce_to_target_type).
func (s *state) coerceToTarget(e query.Expr, from, target pg.OID, typmod int32, context CoercionContext, form ast.CoercionForm, location int) query.Expr {
	if !s.canCoerce(from, target, context) {
		return nil
	}
	original := e
	for {
		coll, ok := e.(*query.CollateExpr)
		if !ok {
			break
		}
		e = coll.Arg
	}
	result := s.coerceType(e, from, target, typmod, context, form, location)
	_, isConst := result.(*query.Const)
	result = s.coerceTypmod(result, target, typmod, context, form, location, result != e && !isConst)
	if coll, ok := original.(*query.CollateExpr); ok && s.typeCollation(target) != 0 {
		return &query.CollateExpr{Arg: result, Coll: coll.Coll, Location: coll.Location}
	}
	return result
}

// coerceType casts e to a type, without its modifier (coerce_type). That there
// is a cast is the caller's to know.
func (s *state) coerceType(e query.Expr, from, target pg.OID, typmod int32, context CoercionContext, form ast.CoercionForm, location int) query.Expr {
	if from == target || e == nil {
		return e
	}
	switch target {
	case pg.Any, pg.AnyElement, pg.AnyNonArray, pg.AnyCompatible, pg.AnyCompatibleNonArray:
		return e
	case pg.AnyArray, pg.AnyEnum, pg.AnyRange, pg.AnyMultirange, pg.AnyCompatibleArray, pg.AnyCompatibleRange, pg.AnyCompatibleMultirange:
		if from != pg.Unknown {
			if base := s.baseType(from); base != from {
				return &query.RelabelType{Arg: e, Type: base, Typmod: -1, Format: form, Location: location}
			}
			return e
		}
	}
	if con, ok := e.(*query.Const); ok && from == pg.Unknown {
		return s.coerceLiteral(con, target, typmod, context, form, location)
	}
	if p, ok := e.(*query.Param); ok && s.UnknownParams {
		if r := s.coerceParam(p, target, typmod, location); r != nil {
			return r
		}
	}
	if coll, ok := e.(*query.CollateExpr); ok {
		result := s.coerceType(coll.Arg, from, target, typmod, context, form, location)
		if s.typeCollation(target) != 0 {
			return &query.CollateExpr{Arg: result, Coll: coll.Coll, Location: coll.Location}
		}
		return result
	}
	return s.coerceByPath(e, from, target, typmod, context, form, location)
}

func (s *state) coerceByPath(e query.Expr, from, target pg.OID, typmod int32, context CoercionContext, form ast.CoercionForm, location int) query.Expr {
	switch path, fn := s.coercionPathway(target, from, context); {
	case path == pathRelabel:
		result := s.coerceToDomain(e, 0, -1, target, context, form, location, false)
		if result == e {
			result = &query.RelabelType{Arg: e, Type: target, Typmod: -1, Format: form, Location: location}
		}
		return result
	case path != pathNone:
		base, baseTypmod := s.baseTypeAndTypmod(target, typmod)
		result := s.buildCoercion(e, path, fn, base, baseTypmod, context, form, location)
		if base != target {
			result = s.coerceToDomain(result, base, baseTypmod, target, context, form, location, true)
		}
		return result
	case from == pg.Record && s.isComplex(target):
		return s.recordToComplex(e, target, context, form, location)
	case target == pg.Record && s.isComplex(from), target == pg.RecordArray && s.isComplexArray(from):
		return e
	case s.inheritsFrom(from, target) || s.isOfTypedTable(from, target):
		if base := s.baseType(from); base != from {
			e = &query.RelabelType{Arg: e, Type: base, Typmod: -1, Format: ast.COERCE_IMPLICIT_CAST, Location: location}
		}
		return &query.ConvertRowtypeExpr{Arg: e, Type: target, Format: form, Location: location}
	}
	raise("XX000", noPosition, "failed to find conversion function from %s to %s", s.typeName(from), s.typeName(target))
	return nil
}

// coerceLiteral reads an untyped literal as a constant of a type.
func (s *state) coerceLiteral(con *query.Const, target pg.OID, typmod int32, context CoercionContext, form ast.CoercionForm, location int) query.Expr {
	base, baseTypmod := s.baseTypeAndTypmod(target, typmod)
	inputTypmod := int32(-1)
	if base == pg.Interval {
		inputTypmod = baseTypmod
	}
	c := &query.Const{Type: base, Typmod: inputTypmod, Collation: s.typeCollation(base), IsNull: con.IsNull, Location: con.Location}
	if !con.IsNull {
		text, _ := con.Value.(string)
		c.Value = datum.InAt(s.c, base, inputTypmod, text, con.Location)
	}
	if base == target {
		return c
	}
	return s.coerceToDomain(c, base, baseTypmod, target, context, form, location, false)
}

// canCoerce says whether a cast exists (can_coerce_type for one type).
func (a *Analyzer) canCoerce(from, target pg.OID, context CoercionContext) bool {
	return a.canCoerceOne(from, target, context) &&
		(from == target || !isPolymorphic(target) || a.genericConsistent([]pg.OID{from}, []pg.OID{target}))
}

// CanCoerce says whether values of a type can be cast to another.
func CanCoerce(c *catalog.Catalog, from, target pg.OID, context CoercionContext) bool {
	return New(c).canCoerce(from, target, context)
}

// CanCoerceAll says whether values of these types can be cast to others all at
// once: polymorphic ones must agree.
func CanCoerceAll(c *catalog.Catalog, from, target []pg.OID, context CoercionContext) bool {
	return New(c).canCoerceAll(from, target, context)
}

// canCoerceAll is can_coerce_type for the arguments of a call.
func (a *Analyzer) canCoerceAll(from, target []pg.OID, context CoercionContext) bool {
	generic := false
	for i := range from {
		if !a.canCoerceOne(from[i], target[i], context) {
			return false
		}
		generic = generic || from[i] != target[i] && isPolymorphic(target[i])
	}
	return !generic || a.genericConsistent(from, target[:len(from)])
}

// canCoerceOne takes a polymorphic target for matched.
func (a *Analyzer) canCoerceOne(from, target pg.OID, context CoercionContext) bool {
	if from == target || target == pg.Any || isPolymorphic(target) || from == pg.Unknown {
		return true
	}
	if path, _ := a.coercionPathway(target, from, context); path != pathNone {
		return true
	}
	if from == pg.Record && a.isComplex(target) || target == pg.Record && a.isComplex(from) {
		return true
	}
	if target == pg.RecordArray && a.isComplexArray(from) {
		return true
	}
	return a.inheritsFrom(from, target) || a.isOfTypedTable(from, target)
}

// coerceToDomain checks a value of the base type against a domain
// (coerce_to_domain).
func (s *state) coerceToDomain(e query.Expr, base pg.OID, baseTypmod int32, target pg.OID, context CoercionContext, form ast.CoercionForm, location int, hide bool) query.Expr {
	if base == 0 {
		base, baseTypmod = s.baseTypeAndTypmod(target, baseTypmod)
	}
	if base == target {
		return e
	}
	if hide {
		e = hideCoercion(e)
	}
	e = s.coerceTypmod(e, base, baseTypmod, context, ast.COERCE_IMPLICIT_CAST, location, false)
	return &query.CoerceToDomain{Arg: e, Type: target, Typmod: -1, Format: form, Location: location}
}

// coerceTypmod enforces a modifier (coerce_type_typmod).
func (s *state) coerceTypmod(e query.Expr, target pg.OID, typmod int32, context CoercionContext, form ast.CoercionForm, location int, hide bool) query.Expr {
	if typmod == query.ExprTypmod(e) {
		return e
	}
	if hide {
		e = hideCoercion(e)
	}
	if typmod >= 0 {
		if path, fn := s.typmodFunction(target); path != pathNone {
			return s.buildCoercion(e, path, fn, target, typmod, context, form, location)
		}
	}
	return applyRelabel(e, target, typmod, query.ExprCollation(e), form, location)
}

// applyRelabel marks e as of a type, without a RelabelType on top of another
// (applyRelabelType).
func applyRelabel(e query.Expr, typ pg.OID, typmod int32, coll pg.OID, form ast.CoercionForm, location int) query.Expr {
	for {
		r, ok := e.(*query.RelabelType)
		if !ok {
			break
		}
		e = r.Arg
	}
	if c, ok := e.(*query.Const); ok {
		d := *c
		d.Type, d.Typmod, d.Collation = typ, typmod, coll
		return &d
	}
	if query.ExprType(e) == typ && query.ExprTypmod(e) == typmod && query.ExprCollation(e) == coll {
		return e
	}
	return &query.RelabelType{Arg: e, Type: typ, Typmod: typmod, Collid: coll, Format: form, Location: location}
}

// hideCoercion gives a copy of a cast that is not shown (hide_coercion_node).
func hideCoercion(e query.Expr) query.Expr {
	switch e := e.(type) {
	case *query.FuncExpr:
		c := *e
		c.Format = ast.COERCE_IMPLICIT_CAST
		return &c
	case *query.RelabelType:
		c := *e
		c.Format = ast.COERCE_IMPLICIT_CAST
		return &c
	case *query.CoerceViaIO:
		c := *e
		c.Format = ast.COERCE_IMPLICIT_CAST
		return &c
	case *query.ArrayCoerceExpr:
		c := *e
		c.Format = ast.COERCE_IMPLICIT_CAST
		return &c
	case *query.ConvertRowtypeExpr:
		c := *e
		c.Format = ast.COERCE_IMPLICIT_CAST
		return &c
	case *query.RowExpr:
		c := *e
		c.Format = ast.COERCE_IMPLICIT_CAST
		return &c
	case *query.CoerceToDomain:
		c := *e
		c.Format = ast.COERCE_IMPLICIT_CAST
		return &c
	}
	return e
}

// buildCoercion makes the node of a cast (build_coercion_expression).
func (s *state) buildCoercion(e query.Expr, path coercionPath, fn, target pg.OID, typmod int32, context CoercionContext, form ast.CoercionForm, location int) query.Expr {
	switch path {
	case pathFunc:
		args := []query.Expr{e}
		nargs := len(s.c.Proc(fn).ArgTypes)
		if nargs >= 2 {
			args = append(args, &query.Const{Type: pg.Int4, Typmod: -1, Value: int64(typmod), Location: -1})
		}
		if nargs == 3 {
			args = append(args, &query.Const{Type: pg.Bool, Typmod: -1, Value: context == Explicit, Location: -1})
		}
		return &query.FuncExpr{Fn: fn, Type: target, Format: form, Args: args, Location: location}
	case pathArray:
		base, baseTypmod := s.baseTypeAndTypmod(query.ExprType(e), query.ExprTypmod(e))
		test := &query.CaseTestExpr{Type: s.elementType(base), Typmod: baseTypmod}
		elem := s.coerceToTarget(test, test.Type, s.elementType(target), typmod, context, form, location)
		if elem == nil {
			raise("XX000", noPosition, "failed to coerce array element type as expected")
		}
		return &query.ArrayCoerceExpr{Arg: e, Elemexpr: elem, Type: target, Typmod: query.ExprTypmod(elem), Format: form, Location: location}
	}
	return &query.CoerceViaIO{Arg: e, Type: target, Format: form, Location: location}
}

// recordToComplex casts ROW(…) or a whole-row reference field by field
// (coerce_record_to_complex).
func (s *state) recordToComplex(e query.Expr, target pg.OID, context CoercionContext, form ast.CoercionForm, location int) query.Expr {
	place := func(e query.Expr) int {
		if location >= 0 {
			return location
		}
		return query.Location(e)
	}
	refuse := func(e query.Expr) *pgerr.Error {
		return pgerr.New("42846", place(e), "cannot cast type %s to %s", s.typeName(pg.Record), s.typeName(target))
	}
	var args []query.Expr
	switch n := e.(type) {
	case *query.RowExpr:
		args = n.Args
	case *query.Var:
		if n.Varattno != 0 {
			refuse(e).Raise()
		}
		args, _ = s.expandItemVars(s.itemAt(n.Varno, n.Varlevelsup), n.Varlevelsup, n.Location)
	default:
		refuse(e).Raise()
	}
	base, baseTypmod := s.baseTypeAndTypmod(target, -1)
	row := &query.RowExpr{Type: base, Format: form, Location: location}
	used := 0
	for _, f := range s.fieldsOfType(base) {
		if f.dropped {
			row.Args = append(row.Args, &query.Const{Type: pg.Int4, Typmod: -1, IsNull: true, Location: -1})
			continue
		}
		if used == len(args) {
			refuse(e).WithDetail("Input has too few columns.").Raise()
		}
		from := query.ExprType(args[used])
		cast := s.coerceToTarget(args[used], from, f.typ, f.typmod, context, ast.COERCE_IMPLICIT_CAST, -1)
		if cast == nil {
			refuse(args[used]).WithDetail("Cannot cast type %s to %s in column %d.", s.typeName(from), s.typeName(f.typ), used+1).Raise()
		}
		row.Args = append(row.Args, cast)
		used++
	}
	if used < len(args) {
		refuse(e).WithDetail("Input has too many columns.").Raise()
	}
	if base != target {
		row.Format = ast.COERCE_IMPLICIT_CAST
		return s.coerceToDomain(row, base, baseTypmod, target, context, form, location, false)
	}
	return row
}

// coercionPathway finds how a type is cast (find_coercion_pathway).
func (a *Analyzer) coercionPathway(target, from pg.OID, context CoercionContext) (coercionPath, pg.OID) {
	from, target = a.baseType(from), a.baseType(target)
	if from == target {
		return pathRelabel, 0
	}
	path, fn := a.castPath(target, from, context)
	if path == pathNone && context == PLpgSQL {
		path = pathIO
	}
	return path, fn
}

var castContexts = map[byte]CoercionContext{'i': Implicit, 'a': Assignment, 'e': Explicit}

func (a *Analyzer) castPath(target, from pg.OID, context CoercionContext) (coercionPath, pg.OID) {
	if cast := a.c.Cast(from, target); cast != nil {
		if context < castContexts[cast.Context] {
			return pathNone, 0
		}
		switch cast.Method {
		case 'f':
			return pathFunc, cast.Func
		case 'i':
			return pathIO, 0
		}
		return pathRelabel, 0
	}
	if target != pg.OidVector && target != pg.Int2Vector {
		if te, fe := a.elementType(target), a.elementType(from); te != 0 && fe != 0 {
			if path, _ := a.coercionPathway(te, fe, context); path != pathNone {
				return pathArray, 0
			}
		}
	}
	if context >= Assignment {
		if cat, _ := a.category(target); cat == 'S' {
			return pathIO, 0
		}
	}
	if context >= Explicit {
		if cat, _ := a.category(from); cat == 'S' {
			return pathIO, 0
		}
	}
	return pathNone, 0
}

// typmodFunction finds the function that enforces a type's modifier
// (find_typmod_coercion_function).
func (a *Analyzer) typmodFunction(typ pg.OID) (coercionPath, pg.OID) {
	path := pathFunc
	if elem := a.elementType(typ); elem != 0 {
		typ, path = elem, pathArray
	}
	if cast := a.c.Cast(typ, typ); cast != nil && cast.Func != 0 {
		return path, cast.Func
	}
	return pathNone, 0
}

// BinaryCoercible says whether values of a type are values of another as they
// are (IsBinaryCoercible).
func BinaryCoercible(c *catalog.Catalog, from, target pg.OID) bool {
	return New(c).binaryCoercible(from, target)
}

func (a *Analyzer) binaryCoercible(from, target pg.OID) bool {
	if from == target || target == pg.Any || target == pg.AnyElement || target == pg.AnyCompatible {
		return true
	}
	from = a.baseType(from)
	if from == target {
		return true
	}
	switch target {
	case pg.AnyArray, pg.AnyCompatibleArray:
		if a.elementType(from) != 0 {
			return true
		}
	case pg.AnyNonArray, pg.AnyCompatibleNonArray:
		if a.elementType(from) == 0 {
			return true
		}
	case pg.AnyEnum:
		if a.kindOf(from) == 'e' {
			return true
		}
	case pg.AnyRange, pg.AnyCompatibleRange:
		if a.kindOf(from) == 'r' {
			return true
		}
	case pg.AnyMultirange, pg.AnyCompatibleMultirange:
		if a.kindOf(from) == 'm' {
			return true
		}
	case pg.Record:
		if a.isComplex(from) {
			return true
		}
	case pg.RecordArray:
		if a.isComplexArray(from) {
			return true
		}
	}
	cast := a.c.Cast(from, target)
	return cast != nil && cast.Method == 'b' && cast.Context == 'i'
}
