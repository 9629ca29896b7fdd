// Package interp runs PL/pgSQL: DO blocks, and the functions and procedures
// that migrations define and call, as src/pl/plpgsql/src/pl_exec.c does.
//
// SQL in a body is analysed when it runs, with the body's variables in sight,
// and computed by package eval; what changes the schema goes back to the Host,
// the session the body runs in. What cannot be told without data is
// eval.Unknown. A branch or loop that hangs on such a value is passed over when
// nothing in it could change the schema (doubt.go); else the body ends with the
// error Undecidable, which quotes the expression. No handler catches that.
//
// Triggers and event triggers are not fired. Everything is bounded: a body
// that runs too long or calls too deeply ends with an error.
package interp

import (
	"strings"

	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/eval"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/plpgsql"
	"github.com/electric-cli/electric/query"
)

// Undecidable is the code of the error that says what cannot be told without
// data; it is no SQLSTATE.
const Undecidable = eval.Undecidable

// A Host is the session that a body runs in.
type Host interface {
	Catalog() *catalog.Catalog
	Executor() *eval.Executor
	// Nested runs a statement that is no query.
	Nested(n ast.Node, text string)
	// Subtransaction runs f; when it raises, what it did is undone.
	Subtransaction(f func()) *pgerr.Error
	// EndTransaction commits or rolls back and begins anew.
	EndTransaction(commit bool)
	// Setting gives a run-time parameter; known is false for one nobody set.
	Setting(name string) (value string, known bool)
	// DeclaredCursor gives the query of a cursor that DECLARE made; nil for none.
	DeclaredCursor(name string) ast.Node
	// Notice reports a message of RAISE.
	Notice(level, code, message, detail, hint string)
	// DeclaredType resolves a declared type as written, %TYPE and %ROWTYPE too.
	DeclaredType(text string) (pg.OID, int32)
	// Body parses a PL/pgSQL function.
	Body(p *catalog.Proc) *plpgsql.Function
}

// Limits of what a body may do.
const (
	maxSteps = 200_000
	maxDepth = 250
)

// An Interpreter runs the bodies of a session.
type Interpreter struct {
	host  Host
	steps int
	depth int
	// generation counts the changes after which what was analysed may mean
	// something else.
	generation int
	portals    map[string]*cursor // open until the transaction ends
}

// New makes an interpreter for a session.
func New(host Host) *Interpreter {
	return &Interpreter{host: host, portals: map[string]*cursor{}}
}

// HasPortal says whether a body left a cursor of this name open.
func (in *Interpreter) HasPortal(name string) bool { return in.portals[name] != nil }

// ClosePortals closes the cursors that bodies left open: one, or with "" all.
func (in *Interpreter) ClosePortals(name string) {
	if name == "" {
		clear(in.portals)
	}
	delete(in.portals, name)
}

// checks says whether one of plpgsql.extra_errors is switched on.
func (in *Interpreter) checks(name string) bool {
	list, _ := in.host.Setting("plpgsql.extra_errors")
	for _, item := range strings.Split(list, ",") {
		if item = strings.TrimSpace(item); item == name || item == "all" {
			return true
		}
	}
	return false
}

// Do runs a DO block. With atomic it may not end transactions.
func (in *Interpreter) Do(f *plpgsql.Function, atomic bool) {
	defer in.enter()()
	fr := in.newFrame(f, nil, atomic)
	if err := pgerr.Catch(fr.run); err != nil {
		if err.Position == pgerr.NoPosition { // at least the statement is known
			err.Position = fr.current
		}
		err.Raise()
	}
}

// enter counts how deep calls stand in one another.
func (in *Interpreter) enter() func() {
	if in.depth++; in.depth > maxDepth {
		in.depth--
		pgerr.New("54001", pgerr.NoPosition, "stack depth limit exceeded").
			WithHint("Increase the configuration parameter \"max_stack_depth\" (currently 2048kB), after ensuring the platform's stack depth limit is adequate.").Raise()
	}
	return func() { in.depth-- }
}

// Call runs a function or procedure and gives its rows: one for a function that
// returns no set. For a procedure that is the row of its output arguments.
// types are those of the arguments, result the type that the call has.
func (in *Interpreter) Call(p *catalog.Proc, args []query.Datum, types []pg.OID, result pg.OID, atomic bool) eval.Rows {
	defer in.enter()()
	f := in.host.Body(p)
	if f == nil {
		return eval.Rows{Open: "the function " + p.Name}
	}
	fr := in.newFrame(f, p, atomic)
	fr.result = result
	fr.bindArguments(args, types)
	fr.run()
	return fr.rows()
}

// Reset begins to count anew: a new statement of the session runs.
func (in *Interpreter) Reset() { in.steps, in.depth = 0, 0 }

// step counts statements, so that an endless loop ends.
func (in *Interpreter) step() {
	if in.steps++; in.steps > maxSteps {
		pgerr.New(Undecidable, pgerr.NoPosition, "the body runs more than %d statements and may not end", maxSteps).
			WithHint("Give the loop a bound that does not depend on data, or write its effect as plain statements.").Raise()
	}
}

// analyzer makes an analyzer for SQL in a body.
func (fr *frame) analyzer() *analyze.Analyzer { return analyze.New(fr.in.host.Catalog()) }
