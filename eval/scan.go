package eval

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// scan gives the rows of a range table entry. Conditions may be applied early,
// in a subquery; whoever calls applies them again.
func (x *Executor) scan(f *frame, index int, conds []*condition) *Rows {
	rte := f.q.RangeTable[index-1]
	switch rte.Kind {
	case query.RTERelation:
		return x.relation(f, rte, index, conds)
	case query.RTESubquery:
		return x.query(f, x.push(f, rte.Subquery, index, conds))
	case query.RTEFunction:
		return x.functions(f, rte)
	case query.RTEValues:
		out := &Rows{}
		for _, row := range rte.Values {
			out.Rows = append(out.Rows, x.list(f, row))
		}
		return out
	case query.RTECTE:
		return x.cte(f, rte)
	case query.RTEResult:
		return &Rows{Rows: [][]query.Datum{{}}}
	case query.RTENamedTuplestore:
		return &Rows{Open: "the rows of " + rte.EnrName}
	}
	return &Rows{Open: "a table function"}
}

// relation scans a table, a view or a sequence.
func (x *Executor) relation(f *frame, rte *query.RangeTblEntry, index int, conds []*condition) *Rows {
	rel := x.c.Relation(rte.Relation)
	switch {
	case rel == nil:
		return &Rows{Open: "a table"}
	case rel.Kind == catalog.View:
		q := rel.Query
		if q == nil {
			q = x.systemView(rel)
		}
		if q == nil {
			return &Rows{Open: "the rows of " + x.c.QualifiedName(rel)}
		}
		return x.query(f, x.push(f, q, index, conds))
	case rel.OID < firstNormalOID:
		return x.systemTable(rel, usedColumns(f.q, index, len(rel.Columns)))
	case rel.Kind == catalog.Sequence:
		return sequenceRow(rel)
	}
	rows := x.tableRows(rel)
	if !x.store.visit(rel, rows) {
		rows = x.forgotten(rel)
	}
	if rte.Inh {
		for _, child := range rel.Children {
			rows = x.addChild(rows, rel, child)
		}
	}
	return rows
}

// tableRows gives what is known of one table's own rows.
func (x *Executor) tableRows(rel *catalog.Relation) *Rows {
	if rel.Kind == catalog.PartitionedTable {
		return &Rows{}
	}
	if rel.Kind != catalog.Table || x.store == nil {
		return &Rows{Open: "the rows of " + x.c.QualifiedName(rel)}
	}
	if rows := x.run.reads[rel.OID]; rows != nil {
		return rows
	}
	rows := x.store.read(x, rel)
	x.run.reads[rel.OID] = rows
	return rows
}

// forgotten gives the rows of a table that are known no more.
func (x *Executor) forgotten(rel *catalog.Relation) *Rows {
	rows := &Rows{Open: "the rows of " + x.c.QualifiedName(rel) + ", which are read too often"}
	x.run.reads[rel.OID] = rows
	return rows
}

// addChild adds the rows of a child table in the parent's columns.
func (x *Executor) addChild(rows *Rows, parent *catalog.Relation, oid pg.OID) *Rows {
	child := x.c.Relation(oid)
	if child == nil {
		return rows
	}
	more := x.tableRows(child)
	for _, grandchild := range child.Children {
		more = x.addChild(more, child, grandchild)
	}
	out := &Rows{Rows: rows.Rows[:len(rows.Rows):len(rows.Rows)], Open: firstOf(rows.Open, more.Open)}
	for _, row := range more.Rows {
		converted := make([]query.Datum, len(parent.Columns))
		for i, col := range parent.Columns {
			if own := child.ColumnNamed(col.Name); own != nil && !col.Dropped {
				converted[i] = row[own.Num-1]
			}
		}
		out.Rows = append(out.Rows, converted)
	}
	return out
}

func sequenceRow(rel *catalog.Relation) *Rows {
	if rel.SeqInfo == nil {
		return &Rows{Open: "a sequence"}
	}
	return &Rows{Rows: [][]query.Datum{{rel.SeqInfo.LastValue, int64(0), rel.SeqInfo.IsCalled}}}
}

// push moves conditions on a subquery's columns into it, where nothing stands
// between: they are then applied before its joins, not after.
func (x *Executor) push(f *frame, q *query.Query, index int, conds []*condition) *query.Query {
	var moved []query.Expr
	for _, c := range conds {
		if len(c.rels) == 1 && c.rels[index] && movable(c.expr) {
			moved = append(moved, c.expr)
		}
	}
	if len(moved) == 0 {
		return q
	}
	return pushInto(q, index, moved)
}

