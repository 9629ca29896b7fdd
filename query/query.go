package query

import (
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
)

// A Query is an analysed statement: SELECT, INSERT, UPDATE, DELETE, MERGE, or a
// utility statement (of a rule).
type Query struct {
	Command         ast.CmdType
	Utility         ast.Node // for CMD_UTILITY
	CTEs            []*CommonTableExpr
	Recursive       bool
	RangeTable      []*RangeTblEntry // Var.Varno counts from 1
	Jointree        *FromExpr
	TargetList      []*TargetEntry
	Result          int // index into RangeTable of the table written to, from 1
	Override        ast.OverridingKind
	OnConflict      *OnConflictExpr
	MergeWhens      []*MergeAction
	Returning       []*TargetEntry
	Group           []*SortGroupClause
	GroupDistinct   bool
	GroupingSets    []*GroupingSet
	Having          Expr
	Windows         []*WindowClause
	Distinct        []*SortGroupClause
	HasDistinctOn   bool
	Sort            []*SortGroupClause
	LimitOffset     Expr
	LimitCount      Expr
	LimitOption     ast.LimitOption
	RowMarks        []*RowMarkClause
	SetOps          SetOpNode // nil unless a set operation
	HasAggs         bool
	HasWindowFuncs  bool
	HasTargetSRFs   bool
	HasSubLinks     bool
	HasModifyingCTE bool
	IsReturn        bool     // RETURN of a SQL-standard function body
	ConstraintDeps  []pg.OID // primary keys that GROUP BY relies on
}

// A TargetEntry is one output column, or one assignment of INSERT and UPDATE.
type TargetEntry struct {
	Expr    Expr
	Resno   int16 // from 1; the column's number for INSERT and UPDATE
	Resname string
	Ref     int // what SortGroupClause.Ref names, 0 for none
	OrigTbl pg.OID
	OrigCol int16
	Resjunk bool
}

// RTEKind says what a RangeTblEntry is.
type RTEKind int

// The kinds of RangeTblEntry.
const (
	RTERelation RTEKind = iota
	RTESubquery
	RTEJoin
	RTEFunction
	RTETableFunc
	RTEValues
	RTECTE
	RTENamedTuplestore // a trigger's transition table
	RTEResult
)

// A RangeTblEntry is one source of rows.
type RangeTblEntry struct {
	Kind  RTEKind
	Alias *Alias // as the user wrote it
	Eref  *Alias // names and columns in force; dropped columns have the name ""

	// RTERelation
	Relation    pg.OID
	RelKind     byte
	Inh         bool
	TableSample *TableSample

	// RTESubquery
	Subquery        *Query
	SecurityBarrier bool

	// RTEJoin
	JoinType       ast.JoinType
	MergedCols     int // how many columns USING or NATURAL merged
	JoinAliasVars  []Expr
	JoinLeftCols   []int
	JoinRightCols  []int
	JoinUsingAlias *Alias

	// RTEFunction
	Functions  []*RangeTblFunction
	Ordinality bool

	// RTETableFunc
	TableFunc *TableFunc

	// RTEValues
	Values [][]Expr

	// RTECTE
	CTEName     string
	CTELevelsUp int
	SelfRef     bool

	// RTENamedTuplestore
	EnrName string

	// Columns of RTEFunction with a definition list, RTEValues, RTECTE,
	// RTETableFunc and RTENamedTuplestore.
	ColTypes   []pg.OID
	ColTypmods []int32
	ColColls   []pg.OID

	Lateral  bool
	InFromCl bool
}

// An Alias is a name with column names.
type Alias struct {
	Name string
	Cols []string
}

// A RangeTblFunction is one function of an RTEFunction.
type RangeTblFunction struct {
	Expr       Expr
	ColCount   int
	ColNames   []string // of a column definition list
	ColTypes   []pg.OID
	ColTypmods []int32
	ColColls   []pg.OID
}

// TableFunc is XMLTABLE.
type TableFunc struct {
	NSURIs     []Expr
	NSNames    []string
	DocExpr    Expr
	RowExpr    Expr
	ColNames   []string
	ColTypes   []pg.OID
	ColTypmods []int32
	ColColls   []pg.OID
	ColExprs   []Expr
	ColDefs    []Expr
	NotNulls   []bool
	Ordinality int // column index, -1 for none
	Location   int
}

