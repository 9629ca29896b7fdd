package where

import (
	"strconv"
	"strings"

	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/parser/ast"
)

// A printer writes a checked tree as SQL: one text for all ways to write the
// same tree. Operands that are more than a name, a literal or a call stand in
// parentheses, so that no precedence needs to be known.
type printer struct{ strings.Builder }

func sqlOf(n ast.Node) string {
	var p printer
	p.expr(n)
	return p.String()
}

func (p *printer) put(parts ...string) {
	for _, s := range parts {
		p.WriteString(s)
	}
}

func (p *printer) expr(n ast.Node) {
	switch n := n.(type) {
	case *ast.A_Const:
		p.constant(n)
	case *ast.ColumnRef:
		p.put(quoted(ast.Strings(n.Fields)[0]))
	case *ast.TypeCast:
		p.operand(n.Arg)
		p.put("::")
		p.typeName(n.TypeName)
	case *ast.BoolExpr:
		p.boolExpr(n)
	case *ast.A_Expr:
		p.operation(n)
	case *ast.List:
		p.put("(")
		p.list(n.Items)
		p.put(")")
	case *ast.FuncCall:
		p.call(quotedPath(ast.Strings(n.Funcname)), n.Args)
	case *ast.CoalesceExpr:
		p.call("COALESCE", n.Args)
	case *ast.MinMaxExpr:
		p.call(map[bool]string{true: "GREATEST", false: "LEAST"}[n.Op == ast.IS_GREATEST], n.Args)
	case *ast.NullTest:
		p.operand(n.Arg)
		p.put(map[bool]string{true: " IS NULL", false: " IS NOT NULL"}[n.Nulltesttype == ast.IS_NULL])
	case *ast.BooleanTest:
		p.operand(n.Arg)
		p.put(" ", booleanTests[n.Booltesttype])
	case *ast.A_ArrayExpr:
		p.put("ARRAY[")
		p.list(n.Elements)
		p.put("]")
	case *ast.A_Indirection:
		p.indirection(n)
	case *ast.RowExpr:
		p.call("ROW", n.Args)
	case *ast.SubLink:
		p.operand(n.Testexpr)
		p.put(" IN (")
		p.selectStmt(n.Subselect.(*ast.SelectStmt))
		p.put(")")
	}
}

// operand writes a node where an operator could tear it apart.
func (p *printer) operand(n ast.Node) {
	if isAtom(n) {
		p.expr(n)
		return
	}
	p.put("(")
	p.expr(n)
	p.put(")")
}

func isAtom(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.A_Const:
		switch v := n.Val.(type) {
		case *ast.Integer:
			return v.Ival >= 0
		case *ast.Float:
			return !strings.HasPrefix(v.Fval, "-")
		}
		return true
	case *ast.ColumnRef, *ast.FuncCall, *ast.CoalesceExpr, *ast.MinMaxExpr, *ast.A_ArrayExpr, *ast.RowExpr, *ast.TypeCast, *ast.A_Indirection, *ast.List:
		return true
	}
	return false
}

func (p *printer) list(nodes []ast.Node) {
	for i, n := range nodes {
		if i > 0 {
			p.put(", ")
		}
		p.expr(n)
	}
}

func (p *printer) call(name string, args []ast.Node) {
	p.put(name, "(")
	p.list(args)
	p.put(")")
}

func (p *printer) constant(n *ast.A_Const) {
	switch v := n.Val.(type) {
	case *ast.String:
		p.put(datum.QuoteLiteral(v.Sval))
	case *ast.Integer:
		p.put(strconv.Itoa(v.Ival))
	case *ast.Float:
		p.put(v.Fval)
	case *ast.Boolean:
		p.put(strconv.FormatBool(v.Boolval))
	default:
		p.put("NULL")
	}
}

func (p *printer) boolExpr(n *ast.BoolExpr) {
	word := " AND "
	switch n.Boolop {
	case ast.OR_EXPR:
		word = " OR "
	case ast.NOT_EXPR:
		p.put("NOT ")
	}
	for i, arg := range n.Args {
		if i > 0 {
			p.put(word)
		}
		if _, nested := arg.(*ast.BoolExpr); nested {
			p.operand(arg)
		} else {
			p.expr(arg)
		}
	}
}

