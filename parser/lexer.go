package parser

import "strings"

// A TokenKind is the sort of a Token.
type TokenKind byte

// The kinds of tokens.
const (
	EOF          TokenKind = iota
	Word                   // an identifier without quotes, or a keyword
	QuotedIdent            // "…" or U&"…"
	String                 // '…', E'…', N'…', U&'…', with its continuation lines
	BitString              // B'…' or X'…'
	DollarString           // $tag$…$tag$
	Number                 // 1, 1.5e3, 0x1F
	Param                  // $1
	Operator               // any operator of one or more characters, also :: := => ..
	Punct                  // one of , ( ) [ ] . ; :
	Backslash              // outside of strings only psql gives it a meaning
	Other                  // a byte no token may start with
	LineComment            // only when Lexer.Comments asks for comments
	BlockComment
)

// A Token is a piece of SQL text, as the core scanner (scan.l) cuts it.
type Token struct {
	Kind       TokenKind
	Start, End int  // byte offsets into the lexer's text
	Open       bool // a string, quoted name or comment that the text ends in
}

// A Lexer cuts SQL text into tokens. White space and comments are passed over.
type Lexer struct {
	Text     string
	Pos      int
	Comments bool // give comments as tokens
}

const (
	classOther = iota
	classSpace
	classWord
	classDigit
	classOperator
	classPunct
	classQuote
	classDollar
	classBackslash
)

