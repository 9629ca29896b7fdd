package eval

import (
	"slices"

	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// Run executes a query. Of a statement that writes, the result holds the rows
// of RETURNING.
func (x *Executor) Run(q *query.Query) Result {
	y := x.begin()
	if q.Command == ast.CMD_SELECT {
		rows := y.query(nil, q)
		return Result{Rows: *rows, Affected: int64(len(rows.Rows)), AffectedKnown: rows.Open == ""}
	}
	return y.write(nil, q)
}

// A Result is what a statement yields.
type Result struct {
	Rows
	// Affected is how many rows the statement yielded or wrote.
	Affected      int64
	AffectedKnown bool
}

// query runs a SELECT one level below parent.
func (x *Executor) query(parent *frame, q *query.Query) *Rows {
	defer x.nest()()
	if q.Command != ast.CMD_SELECT {
		r := x.write(parent, q)
		return &r.Rows
	}
	f := &frame{parent: parent, q: q, ctes: map[string]*Rows{}}
	x.modifyingCTEs(f)
	var out *Rows
	if q.SetOps != nil {
		out = x.setOperation(f, q.SetOps)
	} else {
		out = x.plain(f)
	}
	out = x.order(f, out)
	return x.limit(f, out)
}

// modifyingCTEs runs the WITH queries that write: they run whether they are
// read or not.
func (x *Executor) modifyingCTEs(f *frame) {
	for _, cte := range f.q.CTEs {
		if cte.Query.Command != ast.CMD_SELECT {
			f.ctes[cte.Name] = x.query(f, cte.Query)
		}
	}
}

// plain is a SELECT without set operations: its rows hold all of the target
// list, what only sorting needs too.
func (x *Executor) plain(f *frame) *Rows {
	q := f.q
	source, open := x.from(f)
	out := &Rows{Open: open}
	if q.HasAggs || len(q.Group) > 0 || len(q.GroupingSets) > 0 || q.Having != nil {
		groups, why := x.groups(f, source, open)
		out.open(why)
		for _, g := range groups {
			f.group, f.row = g, g.row
			switch keep := x.keep(f, q.Having).(type) {
			case bool:
				if keep {
					x.project(f, out)
				}
			case Unknown:
				out.open(keep.Why)
			}
		}
		if len(q.Group) == 0 && len(q.GroupingSets) == 0 && q.Having == nil {
			out.Open = "" // one row, whatever there is
		}
		return out
	}
	if q.HasWindowFuncs {
		x.windowFunctions(f, source, open)
	}
	for i, row := range source {
		f.row, f.at = row, i
		x.project(f, out)
	}
	return out
}

// keep evaluates a condition on rows: true, false, or Unknown.
func (x *Executor) keep(f *frame, cond query.Expr) query.Datum {
	if cond == nil {
		return true
	}
	switch v := x.expr(f, cond).(type) {
	case bool:
		return v
	case Unknown:
		return v
	}
	return false
}

// project adds the target list's row for the current tuple; several with
// set-returning functions in it.
func (x *Executor) project(f *frame, out *Rows) {
	if f.q.HasTargetSRFs {
		x.projectSet(f, out)
		return
	}
	out.Rows = append(out.Rows, x.targets(f))
	if len(out.Rows) > maxRows {
		pgerr.Raise(Undecidable, pgerr.NoPosition, "the query yields more than %d rows, which is too many to compute without a server", maxRows)
	}
}

func (x *Executor) targets(f *frame) []query.Datum {
	row := make([]query.Datum, len(f.q.TargetList))
	for i, t := range f.q.TargetList {
		row[i] = x.expr(f, t.Expr)
	}
	return row
}

// order applies DISTINCT and ORDER BY.
func (x *Executor) order(f *frame, rows *Rows) *Rows {
	q := f.q
	if len(q.Sort) > 0 {
		if why, ok := x.sort(q, q.Sort, rows.Rows); !ok {
			rows.Rows = shuffled(rows.Rows, why)
		}
	}
	if len(q.Distinct) > 0 {
		rows = x.unique(q, q.Distinct, rows)
	}
	return rows
}

// shuffled is used where the order of rows is not known: every value is then
// one of several.
func shuffled(rows [][]query.Datum, why string) [][]query.Datum {
	if len(rows) < 2 {
		return rows
	}
	out := make([][]query.Datum, len(rows))
	for i := range rows {
		out[i] = make([]query.Datum, len(rows[i]))
		for j := range out[i] {
			out[i][j] = Unknown{why}
		}
	}
	return out
}

// sort orders rows of a target list; ok is false when a key is not known.
func (x *Executor) sort(q *query.Query, keys []*query.SortGroupClause, rows [][]query.Datum) (why string, ok bool) {
	columns := make([]int, len(keys))
	for i, k := range keys {
		columns[i] = targetOf(q, k.Ref)
		for _, row := range rows {
			if reason, unknown := WhyUnknown(row[columns[i]]); unknown {
				return reason, false
			}
		}
	}
	slices.SortStableFunc(rows, func(a, b []query.Datum) int {
		for i, k := range keys {
			col := columns[i]
			if d := x.compareKey(k, query.ExprType(q.TargetList[col].Expr), a[col], b[col]); d != 0 {
				return d
			}
		}
		return 0
	})
	return "", true
}

// targetOf finds the target that a SortGroupClause names.
func targetOf(q *query.Query, ref int) int {
	return slices.IndexFunc(q.TargetList, func(t *query.TargetEntry) bool { return t.Ref == ref })
}

// compareKey compares two values of a sort key.
func (x *Executor) compareKey(k *query.SortGroupClause, typ pg.OID, a, b query.Datum) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		if k.NullsFirst {
			return -1
		}
		return 1
	case b == nil:
		if k.NullsFirst {
			return 1
		}
		return -1
	}
	d := datum.Compare(x.c, x.base(typ), a, b)
	if op := x.c.Operator(k.SortOp); op != nil && op.Name == ">" {
		return -d
	}
	return d
}

