package parser

import (
	"strings"

	"github.com/electric-cli/electric/pgerr"
)

// Repair guesses what a statement that has the syntax error e was meant to be.
// It gives the text with the mistake mended at equal length, so that positions
// stay and what else is wrong in it can be told too; a sentence that says what
// to do; and where the mistake itself is, which is often before the place where
// the grammar noticed. A mended text may hold two statements: Split it. Only
// guesses that get the grammar further are given.
func Repair(text string, e *pgerr.Error) (fixed, hint string, pos int, ok bool) {
	if e == nil || e.Code != "42601" || e.Position < 0 {
		return "", "", pgerr.NoPosition, false
	}
	r := newRepairer(text, e)
	for _, guess := range guesses {
		g, found := guess(r)
		if !found {
			continue
		}
		if fixed := g.apply(text); furtherThan(fixed, e.Position) {
			return fixed, g.hint, g.pos, true
		}
	}
	return "", "", e.Position, false
}

// A repair is an edit of equal length: cuts are written over with blanks, or
// the byte at is written as put.
type repair struct {
	hint string
	pos  int
	cuts []cut
	at   int
	put  byte

	quotes string // foreign marks around names, written as double quotes everywhere
}

func (g repair) apply(text string) string {
	if g.quotes != "" {
		return requote(text, g.quotes)
	}
	fixed := blank(text, 0, g.cuts)
	if g.put != 0 {
		fixed = fixed[:g.at] + string(g.put) + fixed[g.at+1:]
	}
	return fixed
}

// furtherThan says whether the grammar gets behind pos in a mended text.
func furtherThan(fixed string, pos int) bool {
	for _, s := range Split(fixed) {
		if s.Electric != nil {
			continue
		}
		if _, err := Parse(s.Text); err != nil {
			return s.Offset+err.Position > pos
		}
	}
	return true
}

// guesses are tried in this order.
var guesses = []func(*repairer) (repair, bool){
	(*repairer).trailingComma,
	(*repairer).missingSemicolon,
	(*repairer).dialect,
	(*repairer).missingComma,
	(*repairer).missingCommaHere,
}

type repairer struct {
	lex    Lexer
	tokens []Token
	depths []int // parentheses open before each token
	at     int   // the token where the error is; len(tokens) at the end
}

func newRepairer(text string, e *pgerr.Error) *repairer {
	r := &repairer{lex: Lexer{Text: text}, tokens: Tokens(text)}
	r.at = len(r.tokens)
	depth := 0
	for i, t := range r.tokens {
		r.depths = append(r.depths, depth)
		switch r.source(i) {
		case "(":
			depth++
		case ")":
			depth--
		}
		if t.End > e.Position && r.at == len(r.tokens) {
			r.at = i
		}
	}
	return r
}

func (r *repairer) source(i int) string {
	if i < 0 || i >= len(r.tokens) {
		return ""
	}
	return r.lex.Source(r.tokens[i])
}

func (r *repairer) is(i int, word string) bool {
	return i >= 0 && i < len(r.tokens) && r.lex.Is(r.tokens[i], word)
}

// lineStart gives the first token of the line that token i is on.
func (r *repairer) lineStart(i int) int {
	for i > 0 && i < len(r.tokens) && !strings.Contains(r.lex.Text[r.tokens[i-1].End:r.tokens[i].Start], "\n") {
		i--
	}
	return i
}

func (r *repairer) trailingComma() (repair, bool) {
	if r.source(r.at) != ")" || r.source(r.at-1) != "," {
		return repair{}, false
	}
	comma := r.tokens[r.at-1]
	return repair{
		hint: `Remove the comma before ")".`,
		pos:  comma.Start,
		cuts: []cut{{comma.Start, comma.End}},
	}, true
}

// defines says whether the statement has a list of columns.
func (r *repairer) defines() bool {
	if !r.is(0, "create") {
		return false
	}
	for i := 1; i < 5; i++ {
		if r.is(i, "table") || r.is(i, "type") {
			return true
		}
	}
	return false
}

// missingComma looks at the line that the error is on: it is a new column or
// constraint if it begins in the list of columns without a comma before it.
func (r *repairer) missingComma() (repair, bool) { return r.commaBefore(r.lineStart(r.at)) }

// missingCommaHere is for columns on one line.
func (r *repairer) missingCommaHere() (repair, bool) { return r.commaBefore(r.at) }

func (r *repairer) commaBefore(i int) (repair, bool) {
	if !r.defines() || i < 3 || i >= len(r.tokens) || r.depths[i] != 1 {
		return repair{}, false
	}
	if k := r.tokens[i].Kind; k != Word && k != QuotedIdent {
		return repair{}, false
	}
	before := r.source(i - 1)
	at, ok := r.gap(i)
	if before == "," || before == "(" || !ok {
		return repair{}, false
	}
	return repair{
		hint: "Add a comma before " + r.quote(i) + ".",
		pos:  r.tokens[i-1].End,
		at:   at,
		put:  ',',
	}, true
}

func (r *repairer) quote(i int) string {
	if r.tokens[i].Kind == QuotedIdent {
		return r.source(i)
	}
	return `"` + r.source(i) + `"`
}

// gap finds a blank before token i that a comma or semicolon can take the
// place of, as near to the token before as can be.
func (r *repairer) gap(i int) (at int, ok bool) {
	start, end := r.tokens[i-1].End, r.tokens[i].Start
	if start == end {
		return 0, false
	}
	if classes[r.lex.Text[start]] == classSpace {
		return start, true
	}
	last := end - 1
	return last, classes[r.lex.Text[last]] == classSpace && r.lex.Text[last] != '\n'
}

// starters begin statements, and are seldom names at the start of a line.
var starters = set("create", "alter", "drop", "insert", "update", "delete", "select", "comment", "grant", "revoke",
	"begin", "commit", "rollback", "truncate", "do", "call", "with", "set", "copy", "refresh", "reindex")

func (r *repairer) missingSemicolon() (repair, bool) {
	i := r.lineStart(r.at)
	if i < 2 || i >= len(r.tokens) || r.depths[i] != 0 || r.tokens[i].Kind != Word || !starters[fold(r.source(i))] {
		return repair{}, false
	}
	at, ok := r.gap(i)
	if !ok {
		return repair{}, false
	}
	return repair{
		hint: "End the statement before " + strings.ToUpper(r.source(i)) + " with a semicolon.",
		pos:  r.tokens[i-1].End,
		at:   at,
		put:  ';',
	}, true
}
