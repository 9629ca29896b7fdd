// Package query holds analysed expressions and queries: what PostgreSQL's
// parse analysis makes of a raw parse tree, with every name resolved to an OID
// and every expression typed. Nodes and fields have the names of primnodes.h
// and of Query in parsenodes.h.
//
// Trees are immutable once analysed, so that catalog objects and their copies
// share them; Mutate makes a changed copy. The package knows the enumerations
// of parser/ast and the OIDs of pg, and imports nothing else of ours.
package query

import (
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
)

// An Expr is an analysed expression. All implementations are pointers.
type Expr interface {
	expr()
}

// A Datum is a constant's value: nil for NULL, bool, int64 (int2, int4, int8),
// float64 (float4, float8), pg.OID (oid and the reg types), string (text,
// varchar, bpchar, name, numeric and every other type: its canonical output
// text), *Array, *Row. Package datum makes them.
type Datum any

// An Array is an array value. Elements are in row-major order.
type Array struct {
	Elem   pg.OID
	Dims   []int
	Lower  []int
	Values []Datum
}

// A Row is a composite value.
type Row struct {
	Type   pg.OID
	Names  []string
	Types  []pg.OID
	Values []Datum
}

// System attribute numbers of a Var.
const (
	SelfItemPointerAttr = -1 // ctid
	MinTransactionAttr  = -2 // xmin
	MinCommandAttr      = -3 // cmin
	MaxTransactionAttr  = -4 // xmax
	MaxCommandAttr      = -5 // cmax
	TableOIDAttr        = -6 // tableoid
)

// Var is a column of a range table entry. Varno counts from 1, Varattno from 1
// (0: the whole row, negative: a system column), Varlevelsup queries outwards.
// Varnosyn and Varattnosyn are the column as the user named it, where that is
// another one (an aliased or merged join's); 0 where it is not.
type Var struct {
	Varno       int
	Varattno    int16
	Vartype     pg.OID
	Vartypmod   int32
	Varcollid   pg.OID
	Varlevelsup int
	Varnosyn    int
	Varattnosyn int16
	Location    int
}

// Const is a typed constant.
type Const struct {
	Type      pg.OID
	Typmod    int32
	Collation pg.OID
	Value     Datum
	IsNull    bool
	Location  int
}

// ParamKind says where a Param's value comes from.
type ParamKind byte

// The kinds of Param. ParamMultiExpr is a column of UPDATE's (a, b) = (SELECT
// …): its ID is the SubLink's ID << 16 and the column. ParamVariable is ours: a
// PL/pgSQL variable by name.
const (
	ParamExtern ParamKind = iota
	ParamMultiExpr
	ParamVariable
)

// Param is a parameter: $1 of a function body, or a PL/pgSQL variable.
type Param struct {
	Kind      ParamKind
	ID        int    // from 1, for ParamExtern
	Name      string // for ParamVariable
	Type      pg.OID
	Typmod    int32
	Collation pg.OID
	Location  int
}

// Aggref is a call of an aggregate.
type Aggref struct {
	Fn        pg.OID
	Type      pg.OID
	Collid    pg.OID
	Inputcoll pg.OID
	ArgTypes  []pg.OID
	Direct    []Expr // direct arguments of an ordered-set aggregate
	Args      []*TargetEntry
	Order     []*SortGroupClause
	Distinct  []*SortGroupClause
	Filter    Expr
	Star      bool
	Variadic  bool
	Kind      byte // n o h
	LevelsUp  int
	Location  int
}

// GroupingFunc is GROUPING(…).
type GroupingFunc struct {
	Args     []Expr
	Refs     []int
	LevelsUp int
	Location int
}

// WindowFunc is a call with OVER.
type WindowFunc struct {
	Fn        pg.OID
	Type      pg.OID
	Collid    pg.OID
	Inputcoll pg.OID
	Args      []Expr
	Filter    Expr
	Winref    int
	Star      bool
	Agg       bool
	Location  int
}

// SubscriptingRef is a[1], a[1:2] or an assignment to one. A nil element of
// Upper or Lower is a bound left out of a slice.
type SubscriptingRef struct {
	ContainerType pg.OID
	ElemType      pg.OID
	ResType       pg.OID
	Typmod        int32
	Collid        pg.OID
	Upper         []Expr
	Lower         []Expr // nil unless a slice
	IsSlice       bool
	Expr          Expr
	Assign        Expr // nil for a fetch
}