// unique applies DISTINCT [ON]: of equal rows the first stays.
func (x *Executor) unique(q *query.Query, keys []*query.SortGroupClause, rows *Rows) *Rows {
	out := &Rows{Open: rows.Open}
	seen := map[string]bool{}
	for _, row := range rows.Rows {
		values := make([]query.Datum, len(keys))
		types := make([]pg.OID, len(keys))
		for i, k := range keys {
			col := targetOf(q, k.Ref)
			values[i], types[i] = row[col], query.ExprType(q.TargetList[col].Expr)
		}
		if u, unknown := anyUnknown(values); unknown {
			out.open(u.Why)
			continue
		}
		if k := x.key(values, types); !seen[k] {
			seen[k] = true
			out.Rows = append(out.Rows, row)
		}
	}
	return out
}

// key writes values so that equal ones have equal keys.
func (x *Executor) key(values []query.Datum, types []pg.OID) string {
	var b []byte
	for i, v := range values {
		if v == nil {
			b = append(b, 0, 0)
			continue
		}
		s := x.keyText(types[i], v)
		b = append(b, 1)
		b = append(b, itoa(int64(len(s)))...)
		b = append(b, ':')
		b = append(b, s...)
	}
	return string(b)
}

// limit applies OFFSET and LIMIT and drops what only sorting needed.
func (x *Executor) limit(f *frame, rows *Rows) *Rows {
	q := f.q
	f.row = nil
	if q.LimitOffset != nil || q.LimitCount != nil {
		rows = x.cut(f, rows)
	}
	junk := slices.ContainsFunc(q.TargetList, func(t *query.TargetEntry) bool { return t.Resjunk })
	if !junk || q.SetOps != nil {
		return rows
	}
	out := &Rows{Open: rows.Open, Rows: make([][]query.Datum, len(rows.Rows))}
	for i, row := range rows.Rows {
		for j, t := range q.TargetList {
			if !t.Resjunk {
				out.Rows[i] = append(out.Rows[i], row[j])
			}
		}
	}
	return out
}

func (x *Executor) cut(f *frame, rows *Rows) *Rows {
	bounds := [2]int64{0, -1}
	for i, e := range []query.Expr{f.q.LimitOffset, f.q.LimitCount} {
		switch n := x.expr(f, e).(type) {
		case int64:
			if n < 0 && i == 0 {
				pgerr.Raise("2201X", pgerr.NoPosition, "OFFSET must not be negative")
			} else if n < 0 {
				pgerr.Raise("2201W", pgerr.NoPosition, "LIMIT must not be negative")
			}
			bounds[i] = n
		case Unknown:
			return &Rows{Open: n.Why}
		}
	}
	offset, count := bounds[0], bounds[1]
	if rows.Open != "" && (offset > 0 || count >= 0 && int64(len(rows.Rows)) > 0) && count != 0 {
		// Which rows are left is not known; how many may be.
		if count > 0 && offset == 0 && int64(len(rows.Rows)) >= count {
			return &Rows{Rows: unknownRows(int(count), len(f.q.TargetList), rows.Open)}
		}
		return &Rows{Open: rows.Open}
	}
	list := rows.Rows[min(offset, int64(len(rows.Rows))):]
	if count >= 0 && int64(len(list)) > count {
		list = list[:count]
	}
	out := &Rows{Rows: list, Open: rows.Open}
	if count == 0 {
		out.Open = ""
	}
	return out
}

func unknownRows(n, width int, why string) [][]query.Datum {
	rows := make([][]query.Datum, n)
	for i := range rows {
		rows[i] = make([]query.Datum, width)
		for j := range rows[i] {
			rows[i][j] = Unknown{why}
		}
	}
	return rows
}