// movable says whether a condition may be computed elsewhere: without
// subqueries, and without whole rows.
func movable(e query.Expr) bool {
	ok := true
	query.Walk(e, func(e query.Expr) bool {
		switch e := e.(type) {
		case *query.SubLink, *query.CaseTestExpr:
			ok = false
		case *query.Var:
			ok = ok && e.Varattno > 0
		}
		return ok
	})
	return ok
}

func pushInto(q *query.Query, index int, moved []query.Expr) *query.Query {
	if q.Command != ast.CMD_SELECT || q.HasAggs || len(q.Group) > 0 || len(q.GroupingSets) > 0 || q.HasWindowFuncs ||
		len(q.Distinct) > 0 || q.HasTargetSRFs || q.LimitCount != nil || q.LimitOffset != nil || q.Having != nil {
		return q
	}
	out := *q
	if q.SetOps != nil {
		return pushArms(&out, index, moved)
	}
	if q.Jointree == nil {
		return q
	}
	quals := []query.Expr{}
	if q.Jointree.Quals != nil {
		quals = append(quals, q.Jointree.Quals)
	}
	columns := outputs(q)
	for _, e := range moved {
		quals = append(quals, query.Mutate(e, func(e query.Expr, _ int) query.Expr {
			v, ok := e.(*query.Var)
			switch {
			case !ok:
				return nil
			case v.Varlevelsup == 0 && v.Varno == index:
				return columns[v.Varattno-1].Expr
			case v.Varlevelsup == 0:
				return nil
			}
			up := *v
			up.Varlevelsup++
			return &up
		}))
	}
	out.Jointree = &query.FromExpr{From: q.Jointree.From, Quals: &query.BoolExpr{Op: ast.AND_EXPR, Args: quals}}
	return &out
}

// pushArms moves conditions into the sides of UNION ALL.
func pushArms(q *query.Query, index int, moved []query.Expr) *query.Query {
	arms := map[int]bool{}
	if !unionArms(q.SetOps, arms) {
		return q
	}
	table := make([]*query.RangeTblEntry, len(q.RangeTable))
	for i, rte := range q.RangeTable {
		table[i] = rte
		if arms[i+1] {
			arm := *rte
			arm.Subquery = pushInto(rte.Subquery, index, raised(moved))
			table[i] = &arm
		}
	}
	q.RangeTable = table
	return q
}

// raised moves conditions one more query inwards.
func raised(moved []query.Expr) []query.Expr {
	out := make([]query.Expr, len(moved))
	for i, e := range moved {
		out[i] = query.Mutate(e, func(e query.Expr, _ int) query.Expr {
			if v, ok := e.(*query.Var); ok && v.Varlevelsup > 0 {
				up := *v
				up.Varlevelsup++
				return &up
			}
			return nil
		})
	}
	return out
}

// unionArms collects the sides of a tree of UNIONs; false for other operations.
func unionArms(n query.SetOpNode, arms map[int]bool) bool {
	switch n := n.(type) {
	case *query.RangeTblRef:
		arms[n.Index] = true
		return true
	case *query.SetOperationStmt:
		return n.Op == ast.SETOP_UNION && unionArms(n.Left, arms) && unionArms(n.Right, arms)
	}
	return false
}

// outputs gives the targets that are columns of the result.
func outputs(q *query.Query) []*query.TargetEntry {
	var out []*query.TargetEntry
	for _, t := range q.TargetList {
		if !t.Resjunk {
			out = append(out, t)
		}
	}
	return out
}

// usedColumns says which columns of a relation a query looks at.
func usedColumns(q *query.Query, index, width int) []bool {
	used := make([]bool, width)
	query.WalkQuery(q, func(e query.Expr, level int) bool {
		if v, ok := e.(*query.Var); ok && v.Varlevelsup == level && v.Varno == index {
			if v.Varattno > 0 && int(v.Varattno) <= width {
				used[v.Varattno-1] = true
			} else if v.Varattno == 0 {
				for i := range used {
					used[i] = true
				}
			}
		}
		return true
	})
	return used
}

