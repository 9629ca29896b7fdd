package interp

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/eval"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/plpgsql"
	"github.com/electric-cli/electric/query"
)

// A reference is a variable, or a field of one, that analysed SQL refers to by
// its place in a list.
type reference struct {
	v     *variable
	field string
	value query.Datum // without a variable: the value itself
}

// A prepared is the analysed form of SQL in a body.
type prepared struct {
	query      *query.Query
	utility    ast.Node // instead of the query: EXPLAIN, SHOW
	refs       []reference
	generation int
}

// A binding resolves names of SQL to variables while it is analysed.
type binding struct {
	fr     *frame
	scope  *plpgsql.Scope
	refs   []reference
	params []pg.OID // of EXECUTE … USING
}

// analyzer makes an analyzer that sees the variables.
func (b *binding) analyzer() *analyze.Analyzer {
	a := b.fr.analyzer()
	a.Variables = b.lookup
	a.VariableParam = b.param
	switch b.fr.fn.VariableConflict {
	case "use_variable":
		a.VariablesFirst = true
	case "use_column":
		a.ColumnsFirst = true
	}
	return a
}

// lookup finds the variable that a name means (resolve_column_ref).
func (b *binding) lookup(names []string, location int) query.Expr {
	if len(names) == 1 {
		if c := b.fr.constant[names[0]]; c != nil {
			return b.refer(reference{value: c.value}, c.typ, -1, location)
		}
	}
	if b.scope == nil || len(names) > 3 {
		return nil
	}
	decl, used := b.scope.Lookup(names...)
	if used == 0 {
		return nil
	}
	v := b.fr.vars[decl]
	if v == nil {
		v = b.fr.declare(decl)
	}
	rest := names[used:]
	switch {
	case len(rest) == 0:
		return b.refer(reference{v: v}, v.typ, v.typmod, location)
	case len(rest) > 1 || !v.record:
		return nil
	}
	typ := b.fr.fieldType(v, rest[0])
	return b.refer(reference{v: v, field: rest[0]}, typ, -1, location)
}

// A constant is a value with its type.
type constant struct {
	value query.Datum
	typ   pg.OID
}

// refer makes the Param of a reference.
func (b *binding) refer(r reference, typ pg.OID, typmod int32, location int) query.Expr {
	id := 1 + slices.IndexFunc(b.refs, func(have reference) bool { return r.v != nil && have.v == r.v && have.field == r.field })
	if id == 0 { // one variable is one parameter: GROUP BY compares them
		b.refs = append(b.refs, r)
		id = len(b.refs)
	}
	p := &query.Param{Kind: query.ParamVariable, ID: id, Type: typ, Typmod: typmod, Location: location}
	if r.v != nil {
		p.Name = r.v.decl.Name
	}
	if t := b.fr.catalog().Type(typ); t != nil {
		p.Collation = t.Collation
	}
	return p
}

// param finds $n: an argument of the function.
func (b *binding) param(number, location int) query.Expr {
	decl, used := b.scope.Lookup(dollar(number))
	if used == 0 {
		return nil
	}
	v := b.fr.vars[decl]
	return b.refer(reference{v: v}, v.typ, v.typmod, location)
}

// fieldType gives the type of a record's field.
func (fr *frame) fieldType(v *variable, field string) pg.OID {
	if v.typ != pg.Record {
		row := fr.in.host.Executor().NullRow(v.typ)
		if i := slices.Index(row.Names, field); i >= 0 {
			return row.Types[i]
		}
		fr.noField(v, field)
	}
	switch row := v.value.(type) {
	case *query.Row:
		if i := slices.Index(row.Names, field); i >= 0 {
			return row.Types[i]
		}
		fr.noField(v, field)
	case eval.Unknown:
		return pg.Text
	}
	pgerr.New("55000", pgerr.NoPosition, "record \"%s\" is not assigned yet", v.decl.Name).
		WithDetail("The tuple structure of a not-yet-assigned record is indeterminate.").Raise()
	return 0
}

func (fr *frame) noField(v *variable, field string) {
	pgerr.Raise("42703", pgerr.NoPosition, "record \"%s\" has no field \"%s\"", v.decl.Name, field)
}

// get gives the value of a reference.
func (fr *frame) get(r reference) query.Datum {
	if r.v == nil {
		return r.value
	}
	value := r.v.value
	if r.field == "" {
		return value
	}
	switch row := value.(type) {
	case *query.Row:
		if i := slices.Index(row.Names, r.field); i >= 0 && i < len(row.Values) {
			return row.Values[i]
		}
		fr.noField(r.v, r.field)
	case eval.Unknown:
		return row
	}
	return nil
}

