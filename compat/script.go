package compat

import (
	"regexp"
	"strings"

	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/source"
)

// A Script is what the migrations between two schemas say of the way from one to the other: what they rename, which
// statement changes what, and which changes are allowed.
type Script struct {
	Renames []Rename

	files       []*source.File
	statements  []statement
	indexes     map[string]string // tables of the earlier schema's indexes, by the index's name
	allows      []*allow
	diagnostics []diag.Diagnostic
}

// A statement is one that may change the schema, and the words in it.
type statement struct {
	file  *source.File
	span  diag.Span
	words map[string]bool // names and keywords, those inside of strings and function bodies too
	whole map[string]bool // tables that it makes or drops, if it does
}

// ReadScript reads the migrations that were made since before.
func ReadScript(migrations []source.Migration, before *metadata.Schema) *Script {
	s := &Script{indexes: map[string]string{}}
	for i := range before.Tables {
		for _, x := range before.Tables[i].Indexes {
			s.indexes[x.Name] = before.Tables[i].Name
		}
	}
	for i := range migrations {
		for _, section := range migrations[i].Sections {
			s.section(&section)
		}
	}
	for _, f := range s.files {
		s.readAllows(f)
	}
	return s
}

func (s *Script) section(section *source.Section) {
	if len(s.files) == 0 || s.files[len(s.files)-1] != section.File {
		s.files = append(s.files, section.File)
	}
	for _, st := range section.Statements {
		if st.ChangesRows() {
			continue
		}
		s.statements = append(s.statements, statement{
			section.File, diag.Span{File: section.File.Path, Start: st.Offset, End: st.End}, s.wordsOf(st.Text), s.wholeOf(st),
		})
		s.rename(st)
	}
}

var nameInText = regexp.MustCompile(`"(?:[^"]|"")+"|[A-Za-z_\x80-\xff][A-Za-z0-9_$\x80-\xff]*`)

// wordsOf lists the names a statement's text holds, and the tables of the indexes it names.
func (s *Script) wordsOf(text string) map[string]bool {
	words := map[string]bool{}
	for _, w := range nameInText.FindAllString(text, -1) {
		if w[0] == '"' {
			w = strings.ReplaceAll(w[1:len(w)-1], `""`, `"`)
		} else {
			w = strings.ToLower(w)
		}
		words[w] = true
		if table, ok := s.indexes[w]; ok {
			words[table] = true
		}
	}
	return words
}

// wholeOf lists the words among which are the tables that a statement makes or drops.
func (s *Script) wholeOf(st *parser.Statement) map[string]bool {
	kind, text := st.Kind(), st.Text
	switch {
	case strings.HasPrefix(kind, "CREATE TABLE"):
		text, _, _ = strings.Cut(text, "(")
	case !strings.HasPrefix(kind, "DROP TABLE"):
		return nil
	}
	return s.wordsOf(text)
}

// rename notes what a statement renames or moves.
func (s *Script) rename(st *parser.Statement) {
	kind := st.Kind()
	if !strings.HasPrefix(kind, "ALTER TABLE") {
		return
	}
	node, err := st.Node()
	if err != nil {
		return // the compiler tells of it
	}
	switch n := node.(type) {
	case *ast.RenameStmt:
		if n.Relation == nil {
			return
		}
		r := Rename{Schema: n.Relation.Schemaname, Table: n.Relation.Relname, To: n.Newname}
		switch n.RenameType {
		case ast.OBJECT_COLUMN:
			r.Column = n.Subname
		case ast.OBJECT_TABLE:
		default:
			return
		}
		s.Renames = append(s.Renames, r)
	case *ast.AlterObjectSchemaStmt:
		if n.Relation != nil && n.ObjectType == ast.OBJECT_TABLE {
			s.Renames = append(s.Renames, Rename{
				Schema: n.Relation.Schemaname, Table: n.Relation.Relname, To: n.Relation.Relname, ToSchema: n.Newschema,
			})
		}
	}
}

// names reports whether a statement names what a finding is about, as closely as the words tell.
func (st *statement) names(t *Table, f *Finding) bool {
	if f.Type != "" {
		_, name, _ := strings.Cut(f.Type, ".")
		return st.words[name]
	}
	return t.in(st.words) && (f.Column == "" || st.words[f.Column])
}

// remakes reports whether a statement makes or drops the table that a finding is about, whatever columns it names.
func (st *statement) remakes(t *Table, f *Finding) bool { return f.Type == "" && t.in(st.whole) }

// in reports whether the table is among words, under its new name or its old one.
func (t *Table) in(words map[string]bool) bool {
	_, was, _ := strings.Cut(t.Was, ".")
	return words[t.Name] || was != "" && words[was]
}

// place finds the statement that made a change: the last one that names what changed, or else that made or dropped the
// table.
func (s *Script) place(t *Table, f *Finding) {
	for _, matches := range []func(*statement, *Table, *Finding) bool{(*statement).names, (*statement).remakes} {
		for i := len(s.statements) - 1; i >= 0; i-- {
			if matches(&s.statements[i], t, f) {
				f.Span = s.statements[i].span
				return
			}
		}
	}
}

// Apply places a report's findings in the migrations and takes those that are allowed for compatible. It gives what is
// wrong with the allow comments, the unused ones as warnings.
func (s *Script) Apply(r *Report) []diag.Diagnostic {
	for i := range r.Tables {
		t := &r.Tables[i]
		for j := range t.Findings {
			f := &t.Findings[j]
			s.place(t, f)
			s.allow(t, f)
		}
		t.settle()
	}
	return append(s.diagnostics, s.unused()...)
}

// Texts are the files, for showing diagnostics.
func (s *Script) Texts() diag.Texts {
	texts := diag.Texts{}
	for _, f := range s.files {
		texts[f.Path] = f.Text
	}
	return texts
}
