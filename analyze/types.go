package analyze

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// These are the questions of lsyscache.c about types.

// baseType looks through domains (getBaseType).
func (a *Analyzer) baseType(typ pg.OID) pg.OID {
	base, _ := a.baseTypeAndTypmod(typ, -1)
	return base
}

func (a *Analyzer) baseTypeAndTypmod(typ pg.OID, typmod int32) (pg.OID, int32) {
	for {
		t := a.c.Type(typ)
		if t == nil || t.Kind != 'd' {
			return typ, typmod
		}
		typ, typmod = t.BaseType, t.Typmod
	}
}

// isTrueArray is IsTrueArrayType.
func isTrueArray(t *catalog.Type) bool {
	return t != nil && t.Elem != 0 && strings.HasSuffix(t.Subscript, "array_subscript_handler") && !strings.Contains(t.Subscript, "raw_array")
}

// elementType gives an array type's element type, 0 for other types.
func (a *Analyzer) elementType(typ pg.OID) pg.OID {
	if t := a.c.Type(typ); isTrueArray(t) {
		return t.Elem
	}
	return 0
}

// baseElementType is elementType that looks through domains over arrays.
func (a *Analyzer) baseElementType(typ pg.OID) pg.OID { return a.elementType(a.baseType(typ)) }

// arrayType gives the array type over a type, 0 for none.
func (a *Analyzer) arrayType(typ pg.OID) pg.OID {
	if t := a.c.Type(typ); t != nil {
		return t.Array
	}
	return 0
}

// promotedArrayType is arrayType, but an array type stays itself.
func (a *Analyzer) promotedArrayType(typ pg.OID) pg.OID {
	if arr := a.arrayType(typ); arr != 0 {
		return arr
	}
	if a.elementType(typ) != 0 {
		return typ
	}
	return 0
}

func (a *Analyzer) kindOf(typ pg.OID) byte {
	if t := a.c.Type(typ); t != nil {
		return t.Kind
	}
	return 0
}

func (a *Analyzer) rangeSubtype(typ pg.OID) pg.OID {
	if t := a.c.Type(typ); t != nil && t.Kind == 'r' && t.Range != nil {
		return t.Range.Subtype
	}
	return 0
}

func (a *Analyzer) multirangeRange(typ pg.OID) pg.OID {
	if t := a.c.Type(typ); t != nil && t.Kind == 'm' && t.Range != nil {
		return t.Range.Type
	}
	return 0
}

func (a *Analyzer) rangeMultirange(typ pg.OID) pg.OID {
	if t := a.c.Type(typ); t != nil && t.Kind == 'r' && t.Range != nil {
		return t.Range.Multirange
	}
	return 0
}

// typeCollation gives a type's default collation, 0 when it is not collatable.
func (a *Analyzer) typeCollation(typ pg.OID) pg.OID {
	if t := a.c.Type(typ); t != nil {
		return t.Collation
	}
	return 0
}

func (a *Analyzer) category(typ pg.OID) (category byte, preferred bool) {
	if t := a.c.Type(typ); t != nil {
		return t.Category, t.Preferred
	}
	return 0, false
}

// rowRelation gives the relation whose rows a type (or the type under a
// domain) is, 0 for none (typeOrDomainTypeRelid).
func (a *Analyzer) rowRelation(typ pg.OID) pg.OID {
	if t := a.c.Type(a.baseType(typ)); t != nil {
		return t.RelID
	}
	return 0
}

// isComplex is ISCOMPLEX.
func (a *Analyzer) isComplex(typ pg.OID) bool { return a.rowRelation(typ) != 0 }

func (a *Analyzer) isComplexArray(typ pg.OID) bool {
	elem := a.elementType(typ)
	return elem != 0 && a.isComplex(elem)
}

// isRowType is type_is_rowtype.
func (a *Analyzer) isRowType(typ pg.OID) bool {
	return typ == pg.Record || a.kindOf(a.baseType(typ)) == 'c'
}

// The polymorphic pseudo-types, in their two families.
var (
	polymorphic1 = []pg.OID{pg.AnyElement, pg.AnyArray, pg.AnyNonArray, pg.AnyEnum, pg.AnyRange, pg.AnyMultirange}
	polymorphic2 = []pg.OID{pg.AnyCompatible, pg.AnyCompatibleArray, pg.AnyCompatibleNonArray, pg.AnyCompatibleRange, pg.AnyCompatibleMultirange}
)

func isPolymorphic1(typ pg.OID) bool { return slices.Contains(polymorphic1, typ) }

// isPolymorphic is IsPolymorphicType.
func isPolymorphic(typ pg.OID) bool {
	return typ >= pg.AnyArray && (isPolymorphic1(typ) || slices.Contains(polymorphic2, typ))
}

// inheritsFrom says whether a row type's table is a descendant of another's
// (typeInheritsFrom).
func (a *Analyzer) inheritsFrom(typ, parent pg.OID) bool {
	child, ancestor := a.rowRelation(typ), a.relationOfType(parent)
	if child == 0 || ancestor == 0 {
		return false
	}
	seen := map[pg.OID]bool{}
	queue := []pg.OID{child}
	for len(queue) > 0 {
		r := a.c.Relation(queue[0])
		queue = queue[1:]
		if r == nil || seen[r.OID] {
			continue
		}
		seen[r.OID] = true
		for _, p := range r.Inherits {
			if p == ancestor {
				return true
			}
			queue = append(queue, p)
		}
	}
	return false
}