// executor makes the executor of prepared SQL.
func (fr *frame) executor(refs []reference, params []query.Datum) *eval.Executor {
	return fr.in.host.Executor().With(func(p *query.Param) query.Datum {
		switch {
		case p.Kind == query.ParamVariable && p.ID <= len(refs):
			return fr.get(refs[p.ID-1])
		case p.ID >= 1 && p.ID <= len(params):
			return params[p.ID-1]
		}
		pgerr.Raise("42P02", p.Location, "there is no parameter $%d", p.ID)
		return nil
	})
}

// prepare analyses the SQL of an expression, once as long as nothing changes.
func (fr *frame) prepare(e *plpgsql.Expr) *prepared {
	if p := fr.prepared[e]; p != nil && p.generation == fr.in.generation {
		return p
	}
	n, err := e.Node()
	if err != nil {
		err.Raise()
	}
	p := fr.analyse(e, n)
	stable := true
	for _, r := range p.refs {
		stable = stable && (r.v != nil && (!r.v.record || r.v.typ != pg.Record))
	}
	if stable && fr.constant == nil {
		fr.prepared[e] = p
	}
	return p
}

// analyse analyses a tree that stands for an expression. Errors point into the
// body.
func (fr *frame) analyse(e *plpgsql.Expr, n ast.Node) *prepared {
	p := &prepared{generation: fr.in.generation}
	if q := reports(n); q != nil {
		p.query, p.utility = q, n
		return p
	}
	b := &binding{fr: fr, scope: e.Scope}
	fr.at(e, func() {
		a := b.analyzer()
		p.query = a.Query(n)
		switch n.(type) {
		case *ast.InsertStmt, *ast.UpdateStmt, *ast.DeleteStmt, *ast.MergeStmt:
			a.Rewrite(p.query)
		}
	})
	p.refs = b.refs
	return p
}

// at gives the errors of f their place in the body.
func (fr *frame) at(e *plpgsql.Expr, f func()) {
	if err := pgerr.Catch(f); err != nil {
		if err.Position != pgerr.NoPosition {
			err.Position += e.Shift()
		}
		err.Raise()
	}
}

// query runs the SQL of an expression.
func (fr *frame) query(e *plpgsql.Expr) (*prepared, eval.Result) {
	p := fr.prepare(e)
	var r eval.Result
	if p.utility != nil {
		b := &binding{fr: fr, scope: e.Scope}
		fr.at(e, func() { r = fr.report(b.analyzer(), p.utility, e.SQL()) })
		return p, r
	}
	fr.during(func() { r = fr.executor(p.refs, nil).Run(p.query) })
	return p, r
}

// during runs f and takes the place from its errors: they happen in the
// middle, not at a word of the body.
func (fr *frame) during(f func()) {
	if err := pgerr.Catch(f); err != nil {
		err.Position = pgerr.NoPosition
		err.Raise()
	}
}

// eval evaluates an expression (exec_eval_expr).
func (fr *frame) eval(e *plpgsql.Expr) (query.Datum, pg.OID) {
	p, r := fr.query(e)
	return fr.scalar(e, p, r)
}

func (fr *frame) scalar(e *plpgsql.Expr, p *prepared, r eval.Result) (query.Datum, pg.OID) {
	var columns []*query.TargetEntry
	for _, t := range p.query.TargetList {
		if !t.Resjunk {
			columns = append(columns, t)
		}
	}
	if len(columns) != 1 {
		pgerr.Raise("42601", pgerr.NoPosition, "query returned %d columns", len(columns))
	}
	typ := query.ExprType(columns[0].Expr)
	switch {
	case len(r.Rows.Rows) > 1:
		pgerr.New("21000", pgerr.NoPosition, "query returned more than one row").Raise()
	case r.Open != "":
		return eval.Unknown{Why: r.Open}, typ
	case len(r.Rows.Rows) == 0:
		return nil, typ
	}
	return r.Rows.Rows[0][0], typ
}

// cond evaluates a condition: true, false (NULL too) or eval.Unknown.
func (fr *frame) cond(e *plpgsql.Expr) query.Datum {
	v, typ := fr.eval(e)
	switch v := fr.cast(v, typ, pg.Bool, -1).(type) {
	case bool:
		return v
	case eval.Unknown:
		return v
	}
	return false
}

// text evaluates an expression and writes it as text; known is false when it
// is not known, null when it is NULL.
func (fr *frame) text(e *plpgsql.Expr) (s string, null, known bool) {
	v, typ := fr.eval(e)
	if _, unknown := eval.WhyUnknown(v); unknown {
		return "", false, false
	}
	if v == nil {
		return "", true, true
	}
	s, _ = fr.cast(v, typ, pg.Text, -1).(string)
	return s, false, true
}

// quoted gives an expression's text for a message.
func quoted(e *plpgsql.Expr) string {
	s := strings.Join(strings.Fields(e.Text), " ")
	if len(s) > 120 {
		s = s[:117] + "..."
	}
	return s
}

func dollar(n int) string {
	digits := ""
	for ; n > 0; n /= 10 {
		digits = string(rune('0'+n%10)) + digits
	}
	return "$" + digits
}