// cte gives the rows of a WITH query, computed once.
func (x *Executor) cte(f *frame, rte *query.RangeTblEntry) *Rows {
	level := f.up(rte.CTELevelsUp)
	if level == nil {
		return &Rows{Open: "a WITH query"}
	}
	if rows := level.ctes[rte.CTEName]; rows != nil {
		return rows
	}
	for _, cte := range level.q.CTEs {
		if cte.Name != rte.CTEName {
			continue
		}
		if cte.Search != nil || cte.Cycle != nil {
			return &Rows{Open: "a WITH query with SEARCH or CYCLE"}
		}
		if cte.Recursive && selfReferring(cte) {
			level.ctes[cte.Name] = x.recursive(level, cte)
		} else {
			saved := level.row
			level.ctes[cte.Name] = x.query(level, cte.Query)
			level.row = saved
		}
		return level.ctes[cte.Name]
	}
	return &Rows{Open: "a WITH query"}
}

func selfReferring(cte *query.CommonTableExpr) bool {
	set, ok := cte.Query.SetOps.(*query.SetOperationStmt)
	return ok && set.Op == ast.SETOP_UNION
}

// recursive computes WITH RECURSIVE: the second arm over the rows that were
// new in the round before.
func (x *Executor) recursive(level *frame, cte *query.CommonTableExpr) *Rows {
	q := cte.Query
	set := q.SetOps.(*query.SetOperationStmt)
	arm := func(n query.SetOpNode) (*query.Query, bool) {
		ref, ok := n.(*query.RangeTblRef)
		if !ok {
			return nil, false
		}
		return q.RangeTable[ref.Index-1].Subquery, true
	}
	first, ok1 := arm(set.Left)
	second, ok2 := arm(set.Right)
	if !ok1 || !ok2 {
		return &Rows{Open: "a recursive WITH query"}
	}
	inner := &frame{parent: level, q: q, ctes: map[string]*Rows{}}
	seen := map[string]bool{}
	all := &Rows{}
	add := func(rows *Rows) *Rows {
		fresh := &Rows{Open: rows.Open}
		for _, row := range rows.Rows {
			if k := x.key(row, set.ColTypes); set.All || !seen[k] {
				seen[k] = true
				fresh.Rows = append(fresh.Rows, row)
			}
		}
		all.Rows = append(all.Rows, fresh.Rows...)
		if len(all.Rows) > maxRows {
			tooBig()
		}
		all.open(rows.Open)
		return fresh
	}
	work := add(x.query(inner, first))
	for len(work.Rows) > 0 {
		x.step(1)
		level.ctes[cte.Name] = work
		work = add(x.query(inner, second))
	}
	delete(level.ctes, cte.Name)
	return all
}

// setOperation computes UNION, INTERSECT and EXCEPT.
func (x *Executor) setOperation(f *frame, n query.SetOpNode) *Rows {
	if ref, ok := n.(*query.RangeTblRef); ok {
		return x.query(f, f.q.RangeTable[ref.Index-1].Subquery)
	}
	op := n.(*query.SetOperationStmt)
	left, right := x.setOperation(f, op.Left), x.setOperation(f, op.Right)
	if op.Op == ast.SETOP_UNION {
		both := &Rows{Rows: append(left.Rows[:len(left.Rows):len(left.Rows)], right.Rows...), Open: firstOf(left.Open, right.Open)}
		if op.All {
			return both
		}
		return x.distinctRows(both, op.ColTypes)
	}
	return x.compareSets(op, left, right)
}

func (x *Executor) distinctRows(rows *Rows, types []pg.OID) *Rows {
	out := &Rows{Open: rows.Open}
	seen := map[string]bool{}
	for _, row := range rows.Rows {
		if u, unknown := anyUnknown(row); unknown {
			out.open(u.Why)
			continue
		}
		if k := x.key(row, types); !seen[k] {
			seen[k] = true
			out.Rows = append(out.Rows, row)
		}
	}
	return out
}

// compareSets computes INTERSECT and EXCEPT.
func (x *Executor) compareSets(op *query.SetOperationStmt, left, right *Rows) *Rows {
	except := op.Op == ast.SETOP_EXCEPT
	if except && right.Open != "" {
		return &Rows{Open: right.Open}
	}
	counts := map[string]int{}
	for _, row := range right.Rows {
		counts[x.key(row, op.ColTypes)]++
	}
	out := &Rows{Open: firstOf(left.Open, right.Open)}
	for _, row := range left.Rows {
		k := x.key(row, op.ColTypes)
		there := counts[k] > 0
		if op.All && there {
			counts[k]--
		}
		if there != except {
			out.Rows = append(out.Rows, row)
		}
	}
	if op.All {
		return out
	}
	return x.distinctRows(out, op.ColTypes)
}