// TableSample is TABLESAMPLE.
type TableSample struct {
	Handler    pg.OID
	Args       []Expr
	Repeatable Expr
}

// A JoinTree node is *RangeTblRef, *JoinExpr or *FromExpr.
type JoinTree interface{ joinTree() }

// RangeTblRef points at a RangeTblEntry, from 1.
type RangeTblRef struct{ Index int }

// JoinExpr is a join in FROM.
type JoinExpr struct {
	Type           ast.JoinType
	Natural        bool
	Left, Right    JoinTree
	Using          []string
	JoinUsingAlias *Alias
	Quals          Expr
	Alias          *Alias
	Index          int // its RTEJoin, from 1
}

// FromExpr is FROM … WHERE ….
type FromExpr struct {
	From  []JoinTree
	Quals Expr
}

func (*RangeTblRef) joinTree() {}
func (*JoinExpr) joinTree()    {}
func (*FromExpr) joinTree()    {}

// A SortGroupClause is an element of ORDER BY, GROUP BY or DISTINCT.
type SortGroupClause struct {
	Ref        int // TargetEntry.Ref
	EqOp       pg.OID
	SortOp     pg.OID
	NullsFirst bool
	Hashable   bool
}

// GroupingSetKind is the kind of a GroupingSet.
type GroupingSetKind int

// The kinds of GroupingSet.
const (
	GroupingSetEmpty GroupingSetKind = iota
	GroupingSetSimple
	GroupingSetRollup
	GroupingSetCube
	GroupingSetSets
)

// A GroupingSet is an element of GROUP BY GROUPING SETS.
type GroupingSet struct {
	Kind    GroupingSetKind
	Refs    []int          // of a simple one
	Content []*GroupingSet // of the others
}

// A WindowClause is a window definition.
type WindowClause struct {
	Name         string
	RefName      string
	Partition    []*SortGroupClause
	Order        []*SortGroupClause
	FrameOptions int // FRAMEOPTION_ bits of parsenodes.h
	StartOffset  Expr
	EndOffset    Expr
	Winref       int
	CopiedOrder  bool
}

// A RowMarkClause is FOR UPDATE and its like.
type RowMarkClause struct {
	Index      int
	Strength   ast.LockClauseStrength
	WaitPolicy ast.LockWaitPolicy
	PushedDown bool
}

// A CommonTableExpr is one WITH query.
type CommonTableExpr struct {
	Name         string
	AliasCols    []string
	Materialized ast.CTEMaterialize
	Query        *Query
	Search       *CTESearch
	Cycle        *CTECycle
	Recursive    bool
	RefCount     int
	ColNames     []string
	ColTypes     []pg.OID
	ColTypmods   []int32
	ColColls     []pg.OID
	Location     int
}

// CTESearch is SEARCH … SET ….
type CTESearch struct {
	Cols         []string
	BreadthFirst bool
	SeqColumn    string
}

// CTECycle is CYCLE … SET … USING ….
type CTECycle struct {
	Cols        []string
	MarkColumn  string
	MarkValue   Expr
	MarkDefault Expr
	PathColumn  string
	MarkType    pg.OID
	MarkTypmod  int32
	MarkColl    pg.OID
}

// A SetOpNode is *RangeTblRef or *SetOperationStmt.
type SetOpNode interface{ setOp() }

func (*RangeTblRef) setOp()      {}
func (*SetOperationStmt) setOp() {}

// SetOperationStmt is UNION, INTERSECT or EXCEPT.
type SetOperationStmt struct {
	Op          ast.SetOperation
	All         bool
	Left, Right SetOpNode
	ColTypes    []pg.OID
	ColTypmods  []int32
	ColColls    []pg.OID
	Groups      []*SortGroupClause
}

// OnConflictExpr is ON CONFLICT.
type OnConflictExpr struct {
	Action      ast.OnConflictAction
	Arbiters    []InferenceElem
	ArbiterCond Expr
	Constraint  pg.OID
	Set         []*TargetEntry
	Where       Expr
	ExclRel     int // RangeTable index of EXCLUDED
}

// InferenceElem is one column or expression of ON CONFLICT (…).
type InferenceElem struct {
	Expr    Expr
	Collid  pg.OID
	OpClass pg.OID
}

// A MergeAction is one WHEN of MERGE.
type MergeAction struct {
	Matched    bool
	Command    ast.CmdType
	Override   ast.OverridingKind
	Qual       Expr
	TargetList []*TargetEntry
}
