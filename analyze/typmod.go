package analyze

import (
	"strconv"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/parser/ast"
)

// typeModifier gives the modifier that a type name asks for (typenameTypeMod).
func (a *Analyzer) typeModifier(n *ast.TypeName, t *catalog.Type) int32 {
	if len(n.Typmods) == 0 {
		return int32(n.Typemod)
	}
	if !t.Defined {
		raise("42601", n.Location, `type modifier cannot be specified for shell type "%s"`, typeNameString(n))
	}
	if t.TypmodIn == "" || t.TypmodIn == "-" {
		raise("42601", n.Location, `type modifier is not allowed for type "%s"`, typeNameString(n))
	}
	words := make([]string, len(n.Typmods))
	for i, m := range n.Typmods {
		word, ok := modifierWord(m)
		if !ok {
			raise("42601", n.Location, "type modifiers must be simple constants or identifiers")
		}
		words[i] = word
	}
	return datum.TypmodIn(a.c, t, words, n.Location)
}

// modifierWord gives a modifier's text: a constant or an identifier.
func modifierWord(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.A_Const:
		switch v := n.Val.(type) {
		case *ast.Integer:
			return strconv.Itoa(v.Ival), true
		case *ast.Float:
			return v.Fval, true
		case *ast.String:
			return v.Sval, true
		}
	case *ast.ColumnRef:
		if len(n.Fields) == 1 {
			if s, ok := n.Fields[0].(*ast.String); ok {
				return s.Sval, true
			}
		}
	}
	return "", false
}

// checkPrecision is anytime_typmod_check and anytimestamp_typmod_check.
func checkPrecision(format, zone string, n int) int32 {
	if n < 0 {
		raise("22023", noPosition, format+" precision must not be negative", n, zone)
	}
	return int32(min(n, 6))
}
