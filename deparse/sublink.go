package deparse

import (
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// subLink writes a subquery in an expression (get_sublink_expr).
func (p *printer) subLink(e *query.SubLink) {
	if e.Type == ast.ARRAY_SUBLINK {
		p.write("ARRAY(")
	} else {
		p.write("(")
	}
	operator := p.subLinkTest(e.Testexpr)
	nested := true
	switch e.Type {
	case ast.EXISTS_SUBLINK:
		p.write("EXISTS ")
	case ast.ANY_SUBLINK:
		if operator == "=" {
			p.write(" IN ")
		} else {
			p.write(" ", operator, " ANY ")
		}
	case ast.ALL_SUBLINK:
		p.write(" ", operator, " ALL ")
	case ast.ROWCOMPARE_SUBLINK:
		p.write(" ", operator, " ")
	default:
		nested = false
	}
	if nested {
		p.write("(")
	}
	p.subquery(e.Subquery, nil, false)
	if nested {
		p.write(")")
	}
	p.write(")")
}

// subLinkTest writes the left side of a comparison with a subquery and gives
// the operator.
func (p *printer) subLinkTest(test query.Expr) (operator string) {
	switch test := test.(type) {
	case *query.OpExpr:
		p.expr(test.Args[0], true)
		return p.operatorName(test.Op)
	case *query.BoolExpr:
		p.write("(")
		for i, arg := range test.Args {
			if i > 0 {
				p.write(", ")
			}
			op, ok := arg.(*query.OpExpr)
			if !ok {
				continue
			}
			p.expr(op.Args[0], true)
			if operator == "" {
				operator = p.operatorName(op.Op)
			}
		}
		p.write(")")
		return operator
	case *query.RowCompareExpr:
		p.write("(")
		p.list(test.Largs, true)
		p.write(")")
		return p.operatorName(test.Ops[0])
	}
	return ""
}

// tableFunc writes XMLTABLE (get_tablefunc).
func (p *printer) tableFunc(f *query.TableFunc) {
	p.write("XMLTABLE(")
	if len(f.NSURIs) > 0 {
		p.write("XMLNAMESPACES (")
		for i, uri := range f.NSURIs {
			if i > 0 {
				p.write(", ")
			}
			if f.NSNames[i] == "" {
				p.write("DEFAULT ")
				p.expr(uri, true)
				continue
			}
			p.expr(uri, true)
			p.write(" AS ", f.NSNames[i])
		}
		p.write("), ")
	}
	p.write("(")
	p.expr(f.RowExpr, true)
	p.write(") PASSING (")
	p.expr(f.DocExpr, true)
	p.write(")")
	if len(f.ColExprs) > 0 {
		p.write(" COLUMNS ")
		for i := range f.ColNames {
			p.tableFuncColumn(f, i)
		}
	}
	p.write(")")
}

func (p *printer) tableFuncColumn(f *query.TableFunc, i int) {
	if i > 0 {
		p.write(", ")
	}
	p.write(QuoteIdent(f.ColNames[i]), " ")
	if f.Ordinality == i {
		p.write("FOR ORDINALITY")
		return
	}
	p.write(FormatType(p.c, f.ColTypes[i], f.ColTypmods[i]))
	if f.ColDefs[i] != nil {
		p.write(" DEFAULT (")
		p.expr(f.ColDefs[i], true)
		p.write(")")
	}
	if f.ColExprs[i] != nil {
		p.write(" PATH (")
		p.expr(f.ColExprs[i], true)
		p.write(")")
	}
	if f.NotNulls[i] {
		p.write(" NOT NULL")
	}
}

// unnestProc is unnest(anyarray), of which UNNEST(a, b) makes several.
const unnestProc pg.OID = 2331
