// Package pg holds the facts of PostgreSQL itself: the types, functions,
// operators, casts, access methods and system relations that every database
// has, and those that each known extension brings. The rows are generated from
// a real server's pg_catalog by generate.go; they are constant data, laid out
// by the linker, so that a program which needs three functions pays for three.
//
// Row fields have the names of the catalog columns they come from. The package
// imports nothing of ours.
package pg

//go:generate go run generate.go

// An OID identifies a catalog object, as in PostgreSQL. System objects have
// the server's own OIDs (below 16384), an extension's objects have fixed ones
// from 20000 up, and what migrations create is numbered from FirstUserOID.
type OID uint32

// FirstUserOID is the first OID given to an object that a migration creates.
const FirstUserOID OID = 200000

// PgToast is the schema of TOAST tables; every database has it.
const PgToast OID = 99

// A TypeRow is a row of pg_type.
type TypeRow struct {
	OID       OID
	Name      string
	Namespace OID
	Len       int16 // -1 varlena, -2 cstring
	ByVal     bool
	Kind      byte // typtype: b c d e p r m
	Category  byte // typcategory
	Preferred bool
	Delim     byte
	RelID     OID
	Subscript string // subscript handler's name: "" none, array_subscript_handler, …
	Elem      OID
	Array     OID
	Input     string // names of the I/O functions, as regproc shows them
	Output    string
	TypmodIn  string
	TypmodOut string
	Align     byte
	Storage   byte
	BaseType  OID
	Typmod    int32
	NotNull   bool
	Collation OID
	Default   string
}

// A ProcRow is a row of pg_proc, with pg_aggregate's for an aggregate.
type ProcRow struct {
	OID         OID
	Name        string
	Namespace   OID
	Kind        byte // prokind: f p a w
	Lang        byte // prolang: i internal, c C, s SQL, p plpgsql
	Variadic    OID
	SecDef      bool
	Leakproof   bool
	Strict      bool
	RetSet      bool
	Volatile    byte // i s v
	Parallel    byte // s r u
	NArgs       int16
	NDefaults   int16
	RetType     OID
	ArgTypes    []OID
	AllArgTypes []OID  // nil when all are IN
	ArgModes    string // one of i o b v t for each of AllArgTypes
	ArgNames    []string
	ArgDefaults string // pg_get_expr(proargdefaults), "" for none
	// Src is prosrc: the C symbol, or the body of a SQL or PL/pgSQL function. The
	// bodies of PostGIS, whose licence is not ours, are left out, as are its ViewDefs.
	Src       string
	AggKind   byte // n o h, 0 for no aggregate
	AggDirect int16
}

// An OperatorRow is a row of pg_operator.
type OperatorRow struct {
	OID        OID
	Name       string
	Namespace  OID
	Kind       byte // oprkind: b l
	CanMerge   bool
	CanHash    bool
	Left       OID
	Right      OID
	Result     OID
	Commutator OID
	Negator    OID
	Code       OID
	Rest       OID
	Join       OID
}

// A CastRow is a row of pg_cast.
type CastRow struct {
	OID     OID
	Source  OID
	Target  OID
	Func    OID  // 0 for a binary or I/O cast
	Context byte // e explicit, a assignment, i implicit
	Method  byte // f function, i inout, b binary
}

// A CollationRow is a row of pg_collation.
type CollationRow struct {
	OID           OID
	Name          string
	Namespace     OID
	Provider      byte
	Deterministic bool
	Encoding      int16
}

// An OpClassRow is a row of pg_opclass.
type OpClassRow struct {
	OID       OID
	Method    OID // pg_am
	Name      string
	Namespace OID
	Family    OID
	InType    OID
	Default   bool
	KeyType   OID
}

// An OpFamilyRow is a row of pg_opfamily.
type OpFamilyRow struct {
	OID       OID
	Method    OID
	Name      string
	Namespace OID
}

// An AmopRow is a row of pg_amop.
type AmopRow struct {
	Family   OID
	Left     OID
	Right    OID
	Strategy int16
	Purpose  byte // s search, o ordering
	Operator OID
	Method   OID
	// SortFamily is the btree family an ordering operator's result sorts by.
	SortFamily OID
}

// An AmprocRow is a row of pg_amproc.
type AmprocRow struct {
	Family OID
	Left   OID
	Right  OID
	Num    int16
	Proc   OID
}

// An AmRow is a row of pg_am and what pg_indexam_has_property says of it.
type AmRow struct {
	OID        OID
	Name       string
	Kind       byte // i index, t table
	CanOrder   bool
	CanUnique  bool
	CanMulti   bool
	CanExclude bool
	CanInclude bool
}

// A RangeRow is a row of pg_range.
type RangeRow struct {
	Type       OID
	Subtype    OID
	Multirange OID
	Collation  OID
	SubOpc     OID
	Canonical  OID
	SubDiff    OID
}

// An EnumRow is a row of pg_enum.
type EnumRow struct {
	Type  OID
	Label string
}

// A LanguageRow is a row of pg_language.
type LanguageRow struct {
	OID     OID
	Name    string
	Trusted bool
}

// A ColumnRow is a row of pg_attribute.
type ColumnRow struct {
	Name      string
	Type      OID
	Typmod    int32
	NDims     int16
	NotNull   bool
	Collation OID
	Default   string // pg_get_expr(adbin), "" for none
}

// A RelationRow is a row of pg_class with its columns.
type RelationRow struct {
	OID       OID
	Name      string
	Namespace OID
	Kind      byte
	Type      OID
	Columns   []ColumnRow
	// PrimaryKey lists the attnums of the primary key: GROUP BY relies on it.
	PrimaryKey []int16
	ViewDef    string // pg_get_viewdef of a view
}

// A NamedRow is an object that only its name and place matter of: a text
// search configuration, dictionary, parser or template, a conversion, a
// foreign-data wrapper, an event trigger.
type NamedRow struct {
	Catalog   string // pg_ts_config, pg_ts_dict, pg_conversion, …
	OID       OID
	Name      string
	Namespace OID
}

// A Set is one provider's objects: the system's, or an extension's. Types,
// Procs, Operators, Relations, OpClasses and OpFamilies are sorted by name,
// then OID, so are Collations, Ams, Languages and, within a catalog, Named;
// Casts are sorted by source, then target; Amops and Amprocs by family, left
// and right type, then strategy or number; Enums by type, in their own order.
type Set struct {
	Types      []TypeRow
	Procs      []ProcRow
	Operators  []OperatorRow
	Casts      []CastRow
	Collations []CollationRow
	OpClasses  []OpClassRow
	OpFamilies []OpFamilyRow
	Amops      []AmopRow
	Amprocs    []AmprocRow
	Ams        []AmRow
	Ranges     []RangeRow
	Enums      []EnumRow
	Languages  []LanguageRow
	Relations  []RelationRow
	Named      []NamedRow

	// byOID orders the rows by OID; nil when they stand in that order.
	byOID *oidIndex
}

// An ExtensionRow is an extension that CREATE EXTENSION knows.
type ExtensionRow struct {
	OID         OID // of the pg_extension row; its objects' OIDs follow, up to the next extension's
	Name        string
	Version     string // the default version
	Versions    []string
	Schema      string // fixed schema, "" for none
	Relocatable bool
	Requires    []string
	Set         *Set // Namespace of a row is 0 where the extension's own schema is meant
}
