package source

import (
	"strings"

	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/parser"
)

// A markKind is what a marker, a line comment with a meaning, says.
type markKind int

const (
	blockStart markKind = iota
	blockEnd
	unknownMark
	gooseUp
	gooseDown
	gooseNoTransaction
	gooseUnsupported
	dbmateUp
	dbmateDown
)

// isTool reports whether a marker of another tool divides up from down.
func (k markKind) isTool() bool {
	return k == gooseUp || k == gooseDown || k == dbmateUp || k == dbmateDown
}

// A mark is a marker found in a text.
type mark struct {
	kind       markKind
	start, end int // the comment
	options    string
	text       string // without the dashes and the white space around
}

// span is a mark's place.
func (m mark) span(f *File) diag.Span { return diag.Span{File: f.Path, Start: m.start, End: m.end} }

// A dialect is one tool's markers. Words are compared after white space has
// been made single spaces; what follows them is options.
type dialect struct {
	hint    string // no file without this text has a marker
	words   map[string]markKind
	anyCase bool // behind the hint, as goose reads it
}

// dialects of markers. StatementBegin and StatementEnd of goose say what the
// scanner knows anyway.
var dialects = []dialect{
	{hint: "electric", words: map[string]markKind{
		":electric:txn:start": blockStart,
		":electric:txn:end":   blockEnd,
	}},
	{hint: "+goose", anyCase: true, words: map[string]markKind{
		"+goose Up":             gooseUp,
		"+goose Down":           gooseDown,
		"+goose NO TRANSACTION": gooseNoTransaction,
		"+goose ENVSUB ON":      gooseUnsupported,
	}},
	{hint: "migrate:", words: map[string]markKind{
		"migrate:up":   dbmateUp,
		"migrate:down": dbmateDown,
	}},
}

// electricPrefix begins our own markers.
const electricPrefix = ":electric:"

// findMarks gives the markers of a text in order. Only real line comments
// count, never text in strings, dollar quotes or block comments.
func findMarks(text string) (marks []mark) {
	if !mayHaveMarks(text) {
		return nil
	}
	for _, c := range parser.LineComments(text) {
		words := strings.TrimSpace(strings.TrimLeft(c.Text, "-"))
		if m, ok := matchMark(words); ok {
			m.start, m.end, m.text = c.Start, c.End, words
			marks = append(marks, m)
		}
	}
	return marks
}

func mayHaveMarks(text string) bool {
	for _, d := range dialects {
		if strings.Contains(text, d.hint) {
			return true
		}
	}
	return false
}

// cut gives what follows a marker's words.
func (d *dialect) cut(text, word string) (rest string, ok bool) {
	if d.anyCase && len(text) >= len(word) && strings.HasPrefix(text, d.hint) && strings.EqualFold(text[:len(word)], word) {
		return text[len(word):], true
	}
	return strings.CutPrefix(text, word)
}

func matchMark(words string) (mark, bool) {
	spaced := strings.Join(strings.Fields(words), " ")
	for _, d := range dialects {
		for word, kind := range d.words {
			if rest, ok := d.cut(spaced, word); ok && (rest == "" || rest[0] == ' ') {
				return mark{kind: kind, options: strings.TrimSpace(rest)}, true
			}
		}
	}
	tight := strings.ReplaceAll(spaced, " ", "")
	if kind, ok := dialects[0].words[tight]; ok { // `: electric : txn : start`
		return mark{kind: kind}, true
	}
	if strings.HasPrefix(strings.ToLower(tight), electricPrefix) {
		return mark{kind: unknownMark}, true
	}
	return mark{}, false
}
