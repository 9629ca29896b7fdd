package eval

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// A group is a set of rows that GROUP BY puts together.
type group struct {
	x    *Executor
	f    *frame
	row  tuple // one of them: grouped columns are the same in all
	rows []tuple
	open string
	keys map[int]bool // Refs of the grouping set in force
	done map[*query.Aggref]query.Datum
}

// groups puts rows into groups, in the order of their first rows. why tells
// that a row's group is not known.
func (x *Executor) groups(f *frame, rows []tuple, open string) (list []*group, why string) {
	q := f.q
	if len(q.GroupingSets) > 0 {
		for _, refs := range groupingSets(q.GroupingSets) {
			some, reason := x.groupBy(f, refs, rows, open)
			for _, g := range some {
				g.mask()
			}
			list, why = append(list, some...), firstOf(why, reason)
		}
		return list, why
	}
	refs := make([]int, len(q.Group))
	for i, k := range q.Group {
		refs[i] = k.Ref
	}
	return x.groupBy(f, refs, rows, open)
}

func (x *Executor) groupBy(f *frame, refs []int, rows []tuple, open string) (list []*group, why string) {
	keys := map[int]bool{}
	for _, r := range refs {
		keys[r] = true
	}
	make1 := func(row tuple) *group {
		return &group{x: x, f: f, row: row, open: open, keys: keys, done: map[*query.Aggref]query.Datum{}}
	}
	if len(refs) == 0 {
		g := make1(make(tuple, len(f.q.RangeTable)))
		g.rows = rows
		if len(rows) > 0 {
			g.row = rows[0]
		}
		return []*group{g}, ""
	}
	index := map[string]*group{}
	for _, row := range rows {
		f.row = row
		values, types := make([]query.Datum, len(refs)), make([]pg.OID, len(refs))
		for i, ref := range refs {
			t := f.q.TargetList[targetOf(f.q, ref)]
			values[i], types[i] = x.expr(f, t.Expr), query.ExprType(t.Expr)
		}
		if u, unknown := anyUnknown(values); unknown {
			return nil, u.Why
		}
		k := x.key(values, types)
		g := index[k]
		if g == nil {
			g = make1(row)
			index[k] = g
			list = append(list, g)
		}
		g.rows = append(g.rows, row)
	}
	return list, ""
}

// mask makes the columns that the group's set leaves out NULL in its row.
func (g *group) mask() {
	q := g.f.q
	row := slices.Clone(g.row)
	for _, k := range q.Group {
		if g.keys[k.Ref] {
			continue
		}
		v, ok := q.TargetList[targetOf(q, k.Ref)].Expr.(*query.Var)
		if !ok || v.Varlevelsup > 0 || v.Varattno < 1 || row[v.Varno-1] == nil {
			continue
		}
		row[v.Varno-1] = slices.Clone(row[v.Varno-1])
		row[v.Varno-1][v.Varattno-1] = nil
	}
	g.row = row
}

// groupingSets expands ROLLUP, CUBE and nested sets to lists of Refs.
func groupingSets(list []*query.GroupingSet) [][]int {
	out := [][]int{nil}
	for _, g := range list {
		var next [][]int
		for _, a := range out {
			for _, b := range expandSet(g) {
				next = append(next, append(slices.Clone(a), b...))
			}
		}
		out = next
	}
	return out
}

func expandSet(g *query.GroupingSet) [][]int {
	switch g.Kind {
	case query.GroupingSetSimple:
		return [][]int{g.Refs}
	case query.GroupingSetRollup:
		var out [][]int
		for n := len(g.Content); n >= 0; n-- {
			out = append(out, concatRefs(g.Content[:n]))
		}
		return out
	case query.GroupingSetCube:
		var out [][]int
		for mask := 1<<len(g.Content) - 1; mask >= 0; mask-- {
			var some []*query.GroupingSet
			for i, c := range g.Content {
				if mask&(1<<i) != 0 {
					some = append(some, c)
				}
			}
			out = append(out, concatRefs(some))
		}
		return out
	case query.GroupingSetSets:
		var out [][]int
		for _, c := range g.Content {
			out = append(out, expandSet(c)...)
		}
		return out
	}
	return [][]int{nil}
}

func concatRefs(list []*query.GroupingSet) []int {
	var out []int
	for _, g := range list {
		out = append(out, g.Refs...)
	}
	return out
}

// grouping is GROUPING(…): a bit for each argument that is not grouped by.
func (g *group) grouping(e *query.GroupingFunc) query.Datum {
	n := int64(0)
	for _, ref := range e.Refs {
		n <<= 1
		if !g.keys[ref] {
			n |= 1
		}
	}
	return n
}

// value gives an aggregate's value over the group.
func (g *group) value(e *query.Aggref) query.Datum {
	if g == nil {
		return Unknown{"an aggregate"}
	}
	if v, ok := g.done[e]; ok {
		return v
	}
	saved := g.f.row
	g.f.row, g.f.group = g.row, g
	v := g.compute(e)
	g.f.row = saved
	g.done[e] = v
	return v
}

