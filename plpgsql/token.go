package plpgsql

import (
	"strings"

	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/pgerr"
)

// A tokenKind is the sort of a PL/pgSQL token, as pl_scanner.c has them.
type tokenKind byte

const (
	eof        tokenKind = iota
	reserved             // a word that PL/pgSQL reserves
	unreserved           // a keyword of it that may be a name too
	word                 // any other identifier
	cword                // two or three identifiers with dots between
	datum                // a name that is a variable here
	literal              // a string
	integer              // a number without fraction
	other                // operators and punctuation, by their text
)

// A token is one unit of a body. text is a keyword's name, an identifier, or
// the source.
type token struct {
	kind       tokenKind
	text       string
	names      []string // of an identifier, keyword or variable
	quoted     bool
	v          *Variable // of a datum
	used       int       // how many of the names the variable's own are
	start, end int
}

// is says whether the token is this reserved word, operator or punctuation.
func (t token) is(text string) bool {
	return (t.kind == reserved || t.kind == other) && t.text == text
}

// isKeyword says whether the token can be this unreserved keyword, as
// tok_is_keyword: a variable of that name does not hide it.
func (t token) isKeyword(name string) bool {
	switch t.kind {
	case unreserved, reserved:
		return t.text == name
	case datum:
		return !t.quoted && len(t.names) == 1 && t.names[0] == name
	}
	return false
}

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

var reservedWords = words(`all begin by case declare else end execute for foreach from if in into loop not null or
	strict then to using when while`)

var unreservedWords = words(`absolute alias and array assert backward call chain close collate column column_name
	commit constant constraint constraint_name continue current cursor datatype debug default detail diagnostics do
	dump elseif elsif errcode error exception exit fetch first forward get hint import info insert is last log merge
	message message_text move next no notice open option perform pg_context pg_datatype_name pg_exception_context
	pg_exception_detail pg_exception_hint pg_routine_oid print_strict_params prior query raise relative return
	returned_sqlstate reverse rollback row_count rowtype schema schema_name scroll slice sqlstate stacked table
	table_name type use_column use_variable variable_conflict warning`)

// A lookupMode says what a scanner does with names, as IdentifierLookup.
type lookupMode byte

const (
	lookupNormal  lookupMode = iota
	lookupDeclare            // names are new: no variables
	lookupExpr               // names are the SQL parser's business
)

// A scanner gives the tokens of a body. A token depends on the mode and the
// scope at the time when it is read, so it is made then.
type scanner struct {
	lex   parser.Lexer
	core  []parser.Token
	i     int // the next of core
	prev  int // what i was before the last token
	mode  lookupMode
	scope *Scope
	last  token // the token read last
	older token // the one before
}

func newScanner(body string) *scanner {
	return &scanner{lex: parser.Lexer{Text: body}, core: parser.Tokens(body)}
}

// coreAt gives a core token, or the end of the text.
func (s *scanner) coreAt(i int) parser.Token {
	if i < len(s.core) {
		return s.core[i]
	}
	n := len(s.lex.Text)
	return parser.Token{Kind: parser.EOF, Start: n, End: n}
}

func (s *scanner) source(i int) string { return s.lex.Source(s.coreAt(i)) }

// identifier says whether a core token may be a variable's name.
func (s *scanner) identifier(i int) bool {
	switch t := s.coreAt(i); t.Kind {
	case parser.QuotedIdent, parser.Param:
		return true
	case parser.Word:
		return !reservedWords[s.lex.Name(t)]
	}
	return false
}

// next reads a token.
func (s *scanner) next() token {
	s.prev = s.i
	t := s.read()
	s.older, s.last = s.last, t
	return t
}

// back takes the last token back. It may be done once for each next.
func (s *scanner) back() {
	s.i = s.prev
	s.last = s.older
}

// peekCore gives the source of the core token that comes next.
func (s *scanner) peekCore() string { return s.source(s.i) }

func (s *scanner) read() token {
	c := s.coreAt(s.i)
	if c.Open {
		pgerr.Raise("42601", c.Start, "unterminated %s at or near \"%s\"", s.opened(c), s.lex.Text[c.Start:])
	}
	if s.identifier(s.i) {
		return s.name()
	}
	s.i++
	t := token{kind: other, text: s.lex.Source(c), start: c.Start, end: c.End}
	switch c.Kind {
	case parser.EOF:
		t.kind = eof
		s.i = len(s.core)
	case parser.Word:
		t.kind, t.text = reserved, s.lex.Name(c)
		t.names = []string{t.text}
	case parser.String, parser.DollarString:
		t.kind = literal
	case parser.Number:
		if strings.IndexByte(t.text, '.') < 0 {
			t.kind = integer
		}
	}
	return t
}

// opened says what a token that the body ends in is.
func (s *scanner) opened(c parser.Token) string {
	switch c.Kind {
	case parser.QuotedIdent:
		return "quoted identifier"
	case parser.DollarString:
		return "dollar-quoted string"
	case parser.BlockComment:
		return "/* comment"
	case parser.BitString:
		if s.lex.Text[c.Start]|0x20 == 'x' {
			return "hexadecimal string literal"
		}
		return "bit string literal"
	}
	return "quoted string"
}

// name reads one to three identifiers with dots between, and finds what they
// are: a variable, a keyword, or none of these.
func (s *scanner) name() token {
	first := s.coreAt(s.i)
	t := token{start: first.Start, end: first.End, quoted: first.Kind == parser.QuotedIdent}
	for {
		c := s.coreAt(s.i)
		t.names = append(t.names, s.lex.Name(c))
		t.end = c.End
		s.i++
		if len(t.names) == 3 || s.source(s.i) != "." || !s.identifier(s.i+1) {
			break
		}
		s.i++
	}
	t.text = t.names[0]
	if len(t.names) > 1 {
		t.kind = cword
		t.text = strings.Join(t.names, ".")
		if s.mode != lookupDeclare {
			s.resolve(&t)
		}
		return t
	}
	if next := s.source(s.i); s.mode == lookupNormal && (!s.atStatementStart() || next == "." || assignment(next)) {
		s.resolve(&t)
	}
	if t.kind != datum {
		t.kind = word
		if !t.quoted && unreservedWords[t.text] {
			t.kind = unreserved
		}
	}
	return t
}

// resolve makes the token a datum when its names are a variable. Of three
// names that only two of are known, PostgreSQL takes a record's field.
func (s *scanner) resolve(t *token) {
	if v, used := s.scope.Lookup(t.names...); v != nil {
		t.kind, t.v, t.used = datum, v, used
	}
}

// atStatementStart says whether the token before can end a statement, so that a
// name here is a variable only when it is assigned to.
func (s *scanner) atStatementStart() bool {
	switch s.last.kind {
	case other:
		return s.last.text == ";"
	case reserved:
		switch s.last.text {
		case "begin", "then", "else", "loop":
			return true
		}
	}
	return false
}

func assignment(op string) bool { return op == "=" || op == ":=" || op == "[" }
