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
			section.File, diag.Span{File: section.File.Path, Start: st.Offset, End: st.End}, s.wordsOf(st.Text),
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

// names reports whether a statement names what a finding is about.
func (st *statement) names(t *Table, f *Finding) bool {
	if f.Type != "" {
		_, name, _ := strings.Cut(f.Type, ".")
		return st.words[name]
	}
	_, was, _ := strings.Cut(t.Was, ".")
	return (st.words[t.Name] || was != "" && st.words[was]) && (f.Column == "" || st.words[f.Column])
}

// Apply places a report's findings in the migrations and takes those that are allowed for compatible. It gives what is
// wrong with the allow comments, the unused ones as warnings.
func (s *Script) Apply(r *Report) []diag.Diagnostic {
	for i := range r.Tables {
		t := &r.Tables[i]
		for j := range t.Findings {
			f := &t.Findings[j]
			for k := len(s.statements) - 1; k >= 0; k-- { // the last one that names it made it what it is
				if s.statements[k].names(t, f) {
					f.Span = s.statements[k].span
					break
				}
			}
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
