package interp

import (
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/eval"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/plpgsql"
	"github.com/electric-cli/electric/query"
)

// A variable is one of the body's variables while it runs.
type variable struct {
	decl   *plpgsql.Variable
	typ    pg.OID
	typmod int32
	record bool // its value is a *query.Row: of any shape when typ is pg.Record
	value  query.Datum
}

// A frame is one running body.
type frame struct {
	in     *Interpreter
	fn     *plpgsql.Function
	proc   *catalog.Proc // nil for DO
	atomic bool
	vars   map[*plpgsql.Variable]*variable

	result   pg.OID      // the type that the call has
	returned query.Datum // of RETURN
	out      eval.Rows   // of RETURN NEXT and RETURN QUERY
	rowCount query.Datum
	caught   []*pgerr.Error // the errors whose handlers run, the innermost last
	doubt    *doubt
	current  int // where the running statement begins
	prepared map[*plpgsql.Expr]*prepared
	constant map[string]*constant // values of names that are no variables
}

func (in *Interpreter) newFrame(f *plpgsql.Function, p *catalog.Proc, atomic bool) *frame {
	fr := &frame{in: in, fn: f, proc: p, atomic: atomic, vars: map[*plpgsql.Variable]*variable{}, rowCount: int64(0), prepared: map[*plpgsql.Expr]*prepared{}}
	if f.Found != nil {
		fr.vars[f.Found] = &variable{decl: f.Found, typ: pg.Bool, typmod: -1, value: false}
	}
	return fr
}

func (fr *frame) catalog() *catalog.Catalog { return fr.in.host.Catalog() }

// declare makes a variable of a declared type.
func (fr *frame) declare(d *plpgsql.Variable) *variable {
	v := &variable{decl: d, typ: pg.Refcursor, typmod: -1}
	if d.Type != "" {
		v.typ, v.typmod = fr.declaredType(d.Type)
	} else if d.Kind == plpgsql.RecordType {
		v.typ = pg.Record
	}
	v.record = fr.isComposite(v.typ)
	fr.vars[d] = v
	return v
}

// declaredType resolves a type as written. name%TYPE of an argument or
// variable was resolved by the parser.
func (fr *frame) declaredType(text string) (pg.OID, int32) {
	if strings.EqualFold(strings.TrimSpace(text), "record") {
		return pg.Record, -1
	}
	typ, typmod := fr.in.host.DeclaredType(text)
	return fr.actual(typ), typmod
}

// actual gives the type that a polymorphic one stands for in this call.
func (fr *frame) actual(typ pg.OID) pg.OID {
	if fr.proc == nil {
		return typ
	}
	if t := fr.catalog().Type(typ); t == nil || t.Kind != 'p' {
		return typ
	}
	want, ok := polymorphic[typ]
	if !ok {
		return typ
	}
	for i, declared := range fr.proc.ArgTypes {
		have, ok := polymorphic[declared]
		arg := fr.argument(i)
		if !ok || arg == nil || arg.typ == 0 || have.family != want.family {
			continue
		}
		if have.form == want.form {
			return arg.typ
		}
		if derived := fr.derive(arg.typ, have.form, want.form); derived != 0 {
			return derived
		}
	}
	return typ
}

// A form is what a polymorphic type makes of its family's element.
type form struct {
	family byte // e of anyelement, c of anycompatible
	form   byte // e element, a array, r range, m multirange
}

var polymorphic = map[pg.OID]form{
	pg.AnyElement: {'e', 'e'}, pg.AnyNonArray: {'e', 'e'}, pg.AnyEnum: {'e', 'e'}, pg.AnyArray: {'e', 'a'}, pg.AnyRange: {'e', 'r'},
	pg.AnyMultirange: {'e', 'm'}, pg.AnyCompatible: {'c', 'e'}, pg.AnyCompatibleNonArray: {'c', 'e'}, pg.AnyCompatibleArray: {'c', 'a'},
	pg.AnyCompatibleRange: {'c', 'r'}, pg.AnyCompatibleMultirange: {'c', 'm'},
}

