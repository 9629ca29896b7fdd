package metadata

// A Table is an ordinary, partitioned or foreign table.
type Table struct {
	Schema           string       `json:"schema"`
	Name             string       `json:"name"`
	Kind             string       `json:"kind"`            // table, partitioned, foreign
	Persistence      string       `json:"persistence"`     // permanent, unlogged
	OfType           string       `json:"of_type"`         // CREATE TABLE … OF, or null
	PartitionKey     string       `json:"partition_key"`   // pg_get_partkeydef, or null
	PartitionOf      string       `json:"partition_of"`    // "schema.table", or null
	PartitionBound   string       `json:"partition_bound"` // FOR VALUES … or DEFAULT, or null
	Inherits         []string     `json:"inherits"`        // parents as "schema.table", in their order
	RowSecurity      bool         `json:"row_security"`
	ForceRowSecurity bool         `json:"force_row_security"`
	ReplicaIdentity  string       `json:"replica_identity"` // default, nothing, full, index
	Options          []string     `json:"options"`          // or null
	AccessMethod     string       `json:"access_method"`    // null: heap
	ForeignServer    string       `json:"foreign_server"`   // or null
	Comment          string       `json:"comment"`          // or null
	Columns          []Column     `json:"columns"`          // in their order
	PrimaryKey       *Key         `json:"primary_key"`      // or null
	Uniques          []Unique     `json:"uniques"`
	ForeignKeys      []ForeignKey `json:"foreign_keys"`
	Checks           []Check      `json:"checks"`
	Exclusions       []Exclusion  `json:"exclusions"`
	NotNulls         []NotNull    `json:"not_nulls"` // of servers from 18 on; written when there are any
	Indexes          []Index      `json:"indexes"`   // those of constraints too
	Triggers         []Trigger    `json:"triggers"`
	Policies         []Policy     `json:"policies"`
	Rules            []Rule       `json:"rules"`
}

// A Column is a column of a table.
type Column struct {
	Ordinal int    `json:"ordinal"` // from 1, dropped columns not counted
	Attnum  int    `json:"attnum"`  // from 1, dropped columns counted
	Name    string `json:"name"`
	TypeRef
	Nullable      bool     `json:"nullable"`
	Default       string   `json:"default"`        // pg_get_expr, or null
	Identity      string   `json:"identity"`       // ALWAYS, BY DEFAULT, or null
	Generated     string   `json:"generated"`      // STORED, VIRTUAL, or null
	GeneratedExpr string   `json:"generated_expr"` // pg_get_expr, or null
	Collation     string   `json:"collation"`      // null: the type's own
	Storage       string   `json:"storage"`        // PLAIN, EXTERNAL, EXTENDED, MAIN; null: the type's own
	Compression   string   `json:"compression"`    // pglz, lz4, or null
	Statistics    *int     `json:"statistics"`     // ALTER COLUMN … SET STATISTICS, or null
	Options       []string `json:"options"`        // or null
	IsLocal       bool     `json:"is_local"`
	Inherited     bool     `json:"inherited"`
	Comment       string   `json:"comment"` // or null
}

// A Key is a primary key, or what a unique constraint shares with one.
type Key struct {
	Name              string   `json:"name"`
	Columns           []string `json:"columns"` // in key order
	Include           []string `json:"include"` // or null
	Deferrable        bool     `json:"deferrable"`
	InitiallyDeferred bool     `json:"initially_deferred"`
	Period            bool     `json:"period"` // WITHOUT OVERLAPS
	IsLocal           bool     `json:"is_local"`
	Inherited         bool     `json:"inherited"`
	Comment           string   `json:"comment"` // or null
}

// A Unique is a unique constraint.
type Unique struct {
	Key
	NullsNotDistinct bool `json:"nulls_not_distinct"`
}

// A ForeignKey is a foreign key constraint.
type ForeignKey struct {
	Name               string   `json:"name"`
	Columns            []string `json:"columns"`
	RefSchema          string   `json:"ref_schema"`
	RefTable           string   `json:"ref_table"`
	RefColumns         []string `json:"ref_columns"`
	OnUpdate           string   `json:"on_update"` // NO ACTION, RESTRICT, CASCADE, SET NULL, SET DEFAULT
	OnDelete           string   `json:"on_delete"`
	OnDeleteSetColumns []string `json:"on_delete_set_columns"` // or null
	Match              string   `json:"match"`                 // SIMPLE, FULL
	Deferrable         bool     `json:"deferrable"`
	InitiallyDeferred  bool     `json:"initially_deferred"`
	Validated          bool     `json:"validated"`
	Enforced           bool     `json:"enforced"`
	Period             bool     `json:"period"`
	IsLocal            bool     `json:"is_local"`
	Inherited          bool     `json:"inherited"`
	Comment            string   `json:"comment"` // or null
}

