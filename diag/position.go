package diag

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// Texts are the files that spans point into, by Span.File. A file that is not
// there (it could not be read) is shown by its name alone.
type Texts map[string]string

// A Position is a place as people count: lines and columns from 1, columns in
// characters.
type Position struct {
	Offset int `json:"offset"`
	Line   int `json:"line"`
	Column int `json:"column"`
}

// byteOrderMark may open a file; no editor counts it as a column.
const byteOrderMark = "\ufeff"

// index finds the lines of files, each file being searched once.
type index struct {
	texts Texts
	lines map[string][]int // offsets of line starts
}

func newIndex(texts Texts) *index { return &index{texts, map[string][]int{}} }

func (x *index) starts(file string) []int {
	if s, ok := x.lines[file]; ok {
		return s
	}
	text, starts := x.texts[file], []int{0}
	for at := 0; ; {
		i := strings.IndexByte(text[at:], '\n')
		if i < 0 {
			break
		}
		at += i + 1
		starts = append(starts, at)
	}
	x.lines[file] = starts
	return starts
}

// position gives the place of a byte offset; ok is false for a span that has
// none. An offset beyond the text is its end.
func (x *index) position(file string, offset int) (p Position, ok bool) {
	text, known := x.texts[file]
	if !known || offset < 0 {
		return Position{}, false
	}
	offset = min(offset, len(text))
	starts := x.starts(file)
	line := sort.SearchInts(starts, offset+1) - 1
	before := text[starts[line]:offset]
	if line == 0 {
		before = strings.TrimPrefix(before, byteOrderMark)
	}
	return Position{Offset: offset, Line: line + 1, Column: utf8.RuneCountInString(before) + 1}, true
}

// line gives the text of a line (from 1) and the offset where it begins.
func (x *index) line(file string, line int) (text string, start int) {
	starts, all := x.starts(file), x.texts[file]
	start, end := starts[line-1], len(all)
	if line < len(starts) {
		end = starts[line] - 1
	}
	text = strings.TrimSuffix(all[start:end], "\r")
	if line == 1 && strings.HasPrefix(text, byteOrderMark) {
		return text[len(byteOrderMark):], start + len(byteOrderMark)
	}
	return text, start
}

// PositionOf gives line and column of a byte offset into text.
func PositionOf(text string, offset int) Position {
	p, _ := newIndex(Texts{"": text}).position("", max(offset, 0))
	return p
}
