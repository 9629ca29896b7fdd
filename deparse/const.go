package deparse

import (
	"strings"

	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// quoteSimple writes a string literal; backslashes stay as they are, as
// standard_conforming_strings has it (simple_quote_literal).
func quoteSimple(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// constant writes a constant. label says when its type is shown: -1 never, 0
// when the text alone would be read as another type, 1 always (get_const_expr).
func (p *printer) constant(k *query.Const, label int) {
	if k.IsNull {
		p.write("NULL")
		if label >= 0 {
			p.write("::", FormatType(p.c, k.Type, k.Typmod))
			p.constCollation(k)
		}
		return
	}
	text := datum.Out(p.c, k.Type, k.Value)
	need := true
	switch k.Type {
	case pg.Int4:
		need = strings.HasPrefix(text, "-")
		p.bareOrQuoted(text, !need)
	case pg.Numeric:
		bare := text[0] >= '0' && text[0] <= '9' && strings.Contains(text, ".")
		p.bareOrQuoted(text, bare)
		need = !bare || k.Typmod >= 0
	case pg.Bool:
		need = false
		if text == "t" {
			p.write("true")
		} else {
			p.write("false")
		}
	case pg.Unknown:
		need = false
		p.write(quoteSimple(text))
	default:
		p.write(quoteSimple(text))
	}
	if label < 0 {
		return
	}
	if need || label > 0 {
		p.write("::", FormatType(p.c, k.Type, k.Typmod))
	}
	p.constCollation(k)
}

func (p *printer) bareOrQuoted(text string, bare bool) {
	if bare {
		p.write(text)
	} else {
		p.write("'", text, "'")
	}
}

// constCollation writes the COLLATE of a constant that does not have its type's collation.
func (p *printer) constCollation(k *query.Const) {
	if k.Collation == 0 {
		return
	}
	if t := p.c.Type(k.Type); t != nil && t.Collation != k.Collation {
		p.write(" COLLATE ", collationName(p.c, k.Collation))
	}
}
