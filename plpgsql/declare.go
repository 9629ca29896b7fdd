package plpgsql

import (
	"strings"

	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/pgerr"
)

// options reads the lines # option … before a body.
func (p *bodyParser) options(f *Function) {
	for p.accept("#") {
		t := p.next()
		value := p.next()
		switch {
		case t.isKeyword("option") && value.isKeyword("dump"):
		case t.isKeyword("print_strict_params") && len(value.names) == 1:
			if f.PrintStrictParams = value.names[0]; f.PrintStrictParams != "on" && f.PrintStrictParams != "off" {
				pgerr.Raise("XX000", pgerr.NoPosition, "unrecognized print_strict_params option %s", f.PrintStrictParams)
			}
		case t.isKeyword("variable_conflict") && (value.isKeyword("error") || value.isKeyword("use_variable") || value.isKeyword("use_column")):
			f.VariableConflict = value.text
		case t.isKeyword("option") || t.isKeyword("print_strict_params") || t.isKeyword("variable_conflict"):
			p.syntaxError(value)
		default:
			p.syntaxError(t)
		}
	}
}

// optLabel reads <<name>> and opens the scope that it labels.
func (p *bodyParser) optLabel(kind scopeKind) string {
	label := ""
	if p.accept("<<") {
		label = p.anyIdentifier()
		p.expect(">>")
	}
	p.scope = p.scope.push(label, kind)
	return label
}

// block reads a block behind its label, up to END and the label there. Its
// scope is open already.
func (p *bodyParser) block(label string) *Block {
	p.enter()
	defer p.leave()
	b := &Block{Pos: Pos(p.peek().start), Label: label}
	if p.accept("declare") {
		p.declarations(b)
	}
	p.expect("begin")
	b.Body = p.statements()
	if p.peek().isKeyword("exception") {
		p.next()
		p.handlers(b)
	}
	p.expect("end")
	p.endLabel(label)
	return b
}

// enter bounds the nesting, where PostgreSQL's parser runs out of its stack.
func (p *bodyParser) enter() {
	if p.nesting++; p.nesting > maxNesting {
		pgerr.Raise("54001", p.peek().start, "stack depth limit exceeded")
	}
}

func (p *bodyParser) leave() { p.nesting-- }

// endLabel reads the label behind END, and closes the scope.
func (p *bodyParser) endLabel(label string) {
	if t := p.peek(); t.kind == word || t.kind == unreserved || t.kind == datum {
		name := p.anyIdentifier()
		switch {
		case label == "":
			pgerr.Raise("42601", t.start, "end label \"%s\" specified for unlabeled block", name)
		case name != label:
			pgerr.Raise("42601", t.start, "end label \"%s\" differs from block's label \"%s\"", name, label)
		}
	}
	p.scope = p.scope.pop()
}

// declarations reads a DECLARE section up to BEGIN.
func (p *bodyParser) declarations(b *Block) {
	p.mode = lookupDeclare
	for {
		t := p.next()
		switch {
		case t.is("begin"):
			p.back()
			p.mode = lookupNormal
			return
		case t.is("declare"):
		case t.is("<<"):
			p.anyIdentifier()
			p.expect(">>")
			pgerr.Raise("42601", t.start, "block label must be placed before DECLARE, not after")
		case t.kind == word || t.kind == unreserved:
			if v := p.declaration(t); v != nil {
				b.Variables = append(b.Variables, v)
			}
		default:
			p.syntaxError(t)
		}
	}
}

// declaration reads what follows a new name; nil for an alias.
func (p *bodyParser) declaration(name token) *Variable {
	p.notDeclared(name)
	v := &Variable{Name: name.names[0], Offset: name.start}
	t := p.peek()
	switch {
	case t.isKeyword("alias"):
		p.next()
		p.expect("for")
		p.alias(v.Name)
		return nil
	case t.isKeyword("cursor") || t.isKeyword("scroll") || t.isKeyword("no"):
		if p.cursor(v) {
			return v
		}
	case t.isKeyword("constant"):
		p.next()
		v.Constant = true
	}
	p.dataType(v)
	p.variable(v)
	p.scope = p.scope.with(v, v.Name)
	return v
}

func (p *bodyParser) notDeclared(name token) {
	if _, _, ok := p.scope.lookup(true, name.names[:1]); ok {
		p.errorAt(name, "duplicate declaration")
	}
	if v, _ := p.scope.Lookup(name.names[0]); v != nil && p.sig.ShadowErrors {
		pgerr.Raise("42712", name.start, "variable \"%s\" shadows a previously defined variable", name.names[0])
	}
}

