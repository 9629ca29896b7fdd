package analyze

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// A generics collects what the arguments of a polymorphic call are. The
// families are anyelement's and anycompatible's.
type generics struct {
	a                                    *Analyzer
	elem, array, rng, multi              pg.OID
	compatRange, compatElem, compatMulti pg.OID
	compatMultiRange                     pg.OID // the range type of compatMulti
	compatActual                         []pg.OID
	nonArray, enum, anyMulti             bool
	compatNonArray, compatArray          bool
	compatHasRange, compatHasMulti       bool
	polyArgs                             int
	polyUnknowns, compat                 bool
	fail                                 func(detail, format string, args ...any) bool
}

// genericConsistent says whether polymorphic parameters can be bound to actual
// types (check_generic_type_consistency).
func (a *Analyzer) genericConsistent(actual, declared []pg.OID) bool {
	g := generics{a: a, fail: func(string, string, ...any) bool { return false }}
	for i := range declared {
		if !g.collect(actual[i], declared[i], false) {
			return false
		}
	}
	if g.array != 0 && g.array != pg.AnyArray || g.array == 0 {
		if !g.unifyElement(false) {
			return false
		}
	} else if !g.unifyRange() {
		return false
	}
	if g.nonArray && a.baseElementType(g.elem) != 0 {
		return false
	}
	if g.enum && a.kindOf(g.elem) != 'e' {
		return false
	}
	return g.compatConsistent()
}

func (g *generics) compatConsistent() bool {
	if g.compatMulti != 0 && !g.unifyCompatMulti() {
		return false
	}
	if len(g.compatActual) == 0 {
		return true
	}
	typ, _, conflict := g.a.selectCommonType(g.compatActual)
	if conflict > 0 {
		return false
	}
	for _, t := range g.compatActual {
		if !g.a.canCoerce(t, typ, Implicit) {
			return false
		}
	}
	if g.compatNonArray && g.a.baseElementType(typ) != 0 {
		return false
	}
	return g.compatElem == 0 || g.compatElem == typ
}

// refuse raises for enforceGeneric what genericConsistent takes for false.
func (g *generics) refuse(detail, format string, args ...any) bool {
	e := pgerr.New("42804", noPosition, format, args...)
	e.Detail = detail
	e.Raise()
	return false
}

func (g *generics) name(typ pg.OID) string { return g.a.typeName(typ) }

// same binds *slot to typ, which must be what it is bound to already.
func (g *generics) same(slot *pg.OID, typ pg.OID, declared string) bool {
	if *slot != 0 && *slot != typ {
		return g.fail(g.name(*slot)+" versus "+g.name(typ), `arguments declared "%s" are not all alike`, declared)
	}
	*slot = typ
	return true
}

// collect takes in one argument. With allowPoly, an argument of the declared
// polymorphic type itself says nothing.
func (g *generics) collect(actual, declared pg.OID, allowPoly bool) bool {
	unknown := actual == pg.Unknown
	skip := unknown || allowPoly && declared == actual
	switch declared {
	case pg.AnyElement, pg.AnyNonArray, pg.AnyEnum:
		g.polyArgs++
		g.nonArray = g.nonArray || declared == pg.AnyNonArray
		g.enum = g.enum || declared == pg.AnyEnum
		g.polyUnknowns = g.polyUnknowns || unknown
		return skip || g.same(&g.elem, actual, "anyelement")
	case pg.AnyArray:
		g.polyArgs++
		g.polyUnknowns = g.polyUnknowns || unknown
		return skip || g.same(&g.array, g.a.baseType(actual), "anyarray")
	case pg.AnyRange:
		g.polyArgs++
		g.polyUnknowns = g.polyUnknowns || unknown
		return skip || g.same(&g.rng, g.a.baseType(actual), "anyrange")
	case pg.AnyMultirange:
		g.polyArgs++
		g.anyMulti = true
		g.polyUnknowns = g.polyUnknowns || unknown
		return skip || g.same(&g.multi, g.a.baseType(actual), "anymultirange")
	case pg.AnyCompatible, pg.AnyCompatibleNonArray, pg.AnyCompatibleArray, pg.AnyCompatibleRange, pg.AnyCompatibleMultirange:
		g.compat = true
		return g.collectCompatible(actual, declared, skip)
	}
	return true
}

