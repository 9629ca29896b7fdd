package where

import (
	"fmt"

	"github.com/electric-cli/electric/parser/ast"
)

// orderPrefix makes an order a statement. Electric's locations count it.
const orderPrefix = "SELECT 1 ORDER BY "

// CompileOrder checks the order of a subset: columns and constants, with ASC or
// DESC and NULLS FIRST or LAST. It gives the normalised list for ORDER BY.
func CompileOrder(orderBy string, t *Table, o Options) (sql string, err *Error) {
	refuse := func(format string, args ...any) *Error { return &Error{"order_by", fmt.Sprintf(format, args...)} }
	text := orderPrefix + orderBy
	stmt, message := parseSelect(text, "Unexpected `;` in order by")
	if message != "" {
		return "", refuse("%s", message)
	}
	items := stmt.SortClause
	stmt.SortClause = nil
	if hasClauses(stmt) || len(stmt.FromClause) > 0 || stmt.WhereClause != nil {
		return "", refuse("malformed query ending with SQL clauses")
	}
	var p printer
	for i, item := range items {
		by := item.(*ast.SortBy)
		if location, message := orderable(by.Node, t, &o); message != "" {
			return "", refuse("At location %d: %s", location, message)
		}
		using := ast.Strings(by.UseOp)
		if len(using) > 1 || len(using) == 1 && using[0] != "<" && using[0] != ">" {
			return "", refuse("At location %d: operator %s is not allowed in ORDER BY clauses", max(by.Location, 0), identifier(using))
		}
		if i > 0 {
			p.put(", ")
		}
		p.expr(by.Node)
		if p.put(directions[by.SortbyDir]); len(using) > 0 {
			p.put(" USING ", using[0])
		}
		p.put(nullsOrders[by.SortbyNulls])
	}
	return p.String(), nil
}

var (
	directions  = map[ast.SortByDir]string{ast.SORTBY_ASC: " ASC", ast.SORTBY_DESC: " DESC"}
	nullsOrders = map[ast.SortByNulls]string{ast.SORTBY_NULLS_FIRST: " NULLS FIRST", ast.SORTBY_NULLS_LAST: " NULLS LAST"}
)

// orderable says what is wrong with one item, "" for nothing.
func orderable(n ast.Node, t *Table, o *Options) (location int, message string) {
	switch n := n.(type) {
	case *ast.A_Const:
		return 0, ""
	case *ast.ColumnRef:
		path := ast.Strings(n.Fields)
		if len(path) != 1 || len(n.Fields) != 1 || o.column(t, path[0]) < 0 {
			return n.Location, "unknown reference " + identifier(path)
		}
		return 0, ""
	case *ast.ParamRef:
		return n.Location, fmt.Sprintf("parameter $%d is not supported in ORDER BY clauses", n.Number)
	}
	// Electric looks at what an expression is made of first.
	for _, slot := range slots(n) {
		if location, message := orderable(*slot, t, o); message != "" {
			return location, message
		}
	}
	return locationOf(n), fmt.Sprintf("%s expressions are not allowed in ORDER BY clauses", n.Tag())
}
