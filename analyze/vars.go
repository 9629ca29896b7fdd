package analyze

import (
	"github.com/electric-cli/electric/query"
)

// containsVarsOfLevel says whether e has a column of the query so many levels
// up (contain_vars_of_level).
func containsVarsOfLevel(e query.Expr, level int) bool {
	_, found := locateVar(e, level)
	return found
}

// locateVar finds a column of a level (locate_var_of_level); found tells also
// of one without a place.
func locateVar(e query.Expr, level int) (location int, found bool) {
	v := varFinder(level)
	v.Walk(e, 0)
	return v.location, v.found
}

// A finder looks for the first node that is wanted.
type finder struct {
	query.Visitor
	location int
	found    bool
}

func (f *finder) hit(location int) bool {
	if !f.found || f.location < 0 {
		f.location = location
	}
	f.found = true
	return false
}

func varFinder(level int) *finder {
	f := &finder{location: -1}
	f.Expr = func(e query.Expr, depth int) bool {
		if f.found && f.location >= 0 {
			return false
		}
		switch e := e.(type) {
		case *query.Var:
			if e.Varlevelsup == level+depth {
				return f.hit(e.Location)
			}
		case *query.CurrentOfExpr:
			if level+depth == 0 {
				return f.hit(-1)
			}
		}
		return true
	}
	return f
}

// queryHasVars says whether q refers to a query so many levels above itself.
func queryHasVars(q *query.Query, level int) (location int, found bool) {
	f := varFinder(level)
	f.Inside(q, 0)
	return f.location, f.found
}

// locateAggregate finds an aggregate or GROUPING of a level
// (locate_agg_of_level).
func locateAggregate(e query.Expr, level int) (location int, found bool) {
	f := aggregateFinder(level)
	f.Walk(e, 0)
	return f.location, f.found
}

func aggregateFinder(level int) *finder {
	f := &finder{location: -1}
	f.Expr = func(e query.Expr, depth int) bool {
		if f.found {
			return false
		}
		switch e := e.(type) {
		case *query.Aggref:
			if e.LevelsUp == level+depth {
				return f.hit(e.Location)
			}
		case *query.GroupingFunc:
			if e.LevelsUp == level+depth {
				return f.hit(e.Location)
			}
		}
		return true
	}
	return f
}

// locateWindow finds a window function of the expression's own level.
func locateWindow(e query.Expr) (location int, found bool) {
	query.Walk(e, func(e query.Expr) bool {
		if w, ok := e.(*query.WindowFunc); ok && !found {
			location, found = w.Location, true
		}
		return !found
	})
	return location, found
}

// ContainsVars says whether e has a column of its own level (contain_var_clause).
func ContainsVars(e query.Expr) bool {
	found := false
	query.WalkDeep(e, func(e query.Expr, level int) bool {
		switch e := e.(type) {
		case *query.Var:
			found = found || e.Varlevelsup == level
		case *query.CurrentOfExpr:
			found = found || level == 0
		}
		return !found
	})
	return found
}

// Columns gives the attribute numbers of varno that e uses, each once, in the
// order of their first use (pull_varattnos).
func Columns(e query.Expr, varno int) []int16 {
	var out []int16
	seen := map[int16]bool{}
	query.WalkDeep(e, func(e query.Expr, level int) bool {
		if v, ok := e.(*query.Var); ok && v.Varno == varno && v.Varlevelsup == level && !seen[v.Varattno] {
			seen[v.Varattno] = true
			out = append(out, v.Varattno)
		}
		return true
	})
	return out
}
