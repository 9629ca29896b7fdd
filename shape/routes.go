package shape

import (
	"slices"
	"sync"

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
	table *wire.Table
	all   []*Shape
	rest  []*Shape // those that no value finds
	found *byValue // the others; shared with the routes that are made of this one
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
		i = len(list)
		list = append(list, &route{table: s.definition.Table, found: &byValue{columns: map[int]map[string][]*Shape{}}})
	}
	list[i] = list[i].with(s)
	c.tables[oid] = list
	for _, oid := range s.reads() {
		c.readers[oid] = append(slices.Clone(c.readers[oid]), s)
	}
	return c
}

func (r *routes) without(s *Shape) *routes {
	c := r.clone()
	oid := s.definition.Table.OID
	list := slices.Clone(c.tables[oid])
	if i := slices.IndexFunc(list, func(r *route) bool { return slices.Contains(r.all, s) }); i >= 0 {
		if list[i] = list[i].without(s); len(list[i].all) == 0 {
			list = slices.Delete(list, i, i+1)
		}
	}
	if c.tables[oid] = list; len(list) == 0 {
		delete(c.tables, oid)
	}
	for _, oid := range s.reads() {
		if c.readers[oid] = without(c.readers[oid], s); len(c.readers[oid]) == 0 {
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

func (r *route) with(s *Shape) *route {
	c := *r
	c.all = append(slices.Clone(r.all), s)
	if column, value, ok := s.equal(); ok {
		r.found.add(column, value, s)
	} else {
		c.rest = append(slices.Clone(r.rest), s)
	}
	return &c
}

func (r *route) without(s *Shape) *route {
	c := *r
	c.all = without(r.all, s)
	if column, value, ok := s.equal(); ok {
		r.found.remove(column, value, s)
	} else {
		c.rest = without(r.rest, s)
	}
	return &c
}

func without(list []*Shape, s *Shape) []*Shape {
	return slices.DeleteFunc(slices.Clone(list), func(other *Shape) bool { return other == s })
}

// equal gives a column and the value it has in every row of the shape.
func (s *Shape) equal() (column int, value string, ok bool) {
	if s.definition.Where == nil || s.sub != nil {
		return 0, "", false
	}
	return s.definition.Where.Equal()
}

// each calls f for the shapes that a row's change may be for, each once.
func (r *route) each(old, now wire.Row, f func(*Shape)) {
	for _, s := range r.rest {
		f(s)
	}
	for _, s := range r.found.find(old, now) {
		f(s)
	}
}

// byValue finds shapes by the value that their filter demands of a column. There
// may be thousands, of a row each: it is altered, not made anew.
type byValue struct {
	mu      sync.RWMutex
	columns map[int]map[string][]*Shape
}

func (v *byValue) add(column int, value string, s *Shape) {
	v.mu.Lock()
	defer v.mu.Unlock()
	values := v.columns[column]
	if values == nil {
		values = map[string][]*Shape{}
		v.columns[column] = values
	}
	values[value] = append(values[value], s)
}

func (v *byValue) remove(column int, value string, s *Shape) {
	v.mu.Lock()
	defer v.mu.Unlock()
	values := v.columns[column]
	if values[value] = without(values[value], s); len(values[value]) == 0 {
		delete(values, value)
	}
	if len(values) == 0 {
		delete(v.columns, column)
	}
}

// find gives the shapes of the values that a row has or had.
func (v *byValue) find(old, now wire.Row) (list []*Shape) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	for column, values := range v.columns {
		var before, after []byte // nil for NULL, which equals nothing
		if old != nil {
			before = old[column]
		}
		if now != nil {
			after = now[column]
		}
		if before != nil {
			list = append(list, values[string(before)]...)
		}
		if after != nil && (before == nil || string(after) != string(before)) {
			list = append(list, values[string(after)]...)
		}
	}
	return list
}
