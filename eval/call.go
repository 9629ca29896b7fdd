package eval

import (
	"slices"
	"strings"
	"sync"

	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// A call is one call of a built-in function.
type call struct {
	x        *Executor
	proc     *catalog.Proc
	args     []query.Datum
	types    []pg.OID // of the arguments
	result   pg.OID
	variadic bool // the last argument is VARIADIC
}

// A builtin computes one of PostgreSQL's functions. Strict functions are not
// called with NULL; none is called with a value that is not known.
type builtin func(c *call) query.Datum

// A setBuiltin is one that returns a set.
type setBuiltin func(c *call) Rows

// builtins gives the functions by the name of their C function, from the tables
// of the files named fn_*.go.
var builtins = sync.OnceValue(func() map[string]builtin {
	all := map[string]builtin{}
	for _, table := range []map[string]builtin{textBuiltins, numberBuiltins, arrayBuiltins, jsonBuiltins, catalogBuiltins,
		castBuiltins, miscBuiltins, definitionBuiltins, timeBuiltins, clockBuiltins, momentBuiltins,
		extractBuiltins, timeTextBuiltins, privilegeBuiltins} {
		for name, f := range table {
			all[name] = f
		}
	}
	return all
})

// text gives an argument kept as text.
func (c *call) text(i int) string { return text(c.args[i]) }

// int gives an integer argument.
func (c *call) int(i int) int64 { return number(c.args[i]) }

// out writes an argument as its output function does.
func (c *call) out(i int) string { return datum.Out(c.x.c, c.types[i], c.args[i]) }

// has says whether an optional argument is there and not NULL.
func (c *call) has(i int) bool { return i < len(c.args) && c.args[i] != nil }

func (x *Executor) funcExpr(f *frame, e *query.FuncExpr) query.Datum {
	if v, ok := f.srf[e]; ok {
		return v
	}
	p := x.c.Proc(e.Fn)
	if p == nil {
		pgerr.Raise("42883", e.Location, "function with OID %d does not exist", e.Fn)
	}
	args := x.arguments(p, e)
	rows := x.call(p, x.list(f, args), argTypes(args), e.Type, e.Variadic)
	if rows.Open != "" {
		return Unknown{rows.Open}
	}
	if len(rows.Rows) == 0 || len(rows.Rows[0]) == 0 {
		return nil
	}
	return rows.Rows[0][0]
}

// arguments gives a call's arguments as the function takes them: named ones in
// their places, defaults for those left out.
func (x *Executor) arguments(p *catalog.Proc, e *query.FuncExpr) []query.Expr {
	named := slices.ContainsFunc(e.Args, func(a query.Expr) bool { _, ok := a.(*query.NamedArgExpr); return ok })
	if !named && len(e.Args) >= len(p.ArgTypes) {
		return e.Args
	}
	args := analyze.New(x.c).ArgumentsInOrder(e)
	if p.DefaultText != "" && len(p.Defaults) == 0 {
		x.systemDefaults(p, e, args)
	}
	return args
}

// systemDefaults puts the defaults of a built-in function, which are simple
// constants, in the places of arguments that a call leaves out.
func (x *Executor) systemDefaults(p *catalog.Proc, e *query.FuncExpr, args []query.Expr) {
	given := map[int]bool{}
	for i, a := range e.Args {
		if named, ok := a.(*query.NamedArgExpr); ok {
			i = named.Number
		}
		given[i] = true
	}
	values := strings.Split(p.DefaultText, ", ")
	for i, value := range values {
		at := len(args) - len(values) + i
		if at < 0 || given[at] {
			continue
		}
		value, _, _ = strings.Cut(value, "::")
		typ := p.ArgTypes[at]
		args[at] = &query.Const{Type: typ, Typmod: -1, Value: datum.In(x.c, typ, -1, strings.Trim(value, "'")), Location: -1}
	}
}

// Procedure runs CALL: args are all arguments in order, output ones too.
func (x *Executor) Procedure(p *catalog.Proc, args []query.Expr, atomic bool) Rows {
	y := x.begin()
	var values []query.Datum
	var types []pg.OID
	for i, a := range args {
		if i < len(p.ArgModes) && (p.ArgModes[i] == 'o' || p.ArgModes[i] == 't') {
			continue
		}
		values, types = append(values, y.expr(&frame{}, a)), append(types, query.ExprType(a))
	}
	if x.host == nil {
		return Rows{Open: "the procedure " + p.Name}
	}
	return x.host.CallProcedure(p, values, types, atomic)
}

// operator evaluates an operator's call.
func (x *Executor) operator(f *frame, op, result pg.OID, args []query.Expr, _ pg.OID) query.Datum {
	return x.apply(op, result, x.list(f, args), argTypes(args))
}

// apply calls an operator's function.
func (x *Executor) apply(op, result pg.OID, args []query.Datum, types []pg.OID) query.Datum {
	o := x.c.Operator(op)
	if o == nil {
		pgerr.Raise("42883", pgerr.NoPosition, "operator with OID %d does not exist", op)
	}
	if v, ok := x.compareOperator(o, args, types); ok {
		return v
	}
	p := x.c.Proc(o.Code)
	if p == nil {
		pgerr.Raise("42883", pgerr.NoPosition, "operator is only a shell: %s", o.Name)
	}
	rows := x.call(p, args, types, result, false)
	if rows.Open != "" {
		return Unknown{rows.Open}
	}
	if len(rows.Rows) == 0 {
		return nil
	}
	return rows.Rows[0][0]
}

// one makes the result of a function that returns no set.
func one(v query.Datum) Rows {
	if u, ok := v.(Unknown); ok {
		return Rows{Open: u.Why}
	}
	return Rows{Rows: [][]query.Datum{{v}}}
}

// call runs any function. A scalar's result is one row of one column; a row of
// a set is one column too, or those of its composite type.
func (x *Executor) call(p *catalog.Proc, args []query.Datum, types []pg.OID, result pg.OID, variadic bool) Rows {
	x.step(1)
	if p.Strict {
		for _, a := range args {
			if a == nil && p.RetSet {
				return Rows{}
			} else if a == nil {
				return one(nil)
			}
		}
	}
	switch {
	case p.Lang == pg.LangInternal:
		return x.internal(&call{x, p, args, types, result, variadic})
	case p.OID < firstNormalOID && p.Lang == pg.LangSQL:
		return x.systemSQL(p, args, types)
	case p.Lang == pg.LangC:
		return Rows{Open: "the function " + p.Name}
	}
	defer x.nest()()
	if x.host == nil {
		return Rows{Open: "the function " + p.Name}
	}
	return x.host.CallFunction(p, args, types, result)
}

// internal runs a built-in function written in C.
func (x *Executor) internal(c *call) Rows {
	src := strings.TrimSpace(c.proc.Src)
	if u, unknown := anyUnknown(c.args); unknown && !seesUnknown[src] {
		return Rows{Open: u.Why}
	}
	if f := setBuiltins[src]; f != nil {
		return f(c)
	}
	if f := builtins()[src]; f != nil {
		return one(bounded(f(c)))
	}
	return Rows{Open: "the function " + c.proc.Name}
}

// bounded refuses values that are too big to go on with: a loop may double one.
func bounded(v query.Datum) query.Datum {
	switch v := v.(type) {
	case string:
		if len(v) > maxText {
			tooBig()
		}
	case *query.Array:
		if len(v.Values) > maxRows {
			tooBig()
		}
	}
	return v
}

func tooBig() {
	pgerr.Raise(Undecidable, pgerr.NoPosition, "a value grows too big to be computed without a server")
}

// seesUnknown holds the functions whose answer does not need their arguments'
// values.
var seesUnknown = map[string]bool{"pg_typeof": true, "pg_sleep": true}
