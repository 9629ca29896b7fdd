package datum

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// A pair is one key of an hstore with its value.
type pair struct {
	key, value string
	null       bool
}

// hstoreIn reads an hstore and writes it as hstore_out does: keys by length,
// then bytes, the first of equal ones kept.
func hstoreIn(in *input) query.Datum {
	r := &hstoreReader{text: in.text}
	var pairs []pair
	for r.space(); r.pos < len(r.text); r.space() {
		if len(pairs) > 0 {
			r.need(",")
			if r.space(); r.pos == len(r.text) {
				break
			}
		}
		var p pair
		p.key, _ = r.word("=")
		r.space()
		r.need("=>")
		r.space()
		quoted := false
		p.value, quoted = r.word(",")
		p.null = !quoted && strings.EqualFold(p.value, "null")
		pairs = append(pairs, p)
	}
	slices.SortStableFunc(pairs, func(a, b pair) int {
		if d := len(a.key) - len(b.key); d != 0 {
			return d
		}
		return strings.Compare(a.key, b.key)
	})
	pairs = slices.CompactFunc(pairs, func(a, b pair) bool { return a.key == b.key })
	texts := make([]string, len(pairs))
	for i, p := range pairs {
		texts[i] = quoteHstore(p.key) + "=>" + quoteHstore(p.value)
		if p.null {
			texts[i] = quoteHstore(p.key) + "=>NULL"
		}
	}
	return strings.Join(texts, ", ")
}

func quoteHstore(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

type hstoreReader struct {
	text string
	pos  int
}

func (r *hstoreReader) fail() {
	if r.pos >= len(r.text) {
		pgerr.Raise("XX000", pgerr.NoPosition, "Unexpected end of string")
	}
	pgerr.Raise("XX000", pgerr.NoPosition, `Syntax error near "%s" at position %d`, r.text[r.pos:r.pos+1], r.pos)
}

func (r *hstoreReader) space() {
	for r.pos < len(r.text) && isSpace(r.text[r.pos]) {
		r.pos++
	}
}

func (r *hstoreReader) need(s string) {
	if rest := r.text[r.pos:]; !strings.HasPrefix(rest, s) {
		if strings.HasPrefix(s, rest) {
			r.pos = len(r.text)
		}
		r.fail()
	}
	r.pos += len(s)
}

// word reads a quoted word, or a plain one up to white space or a stop byte.
func (r *hstoreReader) word(stop string) (text string, quoted bool) {
	var out []byte
	quoted = r.pos < len(r.text) && r.text[r.pos] == '"'
	if quoted {
		r.pos++
	}
	for r.pos < len(r.text) {
		b := r.text[r.pos]
		switch {
		case quoted && b == '"':
			r.pos++
			return string(out), true
		case !quoted && (isSpace(b) || strings.IndexByte(stop, b) >= 0):
			return r.plain(out), false
		case b == '\\':
			if r.pos++; r.pos >= len(r.text) {
				r.fail()
			}
			b = r.text[r.pos]
		}
		out = append(out, b)
		r.pos++
	}
	if quoted {
		r.fail()
	}
	return r.plain(out), false
}

func (r *hstoreReader) plain(out []byte) string {
	if len(out) == 0 {
		r.fail()
	}
	return string(out)
}

// vectorIn reads pgvector's [1,2,3].
func vectorIn(in *input) query.Datum {
	s := trimSpace(in.text)
	if len(s) < 2 || s[0] != '[' || s[len(s)-1] != ']' {
		pgerr.New("22P02", pgerr.NoPosition, `invalid input syntax for type vector: "%s"`, in.text).
			WithDetail(`Vector contents must start with "[".`).Raise()
	}
	items := strings.Split(s[1:len(s)-1], ",")
	for i, item := range items {
		items[i] = floatOut(float(item, in.text, 32, "vector"), 32)
	}
	if in.typmod > 0 && len(items) != int(in.typmod) {
		pgerr.Raise("22000", pgerr.NoPosition, "expected %d dimensions, not %d", in.typmod, len(items))
	}
	return "[" + strings.Join(items, ",") + "]"
}
