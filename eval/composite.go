package eval

import (
	"slices"

	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

func (x *Executor) fieldSelect(f *frame, e *query.FieldSelect) query.Datum {
	v := x.expr(f, e.Arg)
	row, ok := v.(*query.Row)
	if !ok {
		return v // NULL or unknown
	}
	if i := x.fieldIndex(row, e.Fieldnum); i >= 0 && i < len(row.Values) {
		return row.Values[i]
	}
	return nil
}

// fieldIndex finds the value of a field by its number in the type: values of a
// table's row type leave dropped columns out.
func (x *Executor) fieldIndex(row *query.Row, num int16) int {
	t := x.c.Type(row.Type)
	if t == nil || t.RelID == 0 || len(row.Values) == 0 {
		return int(num) - 1
	}
	index := 0
	for _, col := range x.c.Relation(t.RelID).Columns {
		if col.Num == num {
			return index
		}
		if !col.Dropped {
			index++
		}
	}
	return int(num) - 1
}

func (x *Executor) fieldStore(f *frame, e *query.FieldStore) query.Datum {
	v := x.expr(f, e.Arg)
	if u, ok := v.(Unknown); ok {
		return u
	}
	row := x.NullRow(e.Type)
	if old, ok := v.(*query.Row); ok {
		x.keepFields(row, old)
	}
	for i, num := range e.Fieldnums {
		row.Values[x.fieldIndex(row, num)] = x.expr(f, e.Newvals[i])
	}
	return row
}

// keepFields takes over the fields of a row that may be older than its type:
// ALTER TYPE adds fields to the rows that are there and drops some.
func (x *Executor) keepFields(row, old *query.Row) {
	if len(old.Values) == len(row.Values) {
		copy(row.Values, old.Values)
		return
	}
	for i, name := range row.Names {
		if at := slices.Index(old.Names, name); at >= 0 && at < len(old.Values) {
			row.Values[i] = old.Values[at]
		}
	}
}

// NullRow makes a row of a composite type whose fields are all NULL.
func (x *Executor) NullRow(typ pg.OID) *query.Row {
	row := &query.Row{Type: typ}
	if t := x.c.Type(x.base(typ)); t != nil && t.RelID != 0 {
		for _, col := range x.c.Relation(t.RelID).Live() {
			row.Names, row.Types = append(row.Names, col.Name), append(row.Types, col.Type)
		}
	}
	row.Values = make([]query.Datum, len(row.Names))
	return row
}

func (x *Executor) rowExpr(f *frame, e *query.RowExpr) query.Datum {
	row := &query.Row{Type: e.Type, Names: e.Colnames, Values: x.list(f, e.Args), Types: argTypes(e.Args)}
	for i := len(row.Names); i < len(row.Values); i++ {
		row.Names = append(row.Names, "f"+itoa(int64(i+1)))
	}
	if e.Type != pg.Record {
		if named := x.NullRow(e.Type); len(named.Values) == len(row.Values) {
			row.Names, row.Types = named.Names, named.Types
		}
	}
	return row
}

// rowCompare is (a, b) < (c, d): the first pair that differs decides.
func (x *Executor) rowCompare(f *frame, e *query.RowCompareExpr) query.Datum {
	for i := range e.Largs {
		a, b := x.expr(f, e.Largs[i]), x.expr(f, e.Rargs[i])
		if u, unknown := anyUnknown([]query.Datum{a, b}); unknown {
			return u
		}
		if a == nil || b == nil {
			return nil
		}
		d := datum.Compare(x.c, x.base(query.ExprType(e.Largs[i])), a, b)
		if d == 0 {
			continue
		}
		switch e.Type {
		case query.RowCompareLT, query.RowCompareLE:
			return d < 0
		case query.RowCompareGT, query.RowCompareGE:
			return d > 0
		}
		return e.Type == query.RowCompareNE
	}
	return e.Type == query.RowCompareLE || e.Type == query.RowCompareGE || e.Type == query.RowCompareEQ
}

func (x *Executor) arrayExpr(f *frame, e *query.ArrayExpr) query.Datum {
	values := x.list(f, e.Elements)
	if !e.Multi {
		return array(e.ElemType, values)
	}
	out := &query.Array{Elem: e.ElemType}
	for i, v := range values {
		if u, ok := v.(Unknown); ok {
			return u
		}
		sub, ok := v.(*query.Array)
		if !ok || len(sub.Dims) == 0 {
			continue
		}
		if out.Dims == nil {
			out.Dims = append([]int{0}, sub.Dims...)
		} else if !slices.Equal(out.Dims[1:], sub.Dims) {
			pgerr.Raise("2202E", query.Location(e.Elements[i]), "multidimensional arrays must have array expressions with matching dimensions")
		}
		out.Dims[0]++
		out.Values = append(out.Values, sub.Values...)
	}
	for range out.Dims {
		out.Lower = append(out.Lower, 1)
	}
	return out
}

// subscript is a[1], a[1:2], j['key'], or an assignment to one.
func (x *Executor) subscript(f *frame, e *query.SubscriptingRef) query.Datum {
	v := x.expr(f, e.Expr)
	if u, ok := v.(Unknown); ok {
		return u
	}
	if e.Assign == nil && v == nil {
		return nil
	}
	if x.base(e.ContainerType) == pg.Jsonb {
		return x.subscriptJSON(f, e, v)
	}
	upper, ok := x.bounds(f, e.Upper)
	if !ok {
		return Unknown{"an array subscript"}
	}
	var a *query.Array
	if v != nil {
		a = x.asArray(v, e.ContainerType)
	}
	if e.Assign != nil {
		return x.assignElement(f, e, a, upper)
	}
	if e.IsSlice {
		lower, known := x.bounds(f, e.Lower)
		if !known {
			return Unknown{"an array subscript"}
		}
		return slice(a, lower, upper)
	}
	return element(a, upper)
}

// bounds evaluates subscripts; a nil pointer is one left out or NULL.
func (x *Executor) bounds(f *frame, list []query.Expr) (out []*int64, known bool) {
	for _, e := range list {
		switch n := x.expr(f, e).(type) {
		case int64:
			out = append(out, &n)
		case nil:
			out = append(out, nil)
		default:
			return nil, false
		}
	}
	return out, true
}

// element fetches one element; NULL outside of the bounds.
func element(a *query.Array, at []*int64) query.Datum {
	if len(at) != len(a.Dims) {
		return nil
	}
	index := 0
	for d, i := range at {
		if i == nil || *i < int64(a.Lower[d]) || *i >= int64(a.Lower[d]+a.Dims[d]) {
			return nil
		}
		index = index*a.Dims[d] + int(*i) - a.Lower[d]
	}
	return a.Values[index]
}

// slice fetches a part of an array; its bounds count from 1 again.
func slice(a *query.Array, lower, upper []*int64) query.Datum {
	out := &query.Array{Elem: a.Elem}
	if len(a.Dims) == 0 || len(upper) > len(a.Dims) {
		return out
	}
	from, to := make([]int, len(a.Dims)), make([]int, len(a.Dims))
	for d := range a.Dims {
		from[d], to[d] = 0, a.Dims[d]-1
		if d < len(lower) && lower[d] != nil {
			from[d] = max(0, int(*lower[d])-a.Lower[d])
		}
		if d < len(upper) && upper[d] != nil {
			to[d] = min(a.Dims[d]-1, int(*upper[d])-a.Lower[d])
		}
		if to[d] < from[d] {
			return out
		}
		out.Dims, out.Lower = append(out.Dims, to[d]-from[d]+1), append(out.Lower, 1)
	}
	var walk func(d, base int)
	walk = func(d, base int) {
		for i := from[d]; i <= to[d]; i++ {
			if at := base*a.Dims[d] + i; d == len(a.Dims)-1 {
				out.Values = append(out.Values, a.Values[at])
			} else {
				walk(d+1, at)
			}
		}
	}
	walk(0, 0)
	return out
}

// assignElement sets one element, making the array longer if need be.
func (x *Executor) assignElement(f *frame, e *query.SubscriptingRef, a *query.Array, at []*int64) query.Datum {
	v := x.expr(f, e.Assign)
	for _, i := range at {
		if i == nil {
			pgerr.Raise("22004", pgerr.NoPosition, "array subscript in assignment must not be null")
		}
	}
	if e.IsSlice || len(at) != 1 || a != nil && len(a.Dims) > 1 {
		return Unknown{"an assignment to a part of an array"}
	}
	return SetElement(a, e.ElemType, int(*at[0]), v)
}

// SetElement gives an array in which one element is new; it grows if need be.
// a may be nil.
func SetElement(a *query.Array, elem pg.OID, at int, v query.Datum) query.Datum {
	if a != nil && len(a.Dims) > 1 {
		return Unknown{"an assignment to a part of an array"}
	}
	if a == nil || len(a.Dims) == 0 {
		return &query.Array{Elem: elem, Dims: []int{1}, Lower: []int{at}, Values: []query.Datum{v}}
	}
	out := &query.Array{Elem: a.Elem, Lower: slices.Clone(a.Lower), Values: slices.Clone(a.Values)}
	if grow := at - (out.Lower[0] + len(out.Values)); grow > maxRows || out.Lower[0]-at > maxRows {
		pgerr.Raise("54000", pgerr.NoPosition, "array size exceeds the maximum allowed (%d)", maxRows)
	}
	for at < out.Lower[0] {
		out.Lower[0]--
		out.Values = append([]query.Datum{nil}, out.Values...)
	}
	for at >= out.Lower[0]+len(out.Values) {
		out.Values = append(out.Values, nil)
	}
	out.Values[at-out.Lower[0]] = v
	out.Dims = []int{len(out.Values)}
	return out
}