var classes = func() (t [256]byte) {
	set := func(chars string, class byte) {
		for i := 0; i < len(chars); i++ {
			t[chars[i]] = class
		}
	}
	set(" \t\n\r\f\v", classSpace)
	set("0123456789", classDigit)
	set("~!@#^&|`?+-*/%<>=", classOperator)
	set(",()[].;:", classPunct)
	set(`'"`, classQuote)
	set("$", classDollar)
	set(`\`, classBackslash)
	for c := 0; c < 256; c++ {
		if c == '_' || c >= 0x80 || 'a' <= c|0x20 && c|0x20 <= 'z' && c < 0x80 {
			t[c] = classWord
		}
	}
	return t
}()

func wordByte(c byte) bool {
	return classes[c] == classWord || classes[c] == classDigit || c == '$'
}

// Next gives the next token; at the end of the text, EOF for ever.
func (l *Lexer) Next() Token {
	for l.Pos < len(l.Text) {
		start := l.Pos
		c := l.Text[start]
		switch classes[c] {
		case classSpace:
			l.Pos++
			continue
		case classWord:
			return l.word(start)
		case classDigit:
			return l.number(start)
		case classQuote:
			if c == '"' {
				return l.quotedIdent(start, start+1)
			}
			return l.quoted(start, start+1, String, false)
		case classDollar:
			return l.dollar(start)
		case classPunct:
			return l.punct(start)
		case classBackslash:
			l.Pos++
			return Token{Backslash, start, l.Pos, false}
		case classOther:
			l.Pos++
			return Token{Other, start, l.Pos, false}
		}
		if t, ok := l.comment(start); ok {
			if l.Comments || t.Open {
				return t
			}
			continue
		}
		return l.operator(start)
	}
	return Token{EOF, len(l.Text), len(l.Text), false}
}

// at gives the byte at i, 0 behind the end.
func (l *Lexer) at(i int) byte {
	if i < len(l.Text) {
		return l.Text[i]
	}
	return 0
}

func (l *Lexer) token(kind TokenKind, start, end int) Token {
	l.Pos = end
	return Token{kind, start, end, false}
}

// word reads an identifier, or the string or name that its one or two letters
// are the prefix of.
func (l *Lexer) word(start int) Token {
	next := l.at(start + 1)
	if next == '\'' {
		switch l.Text[start] {
		case 'e', 'E':
			return l.quoted(start, start+2, String, true)
		case 'n', 'N':
			return l.quoted(start, start+2, String, false)
		case 'b', 'B', 'x', 'X':
			return l.quoted(start, start+2, BitString, false)
		}
	}
	if next == '&' && l.Text[start]|0x20 == 'u' {
		switch l.at(start + 2) {
		case '\'':
			return l.quoted(start, start+3, String, false)
		case '"':
			return l.quotedIdent(start, start+3)
		}
	}
	i := start + 1
	for i < len(l.Text) && wordByte(l.Text[i]) {
		i++
	}
	return l.token(Word, start, i)
}

func (l *Lexer) quotedIdent(start, from int) Token {
	for {
		n := strings.IndexByte(l.Text[from:], '"')
		if n < 0 {
			return l.open(QuotedIdent, start)
		}
		from += n + 1
		if l.at(from) != '"' {
			return l.token(QuotedIdent, start, from)
		}
		from++
	}
}

// open ends a token that the text ends in.
func (l *Lexer) open(kind TokenKind, start int) Token {
	l.Pos = len(l.Text)
	return Token{kind, start, len(l.Text), true}
}

// quoted reads a string whose opening quote is before from, and its
// continuations on further lines. escapes: a backslash protects a quote.
func (l *Lexer) quoted(start, from int, kind TokenKind, escapes bool) Token {
	for {
		end, ok := l.quoteEnd(from, escapes)
		if !ok {
			return l.open(kind, start)
		}
		if from, ok = l.continuation(end); !ok {
			return l.token(kind, start, end)
		}
	}
}

func (l *Lexer) quoteEnd(i int, escapes bool) (end int, ok bool) {
	for i < len(l.Text) {
		if !escapes {
			n := strings.IndexByte(l.Text[i:], '\'')
			if n < 0 {
				return 0, false
			}
			i += n
		}
		switch {
		case l.Text[i] == '\\' && escapes:
			i += 2
		case l.Text[i] != '\'':
			i++
		case l.at(i+1) == '\'':
			i += 2
		default:
			return i + 1, true
		}
	}
	return 0, false
}

// continuation finds the quote that goes on with the string which ended before
// i: only white space and line comments with a line break may be between.
func (l *Lexer) continuation(i int) (from int, ok bool) {
	newline := false
	for i < len(l.Text) {
		c := l.Text[i]
		switch {
		case c == '\'':
			return i + 1, newline
		case c == '\n' || c == '\r':
			newline = true
			i++
		case classes[c] == classSpace:
			i++
		case c == '-' && l.at(i+1) == '-':
			i = l.lineEnd(i)
		default:
			return 0, false
		}
	}
	return 0, false
}

func (l *Lexer) lineEnd(i int) int {
	if n := strings.IndexAny(l.Text[i:], "\n\r"); n >= 0 {
		return i + n
	}
	return len(l.Text)
}

// dollar reads $1, $tag$…$tag$, or a dollar sign alone.
func (l *Lexer) dollar(start int) Token {
	i := start + 1
	if classes[l.at(i)] == classDigit {
		for i < len(l.Text) && classes[l.Text[i]] == classDigit {
			i++
		}
		return l.token(Param, start, i)
	}
	for i < len(l.Text) && wordByte(l.Text[i]) && l.Text[i] != '$' {
		i++
	}
	if l.at(i) != '$' {
		return l.token(Other, start, start+1)
	}
	tag := l.Text[start : i+1]
	n := strings.Index(l.Text[i+1:], tag)
	if n < 0 {
		return l.open(DollarString, start)
	}
	return l.token(DollarString, start, i+1+n+len(tag))
}

func (l *Lexer) number(start int) Token {
	i := start
	digits := func() {
		for i < len(l.Text) && (classes[l.Text[i]] == classDigit || l.Text[i] == '_' && classes[l.at(i+1)] == classDigit) {
			i++
		}
	}
	if l.Text[i] == '0' && strings.IndexByte("xXoObB", l.at(i+1)) >= 0 && l.at(i+1) != 0 {
		for i++; i < len(l.Text) && wordByte(l.Text[i]) && l.Text[i] != '$'; i++ {
		}
		return l.token(Number, start, i)
	}
	digits()
	if l.at(i) == '.' && l.at(i+1) != '.' {
		i++
		digits()
	}
	if l.at(i)|0x20 == 'e' {
		e := i + 1
		if l.at(e) == '+' || l.at(e) == '-' {
			e++
		}
		if classes[l.at(e)] == classDigit {
			i = e
			digits()
		}
	}
	return l.token(Number, start, i)
}

func (l *Lexer) punct(start int) Token {
	next := l.at(start + 1)
	switch l.Text[start] {
	case '.':
		if next == '.' {
			return l.token(Operator, start, start+2)
		}
		if classes[next] == classDigit {
			return l.number(start)
		}
	case ':':
		if next == ':' || next == '=' {
			return l.token(Operator, start, start+2)
		}
	}
	return l.token(Punct, start, start+1)
}

// comment reads the comment that starts here, if one does.
func (l *Lexer) comment(start int) (Token, bool) {
	c, next := l.Text[start], l.at(start+1)
	if c == '-' && next == '-' {
		return l.token(LineComment, start, l.lineEnd(start)), true
	}
	if c != '/' || next != '*' {
		return Token{}, false
	}
	depth := 1
	for i := start + 2; i+1 < len(l.Text); {
		switch {
		case l.Text[i] == '/' && l.Text[i+1] == '*':
			depth++
			i += 2
		case l.Text[i] == '*' && l.Text[i+1] == '/':
			depth--
			i += 2
			if depth == 0 {
				return l.token(BlockComment, start, i), true
			}
		default:
			i++
		}
	}
	return l.open(BlockComment, start), true
}

// operator reads an operator as scan.l does: it ends before a comment, and
// drops a final + or - unless it has a character that SQL's own have not.
func (l *Lexer) operator(start int) Token {
	i := start
	for i < len(l.Text) && classes[l.Text[i]] == classOperator {
		if c, next := l.Text[i], l.at(i+1); i > start && (c == '-' && next == '-' || c == '/' && next == '*') {
			break
		}
		i++
	}
	for i > start+1 && (l.Text[i-1] == '+' || l.Text[i-1] == '-') && !strings.ContainsAny(l.Text[start:i-1], "~!@#^&|`?%") {
		i--
	}
	return l.token(Operator, start, i)
}

