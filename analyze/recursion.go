package analyze

import (
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/query"
)

// A cteItem is a WITH query of WITH RECURSIVE.
type cteItem struct {
	raw     *ast.CommonTableExpr
	cte     *query.CommonTableExpr
	id      int
	depends map[int]bool
}

// An innerWiths knows the names that WITH clauses inside hide.
type innerWiths []map[string]bool

func (w innerWiths) hides(name string) bool {
	for _, names := range w {
		if names[name] {
			return true
		}
	}
	return false
}

// under walks n's WITH queries and then the rest of it, with what they hide;
// visit is called for the rest's nodes.
func (w *innerWiths) under(n *ast.SelectStmt, walk func(ast.Node), rest func()) {
	names := map[string]bool{}
	*w = append(*w, names)
	if n.WithClause.Recursive {
		for _, c := range n.WithClause.Ctes {
			names[c.(*ast.CommonTableExpr).Ctename] = true
		}
	}
	for _, c := range n.WithClause.Ctes {
		cte := c.(*ast.CommonTableExpr)
		walk(cte.Ctequery)
		names[cte.Ctename] = true
	}
	rest()
	*w = (*w)[:len(*w)-1]
}

// walkBelow visits the children of n.
func walkBelow(n ast.Node, visit func(ast.Node) bool) {
	ast.Walk(n, func(m ast.Node) bool { return m == n || visit(m) })
}

// A dependencyWalk finds which WITH queries one of them uses
// (makeDependencyGraphWalker).
type dependencyWalk struct {
	items []*cteItem
	item  *cteItem
	inner innerWiths
}

func (d *dependencyWalk) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.RangeVar:
		if n.Schemaname == "" && !d.inner.hides(n.Relname) {
			d.refer(n.Relname)
		}
		return false
	case *ast.SelectStmt:
		if n.WithClause != nil {
			d.inner.under(n, func(q ast.Node) { ast.Walk(q, d.visit) }, func() { walkBelow(n, d.visit) })
			return false
		}
	case *ast.WithClause:
		return false
	}
	return true
}

func (d *dependencyWalk) refer(name string) {
	for _, other := range d.items {
		if other.raw.Ctename != name {
			continue
		}
		if other == d.item {
			other.cte.Recursive = true
		} else {
			d.item.depends[other.id] = true
		}
		return
	}
}

// sortCTEs puts WITH queries into an order in which each comes after those it
// uses (makeDependencyGraph, TopologicalSort).
func sortCTEs(items []*cteItem) []*cteItem {
	for _, item := range items {
		item.depends = map[int]bool{}
		d := &dependencyWalk{items: items, item: item}
		ast.Walk(item.raw.Ctequery, d.visit)
	}
	for i := range items {
		j := i
		for j < len(items) && len(items[j].depends) > 0 {
			j++
		}
		if j == len(items) {
			raise("0A000", items[i].raw.Location, "mutual recursion between WITH items is not implemented")
		}
		items[i], items[j] = items[j], items[i]
		for _, later := range items[i+1:] {
			delete(later.depends, items[i].id)
		}
	}
	return items
}

// The places where a recursive reference may stand (RecursionContext).
const (
	recursionOK = iota
	recursionNonRecursive
	recursionSubquery
	recursionOuterJoin
	recursionIntersect
	recursionExcept
)

var recursionRefusals = [...]string{
	recursionNonRecursive: `recursive reference to query "%s" must not appear within its non-recursive term`,
	recursionSubquery:     `recursive reference to query "%s" must not appear within a subquery`,
	recursionOuterJoin:    `recursive reference to query "%s" must not appear within an outer join`,
	recursionIntersect:    `recursive reference to query "%s" must not appear within INTERSECT`,
	recursionExcept:       `recursive reference to query "%s" must not appear within EXCEPT`,
}

