package compile

import (
	"strings"

	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/eval"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// diagnose tells what Postgres holds against a statement: where, in Postgres's
// words, and what to do about it. It is empty when the error only follows from
// one that was told before.
func (r *run) diagnose(st *parser.Statement, err *pgerr.Error) diag.Diagnostic {
	if err.Code == "42601" && r.repair(st, err) {
		return diag.Diagnostic{}
	}
	follows := r.blamed.explains(err)
	r.blame(st, err)
	if follows {
		return diag.Diagnostic{}
	}
	d := diag.Errorf(r.place(st, err), err.Code, "%s", oneLineMessage(err.Message))
	d.Detail, d.Hint, d.Undecided = err.Detail, err.Hint, Undecided(err)
	r.advise(&d, st, err)
	if d.Undecided {
		d.Hint = strings.TrimSpace(d.Hint + " " + ShadowHint)
	}
	return d
}

// ShadowHint names the way out when this program cannot tell.
const ShadowHint = "Or ask a scratch Postgres: electric migrate compile --shadow."

// Undecided reports whether a server might take what is refused here: it depends
// on data, on what is installed, or this program is at fault.
func Undecided(err *pgerr.Error) bool {
	return err.Undecided || err.Code == eval.Undecidable || strings.HasPrefix(err.Message, internalError)
}

// repair tells a syntax error whose remedy is known, and runs what the statement
// was meant to be, so that its other mistakes are found and what needs it is not
// told as mistaken.
func (r *run) repair(st *parser.Statement, err *pgerr.Error) bool {
	fixed, hint, pos, ok := parser.Repair(st.Text, err)
	if !ok {
		return false
	}
	d := diag.Errorf(r.token(st, pos), err.Code, "%s", oneLineMessage(err.Message))
	d.Hint = hint
	r.report(d)
	for _, part := range parser.Split(fixed) {
		part.Offset += st.Offset
		part.End += st.Offset
		if err := r.execute(part); err != nil {
			r.report(r.diagnose(part, err))
		}
	}
	return true
}

func oneLineMessage(message string) string {
	return strings.Join(strings.FieldsFunc(message, func(r rune) bool { return r == '\n' || r == '\r' }), " ")
}

// place is the smallest text that shows the mistake: the token Postgres points
// at, else the name that its message quotes, else the statement's first line.
func (r *run) place(st *parser.Statement, err *pgerr.Error) diag.Span {
	if err.Position >= 0 && err.Position <= len(st.Text) {
		return r.token(st, err.Position)
	}
	if t, ok := nameIn(st.Text, quotedNames(err.Message)); ok {
		return r.span(st, t.Start, t.End)
	}
	return r.firstLine(st)
}

// token is the span of the token at a place in a statement. A name with dots is
// one piece.
func (r *run) token(st *parser.Statement, pos int) diag.Span {
	lex := parser.Lexer{Text: st.Text, Pos: pos}
	t := lex.Next()
	if t.Kind == parser.EOF || t.Start > pos {
		return r.span(st, pos, pos)
	}
	for isName(t) {
		dot := lex.Next()
		if lex.Source(dot) != "." {
			break
		}
		next := lex.Next()
		if !isName(next) {
			break
		}
		t.End = next.End
	}
	return r.span(st, t.Start, t.End)
}

func isName(t parser.Token) bool { return t.Kind == parser.Word || t.Kind == parser.QuotedIdent }

// nameIn finds the first of names that a statement's text holds. The last time
// it does is taken: definitions come before what refers to them.
func nameIn(text string, names []string) (found parser.Token, ok bool) {
	lex := parser.Lexer{Text: text}
	last := map[string]parser.Token{}
	for t := lex.Next(); t.Kind != parser.EOF; t = lex.Next() {
		if isName(t) {
			last[lex.Name(t)] = t
		}
	}
	for _, name := range names {
		if t, ok := last[name]; ok {
			return t, true
		}
	}
	return found, false
}

// quotedNames gives what a message of Postgres has in double quotes, in order,
// qualified names by their last part as well.
func quotedNames(message string) (names []string) {
	parts := strings.Split(message, `"`)
	for i := 1; i < len(parts); i += 2 {
		names = append(names, parts[i])
		if dot := strings.LastIndexByte(parts[i], '.'); dot >= 0 {
			names = append(names, parts[i][dot+1:])
		}
	}
	return names
}

// blamed are names that would be there but for an error that was told.
type blamed map[string]bool

// missingObject are the SQLSTATEs that say that something is not there.
var missingObject = map[string]bool{
	"42P01": true, "42703": true, "42704": true, "42883": true, "3F000": true,
}

// explains reports whether an error is only the consequence of an earlier one.
func (b blamed) explains(err *pgerr.Error) bool {
	if !missingObject[err.Code] || len(b) == 0 {
		return false
	}
	for _, name := range missingNames(err) {
		if b[name] {
			return true
		}
	}
	return false
}

// missingNames gives the name of what an error says is not there, and without
// its schema or table if it has one: the first name its message quotes, or the
// one behind its first word.
func missingNames(err *pgerr.Error) []string {
	if names := quotedNames(err.Message); len(names) > 0 {
		if strings.Contains(names[0], ".") {
			return names[:2]
		}
		return names[:1]
	}
	if _, rest, ok := strings.Cut(err.Message, " "); ok { // function f(integer) does not exist, column t.c does not exist
		name, _, _ := strings.Cut(rest, "(")
		name, _, _ = strings.Cut(name, " ")
		return []string{name, name[strings.LastIndexByte(name, '.')+1:]}
	}
	return nil
}

// blame notes the names that a failed statement does not bring into being.
func (r *run) blame(st *parser.Statement, err *pgerr.Error) {
	for _, name := range introduced(st) {
		r.blamed[name] = true
	}
	if err.Code == "42P01" { // told once, it is not told for every statement that needs it
		for _, name := range missingNames(err) {
			if _, later := r.definedLater(name); later {
				r.blamed[name] = true
			}
		}
	}
}

// introduces are the words before the name of something new; fillers may stand
// between.
var (
	introduces = map[string]bool{
		"table": true, "view": true, "type": true, "domain": true, "function": true, "procedure": true,
		"sequence": true, "schema": true, "extension": true, "add": true, "to": true,
	}
	fillers = map[string]bool{"if": true, "not": true, "exists": true, "column": true, "only": true}
)

// introduced gives the names of what a statement would make: of CREATE, of ALTER
// TABLE … ADD COLUMN and of RENAME TO.
func introduced(st *parser.Statement) (names []string) {
	lex := parser.Lexer{Text: st.Text}
	first := lex.Next()
	creates, alters := lex.Is(first, "create"), lex.Is(first, "alter")
	if !creates && !alters {
		return nil
	}
	for t := lex.Next(); t.Kind != parser.EOF; t = lex.Next() {
		word := strings.ToLower(lex.Source(t))
		if t.Kind != parser.Word || !introduces[word] || alters && word != "add" && word != "to" {
			continue
		}
		if name := newName(&lex); name != "" {
			names = append(names, name)
		}
		if creates {
			break
		}
	}
	return names
}

// newName reads a name that may be qualified, and gives its last part.
func newName(lex *parser.Lexer) (name string) {
	for {
		t := lex.Next()
		if t.Kind == parser.Word && fillers[strings.ToLower(lex.Source(t))] {
			continue
		}
		if !isName(t) {
			return name
		}
		name = lex.Name(t)
		before := lex.Pos
		if lex.Source(lex.Next()) != "." {
			lex.Pos = before
			return name
		}
	}
}

// relationsIn gives the names of the relations that a statement speaks of.
func relationsIn(n ast.Node) (list []*ast.RangeVar) {
	ast.Walk(n, func(n ast.Node) bool {
		if rv, ok := n.(*ast.RangeVar); ok {
			list = append(list, rv)
		}
		return true
	})
	return list
}