// Is says whether the token is the given word (in lower case), in any case.
func (l *Lexer) Is(t Token, word string) bool {
	return t.Kind == Word && equalFold(l.Text[t.Start:t.End], word)
}

// Source gives the token's text.
func (l *Lexer) Source(t Token) string { return l.Text[t.Start:t.End] }

// equalFold compares s with a lower-case ASCII word.
func equalFold(s, word string) bool {
	if len(s) != len(word) {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != word[i] {
			return false
		}
	}
	return true
}

// Tokens gives all tokens of a text but the final EOF.
func Tokens(text string) []Token {
	l := Lexer{Text: text}
	var out []Token
	for t := l.Next(); t.Kind != EOF; t = l.Next() {
		out = append(out, t)
	}
	return out
}

// Name gives the identifier that a Word or QuotedIdent token stands for:
// folded to lower case, or without its quotes. U&"…" escapes are not decoded.
func (l *Lexer) Name(t Token) string {
	s := l.Source(t)
	switch t.Kind {
	case Word:
		return fold(s)
	case QuotedIdent:
		s = s[strings.IndexByte(s, '"')+1:]
		return strings.ReplaceAll(strings.TrimSuffix(s, `"`), `""`, `"`)
	}
	return s
}

// fold lower-cases ASCII letters alone, as a server with UTF-8 does.
func fold(s string) string {
	for i := 0; i < len(s); i++ {
		if 'A' <= s[i] && s[i] <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				if 'A' <= b[i] && b[i] <= 'Z' {
					b[i] |= 0x20
				}
			}
			return string(b)
		}
	}
	return s
}

// A Comment is a line comment with its place.
type Comment struct {
	Text       string // with the leading --, without the line break
	Start, End int
}

// LineComments gives the comments from -- to the end of the line: those that
// are really comments, not text in strings or other comments.
func LineComments(text string) []Comment {
	l := Lexer{Text: text, Comments: true}
	var out []Comment
	for t := l.Next(); t.Kind != EOF; t = l.Next() {
		if t.Kind == LineComment {
			out = append(out, Comment{l.Source(t), t.Start, t.End})
		}
	}
	return out
}
