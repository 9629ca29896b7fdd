package analyze

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// A groupCheck looks for columns that a grouped query cannot show.
type groupCheck struct {
	*state
	q          *query.Query
	groups     []*query.TargetEntry // their expressions flattened
	commonVars []*query.Var         // those that are in every grouping set
	nonVar     bool                 // some group is no plain column
	dependent  []int                // range table entries grouped by their key
	direct     bool
}

// checkAggregates is parseCheckAggregates.
func (s *state) checkAggregates(q *query.Query) {
	g := &groupCheck{state: s, q: q}
	var common []int
	if len(q.GroupingSets) > 0 {
		sets := expandSets(q.GroupingSets, 4096)
		if sets == nil {
			raise("54001", noPosition, "too many grouping sets present (maximum 4096)")
		}
		common = sets[0]
		for _, set := range sets[1:] {
			common = slices.DeleteFunc(slices.Clone(common), func(ref int) bool { return !slices.Contains(set, ref) })
		}
		if len(sets) == 1 && len(q.Group) > 0 {
			q.GroupingSets = nil
		}
	}
	for _, c := range q.Group {
		t := targetOfRef(c.Ref, q.TargetList)
		if t == nil {
			continue
		}
		flat := *t
		flat.Expr = s.flattenJoins(t.Expr)
		g.groups = append(g.groups, &flat)
		v, ok := flat.Expr.(*query.Var)
		if !ok {
			g.nonVar = true
		} else if len(q.GroupingSets) == 0 || slices.Contains(common, t.Ref) {
			g.commonVars = append(g.commonVars, v)
		}
	}
	for _, t := range q.TargetList {
		g.finalize(t.Expr)
	}
	for _, t := range q.TargetList {
		g.check(s.flattenJoins(t.Expr))
	}
	if q.Having != nil {
		g.finalize(q.Having)
		g.check(s.flattenJoins(q.Having))
	}
	if s.hasAggs && slices.ContainsFunc(s.rtable, func(r *query.RangeTblEntry) bool { return r.Kind == query.RTECTE && r.SelfRef }) {
		f := aggregateFinder(0)
		f.Inside(q, 0)
		raise("42P19", f.location, "aggregate functions are not allowed in a recursive query's recursive term")
	}
}

// flattenJoins puts what they stand for in the place of join columns
// (flatten_join_alias_vars).
func (s *state) flattenJoins(e query.Expr) query.Expr {
	if !slices.ContainsFunc(s.rtable, func(r *query.RangeTblEntry) bool { return r.Kind == query.RTEJoin }) {
		return e
	}
	var flatten query.Mutator
	flatten = func(e query.Expr, level int) query.Expr {
		v, ok := e.(*query.Var)
		if !ok || v.Varlevelsup != level {
			return nil
		}
		rte := s.rtable[v.Varno-1]
		if rte.Kind != query.RTEJoin {
			return nil
		}
		if v.Varattno == 0 {
			row := &query.RowExpr{Type: v.Vartype, Format: implicitCast, Location: v.Location}
			for i, a := range rte.JoinAliasVars {
				row.Args = append(row.Args, raiseLevels(query.Mutate(a, flatten), level))
				row.Colnames = append(row.Colnames, rte.Eref.Cols[i])
			}
			return row
		}
		flat := raiseLevels(query.Mutate(rte.JoinAliasVars[v.Varattno-1], flatten), level)
		if f, ok := flat.(*query.Var); ok {
			c := *f
			c.Location = v.Location
			return &c
		}
		return flat
	}
	return query.Mutate(e, flatten)
}

// raiseLevels moves an expression so many queries down
// (IncrementVarSublevelsUp).
func raiseLevels(e query.Expr, by int) query.Expr {
	if by == 0 {
		return e
	}
	return query.Mutate(e, func(e query.Expr, level int) query.Expr {
		if v, ok := e.(*query.Var); ok && v.Varlevelsup >= level {
			c := *v
			c.Varlevelsup += by
			return &c
		}
		return nil
	})
}

// isGroup says whether e is one of the grouped expressions.
func (g *groupCheck) isGroup(e query.Expr) bool {
	return slices.ContainsFunc(g.groups, func(t *query.TargetEntry) bool { return query.Equal(e, t.Expr) })
}

func (g *groupCheck) groupVar(v *query.Var) *query.TargetEntry {
	for _, t := range g.groups {
		if gv, ok := t.Expr.(*query.Var); ok && gv.Varno == v.Varno && gv.Varattno == v.Varattno && gv.Varlevelsup == 0 {
			return t
		}
	}
	return nil
}

