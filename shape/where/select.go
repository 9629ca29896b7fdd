package where

import (
	"fmt"
	"slices"
	"strings"

	"github.com/electric-cli/electric/catalog"
)

// A Select is one SELECT of a clause's subqueries, nested ones included. It says
// what a change of a row of its table can do to the clause.
type Select struct {
	Schema, Table string
	Columns       []int // that it selects, as indexes into its table's columns
	Reads         []int // that it reads, these included, sorted

	table  *Table
	where  *Filter  // nil without, and where it is not known what it says
	left   []string // the columns that are to be IN it; nil where Moved knows nothing
	within *Select  // in whose WHERE it stands, nil for the clause itself
}

// Excludes reports whether a row is certainly none of those that are selected. row
// is as for Decide, of the SELECT's table.
func (s *Select) Excludes(row [][]byte) bool {
	if s.where == nil {
		return false
	}
	for i := range s.where.conjuncts {
		switch s.where.conjuncts[i].holds(row) {
		case isFalse, isNull:
			return true
		case isFailed: // the server would say so
			return false
		}
	}
	return false
}

// Includes reports whether a row is certainly one of those that are selected.
func (s *Select) Includes(row [][]byte) bool { return s.where != nil && s.where.Match(row) }

// Moved gives a condition on the clause's table that holds of every row of which
// the clause may begin or cease to be true, when rows are added to what the SELECT
// gives, or taken away, whose values are all among those that query gives. ok is
// false when that may be any row.
//
// A clause made of AND and OR is true because of some of its parts that are true.
// `x IN (SELECT …)` begins or ceases to be that for an x that is among what was
// added or taken away; a NULL, on either side, makes it no more than unknown. Under
// a NOT, that may be the difference.
func (s *Select) Moved(query string) (condition string, ok bool) {
	for ; s.left != nil; s = s.within {
		condition = fmt.Sprintf("(%s) IN (%s)", quotedList(s.left), query)
		if s.within == nil {
			return condition, true
		}
		query = fmt.Sprintf("SELECT %s FROM %s.%s WHERE %s",
			quotedList(s.within.names()), quoteAlways(s.within.Schema), quoteAlways(s.within.Table), condition)
	}
	return "", false
}

// names gives the names of the columns that are selected.
func (s *Select) names() []string {
	list := make([]string, len(s.Columns))
	for i, column := range s.Columns {
		list[i] = s.table.Columns[column].Name
	}
	return list
}

func quotedList(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = quoteAlways(name)
	}
	return strings.Join(quoted, ", ")
}

// Selects gives the SELECTs of the clause's subqueries.
func (f *Filter) Selects() []*Select { return slices.Clone(f.selects) }

// described describes the SELECTs of a clause, which was checked as root.
func (c *checker) described(cat *catalog.Catalog, root *node, within *Select) (out []*Select) {
	left := map[*selected][]string{}
	eachPositive(root, func(n *node) { left[n.link] = references(n.args[0]) })
	for _, s := range c.links {
		d := &Select{Schema: s.table.Schema, Table: s.table.Name, Columns: slices.Clone(s.columns), table: s.table, within: within}
		d.Reads = s.reads()
		slices.Sort(d.Reads)
		d.Reads = slices.Compact(d.Reads)
		if names := left[s]; names != nil && !c.foreign(names, s) {
			d.left = names
		}
		out = append(out, d)
		if s.where != nil {
			d.where = s.filter(cat)
			out = append(out, s.checker.described(cat, s.root, d)...)
		}
	}
	return out
}

// eachPositive calls f for the subqueries above which there is nothing but AND and
// OR.
func eachPositive(n *node, f func(*node)) {
	switch {
	case n.link != nil:
		f(n)
	case n.kind == function && (n.name == "and" || n.name == "or"):
		for _, arg := range n.args {
			eachPositive(arg, f)
		}
	}
}

// references gives the names of a column, or of a row of columns.
func references(n *node) (names []string) {
	if n.kind == reference {
		return []string{n.name}
	}
	for _, arg := range n.args {
		names = append(names, arg.name)
	}
	return names
}

// foreign reports whether texts may be equal, of columns of the clause's table or
// of those that are selected, that are not the same.
func (c *checker) foreign(names []string, s *selected) bool {
	for i, name := range names {
		left := c.table.Columns[c.options.column(c.table, name)]
		if left.Collation == Foreign || s.table.Columns[s.columns[i]].Collation == Foreign {
			return true
		}
	}
	return false
}

// filter compiles the WHERE of a SELECT. It is nil where that is of no use: its
// mistakes are the clause's, and what is computed is not in rows.
func (s *selected) filter(cat *catalog.Catalog) *Filter {
	f := &Filter{table: s.table, columns: s.checker.columns(s.where)}
	for _, i := range f.columns {
		if s.table.Columns[i].Unreplicated {
			return nil
		}
	}
	if f.compile(cat, s.checker, s.where) != nil {
		return nil
	}
	return f
}
