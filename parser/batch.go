package parser

import (
	"strings"

	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// batchSize is how much text one call of the library gets at least. A call costs
// some microseconds whatever it does; more than a few kilobytes make it slower
// again, because the JSON then outgrows what malloc keeps at hand.
const batchSize = 512

// Node gives the statement's tree, or why the grammar refuses it.
func (s *Statement) Node() (ast.Node, *pgerr.Error) {
	if s.Electric != nil {
		return nil, nil
	}
	if s.state == unparsed || s.state == checked && s.err == nil {
		s.node, s.err = Parse(s.Text)
		s.state = parsed
	}
	return s.node, s.err
}

// Err says why the grammar refuses the statement, nil when it does not. It
// costs no tree.
func (s *Statement) Err() *pgerr.Error {
	if s.Electric == nil && s.state == unparsed {
		ParseAll([]*Statement{s})
	}
	return s.err
}

// rowWords begin statements that change rows, as a rule many of them: their
// trees are large and seldom wanted.
var rowWords = set("insert", "update", "delete", "copy")

// ChangesRows says whether the statement is INSERT, UPDATE, DELETE or COPY.
func (s *Statement) ChangesRows() bool {
	l := Lexer{Text: s.Text}
	return rowWords[l.Name(l.Next())]
}

// ParseAll parses statements, of one file or of many, in few calls of the
// library. Those that change rows are only checked against the grammar; their
// trees are made when Node is asked.
func ParseAll(statements []*Statement) {
	trees, rows := batch{tree: true}, batch{}
	if len(statements) > fewStatements {
		defer trees.decodeAside()()
	}
	for _, s := range statements {
		switch {
		case s.Electric != nil || s.state != unparsed:
		case s.ChangesRows():
			rows.add(s)
		default:
			trees.add(s)
		}
	}
	trees.flush()
	rows.flush()
}

// fewStatements is how many are parsed without a second goroutine.
const fewStatements = 16

// decodeAside has trees decoded while the library works on the next statements.
// The function that it returns waits for the last of them.
func (b *batch) decodeAside() (wait func()) {
	b.decode = make(chan decoding, 64)
	done := make(chan struct{})
	go func() {
		for d := range b.decode {
			d.run()
		}
		close(done)
	}()
	return func() {
		close(b.decode)
		<-done
	}
}

// A decoding is what is left to do when the library has answered.
type decoding struct {
	stmts []*Statement
	bases []int
	json  string
}

func (d decoding) run() {
	raws, err := decode(d.json, d.bases)
	if err != nil || len(raws) != len(d.stmts) { // psql's \; or a statement that is empty to the grammar
		for _, s := range d.stmts {
			s.node, s.err = Parse(s.Text)
		}
		return
	}
	for i, r := range raws {
		finish(r, d.stmts[i].Text)
		d.stmts[i].node = r.Stmt
	}
}

// CheckAll asks the grammar about statements without making any tree: Err and,
// as they are wanted, Node give the answers.
func CheckAll(statements []*Statement) {
	var b batch
	for _, s := range statements {
		if s.Electric == nil && s.state == unparsed {
			b.add(s)
		}
	}
	b.flush()
}

// A batch is statements that are parsed as one text.
type batch struct {
	tree   bool
	stmts  []*Statement
	size   int
	decode chan decoding // nil: at once
}

func (b *batch) add(s *Statement) {
	if err := Check(s.Text); err != nil {
		s.state, s.err = parsed, err
		return
	}
	b.stmts = append(b.stmts, s)
	if b.size += len(s.Text); b.size >= batchSize {
		b.flush()
	}
}

// flush parses what has gathered. The library stops at the first error: the
// statement that has it is parsed alone, those around it again together.
func (b *batch) flush() {
	for rest := b.stmts; len(rest) > 0; {
		text, bases := join(rest)
		err := b.parse(rest, text, bases)
		if err == nil {
			break
		}
		at := indexOf(bases, err.Position)
		if before := rest[:at]; at > 0 {
			text, bases := join(before)
			if b.parse(before, text, bases) != nil {
				b.each(before)
			}
		}
		b.each(rest[at : at+1])
		rest = rest[at+1:]
	}
	b.stmts, b.size = b.stmts[:0], 0
}

// join makes one text of statements; bases says where each begins in it.
func join(stmts []*Statement) (text string, bases []int) {
	if len(stmts) == 1 {
		return stmts[0].Text, []int{0}
	}
	const end = "\n;" // a line break, because the text may end in a line comment
	size := 0
	for _, s := range stmts {
		size += len(s.Text) + len(end)
	}
	var b strings.Builder
	b.Grow(size)
	bases = make([]int, len(stmts))
	for i, s := range stmts {
		bases[i] = b.Len()
		b.WriteString(s.Text)
		b.WriteString(end)
	}
	return b.String(), bases
}

// indexOf gives the last of the bases that is not behind pos.
func indexOf(bases []int, pos int) int {
	at := 0
	for i, base := range bases {
		if base <= pos {
			at = i
		}
	}
	return at
}

// parse gives every statement its tree, or none and an error.
func (b *batch) parse(stmts []*Statement, text string, bases []int) *pgerr.Error {
	if !b.tree {
		err := accepts(text)
		if err == nil {
			for _, s := range stmts {
				s.state = checked
			}
		}
		return err
	}
	json, err := toJSON(text)
	if err != nil {
		return err
	}
	for _, s := range stmts {
		s.state = parsed
	}
	if b.decode == nil {
		decoding{stmts, bases, json}.run()
	} else {
		b.decode <- decoding{append([]*Statement(nil), stmts...), bases, json}
	}
	return nil
}

func (b *batch) each(stmts []*Statement) {
	for _, s := range stmts {
		if b.tree {
			s.node, s.err = Parse(s.Text)
			s.state = parsed
		} else {
			s.err = accepts(s.Text)
			s.state = checked
		}
	}
}
