package plpgsql

import (
	"strconv"
	"strings"

	"github.com/electric-cli/electric/pgerr"
)

func upper(s string) string { return strings.ToUpper(s) }

func (p *bodyParser) ifStatement(t token) Stmt {
	p.enter()
	defer p.leave()
	s := &If{Pos: Pos(t.start)}
	for {
		arm := &Arm{Pos: Pos(t.start)}
		arm.Cond, _ = p.expression("then")
		arm.Body = p.statements()
		s.Arms = append(s.Arms, arm)
		t = p.next()
		if !t.isKeyword("elsif") && !t.isKeyword("elseif") {
			break
		}
	}
	if t.is("else") {
		s.Else = p.statements()
		t = p.next()
	}
	if !t.is("end") {
		p.syntaxError(t)
	}
	p.expect("if")
	p.expect(";")
	return s
}

func (p *bodyParser) caseStatement(t token) Stmt {
	p.enter()
	defer p.leave()
	s := &Case{Pos: Pos(t.start)}
	if !p.accept("when") {
		s.Value, _ = p.expression("when")
	}
	for {
		arm := &Arm{Pos: Pos(p.last.start)}
		arm.Cond, _ = p.expression("then")
		arm.Body = p.statements()
		s.Arms = append(s.Arms, arm)
		if !p.accept("when") {
			break
		}
	}
	if p.accept("else") {
		s.HasElse = true
		s.Else = p.statements()
	}
	p.expect("end")
	p.expect("case")
	p.expect(";")
	return s
}

// loop reads a loop behind its first word. Its scope is open already.
func (p *bodyParser) loop(t token, label string) Stmt {
	p.enter()
	defer p.leave()
	pos := Pos(t.start)
	switch t.text {
	case "loop":
		return &Loop{Pos: pos, Label: label, Body: p.loopBody(label)}
	case "while":
		cond, _ := p.expression("loop")
		return &While{pos, label, cond, p.loopBody(label)}
	case "foreach":
		return p.foreach(pos, label)
	}
	return p.forLoop(pos, label)
}

func (p *bodyParser) loopBody(label string) []Stmt {
	body := p.statements()
	p.expect("end")
	p.expect("loop")
	p.endLabel(label)
	p.expect(";")
	return body
}

// A forVariable is what stands between FOR and IN: a name, which may be that
// of a variable, or a list of variables.
type forVariable struct {
	token
	list []*Target // of a list of several
}

func (p *bodyParser) forVariable() forVariable {
	f := forVariable{token: p.next()}
	comma := p.peekCore() == ","
	switch {
	case f.kind == datum && !f.whole() && comma:
		f.list = p.scalars(f.token)
	case f.kind == datum:
	case f.kind != word || comma:
		p.notVariable(f.token)
	}
	return f
}

// name is the loop's own variable, if it gets one.
func (f forVariable) name() string { return strings.Join(f.names, ".") }

// targets gives the known variables that a loop over rows sets.
func (p *bodyParser) targets(f forVariable, code, message string) []*Target {
	switch {
	case f.list != nil:
		return f.list
	case f.kind == datum:
		return []*Target{p.target(f.token)}
	}
	pgerr.Raise(code, f.start, "%s", message)
	return nil
}

const needRecord = "loop variable of loop over rows must be a record variable or list of scalar variables"

func (p *bodyParser) forLoop(pos Pos, label string) Stmt {
	f := p.forVariable()
	p.expect("in")
	t := p.next()
	switch {
	case t.is("execute"):
		return p.forExecute(pos, label, f)
	case t.kind == datum && t.v.Kind == RefcursorType && t.used == len(t.names):
		return p.forCursor(pos, label, f, t)
	}
	reverse := t.isKeyword("reverse")
	if !reverse {
		p.back()
	}
	start, end, stop := p.construct(true, "LOOP", []string{"..", "loop"})
	text := p.lex.Text[start:end]
	if stop.is("..") {
		return p.forInt(&ForInt{Pos: pos, Label: label, Reverse: reverse, Lower: p.newExpr(text, start)}, f)
	}
	if reverse {
		pgerr.Raise("42601", t.start, "cannot specify REVERSE in query FOR loop")
	}
	s := &ForQuery{Pos: pos, Label: label, Query: p.newQuery(text, start)}
	s.Into = p.targets(f, "42601", needRecord)
	s.Body = p.loopBody(label)
	return s
}

func (p *bodyParser) forInt(s *ForInt, f forVariable) Stmt {
	var stop token
	start, end, stop := p.construct(true, "LOOP", []string{"loop", "by"})
	s.Upper = p.newExpr(p.lex.Text[start:end], start)
	if stop.is("by") {
		s.By, _ = p.expression("loop")
	}
	if f.list != nil {
		pgerr.Raise("42601", f.start, "integer FOR loop must have only one target variable")
	}
	s.Var = &Variable{Name: f.name(), Offset: f.start, Type: "integer", Kind: ScalarType}
	p.scope = p.scope.with(s.Var, s.Var.Name)
	s.Body = p.loopBody(s.Label)
	return s
}

func (p *bodyParser) forExecute(pos Pos, label string, f forVariable) Stmt {
	s := &ForExecute{Pos: pos, Label: label}
	var stop token
	s.Query, stop = p.expression("loop", "using")
	s.Into = p.targets(f, "42804", needRecord)
	if stop.is("using") {
		s.Using, _ = p.expressions("loop")
	}
	s.Body = p.loopBody(label)
	return s
}

func (p *bodyParser) forCursor(pos Pos, label string, f forVariable, cursor token) Stmt {
	if f.list != nil {
		pgerr.Raise("42601", f.start, "cursor FOR loop must have only one target variable")
	}
	if cursor.v.Cursor == nil {
		pgerr.Raise("42601", cursor.start, "cursor FOR loop must use a bound cursor variable")
	}
	s := &ForCursor{Pos: pos, Label: label, Cursor: cursor.v}
	s.Args = p.boundArgs(cursor.v, "loop")
	s.Var = &Variable{Name: f.name(), Offset: f.start, Type: "record", Kind: RecordType}
	p.scope = p.scope.with(s.Var, s.Var.Name)
	s.Body = p.loopBody(label)
	return s
}

func (p *bodyParser) foreach(pos Pos, label string) Stmt {
	f := p.forVariable()
	s := &Foreach{Pos: pos, Label: label}
	if p.peek().isKeyword("slice") {
		p.next()
		t := p.next()
		n, err := strconv.Atoi(t.text)
		if t.kind != integer || err != nil {
			p.syntaxError(t)
		}
		s.Slice = n
	}
	p.expect("in")
	p.expectKeyword("array")
	s.Array, _ = p.expression("loop")
	// The body comes before the check of the variable in PostgreSQL's grammar.
	body := p.loopBody(label)
	s.Into = p.targets(f, "42601", "loop variable of FOREACH must be a known variable or list of variables")
	s.Body = body
	return s
}