// A Check is a CHECK constraint of a table.
type Check struct {
	Name      string   `json:"name"`
	Columns   []string `json:"columns"` // those the expression names
	Def       string   `json:"def"`     // pg_get_constraintdef
	NoInherit bool     `json:"no_inherit"`
	Validated bool     `json:"validated"`
	Enforced  bool     `json:"enforced"`
	IsLocal   bool     `json:"is_local"`
	Inherited bool     `json:"inherited"`
	Comment   string   `json:"comment"` // or null
}

// An Exclusion is an EXCLUDE constraint.
type Exclusion struct {
	Name              string   `json:"name"`
	Columns           []string `json:"columns"` // an expression among the keys has none
	Def               string   `json:"def"`     // pg_get_constraintdef
	Deferrable        bool     `json:"deferrable"`
	InitiallyDeferred bool     `json:"initially_deferred"`
	IsLocal           bool     `json:"is_local"`
	Inherited         bool     `json:"inherited"`
	Comment           string   `json:"comment"` // or null
}

// A NotNull is a NOT NULL constraint with a name, which servers from 18 on have.
type NotNull struct {
	Name      string   `json:"name"`
	Columns   []string `json:"columns"`
	NoInherit bool     `json:"no_inherit"`
	Validated bool     `json:"validated"`
	IsLocal   bool     `json:"is_local"`
	Inherited bool     `json:"inherited"`
	Comment   string   `json:"comment"` // or null
}

// An Index is an index of a table or materialized view.
type Index struct {
	Name             string     `json:"name"`
	Def              string     `json:"def"` // pg_get_indexdef
	Method           string     `json:"method"`
	Unique           bool       `json:"unique"`
	Primary          bool       `json:"primary"`
	Exclusion        bool       `json:"exclusion"`
	Constraint       string     `json:"constraint"` // the constraint it serves, or null
	Keys             []IndexKey `json:"keys"`
	Include          []string   `json:"include"`   // or null
	Predicate        string     `json:"predicate"` // pg_get_expr, or null
	NullsNotDistinct bool       `json:"nulls_not_distinct"`
	Valid            bool       `json:"valid"`
	Clustered        bool       `json:"clustered"`
	ReplicaIdentity  bool       `json:"replica_identity"`
	Options          []string   `json:"options"`      // or null
	PartitionOf      string     `json:"partition_of"` // "schema.index" of the parent, or null
	Comment          string     `json:"comment"`      // or null
}

// An IndexKey is one key of an index: a column or an expression.
type IndexKey struct {
	Column     string `json:"column"` // or null
	Expr       string `json:"expr"`   // or null
	Desc       bool   `json:"desc"`
	NullsFirst bool   `json:"nulls_first"`
	Opclass    string `json:"opclass"` // null: the type's default
}

// A Trigger is a trigger of a table or view; those that serve a foreign key are left out.
type Trigger struct {
	Name              string `json:"name"`
	Def               string `json:"def"`      // pg_get_triggerdef
	Enabled           string `json:"enabled"`  // origin, disabled, replica, always
	Function          string `json:"function"` // "schema.name"
	ConstraintTrigger bool   `json:"constraint_trigger"`
	Inherited         bool   `json:"inherited"` // from the partitioned table
	Comment           string `json:"comment"`   // or null
}

// A Policy is a row security policy.
type Policy struct {
	Name       string   `json:"name"`
	Command    string   `json:"command"` // ALL, SELECT, INSERT, UPDATE, DELETE
	Permissive bool     `json:"permissive"`
	Roles      []string `json:"roles"`      // "public" alone stands for everyone
	Using      string   `json:"using"`      // pg_get_expr, or null
	WithCheck  string   `json:"with_check"` // pg_get_expr, or null
	Comment    string   `json:"comment"`    // or null
}

// A Rule is a rewrite rule.
type Rule struct {
	Name string `json:"name"`
	Def  string `json:"def"` // pg_get_ruledef
}
