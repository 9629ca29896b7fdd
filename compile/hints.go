package compile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// An adviser adds to a diagnostic what people need to mend the mistake: a near
// name, another place. It may find nothing.
type adviser func(*run, *diag.Diagnostic, *parser.Statement, *pgerr.Error)

// advisers by the SQLSTATE they know about.
var advisers = map[string]adviser{
	"42703": (*run).nearColumn,
	"42P01": (*run).nearRelation,
	"42704": (*run).nearType,
	"42P07": (*run).firstRelation,
	"42701": (*run).firstColumn,
	"42601": (*run).syntaxHint,
}

func (r *run) advise(d *diag.Diagnostic, st *parser.Statement, err *pgerr.Error) {
	if adviser := advisers[err.Code]; adviser != nil {
		adviser(r, d, st, err)
	}
	if hint := MissingHint(err); hint != "" && r.setup == 0 {
		d.Hint = hint
	}
}

// nearColumn names the column that was meant, or those there are.
func (r *run) nearColumn(d *diag.Diagnostic, st *parser.Statement, err *pgerr.Error) {
	names := missingNames(err)
	if len(names) == 0 {
		return
	}
	tables := r.tablesOf(st)
	var columns []string
	for _, t := range tables {
		columns = append(columns, t.columns...)
	}
	if near := diag.Near(names[len(names)-1], columns); near != "" {
		d.Hint = fmt.Sprintf("Perhaps %q is meant.", near)
	} else if len(tables) == 1 && len(columns) > 0 {
		d.Hint = fmt.Sprintf("%q has the columns %s.", tables[0].name, enumerate(columns))
	}
	if len(tables) == 1 {
		r.relate(d, tables[0].name, "the table is defined here")
	}
}

// A tableColumns is a table that a statement speaks of, with its columns.
type tableColumns struct {
	name    string
	columns []string
}

// tablesOf gives the tables that a statement speaks of: those of the catalog,
// and the one it is about to create.
func (r *run) tablesOf(st *parser.Statement) (list []tableColumns) {
	n, err := st.Node()
	if err != nil || n == nil {
		return nil
	}
	if create, ok := n.(*ast.CreateStmt); ok {
		t := tableColumns{name: create.Relation.Relname}
		for _, e := range create.TableElts {
			if c, ok := e.(*ast.ColumnDef); ok {
				t.columns = append(t.columns, c.Colname)
			}
		}
		return []tableColumns{t}
	}
	seen := map[string]bool{}
	for _, rv := range relationsIn(n) {
		if seen[rv.Relname] {
			continue
		}
		seen[rv.Relname] = true
		if columns := r.backend.ColumnNames(rv); columns != nil {
			list = append(list, tableColumns{rv.Relname, columns})
		}
	}
	return list
}

// nearRelation says where the relation is created later, or which one was meant.
func (r *run) nearRelation(d *diag.Diagnostic, st *parser.Statement, err *pgerr.Error) {
	names := missingNames(err)
	if len(names) == 0 {
		return
	}
	name := names[len(names)-1]
	if at, later := r.definedLater(name); later {
		d.Related = append(d.Related, diag.Note{Span: at, Message: "it is created here, later"})
		d.Hint = "Create it first: give this file a later version, or that one an earlier one."
		if r.list[r.at].Psql { // files named on the command line run in the order they are named
			d.Hint = "Create it first: name that file before this one."
		}
		if at.File == r.section.File.Path {
			d.Hint = "Move this statement behind the one that creates it."
		}
		return
	}
	if near := diag.Near(name, r.backend.RelationNames()); near != "" {
		d.Hint = fmt.Sprintf("Perhaps %q is meant.", near)
		r.relate(d, near, "it is defined here")
	}
}

