package analyze

import (
	"slices"

	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/query"
)

// A grouping is a GROUP BY under analysis.
type grouping struct {
	*state
	flat    []*query.SortGroupClause
	targets *[]*query.TargetEntry
	order   []*query.SortGroupClause
	kind    ExprKind
	sql99   bool
}

// groupClause analyses GROUP BY or PARTITION BY (transformGroupClause).
func (s *state) groupClause(list []ast.Node, targets *[]*query.TargetEntry, order []*query.SortGroupClause, kind ExprKind, sql99 bool) ([]*query.SortGroupClause, []*query.GroupingSet) {
	g := &grouping{state: s, targets: targets, order: order, kind: kind, sql99: sql99}
	hasSets := false
	flat := flattenGroups(list, true, &hasSets)
	if len(flat) == 0 && hasSets {
		flat = []ast.Node{&ast.GroupingSet{Kind: ast.GROUPING_SET_EMPTY, Location: rawListLocation(list)}}
	}
	var sets []*query.GroupingSet
	var seen []int
	for _, n := range flat {
		if set, ok := n.(*ast.GroupingSet); ok {
			if set.Kind == ast.GROUPING_SET_EMPTY {
				sets = append(sets, &query.GroupingSet{Kind: query.GroupingSetEmpty})
			} else {
				sets = append(sets, g.set(set))
			}
			continue
		}
		ref := g.element(n, seen, true)
		if ref > 0 {
			seen = append(seen, ref)
			if hasSets {
				sets = append(sets, &query.GroupingSet{Kind: query.GroupingSetSimple, Refs: []int{ref}})
			}
		}
	}
	return g.flat, sets
}

// flattenGroups takes implicit rows and nested sets apart
// (flatten_grouping_sets). A row inside a set stays one *ast.List.
func flattenGroups(list []ast.Node, top bool, hasSets *bool) []ast.Node {
	var out []ast.Node
	for _, n := range list {
		switch f := flattenGroup(n, top, hasSets).(type) {
		case nil:
		case *ast.List:
			out = append(out, f.Items...)
		default:
			out = append(out, f)
		}
	}
	return out
}

func flattenGroup(n ast.Node, top bool, hasSets *bool) ast.Node {
	switch n := n.(type) {
	case *ast.RowExpr:
		if n.RowFormat == implicitCast {
			return &ast.List{Items: flattenGroups(n.Args, false, nil)}
		}
	case *ast.List:
		return &ast.List{Items: flattenGroups(n.Items, top, hasSets)}
	case *ast.GroupingSet:
		if hasSets != nil {
			*hasSets = true
		}
		if top && n.Kind == ast.GROUPING_SET_EMPTY {
			return nil
		}
		var content []ast.Node
		for _, c := range n.Content {
			f := flattenGroup(c, false, nil)
			if inner, ok := c.(*ast.GroupingSet); ok && inner.Kind == ast.GROUPING_SET_SETS {
				content = append(content, f.(*ast.List).Items...)
			} else {
				content = append(content, f)
			}
		}
		if top || n.Kind != ast.GROUPING_SET_SETS {
			return &ast.GroupingSet{Kind: n.Kind, Content: content, Location: n.Location}
		}
		return &ast.List{Items: content}
	}
	return n
}

// element adds one expression and gives its number, 0 when the same one was
// there before (transformGroupClauseExpr).
func (g *grouping) element(n ast.Node, seen []int, top bool) int {
	var t *query.TargetEntry
	if g.sql99 {
		t = g.findTarget99(n, g.targets, g.kind)
	} else {
		t = g.findTarget(n, g.targets, g.kind)
	}
	if t.Ref > 0 {
		if slices.Contains(seen, t.Ref) {
			return 0
		}
		if g.inSort(t, 0, g.flat) {
			return t.Ref
		}
		for _, c := range g.order {
			if c.Ref == t.Ref {
				copied := *c
				if !top {
					copied.NullsFirst = false
				}
				g.flat = append(g.flat, &copied)
				return t.Ref
			}
		}
	}
	g.flat = g.addToGroup(t, g.flat, *g.targets, rawLocation(n))
	return t.Ref
}

var setKinds = map[ast.GroupingSetKind]query.GroupingSetKind{
	ast.GROUPING_SET_EMPTY: query.GroupingSetEmpty, ast.GROUPING_SET_SIMPLE: query.GroupingSetSimple,
	ast.GROUPING_SET_ROLLUP: query.GroupingSetRollup, ast.GROUPING_SET_CUBE: query.GroupingSetCube,
	ast.GROUPING_SET_SETS: query.GroupingSetSets,
}

// set analyses ROLLUP, CUBE or GROUPING SETS (transformGroupingSet).
func (g *grouping) set(n *ast.GroupingSet) *query.GroupingSet {
	out := &query.GroupingSet{Kind: setKinds[n.Kind]}
	for _, c := range n.Content {
		switch c := c.(type) {
		case *ast.List:
			simple := &query.GroupingSet{Kind: query.GroupingSetSimple}
			for _, item := range c.Items {
				if ref := g.element(item, simple.Refs, false); ref > 0 {
					simple.Refs = append(simple.Refs, ref)
				}
			}
			out.Content = append(out.Content, simple)
		case *ast.GroupingSet:
			out.Content = append(out.Content, g.set(c))
		default:
			out.Content = append(out.Content, &query.GroupingSet{Kind: query.GroupingSetSimple, Refs: []int{g.element(c, nil, false)}})
		}
	}
	if out.Kind == query.GroupingSetCube && len(out.Content) > 12 {
		raise("54011", n.Location, "CUBE is limited to 12 elements")
	}
	return out
}

// expandSets gives the sets of columns that GROUP BY groups by, the smallest
// first; nil for too many (expand_grouping_sets).
func expandSets(sets []*query.GroupingSet, limit int) [][]int {
	result := [][]int{nil}
	for _, set := range sets {
		part := expandSet(set)
		if len(result)*len(part) > limit {
			return nil
		}
		var next [][]int
		for _, r := range result {
			for _, p := range part {
				next = append(next, unionInts(r, p))
			}
		}
		result = next
	}
	slices.SortStableFunc(result, func(a, b []int) int { return len(a) - len(b) })
	return result
}

func unionInts(a, b []int) []int {
	out := slices.Clone(a)
	for _, x := range b {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

func expandSet(set *query.GroupingSet) [][]int {
	switch set.Kind {
	case query.GroupingSetSimple:
		return [][]int{set.Refs}
	case query.GroupingSetRollup:
		var out [][]int
		for n := len(set.Content); n >= 0; n-- {
			var refs []int
			for _, c := range set.Content[:n] {
				refs = append(refs, c.Refs...)
			}
			out = append(out, refs)
		}
		return out
	case query.GroupingSetCube:
		var out [][]int
		for mask := range 1 << len(set.Content) {
			var refs []int
			for i, c := range set.Content {
				if mask&(1<<i) != 0 {
					refs = append(refs, c.Refs...)
				}
			}
			out = append(out, refs)
		}
		return out
	case query.GroupingSetSets:
		var out [][]int
		for _, c := range set.Content {
			out = append(out, expandSet(c)...)
		}
		return out
	}
	return [][]int{nil}
}
