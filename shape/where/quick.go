package where

import (
	"strings"

	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// quick compiles column = constant and column <> constant by comparing texts,
// where a value has only one; nil for anything else.
func (c *compiler) quick(fn pg.OID, args []query.Expr) cond {
	column, text, ok := c.columnAndText(args)
	if !ok || !c.follows("", args, 1) {
		return nil
	}
	switch src := c.c.Proc(fn).Src; {
	case src == "textlike" || src == "textnlike":
		if _, first := unwrapped(args[0]).(*query.Var); !first {
			return nil
		}
		return quickLike(column, text, src == "textnlike")
	case canonicalEqual[src]:
		return func(row [][]byte) truth {
			if row[column] == nil {
				return isNull
			}
			return truthOf(string(row[column]) == text)
		}
	case canonicalEqual[strings.TrimSuffix(src, "ne")+"eq"] && strings.HasSuffix(src, "ne"):
		return func(row [][]byte) truth {
			if row[column] == nil {
				return isNull
			}
			return truthOf(string(row[column]) != text)
		}
	}
	if _, first := unwrapped(args[0]).(*query.Var); first {
		return quickOrder(c.c.Proc(fn).Src, column, text)
	}
	return nil
}

// canonicalEqual holds the equalities of types whose equal values have equal
// texts. (Times of timetz have not, nor have numbers with decimals.)
var canonicalEqual = words(`int2eq int4eq int8eq int24eq int42eq int28eq int82eq int48eq int84eq texteq uuid_eq date_eq time_eq timestamp_eq`)

// columnAndText takes column = constant apart, either way round. text is the
// constant's, as the server writes it.
func (c *compiler) columnAndText(args []query.Expr) (column int, text string, ok bool) {
	if len(args) != 2 {
		return 0, "", false
	}
	left, right := unwrapped(args[0]), unwrapped(args[1])
	if _, isConst := left.(*query.Const); isConst {
		left, right = right, left
	}
	v, isVar := left.(*query.Var)
	k, isConst := right.(*query.Const)
	if !isVar || !isConst || k.IsNull || k.Value == nil || v.Varattno < 1 {
		return 0, "", false
	}
	return int(v.Varattno) - 1, datum.Out(c.c, k.Type, k.Value), true
}

// unwrapped takes casts off that leave the text as it is.
func unwrapped(e query.Expr) query.Expr {
	for {
		switch cast := e.(type) {
		case *query.RelabelType:
			e = cast.Arg
			continue
		case *query.CoerceViaIO:
			if v, ok := cast.Arg.(*query.Var); ok && isTextType(cast.Type) && v.Vartype != pg.Bool {
				return v
			}
		}
		return e
	}
}

// equality gives a conjunct that is column = constant.
func (c *compiler) equality(e query.Expr) *equality {
	switch e := e.(type) {
	case *query.OpExpr:
		src := c.c.Proc(c.c.Operator(e.Op).Code).Src
		column, text, ok := c.columnAndText(e.Args)
		if ok && (canonicalEqual[src] || src == "booleq") && c.follows("", e.Args, 1) {
			return &equality{column, text}
		}
	case *query.Var:
		if e.Varattno > 0 && e.Vartype == pg.Bool {
			return &equality{int(e.Varattno) - 1, "t"}
		}
	case *query.BoolExpr:
		if q := c.equality(e.Args[0]); q != nil && e.Op == ast.NOT_EXPR && c.table.Columns[q.column].Type.OID == uint32(pg.Bool) {
			return &equality{q.column, map[string]string{"t": "f", "f": "t"}[q.value]}
		}
	}
	return nil
}

// quickOrder compiles column < constant and its like for whole numbers; nil
// for anything else.
func quickOrder(src string, column int, text string) cond {
	rest, ok := strings.CutPrefix(src, "int")
	suffix := strings.TrimLeft(rest, "248")
	if !ok || tests[suffix] == nil {
		return nil
	}
	limit := decodeInt([]byte(text)).n
	return func(row [][]byte) truth {
		if row[column] == nil {
			return isNull
		}
		v := decodeInt(row[column])
		if v.state != fine {
			return isAsked
		}
		switch suffix {
		case "lt":
			return truthOf(v.n < limit)
		case "le":
			return truthOf(v.n <= limit)
		case "gt":
			return truthOf(v.n > limit)
		}
		return truthOf(v.n >= limit)
	}
}
