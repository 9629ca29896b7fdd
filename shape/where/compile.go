package where

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// A conjunct is one of the conditions that AND joins at the top.
type conjunct struct {
	holds cond
	asks  bool // it may need the server
}

// compile makes the functions that decide rows.
func (f *Filter) compile(cat *catalog.Catalog, c *checker, tree ast.Node) (refusal *Error) {
	links := c.selects()
	e, err := analysed(cat, tree, c.table, links)
	if err == nil {
		cc := &compiler{c: cat, table: c.table, collation: c.options.Collation}
		err = pgerr.Catch(func() { refusal = caught(func() { f.conjoin(cc, e) }) })
		if err == nil && !cc.unsure {
			return refusal
		}
	}
	if err != nil && f.readsBuiltin(links) {
		return refused(err)
	}
	// Planning the clause may fail on the server, for all rows. Of a user's type
	// too little is known to say that it will.
	f.conjuncts, f.native = []conjunct{{holds: ask, asks: true}}, false
	return refusal
}

// conjoin compiles what AND joins at the top. A row is out as soon as one of
// them is not true, in whatever order the server would evaluate them; so those
// that are decided here come first.
func (f *Filter) conjoin(c *compiler, e query.Expr) {
	f.native = true
	for _, e := range conjuncts(e, nil) {
		c.asks = false
		holds, constant := c.condition(e)
		if constant && holds(nil) == isFalse { // the others, and their mistakes, are not looked at
			f.conjuncts, f.native = []conjunct{{holds: holds}}, true
			return
		}
		f.conjuncts = append(f.conjuncts, conjunct{holds, c.asks})
		f.native = f.native && !c.asks
		if f.equal == nil {
			f.equal = c.equality(e)
		}
	}
	slices.SortStableFunc(f.conjuncts, func(a, b conjunct) int { return rank(a.asks) - rank(b.asks) })
}

// rank orders false before true.
func rank(b bool) int {
	if b {
		return 1
	}
	return 0
}

// readsBuiltin says whether the clause and its subqueries read only columns of
// the system's types.
func (f *Filter) readsBuiltin(links []*selected) bool {
	for _, i := range f.columns {
		if builtinType(f.table.Columns[i].Type.OID) == nil {
			return false
		}
	}
	for _, s := range links {
		for _, i := range s.reads() {
			if builtinType(s.table.Columns[i].Type.OID) == nil {
				return false
			}
		}
	}
	return true
}

// conjuncts gives what AND joins.
func conjuncts(e query.Expr, out []query.Expr) []query.Expr {
	if b, ok := e.(*query.BoolExpr); ok && b.Op == ast.AND_EXPR {
		for _, arg := range b.Args {
			out = conjuncts(arg, out)
		}
		return out
	}
	return append(out, e)
}

// A compiler makes functions of analysed expressions.
type compiler struct {
	c         *catalog.Catalog
	table     *Table
	collation Collation // the database's
	asks      bool      // what was compiled since may need the server
	unsure    bool      // a constant is not worked out here: planning the clause may fail
}

// ask is a condition that only the server can decide.
func ask([][]byte) truth { return isAsked }

func (c *compiler) ask() term {
	c.asks = true
	return term{eval: func([][]byte) value { return value{state: asked} }}
}