// alias makes another name for a variable.
func (p *bodyParser) alias(name string) {
	t := p.next()
	if t.kind != word && t.kind != unreserved && t.kind != cword {
		p.syntaxError(t)
	}
	v, used := p.scope.Lookup(t.names...)
	if v == nil || used < len(t.names) && v.Kind != RecordType {
		pgerr.Raise("42704", t.start, "variable \"%s\" does not exist", t.text)
	}
	p.expect(";")
	p.scope = p.scope.with(v, name)
}

// variable reads COLLATE, NOT NULL and the default.
func (p *bodyParser) variable(v *Variable) {
	if p.peek().isKeyword("collate") {
		p.next()
		t := p.next()
		if t.kind != word && t.kind != unreserved && t.kind != cword {
			p.syntaxError(t)
		}
		v.Collate = t.names
		p.resolveCollation(t)
	}
	notNull := p.peek()
	if p.accept("not") {
		p.expect("null")
		v.NotNull = true
	}
	t := p.next()
	switch {
	case t.is(";"):
	case t.is("=") || t.is(":=") || t.isKeyword("default"):
		v.Default, _ = p.expression(";")
	default:
		p.syntaxError(t)
	}
	if v.NotNull && v.Default == nil {
		pgerr.Raise("22004", notNull.start, "variable \"%s\" must have a default value, since it's declared NOT NULL", v.Name)
	}
}

func (p *bodyParser) resolveCollation(t token) {
	if p.types == nil {
		return
	}
	if err := p.types.Collation(t.names); err != nil {
		err.Raise()
	}
}

// dataType reads a type, as read_datatype: up to what may follow one.
func (p *bodyParser) dataType(v *Variable) {
	first := p.next()
	start, end, t := first.start, first.start, first
	if (t.kind == word || t.kind == unreserved || t.kind == cword) && p.source(p.i) == "%" {
		p.next()
		if k := p.next(); k.isKeyword("type") || k.isKeyword("rowtype") {
			p.likeType(v, first, k)
			return
		}
		t, end = p.last, p.last.end
		if p.stopsType(t, 0) {
			t = first
		}
	}
	for depth := 0; !p.stopsType(t, depth); t = p.next() {
		switch {
		case t.kind == eof && depth != 0:
			p.errorAt(t, "mismatched parentheses")
		case t.kind == eof:
			p.errorAt(t, "incomplete data type declaration")
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		}
		end = t.end
	}
	if end <= start {
		p.errorAt(t, "missing data type declaration")
	}
	p.back()
	p.namedType(v, p.lex.Text[start:end], start)
}

// stopsType says whether a token may follow a type.
func (p *bodyParser) stopsType(t token, depth int) bool {
	return t.is(";") || t.isKeyword("collate") || t.is("not") || t.is("=") || t.is(":=") || t.isKeyword("default") ||
		depth == 0 && (t.is(",") || t.is(")"))
}

// likeType is name%TYPE or name%ROWTYPE. A variable of that name comes before
// what the database has; where neither has it, %TYPE is a syntax error.
func (p *bodyParser) likeType(v *Variable, name, what token) {
	v.Type = p.lex.Text[name.start:what.end]
	if what.isKeyword("rowtype") {
		v.Kind = RecordType
		p.ask(v, v.Type, name.start)
		return
	}
	other, used := p.scope.Lookup(name.names...)
	switch {
	case other != nil && used == len(name.names) && other.Kind != RecordType:
		v.Type, v.Kind = other.Type, other.Kind
		return
	case other == nil && p.types == nil:
		return
	case other == nil:
		asked := v.Type
		if name.kind != cword {
			asked = `"` + strings.ReplaceAll(name.names[0], `"`, `""`) + `"` // int is no type's name
		}
		kind, err := p.types.Type(asked)
		if err == nil && (kind != RecordType || name.kind == cword) {
			v.Kind = kind
			return
		}
	}
	pgerr.Raise("42601", name.end, "syntax error at or near \"%%\"")
}

