package compile

import (
	"fmt"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/eval"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// A Session is a database and the one connection that works on it.
type Session struct {
	catalog   *catalog.Catalog
	tx        transaction
	settings  settings
	execution execution
	prepared  map[string]*ast.PrepareStmt
	cursors   map[string]cursor

	// KeepGoing makes a statement that fails inside a transaction block undo
	// itself alone, so that one run finds the mistakes behind it as well.
	KeepGoing bool

	// AnyDatabase takes the name of a database that nobody made for the
	// present one's, as GRANT … ON DATABASE and ALTER DATABASE have it:
	// migrations do not say where they run.
	AnyDatabase bool

	// Preparing has the session note what its statements set for the sessions
	// behind it, as ALTER DATABASE … SET does; see setup.go.
	Preparing bool

	// Offered are extensions that the platform has and this program knows
	// nothing of, and the schema each one is in. They can be made; what they
	// bring is not known.
	Offered map[string]string

	// TellChanges has a Result say what the statement changed.
	TellChanges bool

	// Debug adds the stack to errors that are mistakes of this program's.
	Debug bool

	text    string // of the running statement; positions point into it
	depth   int    // of statements within statements: functions, EXECUTE, rules
	notices []Notice
	changes []string
}

// A Result says what became of a statement.
type Result struct {
	Err     *pgerr.Error // nil when PostgreSQL accepts it
	Notices []Notice
	Changes []string // what it changed, in a few words each; nil without Session.TellChanges
}

// A Notice is a message that does not stop a statement.
type Notice struct {
	Severity string // NOTICE, WARNING, INFO, LOG, DEBUG
	Code     string // SQLSTATE, "00000" for none
	Message  string
	Detail   string
	Hint     string
}

// New makes a session on a fresh database.
func New() *Session {
	s := &Session{catalog: catalog.New(), prepared: map[string]*ast.PrepareStmt{}, cursors: map[string]cursor{}}
	s.settings.init()
	s.catalog.Usable = s.canUse
	return s
}

// Catalog gives the session's database.
func (s *Session) Catalog() *catalog.Catalog { return s.catalog }

// Exec runs one statement as a client sends it: in the open transaction block,
// or in a transaction of its own.
func (s *Session) Exec(n ast.Node, text string) Result {
	s.text, s.depth, s.notices, s.changes = text, 0, nil, nil
	err := s.execute(n)
	if err != nil {
		s.changes = nil
	}
	return Result{Err: err, Notices: s.notices, Changes: s.changes}
}

// execute runs a statement in the transaction's present state.
func (s *Session) execute(n ast.Node) *pgerr.Error {
	if s.tx.state == txAborted && !endsTransaction(n) {
		return pgerr.New("25P02", pgerr.NoPosition, "current transaction is aborted, commands ignored until end of transaction block")
	}
	mark := s.catalog.Mark()
	s.execution.restart = false
	s.resetLimits()
	err := s.guarded(func() { s.run(n) })
	if err != nil {
		if s.execution.restart { // what came before the last COMMIT stays
			mark = 0
		}
		s.catalog.RollbackTo(mark)
		s.failed()
		return err
	}
	if s.tx.state == txNone {
		if err = s.guarded(s.commit); err != nil {
			s.catalog.RollbackTo(mark)
			s.rollback()
		}
	}
	return err
}

// run dispatches a statement. It raises what the statement raises.
func (s *Session) run(n ast.Node) {
	row, ok := relationStatements[n.Tag()]
	if !ok {
		row, ok = objectStatements[n.Tag()]
	}
	if !ok {
		s.unsupported(statementName(n))
	}
	if row.alone != nil {
		if command := row.alone(n); command != "" {
			s.preventInTransactionBlock(command)
		}
	}
	if !row.readOnly && s.readOnly() {
		pgerr.Raise("25006", pgerr.NoPosition, "cannot execute %s in a read-only transaction", statementName(n))
	}
	row.run(s, n)
}

// Nested runs a statement inside another one: an element of CREATE SCHEMA, a
// statement of a function. It raises what the statement raises.
func (s *Session) Nested(n ast.Node, text string) {
	defer func(text string, depth int) { s.text, s.depth = text, depth }(s.text, s.depth)
	s.text, s.depth = text, s.depth+1
	s.run(n)
}

// Subtransaction runs f and, when it raises, undoes what it did and gives the
// error: PL/pgSQL's BEGIN … EXCEPTION.
func (s *Session) Subtransaction(f func()) *pgerr.Error {
	mark := s.catalog.Mark()
	text, depth := s.text, s.depth
	err := pgerr.Catch(f)
	if err != nil {
		s.catalog.RollbackTo(mark)
		s.text, s.depth = text, depth
	}
	return err
}

// unsupported refuses what this program does not know.
func (s *Session) unsupported(what string) {
	pgerr.Raise(eval.Undecidable, pgerr.NoPosition, "%s is not supported", what)
}

// notice adds a NOTICE to the statement's result.
func (s *Session) notice(code, format string, args ...any) {
	s.Report(Notice{Severity: "NOTICE", Code: code, Message: fmt.Sprintf(format, args...)})
}

// warning adds a WARNING to the statement's result.
func (s *Session) warning(code, format string, args ...any) {
	s.Report(Notice{Severity: "WARNING", Code: code, Message: fmt.Sprintf(format, args...)})
}

// Report adds a message to the statement's result.
func (s *Session) Report(n Notice) { s.notices = append(s.notices, n) }

// changed notes in a few words what the statement changed.
func (s *Session) changed(format string, args ...any) {
	if s.TellChanges {
		s.changes = append(s.changes, fmt.Sprintf(format, args...))
	}
}