// derive gives the type of one form for the type of another; 0 when that is
// not settled by it.
func (fr *frame) derive(typ pg.OID, have, want byte) pg.OID {
	t := fr.catalog().Type(typ)
	if t == nil {
		return 0
	}
	switch {
	case have == 'e' && want == 'a':
		return t.Array
	case have == 'a' && want == 'e':
		return t.Elem
	case t.Range == nil:
		return 0
	case want == 'e':
		return t.Range.Subtype
	case want == 'm':
		return t.Range.Multirange
	case want == 'r':
		return t.Range.Type
	}
	if elem := fr.catalog().Type(t.Range.Subtype); elem != nil && want == 'a' {
		return elem.Array
	}
	return 0
}

// argument gives the variable of an input argument.
func (fr *frame) argument(n int) *variable {
	for i, a := range fr.fn.Signature.Args {
		if a.Mode == 'i' || a.Mode == 'b' || a.Mode == 'v' {
			if n == 0 {
				return fr.vars[fr.fn.Args[i]]
			}
			n--
		}
	}
	return nil
}

// isComposite says whether values of a type are rows.
func (fr *frame) isComposite(typ pg.OID) bool {
	c := fr.catalog()
	for t := c.Type(typ); t != nil; t = c.Type(t.BaseType) {
		if t.Kind != 'd' {
			return t.Kind == 'c' || t.OID == pg.Record
		}
	}
	return false
}

// bindArguments gives the arguments their values. args are the input ones.
func (fr *frame) bindArguments(args []query.Datum, types []pg.OID) {
	all := fr.proc.AllArgTypes
	if all == nil {
		all = fr.proc.ArgTypes
	}
	next := 0
	for i, d := range fr.fn.Args {
		mode := fr.fn.Signature.Args[i].Mode
		if mode == 't' {
			continue
		}
		v := &variable{decl: d, typ: all[i], typmod: -1}
		if t := fr.catalog().Type(v.typ); t != nil && t.Kind == 'p' && next < len(types) && mode != 'o' && v.typ != pg.Record {
			v.typ = types[next]
		}
		fr.vars[d] = v
		if mode != 'o' && next < len(args) {
			v.value = args[next]
			if next < len(types) && types[next] != v.typ && v.typ != pg.Record {
				v.value = fr.cast(args[next], types[next], v.typ, -1)
			}
			next++
		}
		v.record = fr.isComposite(v.typ)
		if row, ok := v.value.(*query.Row); v.record && ok && v.typ == pg.Record {
			v.value = row
		}
	}
	for i, d := range fr.fn.Args { // OUT and TABLE columns may be polymorphic
		if v := fr.vars[d]; v == nil {
			typ := fr.actual(all[i])
			fr.vars[d] = &variable{decl: d, typ: typ, typmod: -1, record: fr.isComposite(typ)}
		} else if fr.fn.Signature.Args[i].Mode == 'o' {
			v.typ = fr.actual(v.typ)
			v.record = fr.isComposite(v.typ)
		}
	}
}

// run executes the body.
func (fr *frame) run() {
	c := fr.block(fr.fn.Body)
	switch {
	case c.kind == flowReturn, fr.doubt != nil, fr.fn.Signature.ReturnsVoid, fr.fn.Signature.ReturnsSet, fr.hasOut():
	case c.kind == flowExit:
	default:
		if !fr.fn.Signature.Trigger {
			pgerr.Raise("2F005", pgerr.NoPosition, "control reached end of function without RETURN")
		}
	}
}

// hasOut says whether output arguments make the result.
func (fr *frame) hasOut() bool {
	for _, a := range fr.fn.Signature.Args {
		if a.Mode == 'o' || a.Mode == 'b' {
			return true
		}
	}
	return false
}

// rows gives what the call returns.
func (fr *frame) rows() eval.Rows {
	switch {
	case fr.fn.Signature.ReturnsSet:
		if fr.doubt != nil {
			fr.out.Open = fr.doubt.why
		}
		return fr.out
	case fr.doubt != nil:
		return eval.Rows{Open: fr.doubt.why}
	case fr.fn.Signature.Procedure, fr.hasOut():
		return fr.outRow()
	}
	if u, ok := fr.returned.(eval.Unknown); ok {
		return eval.Rows{Open: u.Why}
	}
	return eval.Rows{Rows: [][]query.Datum{{fr.returned}}}
}

