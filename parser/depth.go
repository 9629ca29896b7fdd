package parser

import "github.com/electric-cli/electric/pgerr"

// maxDepth bounds how deep a parse tree may be. libpg_query recurses over the
// tree without a guard; by experiment it dies between 50,000 and 100,000 levels
// of 1+1+… on a stack of 8 MB, and PostgreSQL itself refuses such a chain from
// about 5,000, one of casts from about 15,000. Nested constructs are bounded by
// the grammar's own stack, far below.
const maxDepth = 10000

// MaxText is the longest text that is parsed at all.
const MaxText = 64 << 20

// maxStatement is the longest statement: checking it takes some 15 times the memory.
const maxStatement = 32 << 20

// checkDepth refuses a statement whose tree could be deeper than maxDepth.
func checkDepth(text string) *pgerr.Error {
	if len(text) <= maxDepth { // every level takes a byte at least
		return nil
	}
	d := depthMeter{lex: Lexer{Text: text}, levels: make([]depthLevel, 1, 16)}
	for t := d.lex.Next(); t.Kind != EOF; t = d.lex.Next() {
		d.token(t)
		if top := &d.levels[len(d.levels)-1]; len(d.levels)+top.height() > maxDepth {
			return pgerr.New("54001", pgerr.NoPosition, "stack depth limit exceeded").
				WithHint("The statement nests or chains more than %d expressions; split it.", maxDepth)
		}
	}
	return nil
}

// A depthMeter bounds the tree's height from above. Within a level (a pair of
// parentheses or brackets, CASE … END) the operators of one expression pile up,
// and so do the levels inside it; a comma, AND, OR or a clause's keyword starts
// a new expression beside it. JOIN and UNION pile up over all of a level.
type depthMeter struct {
	lex    Lexer
	levels []depthLevel
	prev   Token
}

type depthLevel struct {
	shut  byte // ) ] or e for END
	piles int  // JOIN, UNION
	cur   int  // the current expression's height
	most  int  // the highest one's
}

func (l *depthLevel) height() int { return l.piles + max(l.most, l.cur) }

func (l *depthLevel) next() { l.most, l.cur = max(l.most, l.cur), 0 }

func (d *depthMeter) open(shut byte) { d.levels = append(d.levels, depthLevel{shut: shut}) }

// close leaves the innermost level that shut closes, if there is one.
func (d *depthMeter) close(shut byte) {
	for i := len(d.levels) - 1; i > 0; i-- {
		if d.levels[i].shut != shut {
			continue
		}
		height := 0
		for j := len(d.levels) - 1; j >= i; j-- {
			height += d.levels[j].height() + 1
		}
		d.levels = d.levels[:i]
		d.levels[i-1].cur += height
		return
	}
}

func (d *depthMeter) token(t Token) {
	top := &d.levels[len(d.levels)-1]
	switch t.Kind {
	case Operator:
		top.cur++
	case Punct:
		switch d.lex.Text[t.Start] {
		case '(':
			d.open(')')
		case '[':
			d.open(']')
		case ')', ']':
			d.close(d.lex.Text[t.Start])
		case ',', ';':
			top.next()
		}
	case Word:
		if d.prev.Kind != Punct || d.lex.Text[d.prev.Start] != '.' {
			d.word(t, top)
		}
	}
	d.prev = t
}

func (d *depthMeter) word(t Token, top *depthLevel) {
	var buf [10]byte
	if t.End-t.Start > len(buf) {
		return
	}
	for i := t.Start; i < t.End; i++ {
		buf[i-t.Start] = d.lex.Text[i] | 0x20
	}
	switch string(buf[:t.End-t.Start]) {
	case "is", "not", "like", "ilike", "similar", "in", "between", "collate", "at", "isnull", "notnull", "overlaps", "escape", "operator":
		top.cur++
	case "and", "or", "when", "then", "else", "select", "from", "where", "having", "on", "using", "group", "order", "limit":
		top.next()
	case "join", "union", "intersect", "except":
		top.piles++
		top.next()
	case "case":
		d.open('e')
	case "atomic":
		if d.lex.Is(d.prev, "begin") {
			d.open('e')
		}
	case "end":
		d.close('e')
	}
}
