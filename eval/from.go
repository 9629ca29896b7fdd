package eval

import (
	"slices"

	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// A set holds varnos.
type set map[int]bool

func (s set) within(t set) bool {
	for n := range s {
		if !t[n] {
			return false
		}
	}
	return true
}

func (s set) meets(t set) bool {
	for n := range s {
		if t[n] {
			return true
		}
	}
	return false
}

func (s set) add(t set) {
	for n := range t {
		s[n] = true
	}
}

// A condition is one conjunct of WHERE or ON, with the relations it looks at.
type condition struct {
	expr query.Expr
	rels set
	used bool
}

// An item is an element of FROM that is joined with the others: a relation, or
// an outer join as a whole.
type item struct {
	node  query.JoinTree
	rels  set // what it yields
	needs set // what it refers to laterally
	rows  []tuple
	open  string
	ready bool
}

// from computes the rows of FROM … WHERE ….
func (x *Executor) from(f *frame) ([]tuple, string) {
	tree := f.q.Jointree
	if tree == nil {
		return []tuple{make(tuple, len(f.q.RangeTable))}, ""
	}
	return x.inner(f, tree.From, x.conjuncts(f, tree.Quals, nil), make(tuple, len(f.q.RangeTable)))
}

// conjuncts cuts a condition at its ANDs.
func (x *Executor) conjuncts(f *frame, e query.Expr, list []*condition) []*condition {
	switch e := e.(type) {
	case nil:
		return list
	case *query.BoolExpr:
		if e.Op == ast.AND_EXPR {
			for _, a := range e.Args {
				list = x.conjuncts(f, a, list)
			}
			return list
		}
	}
	return append(list, &condition{expr: e, rels: x.relations(f.q, e)})
}

// relations finds the range table entries of q that an expression of q refers
// to; through a join's columns, those behind them.
func (x *Executor) relations(q *query.Query, e query.Expr) set {
	rels := set{}
	var visit func(e query.Expr, level int) bool
	visit = func(e query.Expr, level int) bool {
		v, ok := e.(*query.Var)
		if !ok || v.Varlevelsup != level {
			return true
		}
		rte := q.RangeTable[v.Varno-1]
		switch {
		case rte.Kind != query.RTEJoin:
			rels[v.Varno] = true
		case v.Varattno > 0:
			query.WalkDeep(rte.JoinAliasVars[v.Varattno-1], func(e query.Expr, l int) bool { return visit(e, l) })
		default:
			for _, a := range rte.JoinAliasVars {
				query.WalkDeep(a, func(e query.Expr, l int) bool { return visit(e, l) })
			}
		}
		return true
	}
	query.WalkDeep(e, visit)
	return rels
}

// inner joins a list of FROM elements. outer is the row so far, for lateral
// references from inside of an outer join's side.
func (x *Executor) inner(f *frame, nodes []query.JoinTree, conds []*condition, outer tuple) ([]tuple, string) {
	items, conds := x.flatten(f, nodes, conds, nil)
	joined := []tuple{outer}
	bound := set{}
	open := ""
	joined, open = x.filter(f, joined, bound, conds, open)
	for len(items) > 0 {
		i := x.next(f, items, bound, conds, outer)
		it := items[i]
		items = slices.Delete(items, i, i+1)
		joined, open = x.join(f, joined, bound, it, conds, open)
		bound.add(it.rels)
		joined, open = x.filter(f, joined, bound, conds, open)
	}
	return joined, open
}

// flatten takes inner joins apart.
func (x *Executor) flatten(f *frame, nodes []query.JoinTree, conds []*condition, items []*item) ([]*item, []*condition) {
	for _, n := range nodes {
		switch n := n.(type) {
		case *query.FromExpr:
			conds = x.conjuncts(f, n.Quals, conds)
			items, conds = x.flatten(f, n.From, conds, items)
			continue
		case *query.JoinExpr:
			if n.Type == ast.JOIN_INNER {
				conds = x.conjuncts(f, n.Quals, conds)
				items, conds = x.flatten(f, []query.JoinTree{n.Left, n.Right}, conds, items)
				continue
			}
		}
		it := &item{node: n, rels: set{}, needs: set{}}
		x.members(f, n, it.rels, it.needs)
		for r := range it.rels {
			delete(it.needs, r)
		}
		items = append(items, it)
	}
	return items, conds
}

// members collects what an element of FROM yields and refers to.
func (x *Executor) members(f *frame, n query.JoinTree, rels, needs set) {
	switch n := n.(type) {
	case *query.RangeTblRef:
		rels[n.Index] = true
		needs.add(x.lateral(f, n.Index))
	case *query.JoinExpr:
		x.members(f, n.Left, rels, needs)
		x.members(f, n.Right, rels, needs)
		needs.add(x.relations(f.q, n.Quals))
	case *query.FromExpr:
		for _, c := range n.From {
			x.members(f, c, rels, needs)
		}
	}
}

// lateral finds what a range table entry refers to beside it.
func (x *Executor) lateral(f *frame, index int) set {
	rte := f.q.RangeTable[index-1]
	needs := set{}
	for _, fn := range rte.Functions {
		needs.add(x.relations(f.q, fn.Expr))
	}
	for _, row := range rte.Values {
		for _, e := range row {
			needs.add(x.relations(f.q, e))
		}
	}
	if rte.Subquery != nil {
		query.WalkQuery(rte.Subquery, func(e query.Expr, level int) bool {
			if v, ok := e.(*query.Var); ok && v.Varlevelsup == level+1 && f.q.RangeTable[v.Varno-1].Kind != query.RTEJoin {
				needs[v.Varno] = true
			} else if ok && v.Varlevelsup == level+1 {
				needs.add(x.relations(f.q, &query.Var{Varno: v.Varno, Varattno: v.Varattno}))
			}
			return true
		})
	}
	return needs
}

// fewRows is how many rows keep the order of FROM: only more of them are worth
// another one.
const fewRows = 64

// next chooses what to join next: the first that is possible while things are
// small, then the smallest that a condition connects.
func (x *Executor) next(f *frame, items []*item, bound set, conds []*condition, outer tuple) int {
	first, best, bestScore := -1, -1, 0
	big := false
	for i, it := range items {
		if !it.needs.within(bound) {
			continue
		}
		if first < 0 {
			first = i
		}
		score := 1 << 20
		if len(it.needs) == 0 {
			x.materialize(f, it, conds, outer)
			score = len(it.rows)
			big = big || score > fewRows
		}
		if len(bound) > 0 && !connected(it, bound, conds) {
			score += 1 << 24
		}
		if best < 0 || score < bestScore {
			best, bestScore = i, score
		}
	}
	if first < 0 {
		return 0 // a reference that cannot be met: evaluation says so
	}
	if !big {
		return first
	}
	return best
}

// connected says whether a condition ties an item to what is joined already.
func connected(it *item, bound set, conds []*condition) bool {
	for _, c := range conds {
		if !c.used && c.rels.meets(it.rels) && c.rels.meets(bound) {
			return true
		}
	}
	return false
}

// materialize computes an item's rows by themselves, with the conditions that
// look at it alone.
func (x *Executor) materialize(f *frame, it *item, conds []*condition, outer tuple) {
	if it.ready {
		return
	}
	it.rows, it.open = x.node(f, it.node, own(it.rels, conds), outer)
	it.ready = true
}

// own picks the conditions that look at nothing but rels, and marks them used.
func own(rels set, conds []*condition) []*condition {
	var mine []*condition
	for _, c := range conds {
		if !c.used && len(c.rels) > 0 && c.rels.within(rels) {
			c.used = true
			mine = append(mine, &condition{expr: c.expr, rels: c.rels})
		}
	}
	return mine
}

// join adds an item to the rows joined so far.
func (x *Executor) join(f *frame, joined []tuple, bound set, it *item, conds []*condition, open string) ([]tuple, string) {
	var out []tuple
	if len(it.needs) > 0 {
		mine := own(it.rels, conds)
		for _, left := range joined {
			for _, c := range mine {
				c.used = false
			}
			rows, why := x.node(f, it.node, mine, left)
			open = firstOf(open, why)
			for _, right := range rows {
				x.step(1)
				room(out)
				out = append(out, merge(left, right, it.rels))
			}
		}
		return out, open
	}
	if len(joined) == 0 {
		return nil, open
	}
	x.materialize(f, it, conds, joined[0])
	open = firstOf(open, it.open)
	match := x.matcher(f, it.rows, bound, it.rels, conds)
	for _, left := range joined {
		for _, right := range match(left) {
			x.step(1)
			room(out)
			out = append(out, merge(left, right, it.rels))
		}
	}
	return out, open
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// merge puts the rows of rels from right into a copy of left.
func merge(left, right tuple, rels set) tuple {
	out := slices.Clone(left)
	for r := range rels {
		out[r-1] = right[r-1]
	}
	return out
}

// room refuses joins that yield too many rows to hold.
func room(rows []tuple) {
	if len(rows) > 2*maxRows {
		pgerr.Raise(Undecidable, pgerr.NoPosition, "a join yields more than %d rows, which is too many to compute without a server", 2*maxRows)
	}
}

// filter applies the conditions that have all they need, and marks them used.
func (x *Executor) filter(f *frame, rows []tuple, bound set, conds []*condition, open string) ([]tuple, string) {
	for _, c := range conds {
		if c.used || !c.rels.within(bound) {
			continue
		}
		c.used = true
		rows, open = x.where(f, rows, c.expr, open)
	}
	return rows, open
}

// where keeps the rows for which a condition is true.
func (x *Executor) where(f *frame, rows []tuple, cond query.Expr, open string) ([]tuple, string) {
	var out []tuple
	for _, row := range rows {
		f.row = row
		switch v := x.keep(f, cond).(type) {
		case bool:
			if v {
				out = append(out, row)
			}
		case Unknown:
			open = firstOf(open, v.Why)
		}
	}
	return out, open
}

// matcher finds the rows that may join with a left one: through a hash when
// equalities connect the two sides, else all.
func (x *Executor) matcher(f *frame, rows []tuple, bound, rels set, conds []*condition) func(tuple) []tuple {
	left, right, types := x.equalities(bound, rels, conds)
	if len(left) == 0 || len(rows) < 4 {
		return func(tuple) []tuple { return rows }
	}
	table := make(map[string][]tuple, len(rows))
	for _, row := range rows {
		f.row = row
		values := x.list(f, right)
		if slices.Contains(values, nil) {
			continue
		}
		if _, unknown := anyUnknown(values); unknown {
			return func(tuple) []tuple { return rows }
		}
		k := x.key(values, types)
		table[k] = append(table[k], row)
	}
	return func(row tuple) []tuple {
		f.row = row
		values := x.list(f, left)
		if _, unknown := anyUnknown(values); unknown {
			return rows
		}
		return table[x.key(values, types)]
	}
}

// equalities finds conditions left = right between the two sides. They are
// tested again afterwards, so a hash only has to be coarse enough.
func (x *Executor) equalities(bound, rels set, conds []*condition) (left, right []query.Expr, types []pg.OID) {
	for _, c := range conds {
		op, ok := c.expr.(*query.OpExpr)
		if !ok || c.used || len(op.Args) != 2 || !c.rels.meets(bound) || !c.rels.meets(rels) {
			continue
		}
		o := x.c.Operator(op.Op)
		if o == nil || o.Name != "=" || o.Namespace != pg.PgCatalog {
			continue
		}
		a, b := op.Args[0], op.Args[1]
		ra, rb := varsOf(a), varsOf(b)
		switch {
		case len(ra) == 0 || len(rb) == 0:
			continue
		case ra.within(bound) && rb.within(rels):
		case rb.within(bound) && ra.within(rels):
			a, b = b, a
		default:
			continue
		}
		if !hashable(query.ExprType(a), query.ExprType(b)) {
			continue
		}
		left, right, types = append(left, a), append(right, b), append(types, query.ExprType(b))
	}
	return left, right, types
}

// varsOf finds the range table entries that an expression without subqueries
// refers to; none when it has a subquery.
func varsOf(e query.Expr) set {
	rels := set{}
	query.Walk(e, func(e query.Expr) bool {
		switch e := e.(type) {
		case *query.Var:
			if e.Varlevelsup == 0 {
				rels[e.Varno] = true
			}
		case *query.SubLink:
			rels[-1] = true
		}
		return true
	})
	return rels
}

// hashable says whether equal values of two types have equal keys.
func hashable(a, b pg.OID) bool {
	class := func(t pg.OID) int {
		switch t {
		case pg.Int2, pg.Int4, pg.Int8:
			return 1
		case pg.Text, pg.Varchar, pg.Name, pg.Char:
			return 2
		case pg.Oid, pg.Regclass, pg.Regtype, pg.Regproc, pg.Regnamespace, pg.Regrole:
			return 3
		case pg.Bool:
			return 4
		}
		return 0
	}
	return class(a) != 0 && class(a) == class(b)
}
