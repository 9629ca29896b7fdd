package source

import (
	"path/filepath"
	"slices"
	"time"

	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/parser"
)

// A Line is a statement of a script, with the file it stands in.
type Line struct {
	File      *File
	Statement *parser.Statement
	Block     int // lines of one number in a row are one transaction; 0: in none but their own
}

// A Program is what is run in one session: a migration of a folder, or a file.
type Program struct {
	Instant time.Time // the time that its version names; zero when that is not known
	Lines   []Line
}

// Programs gives what args name, one after the other: of a folder its migrations,
// read as compile reads them, and files as psql would run them. Of a file that a
// tool's markers divide into up and down, up alone is there. psql's commands other
// than those that include a file are passed over.
func Programs(args []string, o Options) (list []Program, texts diag.Texts, problems []diag.Diagnostic) {
	texts = diag.Texts{}
	for _, arg := range args {
		if isFile(arg) {
			s := scriptReader{texts: texts, marks: true}
			s.read(arg)
			list = append(list, Program{Lines: s.lines})
			problems = append(problems, s.problems...)
			continue
		}
		in := Read([]string{arg}, o)
		for _, m := range in.Migrations() {
			list = append(list, m.program())
		}
		for name, text := range in.Texts {
			texts[name] = text
		}
		problems = append(problems, in.Diagnostics...)
	}
	return list, texts, problems
}

func (m *Migration) program() (p Program) {
	p.Instant, _ = m.Instant()
	for i := range m.Sections {
		p.Lines = append(p.Lines, m.Sections[i].lines(i+1)...)
	}
	return p
}

// lines are a section's statements; block is the number of its transaction, if it is one.
func (s *Section) lines(block int) (lines []Line) {
	if s.Mode == Autocommit {
		block = 0
	}
	for _, st := range s.Statements {
		lines = append(lines, Line{s.File, st, block})
	}
	return lines
}

// Script reads a file as psql would run it, markers and layouts aside: the
// statements in the order they run, those of files it includes among them. Other
// meta-commands are passed over.
func Script(path string) (lines []Line, texts diag.Texts, problems []diag.Diagnostic) {
	s := scriptReader{texts: diag.Texts{}}
	s.read(path)
	return s.lines, s.texts, s.problems
}

type scriptReader struct {
	lines    []Line
	texts    diag.Texts
	problems []diag.Diagnostic
	marks    bool // markers mean something
	blocks   int  // those given a number
}

func (s *scriptReader) read(path string) {
	shown := filepath.ToSlash(path)
	f, problem := load(path, shown, false)
	if f != nil {
		s.texts[f.Path] = f.Text
	}
	if problem != nil {
		s.problems = append(s.problems, *problem)
		return
	}
	s.file(f, []string{shown})
}

func (s *scriptReader) file(f *File, trail []string) {
	items := psqlItems(f)
	place := s.places(f, items)
	for i, item := range items {
		block, runs := place(item)
		if !runs {
			continue
		}
		if item.Statement != nil {
			s.lines = append(s.lines, Line{f, item.Statement, block})
			continue
		}
		relative, isInclude := includes[item.Meta.Name]
		if !isInclude || len(item.Meta.Args) != 1 {
			continue
		}
		included, problem := include(f, items[i].Meta, relative, trail)
		if problem != nil {
			s.problems = append(s.problems, *problem)
			continue
		}
		s.texts[included.Path] = included.Text
		s.file(included, append(slices.Clone(trail), included.Path))
	}
}

// places tells of a file's items in which transaction each is, and whether it
// runs at all: those of a way down do not.
func (s *scriptReader) places(f *File, items []parser.Item) func(parser.Item) (block int, runs bool) {
	c := cutter{file: f, marks: findMarks(f.Text)}
	if !s.marks || len(c.marks) == 0 {
		return func(parser.Item) (int, bool) { return 0, true }
	}
	var statements []*parser.Statement
	for _, item := range items {
		if item.Statement != nil {
			statements = append(statements, item.Statement)
		}
	}
	sections := c.cut(statements)
	s.problems = append(s.problems, c.diagnostics...)
	base := s.blocks
	s.blocks += len(sections)
	return func(item parser.Item) (int, bool) {
		at := 0
		if item.Statement != nil {
			at = item.Statement.Offset
		} else {
			at = item.Meta.Offset
		}
		i := slices.IndexFunc(sections, func(x Section) bool { return x.Start <= at && at < x.End })
		switch {
		case i < 0:
			return 0, false
		case sections[i].Mode == Autocommit:
			return 0, true
		}
		return base + i + 1, true
	}
}