func (g *group) compute(e *query.Aggref) query.Datum {
	p := g.x.c.Proc(e.Fn)
	f := aggregates[p.Name]
	if p.OID >= firstNormalOID || f == nil || e.Kind != 'n' {
		return Unknown{"the aggregate " + p.Name}
	}
	inputs, why := g.inputs(e)
	if why == "" {
		why = g.open
	}
	if why != "" {
		if v, ok := decided(p.Name, inputs); ok {
			return v
		}
		return Unknown{why}
	}
	return bounded(f(&aggregation{x: g.x, inputs: inputs, types: targetTypes(e.Args), result: e.Type}))
}

// decided says what an aggregate gives whatever further rows there are.
func decided(name string, inputs [][]query.Datum) (query.Datum, bool) {
	for _, row := range inputs {
		switch {
		case name == "bool_or" && len(row) > 0 && isTrue(row[0]):
			return true, true
		case (name == "bool_and" || name == "every") && len(row) > 0 && isFalse(row[0]):
			return false, true
		}
	}
	return nil, false
}

func targetTypes(list []*query.TargetEntry) []pg.OID {
	out := make([]pg.OID, len(list))
	for i, t := range list {
		out[i] = query.ExprType(t.Expr)
	}
	return out
}

// inputs computes the argument rows of an aggregate: filtered, in order, made
// distinct.
func (g *group) inputs(e *query.Aggref) (rows [][]query.Datum, why string) {
	x, f := g.x, g.f
	saved := f.group
	defer func() { f.group = saved }()
	f.group = nil
	for _, row := range g.rows {
		f.row = row
		switch v := x.keep(f, e.Filter).(type) {
		case bool:
			if !v {
				continue
			}
		case Unknown:
			why = v.Why
			continue
		}
		values := make([]query.Datum, len(e.Args))
		for i, t := range e.Args {
			values[i] = x.expr(f, t.Expr)
		}
		if u, unknown := anyUnknown(values); unknown {
			why = u.Why
		}
		rows = append(rows, values)
	}
	if why != "" {
		return rows, why
	}
	args := &query.Query{TargetList: e.Args}
	if len(e.Order) > 0 {
		x.sort(args, e.Order, rows)
	}
	if len(e.Distinct) > 0 {
		if len(e.Order) == 0 {
			x.sort(args, e.Distinct, rows)
		}
		rows = x.unique(args, e.Distinct, &Rows{Rows: rows}).Rows
	}
	return rows, ""
}

// An aggregation is one computation of an aggregate.
type aggregation struct {
	x      *Executor
	inputs [][]query.Datum
	types  []pg.OID
	result pg.OID
}

// values gives the first arguments that are not NULL.
func (a *aggregation) values() []query.Datum {
	var out []query.Datum
	for _, row := range a.inputs {
		if row[0] != nil {
			out = append(out, row[0])
		}
	}
	return out
}

// aggregates holds the aggregates by name.
var aggregates = map[string]func(*aggregation) query.Datum{
	"count": func(a *aggregation) query.Datum {
		if len(a.types) == 0 {
			return int64(len(a.inputs))
		}
		return int64(len(a.values()))
	},
	"min":        func(a *aggregation) query.Datum { return a.extreme(-1) },
	"max":        func(a *aggregation) query.Datum { return a.extreme(1) },
	"sum":        (*aggregation).sum,
	"avg":        (*aggregation).avg,
	"bool_and":   func(a *aggregation) query.Datum { return a.fold(false) },
	"every":      func(a *aggregation) query.Datum { return a.fold(false) },
	"bool_or":    func(a *aggregation) query.Datum { return a.fold(true) },
	"array_agg":  (*aggregation).arrayAgg,
	"string_agg": (*aggregation).stringAgg,
	"json_agg":   func(a *aggregation) query.Datum { return a.jsonAgg(false) },
	"jsonb_agg":  func(a *aggregation) query.Datum { return a.jsonAgg(true) },
	"json_object_agg": func(a *aggregation) query.Datum {
		return a.objectAgg(false)
	},
	"jsonb_object_agg": func(a *aggregation) query.Datum { return a.objectAgg(true) },
}

func (a *aggregation) extreme(sign int) query.Datum {
	var best query.Datum
	typ := pg.OID(pg.Text)
	if len(a.types) > 0 {
		typ = a.x.base(a.types[0])
	}
	for _, v := range a.values() {
		if best == nil || datum.Compare(a.x.c, typ, v, best)*sign > 0 {
			best = v
		}
	}
	return best
}

// fold is bool_or (any) or bool_and.
func (a *aggregation) fold(deciding bool) query.Datum {
	values := a.values()
	if len(values) == 0 {
		return nil
	}
	return slices.Contains(values, query.Datum(deciding)) == deciding
}