// nearType names the type that was meant: one of the schema's, or of Postgres's.
func (r *run) nearType(d *diag.Diagnostic, st *parser.Statement, err *pgerr.Error) {
	if !strings.HasPrefix(err.Message, "type ") || err.Hint != "" {
		return
	}
	name := strings.TrimSuffix(missingNames(err)[0], "[]")
	if at, later := r.definedLater(name); later {
		d.Related = append(d.Related, diag.Note{Span: at, Message: "it is created here, later"})
		d.Hint = "Create it first."
		return
	}
	if near := diag.Near(name, slices.Concat(r.backend.TypeNames(), commonTypes)); near != "" {
		d.Hint = fmt.Sprintf("Perhaps %q is meant.", near)
	}
}

// commonTypes are the types people mean when they mistype one.
var commonTypes = []string{
	"bigint", "bigserial", "boolean", "bytea", "date", "integer", "interval", "json", "jsonb", "numeric", "real",
	"serial", "smallint", "text", "time", "timestamp", "timestamptz", "uuid", "varchar",
}

// firstRelation points at what has the name already.
func (r *run) firstRelation(d *diag.Diagnostic, _ *parser.Statement, err *pgerr.Error) {
	if names := quotedNames(err.Message); len(names) > 0 {
		r.relate(d, names[0], "it is first created here")
	}
	if d.Hint == "" {
		d.Hint = "Take another name, drop the first one before, or write IF NOT EXISTS."
	}
}

// firstColumn points at the table that has the column already.
func (r *run) firstColumn(d *diag.Diagnostic, _ *parser.Statement, err *pgerr.Error) {
	names := quotedNames(err.Message)
	if len(names) < 2 {
		return
	}
	r.relate(d, names[1], "the table is defined here")
	if d.Hint == "" {
		d.Hint = "Drop the old column first, or write ADD COLUMN IF NOT EXISTS."
	}
}

// syntaxHint knows what people bring from elsewhere.
func (r *run) syntaxHint(d *diag.Diagnostic, st *parser.Statement, _ *pgerr.Error) {
	if d.Hint == "" && strings.Contains("\n"+st.Text, "\n\\") {
		d.Hint = "psql's backslash commands work only in files named on the command line."
	}
}

// relate points at the statement that creates a relation.
func (r *run) relate(d *diag.Diagnostic, relation, message string) {
	for i := range r.list[:r.at+1] {
		for _, s := range r.list[i].Sections {
			for _, st := range s.Statements {
				if names := introduced(st); len(names) > 0 && names[0] == relation && firstWord(st) == "CREATE" {
					span := nameSpan(s.File.Path, st, relation)
					if span == d.Span {
						continue
					}
					d.Related = append(d.Related, diag.Note{Span: span, Message: message})
					return
				}
			}
		}
	}
}

// definedLater finds the statement behind the present one that creates a
// relation or type. That a migration does is no help to the setup.
func (r *run) definedLater(name string) (diag.Span, bool) {
	list := r.list
	if r.at < r.setup {
		list = list[:r.setup]
	}
	for i := r.at; i < len(list); i++ {
		for _, s := range r.list[i].Sections {
			for _, st := range s.Statements {
				if firstWord(st) != "CREATE" || !r.isLater(i, s.File.Path, st) {
					continue
				}
				if names := introduced(st); len(names) > 0 && names[0] == name {
					return nameSpan(s.File.Path, st, name), true
				}
			}
		}
	}
	return diag.Span{}, false
}

// isLater reports whether a statement of migration i has not run yet.
func (r *run) isLater(i int, file string, st *parser.Statement) bool {
	if i > r.at {
		return true
	}
	return file == r.section.File.Path && st.Offset > r.running
}

func nameSpan(file string, st *parser.Statement, name string) diag.Span {
	lex := parser.Lexer{Text: st.Text}
	for t := lex.Next(); t.Kind != parser.EOF; t = lex.Next() {
		if isName(t) && lex.Name(t) == name {
			return diag.Span{File: file, Start: st.Offset + t.Start, End: st.Offset + t.End}
		}
	}
	return diag.Span{File: file, Start: st.Offset, End: st.End}
}

// enumerate writes a few names of a list.
func enumerate(names []string) string {
	const most = 12
	if len(names) > most {
		return strings.Join(names[:most], ", ") + " and others"
	}
	return strings.Join(names, ", ")
}
