package plpgsql

import (
	"strings"

	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// A bodyParser reads a body from left to right, as the grammar in pl_gram.y.
type bodyParser struct {
	*scanner
	types   Resolver
	sig     Signature
	nesting int

	// pending holds the SQL that is not checked yet. PostgreSQL checks each as
	// soon as it is read; all of it together costs far less, and the first error
	// is the same.
	pending []*Expr
}

func checkText(body string) *pgerr.Error {
	if len(body) > parser.MaxText {
		return pgerr.New("54000", pgerr.NoPosition, "function body of %d bytes is too long", len(body))
	}
	return parser.CheckEncoding(body)
}

// flush checks the pending SQL; the first error in it, with its place in the
// body, or nil.
func (p *bodyParser) flush() *pgerr.Error {
	stmts := make([]*parser.Statement, len(p.pending))
	for i, e := range p.pending {
		stmts[i] = e.stmt
	}
	parser.CheckAll(stmts)
	for _, e := range p.pending {
		if err := e.check(); err != nil {
			return err
		}
	}
	p.pending = p.pending[:0]
	return nil
}

// check gives the error in an expression's SQL. Without a place of its own it
// is where the expression begins.
func (e *Expr) check() *pgerr.Error {
	err := e.stmt.Err()
	if err == nil {
		if e.what == 'e' {
			return e.setOperation()
		}
		return nil
	}
	moved := *err
	switch {
	case moved.Position < 0:
		moved.Position = e.Offset
	case e.what == 't' && moved.Position == len(e.stmt.Text)-1:
		// The closing parenthesis of our CAST, where the type's own text ends.
		moved.Message = "syntax error at end of input"
		moved.Position += e.shift
	default:
		moved.Position = max(moved.Position+e.shift, e.Offset)
	}
	return &moved
}

// setOperation refuses UNION and its like in an expression: the grammar of
// expressions ends before them, that of SELECT does not.
func (e *Expr) setOperation() *pgerr.Error {
	depth := 0
	for _, t := range parser.Tokens(e.Text) {
		s := e.Text[t.Start:t.End]
		switch {
		case t.Kind == parser.Punct && (s == "(" || s == "["):
			depth++
		case t.Kind == parser.Punct && (s == ")" || s == "]"):
			depth--
		case t.Kind == parser.Word && depth == 0 && len(s) <= 9:
			switch strings.ToLower(s) {
			case "union", "intersect", "except", "into":
				if n, err := e.Node(); err == nil && !plainSelect(n) {
					return pgerr.New("42601", e.Offset+t.Start, "syntax error at or near \"%s\"", s)
				}
			}
		}
	}
	return nil
}

func plainSelect(n ast.Node) bool {
	s, ok := n.(*ast.SelectStmt)
	return ok && s.IntoClause == nil && s.Op <= ast.SETOP_NONE
}

// syntaxError complains about a token, as plpgsql_yyerror.
func (p *bodyParser) syntaxError(t token) { p.errorAt(t, "syntax error") }

func (p *bodyParser) errorAt(t token, message string) {
	if t.kind == eof {
		pgerr.Raise("42601", t.start, "%s at end of input", message)
	}
	pgerr.Raise("42601", t.start, "%s at or near \"%s\"", message, p.lex.Text[t.start:t.end])
}

// expect reads a reserved word, operator or punctuation.
func (p *bodyParser) expect(text string) token {
	t := p.next()
	if !t.is(text) {
		p.syntaxError(t)
	}
	return t
}

func (p *bodyParser) expectKeyword(name string) {
	if t := p.next(); !t.isKeyword(name) {
		p.syntaxError(t)
	}
}

// peek reads a token and takes it back.
func (p *bodyParser) peek() token {
	t := p.next()
	p.back()
	return t
}

// accept steps over a reserved word, operator or punctuation if it is next.
func (p *bodyParser) accept(text string) bool {
	if !p.peek().is(text) {
		return false
	}
	p.next()
	return true
}

// expression reads an expression up to one of the ends, which it steps over.
func (p *bodyParser) expression(ends ...string) (*Expr, token) {
	start, end, stop := p.construct(true, expected(ends), ends)
	return p.newExpr(p.lex.Text[start:end], start), stop
}

// expected is how a complaint names the ends.
func expected(ends []string) string {
	names := make([]string, len(ends))
	for i, e := range ends {
		names[i] = strings.ToUpper(e)
	}
	if len(ends) == 1 {
		return names[0]
	}
	return strings.Join(names, " or ")
}

func (p *bodyParser) newExpr(text string, start int) *Expr {
	e := &Expr{Text: text, Offset: start, Scope: p.scope, what: 'e', shift: start - len("SELECT ")}
	e.stmt = &parser.Statement{Text: "SELECT " + text}
	p.pending = append(p.pending, e)
	return e
}

// query reads a SQL statement up to its semicolon, which it steps over.
func (p *bodyParser) query() *Expr {
	start, end, _ := p.construct(false, ";", []string{";"})
	return p.newQuery(p.lex.Text[start:end], start)
}

func (p *bodyParser) newQuery(text string, start int) *Expr {
	e := &Expr{Text: text, Offset: start, Mode: Query, Scope: p.scope, what: 'q', shift: start}
	e.stmt = &parser.Statement{Text: text}
	p.pending = append(p.pending, e)
	return e
}

// construct finds the end of a piece of SQL, as read_sql_construct.
func (p *bodyParser) construct(isExpr bool, want string, ends []string) (start, end int, stop token) {
	kind, missing := "statement", "missing SQL statement"
	if isExpr {
		kind, missing = "expression", "missing expression"
	}
	saved := p.mode
	p.mode = lookupExpr
	defer func() { p.mode = saved }()
	start, end = -1, -1
	for depth := 0; ; {
		t := p.next()
		if start < 0 {
			start = t.start
		}
		// PostgreSQL leaves it to its caller to find the body's end where it was
		// given less than three ends.
		if depth == 0 && (endsWith(t, ends) || t.kind == eof && len(ends) < 3) {
			stop = t
			break
		}
		switch {
		case t.is("(") || t.is("["):
			depth++
		case t.is(")") || t.is("]"):
			if depth--; depth < 0 {
				p.errorAt(t, "mismatched parentheses")
			}
		case t.kind == eof || t.is(";"):
			if depth != 0 {
				p.errorAt(t, "mismatched parentheses")
			}
			pgerr.Raise("42601", t.start, "missing \"%s\" at end of SQL %s", want, kind)
		}
		end = t.end
	}
	if start >= end {
		p.errorAt(stop, missing)
	}
	return start, end, stop
}

func endsWith(t token, ends []string) bool {
	for _, e := range ends {
		if t.is(e) {
			return true
		}
	}
	return false
}

// expressions reads expressions with commas between, up to one of the ends.
func (p *bodyParser) expressions(ends ...string) (list []*Expr, stop token) {
	ends = append([]string{","}, ends...)
	for {
		e, t := p.expressionUntil(ends)
		list = append(list, e)
		if !t.is(",") {
			return list, t
		}
	}
}

// expressionUntil is expression with the words that a list's complaint has.
func (p *bodyParser) expressionUntil(ends []string) (*Expr, token) {
	start, end, stop := p.construct(true, expected(ends), ends)
	return p.newExpr(p.lex.Text[start:end], start), stop
}

// identifier reads a name where any is allowed, as any_identifier.
func (p *bodyParser) anyIdentifier() string {
	t := p.next()
	switch {
	case t.kind == word || t.kind == unreserved, t.kind == datum && len(t.names) == 1:
		return t.names[0]
	}
	p.syntaxError(t)
	return ""
}

// stringValue gives what a string token stands for.
func (p *bodyParser) stringValue(t token) string {
	n, err := parser.Parse("SELECT " + p.lex.Text[t.start:t.end])
	if err != nil {
		if err.Position >= 0 {
			err.Position += t.start - len("SELECT ")
		}
		err.Raise()
	}
	value := ""
	ast.Walk(n, func(n ast.Node) bool {
		if c, ok := n.(*ast.A_Const); ok {
			if s, ok := c.Val.(*ast.String); ok {
				value = s.Sval
			}
		}
		return true
	})
	return value
}
