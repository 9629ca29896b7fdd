package shape

import (
	"slices"

	"github.com/electric-cli/electric/shape/wire"
)

// routes say which shapes a table's changes are for. They are not altered: each
// change makes new ones, so that the consumer reads them without a lock.
type routes struct {
	// tables are the shapes on each table. Shapes that were made before the table
	// was altered, and live on, have a route of their own.
	tables map[uint32][]*route
	// readers are shapes whose filter reads a table that is not their own.
	readers map[uint32][]*Shape
}

// A route is the shapes on one table, as it was when they were made. Those whose
// filter demands that a column equals a constant are found by that.
type route struct {
	table   *wire.Table
	rest    []*Shape
	byValue map[int]map[string][]*Shape // column, value
	all     []*Shape
}

func (r *routes) clone() *routes {
	c := &routes{tables: map[uint32][]*route{}, readers: map[uint32][]*Shape{}}
	for oid, t := range r.tables {
		c.tables[oid] = t
	}
	for oid, list := range r.readers {
		c.readers[oid] = list
	}
	return c
}

func (r *routes) with(s *Shape) *routes {
	c := r.clone()
	oid := s.definition.Table.OID
	list := slices.Clone(c.tables[oid])
	i := slices.IndexFunc(list, func(r *route) bool { return sameStructure(r.table, s.definition.Table) })
	if i < 0 {
		c.tables[oid] = append(list, newRoute([]*Shape{s}))
	} else {
		list[i] = newRoute(append(slices.Clone(list[i].all), s))
		c.tables[oid] = list
	}
	for _, oid := range s.reads() {
		c.readers[oid] = append(slices.Clone(c.readers[oid]), s)
	}
	return c
}

func (r *routes) without(s *Shape) *routes {
	c := r.clone()
	drop := func(list []*Shape) []*Shape {
		return slices.DeleteFunc(slices.Clone(list), func(other *Shape) bool { return other == s })
	}
	oid := s.definition.Table.OID
	list := slices.Clone(c.tables[oid])
	if i := slices.IndexFunc(list, func(r *route) bool { return slices.Contains(r.all, s) }); i >= 0 {
		if left := drop(list[i].all); len(left) > 0 {
			list[i] = newRoute(left)
		} else {
			list = slices.Delete(list, i, i+1)
		}
	}
	if c.tables[oid] = list; len(list) == 0 {
		delete(c.tables, oid)
	}
	for _, oid := range s.reads() {
		if c.readers[oid] = drop(c.readers[oid]); len(c.readers[oid]) == 0 {
			delete(c.readers, oid)
		}
	}
	return c
}

// on gives the shapes that depend on any of some tables.
func (r *routes) on(oids []uint32) (list []*Shape) {
	for _, oid := range oids {
		for _, t := range r.tables[oid] {
			list = append(list, t.all...)
		}
		list = append(list, r.readers[oid]...)
	}
	return list
}

func newRoute(list []*Shape) *route {
	r := &route{table: list[0].definition.Table, all: list, byValue: map[int]map[string][]*Shape{}}
	for _, s := range list {
		column, value, ok := s.equal()
		if !ok {
			r.rest = append(r.rest, s)
			continue
		}
		if r.byValue[column] == nil {
			r.byValue[column] = map[string][]*Shape{}
		}
		r.byValue[column][value] = append(r.byValue[column][value], s)
	}
	return r
}

// equal gives a column and the value it has in every row of the shape.
func (s *Shape) equal() (column int, value string, ok bool) {
	if s.definition.Where == nil || s.sub != nil {
		return 0, "", false
	}
	return s.definition.Where.Equal()
}

// each calls f for the shapes that a row's change may be for, each once.
func (r *route) each(old, now [][]byte, f func(*Shape)) {
	for _, s := range r.rest {
		f(s)
	}
	for column, values := range r.byValue {
		var before []byte
		if old != nil {
			before = old[column]
		}
		for _, s := range values[string(before)] {
			f(s)
		}
		if now == nil || old != nil && string(now[column]) == string(before) {
			continue
		}
		for _, s := range values[string(now[column])] {
			f(s)
		}
	}
}
