package source

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/parser"
)

// byteOrderMark may open a file. It is not SQL.
const byteOrderMark = "\ufeff"

// A cutter cuts one file into sections. What is wrong is reported in order.
type cutter struct {
	file        *File
	marks       []mark
	diagnostics []diag.Diagnostic
}

func (c *cutter) errorf(m mark, code, hint, format string, args ...any) {
	d := diag.Errorf(m.span(c.file), code, format, args...)
	d.Hint = hint
	c.diagnostics = append(c.diagnostics, d)
}

// cut finds a file's sections and puts its statements into them.
func cut(f *File) ([]Section, []diag.Diagnostic) {
	c := cutter{file: f, marks: findMarks(f.Text)}
	sections := c.cut(split(f.Text))
	return withContent(sections), c.diagnostics
}

func (c *cutter) cut(statements []*parser.Statement) (sections []Section) {
	for _, region := range c.regions() {
		sections = append(sections, c.blocks(region)...)
	}
	c.fill(sections, statements)
	return sections
}

// withContent drops the empty stretches between blocks.
func withContent(sections []Section) []Section {
	return slices.DeleteFunc(sections, func(s Section) bool { return len(s.Statements) == 0 && !s.Marked })
}

// split gives a text's statements, each ending where its last token does.
func split(text string) []*parser.Statement {
	skip := len(text) - len(strings.TrimPrefix(text, byteOrderMark))
	list := parser.Split(text[skip:])
	for _, s := range list {
		s.Offset += skip
		s.End += skip
	}
	if n := len(list); n > 0 && list[n-1].End == len(text) {
		trimEnd(list[n-1])
	}
	return list
}

// trimEnd takes the comments off a statement that the text ends in.
func trimEnd(s *parser.Statement) {
	lex, end := parser.Lexer{Text: s.Text}, 0
	for t := lex.Next(); t.Kind != parser.EOF; t = lex.Next() {
		end = t.End
	}
	s.Text, s.End = s.Text[:end], s.Offset+end
}

// regions gives the parts of the text that are the way up: all of it, unless a
// tool's markers say otherwise.
func (c *cutter) regions() []Section {
	var regions []Section
	mode, tool := Transaction, false
	for i, m := range c.marks {
		switch m.kind {
		case gooseNoTransaction:
			mode = Autocommit
		case gooseUnsupported:
			c.errorf(m, "unsupported-marker", "Write the values into the file.", "%q is not supported", "-- "+m.text)
		case gooseDown, dbmateDown:
			tool = true
		case gooseUp, dbmateUp:
			tool = true
			r := Section{File: c.file, Start: m.end, End: c.nextTool(i), Mode: Transaction}
			if m.kind == dbmateUp && strings.Contains(m.options, "transaction:false") {
				r.Mode = Autocommit
			}
			regions = append(regions, r)
		}
	}
	if !tool {
		return []Section{{File: c.file, End: len(c.file.Text)}}
	}
	for i := range regions {
		regions[i].Mode = min(regions[i].Mode, mode)
	}
	return regions
}

// nextTool is where the region that begins at mark i ends.
func (c *cutter) nextTool(i int) int {
	for _, m := range c.marks[i+1:] {
		if m.kind.isTool() {
			return m.start
		}
	}
	return len(c.file.Text)
}

// blocks cuts a region at its transaction markers.
func (c *cutter) blocks(region Section) (sections []Section) {
	at, open := region.Start, (*mark)(nil)
	piece := func(end int) {
		s := Section{File: c.file, Start: at, End: end, Mode: region.Mode}
		if open != nil {
			s.Mode, s.Marked = Transaction, true
		}
		sections = append(sections, s)
	}
	for _, m := range c.marks {
		if m.start < region.Start || m.start >= region.End {
			continue
		}
		switch {
		case m.kind == unknownMark:
			c.errorf(m, "unknown-marker", "The markers are -- :electric:txn:start and -- :electric:txn:end.", "unknown marker %q", m.text)
		case m.kind == blockStart && open != nil:
			c.errorf(m, "nested-block", "End the first block before this one starts.", "a transaction block starts inside another one")
			c.related(*open, "the first one starts here")
		case m.kind == blockStart:
			piece(m.start)
			at, open = m.end, &m
		case m.kind == blockEnd && open == nil:
			c.errorf(m, "block-not-started", "Write -- :electric:txn:start before its first statement, or take this line out.", "this ends a transaction block that was not started")
		case m.kind == blockEnd:
			piece(m.start)
			at, open = m.end, nil
		}
	}
	if open != nil {
		c.errorf(*open, "block-not-ended", "Write -- :electric:txn:end after its last statement.", "this transaction block is not ended")
	}
	piece(region.End)
	return sections
}

func (c *cutter) related(m mark, message string) {
	d := &c.diagnostics[len(c.diagnostics)-1]
	d.Related = append(d.Related, diag.Note{Span: m.span(c.file), Message: message})
}

// fill puts each statement into the section it begins in. Those of a way down
// are in none.
func (c *cutter) fill(sections []Section, statements []*parser.Statement) {
	marks, i := c.boundaries(), 0
	for _, s := range statements {
		for len(marks) > 0 && marks[0].start < s.Offset {
			marks = marks[1:]
		}
		if len(marks) > 0 && marks[0].start < s.End {
			c.straddles(s, marks[0])
		}
		for i < len(sections) && sections[i].End <= s.Offset {
			i++
		}
		if i == len(sections) {
			return
		}
		if s.Offset < sections[i].Start {
			c.beforeUp(s)
			continue
		}
		sections[i].Statements = append(sections[i].Statements, s)
	}
}

// boundaries are the marks that no statement may span.
func (c *cutter) boundaries() []mark {
	return slices.DeleteFunc(slices.Clone(c.marks), func(m mark) bool {
		return m.kind == gooseNoTransaction || m.kind == gooseUnsupported || m.kind == unknownMark
	})
}

func (c *cutter) straddles(s *parser.Statement, m mark) {
	c.errorf(m, "statement-straddles-marker", "End the statement with a semicolon before this line.", "this marker is in the middle of a statement")
	d := &c.diagnostics[len(c.diagnostics)-1]
	d.Related = []diag.Note{{Span: diag.Span{File: c.file.Path, Start: s.Offset, End: s.Offset}, Message: "the statement begins here"}}
}

// beforeUp refuses what stands before the first "up" marker, as goose and
// dbmate do.
func (c *cutter) beforeUp(s *parser.Statement) {
	first := slices.IndexFunc(c.marks, func(m mark) bool { return m.kind.isTool() })
	if first < 0 || c.marks[first].start < s.Offset {
		return
	}
	d := diag.Errorf(diag.Span{File: c.file.Path, Start: s.Offset, End: s.End}, "statement-before-up", "statement before %q", "-- "+c.marks[first].text)
	d.Hint = "Move it below that line."
	c.diagnostics = append(c.diagnostics, d)
}
