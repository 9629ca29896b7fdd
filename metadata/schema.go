// Package metadata is the finished description of a schema: what PostgreSQL's catalogs say of it, as plain sorted data.
//
// The compiler makes one from SQL files, package database makes one from a live server, and both are compared, hashed,
// diffed and written as the same JSON. Nothing here knows OIDs, syntax trees or connections.
//
// Conventions:
//   - A name or text that PostgreSQL has none of is "" here and null in JSON: no catalog text that can be absent is ever
//     empty when it is there.
//   - A list that is part of an object's nature (a table's columns) is [] in JSON when empty; an optional one (storage
//     options) is null. The fields' comments say "or null" for the latter.
//   - Expressions and types are the server's own text, read with an empty search_path: every name outside pg_catalog is
//     qualified. "schema.table" references join the bare names with a dot, without quoting.
//   - Lists are in the order [Schema.Sort] gives them.
package metadata

// A Schema is everything a database holds, system objects and members of extensions left out.
type Schema struct {
	Schemas       []Namespace    `json:"schemas"`
	Extensions    []Extension    `json:"extensions"`
	Tables        []Table        `json:"tables"`
	Views         []View         `json:"views"`
	Sequences     []Sequence     `json:"sequences"`
	Enums         []Enum         `json:"enums"`
	Domains       []Domain       `json:"domains"`
	Composites    []Composite    `json:"composites"`
	Ranges        []Range        `json:"ranges"`
	BaseTypes     []BaseType     `json:"base_types"`
	Functions     []Function     `json:"functions"`
	Operators     []Operator     `json:"operators"`
	Collations    []Collation    `json:"collations"`
	Statistics    []Statistics   `json:"statistics"`
	EventTriggers []EventTrigger `json:"event_triggers"`
	Publications  []Publication  `json:"publications"`
}

// A Namespace is what CREATE SCHEMA makes.
type Namespace struct {
	Name    string `json:"name"`
	Comment string `json:"comment"` // or null
}

// An Extension is what CREATE EXTENSION makes; plpgsql, which every database has, is left out.
type Extension struct {
	Schema  string `json:"schema"`
	Name    string `json:"name"`
	Version string `json:"version"`
}

// A TypeRef says what type a column has.
type TypeRef struct {
	Type       string `json:"type"`        // as format_type writes it: "character varying(160)", "public.mood[]"
	TypeSchema string `json:"type_schema"` // of the type, or of an array's element
	TypeName   string `json:"type_name"`   // pg_type's name: "int4"; of an array, its element's
	TypeKind   string `json:"type_kind"`   // base, composite, domain, enum, range, multirange, pseudo
	IsArray    bool   `json:"is_array"`
}

// A View is a view or a materialized view.
type View struct {
	Schema     string       `json:"schema"`
	Name       string       `json:"name"`
	Kind       string       `json:"kind"` // view, materialized
	Columns    []ViewColumn `json:"columns"`
	Definition string       `json:"definition"` // pg_get_viewdef
	Options    []string     `json:"options"`    // or null
	Comment    string       `json:"comment"`    // or null
	Triggers   []Trigger    `json:"triggers"`
	Rules      []Rule       `json:"rules"`     // _RETURN left out
	Populated  bool         `json:"populated"` // written for materialized ones only
	Indexes    []Index      `json:"indexes"`   // written for materialized ones only
}

// A ViewColumn is a column of a view.
type ViewColumn struct {
	Ordinal int    `json:"ordinal"` // from 1
	Attnum  int    `json:"attnum"`
	Name    string `json:"name"`
	TypeRef
	Collation string `json:"collation"` // null: the type's own
	Default   string `json:"default"`   // ALTER VIEW … ALTER COLUMN … SET DEFAULT, or null
	Comment   string `json:"comment"`   // or null
}

// A Sequence is a sequence, also one behind a serial or identity column.
type Sequence struct {
	Schema      string         `json:"schema"`
	Name        string         `json:"name"`
	Type        string         `json:"type"` // smallint, integer, bigint
	Start       int64          `json:"start"`
	Increment   int64          `json:"increment"`
	Min         int64          `json:"min"`
	Max         int64          `json:"max"`
	Cache       int64          `json:"cache"`
	Cycle       bool           `json:"cycle"`
	Persistence string         `json:"persistence"` // permanent, unlogged
	OwnedBy     *SequenceOwner `json:"owned_by"`    // or null
	Comment     string         `json:"comment"`     // or null
}

// A SequenceOwner is the column a sequence is dropped with.
type SequenceOwner struct {
	Schema   string `json:"schema"`
	Table    string `json:"table"`
	Column   string `json:"column"`
	Identity bool   `json:"identity"` // the column is an identity column; else serial or OWNED BY
}

// A Function is a function, procedure, aggregate or window function.
type Function struct {
	Schema          string   `json:"schema"`
	Name            string   `json:"name"`
	Kind            string   `json:"kind"`          // function, procedure, aggregate, window
	IdentityArgs    string   `json:"identity_args"` // pg_get_function_identity_arguments; "" stays ""
	Args            string   `json:"args"`          // pg_get_function_arguments, with defaults; "" stays ""
	Result          string   `json:"result"`        // pg_get_function_result; null for a procedure
	Language        string   `json:"language"`
	Volatility      string   `json:"volatility"` // immutable, stable, volatile
	Strict          bool     `json:"strict"`
	SecurityDefiner bool     `json:"security_definer"`
	Leakproof       bool     `json:"leakproof"`
	Parallel        string   `json:"parallel"` // safe, restricted, unsafe
	ReturnsSet      bool     `json:"returns_set"`
	Config          []string `json:"config"`  // SET clauses as "name=value", or null
	Comment         string   `json:"comment"` // or null
}

// An Operator is what CREATE OPERATOR makes.
type Operator struct {
	Schema   string `json:"schema"`
	Name     string `json:"name"`
	Left     string `json:"left"`  // null for a prefix operator
	Right    string `json:"right"` // or null
	Result   string `json:"result"`
	Function string `json:"function"` // "schema.name"
	Comment  string `json:"comment"`  // or null
}

// A Collation is what CREATE COLLATION makes.
type Collation struct {
	Schema        string `json:"schema"`
	Name          string `json:"name"`
	Provider      string `json:"provider"` // libc, icu, default, builtin
	Deterministic bool   `json:"deterministic"`
	Comment       string `json:"comment"` // or null
}

// Statistics are what CREATE STATISTICS makes.
type Statistics struct {
	Schema  string `json:"schema"`
	Name    string `json:"name"`
	Def     string `json:"def"`     // pg_get_statisticsobjdef
	Comment string `json:"comment"` // or null
}

// An EventTrigger is what CREATE EVENT TRIGGER makes.
type EventTrigger struct {
	Name     string   `json:"name"`
	Event    string   `json:"event"`
	Enabled  string   `json:"enabled"`  // origin, disabled, replica, always
	Tags     []string `json:"tags"`     // or null
	Function string   `json:"function"` // "schema.name"
	Comment  string   `json:"comment"`  // or null
}

// A Publication is what CREATE PUBLICATION makes.
type Publication struct {
	Name      string   `json:"name"`
	AllTables bool     `json:"all_tables"`
	Tables    []string `json:"tables"`  // "schema.table", those named FOR TABLE
	Schemas   []string `json:"schemas"` // those named FOR TABLES IN SCHEMA; written when there are any
	Comment   string   `json:"comment"` // written when there is one
}
