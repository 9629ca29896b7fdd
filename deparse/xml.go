package deparse

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/query"
)

// xmlNames are the words that begin the SQL/XML functions.
var xmlNames = map[ast.XmlExprOp]string{
	ast.IS_XMLCONCAT: "XMLCONCAT(", ast.IS_XMLELEMENT: "XMLELEMENT(", ast.IS_XMLFOREST: "XMLFOREST(", ast.IS_XMLPARSE: "XMLPARSE(",
	ast.IS_XMLPI: "XMLPI(", ast.IS_XMLROOT: "XMLROOT(", ast.IS_XMLSERIALIZE: "XMLSERIALIZE(",
}

// xml writes an SQL/XML function.
func (p *printer) xml(e *query.XmlExpr) {
	p.write(xmlNames[e.Op])
	if e.Op == ast.IS_XMLPARSE || e.Op == ast.IS_XMLSERIALIZE {
		if e.Option == ast.XMLOPTION_DOCUMENT {
			p.write("DOCUMENT ")
		} else {
			p.write("CONTENT ")
		}
	}
	comma := false
	separate := func() {
		if comma {
			p.write(", ")
		}
		comma = true
	}
	if e.Name != "" {
		p.write("NAME ", QuoteIdent(xmlToSQLName(e.Name)))
		comma = true
	}
	if len(e.NamedArgs) > 0 {
		if e.Op != ast.IS_XMLFOREST {
			separate()
			p.write("XMLATTRIBUTES(")
			comma = false
		}
		for i, arg := range e.NamedArgs {
			separate()
			p.expr(arg, true)
			p.write(" AS ", QuoteIdent(xmlToSQLName(e.ArgNames[i])))
		}
		if e.Op != ast.IS_XMLFOREST {
			p.write(")")
		}
	}
	if len(e.Args) > 0 {
		separate()
		p.xmlArgs(e)
	}
	switch e.Op {
	case ast.IS_XMLSERIALIZE:
		p.write(" AS ", FormatType(p.c, e.Type, e.Typmod), ")")
	case ast.IS_DOCUMENT:
		p.write(" IS DOCUMENT")
	default:
		p.write(")")
	}
}

func (p *printer) xmlArgs(e *query.XmlExpr) {
	switch e.Op {
	case ast.IS_XMLPARSE:
		p.expr(e.Args[0], true)
		if k, ok := e.Args[1].(*query.Const); ok && k.Value == true {
			p.write(" PRESERVE WHITESPACE")
		} else {
			p.write(" STRIP WHITESPACE")
		}
	case ast.IS_XMLROOT:
		p.expr(e.Args[0], true)
		p.write(", VERSION ")
		if k, ok := e.Args[1].(*query.Const); ok && k.IsNull {
			p.write("NO VALUE")
		} else {
			p.expr(e.Args[1], false)
		}
		if k, ok := e.Args[2].(*query.Const); ok && !k.IsNull {
			words := map[int64]string{0: ", STANDALONE YES", 1: ", STANDALONE NO", 2: ", STANDALONE NO VALUE"}
			n, _ := k.Value.(int64)
			p.write(words[n])
		}
	case ast.IS_DOCUMENT:
		text := p.capture(func() { p.expr(e.Args[0], false) })
		if p.style.paren {
			text = "(" + text + ")"
		}
		p.write(text)
	default:
		p.list(e.Args, true)
	}
}

var xmlEscape = regexp.MustCompile(`_x([0-9A-Fa-f]{4,8})_`)

// xmlToSQLName undoes the escapes of an XML name (map_xml_name_to_sql_identifier).
func xmlToSQLName(name string) string {
	if !strings.Contains(name, "_x") {
		return name
	}
	return xmlEscape.ReplaceAllStringFunc(name, func(s string) string {
		n, err := strconv.ParseInt(s[2:len(s)-1], 16, 32)
		if err != nil {
			return s
		}
		return string(rune(n))
	})
}
