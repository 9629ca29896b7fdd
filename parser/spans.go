package parser

// A Span is a half-open range of bytes.
type Span struct{ Start, End int }

// AlterCommands gives the places of the subcommands of an ALTER TABLE (or ALTER
// INDEX, VIEW, SEQUENCE, TYPE, FOREIGN TABLE, …) statement, in their order:
// AlterTableCmd nodes have no location of their own. Nil when the text is not
// such a statement.
func AlterCommands(text string) []Span {
	p := tokenParser{lex: Lexer{Text: text}, tokens: Tokens(text)}
	if !p.word("alter") {
		return nil
	}
	if !p.word("foreign") {
		p.word("materialized")
	}
	if p.peek().Kind != Word {
		return nil
	}
	p.i++
	p.words("if", "exists")
	p.word("only")
	paren := p.punct('(')
	if p.name() == nil {
		return nil
	}
	if paren {
		p.punct(')')
	}
	if t := p.peek(); t.Kind == Operator && p.lex.Source(t) == "*" {
		p.i++
	}
	return p.list(len(p.tokens))
}

// Elements gives the places of the elements in a statement's first pair of
// parentheses, which for CREATE TABLE are its columns and constraints.
func Elements(text string) []Span {
	p := tokenParser{lex: Lexer{Text: text}, tokens: Tokens(text)}
	for ; p.i < len(p.tokens); p.i++ {
		if p.punct('(') {
			return p.list(p.closing(p.i))
		}
	}
	return nil
}

// closing gives the index of the token that closes the level whose first token
// is i, or the number of tokens.
func (p *tokenParser) closing(i int) int {
	depth := 0
	for ; i < len(p.tokens); i++ {
		depth += p.step(i)
		if depth < 0 {
			return i
		}
	}
	return len(p.tokens)
}

// step says whether a token opens (1) or closes (-1) a level.
func (p *tokenParser) step(i int) int {
	t := p.tokens[i]
	if t.Kind == Punct {
		switch p.lex.Text[t.Start] {
		case '(', '[':
			return 1
		case ')', ']':
			return -1
		}
	}
	return 0
}

// list cuts the tokens from the current one to before end at their commas.
func (p *tokenParser) list(end int) []Span {
	var out []Span
	depth, start := 0, -1
	for i := p.i; i < end; i++ {
		t := p.tokens[i]
		depth += p.step(i)
		if depth == 0 && t.Kind == Punct && p.lex.Text[t.Start] == ',' {
			start = -1
			continue
		}
		if start < 0 {
			start = t.Start
			out = append(out, Span{Start: start})
		}
		out[len(out)-1].End = t.End
	}
	return out
}
