package parser

import (
	"strconv"
	"strings"

	"github.com/electric-cli/electric/parser/ast"
)

// restoreIntegers gives back the integers of 0 and below, which libpg_query's
// JSON writes without their value. Those in constants and options are read
// again from the text at the node's location.
func restoreIntegers(n ast.Node, text string) {
	ast.Walk(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.A_Const:
			if i, ok := n.Val.(*ast.Integer); ok && i.Ival == 0 && n.Location >= 0 {
				i.Ival = integerAt(text, n.Location)
			}
		case *ast.DefElem:
			if i, ok := n.Arg.(*ast.Integer); ok && i.Ival == 0 && n.Location >= 0 {
				i.Ival = integerAfter(text, n.Location)
			}
		case *ast.TypeName:
			// An array without bounds has -1, and nobody reads the bounds of one
			// with them.
			for _, b := range n.ArrayBounds {
				if i, ok := b.(*ast.Integer); ok && i.Ival == 0 {
					i.Ival = -1
				}
			}
		case *ast.DefineStmt:
			restoreDirectArgs(n, text)
		case *ast.AlterTableStmt:
			restoreStatistics(n, text)
		}
		return true
	})
}

// restoreDirectArgs gives back the number of an aggregate's direct arguments: 0
// when its arguments begin with ORDER BY, -1 when it is no ordered-set aggregate.
func restoreDirectArgs(n *ast.DefineStmt, text string) {
	if n.Kind != ast.OBJECT_AGGREGATE || len(n.Args) != 2 {
		return
	}
	direct, ok := n.Args[1].(*ast.Integer)
	if !ok || direct.Ival != 0 {
		return
	}
	l := Lexer{Text: text}
	for t := l.Next(); t.Kind != EOF; t = l.Next() {
		if l.Source(t) == "(" {
			if !l.Is(l.Next(), "order") {
				direct.Ival = -1
			}
			return
		}
	}
}

// restoreStatistics gives back the number of ALTER COLUMN … SET STATISTICS,
// which has no location: it is the last one of its subcommand's text.
func restoreStatistics(n *ast.AlterTableStmt, text string) {
	var spans []Span
	for i, c := range n.Cmds {
		cmd, ok := c.(*ast.AlterTableCmd)
		if !ok || cmd.Subtype != ast.AT_SetStatistics {
			continue
		}
		value, ok := cmd.Def.(*ast.Integer)
		if !ok || value.Ival != 0 {
			continue
		}
		if spans == nil {
			spans = AlterCommands(text)
		}
		if i < len(spans) {
			value.Ival = lastInteger(text[spans[i].Start:spans[i].End])
		}
	}
}

// integerAt reads the number at a place; signs and parentheses may be before
// it, because the grammar folds them into the constant.
func integerAt(text string, at int) int {
	l := Lexer{Text: text, Pos: at}
	negative := false
	for t := l.Next(); t.Kind != EOF; t = l.Next() {
		switch {
		case t.Kind == Number:
			return number(l.Source(t), negative)
		case t.Kind == Operator && l.Source(t) == "-":
			negative = !negative
		case t.Kind == Punct && l.Source(t) == "(":
		default:
			return 0
		}
	}
	return 0
}

// integerAfter reads the first number behind a place: the option's value.
func integerAfter(text string, at int) int {
	l := Lexer{Text: text, Pos: at}
	var prev Token
	for t := l.Next(); t.Kind != EOF; t = l.Next() {
		if t.Kind == Number {
			return number(l.Source(t), l.Source(prev) == "-")
		}
		prev = t
	}
	return 0
}

// lastInteger reads the last number of a text.
func lastInteger(text string) (value int) {
	l := Lexer{Text: text}
	var prev Token
	for t := l.Next(); t.Kind != EOF; t = l.Next() {
		if t.Kind == Number {
			value = number(l.Source(t), l.Source(prev) == "-")
		}
		prev = t
	}
	return value
}

func number(digits string, negative bool) int {
	n, err := strconv.ParseInt(strings.ReplaceAll(digits, "_", ""), 10, 64)
	if err != nil {
		n, _ = strconv.ParseInt(digits, 0, 64) // 0x, 0o and 0b
	}
	if negative {
		n = -n
	}
	return int(n)
}
