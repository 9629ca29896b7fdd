package source

import (
	"path/filepath"
	"slices"

	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/parser"
)

// A Line is a statement of a psql script, with the file it stands in.
type Line struct {
	File      *File
	Statement *parser.Statement
}

// Script reads a file as psql would run it, markers and layouts aside: the
// statements in the order they run, those of files it includes among them. Other
// meta-commands are passed over.
func Script(path string) (lines []Line, texts diag.Texts, problems []diag.Diagnostic) {
	s := scriptReader{texts: diag.Texts{}}
	shown := filepath.ToSlash(path)
	f, problem := load(path, shown, false)
	if f != nil {
		s.texts[f.Path] = f.Text
	}
	if problem != nil {
		return nil, s.texts, []diag.Diagnostic{*problem}
	}
	s.file(f, []string{shown})
	return s.lines, s.texts, s.problems
}

type scriptReader struct {
	lines    []Line
	texts    diag.Texts
	problems []diag.Diagnostic
}

func (s *scriptReader) file(f *File, trail []string) {
	items := psqlItems(f)
	for i, item := range items {
		if item.Statement != nil {
			s.lines = append(s.lines, Line{f, item.Statement})
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
