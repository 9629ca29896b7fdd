package eval

import (
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

func (x *Executor) subLink(f *frame, e *query.SubLink) query.Datum {
	switch e.Type {
	case ast.EXISTS_SUBLINK:
		return x.exists(f, e.Subquery)
	case ast.ANY_SUBLINK, ast.ALL_SUBLINK:
		return x.quantified(f, e)
	case ast.ROWCOMPARE_SUBLINK:
		return x.compareRow(f, e)
	}
	rows := x.subquery(f, e.Subquery)
	if e.Type == ast.ARRAY_SUBLINK {
		if rows.Open != "" {
			return Unknown{rows.Open}
		}
		return x.collect(rows, e.Subquery.TargetList[0])
	}
	row, why := single(rows)
	switch {
	case why != "":
		return Unknown{why}
	case row == nil:
		return nil
	}
	return row[0]
}

// single gives the only row of a scalar subquery, nil when there is none.
func single(rows *Rows) (row []query.Datum, why string) {
	if len(rows.Rows) > 1 {
		pgerr.Raise("21000", pgerr.NoPosition, "more than one row returned by a subquery used as an expression")
	}
	if rows.Open != "" {
		return nil, rows.Open
	}
	if len(rows.Rows) == 0 {
		return nil, ""
	}
	return rows.Rows[0], ""
}

// collect makes the array of ARRAY(SELECT …).
func (x *Executor) collect(rows *Rows, target *query.TargetEntry) query.Datum {
	typ := query.ExprType(target.Expr)
	if elem, isArray := x.elementType(typ); isArray {
		return x.stack(elem, rows)
	}
	values := make([]query.Datum, len(rows.Rows))
	for i, row := range rows.Rows {
		values[i] = row[0]
	}
	return array(typ, values)
}

// stack puts arrays of one shape on top of each other.
func (x *Executor) stack(elem pg.OID, rows *Rows) query.Datum {
	out := &query.Array{Elem: elem}
	for _, row := range rows.Rows {
		a, ok := row[0].(*query.Array)
		if !ok || len(a.Dims) == 0 {
			continue
		}
		if out.Dims == nil {
			out.Dims = append([]int{0}, a.Dims...)
		}
		out.Dims[0]++
		out.Values = append(out.Values, a.Values...)
	}
	for range out.Dims {
		out.Lower = append(out.Lower, 1)
	}
	return out
}

// exists answers EXISTS; the target list is not computed unless it decides.
func (x *Executor) exists(f *frame, q *query.Query) query.Datum {
	var rows *Rows
	if q.SetOps == nil && !q.HasAggs && len(q.Group) == 0 && len(q.GroupingSets) == 0 && q.Having == nil && q.LimitCount == nil &&
		q.LimitOffset == nil && !q.HasTargetSRFs && q.Command == ast.CMD_SELECT {
		plain := *q
		plain.TargetList, plain.Sort, plain.Distinct, plain.Windows, plain.HasWindowFuncs = nil, nil, nil, nil, false
		rows = x.query(f, &plain)
	} else {
		rows = x.subquery(f, q)
	}
	switch {
	case len(rows.Rows) > 0:
		return true
	case rows.Open != "":
		return Unknown{rows.Open}
	}
	return false
}

// quantified is x op ANY (SELECT …) or x op ALL (SELECT …).
func (x *Executor) quantified(f *frame, e *query.SubLink) query.Datum {
	rows := x.subquery(f, e.Subquery)
	deciding := e.Type == ast.ANY_SUBLINK
	var result query.Datum = !deciding
	if rows.Open != "" {
		result = Unknown{rows.Open}
	}
	defer func(sub []query.Datum) { f.sub = sub }(f.sub)
	for _, row := range rows.Rows {
		f.sub = row
		switch v := x.expr(f, e.Testexpr).(type) {
		case bool:
			if v == deciding {
				return v
			}
		case Unknown:
			result = v
		case nil:
			if _, unknown := result.(Unknown); !unknown {
				result = nil
			}
		}
	}
	return result
}

// compareRow is (a, b) op (SELECT …).
func (x *Executor) compareRow(f *frame, e *query.SubLink) query.Datum {
	row, why := single(x.subquery(f, e.Subquery))
	switch {
	case why != "":
		return Unknown{why}
	case row == nil:
		return nil
	}
	defer func(sub []query.Datum) { f.sub = sub }(f.sub)
	f.sub = row
	return x.expr(f, e.Testexpr)
}

// subquery runs a subquery of an expression; once only when nothing in it
// refers outwards.
func (x *Executor) subquery(f *frame, q *query.Query) *Rows {
	if rows := x.run.subs[q]; rows != nil {
		return rows
	}
	rows := x.query(f, q)
	if !correlated(q) && q.Command == ast.CMD_SELECT {
		x.run.subs[q] = rows
	}
	return rows
}

// correlated says whether a query refers to levels around it, or to a CTE of
// one, or calls what may answer differently each time.
func correlated(q *query.Query) bool {
	found := false
	query.WalkQuery(q, func(e query.Expr, level int) bool {
		switch e := e.(type) {
		case *query.Var:
			found = found || e.Varlevelsup > level
		case *query.Aggref:
			found = found || e.LevelsUp > level
		case *query.Param, *query.CaseTestExpr, *query.CoerceToDomainValue, *query.SubParam, *query.NextValueExpr:
			found = true
		case *query.FuncExpr:
			found = found || e.Fn >= firstNormalOID
		}
		return !found
	})
	if found {
		return true
	}
	for _, rte := range q.RangeTable {
		if rte.Kind == query.RTECTE && rte.CTELevelsUp > 0 || rte.Kind == query.RTESubquery && hasOuterCTE(rte.Subquery, 1) {
			return true
		}
	}
	return false
}

func hasOuterCTE(q *query.Query, level int) bool {
	for _, rte := range q.RangeTable {
		if rte.Kind == query.RTECTE && rte.CTELevelsUp >= level || rte.Kind == query.RTESubquery && hasOuterCTE(rte.Subquery, level+1) {
			return true
		}
	}
	return false
}
