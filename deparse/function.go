package deparse

import (
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
)

// A parameter is one of a function's, with what its declaration says.
type parameter struct {
	name string
	typ  pg.OID
	mode byte
}

func parameters(f *catalog.Proc) []parameter {
	types, modes := f.AllArgTypes, f.ArgModes
	if types == nil {
		types = f.ArgTypes
	}
	out := make([]parameter, len(types))
	for i, t := range types {
		out[i] = parameter{typ: t, mode: 'i'}
		if i < len(modes) {
			out[i].mode = modes[i]
		}
		if i < len(f.ArgNames) {
			out[i].name = f.ArgNames[i]
		}
	}
	return out
}

// FuncArgs lists a function's parameters with their defaults, as
// pg_get_function_arguments does.
func FuncArgs(c *catalog.Catalog, f *catalog.Proc) string {
	text, _ := functionArguments(c, f, false, true)
	return text
}

// FuncIdentityArgs lists a function's parameters without defaults, as
// pg_get_function_identity_arguments does.
func FuncIdentityArgs(c *catalog.Catalog, f *catalog.Proc) string {
	text, _ := functionArguments(c, f, false, false)
	return text
}

// FuncResult writes a function's result as pg_get_function_result does; "" for
// a procedure.
func FuncResult(c *catalog.Catalog, f *catalog.Proc) string {
	if f.Kind == 'p' {
		return ""
	}
	if f.RetSet {
		if text, n := functionArguments(c, f, true, false); n > 0 {
			return "TABLE(" + text + ")"
		}
		return "SETOF " + TypeName(c, f.RetType)
	}
	return TypeName(c, f.RetType)
}

// functionArguments lists the parameters, or with table the columns of RETURNS
// TABLE (print_function_arguments).
func functionArguments(c *catalog.Catalog, f *catalog.Proc, table, defaults bool) (string, int) {
	params := parameters(f)
	firstDefault := len(f.ArgTypes) - len(f.Defaults)
	orderBy := -1
	if f.Agg != nil && f.Agg.Kind != 'n' && f.Agg.Kind != 0 {
		orderBy = f.Agg.Direct
	}
	var out strings.Builder
	printed, input := 0, 0
	for i := 0; i < len(params); i++ {
		a := params[i]
		isInput := a.mode != 'o' && a.mode != 't'
		if isInput {
			input++
		}
		if table != (a.mode == 't') {
			continue
		}
		switch {
		case printed == orderBy && printed > 0:
			out.WriteString(" ORDER BY ")
		case printed == orderBy:
			out.WriteString("ORDER BY ")
		case printed > 0:
			out.WriteString(", ")
		}
		out.WriteString(modeWord(a.mode, f.Kind))
		if a.name != "" {
			out.WriteString(QuoteIdent(a.name) + " ")
		}
		out.WriteString(TypeName(c, a.typ))
		if defaults && isInput && input > firstDefault {
			p := &printer{c: c}
			p.expr(f.Defaults[input-firstDefault-1], false)
			out.WriteString(" DEFAULT " + string(p.out))
		}
		if printed++; printed == orderBy && i == len(params)-1 {
			// The last direct argument of a hypothetical-set aggregate is its aggregated one too.
			i--
			defaults = false
		}
	}
	return out.String(), printed
}

func modeWord(mode, kind byte) string {
	switch {
	case mode == 'i' && kind == 'p':
		return "IN "
	case mode == 'b':
		return "INOUT "
	case mode == 'o':
		return "OUT "
	case mode == 'v':
		return "VARIADIC "
	}
	return ""
}

// FuncSQLBody writes the body of a function with RETURN or BEGIN ATOMIC, as
// pg_get_function_sqlbody does; "" for another function.
func FuncSQLBody(c *catalog.Catalog, f *catalog.Proc) string {
	if len(f.Body) == 0 {
		return ""
	}
	n := &namespace{function: f.Name}
	if len(f.ArgNames) > 0 {
		for _, a := range parameters(f) {
			n.argNames = append(n.argNames, a.name)
		}
	}
	p := &printer{c: c}
	if len(f.Body) == 1 && f.Body[0].IsReturn {
		p.query(f.Body[0], []*namespace{n}, nil, false, nil)
		return string(p.out)
	}
	p.style.indent = true
	p.level = 1
	p.write("BEGIN ATOMIC\n")
	for _, q := range f.Body {
		p.query(q, []*namespace{n}, nil, false, nil)
		p.write(";\n")
	}
	p.write("END")
	return string(p.out)
}
