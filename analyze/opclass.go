package analyze

import (
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// DefaultOpClass finds the default operator class of a type for an access
// method, nil for none (GetDefaultOpClass).
func DefaultOpClass(c *catalog.Catalog, typ, method pg.OID) *catalog.OpClass {
	return defaultOpClass(c, New(c).baseType(typ), method)
}

func defaultOpClass(c *catalog.Catalog, typ, method pg.OID) *catalog.OpClass {
	for i := range pg.Builtin.OpClasses {
		if row := &pg.Builtin.OpClasses[i]; row.InType == typ && row.Method == method && row.Default {
			return c.OpClass(row.OID)
		}
	}
	users := c.OpClasses()
	for _, oc := range users {
		if oc.InType == typ && oc.Method == method && oc.Default {
			return oc
		}
	}
	d := compatibleClass{a: New(c), typ: typ}
	d.category, _ = d.a.category(typ)
	for i := range pg.Builtin.OpClasses {
		if row := &pg.Builtin.OpClasses[i]; row.Method == method && row.Default {
			d.consider(row.OID, row.InType)
		}
	}
	for _, oc := range users {
		if oc.Method == method && oc.Default {
			d.consider(oc.OID, oc.InType)
		}
	}
	if d.preferred == 1 || d.preferred == 0 && d.compatible == 1 {
		return c.OpClass(d.found)
	}
	return nil
}

// A compatibleClass looks for a class of a type that values are as they are:
// the only one, or the only one of a preferred type.
type compatibleClass struct {
	a                     *Analyzer
	typ                   pg.OID
	category              byte
	found                 pg.OID
	compatible, preferred int
}

func (d *compatibleClass) consider(class, in pg.OID) {
	if !d.a.binaryCoercible(d.typ, in) {
		return
	}
	cat, preferred := d.a.category(in)
	switch {
	case preferred && cat == d.category:
		d.preferred++
		d.found = class
	case d.preferred == 0:
		d.compatible++
		d.found = class
	}
}

// ResolveOpClass finds the operator class that an index column names, or the
// default one (ResolveOpClass).
func ResolveOpClass(c *catalog.Catalog, names []string, typ, method pg.OID) *catalog.OpClass {
	am := c.AccessMethod(method)
	if len(names) == 0 {
		oc := DefaultOpClass(c, typ, method)
		if oc == nil {
			pgerr.New("42704", noPosition, `data type %s has no default operator class for access method "%s"`, formatType(c, typ), am.Name).
				WithHint("You must specify an operator class for the index or define a default operator class for the data type.").Raise()
		}
		return oc
	}
	oc := opClassNamed(c, names, method)
	if !BinaryCoercible(c, typ, oc.InType) {
		raise("42804", noPosition, `operator class "%s" does not accept data type %s`, strings.Join(names, "."), formatType(c, typ))
	}
	return oc
}

// opClassNamed finds an operator class by name (get_opclass_oid).
func opClassNamed(c *catalog.Catalog, names []string, method pg.OID) *catalog.OpClass {
	a := New(c)
	schema, name := a.deconstruct(names)
	if schema != "" {
		a.explicitSchema(schema, false)
	}
	oc := c.OpClassNamed(method, schema, name)
	if oc == nil {
		raise("42704", noPosition, `operator class "%s" does not exist for access method "%s"`, strings.Join(names, "."), c.AccessMethod(method).Name)
	}
	return oc
}

// systemAmops gives the system's entries of an operator in operator families.
func systemAmops(op pg.OID) []pg.AmopRow {
	var out []pg.AmopRow
	for _, m := range pg.Builtin.Amops {
		if m.Operator == op {
			out = append(out, m)
		}
	}
	return out
}

// TypeOperators gives a type's operators for sorting and grouping: less,
// equal, greater; 0 where there is none.
func TypeOperators(c *catalog.Catalog, typ pg.OID) (lt, eq, gt pg.OID) {
	ops := New(c).typeOperators(typ)
	return ops.lt, ops.eq, ops.gt
}
