// Package plpgsql parses the bodies of PL/pgSQL functions and DO blocks, as
// PostgreSQL's own compiler for them does when a function is created
// (src/pl/plpgsql/src: pl_gram.y, pl_scanner.c, pl_comp.c): with its errors in
// its words, but without a database. SQL in a body is kept as text, checked
// against SQL's grammar, and looked into when it runs.
package plpgsql

import (
	"github.com/electric-cli/electric/pgerr"
)

// A Signature is what the body's parser must know of its function.
type Signature struct {
	Name         string // inline_code_block for DO
	Args         []Arg
	ReturnsSet   bool
	ReturnsVoid  bool // DO blocks, procedures and event triggers too
	Procedure    bool
	Trigger      bool
	EventTrigger bool

	// ShadowErrors is plpgsql.extra_errors = 'shadowed_variables': a variable may
	// not have the name of another that is known there.
	ShadowErrors bool
}

// An Arg is a function's argument.
type Arg struct {
	Name string // "" for none
	Mode byte   // proargmodes: i in, o out, b inout, v variadic, t table
	Type string
	Kind TypeKind
}

// A Resolver knows the types of a database. The parser asks it for the types of
// variables.
type Resolver interface {
	// Type takes the text as written: a type, [schema.]table.column%TYPE or
	// [schema.]table%ROWTYPE. For type%TYPE it is asked about the type's
	// quoted name alone. The
	// error's position is relative to the text.
	Type(text string) (TypeKind, *pgerr.Error)
	Collation(name []string) *pgerr.Error
}

// DoBlock is the signature of a DO block.
var DoBlock = Signature{Name: "inline_code_block", ReturnsVoid: true}

// maxNesting bounds how deep statements may stand in one another.
const maxNesting = 500

// Parse reads a function's body. The error's position is a byte in the body.
// Without a resolver every type is taken to exist.
func Parse(body string, sig Signature, types Resolver) (f *Function, err *pgerr.Error) {
	if err := checkText(body); err != nil {
		return nil, err
	}
	p := &bodyParser{scanner: newScanner(body), types: types, sig: sig}
	f = &Function{Signature: sig}
	err = pgerr.Catch(func() {
		p.arguments(f)
		p.options(f)
		f.Body = p.block(p.optLabel(blockLabel))
		if t := p.next(); !t.is(";") {
			p.back()
		}
		if t := p.next(); t.kind != eof {
			p.syntaxError(t)
		}
	})
	if bad := p.flush(); bad != nil { // it comes before what stopped the parser
		err = bad
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// arguments makes the outermost scope, as do_compile does.
func (p *bodyParser) arguments(f *Function) {
	p.scope = p.scope.push(f.Signature.Name, blockLabel)
	if len(f.Signature.Args) > 0 {
		switch {
		case f.Signature.Trigger:
			pgerr.New("42P13", pgerr.NoPosition, "trigger functions cannot have declared arguments").
				WithHint("The arguments of the trigger can be accessed through TG_NARGS and TG_ARGV instead.").Raise()
		case f.Signature.EventTrigger:
			pgerr.Raise("42P13", pgerr.NoPosition, "event trigger functions cannot have declared arguments")
		}
	}
	for i, a := range f.Signature.Args {
		v := &Variable{Name: a.Name, Offset: -1, Type: a.Type, Kind: a.Kind}
		if v.Name == "" {
			v.Name = dollar(i + 1)
		}
		f.Args = append(f.Args, v)
		p.scope = p.scope.with(v, dollar(i+1))
		if a.Name == "" {
			continue
		}
		if _, _, ok := p.scope.lookup(true, []string{a.Name}); ok {
			pgerr.Raise("42P13", pgerr.NoPosition, "parameter name \"%s\" used more than once", a.Name)
		}
		p.scope = p.scope.with(v, a.Name)
	}
	p.implicit(f)
	f.Scope = p.scope
}

func dollar(n int) string {
	digits := ""
	for ; n > 0; n /= 10 {
		digits = string(rune('0'+n%10)) + digits
	}
	return "$" + digits
}

// implicit declares what every body, and what triggers' bodies see.
func (p *bodyParser) implicit(f *Function) {
	add := func(name, typ string, kind TypeKind) *Variable {
		v := &Variable{Name: name, Offset: -1, Type: typ, Kind: kind}
		p.scope = p.scope.with(v, name)
		return v
	}
	if f.Signature.Trigger {
		for _, n := range []string{"new", "old"} {
			add(n, "record", RecordType)
		}
		for _, v := range [][2]string{
			{"tg_name", "name"}, {"tg_when", "text"}, {"tg_level", "text"}, {"tg_op", "text"}, {"tg_relid", "oid"},
			{"tg_relname", "name"}, {"tg_table_name", "name"}, {"tg_table_schema", "name"}, {"tg_nargs", "integer"},
			{"tg_argv", "text[]"},
		} {
			add(v[0], v[1], ScalarType)
		}
	}
	if f.Signature.EventTrigger {
		add("tg_event", "text", ScalarType)
		add("tg_tag", "text", ScalarType)
	}
	f.Found = add("found", "boolean", ScalarType)
}

// hasOut says whether the function has OUT parameters, or returns a table.
func (s Signature) hasOut() bool {
	for _, a := range s.Args {
		if a.Mode == 'o' || a.Mode == 'b' || a.Mode == 't' {
			return true
		}
	}
	return false
}
