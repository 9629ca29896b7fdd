package where

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// A Filter is an accepted clause. It is immutable and safe for concurrent use.
type Filter struct {
	table      *Table
	sql        string
	columns    []int
	subqueries []Subquery
	selects    []*Select
	conjuncts  []conjunct // what AND joins, those that are decided here first
	native     bool
	equal      *equality
}

// A Subquery is a table that an IN (SELECT …) reads.
type Subquery struct {
	Schema, Table string
	Columns       []string // those that it reads, selected ones included, sorted
}

// An equality is a conjunct column = constant.
type equality struct {
	column int
	value  string
}

// newFilter makes the filter of a checked clause.
func newFilter(c *checker, tree ast.Node, root *node) (*Filter, *Error) {
	if err := caught(func() { checkPolarity(root) }); err != nil {
		return nil, err
	}
	for n, text := range c.params {
		if err := checkEncoding(n, text); err != nil {
			return nil, err
		}
	}
	c.substitute(&tree)
	f := &Filter{table: c.table, sql: sqlOf(tree), columns: c.columns(tree), subqueries: c.dependencies()}
	var err *Error
	shared().use(func(cat *catalog.Catalog) {
		if err = f.compile(cat, c, tree); err == nil {
			f.selects = c.described(cat, root, nil)
		}
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// SQL gives the clause with its parameters as typed literals, for WHERE (…)
// over the table. Clauses that differ in blanks, letter case or in how they
// pass a constant have one SQL: it is the shape's identity.
func (f *Filter) SQL() string { return f.sql }

// Columns gives the columns that the clause reads, as indexes into
// Table.Columns, in order.
func (f *Filter) Columns() []int { return slices.Clone(f.columns) }

// Native says whether Decide decides every row.
func (f *Filter) Native() bool { return f.native }

// Decide says whether a row is in the shape: the clause is TRUE of it; an error
// in evaluating it leaves the row out. known is false when only the server can
// tell (see Query). row holds PostgreSQL's text of each column of the table,
// nil for NULL, under bytea_output=hex, DateStyle=ISO, TimeZone=UTC,
// extra_float_digits=1, IntervalStyle=iso_8601.
func (f *Filter) Decide(row [][]byte) (match, known bool) {
	known = true
	for i := range f.conjuncts {
		switch f.conjuncts[i].holds(row) {
		case isTrue:
		case isAsked:
			known = false
		default:
			return false, true
		}
	}
	return known, known
}

// Match says whether a row is certainly in the shape. It is the answer when
// the filter is native; see Decide.
func (f *Filter) Match(row [][]byte) bool {
	match, _ := f.Decide(row)
	return match
}

// Equal gives a column and a constant that a row must have there to be in the
// shape, if the clause asks for one: the column's text equals value. Booleans
// are t and f. The first such column is given.
func (f *Filter) Equal() (column int, value string, ok bool) {
	if f.equal == nil {
		return 0, "", false
	}
	return f.equal.column, f.equal.value, true
}

// Subqueries gives the tables that the clause's subqueries read, nested ones
// included, each once. A filter with any is not native.
func (f *Filter) Subqueries() []Subquery { return slices.Clone(f.subqueries) }

// columns gives the columns of the table that a tree names.
func (c *checker) columns(tree ast.Node) []int {
	used := []int{}
	visit(tree, func(n ast.Node) {
		if ref, ok := n.(*ast.ColumnRef); ok {
			used = append(used, c.options.column(c.table, ast.Strings(ref.Fields)[0]))
		}
	})
	slices.Sort(used)
	return slices.Compact(used)
}

// selects gives the subqueries of a clause, nested ones included.
func (c *checker) selects() (out []*selected) {
	for _, s := range c.links {
		out = append(append(out, s), s.checker.selects()...)
	}
	slices.SortFunc(out, func(a, b *selected) int { return strings.Compare(a.text, b.text) })
	return out
}

// reads gives the columns that a subquery reads.
func (s *selected) reads() []int {
	columns := slices.Clone(s.columns)
	if s.where != nil {
		columns = append(columns, s.checker.columns(s.where)...)
	}
	return columns
}

// dependencies gives the tables and columns that subqueries read.
func (c *checker) dependencies() (out []Subquery) {
	for _, s := range c.selects() {
		at := slices.IndexFunc(out, func(q Subquery) bool { return q.Schema == s.table.Schema && q.Table == s.table.Name })
		if at < 0 {
			at = len(out)
			out = append(out, Subquery{Schema: s.table.Schema, Table: s.table.Name})
		}
		for _, i := range s.reads() {
			out[at].Columns = append(out[at].Columns, s.table.Columns[i].Name)
		}
	}
	for i := range out {
		slices.Sort(out[i].Columns)
		out[i].Columns = slices.Compact(out[i].Columns)
	}
	return out
}

// refused words PostgreSQL's own refusal.
func refused(err *pgerr.Error) *Error {
	if err.Position == pgerr.NoPosition {
		return plain(err.Message)
	}
	return at(err.Position, "%s", err.Message)
}
