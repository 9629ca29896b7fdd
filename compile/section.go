package compile

import (
	"strings"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/source"
)

// A run takes one section through the session and cuts it into the transactions
// of the bundle.
type run struct {
	*driver
	section      *source.Section
	transactions []bundle.Transaction
	open         bundle.Transaction // the one that gathers statements
	unit         source.Unit        // what a server runs of it
	explicit     *parser.Statement  // the BEGIN of the file's own transaction
	running      int                // offset of the statement that runs
}

func (r *run) all() {
	if r.section.Mode == source.Transaction {
		r.block()
		return
	}
	for _, st := range r.section.Statements {
		r.step(st)
	}
	if r.explicit != nil {
		r.report(r.errorAt(r.explicit, "transaction-not-ended", "this transaction is never committed", "Write COMMIT after its last statement."))
		r.backend.Rollback()
		return
	}
	r.commit()
}

// block runs a section that is one transaction by its nature.
func (r *run) block() {
	r.open.Line = diag.PositionOf(r.section.File.Text, r.section.Start).Line
	if !r.section.Marked && len(r.section.Statements) > 0 {
		r.open.Line = r.line(r.section.Statements[0])
	}
	r.backend.Begin()
	for _, st := range r.section.Statements {
		if control := transactionControl(st); control != nil && !inBlock[control.Kind] {
			r.report(r.errorAt(st, "transaction-control-in-block", firstWord(st)+" inside a transaction block",
				"Take it out: the block is one transaction."))
			continue
		}
		if err := r.execute(st); err != nil {
			d := r.diagnose(st, err)
			if err.Code == "25001" && r.section.Marked {
				d.Hint = "Move it out of the markers, or into a migration without them: it cannot run in a transaction."
			}
			r.report(d)
		}
	}
	r.commit()
}

// inBlock are the kinds of transaction control that a block may hold.
var inBlock = map[ast.TransactionStmtKind]bool{
	ast.TRANS_STMT_SAVEPOINT: true, ast.TRANS_STMT_RELEASE: true, ast.TRANS_STMT_ROLLBACK_TO: true,
}

// step runs a statement of a file without markers: the file's own transactions
// are honoured, all else gathers in one for as long as Postgres allows it.
func (r *run) step(st *parser.Statement) {
	control := transactionControl(st)
	switch {
	case control != nil && (control.Kind == ast.TRANS_STMT_BEGIN || control.Kind == ast.TRANS_STMT_START) && r.explicit == nil:
		r.commit()
		r.explicit = st
		r.backend.Begin()
	case control != nil && control.Kind == ast.TRANS_STMT_COMMIT:
		r.explicit = nil
		r.commit()
	case control != nil && control.Kind == ast.TRANS_STMT_ROLLBACK:
		r.explicit = nil
		r.backend.Rollback()
		r.open, r.unit = bundle.Transaction{}, source.Unit{}
	case control != nil && !inBlock[control.Kind]: // a second BEGIN is a warning to Postgres
	default:
		r.statement(st)
	}
}

func (r *run) statement(st *parser.Statement) {
	r.backend.Begin()
	err := r.execute(st)
	switch {
	case err == nil:
		return
	case r.explicit != nil || !refusesTransaction[err.Code]:
		r.report(r.diagnose(st, err))
		return
	}
	r.commit()
	alone := err.Code == "25001" || err.Code == "2D000"
	if !alone {
		r.backend.Begin()
	}
	if err := r.execute(st); err != nil {
		r.report(r.diagnose(st, err))
	}
	if alone {
		r.unit.Alone = true
		r.flush()
	}
}

// refusesTransaction are the SQLSTATEs of statements that ask for the
// transaction before them to be committed first.
var refusesTransaction = map[string]bool{
	"25001": true, // cannot run inside a transaction block
	"2D000": true, // a procedure that ends transactions
	"55P04": true, // unsafe use of a new enum value
}

// execute runs a statement and gathers it.
func (r *run) execute(st *parser.Statement) *pgerr.Error {
	r.running = st.Offset
	if e := st.Electric; e != nil && e.Kind == parser.ElectricVersion {
		r.version = e.Version
		return nil
	}
	if err := r.backend.Run(st); err != nil {
		return err
	}
	r.clients.made(r, st)
	if r.open.Line == 0 {
		r.open.Line = r.line(st)
	}
	if st.Electric == nil { // clients know nothing of it, nor does a server
		r.open.Statements = append(r.open.Statements, st.Text)
		r.unit.Statements = append(r.unit.Statements, st)
	}
	return nil
}

// commit ends the open transaction, if there is one.
func (r *run) commit() {
	if !r.backend.InTransaction() {
		return
	}
	if err := r.backend.Commit(); err != nil {
		if n := len(r.section.Statements); n > 0 {
			r.report(r.diagnose(r.section.Statements[n-1], err))
		}
	}
	r.flush()
}

// flush ends the bundle's transaction.
func (r *run) flush() {
	if len(r.open.Statements) > 0 || r.section.Marked {
		r.transactions = append(r.transactions, r.open)
	}
	if len(r.unit.Statements) > 0 {
		r.unit.File, r.unit.Start, r.unit.Client = r.section.File, r.unit.Statements[0].Offset, r.section.Client
		r.trace.unit(r.at-r.setup, r.unit)
		r.replay(r.unit)
		r.rehearse(r.unit)
	}
	r.open, r.unit = bundle.Transaction{}, source.Unit{}
}

func (r *run) line(st *parser.Statement) int {
	return diag.PositionOf(r.section.File.Text, st.Offset).Line
}

func (r *run) report(d diag.Diagnostic) {
	if d.Message != "" {
		r.diagnostics = append(r.diagnostics, d)
	}
}

// errorAt makes a diagnostic about a statement as a whole, shown at its first
// line.
func (r *run) errorAt(st *parser.Statement, code, message, hint string) diag.Diagnostic {
	d := diag.Errorf(r.firstLine(st), code, "%s", message)
	d.Hint = hint
	return d
}

func (r *run) firstLine(st *parser.Statement) diag.Span {
	end := len(st.Text)
	if i := strings.IndexAny(st.Text, "\r\n"); i >= 0 {
		end = i
	}
	return r.span(st, 0, len(strings.TrimRight(st.Text[:end], " \t")))
}

// span places a piece of a statement's text in its file.
func (r *run) span(st *parser.Statement, start, end int) diag.Span {
	return diag.Span{File: r.section.File.Path, Start: st.Offset + start, End: st.Offset + end}
}

// transactionControl gives a statement's tree if it is BEGIN, COMMIT or the like.
func transactionControl(st *parser.Statement) *ast.TransactionStmt {
	if st.Electric != nil || !transactionWords[firstWord(st)] {
		return nil
	}
	n, err := st.Node()
	if err != nil {
		return nil
	}
	t, _ := n.(*ast.TransactionStmt)
	return t
}

var transactionWords = map[string]bool{
	"BEGIN": true, "START": true, "COMMIT": true, "END": true, "ROLLBACK": true, "ABORT": true,
	"SAVEPOINT": true, "RELEASE": true, "PREPARE": true,
}

func firstWord(st *parser.Statement) string {
	lex := parser.Lexer{Text: st.Text}
	return strings.ToUpper(lex.Source(lex.Next()))
}
