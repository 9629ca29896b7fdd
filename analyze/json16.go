package analyze

import (
	"strings"

	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// PostgreSQL 16 has grammar for SQL/JSON that 15 lacks: what 15 reads as a
// plain function call is one here, the rest is the syntax error it is there.

// json16 analyses one of these nodes as 15 would; false for other nodes.
func (s *state) json16(n ast.Node) (query.Expr, bool) {
	switch n := n.(type) {
	case *ast.JsonIsPredicate:
		s.syntaxError("JSON", n.Location)
	case *ast.JsonObjectConstructor:
		if len(n.Exprs) == 0 && n.Output == nil {
			return s.json15("json_object", nil, nil, nil, n.Location), true
		}
		s.jsonSyntaxError(n.Exprs, n.Location)
	case *ast.JsonArrayConstructor:
		if args, plain := plainValues(n.Exprs); plain && n.Output == nil && n.AbsentOnNull {
			return s.json15("json_array", args, nil, nil, n.Location), true
		}
		s.jsonSyntaxError(n.Exprs, n.Location)
	case *ast.JsonArrayQueryConstructor:
		s.syntaxError("SELECT", n.Location)
	case *ast.JsonArrayAgg:
		c := n.Constructor
		if args, plain := plainValues([]ast.Node{n.Arg}); plain && c.Output == nil && len(c.AggOrder) == 0 && n.AbsentOnNull {
			return s.json15("json_arrayagg", args, c.AggFilter, c.Over, c.Location), true
		}
		s.jsonSyntaxError([]ast.Node{n.Arg}, c.Location)
	case *ast.JsonObjectAgg:
		s.jsonSyntaxError([]ast.Node{n.Arg}, n.Constructor.Location)
	default:
		return nil, false
	}
	return nil, true
}

// json15 calls what 15 takes for an ordinary function.
func (s *state) json15(name string, args []ast.Node, filter ast.Node, over *ast.WindowDef, location int) query.Expr {
	return s.funcCall(&ast.FuncCall{Funcname: operatorName(name), Args: args, AggFilter: filter, Over: over, Funcformat: explicitCall, Location: location})
}

// plainValues gives the expressions of a list in which none has a FORMAT.
func plainValues(list []ast.Node) ([]ast.Node, bool) {
	var out []ast.Node
	for _, n := range list {
		v, ok := n.(*ast.JsonValueExpr)
		if !ok || v.Format != nil && v.Format.FormatType != ast.JS_FORMAT_DEFAULT {
			return nil, false
		}
		out = append(out, v.RawExpr)
	}
	return out, true
}

// jsonSyntaxError finds the first thing after the first element that 15 cannot
// read.
func (s *state) jsonSyntaxError(list []ast.Node, location int) {
	from := location
	if len(list) > 0 {
		first := -1
		ast.Walk(list[0], func(m ast.Node) bool {
			if first < 0 {
				first = rawLocation(m)
			}
			return true
		})
		from = max(from, first)
	}
	best, word := -1, ":"
	for _, w := range []string{":", "VALUE", "FORMAT", "ABSENT", "NULL ON", "RETURNING", "WITH UNIQUE"} {
		if at := s.find(w, from); at >= 0 && (best < 0 || at < best) {
			best, word = at, strings.Fields(w)[0]
		}
	}
	pgerr.Raise("42601", best, `syntax error at or near "%s"`, s.spelling(word, best))
}

// syntaxError refuses a keyword that stands somewhere after a place.
func (s *state) syntaxError(word string, after int) {
	at := s.find(word, after)
	pgerr.Raise("42601", at, `syntax error at or near "%s"`, s.spelling(word, at))
}

// find gives the place of a word in the statement, -1 when it is not known.
func (s *state) find(word string, after int) int {
	if after < 0 || after > len(s.Text) {
		return -1
	}
	at := strings.Index(strings.ToUpper(s.Text[after:]), word)
	if at < 0 {
		return -1
	}
	return after + at
}

// spelling gives a word as the statement writes it.
func (s *state) spelling(word string, at int) string {
	if at < 0 || at+len(word) > len(s.Text) {
		return word
	}
	return s.Text[at : at+len(word)]
}