func (g *generics) collectCompatible(actual, declared pg.OID, skip bool) bool {
	base := g.a.baseType(actual)
	switch declared {
	case pg.AnyCompatible, pg.AnyCompatibleNonArray:
		g.compatNonArray = g.compatNonArray || declared == pg.AnyCompatibleNonArray
		if !skip {
			g.compatActual = append(g.compatActual, actual)
		}
	case pg.AnyCompatibleArray:
		g.compatArray = true
		if skip {
			return true
		}
		elem := g.a.elementType(base)
		if elem == 0 {
			return g.fail("", "argument declared %s is not an array but type %s", "anycompatiblearray", g.name(base))
		}
		g.compatActual = append(g.compatActual, elem)
	case pg.AnyCompatibleRange:
		g.compatHasRange = true
		if skip || g.compatRange == base {
			return true
		}
		if !g.same(&g.compatRange, base, "anycompatiblerange") {
			return false
		}
		if g.compatElem = g.a.rangeSubtype(base); g.compatElem == 0 {
			return g.fail("", "argument declared %s is not a range type but type %s", "anycompatiblerange", g.name(base))
		}
		g.compatActual = append(g.compatActual, g.compatElem)
	case pg.AnyCompatibleMultirange:
		g.compatHasMulti = true
		if skip || g.compatMulti == base {
			return true
		}
		if !g.same(&g.compatMulti, base, "anycompatiblemultirange") {
			return false
		}
		if g.compatMultiRange = g.a.multirangeRange(base); g.compatMultiRange == 0 {
			return g.fail("", "argument declared %s is not a multirange type but type %s", "anycompatiblemultirange", g.name(base))
		}
	}
	return true
}

// unifyElement brings array, ranges and element type together.
func (g *generics) unifyElement(anyElement bool) bool {
	if g.array != 0 {
		elem := g.a.elementType(g.array)
		if anyElement {
			elem = pg.AnyElement
		}
		if elem == 0 {
			return g.fail("", "argument declared %s is not an array but type %s", "anyarray", g.name(g.array))
		}
		if g.elem == 0 {
			g.elem = elem
		} else if g.elem != elem {
			return g.fail(g.name(g.array)+" versus "+g.name(g.elem), "argument declared %s is not consistent with argument declared %s", "anyarray", "anyelement")
		}
	}
	return g.unifyRange()
}

func (g *generics) unifyRange() bool {
	if g.multi != 0 {
		rng := g.a.multirangeRange(g.multi)
		if rng == 0 {
			return g.fail("", "argument declared %s is not a multirange type but type %s", "anymultirange", g.name(g.multi))
		}
		if g.rng == 0 {
			g.rng = rng
		} else if g.rng != rng {
			return g.fail(g.name(g.multi)+" versus "+g.name(g.rng), "argument declared %s is not consistent with argument declared %s", "anymultirange", "anyrange")
		}
	} else if g.anyMulti && g.rng != 0 {
		g.multi = g.a.rangeMultirange(g.rng)
	}
	if g.rng == 0 {
		return true
	}
	elem := g.a.rangeSubtype(g.rng)
	if elem == 0 {
		return g.fail("", "argument declared %s is not a range type but type %s", "anyrange", g.name(g.rng))
	}
	if g.elem == 0 {
		g.elem = elem
	} else if g.elem != elem {
		return g.fail(g.name(g.rng)+" versus "+g.name(g.elem), "argument declared %s is not consistent with argument declared %s", "anyrange", "anyelement")
	}
	return true
}

func (g *generics) unifyCompatMulti() bool {
	if g.compatRange != 0 {
		if g.compatMultiRange != g.compatRange {
			return g.fail(g.name(g.compatMulti)+" versus "+g.name(g.compatRange), "argument declared %s is not consistent with argument declared %s", "anycompatiblemultirange", "anycompatiblerange")
		}
		return true
	}
	g.compatRange = g.compatMultiRange
	if g.compatElem = g.a.rangeSubtype(g.compatRange); g.compatElem == 0 {
		return g.fail("", "argument declared %s is not a multirange type but type %s", "anycompatiblemultirange", g.name(g.compatMulti))
	}
	g.compatHasRange = true
	g.compatActual = append(g.compatActual, g.compatElem)
	return true
}

