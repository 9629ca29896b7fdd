package catalog

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/pg"
)

// SetSearchPath changes search_path.
func (c *Catalog) SetSearchPath(names []string) {
	old := c.SearchPath
	c.SearchPath, c.path = names, nil
	c.OnRollback(func() { c.SearchPath, c.path = old, nil })
}

// Path gives the namespaces in which unqualified names are looked up, in
// order: the temporary schema and pg_catalog stand in front unless search_path
// places them (recomputeNamespacePath).
func (c *Catalog) Path() []pg.OID {
	if c.path != nil && c.pathUser == c.CurrentUser {
		return c.path
	}
	path := c.explicitPath()
	if !slices.Contains(path, pg.PgCatalog) {
		path = slices.Insert(path, 0, pg.OID(pg.PgCatalog))
	}
	if c.tempSchema != 0 && !slices.Contains(path, c.tempSchema) {
		path = slices.Insert(path, 0, c.tempSchema)
	}
	c.path, c.pathUser = path, c.CurrentUser
	return path
}

// explicitPath gives the existing schemas that search_path itself names.
func (c *Catalog) explicitPath() []pg.OID {
	var path []pg.OID
	for _, name := range c.SearchPath {
		var oid pg.OID
		switch name {
		case "$user":
			if role := c.Role(c.CurrentUser); role != nil {
				oid = c.SchemaOID(role.Name)
			}
		case "pg_temp":
			oid = c.tempSchema
		default:
			oid = c.SchemaOID(name)
		}
		if oid != 0 && !slices.Contains(path, oid) && (oid == c.tempSchema || c.Usable == nil || c.Usable(oid)) {
			path = append(path, oid)
		}
	}
	return path
}

// ForgetPath has the path worked out anew: privileges on schemas changed.
func (c *Catalog) ForgetPath() { c.path = nil }

// CreationSchema gives the namespace for new objects with unqualified names:
// the first of search_path that exists; 0 for none.
func (c *Catalog) CreationSchema() pg.OID {
	for _, oid := range c.explicitPath() {
		return oid
	}
	return 0
}

// TempSchema gives the session's temporary schema, made when first asked for.
func (c *Catalog) TempSchema() pg.OID {
	if c.tempSchema == 0 {
		s := &Schema{Header: Header{Name: "pg_temp_3", Owner: Superuser}, Temp: true}
		c.Add(s)
		c.tempSchema, c.path = s.OID, nil
		c.OnRollback(func() { c.tempSchema, c.path = 0, nil })
	}
	return c.tempSchema
}

// IsTemp says whether a namespace is the temporary one.
func (c *Catalog) IsTemp(namespace pg.OID) bool { return namespace != 0 && namespace == c.tempSchema }

// SchemaOID finds a schema by name, pg_temp included; 0 for none.
func (c *Catalog) SchemaOID(name string) pg.OID {
	if name == "pg_temp" {
		return c.tempSchema
	}
	if s, ok := c.Named(ClassNamespace, 0, name).(*Schema); ok {
		return s.OID
	}
	return 0
}

// SchemaName gives a namespace's name.
func (c *Catalog) SchemaName(oid pg.OID) string {
	if s, ok := c.Object(Address{Class: ClassNamespace, OID: oid}).(*Schema); ok {
		return s.Name
	}
	return ""
}

// find looks a name up in one schema, or along the path when schema is "".
func find[T Object](c *Catalog, class Class, schema, name string) T {
	var none T
	if schema != "" {
		namespace := c.SchemaOID(schema)
		if namespace == 0 {
			return none
		}
		o, _ := c.Named(class, namespace, name).(T)
		return o
	}
	for _, namespace := range c.Path() {
		if namespace == c.tempSchema && class != ClassRelation && class != ClassType {
			continue
		}
		if o, ok := c.Named(class, namespace, name).(T); ok {
			return o
		}
	}
	return none
}

