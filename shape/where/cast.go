package where

import (
	"strconv"
	"strings"

	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// textOf writes a value of one of the types whose text is easily written.
func textOf(typ pg.OID, v value) (string, bool) {
	switch typ {
	case pg.Int2, pg.Int4, pg.Int8:
		return strconv.FormatInt(v.n, 10), true
	case pg.Text, pg.Varchar, pg.Uuid:
		return v.s, true
	case pg.Numeric:
		return numericText(v), true
	}
	return "", false
}

// viaIO compiles a cast through a type's text.
func (c *compiler) viaIO(e *query.CoerceViaIO) term {
	from := query.ExprType(e.Arg)
	if isTextType(e.Type) {
		if v, ok := e.Arg.(*query.Var); ok && v.Varattno > 0 && from != pg.Bool {
			return c.rawText(int(v.Varattno) - 1)
		}
		if _, ok := textOf(from, value{}); ok {
			arg := c.term(e.Arg)
			return c.fold(strict1(func(v value) value { s, _ := textOf(from, v); return value{s: s} }, arg), arg)
		}
		return c.ask()
	}
	read := textReaders[e.Type]
	if read == nil || !isTextType(from) {
		return c.ask()
	}
	arg := c.term(e.Arg)
	c.asks = c.asks || !arg.constant
	return c.fold(strict1(func(v value) value { return read(v.s) }, arg), arg)
}

// rawText gives a column's text as it is.
func (c *compiler) rawText(i int) term {
	return term{eval: func(row [][]byte) value {
		if row[i] == nil {
			return value{state: null}
		}
		return value{s: stringOf(row[i])}
	}}
}

// textReaders read texts that users wrote, as far as all versions of
// PostgreSQL agree on them; for the others the server is asked.
var textReaders = map[pg.OID]func(string) value{
	pg.Int2: func(s string) value { return readInteger(s, 16) },
	pg.Int4: func(s string) value { return readInteger(s, 32) },
	pg.Int8: func(s string) value { return readInteger(s, 64) },
	pg.Bool: readBoolean,
}

// readInteger reads decimal digits. Later versions also know other bases and
// underscores.
func readInteger(s string, width int) value {
	s = strings.Trim(s, " \t\n\v\f\r")
	digits := strings.TrimLeft(s, "+-")
	if len(s)-len(digits) > 1 || digits == "" || digitsOf(digits) != digits {
		if strings.ContainsAny(s, "_xXoObB") {
			return value{state: asked}
		}
		return failure
	}
	n, err := strconv.ParseInt(s, 10, width)
	if err != nil {
		return failure
	}
	return value{n: n}
}

// readBoolean reads the beginnings of true, false, yes, no, on and off, and 1
// and 0 (parse_bool).
func readBoolean(s string) value {
	s = strings.ToLower(strings.Trim(s, " \t\n\v\f\r"))
	begins := func(word string, atLeast int) bool { return len(s) >= atLeast && strings.HasPrefix(word, s) }
	switch {
	case begins("true", 1), begins("yes", 1), s == "on", s == "1":
		return value{n: 1}
	case begins("false", 1), begins("no", 1), begins("off", 2), s == "0":
		return value{}
	}
	return failure
}

// arrayCast compiles a cast of an array's elements.
func (c *compiler) arrayCast(e *query.ArrayCoerceExpr) term {
	arg := c.term(e.Arg)
	var cast unary
	switch elem := e.Elemexpr.(type) {
	case *query.RelabelType, *query.CaseTestExpr:
		return arg
	case *query.FuncExpr:
		if len(elem.Args) == 1 {
			cast = unaries[c.c.Proc(elem.Fn).Src]
		}
	case *query.CoerceViaIO:
		from := query.ExprType(elem.Arg)
		if read := textReaders[elem.Type]; read != nil && isTextType(from) {
			cast, c.asks = func(v value) value { return read(v.s) }, true
		} else if _, ok := textOf(from, value{}); ok && isTextType(elem.Type) {
			cast = func(v value) value { s, _ := textOf(from, v); return value{s: s} }
		}
	}
	if cast == nil {
		return c.ask()
	}
	return c.fold(strict1(func(v value) value { return mapped(asArray(v), cast) }, arg), arg)
}

// mapped applies a strict function to an array's elements.
func mapped(a *array, f unary) value {
	out := &array{dims: a.dims, lower: a.lower, elems: make([]value, len(a.elems))}
	for i, v := range a.elems {
		if out.elems[i] = v; v.state == fine {
			out.elems[i] = f(v)
		}
		if out.elems[i].state > null {
			return out.elems[i]
		}
	}
	return value{x: out}
}