// relationOfType gives a row type's relation, without looking through domains.
func (a *Analyzer) relationOfType(typ pg.OID) pg.OID {
	if t := a.c.Type(typ); t != nil {
		return t.RelID
	}
	return 0
}

// isOfTypedTable says whether typ is the row type of a table OF rowtype.
func (a *Analyzer) isOfTypedTable(typ, rowtype pg.OID) bool {
	if rel := a.c.Relation(a.rowRelation(typ)); rel != nil {
		return rel.OfType == rowtype && rowtype != 0
	}
	return false
}

// A field is one attribute of a row type or record (TupleDesc).
type field struct {
	name    string
	typ     pg.OID
	typmod  int32
	coll    pg.OID
	dropped bool
}

// fieldsOfRelation gives the attributes of a relation, dropped ones included.
func fieldsOfRelation(r *catalog.Relation) []field {
	out := make([]field, len(r.Columns))
	for i, c := range r.Columns {
		out[i] = field{c.Name, c.Type, c.Typmod, c.Collation, c.Dropped}
	}
	return out
}

// fieldsOfType gives the attributes of a composite type or a domain over one.
func (a *Analyzer) fieldsOfType(typ pg.OID) []field {
	if r := a.c.Relation(a.rowRelation(typ)); r != nil {
		return fieldsOfRelation(r)
	}
	return nil
}

// resultFields gives the attributes of the row that an expression yields, nil
// when that is not known before it runs (get_expr_result_tupdesc).
func (a *Analyzer) resultFields(e query.Expr) []field {
	if f, ok := e.(*query.FuncExpr); ok {
		fields, _ := a.functionFields(f.Fn, f.Type, f.Args)
		return fields
	}
	if o, ok := e.(*query.OpExpr); ok {
		if op := a.c.Operator(o.Op); op != nil {
			fields, _ := a.functionFields(op.Code, o.Type, o.Args)
			return fields
		}
	}
	if r, ok := e.(*query.RowExpr); ok && r.Type == pg.Record {
		var fields []field
		for i, arg := range r.Args {
			fields = append(fields, field{r.Colnames[i], query.ExprType(arg), query.ExprTypmod(arg), query.ExprCollation(arg), false})
		}
		return fields
	}
	return a.fieldsOfType(query.ExprType(e))
}

// A resultClass says what a function returns (TypeFuncClass).
type resultClass int

const (
	resultScalar resultClass = iota
	resultComposite
	resultRecord // a record whose attributes the caller must name
	resultOther
)

// functionFields gives the attributes of a function's result row
// (internal_get_result_type).
func (a *Analyzer) functionFields(fn, result pg.OID, args []query.Expr) ([]field, resultClass) {
	p := a.c.Proc(fn)
	if p != nil && p.RetType == pg.Record {
		if fields := a.outFields(p, args); fields != nil {
			return fields, resultComposite
		}
		return nil, resultRecord
	}
	return a.fieldsOfResult(result)
}

// fieldsOfResult is functionFields for a result type alone.
func (a *Analyzer) fieldsOfResult(result pg.OID) ([]field, resultClass) {
	if isPolymorphic(result) {
		return nil, resultOther
	}
	base := a.baseType(result)
	t := a.c.Type(base)
	switch {
	case t == nil:
		return nil, resultOther
	case base == pg.Record:
		return nil, resultRecord
	case t.Kind == 'c':
		return a.fieldsOfType(base), resultComposite
	case t.Kind == 'p' && base != pg.Void && base != pg.Cstring && base != pg.Unknown:
		return nil, resultOther
	}
	return nil, resultScalar
}

// outFields gives the attributes that OUT and TABLE parameters make, nil when
// there are none. Polymorphic ones are resolved from the arguments.
func (a *Analyzer) outFields(p *catalog.Proc, args []query.Expr) []field {
	if p.AllArgTypes == nil || p.ArgModes == "" {
		return nil
	}
	var fields []field
	var in []pg.OID
	outs := 0
	for i, typ := range p.AllArgTypes {
		mode := p.ArgModes[i]
		if mode != 'o' && mode != 't' {
			in = append(in, typ)
		}
		if mode != 'o' && mode != 't' && mode != 'b' {
			continue
		}
		outs++
		name := ""
		if i < len(p.ArgNames) {
			name = p.ArgNames[i]
		}
		if name == "" {
			name = "column" + itoa(outs)
		}
		fields = append(fields, field{name: name, typ: typ, typmod: -1})
	}
	for i := range fields {
		if isPolymorphic(fields[i].typ) {
			fields[i].typ = a.resolvePolymorphic(in, args, fields[i].typ)
		}
		fields[i].coll = a.typeCollation(fields[i].typ)
	}
	if len(fields) == 0 {
		return nil
	}
	return fields
}

// resolvePolymorphic finds what a polymorphic result is, from declared input
// types and the analysed arguments of a call.
func (a *Analyzer) resolvePolymorphic(declared []pg.OID, args []query.Expr, result pg.OID) pg.OID {
	n := min(len(declared), len(args))
	actual := make([]pg.OID, n)
	for i := range actual {
		actual[i] = query.ExprType(args[i])
	}
	return a.enforceGeneric(actual, slices.Clone(declared[:n]), result, true)
}
