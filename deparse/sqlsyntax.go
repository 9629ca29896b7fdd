package deparse

import (
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// syntaxes says how the functions that SQL has a syntax for are written, by
// the function's name in pg_catalog (get_func_sql_syntax).
// It is filled by init because the ways of writing write expressions again.
var syntaxes map[string]func(p *printer, e *query.FuncExpr) bool

func init() {
	syntaxes = map[string]func(p *printer, e *query.FuncExpr) bool{
		"timezone": (*printer).atTimeZone,
		"overlaps": (*printer).overlaps,
		"extract":  (*printer).extract,
		"is_normalized": func(p *printer, e *query.FuncExpr) bool {
			p.write("(")
			p.paren(e.Args[0], false, e)
			p.write(" IS")
			if len(e.Args) == 2 {
				p.write(" ", constText(e.Args[1]))
			}
			p.write(" NORMALIZED)")
			return true
		},
		"pg_collation_for": func(p *printer, e *query.FuncExpr) bool { return p.pieces(e, "COLLATION FOR (", 0, ")") },
		"normalize": func(p *printer, e *query.FuncExpr) bool {
			p.write("NORMALIZE(")
			p.expr(e.Args[0], false)
			if len(e.Args) == 2 {
				p.write(", ", constText(e.Args[1]))
			}
			p.write(")")
			return true
		},
		"overlay": func(p *printer, e *query.FuncExpr) bool {
			if len(e.Args) == 4 {
				return p.pieces(e, "OVERLAY(", 0, " PLACING ", 1, " FROM ", 2, " FOR ", 3, ")")
			}
			return p.pieces(e, "OVERLAY(", 0, " PLACING ", 1, " FROM ", 2, ")")
		},
		"position":  func(p *printer, e *query.FuncExpr) bool { return p.pieces(e, "POSITION((", 1, ") IN (", 0, "))") },
		"substring": (*printer).substring,
		"btrim":     func(p *printer, e *query.FuncExpr) bool { return p.trim(e, "TRIM(BOTH") },
		"ltrim":     func(p *printer, e *query.FuncExpr) bool { return p.trim(e, "TRIM(LEADING") },
		"rtrim":     func(p *printer, e *query.FuncExpr) bool { return p.trim(e, "TRIM(TRAILING") },
		"xmlexists": func(p *printer, e *query.FuncExpr) bool { return p.pieces(e, "XMLEXISTS((", 0, ") PASSING (", 1, "))") },
	}
}

// sqlSyntax writes a call in SQL's own syntax; false when there is none.
func (p *printer) sqlSyntax(e *query.FuncExpr) bool {
	f := p.c.Proc(e.Fn)
	if f == nil || f.Namespace != pg.PgCatalog {
		return false
	}
	write, ok := syntaxes[f.Name]
	return ok && write(p, e)
}

// pieces writes words and, where a number stands, arguments.
func (p *printer) pieces(e *query.FuncExpr, parts ...any) bool {
	for _, part := range parts {
		switch part := part.(type) {
		case string:
			p.write(part)
		case int:
			p.expr(e.Args[part], false)
		}
	}
	return true
}

func constText(e query.Expr) string {
	if k, ok := e.(*query.Const); ok {
		s, _ := k.Value.(string)
		return s
	}
	return ""
}

func (p *printer) atTimeZone(e *query.FuncExpr) bool {
	p.write("(")
	p.paren(e.Args[1], false, e)
	p.write(" AT TIME ZONE ")
	p.paren(e.Args[0], false, e)
	p.write(")")
	return true
}

func (p *printer) overlaps(e *query.FuncExpr) bool {
	return p.pieces(e, "((", 0, ", ", 1, ") OVERLAPS (", 2, ", ", 3, "))")
}

func (p *printer) extract(e *query.FuncExpr) bool {
	p.write("EXTRACT(", constText(e.Args[0]))
	return p.pieces(e, " FROM ", 1, ")")
}

func (p *printer) substring(e *query.FuncExpr) bool {
	f := p.c.Proc(e.Fn)
	switch {
	case len(e.Args) == 3 && f.ArgTypes[1] == pg.Text:
		return p.pieces(e, "SUBSTRING(", 0, " SIMILAR ", 1, " ESCAPE ", 2, ")")
	case f.ArgTypes[1] == pg.Text:
		return false
	case len(e.Args) == 3:
		return p.pieces(e, "SUBSTRING(", 0, " FROM ", 1, " FOR ", 2, ")")
	}
	return p.pieces(e, "SUBSTRING(", 0, " FROM ", 1, ")")
}

func (p *printer) trim(e *query.FuncExpr, head string) bool {
	p.write(head)
	if len(e.Args) == 2 {
		p.write(" ")
		p.expr(e.Args[1], false)
	}
	return p.pieces(e, " FROM ", 0, ")")
}
