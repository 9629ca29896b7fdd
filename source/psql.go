package source

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/parser"
)

// includes are psql's commands that read another file; true: the name is
// relative to the including file alone.
var includes = map[string]bool{"i": false, "include": false, "ir": true, "include_relative": true}

// passedOver are psql's commands that change nothing the schema depends on: what
// pg_dump writes, what people put on top of their scripts, how results are shown;
// \g ends a statement as a semicolon does.
var passedOver = []string{
	"connect", "c", "restrict", "unrestrict", "encoding", "set", "unset", "pset", "timing",
	"echo", "qecho", "warn", "x", "t", "a", "o", "errverbose", "conninfo", "prompt",
	"C", "f", "H", "T", "g", "gx",
}

// A psqlReader reads a file by psql's rules, and those it includes.
type psqlReader struct {
	migration   *Migration
	diagnostics []diag.Diagnostic
	set         map[string]bool // psql's variables that were given a value
}

// readPsql fills in the sections of a file named on the command line.
func (m *Migration) readPsql() []diag.Diagnostic {
	r := psqlReader{migration: m, set: map[string]bool{}}
	m.Sections = withContent(r.file(m.File, []string{m.File.Path}))
	return r.diagnostics
}

// file gives the sections of a file with those of the files it includes between
// them. trail is the including files, outermost first, and this one.
func (r *psqlReader) file(f *File, trail []string) []Section {
	var statements []*parser.Statement
	var metas []*parser.Meta
	for _, item := range psqlItems(f) {
		switch {
		case item.Meta != nil:
			r.variables(f, item.Meta)
			metas = append(metas, item.Meta)
		case !r.variable(f, item.Statement):
			statements = append(statements, item.Statement)
		}
	}
	c := cutter{file: f, marks: findMarks(f.Text)}
	sections := c.cut(statements)
	r.diagnostics = append(r.diagnostics, c.diagnostics...)
	return r.metas(f, metas, sections, trail)
}

// psqlItems cuts a file by psql's rules, its byte order mark left out.
func psqlItems(f *File) []parser.Item {
	skip := len(f.Text) - len(strings.TrimPrefix(f.Text, byteOrderMark))
	items := parser.SplitPsql(f.Text[skip:])
	for _, item := range items {
		if m := item.Meta; m != nil {
			m.Offset += skip
			m.End += skip
			continue
		}
		s := item.Statement
		s.Offset += skip
		s.End += skip
		if s.End == len(f.Text) {
			trimEnd(s)
		}
	}
	return items
}

// metas follows a file's meta-commands.
func (r *psqlReader) metas(f *File, metas []*parser.Meta, sections []Section, trail []string) []Section {
	for _, m := range metas {
		relative, isInclude := includes[m.Name]
		switch {
		case isInclude:
			sections = r.include(f, m, relative, sections, trail)
		case m.Name == "encoding":
			r.encoding(f, m)
		case !slices.Contains(passedOver, m.Name):
			r.report(metaError(f, m, "unsupported-meta-command", "psql's command \\%s is not supported", m.Name))
		}
	}
	return sections
}

func (r *psqlReader) report(d diag.Diagnostic) { r.diagnostics = append(r.diagnostics, d) }

// metaError is a diagnostic about a meta-command.
func metaError(f *File, m *parser.Meta, code, format string, args ...any) diag.Diagnostic {
	span := diag.Span{File: f.Path, Start: m.Offset, End: m.Offset + len(strings.TrimSpace(f.Text[m.Offset:m.End]))}
	return diag.Errorf(span, code, format, args...)
}

// include puts the sections of an included file where the command stands.
func (r *psqlReader) include(f *File, m *parser.Meta, relative bool, sections []Section, trail []string) []Section {
	if len(m.Args) != 1 {
		r.report(metaError(f, m, "include-without-file", "\\%s asks for one file name", m.Name))
		return sections
	}
	if v := r.variableIn(m.Args[0]); v != "" {
		d := metaError(f, m, "psql-variable", "psql's variable %s is not supported", v)
		d.Hint = noVariables
		r.report(d)
		return sections
	}
	before, after, ok := splitAt(sections, m.Offset)
	if !ok {
		d := metaError(f, m, "include-in-block", "\\%s stands inside a transaction block or a statement", m.Name)
		d.Hint = "Include files between transaction blocks."
		r.report(d)
		return sections
	}
	included, problem := include(f, m, relative, trail)
	if problem != nil {
		r.report(*problem)
		return sections
	}
	r.migration.Includes = append(r.migration.Includes, included)
	inner := r.file(included, append(slices.Clone(trail), included.Path))
	return slices.Concat(before, inner, after)
}

// include reads the file that a command of f includes.
func include(f *File, m *parser.Meta, relative bool, trail []string) (*File, *diag.Diagnostic) {
	name := findInclude(f.Path, m.Args[0], relative)
	if slices.Contains(trail, name) {
		d := metaError(f, m, "include-cycle", "%s includes itself", name)
		d.Detail = fmt.Sprintf("The way there: %s.", strings.Join(append(slices.Clone(trail), name), ", "))
		return nil, &d
	}
	included, problem := load(name, name, false)
	if problem != nil {
		d := metaError(f, m, problem.Code, "included file %s %s", name, problem.Message)
		d.Hint = problem.Hint
		return nil, &d
	}
	return included, nil
}

// splitAt cuts sections in two at an offset of their file, unless it is inside a
// block or a statement.
func splitAt(sections []Section, at int) (before, after []Section, ok bool) {
	if len(sections) == 0 {
		return nil, nil, true
	}
	file := sections[len(sections)-1].File // the last piece of the including file is last
	for i, s := range sections {
		if s.File != file || at < s.Start || at > s.End {
			continue
		}
		if s.Marked && at > s.Start && at < s.End {
			return nil, nil, false
		}
		n := 0
		for n < len(s.Statements) && s.Statements[n].Offset < at {
			n++
		}
		if n > 0 && s.Statements[n-1].End > at {
			return nil, nil, false
		}
		first, second := s, s
		first.End, first.Statements = at, s.Statements[:n:n]
		second.Start, second.Statements = at, s.Statements[n:]
		return append(slices.Clone(sections[:i]), first), append([]Section{second}, sections[i+1:]...), true
	}
	return sections, nil, true
}

// findInclude finds an included file as psql does: \ir from the including file's
// folder, \i from the working directory; there, the including file's folder
// comes second, so that a script works from anywhere.
func findInclude(from, name string, relative bool) string {
	name = filepath.ToSlash(name)
	beside := path.Join(path.Dir(from), name)
	switch {
	case path.IsAbs(name):
		return path.Clean(name)
	case relative, !exists(name) && exists(beside):
		return beside
	}
	return path.Clean(name)
}