// namedType is any other type; its text must be one to SQL's grammar.
func (p *bodyParser) namedType(v *Variable, text string, start int) {
	v.Type = text
	const cast = "SELECT CAST(NULL AS "
	p.pending = append(p.pending, &Expr{
		Text: text, Offset: start, what: 't', shift: start - len(cast),
		stmt: &parser.Statement{Text: cast + text + ")"},
	})
	switch strings.ToLower(text) {
	case "record":
		v.Kind = RecordType
		return
	case "refcursor":
		v.Kind = RefcursorType
	}
	p.ask(v, text, start)
}

// ask lets the resolver say what a type is.
func (p *bodyParser) ask(v *Variable, text string, start int) {
	if p.types == nil {
		return
	}
	if err := p.flush(); err != nil { // a malformed type must not reach it
		err.Raise()
	}
	kind, err := p.types.Type(text)
	if err != nil {
		moved := *err
		if moved.Position >= 0 {
			moved.Position += start
		}
		moved.Raise()
	}
	if kind == PseudoType {
		pgerr.Raise("0A000", pgerr.NoPosition, "variable \"%s\" has pseudo-type %s", v.Name, text)
	}
	v.Kind = kind
}

// cursor reads [[NO] SCROLL] CURSOR …; false, and nothing read, when it is not
// a cursor but a type of that name.
func (p *bodyParser) cursor(v *Variable) bool {
	i, last := p.i, p.last
	var scroll *bool
	if yes := true; p.peek().isKeyword("no") {
		p.next()
		yes = false
		scroll = &yes
	} else {
		scroll = &yes
	}
	if p.peek().isKeyword("scroll") {
		p.next()
	} else if *scroll {
		scroll = nil
	}
	if t := p.next(); !t.isKeyword("cursor") {
		if scroll != nil {
			p.syntaxError(t)
		}
		p.i, p.last = i, last
		return false
	}
	v.Type, v.Kind = "refcursor", RefcursorType
	v.Cursor = &CursorDecl{Scroll: scroll}
	p.scope = p.scope.push(v.Name, otherLabel)
	if p.accept("(") {
		p.cursorArgs(v.Cursor)
	}
	if t := p.next(); !t.isKeyword("is") && !t.is("for") {
		p.syntaxError(t)
	}
	v.Cursor.Query = p.query()
	p.scope = p.scope.pop()
	p.scope = p.scope.with(v, v.Name)
	return true
}

func (p *bodyParser) cursorArgs(c *CursorDecl) {
	for {
		t := p.next()
		if t.kind != word && t.kind != unreserved {
			p.syntaxError(t)
		}
		p.notDeclared(t)
		arg := &Variable{Name: t.names[0], Offset: t.start}
		p.dataType(arg)
		p.scope = p.scope.with(arg, arg.Name)
		c.Args = append(c.Args, arg)
		t = p.next()
		if t.is(")") {
			return
		}
		if !t.is(",") {
			p.syntaxError(t)
		}
	}
}

// handlers reads WHEN … THEN … up to END.
func (p *bodyParser) handlers(b *Block) {
	special := func(name string) *Variable {
		v := &Variable{Name: name, Offset: -1, Type: "text", Kind: ScalarType, Constant: true}
		p.scope = p.scope.with(v, name)
		return v
	}
	b.SQLState, b.SQLErrM = special("sqlstate"), special("sqlerrm")
	for {
		t := p.expect("when")
		h := &Handler{Pos: Pos(t.start)}
		for {
			h.Conditions = append(h.Conditions, p.condition())
			if !p.accept("or") {
				break
			}
		}
		p.expect("then")
		h.Body = p.statements()
		b.Handlers = append(b.Handlers, h)
		if !p.peek().is("when") {
			return
		}
	}
}

// condition reads a condition's name, or SQLSTATE and its code.
func (p *bodyParser) condition() Cond {
	name := p.anyIdentifier()
	if name == "sqlstate" {
		return Cond{Codes: []string{p.sqlState()}}
	}
	if name == "others" {
		return Cond{Name: name}
	}
	return Cond{Name: name, Codes: known(name)}
}

func known(name string) []string {
	codes := Condition(name)
	if codes == nil {
		pgerr.Raise("42704", pgerr.NoPosition, "unrecognized exception condition \"%s\"", name)
	}
	return codes
}

func (p *bodyParser) sqlState() string {
	t := p.next()
	if t.kind != literal {
		p.syntaxError(t)
	}
	code := p.stringValue(t)
	if len(code) != 5 || strings.Trim(code, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		p.errorAt(t, "invalid SQLSTATE code")
	}
	return code
}
