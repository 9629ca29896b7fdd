package compile

import (
	"fmt"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/eval"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// The codes of what is told of a block that a server runs and clients cannot.
const (
	clientLacks   = "client-lacks-object"
	clientRefuses = "client-refuses"
	clientUnsure  = "client-undecidable"
)

// tellClients tells that a statement of a block fails for clients, who have only
// run blocks before. What is lacking is told once, at the first statement that
// needs it; the others are noted there.
func (r *run) tellClients(st *parser.Statement, err *pgerr.Error) {
	c := r.clients
	follows := c.blamed.explains(err)
	for _, name := range introduced(st) {
		c.blamed[name] = true
	}
	switch {
	case follows:
	case err.Code == eval.Undecidable:
		r.tellUnsure(st, err)
	default:
		r.tellRefused(st, err)
	}
}

// tellUnsure tells of a statement that says with the server's data what it does,
// and with the clients' does not.
func (r *run) tellUnsure(st *parser.Statement, err *pgerr.Error) {
	d := diag.Warnf(r.firstLine(st), clientUnsure, "whether clients can run this cannot be told")
	d.Detail = "A client, which has only run blocks: " + oneLineMessage(err.Message) + "."
	r.report(d)
}

func (r *run) tellRefused(st *parser.Statement, err *pgerr.Error) {
	words := fmt.Sprintf("%s [%s]", oneLineMessage(err.Message), err.Code)
	l, ok := r.lacking(st, err)
	if !ok {
		d := diag.Errorf(r.place(st, err), clientRefuses, "clients cannot run this: %s", words)
		d.Detail = "Clients run the blocks alone. Without the SQL outside of them this statement fails."
		d.Hint = "Move what it relies on into a block before this one, or move this statement out of the block."
		r.report(d)
		return
	}
	r.tellLack(st, err, l, "Clients run the blocks alone, and Postgres tells them: "+words+".")
	for _, more := range r.needed(st) {
		if more != l {
			r.tellLack(st, pgerr.New(err.Code, pgerr.NoPosition, "%s", ""), more, "Clients run the blocks alone.")
		}
	}
}

// tellLack tells of one thing that is lacking.
func (r *run) tellLack(st *parser.Statement, err *pgerr.Error, l lack, detail string) {
	name := r.lackName(l)
	place := r.placeOf(st, err, name)
	foreign := r.isForeignKey(st, l)
	i, told := r.clients.told[l.object]
	if told && !foreign {
		d := &r.diagnostics[i]
		d.Related = append(d.Related, diag.Note{Span: place, Message: "needed here too"})
		return
	}
	d := diag.Errorf(place, clientLacks, "clients lack %s: only server-only SQL makes it", r.clients.server.describe(l.object))
	d.Detail, d.Hint = detail, lackHint(l, foreign)
	if l.maker != nil {
		d.Related = []diag.Note{l.maker.note(name)}
	}
	if !told {
		r.clients.told[l.object] = len(r.diagnostics)
	}
	r.report(d)
}

// placeOf is the place of the error, or that of the name of what is lacking.
func (r *run) placeOf(st *parser.Statement, err *pgerr.Error, name string) diag.Span {
	if err.Position < 0 {
		if t, ok := nameIn(st.Text, []string{name}); ok {
			return r.span(st, t.Start, t.End)
		}
	}
	return r.place(st, err)
}

// lackName is the name of what is lacking as statements write it.
func (r *run) lackName(l lack) string {
	o := r.clients.server.catalog.Object(l.object)
	if rel, ok := o.(*catalog.Relation); ok && l.object.Sub > 0 {
		return rel.Columns[l.object.Sub-1].Name
	}
	return catalog.HeaderOf(o).Name
}

// lackHint says what to do about it.
func lackHint(l lack, foreign bool) string {
	switch {
	case l.object.Class == catalog.ClassRole:
		return "Move this statement out of the block: PGlite has no roles but postgres, and who may do what the server decides."
	case l.object.Sub > 0:
		return "Move the statement that adds the column into a block before this one, or this statement out of the block."
	case foreign:
		return "Move the table into a block before this one. If it is to stay the server's alone, clients cannot have this " +
			"foreign key: take it out of the block, and add it outside with ALTER TABLE … ADD FOREIGN KEY."
	}
	return "Move the statement that makes it into a block before this one, or this statement out of the block."
}

// isForeignKey reports whether what is lacking is the other end of a foreign key.
func (r *run) isForeignKey(st *parser.Statement, l lack) (is bool) {
	table, ok := r.clients.server.catalog.Object(l.object).(*catalog.Relation)
	n, err := st.Node()
	if !ok || l.object.Sub > 0 || err != nil {
		return false
	}
	ast.Walk(n, func(n ast.Node) bool {
		c, ok := n.(*ast.Constraint)
		is = is || ok && c.Contype == ast.CONSTR_FOREIGN && c.Pktable != nil && c.Pktable.Relname == table.Name
		return true
	})
	return is
}