// RelationNamed finds a relation; schema "" means search_path. nil: none.
func (c *Catalog) RelationNamed(schema, name string) *Relation {
	return find[*Relation](c, ClassRelation, schema, name)
}

// TypeNamed finds a type; schema "" means search_path. nil: none.
func (c *Catalog) TypeNamed(schema, name string) *Type {
	return find[*Type](c, ClassType, schema, name)
}

// CollationNamed finds a collation; schema "" means search_path. nil: none.
func (c *Catalog) CollationNamed(schema, name string) *Collation {
	return find[*Collation](c, ClassCollation, schema, name)
}

// GenericNamed finds an object of one of the classes that Generic stands for.
func (c *Catalog) GenericNamed(class Class, schema, name string) *Generic {
	return find[*Generic](c, class, schema, name)
}

// StatisticsNamed finds extended statistics. nil: none.
func (c *Catalog) StatisticsNamed(schema, name string) *Statistics {
	return find[*Statistics](c, ClassStatistics, schema, name)
}

// OpClassNamed finds an operator class of an access method. nil: none.
func (c *Catalog) OpClassNamed(method pg.OID, schema, name string) *OpClass {
	for _, oc := range overloads[*OpClass](c, ClassOpClass, schema, name) {
		if oc.Method == method {
			return oc
		}
	}
	return nil
}

// OpFamilyNamed finds an operator family of an access method. nil: none.
func (c *Catalog) OpFamilyNamed(method pg.OID, schema, name string) *OpFamily {
	for _, of := range overloads[*OpFamily](c, ClassOpFamily, schema, name) {
		if of.Method == method {
			return of
		}
	}
	return nil
}

// ProcsNamed gives all functions, procedures and aggregates of a name, those
// of earlier schemas of the path first. A schema of "" means search_path, and
// not the temporary schema: it is never searched for functions.
func (c *Catalog) ProcsNamed(schema, name string) []*Proc {
	return overloads[*Proc](c, ClassProc, schema, name)
}

// OperatorsNamed gives all operators of a name, in path order as ProcsNamed.
func (c *Catalog) OperatorsNamed(schema, name string) []*Operator {
	return overloads[*Operator](c, ClassOperator, schema, name)
}

// overloads gives the objects of a class, all of type T, that share a name.
func overloads[T Object](c *Catalog, class Class, schema, name string) []T {
	path := c.Path()
	if schema != "" {
		namespace := c.SchemaOID(schema)
		if namespace == 0 {
			return nil
		}
		path = []pg.OID{namespace}
	}
	var out []T
	add := func(list []Object) {
		out = slices.Grow(out, len(list))
		for _, o := range list {
			out = append(out, o.(T))
		}
	}
	for _, namespace := range path {
		if schema == "" && namespace == c.tempSchema {
			continue
		}
		add(c.names[class][namespace][name])
		add(c.systemOverloads(class, namespace, name))
	}
	return out
}

// get gives the object with an OID in a class, as its own type.
func get[T Object](c *Catalog, class Class, oid pg.OID) T {
	o, _ := c.Object(Address{Class: class, OID: oid}).(T)
	return o
}

// Schema gives a schema by OID; nil: none. So do the functions below.
func (c *Catalog) Schema(oid pg.OID) *Schema { return get[*Schema](c, ClassNamespace, oid) }

// Relation gives a relation by OID.
func (c *Catalog) Relation(oid pg.OID) *Relation { return get[*Relation](c, ClassRelation, oid) }

// Type gives a type by OID.
func (c *Catalog) Type(oid pg.OID) *Type { return get[*Type](c, ClassType, oid) }

// Proc gives a function, procedure or aggregate by OID.
func (c *Catalog) Proc(oid pg.OID) *Proc { return get[*Proc](c, ClassProc, oid) }

// Operator gives an operator by OID.
func (c *Catalog) Operator(oid pg.OID) *Operator { return get[*Operator](c, ClassOperator, oid) }

