package datum

import (
	"slices"
	"strconv"
	"strings"

	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// A lexeme is a word of a tsvector with its positions.
type lexeme struct {
	word      string
	positions map[int]byte // position → weight, A is the best and D the usual one
}

// tsvectorIn reads a tsvector: words in order, each once.
func tsvectorIn(in *input) query.Datum {
	r := &tsReader{text: in.text, kind: "tsvector"}
	byWord := map[string]*lexeme{}
	for r.space(); r.pos < len(r.text); r.space() {
		word := r.word()
		x := byWord[word]
		if x == nil {
			x = &lexeme{word, map[int]byte{}}
			byWord[word] = x
		}
		r.positions(x)
	}
	words := make([]string, 0, len(byWord))
	for w := range byWord {
		words = append(words, w)
	}
	slices.Sort(words)
	for i, w := range words {
		words[i] = byWord[w].String()
	}
	return strings.Join(words, " ")
}

func quoteLexeme(w string) string {
	return "'" + strings.NewReplacer("'", "''", `\`, `\\`).Replace(w) + "'"
}

func (x *lexeme) String() string {
	out := quoteLexeme(x.word)
	at := make([]int, 0, len(x.positions))
	for p := range x.positions {
		at = append(at, p)
	}
	slices.Sort(at)
	for i, p := range at {
		separator := ","
		if i == 0 {
			separator = ":"
		}
		out += separator + strconv.Itoa(p)
		if w := x.positions[p]; w != 'D' {
			out += string(w)
		}
	}
	return out
}

// A tsReader reads a tsvector or tsquery.
type tsReader struct {
	text, kind string
	pos        int
}

func (r *tsReader) fail() {
	pgerr.Raise("42601", pgerr.NoPosition, `syntax error in %s: "%s"`, r.kind, r.text)
}

func (r *tsReader) space() {
	for r.pos < len(r.text) && isSpace(r.text[r.pos]) {
		r.pos++
	}
}

func (r *tsReader) at(b byte) bool { return r.pos < len(r.text) && r.text[r.pos] == b }

// word reads a quoted or plain word.
func (r *tsReader) word() string {
	var out []byte
	if r.at('\'') {
		for r.pos++; ; r.pos++ {
			switch {
			case r.pos >= len(r.text):
				r.fail()
			case r.at('\\') && r.pos+1 < len(r.text):
				r.pos++
			case r.at('\''):
				if r.pos++; !r.at('\'') {
					if len(out) == 0 {
						r.fail()
					}
					return string(out)
				}
			}
			out = append(out, r.text[r.pos])
		}
	}
	for r.pos < len(r.text) && !isSpace(r.text[r.pos]) && !r.at(':') && !(r.kind == "tsquery" && strings.IndexByte("()&|!<", r.text[r.pos]) >= 0) {
		if r.at('\\') {
			if r.pos++; r.pos >= len(r.text) {
				pgerr.Raise("42601", pgerr.NoPosition, `there is no escaped character: "%s"`, r.text)
			}
		}
		out = append(out, r.text[r.pos])
		r.pos++
	}
	if len(out) == 0 {
		r.fail()
	}
	return string(out)
}

// positions reads :1A,2B behind a word.
func (r *tsReader) positions(x *lexeme) {
	if !r.at(':') {
		return
	}
	for r.at(':') || r.at(',') {
		r.pos++
		end := r.pos + digitsEnd(r.text[r.pos:])
		n, err := strconv.Atoi(r.text[r.pos:end])
		if err != nil {
			r.fail()
		}
		if n == 0 {
			pgerr.Raise("42601", pgerr.NoPosition, `wrong position info in tsvector: "%s"`, r.text)
		}
		r.pos = end
		weight := byte('D')
		for r.pos < len(r.text) && strings.IndexByte("ABCDabcd*", r.text[r.pos]) >= 0 {
			if !r.at('*') {
				weight = r.text[r.pos] &^ 0x20
			} else {
				weight = 'A'
			}
			r.pos++
		}
		n = min(n, 16383)
		if old, ok := x.positions[n]; !ok || weight < old {
			x.positions[n] = weight
		}
	}
	if r.pos < len(r.text) && !isSpace(r.text[r.pos]) {
		r.fail()
	}
}

// A tsNode is a part of a tsquery. Word is set for a leaf.
type tsNode struct {
	priority int // 1 |, 2 &, 3 <->, 4 !, 5 word
	text     string
	args     []*tsNode
}

// tsqueryIn reads a tsquery and writes it with the fewest parentheses.
func tsqueryIn(in *input) query.Datum {
	r := &tsReader{text: in.text, kind: "tsquery"}
	if r.space(); r.pos == len(r.text) {
		return ""
	}
	node := r.binary(1, 0)
	if r.space(); r.pos != len(r.text) {
		r.fail()
	}
	return node.String()
}

// binary reads operators of at least a priority; they group to the left.
func (r *tsReader) binary(priority, depth int) *tsNode {
	if depth > maxDepth {
		pgerr.Raise("54001", pgerr.NoPosition, "stack depth limit exceeded")
	}
	left := r.unary(depth)
	for {
		r.space()
		p, text, end := r.operator()
		if p < priority {
			return left
		}
		r.pos = end
		right := r.binary(p+1, depth+1)
		left = &tsNode{p, text, []*tsNode{left, right}}
	}
}

// operator looks at the operator that comes next; priority 0 for none.
func (r *tsReader) operator() (priority int, text string, end int) {
	switch {
	case r.at('|'):
		return 1, " | ", r.pos + 1
	case r.at('&'):
		return 2, " & ", r.pos + 1
	case strings.HasPrefix(r.text[r.pos:], "<->"):
		return 3, " <-> ", r.pos + 3
	case r.at('<'):
		size := digitsEnd(r.text[r.pos+1:])
		if end = r.pos + 1 + size; size > 0 && end < len(r.text) && r.text[end] == '>' {
			n, err := strconv.Atoi(r.text[r.pos+1 : end])
			if err != nil || n > 16384 {
				pgerr.Raise("22023", pgerr.NoPosition, "distance in phrase operator must be an integer value between zero and %d inclusive", 16384)
			}
			if n == 1 {
				return 3, " <-> ", end + 1
			}
			return 3, " <" + strconv.Itoa(n) + "> ", end + 1
		}
	}
	return 0, "", r.pos
}

func (r *tsReader) unary(depth int) *tsNode {
	r.space()
	switch {
	case r.at('!'):
		r.pos++
		if depth > maxDepth {
			pgerr.Raise("54001", pgerr.NoPosition, "stack depth limit exceeded")
		}
		return &tsNode{4, "!", []*tsNode{r.unary(depth + 1)}}
	case r.at('('):
		r.pos++
		node := r.binary(1, depth+1)
		if r.space(); !r.at(')') {
			r.fail()
		}
		r.pos++
		return node
	case r.pos >= len(r.text):
		pgerr.Raise("42601", pgerr.NoPosition, `no operand in tsquery: "%s"`, r.text)
	}
	return &tsNode{priority: 5, text: quoteLexeme(r.word()) + r.weights()}
}

// weights reads :*AB behind a word of a query.
func (r *tsReader) weights() string {
	if !r.at(':') {
		return ""
	}
	prefix, set := "", ""
	for r.pos++; r.pos < len(r.text); r.pos++ {
		b := r.text[r.pos]
		if b == '*' {
			prefix = "*"
		} else if b&^0x20 >= 'A' && b&^0x20 <= 'D' {
			set += string(rune(b &^ 0x20))
		} else {
			break
		}
	}
	out := ":" + prefix
	for _, w := range "ABCD" {
		if strings.ContainsRune(set, w) {
			out += string(w)
		}
	}
	return strings.TrimSuffix(out, ":")
}

// String writes the node as tsqueryout does.
func (n *tsNode) String() string {
	wrap := func(x *tsNode, parens bool) string {
		if parens {
			return "( " + x.String() + " )"
		}
		return x.String()
	}
	switch len(n.args) {
	case 0:
		return n.text
	case 1:
		return "!" + wrap(n.args[0], n.args[0].priority < 4)
	}
	left, right := n.args[0], n.args[1]
	return wrap(left, left.priority < n.priority) + n.text + wrap(right, right.priority < n.priority || n.priority == 3 && right.priority == 3)
}
