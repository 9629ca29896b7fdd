package analyze

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// xmlExpr analyses an SQL/XML function (transformXmlExpr).
func (s *state) xmlExpr(n *ast.XmlExpr) query.Expr {
	e := &query.XmlExpr{Op: n.Op, Option: n.Xmloption, Type: pg.Xml, Typmod: -1, Location: n.Location}
	if n.Name != "" {
		e.Name = xmlName(n.Name, false)
	}
	for _, a := range n.NamedArgs {
		s.xmlNamedArgument(e, a.(*ast.ResTarget))
	}
	for i, arg := range n.Args {
		e.Args = append(e.Args, s.xmlArgument(n.Op, i, s.transform(arg)))
	}
	return e
}

func (s *state) xmlNamedArgument(e *query.XmlExpr, r *ast.ResTarget) {
	arg := s.transform(r.Val)
	var name string
	_, isColumn := r.Val.(*ast.ColumnRef)
	switch {
	case r.Name != "":
		name = xmlName(r.Name, false)
	case isColumn:
		name = xmlName(figureColumnName(r.Val), true)
	case e.Op == ast.IS_XMLELEMENT:
		raise("42601", r.Location, "unnamed XML attribute value must be a column reference")
	default:
		raise("42601", r.Location, "unnamed XML element value must be a column reference")
	}
	if e.Op == ast.IS_XMLELEMENT {
		for _, other := range e.ArgNames {
			if other == name {
				raise("42601", r.Location, `XML attribute name "%s" appears more than once`, name)
			}
		}
	}
	e.NamedArgs, e.ArgNames = append(e.NamedArgs, arg), append(e.ArgNames, name)
}

// xmlArgument casts an argument to what the function takes in its place.
func (s *state) xmlArgument(op ast.XmlExprOp, i int, e query.Expr) query.Expr {
	switch op {
	case ast.IS_XMLCONCAT:
		return s.coerceToSpecific(e, pg.Xml, -1, "XMLCONCAT")
	case ast.IS_XMLFOREST:
		return s.coerceToSpecific(e, pg.Xml, -1, "XMLFOREST")
	case ast.IS_XMLPARSE:
		if i == 0 {
			return s.coerceToSpecific(e, pg.Text, -1, "XMLPARSE")
		}
		return s.coerceToBoolean(e, "XMLPARSE")
	case ast.IS_XMLPI:
		return s.coerceToSpecific(e, pg.Text, -1, "XMLPI")
	case ast.IS_XMLROOT:
		typ := []pg.OID{pg.Xml, pg.Text, pg.Int4}[min(i, 2)]
		return s.coerceToSpecific(e, typ, -1, "XMLROOT")
	case ast.IS_DOCUMENT:
		return s.coerceToSpecific(e, pg.Xml, -1, "IS DOCUMENT")
	}
	return e
}

func (s *state) xmlSerialize(n *ast.XmlSerialize) query.Expr {
	if n.Indent {
		s.syntaxError("INDENT", n.TypeName.Location)
	}
	arg := s.coerceToSpecific(s.transform(n.Expr), pg.Xml, -1, "XMLSERIALIZE")
	typ, typmod := s.TypeName(n.TypeName)
	e := &query.XmlExpr{Op: ast.IS_XMLSERIALIZE, Args: []query.Expr{arg}, Option: n.Xmloption, Type: typ, Typmod: typmod, Location: n.Location}
	result := s.coerceToTarget(e, pg.Text, typ, typmod, Implicit, implicitCast, -1)
	if result == nil {
		raise("42846", n.Location, "cannot cast XMLSERIALIZE result to %s", s.typeName(typ))
	}
	return result
}

// xmlName turns an identifier into an XML name (map_sql_identifier_to_xml_name).
func xmlName(ident string, fully bool) string {
	var b strings.Builder
	for i, r := range ident {
		first := i == 0
		switch {
		case r == ':' && (first || fully):
			b.WriteString("_x003A_")
		case r == '_' && strings.HasPrefix(ident[i+1:], "x"):
			b.WriteString("_x005F_")
		case fully && first && len(ident) >= 3 && strings.EqualFold(ident[:3], "xml"):
			if r == 'x' {
				b.WriteString("_x0078_")
			} else {
				b.WriteString("_x0058_")
			}
		case unicode.IsLetter(r) || r == '_' || r == ':' || !first && (unicode.IsDigit(r) || r == '.' || r == '-'):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "_x%04X_", r)
		}
	}
	return b.String()
}
