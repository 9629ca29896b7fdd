package interp

import (
	"slices"

	"github.com/electric-cli/electric/eval"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/plpgsql"
	"github.com/electric-cli/electric/query"
)

// variable gives the running variable of a declared one.
func (fr *frame) variable(d *plpgsql.Variable) *variable {
	if v := fr.vars[d]; v != nil {
		return v
	}
	return fr.declare(d)
}

// assign gives a target a value.
func (fr *frame) assign(t *plpgsql.Target, value query.Datum, typ pg.OID) {
	v := fr.variable(t.Var)
	if len(t.Path) == 0 {
		fr.set(v, value, typ)
		return
	}
	v.value = fr.within(v.value, v.typ, v, t.Path, value, typ)
}

// within gives a copy of a value in which the part that path leads to is new.
func (fr *frame) within(old query.Datum, oldType pg.OID, v *variable, path []plpgsql.Step, value query.Datum, typ pg.OID) query.Datum {
	if len(path) == 0 {
		return fr.cast(value, typ, oldType, -1)
	}
	if u, ok := old.(eval.Unknown); ok {
		return u
	}
	step := path[0]
	if step.Field != "" {
		row, ok := old.(*query.Row)
		if !ok {
			if oldType == pg.Record {
				fr.fieldType(v, step.Field)
			}
			row = fr.in.host.Executor().NullRow(oldType)
		}
		i := slices.Index(row.Names, step.Field)
		if i < 0 {
			fr.noField(v, step.Field)
		}
		out := *row
		out.Values = slices.Clone(row.Values)
		out.Values[i] = fr.within(row.Values[i], row.Types[i], v, path[1:], value, typ)
		return &out
	}
	return fr.element(old, oldType, v, step, path[1:], value, typ)
}

// element sets an element of an array.
func (fr *frame) element(old query.Datum, oldType pg.OID, v *variable, step plpgsql.Step, rest []plpgsql.Step, value query.Datum, typ pg.OID) query.Datum {
	t := fr.catalog().Type(oldType)
	for t != nil && t.Kind == 'd' {
		t = fr.catalog().Type(t.BaseType)
	}
	if t == nil || t.Elem == 0 || step.Slice || step.Upper == nil {
		return eval.Unknown{Why: "an assignment to a part of " + v.decl.Name}
	}
	if len(rest) > 0 && rest[0].Field == "" {
		return eval.Unknown{Why: "an assignment to an element of " + v.decl.Name}
	}
	index, indexType := fr.eval(step.Upper)
	n, ok := fr.cast(index, indexType, pg.Int4, -1).(int64)
	if !ok {
		if index == nil {
			pgerr.Raise("22004", pgerr.NoPosition, "array subscript in assignment must not be null")
		}
		return eval.Unknown{Why: "an element of " + v.decl.Name}
	}
	a, _ := old.(*query.Array)
	var present query.Datum
	if a != nil && len(a.Dims) == 1 && int(n) >= a.Lower[0] && int(n) < a.Lower[0]+a.Dims[0] {
		present = a.Values[int(n)-a.Lower[0]]
	}
	return eval.SetElement(a, t.Elem, int(n), fr.within(present, t.Elem, v, rest, value, typ))
}

// assignRow gives the columns of a row to targets: one record takes all of
// them, else each target takes one (exec_move_row).
func (fr *frame) assignRow(targets []*plpgsql.Target, row *query.Row) {
	if len(targets) == 1 && len(targets[0].Path) == 0 {
		if v := fr.variable(targets[0].Var); v.record {
			if len(row.Values) == 1 && row.Types[0] == v.typ && v.typ != pg.Record {
				if inner, ok := row.Values[0].(*query.Row); ok {
					row = inner
				}
			}
			if v.typ != pg.Record && fr.in.checks("strict_multi_assignment") && len(row.Values) != len(fr.in.host.Executor().NullRow(v.typ).Values) {
				pgerr.New("42804", pgerr.NoPosition, "number of source and target fields in assignment does not match").
					WithDetail("strict_multi_assignment check of extra_errors is active.").
					WithHint("Make sure the query returns the exact list of columns.").Raise()
			}
			fr.setRecord(v, row, pg.Record)
			return
		}
	}
	if len(targets) != len(row.Values) && fr.in.checks("strict_multi_assignment") {
		pgerr.New("42804", pgerr.NoPosition, "number of source and target fields in assignment does not match").
			WithDetail("strict_multi_assignment check of extra_errors is active.").
			WithHint("Make sure the query returns the exact list of columns.").Raise()
	}
	for i, t := range targets {
		if i < len(row.Values) {
			fr.assign(t, row.Values[i], row.Types[i])
		} else {
			fr.assign(t, nil, pg.Unknown)
		}
	}
}

// rowOf makes a row value of a query's result row; nil makes one of NULLs.
func rowOf(q *query.Query, values []query.Datum) *query.Row {
	row := &query.Row{Type: pg.Record}
	list := q.TargetList
	if len(q.Returning) > 0 {
		list = q.Returning
	}
	for _, t := range list {
		if !t.Resjunk {
			row.Names, row.Types = append(row.Names, t.Resname), append(row.Types, query.ExprType(t.Expr))
		}
	}
	row.Values = values
	if values == nil {
		row.Values = make([]query.Datum, len(row.Names))
	}
	return row
}

// unknownRow makes a row of a query's result of which nothing is known.
func unknownRow(q *query.Query, why string) *query.Row {
	row := rowOf(q, nil)
	for i := range row.Values {
		row.Values[i] = eval.Unknown{Why: why}
	}
	return row
}
