package where

import (
	"sync"

	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// A database is what analysis needs of the real one: the system's types,
// functions and operators, which never change, and for the time of one
// analysis the tables that a clause reads. A catalog is not safe for
// concurrent use, not even for reading: it makes objects when asked for them.
type database struct {
	sync.Mutex
	c *catalog.Catalog
}

// shared serves all clauses: making a catalog costs more than most analyses.
var shared = sync.OnceValue(func() *database {
	c := catalog.New()
	c.SetSearchPath(nil)
	c.SetSetting("datestyle", "ISO, DMY")
	return &database{c: c}
})

// use runs f over the catalog and undoes what it changed.
func (d *database) use(f func(*catalog.Catalog)) {
	d.Lock()
	defer d.Unlock()
	mark := d.c.Mark()
	defer func() {
		d.c.RollbackTo(mark)
		d.c.Forget()
	}()
	f(d.c)
}

// builtinType gives a type of the system's own, nil for others.
func builtinType(oid uint32) *pg.TypeRow { return pg.TypeByOID(pg.OID(oid)) }

// analysed types a clause as PostgreSQL does.
func analysed(c *catalog.Catalog, n ast.Node, t *Table, links []*selected) (e query.Expr, err *pgerr.Error) {
	d := declarer{c: c, seen: map[*Table]*catalog.Relation{}}
	relation := d.declare(t)
	for _, s := range links {
		d.declare(s.table)
	}
	a := analyze.New(c)
	err = pgerr.Catch(func() { e = a.Where(n, analyze.KindWhere, "WHERE", analyze.Table(relation)...) })
	return e, err
}

// A declarer enters tables into the catalog.
type declarer struct {
	c    *catalog.Catalog
	seen map[*Table]*catalog.Relation
}

func (d *declarer) declare(t *Table) *catalog.Relation {
	if r := d.seen[t]; r != nil {
		return r
	}
	schema := d.schema(t.Schema)
	if r, ok := d.c.Named(catalog.ClassRelation, schema, t.Name).(*catalog.Relation); ok {
		return r
	}
	r := &catalog.Relation{Header: catalog.Header{Name: t.Name, Namespace: schema, Owner: catalog.Superuser}, Kind: 'r', Persistence: 'p'}
	for i, col := range t.Columns {
		typ := d.typ(col.Type)
		out := &catalog.Column{Num: int16(i + 1), Name: col.Name, Type: typ.OID, Typmod: col.Type.Typmod, Collation: typ.Collation, IsLocal: true}
		r.Columns = append(r.Columns, out)
	}
	d.c.Add(r)
	d.seen[t] = r
	return r
}

func (d *declarer) schema(name string) pg.OID {
	if oid := d.c.SchemaOID(name); oid != 0 {
		return oid
	}
	s := &catalog.Schema{Header: catalog.Header{Name: name, Owner: catalog.Superuser}}
	d.c.Add(s)
	return s.OID
}

// typ gives a column's type. Of one that a user made only the kind is known:
// composites pass for record, others for an opaque type.
func (d *declarer) typ(t Type) *catalog.Type {
	if typ := d.c.Type(pg.OID(t.OID)); typ != nil {
		return typ
	}
	if t.Kind == 'c' {
		return d.c.Type(pg.Record)
	}
	typ := &catalog.Type{
		Header: catalog.Header{OID: pg.OID(t.OID), Name: t.Name, Namespace: d.schema(t.Schema), Owner: catalog.Superuser},
		Len:    -1, Kind: 'b', Category: 'U', Defined: true, Delim: ',', Input: "opaque_in", Output: "opaque_out", Align: 'i', Storage: 'x', Typmod: -1,
	}
	switch {
	case t.Kind == 'e':
		typ.Kind, typ.Category, typ.Len, typ.Input, typ.Output, typ.Storage = 'e', 'E', 4, "opaque_in", "enum_out", 'p'
	case t.Elem != 0:
		elem := d.typ(Type{OID: t.Elem, Schema: t.Schema, Name: columnType(t).name, Kind: 'b'})
		typ.Elem, typ.Category, typ.Subscript, typ.Input, typ.Output = elem.OID, 'A', "array_subscript_handler", "array_in", "array_out"
	}
	d.c.Add(typ)
	return typ
}
