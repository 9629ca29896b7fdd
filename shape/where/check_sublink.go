package where

import (
	"fmt"

	"github.com/electric-cli/electric/parser/ast"
)

// A selected is the SELECT of an IN (SELECT …), checked.
type selected struct {
	table   *Table
	columns []int
	typ     etype
	where   ast.Node // nil without
	checker *checker
	root    *node  // of where, checked
	text    string // as SQL: the same text is the same dependency
}

// subqueries checks the SELECTs of a clause before the clause itself.
func (c *checker) subqueries(tree ast.Node) {
	visit(tree, func(n ast.Node) {
		link, ok := n.(*ast.SubLink)
		if !ok {
			return
		}
		stmt, ok := link.Subselect.(*ast.SelectStmt)
		if !ok {
			return
		}
		if c.options.Subset {
			raise(plain("Subqueries are not allowed in subsets"))
		}
		c.links[link] = c.selectStmt(stmt)
	})
}

// selectStmt checks SELECT columns FROM table [WHERE …].
func (c *checker) selectStmt(n *ast.SelectStmt) *selected {
	names := targets(n)
	s := &selected{where: n.WhereClause}
	s.table = c.from(n)
	rest := *n
	rest.WhereClause = nil
	if hasClauses(&rest) {
		raise(plain("SELECT statement must not contain any clauses"))
	}
	s.columns, s.typ = resolve(s.table, names)
	s.checker = newChecker(s.table, c.params, c.options)
	s.checker.options.Queryable = nil
	if s.where != nil {
		root, err := s.checker.check(s.where)
		if err != nil {
			raise(err)
		}
		s.root = root
		s.checker.substitute(&s.where)
	}
	var p printer
	p.selectStmt(s.stmt())
	s.text = p.String()
	return s
}

// targets gives the columns of a SELECT: plain ones.
func targets(n *ast.SelectStmt) (names []string) {
	for _, item := range n.TargetList {
		target := item.(*ast.ResTarget)
		ref, ok := target.Val.(*ast.ColumnRef)
		var path []string
		if ok {
			path = ast.Strings(ref.Fields)
		}
		if !ok || len(path) != 1 || len(ref.Fields) != 1 {
			raise(plain(fmt.Sprintf("At location %d: Expected a plain column reference", target.Location)))
		}
		names = append(names, path[0])
	}
	return names
}

// from finds the one table of a SELECT.
func (c *checker) from(n *ast.SelectStmt) *Table {
	var v *ast.RangeVar
	if len(n.FromClause) == 1 {
		v, _ = n.FromClause[0].(*ast.RangeVar)
	}
	if v == nil {
		raise(plain("Expected a single table reference"))
	}
	schema := v.Schemaname
	if schema == "" {
		schema = "public"
	}
	var t *Table
	if c.options.Tables != nil {
		t = c.options.Tables(schema, v.Relname)
	}
	if t == nil {
		raise(&Error{"table", NoTable(schema, v.Relname)})
	}
	return t
}

// resolve finds the columns and the type of their row.
func resolve(t *Table, names []string) (columns []int, typ etype) {
	none := Options{}
	var missing, unreplicated []string
	var types []etype
	for _, name := range names {
		i := none.column(t, name)
		if i < 0 {
			missing = append(missing, name)
			continue
		}
		if t.Columns[i].Unreplicated {
			unreplicated = append(unreplicated, name)
		}
		columns, types = append(columns, i), append(types, columnType(t.Columns[i].Type))
	}
	switch {
	case len(missing) > 0:
		raise(&Error{"columns", "The following columns are not found on the table: " + join(missing)})
	case len(unreplicated) > 0:
		raise(&Error{"columns", "The following columns are generated and cannot be included in the shape: " + join(unreplicated)})
	case len(types) == 0:
		raise(&Error{"columns", "The list of columns must not be empty"})
	case len(types) == 1:
		return columns, types[0]
	}
	return columns, rowOf(types)
}

// subLink checks column IN (SELECT …).
func (c *checker) subLink(n *ast.SubLink) *node {
	var left *node
	if n.Testexpr != nil {
		left = c.expr(n.Testexpr)
	}
	if n.SubLinkType != ast.ANY_SUBLINK || len(n.OperName) > 0 {
		refuse(n.Location, "only `value IN (SELECT ...)` sublinks are supported right now")
	}
	plainColumns := left.kind == reference
	if left.kind == row {
		plainColumns = true
		for _, arg := range left.args {
			plainColumns = plainColumns && arg.kind == reference
		}
	}
	if !plainColumns {
		refuse(n.Location, "currently, left side of `IN (SELECT ...)` can only be a column reference or a list of column references")
	}
	s := c.links[n]
	if s == nil {
		unsupported(n)
	}
	if left.typ != s.typ {
		returns := s.typ.String() + "[]"
		refuse(n.Location, "left side of `IN (SELECT ...)` has type %s but subquery returns %s", left.typ, returns)
	}
	out := fn("sublink_membership_check", tBool, n.Location, left)
	out.folds, out.link = false, s
	return out
}