func (p *printer) operation(n *ast.A_Expr) {
	op := unquoted(identifier(ast.Strings(n.Name)))
	if n.Lexpr != nil {
		p.operand(n.Lexpr)
		p.put(" ")
	}
	switch n.Kind {
	case ast.AEXPR_LIKE, ast.AEXPR_ILIKE:
		p.put(likeWords[op])
	case ast.AEXPR_DISTINCT:
		p.put("IS DISTINCT FROM")
	case ast.AEXPR_NOT_DISTINCT:
		p.put("IS NOT DISTINCT FROM")
	case ast.AEXPR_IN:
		p.put(map[string]string{"=": "IN", "<>": "NOT IN"}[op])
	case ast.AEXPR_BETWEEN, ast.AEXPR_NOT_BETWEEN, ast.AEXPR_BETWEEN_SYM, ast.AEXPR_NOT_BETWEEN_SYM:
		bounds := n.Rexpr.(*ast.List).Items
		p.put(op, " ")
		p.operand(bounds[0])
		p.put(" AND ")
		p.operand(bounds[1])
		return
	case ast.AEXPR_OP_ANY, ast.AEXPR_OP_ALL:
		p.put(op, map[bool]string{true: " ANY (", false: " ALL ("}[n.Kind == ast.AEXPR_OP_ANY])
		p.expr(n.Rexpr)
		p.put(")")
		return
	default:
		p.put(op)
	}
	p.put(" ")
	p.operand(n.Rexpr)
}

var likeWords = map[string]string{"~~": "LIKE", "!~~": "NOT LIKE", "~~*": "ILIKE", "!~~*": "NOT ILIKE"}

func (p *printer) indirection(n *ast.A_Indirection) {
	if _, column := n.Arg.(*ast.ColumnRef); column {
		p.expr(n.Arg)
	} else {
		p.put("(")
		p.expr(n.Arg)
		p.put(")")
	}
	for _, i := range n.Indirection {
		x := i.(*ast.A_Indices)
		p.put("[")
		if x.Lidx != nil {
			p.operand(x.Lidx)
		}
		if x.IsSlice {
			p.put(":")
		}
		if x.Uidx != nil {
			p.operand(x.Uidx)
		}
		p.put("]")
	}
}

func (p *printer) selectStmt(n *ast.SelectStmt) {
	p.put("SELECT ")
	for i, t := range n.TargetList {
		if i > 0 {
			p.put(", ")
		}
		p.expr(t.(*ast.ResTarget).Val)
	}
	from := n.FromClause[0].(*ast.RangeVar)
	p.put(" FROM ", quotedPath([]string{from.Schemaname, from.Relname}))
	if n.WhereClause != nil {
		p.put(" WHERE ")
		p.expr(n.WhereClause)
	}
}

// typeName writes a cast's type, its modifiers as given.
func (p *printer) typeName(n *ast.TypeName) {
	path := ast.Strings(n.Names)
	if len(path) == 2 && path[0] == "pg_catalog" {
		path = path[1:]
	}
	switch name := path[len(path)-1]; {
	case len(path) == 1 && name == "interval":
		p.interval(n)
	case len(path) == 1 && (castNames[name] || name == "numeric"):
		p.put(name)
		p.modifiers(n.Typmods)
	default:
		p.put(quotedPath(path))
	}
	if len(n.ArrayBounds) > 0 {
		p.put("[]")
	}
}

func (p *printer) modifiers(typmods []ast.Node) {
	if len(typmods) > 0 {
		p.put("(")
		p.list(typmods)
		p.put(")")
	}
}

// interval writes INTERVAL with its fields, which are its first modifier.
func (p *printer) interval(n *ast.TypeName) {
	p.put("interval")
	if len(n.Typmods) == 0 {
		return
	}
	if mask, _ := integerOf(n.Typmods[0]); intervalFields[mask] != "" {
		p.put(" ", intervalFields[mask])
	}
	p.modifiers(n.Typmods[1:])
}

// integerOf reads a type's modifier.
func integerOf(n ast.Node) (int, bool) {
	if c, ok := n.(*ast.A_Const); ok {
		if i, ok := c.Val.(*ast.Integer); ok {
			return i.Ival, true
		}
	}
	return 0, false
}

// intervalFields are the words for the bits of INTERVAL_MASK (timestamp.h).
var intervalFields = map[int]string{
	1 << 2: "YEAR", 1 << 1: "MONTH", 1 << 3: "DAY", 1 << 10: "HOUR", 1 << 11: "MINUTE", 1 << 12: "SECOND",
	1<<2 | 1<<1: "YEAR TO MONTH", 1<<3 | 1<<10: "DAY TO HOUR", 1<<3 | 1<<10 | 1<<11: "DAY TO MINUTE",
	1<<3 | 1<<10 | 1<<11 | 1<<12: "DAY TO SECOND", 1<<10 | 1<<11: "HOUR TO MINUTE",
	1<<10 | 1<<11 | 1<<12: "HOUR TO SECOND", 1<<11 | 1<<12: "MINUTE TO SECOND",
}

// quoted is [datum.QuoteIdent] for servers of all versions. It knows the key words of
// version 15, and up to 18 only one came that is no name any more, in 16.
func quoted(name string) string {
	if name == "system_user" {
		return `"system_user"`
	}
	return datum.QuoteIdent(name)
}

func quotedPath(path []string) string {
	list := make([]string, len(path))
	for i, part := range path {
		list[i] = quoted(part)
	}
	return strings.Join(list, ".")
}
