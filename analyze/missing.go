package analyze

import (
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// missingRelation says that a qualified name's relation is not in FROM
// (errorMissingRTE).
func (s *state) missingRelation(schema, name string, location int) {
	rte := s.searchForRel(&ast.RangeVar{Schemaname: schema, Relname: name})
	if rte == nil {
		raise("42P01", location, `missing FROM-clause entry for table "%s"`, name)
	}
	e := pgerr.New("42P01", location, `invalid reference to FROM-clause entry for table "%s"`, name)
	if rte.Alias != nil && rte.Eref.Name != name {
		if item, _ := s.refItem("", rte.Eref.Name, location); item != nil && item.rte == rte {
			e.WithHint(`Perhaps you meant to reference the table alias "%s".`, rte.Eref.Name).Raise()
		}
	}
	e.WithHint(`There is an entry for table "%s", but it cannot be referenced from this part of the query.`, rte.Eref.Name).Raise()
}

// searchForRel looks for what the user may have meant (searchRangeTableForRel).
func (s *state) searchForRel(v *ast.RangeVar) *query.RangeTblEntry {
	var cte *query.CommonTableExpr
	var enr *NamedTable
	cteLevel := 0
	if v.Schemaname == "" {
		if cte, cteLevel = s.scanForCTE(v.Relname); cte == nil {
			enr = s.namedTable(v.Relname)
		}
	}
	relid := pg.OID(0)
	if cte == nil && enr == nil {
		if rel := s.relationOf(v, true); rel != nil {
			relid = rel.OID
		}
	}
	level := 0
	for p := s; p != nil; p = p.parent {
		for _, rte := range p.rtable {
			switch {
			case rte.Kind == query.RTERelation && relid != 0 && rte.Relation == relid,
				rte.Kind == query.RTECTE && cte != nil && rte.CTELevelsUp+level == cteLevel && rte.CTEName == v.Relname,
				rte.Kind == query.RTENamedTuplestore && enr != nil && rte.EnrName == v.Relname,
				rte.Eref.Name == v.Relname:
				return rte
			}
		}
		level++
	}
	return nil
}

// maxDistance is MAX_FUZZY_DISTANCE.
const maxDistance = 3

// A nearest collects the columns with the names most alike to a wrong one.
type nearest struct {
	distance      int
	first, second *query.RangeTblEntry
	firstCol      string
	secondCol     string
	exact         *query.RangeTblEntry // has the very column, out of reach
}

// missingColumn says that a column is not there (errorMissingColumn). Its
// hints are PostgreSQL 15's.
func (s *state) missingColumn(relname, name string, location int) {
	e := pgerr.New("42703", location, `column "%s" does not exist`, name)
	if relname != "" {
		e = pgerr.New("42703", location, `column %s.%s does not exist`, relname, name)
	}
	n := s.nearestColumns(relname, name, location)
	switch {
	case n.exact != nil:
		e.WithHint(`There is a column named "%s" in table "%s", but it cannot be referenced from this part of the query.`, name, n.exact.Eref.Name)
	case n.second != nil:
		e.WithHint(`Perhaps you meant to reference the column "%s.%s" or the column "%s.%s".`, n.first.Eref.Name, n.firstCol, n.second.Eref.Name, n.secondCol)
	case n.first != nil:
		e.WithHint(`Perhaps you meant to reference the column "%s.%s".`, n.first.Eref.Name, n.firstCol)
	}
	e.Raise()
}

// nearestColumns is searchRangeTableForCol.
func (s *state) nearestColumns(alias, name string, location int) nearest {
	n := nearest{distance: maxDistance + 1}
	for p := s; p != nil; p = p.parent {
		for _, rte := range p.rtable {
			if rte.Kind == query.RTEJoin {
				continue
			}
			penalty := 0
			if alias != "" {
				penalty = levenshtein(alias, rte.Eref.Name)
			}
			for _, col := range rte.Eref.Cols {
				n.consider(rte, col, name, penalty)
			}
			if penalty == 0 && scanForColumn(rte, rte.Eref, name, location) != 0 {
				return nearest{exact: rte}
			}
		}
	}
	return n
}

// consider is updateFuzzyAttrMatchState.
func (n *nearest) consider(rte *query.RangeTblEntry, actual, name string, penalty int) {
	if penalty > n.distance || actual == "" {
		return
	}
	distance := levenshtein(actual, name)
	if distance > len(name)/2 {
		return
	}
	distance += penalty
	switch {
	case distance < n.distance:
		*n = nearest{distance: distance, first: rte, firstCol: actual}
	case distance > n.distance:
	case n.second != nil:
		*n = nearest{distance: distance - 1}
	case n.first != nil:
		n.second, n.secondCol = rte, actual
	case distance <= maxDistance:
		n.first, n.firstCol = rte, actual
	}
}

// levenshtein counts the single-character edits between two names.
func levenshtein(a, b string) int {
	x, y := []rune(a), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j := range y {
			cost := diagonal
			if x[i] != y[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(y)]
}
