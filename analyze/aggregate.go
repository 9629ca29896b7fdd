package analyze

import (
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// aggregateCall completes an aggregate: arguments, ordering, DISTINCT and
// level (transformAggregateCall).
func (s *state) aggregateCall(agg *query.Aggref, args []query.Expr, order []ast.Node, distinct bool) {
	if agg.Kind != 'n' {
		direct := len(args) - len(order)
		agg.Direct = args[:direct]
		for i, arg := range args[direct:] {
			t := &query.TargetEntry{Expr: arg, Resno: int16(i + 1)}
			agg.Args = append(agg.Args, t)
			agg.Order = s.addToSort(t, agg.Order, agg.Args, order[i].(*ast.SortBy))
		}
	} else {
		for i, arg := range args {
			agg.Args = append(agg.Args, &query.TargetEntry{Expr: arg, Resno: int16(i + 1)})
		}
		saved := s.nextResno
		s.nextResno = int16(len(args) + 1)
		agg.Order = s.sortClause(order, &agg.Args, KindOrderBy, true)
		if distinct {
			agg.Distinct = s.distinctClause(&agg.Args, agg.Order, true)
			for _, c := range agg.Distinct {
				if c.SortOp == 0 {
					e := targetOfRef(c.Ref, agg.Args).Expr
					pgerr.New("42883", query.Location(e), "could not identify an ordering operator for type %s", s.typeName(query.ExprType(e))).
						WithDetail("Aggregates with DISTINCT must be able to sort their inputs.").Raise()
				}
			}
		}
		s.nextResno = saved
	}
	for _, e := range agg.Direct {
		agg.ArgTypes = append(agg.ArgTypes, query.ExprType(e))
	}
	var list []query.Expr
	for _, t := range agg.Args {
		list = append(list, t.Expr)
		if !t.Resjunk {
			agg.ArgTypes = append(agg.ArgTypes, query.ExprType(t.Expr))
		}
	}
	agg.LevelsUp = s.aggregateLevel(agg.Direct, list, agg.Filter)
	owner := s.up(agg.LevelsUp)
	owner.hasAggs = true
	owner.kind.refuse("42803", kindRules[owner.kind].aggregate, "aggregate functions", agg.Location)
}

// groupingFunc analyses GROUPING(…) (transformGroupingFunc).
func (s *state) groupingFunc(n *ast.GroupingFunc) query.Expr {
	if len(n.Args) > 31 {
		raise("54023", n.Location, "GROUPING must have fewer than 32 arguments")
	}
	g := &query.GroupingFunc{Location: n.Location}
	for _, arg := range n.Args {
		g.Args = append(g.Args, s.expr(arg, s.kind))
	}
	g.LevelsUp = s.aggregateLevel(nil, g.Args, nil)
	owner := s.up(g.LevelsUp)
	owner.hasAggs = true
	owner.kind.refuse("42803", kindRules[owner.kind].grouping, "grouping operations", g.Location)
	return g
}

// aggregateLevel finds the query that an aggregate belongs to, and refuses
// what its arguments cannot hold (check_agg_arguments).
func (s *state) aggregateLevel(direct, args []query.Expr, filter query.Expr) int {
	minVar, minAgg := aggregateLevels(append(args[:len(args):len(args)], filter))
	level := 0
	switch {
	case minVar < 0 && minAgg >= 0:
		level = minAgg
	case minVar >= 0 && minAgg < 0:
		level = minVar
	case minVar >= 0:
		level = min(minVar, minAgg)
	}
	nested := func(list []query.Expr, at int) {
		for _, e := range list {
			if loc, found := locateAggregate(e, at); found {
				raise("42803", loc, "aggregate function calls cannot be nested")
			}
		}
		raise("42803", noPosition, "aggregate function calls cannot be nested")
	}
	if level == minAgg {
		nested(append(args[:len(args):len(args)], filter), level)
	}
	if len(direct) > 0 {
		minVar, minAgg = aggregateLevels(direct)
		if minVar >= 0 && minVar < level {
			loc := -1
			for _, e := range direct {
				if l, found := locateVar(e, minVar); found {
					loc = l
					break
				}
			}
			raise("42803", loc, "outer-level aggregate cannot contain a lower-level variable in its direct arguments")
		}
		if minAgg >= 0 && minAgg <= level {
			nested(direct, minAgg)
		}
	}
	return level
}

// aggregateLevels gives the nearest levels that the columns and the aggregates
// of list belong to, -1 for none.
func aggregateLevels(list []query.Expr) (minVar, minAgg int) {
	minVar, minAgg = -1, -1
	note := func(least *int, level int) {
		if level >= 0 && (*least < 0 || *least > level) {
			*least = level
		}
	}
	visit := func(e query.Expr, depth int) bool {
		switch e := e.(type) {
		case *query.Var:
			note(&minVar, e.Varlevelsup-depth)
		case *query.Aggref:
			note(&minAgg, e.LevelsUp-depth)
		case *query.GroupingFunc:
			note(&minAgg, e.LevelsUp-depth)
		case *query.WindowFunc:
			if depth == 0 {
				raise("42803", e.Location, "aggregate function calls cannot contain window function calls")
			}
		case *query.FuncExpr, *query.OpExpr:
			if depth == 0 && isSetCall(e) {
				pgerr.New("0A000", query.Location(e), "aggregate function calls cannot contain set-returning function calls").
					WithHint("You might be able to move the set-returning function into a LATERAL FROM item.").Raise()
			}
		}
		return true
	}
	for _, e := range list {
		query.WalkDeep(e, visit)
	}
	return minVar, minAgg
}

func isSetCall(e query.Expr) bool {
	switch e := e.(type) {
	case *query.FuncExpr:
		return e.RetSet
	case *query.OpExpr:
		return e.RetSet
	}
	return false
}
