package catalog

import (
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// An Object is anything that has an OID, can be depended on, commented and
// dropped. Objects are shared by pointer; whoever changes one calls
// Catalog.Touch first, so that the change can be undone.
type Object interface {
	Address() Address
	header() *Header
	save() func() // gives what restores the object to its present state
}

// A Header is what all objects have.
type Header struct {
	OID       pg.OID
	Name      string
	Namespace pg.OID // 0 for objects without a schema
	Owner     pg.OID
	ACL       []ACLItem // nil: the default privileges of its kind
	touched   int       // the journal's epoch when it was last saved
}

func (h *Header) header() *Header { return h }

// An ACLItem is one grantee's privileges on an object.
type ACLItem struct {
	Grantee   pg.OID // 0: PUBLIC
	Grantor   pg.OID
	Privs     uint32 // ACL_ bits of parsenodes.h
	GrantOpts uint32
}

// A Schema is a row of pg_namespace.
type Schema struct {
	Header
	Temp bool
}

// The values of Relation.Kind, pg_class.relkind.
const (
	Table            = 'r'
	Index            = 'i'
	Sequence         = 'S'
	View             = 'v'
	MaterializedView = 'm'
	CompositeType    = 'c'
	ForeignTable     = 'f'
	PartitionedTable = 'p'
	PartitionedIndex = 'I'
)

// A Relation is a row of pg_class with everything that hangs on it.
type Relation struct {
	Header
	Kind             byte // relkind
	Persistence      byte // relpersistence: p u t
	Type             pg.OID
	OfType           pg.OID // CREATE TABLE OF
	AccessMethod     pg.OID
	Tablespace       string
	Options          []Option // reloptions
	ToastOptions     []Option
	Columns          []*Column // attnum n is at n-1; dropped ones stay
	Inherits         []pg.OID  // parents in order of pg_inherits.inhseqno
	Children         []pg.OID
	IsPartition      bool
	PartitionKey     *PartitionKey
	PartitionBound   *PartitionBound
	RowSecurity      bool
	ForceRowSecurity bool
	ReplicaIdentity  byte // d n f i
	Populated        bool // of a materialised view
	OnCommit         ast.OnCommitAction
	TempSession      bool

	Constraints []*Constraint
	Indexes     []*Relation // those on this relation
	Triggers    []*Trigger
	Policies    []*Policy
	Rules       []*Rule

	IndexInfo *IndexInfo    // of an index
	SeqInfo   *SequenceInfo // of a sequence
	Query     *query.Query  // of a view, materialised view
	Foreign   *ForeignInfo  // of a foreign table
}

// A Column is a row of pg_attribute, with its pg_attrdef.
type Column struct {
	Num         int16
	Name        string
	Type        pg.OID
	Typmod      int32
	NDims       int
	NotNull     bool
	Default     query.Expr // default or generation expression
	DefaultOID  pg.OID     // its pg_attrdef
	Identity    byte       // 0, a (ALWAYS) or d (BY DEFAULT)
	Generated   byte       // 0 or s
	Dropped     bool
	IsLocal     bool
	InhCount    int
	Collation   pg.OID
	Storage     byte
	Compression byte // 0, p or l
	Statistics  int  // -1: the default
	Options     []Option
	FDWOptions  []Option
	ACL         []ACLItem
}

// An Option is one of WITH (name = value).
type Option struct {
	Namespace string
	Name      string
	Value     string
}

// An IndexInfo is a row of pg_index.
type IndexInfo struct {
	Relation         pg.OID
	Unique           bool
	NullsNotDistinct bool
	Primary          bool
	Exclusion        bool
	Immediate        bool
	Clustered        bool
	Valid            bool
	ReplIdent        bool
	Keys             []IndexKey // key columns, then INCLUDE columns
	KeyCount         int        // how many of Keys are key columns
	Predicate        query.Expr
	Parent           pg.OID // the partitioned index it belongs to
	ExclusionOps     []pg.OID
}

// An IndexKey is one column of an index.
type IndexKey struct {
	Column     int16      // 0 for an expression
	Expr       query.Expr // over Vars of varno 1
	Collation  pg.OID
	OpClass    pg.OID
	OpOptions  []Option
	Desc       bool
	NullsFirst bool
}

// A SequenceInfo is a row of pg_sequence.
type SequenceInfo struct {
	Type      pg.OID
	Start     int64
	Increment int64
	Min       int64
	Max       int64
	Cache     int64
	Cycle     bool
	LastValue int64
	IsCalled  bool
}

// A PartitionKey is a row of pg_partitioned_table.
type PartitionKey struct {
	Strategy byte // r l h
	Keys     []IndexKey
}

// A PartitionBound is FOR VALUES … of a partition.
type PartitionBound struct {
	Strategy  byte
	IsDefault bool
	Modulus   int
	Remainder int
	List      []*query.Const
	Lower     []RangeDatum
	Upper     []RangeDatum
}

// A RangeDatum is one bound of a range partition. Kind is -1 MINVALUE, 0 value, 1 MAXVALUE.
type RangeDatum struct {
	Kind  int
	Value *query.Const
}

// A ForeignInfo is a row of pg_foreign_table.
type ForeignInfo struct {
	Server  pg.OID
	Options []Option
}

// A Constraint is a row of pg_constraint.
type Constraint struct {
	Header
	Kind         byte // contype: c f p u t x
	Deferrable   bool
	Deferred     bool
	Validated    bool
	Relation     pg.OID // 0 for a domain's
	Type         pg.OID // the domain
	Index        pg.OID
	Parent       pg.OID // the constraint of the parent table
	Foreign      pg.OID // the referenced table
	OnUpdate     byte   // a r c n d
	OnDelete     byte
	Match        byte // f p s
	IsLocal      bool
	InhCount     int
	NoInherit    bool
	Key          []int16 // conkey
	ForeignKey   []int16 // confkey
	PFEqOps      []pg.OID
	PPEqOps      []pg.OID
	FFEqOps      []pg.OID
	DeleteSet    []int16
	ExclusionOps []pg.OID
	Check        query.Expr // over Vars of varno 1, or CoerceToDomainValue
}

// A Trigger is a row of pg_trigger.
type Trigger struct {
	Header
	Relation     pg.OID
	Parent       pg.OID
	Function     pg.OID
	Type         int16 // TRIGGER_TYPE_ bits
	Enabled      byte  // O D R A
	Internal     bool
	ConstrRel    pg.OID
	ConstrIndex  pg.OID
	Constraint   pg.OID
	Deferrable   bool
	InitDeferred bool
	Columns      []int16
	Args         []string
	When         query.Expr // varno 1 is OLD, 2 is NEW
	OldTable     string
	NewTable     string
}

// A Policy is a row of pg_policy.
type Policy struct {
	Header
	Relation   pg.OID
	Command    byte // r a w d *
	Permissive bool
	Roles      []pg.OID // 0: PUBLIC
	Using      query.Expr
	WithCheck  query.Expr
}

// A Rule is a row of pg_rewrite other than a view's _RETURN.
type Rule struct {
	Header
	Relation pg.OID
	Event    ast.CmdType
	Enabled  byte
	Instead  bool
	Qual     query.Expr // varno 1 is OLD, 2 is NEW
	Actions  []*query.Query
}

// A Type is a row of pg_type, with pg_enum's or pg_range's.
type Type struct {
	Header
	Len         int16
	ByVal       bool
	Kind        byte // typtype: b c d e p r m
	Category    byte
	Preferred   bool
	Defined     bool // false: a shell type
	Delim       byte
	RelID       pg.OID
	Subscript   string
	Elem        pg.OID
	Array       pg.OID
	Input       string
	Output      string
	TypmodIn    string
	TypmodOut   string
	Align       byte
	Storage     byte
	BaseType    pg.OID
	Typmod      int32
	NDims       int
	NotNull     bool
	Collation   pg.OID
	Default     query.Expr
	DefaultText string
	Labels      []EnumLabel   // of an enum, in order
	Range       *pg.RangeRow  // of a range or multirange
	Constraints []*Constraint // of a domain
}

// An EnumLabel is a row of pg_enum.
type EnumLabel struct {
	OID   pg.OID
	Label string
	// Unsafe says that the label was added in the running transaction to a type
	// that is older: it cannot be used yet (55P04).
	Unsafe bool
}

// A Proc is a row of pg_proc, with pg_aggregate's.
type Proc struct {
	Header
	Kind        byte // prokind: f p a w
	Lang        pg.OID
	Variadic    pg.OID
	SecDef      bool
	Leakproof   bool
	Strict      bool
	RetSet      bool
	Volatile    byte
	Parallel    byte
	RetType     pg.OID
	ArgTypes    []pg.OID // input arguments
	AllArgTypes []pg.OID // nil when all are IN
	ArgModes    string
	ArgNames    []string
	Defaults    []query.Expr // of the last input arguments
	DefaultText string       // of a system function: pg_get_expr(proargdefaults)
	NDefaults   int
	Config      []string
	Src         string
	Bin         string
	Body        []*query.Query // of BEGIN ATOMIC
	Cost        float64
	Rows        float64
	Support     pg.OID
	Agg         *Aggregate
}

// An Aggregate is a row of pg_aggregate.
type Aggregate struct {
	Kind      byte // n o h
	Direct    int
	TransFn   pg.OID
	FinalFn   pg.OID
	TransType pg.OID
	InitVal   string
	SortOp    pg.OID
	Others    []Option // the remaining options, as they were given
}

// An Operator is a row of pg_operator.
type Operator struct {
	Header
	Kind       byte // b l
	CanMerge   bool
	CanHash    bool
	Left       pg.OID
	Right      pg.OID
	Result     pg.OID
	Commutator pg.OID
	Negator    pg.OID
	Code       pg.OID
	Rest       pg.OID
	Join       pg.OID
}

// A Cast is a row of pg_cast.
type Cast struct {
	Header
	Source  pg.OID
	Target  pg.OID
	Func    pg.OID
	Context byte // e a i
	Method  byte // f i b
}

// A Collation is a row of pg_collation.
type Collation struct {
	Header
	Provider      byte
	Deterministic bool
	Collate       string
	Ctype         string
	Locale        string
}

// An OpClass is a row of pg_opclass.
type OpClass struct {
	Header
	Method  pg.OID
	Family  pg.OID
	InType  pg.OID
	Default bool
	KeyType pg.OID
}

// An OpFamily is a row of pg_opfamily with its pg_amop and pg_amproc.
type OpFamily struct {
	Header
	Method pg.OID
	Ops    []pg.AmopRow
	Procs  []pg.AmprocRow
}

// An AccessMethod is a row of pg_am.
type AccessMethod struct {
	Header
	Row     pg.AmRow
	Handler pg.OID
}

// An Extension is a row of pg_extension.
type Extension struct {
	Header
	Version     string
	Relocatable bool
}

// A Role is a row of pg_authid with its memberships.
type Role struct {
	Header
	Super, Inherit, CreateRole, CreateDB, Login, Replication, BypassRLS bool
	MemberOf                                                            []Membership
}

// A Membership is a row of pg_auth_members.
type Membership struct {
	Role  pg.OID
	Admin bool
}

// A Publication is a row of pg_publication with what it publishes.
type Publication struct {
	Header
	AllTables                        bool
	Insert, Update, Delete, Truncate bool
	ViaRoot                          bool
	Tables                           []PublicationTable
	Schemas                          []pg.OID
}

// A PublicationTable is a row of pg_publication_rel.
type PublicationTable struct {
	OID      pg.OID
	Relation pg.OID
	Where    query.Expr
	Columns  []int16
}

// A Statistics is a row of pg_statistic_ext.
type Statistics struct {
	Header
	Relation pg.OID
	Columns  []int16
	Exprs    []query.Expr
	Kinds    []byte // d f m e
	Target   int
}

// An EventTrigger is a row of pg_event_trigger.
type EventTrigger struct {
	Header
	Event    string
	Function pg.OID
	Enabled  byte
	Tags     []string
}

// A Generic is an object of which only name, owner and options matter: a
// language, conversion, text search object, foreign-data wrapper, server, user
// mapping, transform, subscription, large object, tablespace, database.
type Generic struct {
	Header
	Class   Class
	Options []Option
	Parent  pg.OID // a server's wrapper, a mapping's server, a configuration's parser
	Handler pg.OID
	Extra   string // an object's second name: a user mapping's role, a transform's language
}
