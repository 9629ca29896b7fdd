package plpgsql

import (
	"strings"

	"github.com/electric-cli/electric/pgerr"
)

// perform reads PERFORM, whose SQL says SELECT instead.
func (p *bodyParser) perform(t token) Stmt {
	p.back()
	start, end, _ := p.construct(false, ";", []string{";"})
	e := p.newQuery("SELECT"+p.lex.Text[start+len("perform"):end], start)
	e.Offset, e.shift = start, start+len("perform")-len("SELECT")
	return &Perform{Pos(t.start), e}
}

func (p *bodyParser) call(t token) Stmt {
	p.back()
	return &Call{Pos(t.start), p.query(), t.text == "do"}
}

// execSQL reads any SQL statement, as make_execsql_stmt: up to a semicolon
// outside of parentheses and function bodies, with PL/pgSQL's INTO cut out.
func (p *bodyParser) execSQL(first token) Stmt {
	s := &ExecSQL{Pos: Pos(first.start)}
	p.mode = lookupExpr
	defer func() { p.mode = lookupNormal }()
	r := routine{first: first.text}
	parens, intoStart, intoEnd := 0, -1, -1
	for prev := first; ; {
		t := p.next()
		if intoStart >= 0 && intoEnd < 0 {
			intoEnd = t.start
		}
		switch {
		case t.is("("):
			parens++
		case t.is(")") && parens > 0:
			parens--
		case t.kind == eof:
			p.errorAt(t, "unexpected end of function definition")
		}
		r.token(t, parens)
		if t.is(";") && parens == 0 && r.depth == 0 {
			s.Query = p.execQuery(first.start, t.start, intoStart, intoEnd)
			return s
		}
		if t.is("into") && !prev.isKeyword("insert") && !prev.isKeyword("merge") && !first.isKeyword("import") {
			if s.Into != nil {
				p.errorAt(t, "INTO specified more than once")
			}
			intoStart = t.start
			p.mode = lookupNormal
			s.Strict = p.accept("strict")
			s.Into = p.into()
			p.mode = lookupExpr
		}
		prev = t
	}
}

// execQuery gives the statement's text, blanks for its INTO.
func (p *bodyParser) execQuery(start, end, intoStart, intoEnd int) *Expr {
	text := p.lex.Text[start:end]
	if intoStart >= 0 {
		text = text[:intoStart-start] + strings.Repeat(" ", intoEnd-intoStart) + text[intoEnd-start:]
	}
	return p.newQuery(strings.TrimRight(text, " \t\n\r\f"), start)
}

// A routine follows CREATE [OR REPLACE] FUNCTION … BEGIN ATOMIC … END.
type routine struct {
	first  string
	header []string
	inside bool
	depth  int
}

func (r *routine) token(t token, parens int) {
	if r.first == "create" && len(r.header) < 3 {
		r.header = append(r.header, t.text)
		h := strings.Join(r.header, " ")
		switch h {
		case "function", "procedure", "or replace function", "or replace procedure":
			r.inside = true
		}
	}
	if !r.inside || parens > 0 {
		return
	}
	switch {
	case t.is("begin") || t.is("case"):
		r.depth++
	case t.is("end") && r.depth > 0:
		r.depth--
	}
}

// execute reads EXECUTE; INTO and USING may come in either order.
func (p *bodyParser) execute(t token) Stmt {
	s := &Execute{Pos: Pos(t.start)}
	var stop token
	s.Query, stop = p.expressionUntil([]string{"into", "using", ";"})
	for {
		switch {
		case stop.is("into"):
			if s.Into != nil {
				p.syntaxError(stop)
			}
			s.Strict = p.accept("strict")
			s.Into = p.into()
			stop = p.next()
		case stop.is("using"):
			if s.Using != nil {
				p.syntaxError(stop)
			}
			s.Using, stop = p.expressions(";", "into")
		case stop.is(";"):
			return s
		default:
			p.syntaxError(stop)
		}
	}
}

// returns reads RETURN, RETURN NEXT and RETURN QUERY.
func (p *bodyParser) returns(t token) Stmt {
	pos := Pos(t.start)
	next := p.next()
	switch {
	case next.kind == eof:
		p.errorAt(next, "unexpected end of function definition")
	case next.isKeyword("next"):
		if !p.sig.ReturnsSet {
			pgerr.Raise("42804", t.start, "cannot use RETURN NEXT in a non-SETOF function")
		}
		if p.sig.hasOut() {
			p.noParameter("RETURN NEXT cannot have a parameter in function with OUT parameters", "42804", "")
			return &ReturnNext{Pos: pos}
		}
		value, _ := p.expression(";")
		return &ReturnNext{pos, value}
	case next.isKeyword("query"):
		return p.returnQuery(t)
	}
	p.back()
	switch {
	case p.sig.ReturnsSet:
		p.noParameter("RETURN cannot have a parameter in function returning set", "42804", "Use RETURN NEXT or RETURN QUERY.")
	case p.sig.hasOut():
		p.noParameter("RETURN cannot have a parameter in function with OUT parameters", "42804", "")
	case p.sig.ReturnsVoid && p.sig.Procedure:
		p.noParameter("RETURN cannot have a parameter in a procedure", "42601", "")
	case p.sig.ReturnsVoid || p.sig.EventTrigger:
		p.noParameter("RETURN cannot have a parameter in function returning void", "42804", "")
	default:
		value, _ := p.expression(";")
		return &Return{pos, value}
	}
	return &Return{Pos: pos}
}

func (p *bodyParser) noParameter(message, code, hint string) {
	t := p.next()
	if t.is(";") {
		return
	}
	err := pgerr.New(code, t.start, "%s", message)
	if hint != "" {
		err = err.WithHint("%s", hint)
	}
	err.Raise()
}

func (p *bodyParser) returnQuery(t token) Stmt {
	if !p.sig.ReturnsSet {
		pgerr.Raise("42804", t.start, "cannot use RETURN QUERY in a non-SETOF function")
	}
	s := &ReturnQuery{Pos: Pos(t.start)}
	if !p.accept("execute") {
		s.Query = p.query()
		return s
	}
	s.Dynamic = true
	var stop token
	if s.Query, stop = p.expression(";", "using"); stop.is("using") {
		s.Using, _ = p.expressions(";")
	}
	return s
}