// check refuses ungrouped columns outside aggregates
// (check_ungrouped_columns_walker).
func (g *groupCheck) check(e query.Expr) {
	query.WalkDeep(e, func(e query.Expr, level int) bool {
		switch n := e.(type) {
		case *query.Const, *query.Param:
			return false
		case *query.Aggref:
			if n.LevelsUp == level {
				saved := g.direct
				g.direct = true
				for _, d := range n.Direct {
					g.checkAt(d, level)
				}
				g.direct = saved
			}
			if n.LevelsUp >= level {
				return false
			}
		case *query.GroupingFunc:
			if n.LevelsUp >= level {
				return false
			}
		}
		if g.nonVar && level == 0 && g.isGroup(e) {
			return false
		}
		if v, ok := e.(*query.Var); ok && v.Varlevelsup == level {
			g.checkVar(v, level)
		}
		return true
	})
}

// checkAt is check for an expression that stands in a subquery.
func (g *groupCheck) checkAt(e query.Expr, level int) {
	query.WalkDeep(e, func(e query.Expr, depth int) bool {
		if g.nonVar && level+depth == 0 && g.isGroup(e) {
			return false
		}
		if v, ok := e.(*query.Var); ok && v.Varlevelsup == level+depth {
			g.checkVar(v, level+depth)
		}
		return true
	})
}

func (g *groupCheck) checkVar(v *query.Var, level int) {
	if (!g.nonVar || level != 0) && g.groupVar(v) != nil || slices.Contains(g.dependent, v.Varno) {
		return
	}
	rte := g.rtable[v.Varno-1]
	if rte.Kind == query.RTERelation && g.groupedByKey(rte.Relation, v.Varno) {
		g.dependent = append(g.dependent, v.Varno)
		return
	}
	name := attributeName(g.c, rte, v.Varattno)
	if level > 0 {
		raise("42803", v.Location, `subquery uses ungrouped column "%s.%s" from outer query`, rte.Eref.Name, name)
	}
	e := pgerr.New("42803", v.Location, `column "%s.%s" must appear in the GROUP BY clause or be used in an aggregate function`, rte.Eref.Name, name)
	if g.direct {
		e.WithDetail("Direct arguments of an ordered-set aggregate must use only grouped columns.")
	}
	e.Raise()
}

// attributeName names a column of an entry (get_rte_attribute_name).
func attributeName(c *catalog.Catalog, rte *query.RangeTblEntry, num int16) string {
	switch {
	case num == 0:
		return "*"
	case num < 0:
		for _, sys := range systemColumns {
			if sys.num == num {
				return sys.name
			}
		}
	case rte.Alias != nil && int(num) <= len(rte.Alias.Cols):
		return rte.Alias.Cols[num-1]
	case rte.Kind == query.RTERelation:
		return c.Relation(rte.Relation).Columns[num-1].Name
	}
	return rte.Eref.Cols[num-1]
}

// groupedByKey says whether the grouped columns hold a relation's primary key
// (check_functional_grouping); the query then depends on that constraint.
func (g *groupCheck) groupedByKey(rel pg.OID, varno int) bool {
	r := g.c.Relation(rel)
	for _, con := range r.Constraints {
		if con.Kind != 'p' || con.Deferrable {
			continue
		}
		all := true
		for _, num := range con.Key {
			all = all && slices.ContainsFunc(g.commonVars, func(v *query.Var) bool { return v.Varno == varno && v.Varattno == num && v.Varlevelsup == 0 })
		}
		if all && len(con.Key) > 0 {
			g.q.ConstraintDeps = append(g.q.ConstraintDeps, con.OID)
			return true
		}
	}
	return false
}

// finalize finds the groups that GROUPING's arguments are
// (finalize_grouping_exprs_walker).
func (g *groupCheck) finalize(e query.Expr) {
	query.WalkDeep(e, func(e query.Expr, level int) bool {
		switch n := e.(type) {
		case *query.Aggref:
			return n.LevelsUp < level
		case *query.GroupingFunc:
			if n.LevelsUp != level {
				return n.LevelsUp < level
			}
			n.Refs = nil
			for _, arg := range n.Args {
				n.Refs = append(n.Refs, g.groupingRef(g.flattenJoins(arg), level))
			}
		}
		return true
	})
}

func (g *groupCheck) groupingRef(e query.Expr, level int) int {
	if v, ok := e.(*query.Var); ok {
		if v.Varlevelsup == level {
			if t := g.groupVar(v); t != nil {
				return t.Ref
			}
		}
	} else if g.nonVar && level == 0 {
		for _, t := range g.groups {
			if query.Equal(e, t.Expr) {
				return t.Ref
			}
		}
	}
	raise("42803", query.Location(e), "arguments to GROUPING must be grouping expressions of the associated query level")
	return 0
}
