// Package describe turns the catalog into metadata: the finished, sorted
// description that bundles hold and hashes are made of. What it says of a
// catalog is what package database reads from a live server of the same schema.
//
// Texts are written with an empty search_path, as pg_dump reads a database, so
// every name outside pg_catalog is qualified. System objects, temporary ones and
// members of extensions are left out. Nothing is changed.
package describe

import (
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/deparse"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// Schema describes everything in the catalog.
func Schema(c *catalog.Catalog) *metadata.Schema { return SchemaWith(c, Known{}) }

// Known is what was described before and is still right, by OID.
type Known struct {
	Tables map[pg.OID]*metadata.Table
	Views  map[pg.OID]*metadata.View
}

// SchemaWith describes everything, taking what is known as it is.
func SchemaWith(c *catalog.Catalog, known Known) *metadata.Schema {
	s := &metadata.Schema{}
	inText(c, func(d describer) {
		d.relations(s, known)
		d.types(s)
		d.functions(s)
		d.others(s)
	})
	s.Sort()
	return s
}

// Table describes one table.
func Table(c *catalog.Catalog, r *catalog.Relation) *metadata.Table {
	t := &metadata.Table{}
	inText(c, func(d describer) { *t = d.table(r) })
	t.Sort()
	return t
}

// View describes one view.
func View(c *catalog.Catalog, r *catalog.Relation) *metadata.View {
	v := &metadata.View{}
	inText(c, func(d describer) { *v = d.view(r) })
	v.Sort()
	return v
}

// IsView reports whether Schema lists a relation among its views.
func IsView(c *catalog.Catalog, r *catalog.Relation) bool {
	return (r.Kind == catalog.View || r.Kind == catalog.MaterializedView) && describer{c}.listed(r)
}

// IsTable reports whether Schema lists a relation among its tables.
func IsTable(c *catalog.Catalog, r *catalog.Relation) bool {
	return tableKinds[r.Kind] != "" && describer{c}.listed(r)
}

// Types describes the enums, domains, composites and ranges, and nothing else.
func Types(c *catalog.Catalog) *metadata.Schema {
	s := &metadata.Schema{}
	inText(c, func(d describer) { d.types(s) })
	s.Sort()
	return s
}

// inText runs f with the search_path that texts are written with.
func inText(c *catalog.Catalog, f func(describer)) {
	c.WithSearchPath(nil, func() { f(describer{c}) })
}

// A describer reads one catalog.
type describer struct{ *catalog.Catalog }

// listed reports whether an object is described: it is in a schema of the
// user's, and no extension brought it.
func (d describer) listed(o catalog.Object) bool {
	h := catalog.HeaderOf(o)
	if h.Namespace != 0 && (d.IsTemp(h.Namespace) || isSystemSchema(d.SchemaName(h.Namespace))) {
		return false
	}
	return !d.depends(o, catalog.DependExtension, catalog.ClassExtension)
}

func isSystemSchema(name string) bool {
	return strings.HasPrefix(name, "pg_") || name == "information_schema"
}

// depends reports whether o needs an object of a class in a certain way.
func (d describer) depends(o catalog.Object, kind catalog.DependKind, class catalog.Class) bool {
	for _, dep := range d.Dependencies(o.Address()) {
		if dep.Kind == kind && dep.Referenced.Class == class {
			return true
		}
	}
	return false
}

// each calls do for the listed objects of a class.
func each[T catalog.Object](d describer, do func(T)) {
	eachOf(d, func(T) bool { return true }, do)
}

// eachOf calls do for the listed objects of a class that are wanted. Whether one
// is listed costs more than what most are not wanted for.
func eachOf[T catalog.Object](d describer, wanted func(T) bool, do func(T)) {
	for _, o := range catalog.All[T](d.Catalog) {
		if wanted(o) && d.listed(o) {
			do(o)
		}
	}
}

func (d describer) schemaOf(o catalog.Object) string {
	return d.SchemaName(catalog.HeaderOf(o).Namespace)
}

// dotted is "schema.name", without quoting.
func (d describer) dotted(o catalog.Object) string {
	return d.schemaOf(o) + "." + catalog.HeaderOf(o).Name
}

// relation gives "schema.table" of a relation, "" for none.
func (d describer) relation(oid pg.OID) string {
	if r := d.Relation(oid); r != nil {
		return d.dotted(r)
	}
	return ""
}

// function gives "schema.name" of a function, "" for none.
func (d describer) function(oid pg.OID) string {
	if f := d.Proc(oid); f != nil {
		return d.dotted(f)
	}
	return ""
}

func (d describer) comment(o catalog.Object) string { return d.Comment(o.Address()) }

// expr writes an expression over the columns of r, "" for none.
func (d describer) expr(e query.Expr, r *catalog.Relation) string {
	if e == nil {
		return ""
	}
	return deparse.Expr(d.Catalog, e, r)
}

// name gives the name of any object, "" when it is not there.
func (d describer) name(class catalog.Class, oid pg.OID) string {
	if o := d.Object(catalog.Address{Class: class, OID: oid}); o != nil {
		return catalog.HeaderOf(o).Name
	}
	return ""
}

// typeRef says what type a column has.
func (d describer) typeRef(oid pg.OID, typmod int32) (ref metadata.TypeRef, t *catalog.Type) {
	t = d.Type(oid)
	ref.Type = deparse.FormatType(d.Catalog, oid, typmod)
	if t == nil {
		return ref, nil
	}
	element := t
	if e := d.Type(t.Elem); e != nil && e.Array == t.OID { // int2vector is subscripted, but no array
		element, ref.IsArray = e, true
	}
	ref.TypeSchema, ref.TypeName, ref.TypeKind = d.schemaOf(element), element.Name, typeKinds[element.Kind]
	return ref, t
}

// collation names a collation, "" when it is the type's own.
func (d describer) collation(oid, own pg.OID) string {
	if oid == own || oid == 0 {
		return ""
	}
	co := d.Collation(oid)
	if co == nil {
		return ""
	}
	if schema := d.schemaOf(co); schema != "pg_catalog" {
		return schema + "." + co.Name
	}
	return co.Name
}

// options writes storage options as "name=value".
func options(list []catalog.Option) (texts []string) {
	for _, o := range list {
		texts = append(texts, o.Name+"="+o.Value)
	}
	return texts
}

// attname gives the name of a column by its number.
func attname(r *catalog.Relation, number int16) string { return r.Columns[number-1].Name }

// attnames gives the names of columns by number.
func attnames(r *catalog.Relation, numbers []int16) []string {
	names := make([]string, 0, len(numbers))
	for _, n := range numbers {
		if n > 0 && int(n) <= len(r.Columns) {
			names = append(names, attname(r, n))
		}
	}
	return names
}
