package plpgsql

import "github.com/electric-cli/electric/pgerr"

// statements reads statements up to a word that ends a section: END, ELSE,
// ELSIF, WHEN or EXCEPTION.
func (p *bodyParser) statements() []Stmt {
	var list []Stmt
	for {
		t := p.peek()
		switch {
		case t.is("end") || t.is("else") || t.is("when"), t.kind == unreserved && sectionEnds[t.text]:
			return list
		}
		list = append(list, p.statement())
	}
}

var sectionEnds = words("elsif elseif exception")

// starters says what reads each statement that begins with an unreserved word.
var starters = map[string]func(*bodyParser, token) Stmt{
	"assert":   (*bodyParser).assert,
	"call":     (*bodyParser).call,
	"close":    (*bodyParser).closeCursor,
	"commit":   (*bodyParser).commit,
	"continue": (*bodyParser).exit,
	"do":       (*bodyParser).call,
	"exit":     (*bodyParser).exit,
	"fetch":    (*bodyParser).fetch,
	"get":      (*bodyParser).getDiagnostics,
	"import":   (*bodyParser).execSQL,
	"insert":   (*bodyParser).execSQL,
	"merge":    (*bodyParser).execSQL,
	"move":     (*bodyParser).fetch,
	"open":     (*bodyParser).open,
	"perform":  (*bodyParser).perform,
	"raise":    (*bodyParser).raise,
	"return":   (*bodyParser).returns,
	"rollback": (*bodyParser).commit,
}

// statement reads one statement with its semicolon.
func (p *bodyParser) statement() Stmt {
	t := p.next()
	switch t.kind {
	case reserved:
		return p.reservedStatement(t)
	case unreserved:
		if start := starters[t.text]; start != nil {
			return start(p, t)
		}
	case datum:
		return p.assign(t)
	case word, cword:
		if next := p.peekCore(); assignment(next) || next == "." {
			p.notVariable(t)
		}
		return p.execSQL(t)
	case other:
		if t.is("<<") {
			return p.labelled(t)
		}
	}
	p.syntaxError(t)
	return nil
}

func (p *bodyParser) reservedStatement(t token) Stmt {
	switch t.text {
	case "declare", "begin":
		p.back()
		p.scope = p.scope.push("", blockLabel)
		return p.innerBlock("")
	case "if":
		return p.ifStatement(t)
	case "case":
		return p.caseStatement(t)
	case "loop", "while", "for", "foreach":
		p.scope = p.scope.push("", loopLabel)
		return p.loop(t, "")
	case "execute":
		return p.execute(t)
	case "null":
		p.expect(";")
		return &Null{Pos(t.start)}
	}
	p.syntaxError(t)
	return nil
}

// labelled reads a block or loop behind its label.
func (p *bodyParser) labelled(t token) Stmt {
	label := p.anyIdentifier()
	p.expect(">>")
	next := p.next()
	switch {
	case next.is("declare") || next.is("begin"):
		p.back()
		p.scope = p.scope.push(label, blockLabel)
		return p.innerBlock(label)
	case next.is("loop") || next.is("while") || next.is("for") || next.is("foreach"):
		p.scope = p.scope.push(label, loopLabel)
		return p.loop(next, label)
	}
	p.syntaxError(next)
	return nil
}

func (p *bodyParser) innerBlock(label string) Stmt {
	b := p.block(label)
	p.expect(";")
	return b
}

func (p *bodyParser) notVariable(t token) {
	if t.kind != word && t.kind != cword {
		p.syntaxError(t)
	}
	pgerr.Raise("42601", t.start, "\"%s\" is not a known variable", t.text)
}

// assign reads target := expression; the target's first names are read. Their
// statement's end is looked for first, so that brackets which do not match are
// told before anything else.
func (p *bodyParser) assign(t token) Stmt {
	target := p.target(t)
	i, last := p.i, p.last
	p.construct(false, ";", []string{";"})
	p.i, p.last = i, last
	for {
		op := p.next()
		switch {
		case op.is("=") || op.is(":="):
			return &Assign{Pos(t.start), target, p.assigned()}
		case op.is("["):
			target.Path = append(target.Path, p.subscript())
		case op.is("."):
			target.Path = append(target.Path, Step{Field: p.fieldName()})
		case op.is(";"):
			pgerr.Raise("42601", p.older.end, "syntax error at end of input")
		default:
			p.syntaxError(op)
		}
	}
}

// assigned reads the value of an assignment; nothing at all is one to the
// grammar.
func (p *bodyParser) assigned() *Expr {
	if t := p.peek(); t.is(";") || t.kind == eof {
		p.next()
		return p.newExpr("", t.start)
	}
	value, _ := p.expression(";")
	return value
}

func (p *bodyParser) fieldName() string {
	saved := p.mode
	p.mode = lookupDeclare
	defer func() { p.mode = saved }()
	t := p.next()
	if len(t.names) == 0 {
		p.syntaxError(t)
	}
	return t.names[0]
}

// subscript reads an index or a slice behind its bracket.
func (p *bodyParser) subscript() Step {
	var s Step
	switch t := p.peek(); {
	case t.is("]") || t.is(":="):
		p.syntaxError(t)
	case t.is(":"):
		p.next()
		s.Slice = true
	default:
		index, stop := p.expression("]", ":")
		if stop.is("]") {
			s.Upper = index
			return s
		}
		s.Slice, s.Lower = true, index
	}
	if !p.accept("]") {
		s.Upper, _ = p.expression("]")
	}
	return s
}

