package analyze

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// An Analyzer analyses the parts of one statement. The zero values of its
// options mean: no parameters, no variables, no transition tables.
type Analyzer struct {
	c *catalog.Catalog

	// Text is the statement, for places that the tree does not have.
	Text string
	// Params are the parameters of a SQL function, by number and by name.
	Params []Param
	// Function is that function's name, which may qualify a parameter.
	Function string
	// UnknownParams lets $n take the type that its use asks for, as PREPARE does.
	UnknownParams bool
	// Variables finds a PL/pgSQL variable by its name, qualified or not; nil
	// for none. A name that is a column too is refused as ambiguous.
	Variables func(fields []string, location int) query.Expr
	// VariableParam finds the PL/pgSQL variable that is parameter $n.
	VariableParam func(number, location int) query.Expr
	// VariablesFirst and ColumnsFirst are #variable_conflict use_variable and
	// use_column.
	VariablesFirst, ColumnsFirst bool
	// Tables are a trigger's transition tables.
	Tables []NamedTable

	unknownTypes []pg.OID                // found for $n with UnknownParams
	linkNames    map[*ast.SubLink]string // the columns of scalar subqueries
}

// A Param is a parameter of a SQL function.
type Param struct {
	Name      string
	Type      pg.OID
	Collation pg.OID // 0: the type's
}

// A NamedTable is a trigger's transition table.
type NamedTable struct {
	Name     string
	Relation pg.OID
}

// New starts an analysis over a catalog.
func New(c *catalog.Catalog) *Analyzer { return &Analyzer{c: c} }

// A state is the analysis of one query level (ParseState).
type state struct {
	*Analyzer
	parent        *state
	rtable        []*query.RangeTblEntry
	joinlist      []query.JoinTree
	namespace     []*nsItem
	lateralActive bool
	ctes          []*query.CommonTableExpr // visible ones (p_ctenamespace)
	futureCTEs    []*ast.CommonTableExpr   // for a hint
	parentCTE     *query.CommonTableExpr
	target        *catalog.Relation
	targetItem    *nsItem
	windowDefs    []*ast.WindowDef
	kind          ExprKind
	nextResno     int16
	multiassign   []*multiAssign
	sublinks      int // numbers given to MULTIEXPR SubLinks
	locking       []ast.Node
	isInsert      bool
	keepUnknowns  bool // !p_resolve_unknowns
	lockedParent  bool

	hasAggs, hasWindowFuncs, hasTargetSRFs, hasSubLinks, hasModifyingCTE bool
	lastSRF                                                              query.Expr
}

// A multiAssign is the source of UPDATE's (a, b) = source.
type multiAssign struct {
	sublink *query.SubLink
	row     *query.RowExpr
}

func (a *Analyzer) newState(parent *state) *state {
	return &state{Analyzer: a, parent: parent, nextResno: 1}
}

// raise refuses the statement at a place.
func raise(code string, position int, format string, args ...any) {
	pgerr.Raise(code, position, format, args...)
}

// at gives errors that f raises without a place this one, as
// setup_parser_errposition_callback does.
func at(position int, f func()) {
	defer func() {
		if r := recover(); r != nil {
			if e, ok := r.(*pgerr.Error); ok && e.Position == pgerr.NoPosition {
				e.Position = position
			}
			panic(r)
		}
	}()
	f()
}

// typeName names a type as messages do (format_type_be).
func (a *Analyzer) typeName(typ pg.OID) string { return formatType(a.c, typ) }