// Constraint gives a constraint by OID.
func (c *Catalog) Constraint(oid pg.OID) *Constraint {
	return get[*Constraint](c, ClassConstraint, oid)
}

// Collation gives a collation by OID.
func (c *Catalog) Collation(oid pg.OID) *Collation { return get[*Collation](c, ClassCollation, oid) }

// OpClass gives an operator class by OID.
func (c *Catalog) OpClass(oid pg.OID) *OpClass { return get[*OpClass](c, ClassOpClass, oid) }

// OpFamily gives an operator family by OID.
func (c *Catalog) OpFamily(oid pg.OID) *OpFamily { return get[*OpFamily](c, ClassOpFamily, oid) }

// AccessMethod gives an access method by OID.
func (c *Catalog) AccessMethod(oid pg.OID) *AccessMethod {
	return get[*AccessMethod](c, ClassAccessMethod, oid)
}

// Role gives a role by OID.
func (c *Catalog) Role(oid pg.OID) *Role { return get[*Role](c, ClassRole, oid) }

// RoleNamed gives a role by name; nil: none.
func (c *Catalog) RoleNamed(name string) *Role {
	r, _ := c.Named(ClassRole, 0, name).(*Role)
	return r
}

// Cast gives the cast from one type to another; nil: none.
func (c *Catalog) Cast(source, target pg.OID) *Cast {
	if cast := c.casts[[2]pg.OID{source, target}]; cast != nil {
		return cast
	}
	return c.systemCast(source, target)
}

// Visible says whether the unqualified name of o finds o itself: for a
// relation, type, collation or other object without overloading. Functions and
// operators are visible when no earlier schema has one of the same arguments.
func (c *Catalog) Visible(o Object) bool {
	h, class := o.header(), o.Address().Class
	if !slices.Contains(c.Path(), h.Namespace) {
		return false
	}
	for _, namespace := range c.Path() {
		if namespace == h.Namespace {
			return true
		}
		if c.shadows(o, class, namespace) {
			return false
		}
	}
	return false
}

// shadows says whether namespace has an object that the name of o means first.
func (c *Catalog) shadows(o Object, class Class, namespace pg.OID) bool {
	name := o.header().Name
	switch o := o.(type) {
	case *Proc:
		return namespace != c.tempSchema && slices.ContainsFunc(c.overloadsIn(class, namespace, name), func(x Object) bool {
			return slices.Equal(x.(*Proc).ArgTypes, o.ArgTypes)
		})
	case *Operator:
		return namespace != c.tempSchema && slices.ContainsFunc(c.overloadsIn(class, namespace, name), func(x Object) bool {
			return x.(*Operator).Left == o.Left && x.(*Operator).Right == o.Right
		})
	case *OpClass:
		return slices.ContainsFunc(c.overloadsIn(class, namespace, name), func(x Object) bool { return x.(*OpClass).Method == o.Method })
	}
	return c.Named(class, namespace, name) != nil
}

func (c *Catalog) overloadsIn(class Class, namespace pg.OID, name string) []Object {
	return append(slices.Clone(c.names[class][namespace][name]), c.systemOverloads(class, namespace, name)...)
}

// ColumnNamed finds a column that is not dropped; nil: none.
func (r *Relation) ColumnNamed(name string) *Column {
	for _, col := range r.Columns {
		if col.Name == name && !col.Dropped {
			return col
		}
	}
	return nil
}

// Live gives the columns that are not dropped, in order.
func (r *Relation) Live() []*Column {
	out := make([]*Column, 0, len(r.Columns))
	for _, col := range r.Columns {
		if !col.Dropped {
			out = append(out, col)
		}
	}
	return out
}

// QualifiedName gives schema.name without quotes, for messages that name both.
func (c *Catalog) QualifiedName(o Object) string {
	h := o.header()
	return strings.TrimPrefix(c.SchemaName(h.Namespace)+"."+h.Name, ".")
}