// FuncExpr is a function call, written by the user or made by a cast.
type FuncExpr struct {
	Fn        pg.OID
	Type      pg.OID
	RetSet    bool
	Variadic  bool
	Format    ast.CoercionForm
	Collid    pg.OID
	Inputcoll pg.OID
	Args      []Expr
	Location  int
}

// NamedArgExpr is a named argument of a call before it is put into place.
type NamedArgExpr struct {
	Arg      Expr
	Name     string
	Number   int
	Location int
}

// OpExpr is a call of an operator.
type OpExpr struct {
	Op        pg.OID
	Type      pg.OID
	RetSet    bool
	Collid    pg.OID
	Inputcoll pg.OID
	Args      []Expr // one or two
	Location  int
}

// DistinctExpr is IS DISTINCT FROM; the operator is the type's equality.
type DistinctExpr struct{ OpExpr }

// NullIfExpr is NULLIF(a, b).
type NullIfExpr struct{ OpExpr }

// ScalarArrayOpExpr is x op ANY/ALL (array), and IN over a list.
type ScalarArrayOpExpr struct {
	Op        pg.OID
	UseOr     bool // ANY; false: ALL
	Inputcoll pg.OID
	Args      []Expr // scalar, array
	Location  int
}

// BoolExpr is AND, OR or NOT.
type BoolExpr struct {
	Op       ast.BoolExprType
	Args     []Expr
	Location int
}

// SubLink is a subquery in an expression. Testexpr compares against Params of
// kind SubParam below; OperName is the operator as written.
type SubLink struct {
	Type     ast.SubLinkType
	ID       int // of a MULTIEXPR_SUBLINK, from 1
	Testexpr Expr
	OperName []string
	Subquery *Query
	Result   pg.OID // the type of its value
	Location int
}

// SubParam stands for column Column (from 1) of a SubLink's subquery in its
// Testexpr: PostgreSQL's PARAM_SUBLINK.
type SubParam struct {
	Column    int
	Type      pg.OID
	Typmod    int32
	Collation pg.OID
}

// FieldSelect is (composite).field.
type FieldSelect struct {
	Arg      Expr
	Fieldnum int16
	Type     pg.OID
	Typmod   int32
	Collid   pg.OID
}

// FieldStore is an assignment to fields of a composite.
type FieldStore struct {
	Arg       Expr
	Newvals   []Expr
	Fieldnums []int16
	Type      pg.OID
}

// RelabelType is a cast between binary-coercible types.
type RelabelType struct {
	Arg      Expr
	Type     pg.OID
	Typmod   int32
	Collid   pg.OID
	Format   ast.CoercionForm
	Location int
}

// CoerceViaIO is a cast through the types' text forms.
type CoerceViaIO struct {
	Arg      Expr
	Type     pg.OID
	Collid   pg.OID
	Format   ast.CoercionForm
	Location int
}

// ArrayCoerceExpr casts every element of an array.
type ArrayCoerceExpr struct {
	Arg      Expr
	Elemexpr Expr // over a CaseTestExpr
	Type     pg.OID
	Typmod   int32
	Collid   pg.OID
	Format   ast.CoercionForm
	Location int
}

// ConvertRowtypeExpr casts a child table's row to its parent's.
type ConvertRowtypeExpr struct {
	Arg      Expr
	Type     pg.OID
	Format   ast.CoercionForm
	Location int
}

// CollateExpr is COLLATE.
type CollateExpr struct {
	Arg      Expr
	Coll     pg.OID
	Location int
}

// CaseExpr is CASE. Arg is nil for a searched CASE.
type CaseExpr struct {
	Type     pg.OID
	Collid   pg.OID
	Arg      Expr
	Whens    []*CaseWhen
	Default  Expr
	Location int
}

// CaseWhen is one arm of a CASE.
type CaseWhen struct {
	Cond   Expr
	Result Expr
}

// CaseTestExpr is the value that an enclosing CASE or ArrayCoerceExpr tests.
type CaseTestExpr struct {
	Type      pg.OID
	Typmod    int32
	Collation pg.OID
}

// ArrayExpr is ARRAY[…].
type ArrayExpr struct {
	Type     pg.OID
	Collid   pg.OID
	ElemType pg.OID
	Elements []Expr
	Multi    bool
	Location int
}

// RowExpr is ROW(…).
type RowExpr struct {
	Args     []Expr
	Type     pg.OID // record or a named composite
	Format   ast.CoercionForm
	Colnames []string
	Location int
}

