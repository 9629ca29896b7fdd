package analyze

import (
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// coerceToBoolean makes the argument of a construct boolean.
func (s *state) coerceToBoolean(e query.Expr, construct string) query.Expr {
	return s.coerceToSpecific(e, pg.Bool, -1, construct)
}

// coerceToSpecific makes the argument of a construct one of a type
// (coerce_to_specific_type_typmod).
func (s *state) coerceToSpecific(e query.Expr, target pg.OID, typmod int32, construct string) query.Expr {
	if from := query.ExprType(e); from != target {
		cast := s.coerceToTarget(e, from, target, typmod, Assignment, ast.COERCE_IMPLICIT_CAST, -1)
		if cast == nil {
			raise("42804", query.Location(e), "argument of %s must be type %s, not type %s", construct, s.typeName(target), s.typeName(from))
		}
		e = cast
	}
	if returnsSet(e) {
		raise("42804", query.Location(e), "argument of %s must not return a set", construct)
	}
	return e
}

// returnsSet is expression_returns_set.
func returnsSet(e query.Expr) bool {
	found := false
	query.Walk(e, func(e query.Expr) bool {
		switch e := e.(type) {
		case *query.FuncExpr:
			found = found || e.RetSet
		case *query.OpExpr:
			found = found || e.RetSet
		case *query.Aggref, *query.GroupingFunc, *query.WindowFunc:
			return false
		}
		return !found
	})
	return found
}

// commonType finds the type that all of list can become (select_common_type).
// Without a context it gives 0 where it would refuse. which is the expression
// that decided.
func (s *state) commonType(list []query.Expr, context string) (typ pg.OID, which query.Expr) {
	types := make([]pg.OID, len(list))
	for i, e := range list {
		types[i] = query.ExprType(e)
	}
	typ, decided, conflict := s.selectCommonType(types)
	if conflict > 0 {
		if context == "" {
			return 0, nil
		}
		raise("42804", query.Location(list[conflict]), "%s types %s and %s cannot be matched", context, s.typeName(typ), s.typeName(s.baseType(types[conflict])))
	}
	return typ, list[decided]
}

// selectCommonType finds a common type: which of types decided, and the first
// that cannot be matched with it, 0 for none.
func (a *Analyzer) selectCommonType(types []pg.OID) (typ pg.OID, decided, conflict int) {
	typ = types[0]
	i := 1
	if typ != pg.Unknown {
		for i < len(types) && types[i] == typ {
			i++
		}
		if i == len(types) {
			return typ, 0, 0
		}
	}
	typ = a.baseType(typ)
	cat, preferred := a.category(typ)
	for ; i < len(types); i++ {
		next := a.baseType(types[i])
		if next == pg.Unknown || next == typ {
			continue
		}
		nextCat, nextPreferred := a.category(next)
		switch {
		case typ == pg.Unknown:
		case nextCat != cat:
			return typ, decided, i
		case preferred || !a.canCoerce(typ, next, Implicit) || a.canCoerce(next, typ, Implicit):
			continue
		}
		typ, cat, preferred, decided = next, nextCat, nextPreferred, i
	}
	if typ == pg.Unknown {
		typ = pg.Text
	}
	return typ, decided, 0
}

// coerceToCommon casts one of several expressions to their common type
// (coerce_to_common_type).
func (s *state) coerceToCommon(e query.Expr, target pg.OID, context string) query.Expr {
	from := query.ExprType(e)
	if from == target {
		return e
	}
	if !s.canCoerce(from, target, Implicit) {
		raise("42846", query.Location(e), "%s could not convert type %s to %s", context, s.typeName(from), s.typeName(target))
	}
	return s.coerceType(e, from, target, -1, Implicit, ast.COERCE_IMPLICIT_CAST, -1)
}

func (s *state) coerceAllToCommon(list []query.Expr, target pg.OID, context string) []query.Expr {
	out := make([]query.Expr, len(list))
	for i, e := range list {
		out[i] = s.coerceToCommon(e, target, context)
	}
	return out
}

// verifyCommonType says whether all of list can become typ.
func (s *state) verifyCommonType(typ pg.OID, list []query.Expr) bool {
	for _, e := range list {
		if !s.canCoerce(query.ExprType(e), typ, Implicit) {
			return false
		}
	}
	return true
}

// commonTypmod is select_common_typmod.
func commonTypmod(list []query.Expr, typ pg.OID) int32 {
	result := int32(-1)
	for i, e := range list {
		if query.ExprType(e) != typ || i > 0 && query.ExprTypmod(e) != result {
			return -1
		}
		result = query.ExprTypmod(e)
	}
	return result
}

// cannotCast is the refusal of a cast that the user wrote.
func (s *state) cannotCast(from, target pg.OID, location int) {
	pgerr.Raise("42846", location, "cannot cast type %s to %s", s.typeName(from), s.typeName(target))
}