func (a *aggregation) arrayAgg() query.Datum {
	if len(a.inputs) == 0 {
		return nil
	}
	rows := &Rows{Rows: a.inputs}
	if elem, isArray := a.x.elementType(a.types[0]); isArray {
		return a.x.stack(elem, rows)
	}
	values := make([]query.Datum, len(a.inputs))
	for i, row := range a.inputs {
		values[i] = row[0]
	}
	elem, _ := a.x.elementType(a.result)
	return array(elem, values)
}

func (a *aggregation) stringAgg() query.Datum {
	var out strings.Builder
	some := false
	for _, row := range a.inputs {
		if row[0] == nil {
			continue
		}
		if some && row[1] != nil {
			out.WriteString(text(row[1]))
		}
		some = true
		out.WriteString(text(row[0]))
	}
	if !some {
		return nil
	}
	if a.result == pg.Bytea {
		return Unknown{"string_agg of bytea"}
	}
	return out.String()
}

// windowFunctions computes the window functions that number rows; others are
// unknown.
func (x *Executor) windowFunctions(f *frame, rows []tuple, open string) {
	f.windows = map[*query.WindowFunc][]query.Datum{}
	for _, t := range f.q.TargetList {
		query.Walk(t.Expr, func(e query.Expr) bool {
			if w, ok := e.(*query.WindowFunc); ok {
				f.windows[w] = x.windowFunction(f, w, rows, open)
				return false
			}
			return true
		})
	}
}

func (x *Executor) windowFunction(f *frame, w *query.WindowFunc, rows []tuple, open string) []query.Datum {
	out := make([]query.Datum, len(rows))
	unknown := func(why string) []query.Datum {
		for i := range out {
			out[i] = Unknown{why}
		}
		return out
	}
	p := x.c.Proc(w.Fn)
	rank := p.Name == "rank" || p.Name == "dense_rank"
	whole := w.Agg && aggregates[p.Name] != nil
	window := f.q.Windows[w.Winref-1]
	switch {
	case open != "":
		return unknown(open)
	case p.Name != "row_number" && !rank && !(whole && len(window.Order) == 0):
		return unknown("the window function " + p.Name)
	}
	q := f.q
	parts := map[string][]int{}
	keys := make([][]query.Datum, len(rows))
	for i, row := range rows {
		f.row = row
		keys[i] = make([]query.Datum, len(q.TargetList))
		var values []query.Datum
		var types []pg.OID
		for _, k := range append(slices.Clone(window.Partition), window.Order...) {
			col := targetOf(q, k.Ref)
			keys[i][col] = x.expr(f, q.TargetList[col].Expr)
			if why, bad := WhyUnknown(keys[i][col]); bad {
				return unknown(why)
			}
		}
		for _, k := range window.Partition {
			col := targetOf(q, k.Ref)
			values, types = append(values, keys[i][col]), append(types, query.ExprType(q.TargetList[col].Expr))
		}
		k := x.key(values, types)
		parts[k] = append(parts[k], i)
	}
	for _, part := range parts {
		if whole {
			x.wholePartition(f, w, p.Name, rows, part, out)
		} else {
			x.number(q, window, p.Name, keys, part, out)
		}
	}
	return out
}

// number gives row_number, rank or dense_rank to the rows of a partition.
func (x *Executor) number(q *query.Query, window *query.WindowClause, name string, keys [][]query.Datum, part []int, out []query.Datum) {
	compare := func(a, b int) int {
		for _, k := range window.Order {
			col := targetOf(q, k.Ref)
			if d := x.compareKey(k, query.ExprType(q.TargetList[col].Expr), keys[a][col], keys[b][col]); d != 0 {
				return d
			}
		}
		return 0
	}
	slices.SortStableFunc(part, compare)
	rank, dense := int64(0), int64(0)
	for n, i := range part {
		if n == 0 || compare(part[n-1], i) != 0 {
			rank, dense = int64(n+1), dense+1
		}
		switch name {
		case "row_number":
			out[i] = int64(n + 1)
		case "rank":
			out[i] = rank
		default:
			out[i] = dense
		}
	}
}

// wholePartition computes an aggregate over all rows of a partition.
func (x *Executor) wholePartition(f *frame, w *query.WindowFunc, name string, rows []tuple, part []int, out []query.Datum) {
	a := &aggregation{x: x, types: argTypes(w.Args), result: w.Type}
	if w.Star {
		a.types = nil
	}
	for _, i := range part {
		f.row = rows[i]
		if w.Filter == nil || isTrue(x.expr(f, w.Filter)) {
			a.inputs = append(a.inputs, x.list(f, w.Args))
		}
	}
	v := aggregates[name](a)
	for _, row := range a.inputs {
		if u, unknown := anyUnknown(row); unknown {
			v = u
		}
	}
	for _, i := range part {
		out[i] = v
	}
}
