package eval

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// functions gives the rows of functions in FROM: several run beside each other.
func (x *Executor) functions(f *frame, rte *query.RangeTblEntry) *Rows {
	parts := make([]*Rows, len(rte.Functions))
	longest, open := 0, ""
	for i, fn := range rte.Functions {
		parts[i] = x.functionRows(f, fn)
		longest = max(longest, len(parts[i].Rows))
		open = firstOf(open, parts[i].Open)
	}
	out := &Rows{Open: open}
	if open != "" && len(parts) > 1 {
		return out
	}
	for n := range longest {
		var row []query.Datum
		for i, fn := range rte.Functions {
			if n < len(parts[i].Rows) {
				row = append(row, parts[i].Rows[n]...)
			} else {
				row = append(row, make([]query.Datum, fn.ColCount)...)
			}
		}
		if rte.Ordinality {
			row = append(row, int64(n+1))
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// functionRows runs one function in FROM and spreads composite results.
func (x *Executor) functionRows(f *frame, fn *query.RangeTblFunction) *Rows {
	rows := x.setOf(f, fn.Expr)
	if len(rows.Rows) == 0 {
		return &rows
	}
	typ := query.ExprType(fn.Expr)
	if !isRecordLike(x, typ) {
		return &rows
	}
	out := &Rows{Open: rows.Open}
	for _, row := range rows.Rows {
		if len(row) == 1 {
			if u, ok := row[0].(Unknown); ok {
				row = unknownRows(1, fn.ColCount, u.Why)[0]
			} else if value, ok := row[0].(*query.Row); ok && (fn.ColCount != 1 || len(value.Values) == 1) {
				row = value.Values
			} else if row[0] == nil {
				row = make([]query.Datum, fn.ColCount)
			}
		}
		if len(row) < fn.ColCount {
			row = append(row[:len(row):len(row)], make([]query.Datum, fn.ColCount-len(row))...)
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// setOf evaluates an expression that may be a set-returning call.
func (x *Executor) setOf(f *frame, e query.Expr) Rows {
	switch e := e.(type) {
	case *query.FuncExpr:
		if p := x.c.Proc(e.Fn); p != nil {
			args := x.arguments(p, e)
			return x.call(p, x.list(f, args), argTypes(args), e.Type, e.Variadic)
		}
	case *query.OpExpr:
		if o := x.c.Operator(e.Op); o != nil && e.RetSet {
			if p := x.c.Proc(o.Code); p != nil {
				return x.call(p, x.list(f, e.Args), argTypes(e.Args), e.Type, false)
			}
		}
	}
	v := x.expr(f, e)
	if u, ok := v.(Unknown); ok {
		return Rows{Rows: [][]query.Datum{{u}}}
	}
	return one(v)
}

// projectSet adds the rows of a target list with set-returning functions,
// which run beside each other; shorter ones are filled up with NULL.
func (x *Executor) projectSet(f *frame, out *Rows) {
	saved := f.srf
	defer func() { f.srf = saved }()
	f.srf = map[query.Expr]query.Datum{}
	var calls []query.Expr
	sets := map[query.Expr]*Rows{}
	longest := 0
	for _, t := range f.q.TargetList {
		for _, e := range setCalls(t.Expr) {
			rows := x.setOf(f, e)
			if rows.Open != "" {
				out.open(rows.Open)
			}
			calls, sets[e] = append(calls, e), &rows
			longest = max(longest, len(rows.Rows))
		}
	}
	for n := range longest {
		x.step(1)
		for _, e := range calls {
			f.srf[e] = nil
			if n < len(sets[e].Rows) {
				f.srf[e] = x.rowValue(query.ExprType(e), sets[e].Rows[n])
			}
		}
		if len(out.Rows) > maxRows {
			tooBig()
		}
		out.Rows = append(out.Rows, x.targets(f))
	}
}

// rowValue makes one value of a function's row.
func (x *Executor) rowValue(typ pg.OID, row []query.Datum) query.Datum {
	if len(row) == 1 {
		if _, isRow := row[0].(*query.Row); isRow || !isRecordLike(x, typ) || row[0] == nil {
			return row[0]
		}
	}
	out := x.NullRow(typ)
	if typ == pg.Record {
		out.Names = make([]string, len(row))
		out.Types = make([]pg.OID, len(row))
		for i := range row {
			out.Names[i], out.Types[i] = "f"+itoa(int64(i+1)), pg.Text
		}
	}
	out.Values = row
	return out
}

// setCalls finds the set-returning calls of a target, inner ones first.
func setCalls(e query.Expr) []query.Expr {
	var out []query.Expr
	query.Walk(e, func(e query.Expr) bool {
		switch e := e.(type) {
		case *query.FuncExpr:
			if e.RetSet {
				out = append([]query.Expr{e}, out...)
			}
		case *query.OpExpr:
			if e.RetSet {
				out = append([]query.Expr{e}, out...)
			}
		case *query.SubLink:
			return false
		}
		return true
	})
	return out
}

// columnTypes gives the types of a range table entry's columns.
func (x *Executor) columnTypes(rte *query.RangeTblEntry) []pg.OID {
	var out []pg.OID
	switch rte.Kind {
	case query.RTERelation:
		if rel := x.c.Relation(rte.Relation); rel != nil {
			for _, col := range rel.Columns {
				out = append(out, col.Type)
			}
		}
	case query.RTESubquery:
		for _, t := range outputs(rte.Subquery) {
			out = append(out, query.ExprType(t.Expr))
		}
	case query.RTEFunction:
		for _, fn := range rte.Functions {
			out = append(out, x.functionTypes(fn)...)
		}
		if rte.Ordinality {
			out = append(out, pg.Int8)
		}
	default:
		out = rte.ColTypes
	}
	for len(out) < len(rte.Eref.Cols) {
		out = append(out, pg.Text)
	}
	return out
}

func (x *Executor) functionTypes(fn *query.RangeTblFunction) []pg.OID {
	if len(fn.ColTypes) > 0 {
		return fn.ColTypes
	}
	typ := query.ExprType(fn.Expr)
	if t := x.c.Type(x.base(typ)); t != nil && t.RelID != 0 {
		return x.NullRow(typ).Types
	}
	if call, ok := fn.Expr.(*query.FuncExpr); ok && typ == pg.Record {
		if p := x.c.Proc(call.Fn); p != nil {
			return OutTypes(p)
		}
	}
	return []pg.OID{typ}
}

// OutTypes gives the types of a function's OUT, INOUT and TABLE columns.
func OutTypes(p *catalog.Proc) []pg.OID {
	var out []pg.OID
	for i, mode := range []byte(p.ArgModes) {
		if mode == 'o' || mode == 'b' || mode == 't' {
			out = append(out, p.AllArgTypes[i])
		}
	}
	return out
}

// OutNames gives their names; "" for one without.
func OutNames(p *catalog.Proc) []string {
	var out []string
	for i, mode := range []byte(p.ArgModes) {
		if mode == 'o' || mode == 'b' || mode == 't' {
			name := ""
			if i < len(p.ArgNames) {
				name = p.ArgNames[i]
			}
			out = append(out, name)
		}
	}
	return out
}

// systemSQL runs a built-in function whose body is a query.
func (x *Executor) systemSQL(p *catalog.Proc, args []query.Datum, types []pg.OID) Rows {
	q := systemFunction(x.c, p, types)
	if q == nil {
		return Rows{Open: "the function " + p.Name}
	}
	defer x.nest()()
	y := *x
	y.param = func(param *query.Param) query.Datum {
		if param.ID < 1 || param.ID > len(args) {
			pgerr.Raise("42P02", param.Location, "there is no parameter $%d", param.ID)
		}
		return args[param.ID-1]
	}
	saved := y.run
	y.run = &statement{depth: saved.depth, scans: saved.scans, subs: map[*query.Query]*Rows{}, reads: saved.reads}
	rows := y.query(nil, q)
	if p.RetSet || len(rows.Rows) < 2 {
		return *rows
	}
	return Rows{Rows: rows.Rows[:1], Open: rows.Open}
}