// target makes the place that a variable's token names, which must not be
// constant.
func (p *bodyParser) target(t token) *Target {
	if t.v.Constant {
		pgerr.Raise("22005", t.start, "variable \"%s\" is declared CONSTANT", t.v.Name)
	}
	target := &Target{Var: t.v, Offset: t.start, Names: t.names}
	for _, f := range t.names[t.used:] {
		target.Path = append(target.Path, Step{Field: f})
	}
	return target
}

// whole says whether a variable's token means a record as a whole.
func (t token) whole() bool { return t.v.Kind == RecordType && t.used == len(t.names) }

// into reads the targets behind INTO.
func (p *bodyParser) into() []*Target {
	t := p.next()
	if t.kind != datum {
		p.notVariable(t)
	}
	if t.whole() {
		targets := []*Target{p.target(t)}
		if comma := p.peek(); comma.is(",") {
			pgerr.Raise("42601", comma.start, "record variable cannot be part of multiple-item INTO list")
		}
		return targets
	}
	return p.scalars(t)
}

// maxInto is how many targets a list may have.
const maxInto = 1024

// scalars reads the rest of a list of variables.
func (p *bodyParser) scalars(first token) []*Target {
	list := []*Target{p.target(first)}
	for p.accept(",") {
		if len(list) >= maxInto {
			pgerr.Raise("54000", p.last.start, "too many INTO variables specified")
		}
		t := p.next()
		if t.kind != datum {
			p.notVariable(t)
		}
		target := p.target(t)
		if t.whole() {
			pgerr.Raise("42601", t.start, "\"%s\" is not a scalar variable", t.text)
		}
		list = append(list, target)
	}
	return list
}

func (p *bodyParser) assert(t token) Stmt {
	a := &Assert{Pos: Pos(t.start)}
	var stop token
	if a.Cond, stop = p.expressionUntil([]string{",", ";"}); stop.is(",") {
		a.Message, _ = p.expression(";")
	}
	return a
}

func (p *bodyParser) commit(t token) Stmt {
	c := &Commit{Pos: Pos(t.start), Rollback: t.text == "rollback"}
	if p.peek().isKeyword("and") {
		p.next()
		c.Chain = true
		if p.peek().isKeyword("no") {
			p.next()
			c.Chain = false
		}
		p.expectKeyword("chain")
	}
	p.expect(";")
	return c
}

// exit reads EXIT and CONTINUE.
func (p *bodyParser) exit(t token) Stmt {
	e := &Exit{Pos: Pos(t.start), Continue: t.text == "continue"}
	if n := p.peek(); !n.is(";") && !n.is("when") {
		e.Label = p.anyIdentifier()
		label := p.scope.label(e.Label)
		switch {
		case label == nil:
			pgerr.Raise("42601", n.start, "there is no label \"%s\" attached to any block or loop enclosing this statement", e.Label)
		case label.kind != loopLabel && e.Continue:
			pgerr.Raise("42601", n.start, "block label \"%s\" cannot be used in CONTINUE", e.Label)
		}
	} else if !p.scope.inLoop() {
		if e.Continue {
			pgerr.Raise("42601", t.start, "CONTINUE cannot be used outside a loop")
		}
		pgerr.Raise("42601", t.start, "EXIT cannot be used outside a loop, unless it has a label")
	}
	if p.accept("when") {
		e.When, _ = p.expression(";")
	} else {
		p.expect(";")
	}
	return e
}

// diagnostics has the items of GET DIAGNOSTICS; true for those of STACKED.
var diagnostics = map[string]bool{
	"row_count": false, "pg_routine_oid": false, "pg_context": false,
	"pg_exception_detail": true, "pg_exception_hint": true, "pg_exception_context": true, "column_name": true,
	"constraint_name": true, "pg_datatype_name": true, "message_text": true, "table_name": true, "schema_name": true,
	"returned_sqlstate": true,
}

func (p *bodyParser) getDiagnostics(t token) Stmt {
	g := &GetDiagnostics{Pos: Pos(t.start)}
	if n := p.peek(); n.isKeyword("current") || n.isKeyword("stacked") {
		p.next()
		g.Stacked = n.isKeyword("stacked")
	}
	p.expectKeyword("diagnostics")
	for {
		g.Items = append(g.Items, p.diagnosticItem())
		if !p.accept(",") {
			break
		}
	}
	p.expect(";")
	for _, item := range g.Items {
		if stacked := diagnostics[item.Item]; stacked != g.Stacked && item.Item != "pg_context" {
			area := "CURRENT"
			if g.Stacked {
				area = "STACKED"
			}
			pgerr.Raise("42601", t.start, "diagnostics item %s is not allowed in GET %s DIAGNOSTICS", upper(item.Item), area)
		}
	}
	return g
}

func (p *bodyParser) diagnosticItem() DiagnosticItem {
	t := p.next()
	if t.kind != datum {
		p.notVariable(t)
	}
	if t.whole() || p.peekCore() == "[" {
		pgerr.Raise("42601", t.start, "\"%s\" is not a scalar variable", t.text)
	}
	target := p.target(t)
	if op := p.next(); !op.is("=") && !op.is(":=") {
		p.syntaxError(op)
	}
	item := p.next()
	for name := range diagnostics {
		if item.isKeyword(name) {
			return DiagnosticItem{target, name}
		}
	}
	p.errorAt(item, "unrecognized GET DIAGNOSTICS item")
	return DiagnosticItem{}
}
