package metadata

// An Enum is an enumerated type.
type Enum struct {
	Schema  string   `json:"schema"`
	Name    string   `json:"name"`
	Labels  []string `json:"labels"`  // in their order
	Comment string   `json:"comment"` // or null
}

// A Domain is a type with constraints of its own.
type Domain struct {
	Schema    string        `json:"schema"`
	Name      string        `json:"name"`
	BaseType  string        `json:"base_type"` // as format_type writes it
	NotNull   bool          `json:"not_null"`
	Default   string        `json:"default"`   // or null
	Collation string        `json:"collation"` // null: the base type's
	Checks    []DomainCheck `json:"checks"`
	Comment   string        `json:"comment"` // or null
}

// A DomainCheck is a CHECK constraint of a domain.
type DomainCheck struct {
	Name      string `json:"name"`
	Def       string `json:"def"` // pg_get_constraintdef
	Validated bool   `json:"validated"`
}

// A Composite is what CREATE TYPE … AS (…) makes; the row types of tables are not listed.
type Composite struct {
	Schema     string      `json:"schema"`
	Name       string      `json:"name"`
	Attributes []Attribute `json:"attributes"` // in their order
	Comment    string      `json:"comment"`    // or null
}

// An Attribute is a field of a composite type.
type Attribute struct {
	Ordinal int    `json:"ordinal"` // from 1
	Attnum  int    `json:"attnum"`
	Name    string `json:"name"`
	TypeRef
	Collation string `json:"collation"` // null: the type's own
	Comment   string `json:"comment"`   // or null
}

// A Range is a range type together with its multirange type.
type Range struct {
	Schema         string `json:"schema"`
	Name           string `json:"name"`
	Subtype        string `json:"subtype"`
	Multirange     string `json:"multirange"` // its bare name
	SubtypeOpclass string `json:"subtype_opclass"`
	Canonical      string `json:"canonical"`    // "schema.function", or null
	SubtypeDiff    string `json:"subtype_diff"` // "schema.function", or null
	Comment        string `json:"comment"`      // or null
}

// A BaseType is a type written in C, or only announced so far.
type BaseType struct {
	Schema  string `json:"schema"`
	Name    string `json:"name"`
	Shell   bool   `json:"shell"`   // CREATE TYPE name; without a definition
	Comment string `json:"comment"` // or null
}