// outRow gives the output arguments: one is a plain value, several are a row.
func (fr *frame) outRow() eval.Rows {
	names, types, values := fr.outputs()
	if len(values) == 1 && !fr.fn.Signature.Procedure {
		return eval.Rows{Rows: [][]query.Datum{values}}
	}
	return eval.Rows{Rows: [][]query.Datum{{&query.Row{Type: pg.Record, Names: names, Types: types, Values: values}}}}
}

// outputs gives the present values of the output arguments.
func (fr *frame) outputs() (names []string, types []pg.OID, values []query.Datum) {
	for i, a := range fr.fn.Signature.Args {
		if a.Mode == 'o' || a.Mode == 'b' || a.Mode == 't' {
			v := fr.vars[fr.fn.Args[i]]
			names, types, values = append(names, v.decl.Name), append(types, v.typ), append(values, fr.value(v))
		}
	}
	return names, types, values
}

// value gives a variable's value.
func (fr *frame) value(v *variable) query.Datum { return v.value }

// cast converts a value as an assignment does.
func (fr *frame) cast(value query.Datum, from, to pg.OID, typmod int32) query.Datum {
	if from == to && typmod < 0 || value == nil || to == pg.Record {
		return value
	}
	if why, unknown := eval.WhyUnknown(value); unknown {
		if row, ok := value.(*query.Row); ok && fr.isComposite(to) {
			return row
		}
		return eval.Unknown{Why: why}
	}
	return fr.in.host.Executor().Cast(value, from, to, typmod)
}

// set gives a variable a value of a type, as exec_assign_value.
func (fr *frame) set(v *variable, value query.Datum, typ pg.OID) {
	if v.record {
		fr.setRecord(v, value, typ)
		return
	}
	value = fr.cast(value, typ, v.typ, v.typmod)
	if value == nil && v.decl.NotNull {
		pgerr.Raise("22004", pgerr.NoPosition, "null value cannot be assigned to variable \"%s\" declared NOT NULL", v.decl.Name)
	}
	v.value = value
}

// setRecord gives a record variable a row.
func (fr *frame) setRecord(v *variable, value query.Datum, typ pg.OID) {
	switch value := value.(type) {
	case nil:
		v.value = nil
		if v.typ != pg.Record {
			v.value = fr.in.host.Executor().NullRow(v.typ)
		}
	case eval.Unknown:
		v.value = value
		if v.typ != pg.Record {
			row := fr.in.host.Executor().NullRow(v.typ)
			for i := range row.Values {
				row.Values[i] = value
			}
			v.value = row
		}
	case *query.Row:
		v.value = fr.shape(v, value)
	default:
		pgerr.Raise("42804", pgerr.NoPosition, "cannot assign non-composite value to a record variable")
	}
}

// shape gives a row the field names and types of a variable's row type.
func (fr *frame) shape(v *variable, row *query.Row) query.Datum {
	if v.typ == pg.Record {
		return row
	}
	out := fr.in.host.Executor().NullRow(v.typ)
	for i := range out.Values {
		if i < len(row.Values) {
			out.Values[i] = fr.cast(row.Values[i], row.Types[i], out.Types[i], -1)
		}
	}
	return out
}

// unsettle makes a variable's value unknown.
func (fr *frame) unsettle(d *plpgsql.Variable, why string) {
	v := fr.vars[d]
	if v == nil {
		return
	}
	if row, ok := v.value.(*query.Row); ok {
		unknown := *row
		unknown.Values = make([]query.Datum, len(row.Values))
		for i := range unknown.Values {
			unknown.Values[i] = eval.Unknown{Why: why}
		}
		v.value = &unknown
		return
	}
	if v.record && v.typ != pg.Record {
		fr.setRecord(v, eval.Unknown{Why: why}, v.typ)
		return
	}
	v.value = eval.Unknown{Why: why}
}

// typeName names a type as messages do.
func (fr *frame) typeName(typ pg.OID) string { return datum.TypeName(fr.catalog(), typ) }