// RowCompareType is the comparison of a RowCompareExpr.
type RowCompareType int

// The values of RowCompareType.
const (
	RowCompareLT RowCompareType = iota + 1
	RowCompareLE
	RowCompareEQ
	RowCompareGE
	RowCompareGT
	RowCompareNE
)

// RowCompareExpr compares two rows by <, <=, >= or >.
type RowCompareExpr struct {
	Type       RowCompareType
	Ops        []pg.OID
	Inputcolls []pg.OID
	Largs      []Expr
	Rargs      []Expr
}

// CoalesceExpr is COALESCE(…).
type CoalesceExpr struct {
	Type     pg.OID
	Collid   pg.OID
	Args     []Expr
	Location int
}

// MinMaxExpr is GREATEST or LEAST.
type MinMaxExpr struct {
	Type      pg.OID
	Collid    pg.OID
	Inputcoll pg.OID
	Op        ast.MinMaxOp
	Args      []Expr
	Location  int
}

// SQLValueFunction is CURRENT_DATE and its like.
type SQLValueFunction struct {
	Op       ast.SQLValueFunctionOp
	Type     pg.OID
	Typmod   int32
	Location int
}

// XmlExpr is an SQL/XML function.
type XmlExpr struct {
	Op        ast.XmlExprOp
	Name      string
	NamedArgs []Expr
	ArgNames  []string
	Args      []Expr
	Option    ast.XmlOptionType
	Type      pg.OID
	Typmod    int32
	Location  int
}

// NullTest is IS [NOT] NULL.
type NullTest struct {
	Arg      Expr
	Type     ast.NullTestType
	ArgIsRow bool
	Location int
}

// BooleanTest is IS [NOT] TRUE, FALSE or UNKNOWN.
type BooleanTest struct {
	Arg      Expr
	Type     ast.BoolTestType
	Location int
}

// CoerceToDomain checks a value against a domain.
type CoerceToDomain struct {
	Arg      Expr
	Type     pg.OID
	Typmod   int32
	Collid   pg.OID
	Format   ast.CoercionForm
	Location int
}

// CoerceToDomainValue is VALUE in a domain's check.
type CoerceToDomainValue struct {
	Type      pg.OID
	Typmod    int32
	Collation pg.OID
	Location  int
}

// SetToDefault is DEFAULT in an INSERT or UPDATE.
type SetToDefault struct {
	Type      pg.OID
	Typmod    int32
	Collation pg.OID
	Location  int
}

// CurrentOfExpr is WHERE CURRENT OF cursor.
type CurrentOfExpr struct {
	Cursor string
	Varno  int
}

// NextValueExpr is the default of an identity column.
type NextValueExpr struct {
	Seq  pg.OID
	Type pg.OID
}

func (*Var) expr()                 {}
func (*Const) expr()               {}
func (*Param) expr()               {}
func (*Aggref) expr()              {}
func (*GroupingFunc) expr()        {}
func (*WindowFunc) expr()          {}
func (*SubscriptingRef) expr()     {}
func (*FuncExpr) expr()            {}
func (*NamedArgExpr) expr()        {}
func (*OpExpr) expr()              {}
func (*ScalarArrayOpExpr) expr()   {}
func (*BoolExpr) expr()            {}
func (*SubLink) expr()             {}
func (*SubParam) expr()            {}
func (*FieldSelect) expr()         {}
func (*FieldStore) expr()          {}
func (*RelabelType) expr()         {}
func (*CoerceViaIO) expr()         {}
func (*ArrayCoerceExpr) expr()     {}
func (*ConvertRowtypeExpr) expr()  {}
func (*CollateExpr) expr()         {}
func (*CaseExpr) expr()            {}
func (*CaseTestExpr) expr()        {}
func (*ArrayExpr) expr()           {}
func (*RowExpr) expr()             {}
func (*RowCompareExpr) expr()      {}
func (*CoalesceExpr) expr()        {}
func (*MinMaxExpr) expr()          {}
func (*SQLValueFunction) expr()    {}
func (*XmlExpr) expr()             {}
func (*NullTest) expr()            {}
func (*BooleanTest) expr()         {}
func (*CoerceToDomain) expr()      {}
func (*CoerceToDomainValue) expr() {}
func (*SetToDefault) expr()        {}
func (*CurrentOfExpr) expr()       {}
func (*NextValueExpr) expr()       {}