// enforceGeneric binds polymorphic parameters to what they are given and gives
// the result type (enforce_generic_type_consistency). It puts into declared
// what unknown arguments and those of the anycompatible family become.
func (a *Analyzer) enforceGeneric(actual, declared []pg.OID, result pg.OID, allowPoly bool) pg.OID {
	if !slices.ContainsFunc(declared, isPolymorphic) { // as a rule
		return result
	}
	g := generics{a: a, nonArray: result == pg.AnyNonArray, enum: result == pg.AnyEnum, anyMulti: result == pg.AnyMultirange,
		compatNonArray: result == pg.AnyCompatibleNonArray, compatArray: result == pg.AnyCompatibleArray,
		compatHasRange: result == pg.AnyCompatibleRange, compatHasMulti: result == pg.AnyCompatibleMultirange}
	g.fail = g.refuse
	for i := range declared {
		g.collect(actual[i], declared[i], allowPoly)
	}
	if g.polyArgs == 0 && !g.compat {
		return result
	}
	if g.polyArgs > 0 {
		g.bind(result, allowPoly)
	}
	var compat compatTypes
	if g.compat {
		compat = g.bindCompatible(allowPoly)
		for i, d := range declared {
			if t := compat.of(d); t != 0 {
				declared[i] = t
			}
		}
	}
	if g.polyUnknowns {
		for i, d := range declared {
			if actual[i] == pg.Unknown {
				if t := g.bound(d); t != 0 {
					declared[i] = t
				}
			}
		}
	}
	if t := g.bound(result); t != 0 {
		return t
	}
	if t := compat.of(result); t != 0 {
		return t
	}
	return result
}

// bind settles the anyelement family.
func (g *generics) bind(result pg.OID, allowPoly bool) {
	anyArray := g.array == pg.AnyArray
	if anyArray && (g.polyArgs != 1 || result != pg.AnyArray && isPolymorphic1(result)) {
		g.refuse("", `cannot determine element type of "anyarray" argument`)
	}
	g.unifyElement(anyArray)
	if g.elem == 0 {
		if !allowPoly {
			g.refuse("", "could not determine polymorphic type because input has type %s", "unknown")
		}
		g.elem, g.array, g.rng, g.multi = pg.AnyElement, pg.AnyArray, pg.AnyRange, pg.AnyMultirange
	}
	if g.nonArray && g.elem != pg.AnyElement && g.a.baseElementType(g.elem) != 0 {
		g.refuse("", "type matched to anynonarray is an array type: %s", g.name(g.elem))
	}
	if g.enum && g.elem != pg.AnyElement && g.a.kindOf(g.elem) != 'e' {
		g.refuse("", "type matched to anyenum is not an enum type: %s", g.name(g.elem))
	}
}

// bound gives what a type of the anyelement family is bound to, 0 for others.
func (g *generics) bound(typ pg.OID) pg.OID {
	undetermined := func(name string) {
		g.refuse("", "could not determine polymorphic type %s because input has type %s", name, "unknown")
	}
	switch typ {
	case pg.AnyElement, pg.AnyNonArray, pg.AnyEnum:
		return g.elem
	case pg.AnyArray:
		if g.array == 0 {
			g.array = g.arrayOver(g.elem)
		}
		return g.array
	case pg.AnyRange:
		if g.rng == 0 {
			undetermined("anyrange")
		}
		return g.rng
	case pg.AnyMultirange:
		if g.multi == 0 {
			undetermined("anymultirange")
		}
		return g.multi
	}
	return 0
}

func (g *generics) arrayOver(elem pg.OID) pg.OID {
	arr := g.a.arrayType(elem)
	if arr == 0 {
		raise("42704", noPosition, "could not find array type for data type %s", g.name(elem))
	}
	return arr
}

// compatTypes are what the anycompatible family is bound to.
type compatTypes struct{ elem, array, rng, multi pg.OID }

func (t compatTypes) of(typ pg.OID) pg.OID {
	switch typ {
	case pg.AnyCompatible, pg.AnyCompatibleNonArray:
		return t.elem
	case pg.AnyCompatibleArray:
		return t.array
	case pg.AnyCompatibleRange:
		return t.rng
	case pg.AnyCompatibleMultirange:
		return t.multi
	}
	return 0
}

