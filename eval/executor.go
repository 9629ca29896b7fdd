package eval

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// A Host is the session that an execution belongs to: it runs what users wrote
// and keeps what outlives a statement.
type Host interface {
	// CallFunction runs a function that is neither built in nor an extension's.
	// types are those of the arguments, as found by analysis; result is the
	// call's type, settled for polymorphic functions.
	CallFunction(p *catalog.Proc, args []query.Datum, types []pg.OID, result pg.OID) Rows
	// CallProcedure runs a procedure and gives the row of its output arguments.
	// With atomic it may not end transactions.
	CallProcedure(p *catalog.Proc, args []query.Datum, types []pg.OID, atomic bool) Rows
	// Setting gives a run-time parameter; known is false for one nobody knows.
	Setting(name string) (value string, known bool)
	// SetConfig sets a run-time parameter and gives its new value.
	SetConfig(name, value string, local bool) string
}

// Undecidable is the code of errors that say what cannot be computed without a
// server; it is no SQLSTATE.
const Undecidable = "undecidable"

// Limits of one statement and all that runs inside of it.
const (
	maxSteps = 10_000_000
	maxRows  = 200_000
	maxDepth = 200
)

// An Executor runs expressions and queries over a catalog. One serves a whole
// session; With gives it parameters.
type Executor struct {
	c     *catalog.Catalog
	host  Host
	store *Store
	param func(*query.Param) query.Datum
	run   *statement
	work  *int // steps of the running statement, those of functions in it too
}

// A statement is what the parts of one running statement share.
type statement struct {
	depth int
	scans map[scanKey][][]query.Datum // rows of system tables, computed once
	subs  map[*query.Query]*Rows      // results of uncorrelated subqueries
	reads map[pg.OID]*Rows            // rows of users' tables as they were at its start
}

// New makes an executor. store may be nil: then no user's table has known rows.
func New(c *catalog.Catalog, host Host, store *Store) *Executor {
	return &Executor{c: c, host: host, store: store, work: new(int)}
}

// Reset begins to count steps anew: a new statement runs.
func (x *Executor) Reset() { *x.work = 0 }

// With gives an executor whose Params have the values that param tells.
func (x *Executor) With(param func(*query.Param) query.Datum) *Executor {
	y := *x
	y.param = param
	return &y
}

// Store gives the rows known of users' tables; nil when none are kept.
func (x *Executor) Store() *Store { return x.store }

// begin gives an executor for a new statement.
func (x *Executor) begin() *Executor {
	y := *x
	y.run = &statement{scans: map[scanKey][][]query.Datum{}, subs: map[*query.Query]*Rows{}, reads: map[pg.OID]*Rows{}}
	return &y
}

// Expr evaluates an expression that stands by itself.
func (x *Executor) Expr(e query.Expr) query.Datum {
	y := x.begin()
	return y.expr(&frame{}, e)
}

// Over evaluates an expression over one row of a relation, whose columns are
// Vars of varno 1: a default, a check, an index predicate.
func (x *Executor) Over(e query.Expr, row []query.Datum) query.Datum {
	y := x.begin()
	return y.expr(&frame{row: tuple{row}}, e)
}

// step counts work and ends a statement that does too much of it.
func (x *Executor) step(n int) {
	if *x.work += n; *x.work > maxSteps {
		pgerr.Raise(Undecidable, pgerr.NoPosition, "the statement needs more than %d steps, which is too much to compute without a server", maxSteps)
	}
}

// nest guards against endless recursion.
func (x *Executor) nest() func() {
	if x.run.depth++; x.run.depth > maxDepth {
		pgerr.New("54001", pgerr.NoPosition, "stack depth limit exceeded").
			WithHint("Increase the configuration parameter \"max_stack_depth\" (currently 2048kB), after ensuring the platform's stack depth limit is adequate.").Raise()
	}
	return func() { x.run.depth-- }
}

// A tuple holds the current row of every range table entry, by varno-1. The
// row of an outer join's missing side is nil.
type tuple [][]query.Datum

// A frame is one query level while it runs.
type frame struct {
	parent  *frame
	q       *query.Query
	row     tuple
	ctes    map[string]*Rows
	group   *group                              // while the results of aggregates are used
	windows map[*query.WindowFunc][]query.Datum // by position
	at      int                                 // position of the current row for windows
	srf     map[query.Expr]query.Datum          // the current values of set-returning calls
	sub     []query.Datum                       // the row a SubLink's test looks at
	test    query.Datum                         // CaseTestExpr and CoerceToDomainValue
}

// up gives the frame so many levels outwards.
func (f *frame) up(levels int) *frame {
	for ; levels > 0 && f != nil; levels-- {
		f = f.parent
	}
	return f
}
