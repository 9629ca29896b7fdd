package analyze

import (
	"strings"

	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// containerType looks through domains to what is subscripted
// (transformContainerType).
func (a *Analyzer) containerType(typ pg.OID, typmod int32) (pg.OID, int32) {
	typ, typmod = a.baseTypeAndTypmod(typ, typmod)
	switch typ {
	case pg.Int2Vector:
		typ = pg.Int2Array
	case pg.OidVector:
		typ = pg.OidArray
	}
	return typ, typmod
}

// subscript analyses subscripts on a value (transformContainerSubscripts).
func (s *state) subscript(base query.Expr, container pg.OID, typmod int32, list []*ast.A_Indices, assign bool) *query.SubscriptingRef {
	if !assign {
		container, typmod = s.containerType(container, typmod)
	}
	t := s.c.Type(container)
	if t == nil || t.Subscript == "" || t.Subscript == "-" {
		raise("42804", query.Location(base), "cannot subscript type %s because it does not support subscripting", s.typeName(container))
	}
	ref := &query.SubscriptingRef{ContainerType: container, ElemType: t.Elem, Typmod: typmod, Expr: base}
	for _, i := range list {
		ref.IsSlice = ref.IsSlice || i.IsSlice
	}
	switch handler := t.Subscript; {
	case strings.HasSuffix(handler, "jsonb_subscript_handler"):
		s.jsonbSubscripts(ref, list)
	case strings.HasSuffix(handler, "hstore_subscript_handler"):
		s.hstoreSubscript(ref, list)
	default:
		s.arraySubscripts(ref, list)
	}
	return ref
}

// arraySubscripts is array_subscript_transform.
func (s *state) arraySubscripts(ref *query.SubscriptingRef, list []*ast.A_Indices) {
	for _, i := range list {
		if ref.IsSlice {
			var lower query.Expr
			switch {
			case i.Lidx != nil:
				lower = s.arrayIndex(i.Lidx)
			case !i.IsSlice:
				lower = &query.Const{Type: pg.Int4, Typmod: -1, Value: int64(1), Location: -1}
			}
			ref.Lower = append(ref.Lower, lower)
		}
		var upper query.Expr
		if i.Uidx != nil {
			upper = s.arrayIndex(i.Uidx)
		}
		ref.Upper = append(ref.Upper, upper)
	}
	if len(ref.Upper) > maxDimensions {
		raise("54000", noPosition, "number of array dimensions (%d) exceeds the maximum allowed (%d)", len(ref.Upper), maxDimensions)
	}
	ref.ResType = ref.ElemType
	if ref.IsSlice {
		ref.ResType = ref.ContainerType
	}
}

// maxDimensions is MAXDIM.
const maxDimensions = 6

func (s *state) arrayIndex(n ast.Node) query.Expr {
	e := s.expr(n, s.kind)
	cast := s.coerceToTarget(e, query.ExprType(e), pg.Int4, -1, Assignment, implicitCast, -1)
	if cast == nil {
		raise("42804", rawLocation(n), "array subscript must have type integer")
	}
	return cast
}

// jsonbSubscripts is jsonb_subscript_transform.
func (s *state) jsonbSubscripts(ref *query.SubscriptingRef, list []*ast.A_Indices) {
	for _, i := range list {
		if ref.IsSlice {
			bound := i.Uidx
			if bound == nil {
				bound = i.Lidx
			}
			raise("42804", rawLocation(bound), "jsonb subscript does not support slices")
		}
		e := s.expr(i.Uidx, s.kind)
		typ := query.ExprType(e)
		target := pg.OID(pg.Text)
		if typ != pg.Unknown {
			asInt, asText := s.canCoerce(typ, pg.Int4, Implicit), s.canCoerce(typ, pg.Text, Implicit)
			unsupported := pgerr.New("42804", query.Location(e), "subscript type %s is not supported", s.typeName(typ))
			switch {
			case asInt && asText:
				unsupported.WithHint("jsonb subscript must be coercible to only one type, integer or text.").Raise()
			case asInt:
				target = pg.Int4
			case !asText:
				unsupported.WithHint("jsonb subscript must be coercible to either integer or text.").Raise()
			}
		}
		ref.Upper = append(ref.Upper, s.coerceType(e, typ, target, -1, Implicit, implicitCast, -1))
	}
	ref.ResType, ref.Typmod = pg.Jsonb, -1
}

// hstoreSubscript is hstore_subscript_transform.
func (s *state) hstoreSubscript(ref *query.SubscriptingRef, list []*ast.A_Indices) {
	if ref.IsSlice || len(list) != 1 {
		raise("0A000", query.Location(ref.Expr), "hstore allows only one subscript")
	}
	e := s.expr(list[0].Uidx, s.kind)
	cast := s.coerceToTarget(e, query.ExprType(e), pg.Text, -1, Assignment, implicitCast, -1)
	if cast == nil {
		raise("42804", rawLocation(list[0].Uidx), "hstore subscript must have type text")
	}
	ref.Upper, ref.ResType, ref.Typmod = []query.Expr{cast}, pg.Text, -1
}