// bindCompatible settles the anycompatible family.
func (g *generics) bindCompatible(allowPoly bool) compatTypes {
	undetermined := func(name string) {
		g.refuse("", "could not determine polymorphic type %s because input has type %s", name, "unknown")
	}
	if g.compatMulti != 0 {
		g.unifyCompatMulti()
	} else if g.compatHasMulti && g.compatRange != 0 {
		g.compatMulti = g.a.rangeMultirange(g.compatRange)
	}
	if len(g.compatActual) == 0 {
		if allowPoly {
			return compatTypes{pg.AnyCompatible, pg.AnyCompatibleArray, pg.AnyCompatibleRange, pg.AnyCompatibleMultirange}
		}
		if g.compatHasRange {
			undetermined("anycompatiblerange")
		}
		if g.compatHasMulti {
			undetermined("anycompatiblemultirange")
		}
		return compatTypes{elem: pg.Text, array: pg.TextArray}
	}
	typ, _, conflict := g.a.selectCommonType(g.compatActual)
	if conflict > 0 {
		g.refuse("", "argument types %s and %s cannot be matched", g.name(typ), g.name(g.a.baseType(g.compatActual[conflict])))
	}
	for _, t := range g.compatActual {
		if !g.a.canCoerce(t, typ, Implicit) {
			g.refuse("", "arguments of anycompatible family cannot be cast to a common type")
		}
	}
	t := compatTypes{elem: typ, rng: g.compatRange, multi: g.compatMulti}
	if g.compatArray {
		t.array = g.arrayOver(typ)
	}
	if g.compatHasRange && g.compatRange == 0 {
		undetermined("anycompatiblerange")
	}
	if g.compatHasRange && g.compatElem != typ {
		g.refuse("", "anycompatiblerange type %s does not match anycompatible type %s", g.name(g.compatRange), g.name(typ))
	}
	if g.compatHasMulti && g.compatMulti == 0 {
		undetermined("anycompatiblemultirange")
	}
	if g.compatHasMulti && g.compatElem != typ {
		g.refuse("", "anycompatiblemultirange type %s does not match anycompatible type %s", g.name(g.compatMulti), g.name(typ))
	}
	if g.compatNonArray && g.a.baseElementType(typ) != 0 {
		g.refuse("", "type matched to anycompatiblenonarray is an array type: %s", g.name(typ))
	}
	return t
}

// SignatureProblem says why a result type cannot be worked out from the
// parameter types, "" when it can (check_valid_polymorphic_signature,
// check_valid_internal_signature).
func SignatureProblem(result pg.OID, declared []pg.OID, name string) string {
	has := func(types ...pg.OID) bool {
		for _, d := range declared {
			for _, t := range types {
				if d == t {
					return true
				}
			}
		}
		return false
	}
	switch {
	case result == pg.AnyRange || result == pg.AnyMultirange:
		if !has(pg.AnyRange, pg.AnyMultirange) {
			return "A result of type " + name + " requires at least one input of type anyrange or anymultirange."
		}
	case result == pg.AnyCompatibleRange || result == pg.AnyCompatibleMultirange:
		if !has(pg.AnyCompatibleRange, pg.AnyCompatibleMultirange) {
			return "A result of type " + name + " requires at least one input of type anycompatiblerange or anycompatiblemultirange."
		}
	case isPolymorphic1(result):
		if !has(polymorphic1...) {
			return "A result of type " + name + " requires at least one input of type anyelement, anyarray, anynonarray, anyenum, anyrange, or anymultirange."
		}
	case isPolymorphic(result):
		if !has(polymorphic2...) {
			return "A result of type " + name + " requires at least one input of type anycompatible, anycompatiblearray, anycompatiblenonarray, anycompatiblerange, or anycompatiblemultirange."
		}
	case result == pg.Internal:
		if !has(pg.Internal) {
			return "A result of type internal requires at least one input of type internal."
		}
	}
	return ""
}

// ResolveResult gives the type that a polymorphic function of these parameters
// returns when it is given these arguments; it refuses what does not fit
// (enforce_generic_type_consistency).
func ResolveResult(c *catalog.Catalog, actual, declared []pg.OID, result pg.OID) pg.OID {
	return New(c).enforceGeneric(actual, slices.Clone(declared), result, true)
}