// checkRecursion refuses recursive queries of another form than they must have
// (checkWellFormedRecursion).
func checkRecursion(items []*cteItem) {
	for _, item := range items {
		if !item.cte.Recursive {
			continue
		}
		name, place := item.raw.Ctename, item.raw.Location
		sel, ok := item.raw.Ctequery.(*ast.SelectStmt)
		if !ok {
			raise("42P19", place, `recursive query "%s" must not contain data-modifying statements`, name)
		}
		if sel.Op != ast.SETOP_UNION {
			raise("42P19", place, `recursive query "%s" does not have the form non-recursive-term UNION [ALL] recursive-term`, name)
		}
		r := &recursionWalk{name: name}
		if sel.WithClause != nil {
			r.context = recursionSubquery
			for _, c := range sel.WithClause.Ctes {
				ast.Walk(c.(*ast.CommonTableExpr).Ctequery, r.visit)
			}
		}
		notImplemented := func(is bool, what string, place int) {
			if is {
				raise("0A000", place, "%s in a recursive query is not implemented", what)
			}
		}
		notImplemented(len(sel.SortClause) > 0, "ORDER BY", rawListLocation(sel.SortClause))
		notImplemented(sel.LimitOffset != nil, "OFFSET", rawLocation(sel.LimitOffset))
		notImplemented(sel.LimitCount != nil, "LIMIT", rawLocation(sel.LimitCount))
		notImplemented(len(sel.LockingClause) > 0, "FOR UPDATE/SHARE", -1)
		*r = recursionWalk{name: name, context: recursionNonRecursive}
		ast.Walk(sel.Larg, r.visit)
		*r = recursionWalk{name: name, context: recursionOK}
		ast.Walk(sel.Rarg, r.visit)
	}
}

// A recursionWalk looks for the recursive references of one query
// (checkWellFormedRecursionWalker).
type recursionWalk struct {
	name    string
	context int
	count   int
	inner   innerWiths
}

func (r *recursionWalk) walk(n ast.Node) {
	if n != nil {
		ast.Walk(n, r.visit)
	}
}

func (r *recursionWalk) in(context int, f func()) {
	saved := r.context
	r.context = context
	f()
	r.context = saved
}

func (r *recursionWalk) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.RangeVar:
		if n.Schemaname == "" && !r.inner.hides(n.Relname) && n.Relname == r.name {
			if r.context != recursionOK {
				raise("42P19", n.Location, recursionRefusals[r.context], r.name)
			}
			if r.count++; r.count > 1 {
				raise("42P19", n.Location, `recursive reference to query "%s" must not appear more than once`, r.name)
			}
		}
		return false
	case *ast.SelectStmt:
		if n.WithClause != nil {
			r.inner.under(n, r.walk, func() { r.selectStmt(n) })
		} else {
			r.selectStmt(n)
		}
		return false
	case *ast.WithClause:
		return false
	case *ast.JoinExpr:
		r.join(n)
		return false
	case *ast.SubLink:
		r.in(recursionSubquery, func() { r.walk(n.Subselect) })
		r.walk(n.Testexpr)
		return false
	}
	return true
}

func (r *recursionWalk) join(n *ast.JoinExpr) {
	side := func(outer bool, m ast.Node) {
		if outer && r.context == recursionOK {
			r.in(recursionOuterJoin, func() { r.walk(m) })
		} else {
			r.walk(m)
		}
	}
	side(n.Jointype == ast.JOIN_FULL || n.Jointype == ast.JOIN_RIGHT, n.Larg)
	side(n.Jointype == ast.JOIN_FULL || n.Jointype == ast.JOIN_LEFT, n.Rarg)
	r.walk(n.Quals)
}

// selectStmt is checkWellFormedSelectStmt.
func (r *recursionWalk) selectStmt(n *ast.SelectStmt) {
	if r.context != recursionOK || n.Op != ast.SETOP_INTERSECT && n.Op != ast.SETOP_EXCEPT {
		walkBelow(n, r.visit)
		return
	}
	left, right := recursionOK, recursionOK
	switch {
	case n.Op == ast.SETOP_EXCEPT && n.All:
		left, right = recursionExcept, recursionExcept
	case n.Op == ast.SETOP_EXCEPT:
		right = recursionExcept
	case n.All:
		left, right = recursionIntersect, recursionIntersect
	}
	r.in(left, func() { r.walk(n.Larg) })
	r.in(right, func() { r.walk(n.Rarg) })
	for _, list := range [][]ast.Node{n.SortClause, {n.LimitOffset, n.LimitCount}, n.LockingClause} {
		for _, m := range list {
			r.walk(m)
		}
	}
}
