package metadata

import (
	"slices"
	"strings"
)

// A Ground is what a database held before the first migration: its platform's
// schemas, with all that is in them, and what else was there. It is nobody's
// drift, and no part of what migrations make.
type Ground struct {
	Schemas []string `json:"schemas"` // all in them is the ground's
	Objects []string `json:"objects"` // others, by their paths
	Own     []string `json:"own"`     // what migrations made all the same, by its paths
}

// An Object is one of a schema's objects, as Filter tells of it.
type Object struct {
	Path   string // as Diff names it: "table public.orders"
	Schema string // it is in, or is; "" for what is in none
}

// GroundOf makes a ground of everything in a schema. The schema public stays the
// migrations', whatever is in it.
func GroundOf(s *Schema) *Ground {
	g := &Ground{Schemas: []string{}, Objects: []string{}, Own: []string{}}
	for _, n := range s.Schemas {
		if n.Name != "public" {
			g.Schemas = append(g.Schemas, n.Name)
		}
	}
	s.Filter(func(o Object) bool {
		if !slices.Contains(g.Schemas, o.Schema) && o.Path != "schema public" {
			g.Objects = append(g.Objects, o.Path)
		}
		return true
	})
	slices.Sort(g.Objects)
	return g
}

// Holds reports whether an object is the ground's.
func (g *Ground) Holds(o Object) bool {
	if g == nil || slices.Contains(g.Own, o.Path) {
		return false
	}
	return slices.Contains(g.Schemas, o.Schema) || slices.Contains(g.Objects, o.Path)
}

// Without gives what of a database is not the ground's.
func (g *Ground) Without(s *Schema) *Schema {
	if g == nil {
		return s
	}
	return s.Filter(func(o Object) bool { return !g.Holds(o) })
}

// Filter gives a schema of those objects that keep wants. Each is asked for once.
func (s *Schema) Filter(keep func(Object) bool) *Schema {
	in := func(kind, schema, name string) bool { return keep(Object{kind + " " + schema + "." + name, schema}) }
	return &Schema{
		Schemas:       kept(s.Schemas, func(x *Namespace) bool { return keep(Object{"schema " + x.Name, x.Name}) }),
		Extensions:    kept(s.Extensions, func(x *Extension) bool { return keep(Object{"extension " + x.Name, x.Schema}) }),
		Tables:        kept(s.Tables, func(x *Table) bool { return in("table", x.Schema, x.Name) }),
		Views:         kept(s.Views, func(x *View) bool { return in("view", x.Schema, x.Name) }),
		Sequences:     kept(s.Sequences, func(x *Sequence) bool { return in("sequence", x.Schema, x.Name) }),
		Enums:         kept(s.Enums, func(x *Enum) bool { return in("enum", x.Schema, x.Name) }),
		Domains:       kept(s.Domains, func(x *Domain) bool { return in("domain", x.Schema, x.Name) }),
		Composites:    kept(s.Composites, func(x *Composite) bool { return in("composite type", x.Schema, x.Name) }),
		Ranges:        kept(s.Ranges, func(x *Range) bool { return in("range", x.Schema, x.Name) }),
		BaseTypes:     kept(s.BaseTypes, func(x *BaseType) bool { return in("base type", x.Schema, x.Name) }),
		Functions:     kept(s.Functions, func(x *Function) bool { return in("function", x.Schema, x.Name+"("+x.IdentityArgs+")") }),
		Operators:     kept(s.Operators, func(x *Operator) bool { return in("operator", x.Schema, x.Name+"("+x.Left+", "+x.Right+")") }),
		Collations:    kept(s.Collations, func(x *Collation) bool { return in("collation", x.Schema, x.Name) }),
		Statistics:    kept(s.Statistics, func(x *Statistics) bool { return in("statistics", x.Schema, x.Name) }),
		EventTriggers: kept(s.EventTriggers, func(x *EventTrigger) bool { return keep(Object{"event trigger " + x.Name, schemaOf(x.Function)}) }),
		Publications:  kept(s.Publications, func(x *Publication) bool { return keep(Object{"publication " + x.Name, ""}) }),
	}
}

func kept[T any](list []T, keep func(*T) bool) []T {
	var out []T
	for i := range list {
		if keep(&list[i]) {
			out = append(out, list[i])
		}
	}
	return out
}

// schemaOf is the schema in "schema.name".
func schemaOf(name string) string {
	schema, _, _ := strings.Cut(name, ".")
	return schema
}
