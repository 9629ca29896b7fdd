package deparse

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/query"
)

// style holds the PRETTYFLAG_ bits.
type style struct {
	paren  bool // leave out parentheses that precedence makes needless
	indent bool // break and indent lines
	schema bool // print the subject's own name as the search path demands; else always qualified
}

// The widths of indentation in ruleutils.c.
const (
	indentStep = 8
	indentJoin = 4
	indentVar  = 4
	indentMax  = 40
)

// A printer writes one text (deparse_context).
type printer struct {
	c          *catalog.Catalog
	style      style
	out        []byte
	namespaces []*namespace      // innermost first
	relation   *catalog.Relation // whose columns an expression is over; its namespace is made by scope
	windows    []*query.WindowClause
	windowList []*query.TargetEntry
	varPrefix  bool // print the relation's name before a column's
	level      int  // of indentation
	groupBy    bool // inside GROUP BY, where cube and rollup are keywords
}

func (p *printer) write(parts ...string) {
	for _, s := range parts {
		p.out = append(p.out, s...)
	}
}

func (p *printer) writef(format string, args ...any) { p.out = fmt.Appendf(p.out, format, args...) }

// capture gives what f writes, without writing it.
func (p *printer) capture(f func()) string {
	outer := p.out
	p.out = nil
	f()
	text := string(p.out)
	p.out = outer
	return text
}

// keyword writes a word that begins a line of its own when lines are indented
// (appendContextKeyword). before and after change the level around it, plus is
// for this line alone.
func (p *printer) keyword(word string, before, after, plus int) {
	if !p.style.indent {
		p.write(word)
		return
	}
	p.level += before
	p.trimSpaces()
	width := max(p.level, 0) + plus
	if p.level >= indentMax {
		width = (indentMax+(p.level-indentMax)/(indentStep/2))%indentMax + plus
	}
	p.write("\n", strings.Repeat(" ", width), word)
	p.level = max(p.level+after, 0)
}

func (p *printer) trimSpaces() { p.out = bytes.TrimRight(p.out, " ") }

// open and close write the parentheses that are left out in pretty style.
func (p *printer) open() {
	if !p.style.paren {
		p.write("(")
	}
}

func (p *printer) close() {
	if !p.style.paren {
		p.write(")")
	}
}

// list writes the expressions of a list.
func (p *printer) list(list []query.Expr, showImplicit bool) {
	for i, e := range list {
		if i > 0 {
			p.write(", ")
		}
		p.expr(e, showImplicit)
	}
}

// topLevelList is list for places where a whole row must not be taken for a
// list of columns.
func (p *printer) topLevelList(list []query.Expr, showImplicit bool) {
	for i, e := range list {
		if i > 0 {
			p.write(", ")
		}
		p.topLevel(e, showImplicit)
	}
}

func (p *printer) topLevel(e query.Expr, showImplicit bool) {
	if v, ok := e.(*query.Var); ok {
		p.variable(v, 0, true)
		return
	}
	p.expr(e, showImplicit)
}
