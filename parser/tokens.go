package parser

// A tokenParser reads the tokens of one statement with a step back where needed.
type tokenParser struct {
	lex    Lexer
	tokens []Token
	i      int
}

func (p *tokenParser) peek() Token {
	if p.i < len(p.tokens) {
		return p.tokens[p.i]
	}
	return Token{Kind: EOF}
}

// word steps over the given word if it is next.
func (p *tokenParser) word(w string) bool {
	if !p.lex.Is(p.peek(), w) {
		return false
	}
	p.i++
	return true
}

func (p *tokenParser) words(ws ...string) bool {
	start := p.i
	for _, w := range ws {
		if !p.word(w) {
			p.i = start
			return false
		}
	}
	return true
}

func (p *tokenParser) punct(c byte) bool {
	t := p.peek()
	if t.Kind != Punct || p.lex.Text[t.Start] != c {
		return false
	}
	p.i++
	return true
}

// name reads a name of one or two parts, nil when there is none.
func (p *tokenParser) name() []string {
	var out []string
	for {
		t := p.peek()
		if t.Kind != Word && t.Kind != QuotedIdent {
			return nil
		}
		out = append(out, p.lex.Name(t))
		p.i++
		if !p.punct('.') {
			return out
		}
	}
}

func (p *tokenParser) done() bool { return p.i == len(p.tokens) }
