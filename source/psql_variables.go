package source

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/parser"
)

// Psql puts the values of its variables into what it sends, wherever :name, :'name' or :"name" stands outside of
// strings. Here there are none: a file that uses one would run as another one than psql runs, so it is refused.

const noVariables = "Write the value itself: variables are psql's, not SQL's, and only psql fills them in."

// settings of psql that change how it reads a script, with the values that are as here.
var scriptSettings = map[string]struct {
	usual  []string
	advice string
}{
	"AUTOCOMMIT": {[]string{"", "on", "true", "yes", "1"}, "Write BEGIN and COMMIT where transactions are meant."},
	"SINGLELINE": {[]string{"off", "false", "no", "0"}, "End statements with semicolons."},
}

// variables notes what \set, \unset and \prompt do to psql's variables, and refuses what changes how a script is read.
func (r *psqlReader) variables(f *File, m *parser.Meta) {
	if len(m.Args) == 0 {
		return
	}
	switch name := m.Args[0]; m.Name {
	case "unset":
		delete(r.set, name)
	case "prompt":
		r.set[m.Args[len(m.Args)-1]] = true
	case "set":
		r.set[name] = true
		setting, is := scriptSettings[name]
		if value := strings.ToLower(strings.Join(m.Args[1:], "")); is && !slices.Contains(setting.usual, value) {
			d := metaError(f, m, "unsupported-meta-command", "\\set %s %s is not supported", name, value)
			d.Hint = setting.advice
			r.report(d)
		}
	}
}

// encoding refuses \encoding of anything but UTF-8.
func (r *psqlReader) encoding(f *File, m *parser.Meta) {
	if len(m.Args) == 0 {
		return // it is shown
	}
	name := strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(m.Args[0]))
	if name == "utf8" || name == "unicode" {
		return
	}
	d := metaError(f, m, "unsupported-meta-command", "\\encoding %s is not supported: files are UTF-8", m.Args[0])
	d.Hint = "Save the file as UTF-8 and take the command out."
	r.report(d)
}

// variable refuses a statement that psql would put a variable's value into. Of those that the file sets this is known;
// another one was given on psql's command line, if the grammar stumbles at its colon.
func (r *psqlReader) variable(f *File, s *parser.Statement) (uses bool) {
	for _, v := range variablesIn(s.Text) {
		if !r.set[v.name] {
			if err := s.Err(); err == nil || err.Code != "42601" || err.Position != v.start {
				continue
			}
		}
		text := s.Text[v.start:v.end]
		d := diag.Errorf(diag.Span{File: f.Path, Start: s.Offset + v.start, End: s.Offset + v.end}, "psql-variable",
			"psql's variable %s is not supported", text)
		d.Hint = noVariables
		r.report(d)
		return true
	}
	return false
}

// A variable is :name, :'name' or :"name" in a text, at these bytes.
type variable struct {
	name       string
	start, end int
}

// variablesIn gives what may be variables in a statement: a colon and, right behind it, a name.
func variablesIn(text string) (list []variable) {
	if !strings.Contains(text, ":") {
		return nil
	}
	lex := parser.Lexer{Text: text}
	for t := lex.Next(); t.Kind != parser.EOF; t = lex.Next() {
		if t.Kind != parser.Punct || text[t.Start] != ':' {
			continue
		}
		at := lex.Pos
		next := lex.Next()
		if next.Start != t.End {
			lex.Pos = at
			continue
		}
		switch name := text[next.Start:next.End]; next.Kind {
		case parser.Word, parser.Number:
			list = append(list, variable{name, t.Start, next.End})
		case parser.String, parser.QuotedIdent:
			list = append(list, variable{name[1 : len(name)-1], t.Start, next.End})
		default:
			lex.Pos = at
		}
	}
	return list
}

// variableIn gives the variable that an argument of a meta-command uses, "" for none.
func (r *psqlReader) variableIn(arg string) string {
	for _, v := range variablesIn(arg) {
		if r.set[v.name] {
			return arg[v.start:v.end]
		}
	}
	return ""
}
