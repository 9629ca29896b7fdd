package where

import "strings"

// An etype is a type as Electric's checker sees one: by name.
type etype struct {
	name  string
	array bool // of elements of the type that name is
	enum  bool
	row   bool // name is how messages write it
}

// The types that the checker itself names.
var (
	tUnknown = etype{name: "unknown"}
	tBool    = etype{name: "bool"}
	tInt4    = etype{name: "int4"}
	tInt8    = etype{name: "int8"}
	tNumeric = etype{name: "numeric"}
	tText    = etype{name: "text"}
)

// named reads a type's name as the tables of known.go write it: "int4",
// "anyarray".
func named(name string) etype { return etype{name: name} }

func arrayOf(t etype) etype { return etype{name: t.name, array: true, enum: t.enum} }

func (t etype) elem() etype { return etype{name: t.name, enum: t.enum} }

// String names the type as Electric's messages do.
func (t etype) String() string {
	switch {
	case t.array:
		return t.elem().String() + "[]"
	case t.enum:
		return "enum " + t.name
	}
	return t.name
}

func rowOf(types []etype) etype {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = t.String()
	}
	return etype{name: "row of (" + strings.Join(names, ", ") + ")", row: true}
}

// columnType gives a column's type to the checker. Arrays are of their
// element's type; an enum's array is of a type with the enum's name.
func columnType(t Type) etype {
	if t.Elem != 0 {
		name := t.Name
		if e := builtinType(t.Elem); e != nil {
			name = e.Name
		} else {
			name = strings.TrimPrefix(name, "_") // as makeArrayTypeName names it
		}
		return etype{name: name, array: true}
	}
	return etype{name: t.Name, enum: t.Kind == 'e'}
}

// isText says whether any text is a value of the type.
func (t etype) isText() bool {
	switch t {
	case tText, named("varchar"), named("name"), named("bpchar"):
		return true
	}
	return false
}

// category gives the type category, "" for types the catalogue does not have.
func (t etype) category() string {
	if t.array {
		return "array"
	}
	if simplePolymorphic[t.name] || commonPolymorphic[t.name] {
		return "pseudo"
	}
	return categories[t.name]
}

// preferred says whether its category prefers the type.
func (t etype) preferred() bool {
	switch t {
	case tBool, named("float8"), tText, named("timestamptz"), named("interval"):
		return true
	}
	return false
}

// categories holds the categories of the types that the catalogue has.
var categories = map[string]string{
	"bool": "boolean", "int2": "numeric", "int4": "numeric", "int8": "numeric",
	"float4": "numeric", "float8": "numeric", "numeric": "numeric",
	"name": "string", "text": "string", "varchar": "string",
	"date": "datetime", "time": "datetime", "timestamp": "datetime", "timestamptz": "datetime",
	"interval": "timespan", "unknown": "unknown", "bytea": "user", "uuid": "user",
}
