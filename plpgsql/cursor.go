package plpgsql

import "github.com/electric-cli/electric/pgerr"

// cursorVariable reads the name of a cursor.
func (p *bodyParser) cursorVariable() *Variable {
	t := p.next()
	if t.kind != datum {
		p.notVariable(t)
	}
	if t.whole() || t.used < len(t.names) || p.peekCore() == "[" {
		pgerr.Raise("42804", t.start, "cursor variable must be a simple variable")
	}
	if t.v.Kind == ScalarType {
		pgerr.Raise("42804", t.start, "variable \"%s\" must be of type cursor or refcursor", t.v.Name)
	}
	return t.v
}

func (p *bodyParser) open(t token) Stmt {
	s := &Open{Pos: Pos(t.start), Cursor: p.cursorVariable()}
	if s.Cursor.Cursor != nil {
		s.Args = p.boundArgs(s.Cursor, ";")
		return s
	}
	next := p.next()
	if no := next.isKeyword("no"); no || next.isKeyword("scroll") {
		yes := !no
		if no {
			next = p.next()
		}
		if next.isKeyword("scroll") {
			s.Scroll = &yes
			next = p.next()
		}
	}
	if !next.is("for") {
		p.errorAt(next, "syntax error, expected \"FOR\"")
	}
	if !p.accept("execute") {
		s.Query = p.query()
		return s
	}
	s.Dynamic = true
	var stop token
	if s.Query, stop = p.expressionUntil([]string{"using", ";"}); stop.is("using") {
		s.Using, _ = p.expressions(";")
	}
	return s
}

// boundArgs reads the arguments of a bound cursor and what ends them.
func (p *bodyParser) boundArgs(c *Variable, until string) []CursorArg {
	t := p.next()
	params := c.Cursor.Args
	if len(params) == 0 {
		if t.is("(") {
			pgerr.Raise("42601", t.start, "cursor \"%s\" has no arguments", c.Name)
		}
		if !t.is(until) {
			p.syntaxError(t)
		}
		return nil
	}
	if !t.is("(") {
		pgerr.Raise("42601", t.start, "cursor \"%s\" has arguments", c.Name)
	}
	args := make([]CursorArg, len(params))
	for i := range params {
		at := p.boundArg(c, args, i)
		start, end, stop := p.construct(true, ",\" or \")", []string{",", ")"})
		args[at] = CursorArg{params[at].Name, p.newExpr(p.lex.Text[start:end], start)}
		switch last := i == len(params)-1; {
		case stop.is(")") && !last:
			pgerr.Raise("42601", stop.start, "not enough arguments for cursor \"%s\"", c.Name)
		case stop.is(",") && last:
			pgerr.Raise("42601", stop.start, "too many arguments for cursor \"%s\"", c.Name)
		}
	}
	p.expect(until)
	return args
}

// boundArg says which parameter the next argument is for: name := value, or
// the i-th.
func (p *bodyParser) boundArg(c *Variable, args []CursorArg, i int) int {
	at, start := i, p.coreAt(p.i).Start
	if p.identifier(p.i) && p.source(p.i+1) == ":=" {
		name := p.lex.Name(p.coreAt(p.i))
		at = -1
		for k, param := range c.Cursor.Args {
			if param.Name == name {
				at = k
			}
		}
		if at < 0 {
			pgerr.Raise("42601", start, "cursor \"%s\" has no argument named \"%s\"", c.Name, name)
		}
		p.i += 2
	}
	if args[at].Value != nil {
		pgerr.Raise("42601", start, "value for parameter \"%s\" of cursor \"%s\" specified more than once", c.Cursor.Args[at].Name, c.Name)
	}
	return at
}

// fetch reads FETCH and MOVE.
func (p *bodyParser) fetch(t token) Stmt {
	s := &Fetch{Pos: Pos(t.start), Move: t.text == "move", Direction: "forward", HowMany: 1}
	several := p.direction(s)
	s.Cursor = p.cursorVariable()
	if s.Move {
		p.expect(";")
		return s
	}
	p.expect("into")
	s.Into = p.into()
	p.expect(";")
	if several {
		pgerr.Raise("0A000", t.start, "FETCH statement cannot return multiple rows")
	}
	return s
}

// direction reads up to FROM or IN; it says whether several rows are meant.
func (p *bodyParser) direction(s *Fetch) (several bool) {
	t := p.next()
	switch {
	case t.kind == eof:
		p.errorAt(t, "unexpected end of function definition")
	case t.isKeyword("next"):
	case t.isKeyword("prior"):
		s.Direction = "backward"
	case t.isKeyword("first"):
		s.Direction = "absolute"
	case t.isKeyword("last"):
		s.Direction, s.HowMany = "absolute", -1
	case t.isKeyword("absolute"), t.isKeyword("relative"):
		s.Direction = t.names[0]
		s.Count, _ = p.expression("from", "in")
		return false
	case t.isKeyword("all"):
		s.All, several = true, true
	case t.isKeyword("forward"), t.isKeyword("backward"):
		s.Direction = t.names[0]
		return p.directionCount(s)
	case t.is("from") || t.is("in"):
		return false
	case t.kind == datum:
		p.back()
		return false
	default:
		p.back()
		s.Count, _ = p.expression("from", "in")
		return true
	}
	p.from()
	return several
}

func (p *bodyParser) from() {
	if t := p.next(); !t.is("from") && !t.is("in") {
		p.errorAt(t, "expected FROM or IN")
	}
}

// directionCount reads what follows FORWARD or BACKWARD.
func (p *bodyParser) directionCount(s *Fetch) (several bool) {
	t := p.next()
	switch {
	case t.kind == eof:
		p.errorAt(t, "unexpected end of function definition")
	case t.is("from") || t.is("in"):
		return false
	case t.is("all"):
		s.All = true
		p.from()
		return true
	}
	p.back()
	s.Count, _ = p.expression("from", "in")
	return true
}

func (p *bodyParser) closeCursor(t token) Stmt {
	s := &Close{Pos(t.start), p.cursorVariable()}
	p.expect(";")
	return s
}
