package plpgsql

import (
	"strings"

	"github.com/electric-cli/electric/pgerr"
)

var raiseLevels = []string{"exception", "warning", "notice", "info", "log", "debug"}

var raiseOptions = []string{"errcode", "message", "detail", "hint", "column", "constraint", "datatype", "table", "schema"}

func oneOf(t token, names []string) (string, bool) {
	for _, n := range names {
		if t.isKeyword(n) {
			return n, true
		}
	}
	return "", false
}

// raise reads RAISE [level] [format, expressions | condition] [USING options].
func (p *bodyParser) raise(t token) Stmt {
	s := &Raise{Pos: Pos(t.start), Level: "exception"}
	next := p.raiseToken()
	if next.is(";") {
		s.Rethrow = true
		return s
	}
	if level, ok := oneOf(next, raiseLevels); ok {
		s.Level = level
		next = p.raiseToken()
	}
	switch {
	case next.kind == literal:
		next = p.raiseMessage(s, next)
	case !next.is("using"):
		s.Cond = p.raiseCondition(next)
		if next = p.next(); !next.is(";") && !next.is("using") {
			p.syntaxError(next)
		}
	}
	if next.is("using") {
		p.raiseOptions(s)
	}
	s.countParams()
	return s
}

func (p *bodyParser) raiseToken() token {
	t := p.next()
	if t.kind == eof {
		p.errorAt(t, "unexpected end of function definition")
	}
	return t
}

// raiseMessage reads the format and its parameters, up to ; or USING.
func (p *bodyParser) raiseMessage(s *Raise, format token) token {
	message := p.stringValue(format)
	s.Message = &message
	stop := p.next()
	if !stop.is(",") && !stop.is(";") && !stop.is("using") {
		p.syntaxError(stop)
	}
	if stop.is(",") {
		s.Params, stop = p.expressions(";", "using")
	}
	return stop
}

func (p *bodyParser) raiseCondition(t token) *Cond {
	switch {
	case t.isKeyword("sqlstate"):
		return &Cond{Codes: []string{p.sqlState()}}
	case t.kind != word && t.kind != unreserved:
		p.syntaxError(t)
	}
	return &Cond{Name: t.text, Codes: known(t.text)}
}

func (p *bodyParser) raiseOptions(s *Raise) {
	for {
		t := p.raiseToken()
		name, ok := oneOf(t, raiseOptions)
		if !ok {
			p.errorAt(t, "unrecognized RAISE statement option")
		}
		if op := p.next(); !op.is("=") && !op.is(":=") {
			p.errorAt(op, "syntax error, expected \"=\"")
		}
		value, stop := p.expressionUntil([]string{",", ";"})
		s.Options = append(s.Options, RaiseOption{name, value})
		if stop.is(";") {
			return
		}
	}
}

// countParams asks for a parameter for each % of the message.
func (s *Raise) countParams() {
	if s.Message == nil {
		return
	}
	want := strings.Count(strings.ReplaceAll(*s.Message, "%%", ""), "%")
	switch {
	case want < len(s.Params):
		pgerr.Raise("42601", pgerr.NoPosition, "too many parameters specified for RAISE")
	case want > len(s.Params):
		pgerr.Raise("42601", pgerr.NoPosition, "too few parameters specified for RAISE")
	}
}
