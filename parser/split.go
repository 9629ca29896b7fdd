package parser

import (
	"strings"

	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// A Statement is one SQL statement of a text.
//
// Text goes from the statement's first byte to before its semicolon, so
// positions in it are relative to Offset. ParseAll fills in many statements'
// trees at once; Node parses a single one when it was not among them.
type Statement struct {
	Text        string
	Offset, End int           // first byte; the semicolon's, or where the text ends
	Electric    *ElectricStmt // not Postgres grammar: the tree is nil then
	Substituted bool          // it holds a psql variable, whose value we do not know
	Rows        string        // of COPY … FROM stdin: the lines that psql sends, without the one that ends them

	state   state
	node    ast.Node
	err     *pgerr.Error
	escaped bool // a \; of psql in it: Text is not the file's bytes
}

type state byte

const (
	unparsed state = iota
	checked        // the grammar accepts it; the tree is not made
	parsed
)

// Split cuts a text into statements at its semicolons. A semicolon inside
// parentheses counts too, unless the statement is CREATE RULE: nothing else may
// hold one there, and so a missing parenthesis does not hide what follows it.
//
// What follows the last semicolon is a statement when it is more than white
// space and comments. A text that ends in an open string or comment is parsed
// as such, and refused then.
func Split(text string) []*Statement {
	s := splitter{lex: Lexer{Text: text}}
	for s.statement() {
	}
	return s.out
}

// A splitter goes through a text once, token by token.
type splitter struct {
	lex  Lexer
	psql bool
	out  []*Statement

	start   int      // first byte of the current statement, -1 before it
	words   [4]Token // the statement's first words
	nWords  int
	parens  int
	nesting []byte // b for BEGIN ATOMIC, c for CASE within it
	prev    Token
}

// statement reads up to the next semicolon; false at the end of the text.
func (s *splitter) statement() bool {
	s.reset()
	for {
		t := s.lex.Next()
		switch {
		case t.Kind == EOF:
			if s.start >= 0 {
				s.add(s.start, len(s.lex.Text))
			}
			return false
		case s.isEnd(t):
			if s.start >= 0 {
				s.add(s.start, t.Start)
			}
			return true
		}
		s.token(t)
	}
}

func (s *splitter) reset() {
	s.start, s.nWords, s.parens, s.nesting = -1, 0, 0, s.nesting[:0]
	s.prev = Token{}
}

func (s *splitter) isEnd(t Token) bool {
	if t.Kind != Punct || s.lex.Text[t.Start] != ';' || len(s.nesting) > 0 {
		return false
	}
	return s.parens == 0 || !s.psql && !s.isCreateRule()
}

// token notes what a token means for where the statement ends.
func (s *splitter) token(t Token) {
	if s.start < 0 {
		s.start = t.Start
	}
	switch t.Kind {
	case Word:
		if s.nWords < len(s.words) {
			s.words[s.nWords] = t
			s.nWords++
		}
		s.keyword(t)
	case Punct:
		switch s.lex.Text[t.Start] {
		case '(':
			s.parens++
		case ')':
			if s.parens > 0 {
				s.parens--
			}
		}
	}
	s.prev = t
}

// keyword follows the body of a function in SQL's own form: CREATE FUNCTION …
// BEGIN ATOMIC …; …; END, where CASE expressions have an END of their own.
func (s *splitter) keyword(t Token) {
	switch n := t.End - t.Start; {
	case n == 6 && s.lex.Is(t, "atomic") && s.lex.Is(s.prev, "begin") && s.isCreateFunction():
		s.nesting = append(s.nesting, 'b')
	case len(s.nesting) == 0 || s.prev.Kind == Punct && s.lex.Text[s.prev.Start] == '.' || s.lex.Is(s.prev, "as"):
		return
	case n == 4 && s.lex.Is(t, "case"):
		s.nesting = append(s.nesting, 'c')
	case n == 3 && s.lex.Is(t, "end"):
		s.nesting = s.nesting[:len(s.nesting)-1]
	}
}

// word says whether the statement's i-th word is w.
func (s *splitter) word(i int, w string) bool {
	return i < s.nWords && s.lex.Is(s.words[i], w)
}

// object gives the index of the word that names what CREATE [OR REPLACE] makes.
func (s *splitter) object() int {
	switch {
	case !s.word(0, "create"):
		return len(s.words)
	case s.word(1, "or") && s.word(2, "replace"):
		return 3
	}
	return 1
}

func (s *splitter) isCreateRule() bool { return s.word(s.object(), "rule") }

func (s *splitter) isCreateFunction() bool {
	i := s.object()
	return s.word(i, "function") || s.word(i, "procedure")
}

func (s *splitter) add(start, end int) *Statement {
	st := &Statement{Text: s.lex.Text[start:end], Offset: start, End: end}
	if s.nWords > 0 {
		st.Electric = electric(st.Text)
	}
	s.out = append(s.out, st)
	return st
}

// Parts gives the statements that psql's \; joined into this one, which the
// server runs together; as a rule it is the statement itself.
func (s *Statement) Parts() []*Statement {
	if !s.escaped {
		return []*Statement{s}
	}
	parts := Split(s.Text)
	for _, p := range parts {
		p.Offset += s.Offset
		p.End += s.Offset
		p.Substituted = s.Substituted
	}
	return parts
}

// Kind gives the statement's first words, at most three, in upper case: as in
// CREATE TABLE SONGS.
func (s *Statement) Kind() string {
	l := Lexer{Text: s.Text}
	var words []string
	for len(words) < 3 {
		t := l.Next()
		if t.Kind != Word {
			break
		}
		words = append(words, strings.ToUpper(l.Source(t)))
	}
	return strings.Join(words, " ")
}
