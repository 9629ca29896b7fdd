package deparse

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/pg"
)

// FormatType names a type with its typmod; see datum.FormatType.
func FormatType(c *catalog.Catalog, typ pg.OID, typmod int32) string {
	return datum.FormatType(c, typ, typmod)
}

// TypeName names a type without a typmod (format_type_be).
func TypeName(c *catalog.Catalog, typ pg.OID) string { return datum.TypeName(c, typ) }

// QuoteIdent quotes an identifier where it must be (quote_identifier).
func QuoteIdent(name string) string { return datum.QuoteIdent(name) }

// QuoteLiteral writes a string literal as quote_literal does.
func QuoteLiteral(s string) string { return datum.QuoteLiteral(s) }

// Procedure writes a function with its argument types (format_procedure).
func Procedure(c *catalog.Catalog, oid pg.OID) string { return datum.Procedure(c, oid) }

// Operator writes an operator with its operand types (format_operator).
func Operator(c *catalog.Catalog, oid pg.OID) string { return datum.Operator(c, oid) }

// schemaName gives a namespace's name, pg_temp for the temporary one.
func schemaName(c *catalog.Catalog, namespace pg.OID) string {
	if c.IsTemp(namespace) {
		return "pg_temp"
	}
	return c.SchemaName(namespace)
}

// name writes an object's name, qualified unless the search path finds it.
func name(c *catalog.Catalog, o catalog.Object) string {
	h := catalog.HeaderOf(o)
	if c.Visible(o) {
		return QuoteIdent(h.Name)
	}
	return qualified(c, o)
}

// qualified writes an object's name with its schema.
func qualified(c *catalog.Catalog, o catalog.Object) string {
	h := catalog.HeaderOf(o)
	return datum.QuoteQualified(schemaName(c, h.Namespace), h.Name)
}

// relationName names a relation; one that shares its name with a WITH query in
// sight is qualified (generate_relation_name).
func (p *printer) relationName(oid pg.OID) string {
	r := p.c.Relation(oid)
	for _, n := range p.namespaces {
		for _, cte := range n.ctes {
			if cte.Name == r.Name {
				return qualified(p.c, r)
			}
		}
	}
	return name(p.c, r)
}

// functionName names a function for a call. The keywords cube and rollup are
// qualified inside GROUP BY (generate_function_name).
func (p *printer) functionName(oid pg.OID) string {
	f := p.c.Proc(oid)
	if p.groupBy && (f.Name == "cube" || f.Name == "rollup") {
		return qualified(p.c, f)
	}
	return name(p.c, f)
}

// operatorName names an operator for an expression (generate_operator_name).
func (p *printer) operatorName(oid pg.OID) string { return operatorName(p.c, oid) }

func operatorName(c *catalog.Catalog, oid pg.OID) string {
	o := c.Operator(oid)
	if c.Visible(o) {
		return o.Name
	}
	return "OPERATOR(" + QuoteIdent(schemaName(c, o.Namespace)) + "." + o.Name + ")"
}

// collationName names a collation.
func collationName(c *catalog.Catalog, oid pg.OID) string { return name(c, c.Collation(oid)) }

// opClassSuffix gives the operator class to print behind a key of a type: ""
// when it is the type's default (get_opclass_name).
func opClassSuffix(c *catalog.Catalog, class, typ pg.OID) string {
	o := c.OpClass(class)
	if o == nil || typ != 0 && DefaultOpClass(c, typ, o.Method) == class {
		return ""
	}
	return " " + name(c, o)
}

// DefaultOpClass finds the default operator class of a type for an access
// method, 0 for none: the one for the type itself, else one for a type it is
// binary coercible to, a preferred type first (GetDefaultOpClass).
func DefaultOpClass(c *catalog.Catalog, typ, method pg.OID) pg.OID {
	typ = baseType(c, typ)
	var exact, preferred, compatible pg.OID
	t := c.Type(typ)
	if t == nil {
		return 0
	}
	consider := func(class, in pg.OID) {
		switch {
		case in == typ:
			exact = class
		case binaryCoercible(c, t, in) && c.Type(in).Category == t.Category && c.Type(in).Preferred:
			preferred = class
		case compatible == 0 && binaryCoercible(c, t, in):
			compatible = class
		}
	}
	for i := range pg.Builtin.OpClasses {
		if oc := &pg.Builtin.OpClasses[i]; oc.InType == typ && oc.Method == method && oc.Default {
			return oc.OID
		}
	}
	for i := range pg.Builtin.OpClasses {
		if oc := &pg.Builtin.OpClasses[i]; oc.Method == method && oc.Default {
			consider(oc.OID, oc.InType)
		}
	}
	if exact == 0 {
		for _, oc := range c.OpClasses() {
			if oc.Method == method && oc.Default {
				consider(oc.OID, oc.InType)
			}
		}
	}
	for _, found := range []pg.OID{exact, preferred, compatible} {
		if found != 0 {
			return found
		}
	}
	return 0
}

// baseType gives what is under domains.
func baseType(c *catalog.Catalog, typ pg.OID) pg.OID {
	for t := c.Type(typ); t != nil && t.Kind == 'd'; t = c.Type(typ) {
		typ = t.BaseType
	}
	return typ
}

// binaryCoercible is IsBinaryCoercible for a source that is no domain.
func binaryCoercible(c *catalog.Catalog, source *catalog.Type, target pg.OID) bool {
	switch target {
	case pg.AnyArray:
		return source.Elem != 0 && source.Len == -1 && source.Category == 'A'
	case pg.AnyEnum:
		return source.Kind == 'e'
	case pg.AnyRange:
		return source.Kind == 'r'
	case pg.AnyMultirange:
		return source.Kind == 'm'
	case pg.Record:
		return source.Kind == 'c'
	}
	cast := c.Cast(source.OID, target)
	return cast != nil && cast.Method == 'b' && cast.Context == 'i'
}

// sortOperators gives a type's default < and > operators.
func sortOperators(c *catalog.Catalog, typ pg.OID) (less, greater pg.OID) {
	const btree = 403
	class := c.OpClass(DefaultOpClass(c, typ, btree))
	if class == nil {
		return 0, 0
	}
	family := c.OpFamily(class.Family)
	if family == nil {
		return 0, 0
	}
	at := func(strategy int16) pg.OID {
		i := slices.IndexFunc(family.Ops, func(op pg.AmopRow) bool {
			return op.Left == class.InType && op.Right == class.InType && op.Strategy == strategy && op.Purpose == 's'
		})
		if i < 0 {
			return 0
		}
		return family.Ops[i].Operator
	}
	return at(1), at(5)
}
