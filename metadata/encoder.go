package metadata

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/electric-cli/electric/parallel"
)

// An Encoder appends JSON to a buffer, with keys in the order of the calls. It exists because a compile of a thousand
// migrations writes megabytes of it: encoding/json takes several times as long and cannot keep "" and null apart.
//
// The zero value writes compact JSON. Its layout is that of json.Compact, or json.Indent with Indent set.
type Encoder struct {
	Indent string // for each level; "" writes no white space at all
	Sparse bool   // leave out what has its usual value: null, false, "", [], and true where that is usual
	// Table is called before the object of the i-th table is closed, to write further keys with the encoder it gets; may
	// be nil. Several tables may be written at the same time.
	Table func(e *Encoder, i int)

	buf   []byte
	line  string // a line break and as many indents as are ever needed
	depth int
	first bool // nothing is in the innermost object or list yet
	keyed bool // a key was written, its value comes next
}

// maxDepth is how deep an indent goes; what is nested deeper stays at that.
const maxDepth = 32

// Grow makes room for n more bytes: a document of megabytes is else copied each time it outgrows its buffer.
func (e *Encoder) Grow(n int) { e.buf = slices.Grow(e.buf, n) }

// Bytes returns what was written so far.
func (e *Encoder) Bytes() []byte { return e.buf }

// element begins the next element of a list, or the value of the key just written.
func (e *Encoder) element() {
	if e.keyed {
		e.keyed = false
		return
	}
	if e.depth == 0 {
		return
	}
	if !e.first {
		e.buf = append(e.buf, ',')
	}
	e.first = false
	e.newline()
}

func (e *Encoder) newline() {
	if e.Indent == "" {
		return
	}
	if e.line == "" {
		e.line = "\n" + strings.Repeat(e.Indent, maxDepth)
	}
	e.buf = append(e.buf, e.line[:1+min(e.depth, maxDepth)*len(e.Indent)]...)
}

// Open begins an object.
func (e *Encoder) Open() { e.open('{') }

// Close ends an object.
func (e *Encoder) Close() { e.close('}') }

// OpenList begins a list.
func (e *Encoder) OpenList() { e.open('[') }

// CloseList ends a list.
func (e *Encoder) CloseList() { e.close(']') }

func (e *Encoder) open(c byte) {
	e.element()
	e.buf = append(e.buf, c)
	e.depth++
	e.first = true
}

func (e *Encoder) close(c byte) {
	e.depth--
	if !e.first {
		e.newline()
	}
	e.first = false
	e.buf = append(e.buf, c)
}

// Key writes an object's key; the next call writes its value. The key is written as it is: it needs no escaping.
func (e *Encoder) Key(key string) {
	e.element()
	e.buf = append(e.buf, '"')
	e.buf = append(e.buf, key...)
	e.buf = append(e.buf, '"', ':')
	if e.Indent != "" {
		e.buf = append(e.buf, ' ')
	}
	e.keyed = true
}

// Name writes an object's key that is a name out of a schema; the next call writes its value.
func (e *Encoder) Name(key string) {
	e.Value(key)
	e.buf = append(e.buf, ':')
	if e.Indent != "" {
		e.buf = append(e.buf, ' ')
	}
	e.keyed = true
}

// Null writes null.
func (e *Encoder) Null() {
	e.element()
	e.buf = append(e.buf, "null"...)
}

// Value writes a string.
func (e *Encoder) Value(s string) {
	e.element()
	e.buf = appendString(e.buf, s)
}

// Str writes a key and a string.
func (e *Encoder) Str(key, s string) {
	e.Key(key)
	e.Value(s)
}

// Text writes a key and a string, or null for "".
func (e *Encoder) Text(key, s string) {
	if e.Sparse && s == "" {
		return
	}
	e.Key(key)
	if s == "" {
		e.Null()
		return
	}
	e.Value(s)
}

// usuallyTrue names the flags that are true when nothing is said of them. "nullable" has no usual value.
func usuallyTrue(key string) bool {
	switch key {
	case "is_local", "validated", "enforced", "permissive", "valid", "populated", "deterministic":
		return true
	}
	return false
}

// Bool writes a key and true or false.
func (e *Encoder) Bool(key string, v bool) {
	if e.Sparse && key != "nullable" && v == usuallyTrue(key) {
		return
	}
	e.Key(key)
	e.element()
	e.buf = strconv.AppendBool(e.buf, v)
}

// Number writes a number.
func (e *Encoder) Number(v int64) {
	e.element()
	e.buf = strconv.AppendInt(e.buf, v, 10)
}

// Int writes a key and a number.
func (e *Encoder) Int(key string, v int64) {
	e.Key(key)
	e.Number(v)
}

// Strs writes a key and a list of strings, [] when empty.
func (e *Encoder) Strs(key string, list []string) {
	if e.Sparse && len(list) == 0 {
		return
	}
	e.Key(key)
	e.OpenList()
	for _, s := range list {
		e.Value(s)
	}
	e.CloseList()
}

// Texts writes a key and a list of strings, null when empty.
func (e *Encoder) Texts(key string, list []string) {
	if len(list) == 0 && !e.Sparse {
		e.Key(key)
		e.Null()
		return
	}
	e.Strs(key, list)
}

// writeTables writes the key and the list of the tables. They are most of a bundle: many are written in pieces, on all
// processors, each into a buffer of its own.
func writeTables(e *Encoder, tables []Table) {
	e.Key("tables")
	e.OpenList()
	pieces := parallel.Pieces(len(tables))
	encoders := make([]*Encoder, len(pieces))
	for i := range pieces {
		encoders[i] = e
		if i > 0 {
			other := *e
			other.buf, other.first = make([]byte, 0, (cap(e.buf)-len(e.buf))/len(pieces)), false
			encoders[i] = &other
		}
	}
	parallel.EachPiece(pieces, func(i int) {
		for n := pieces[i].From; n < pieces[i].To; n++ {
			tables[n].write(encoders[i], n)
		}
	})
	for _, other := range encoders[1:] {
		e.buf = append(e.buf, other.buf...)
	}
	e.CloseList()
}

// writeList writes a key and a list of objects, each by the given method.
func writeList[T any](e *Encoder, key string, list []T, write func(*T, *Encoder)) {
	if e.Sparse && len(list) == 0 && e.depth > 2 {
		return // a schema's own lists stay, so that a reader sees what there is
	}
	e.Key(key)
	e.OpenList()
	for i := range list {
		write(&list[i], e)
	}
	e.CloseList()
}

const hexDigits = "0123456789abcdef"

// appendString appends s quoted. Only what JSON asks for is escaped; what is not UTF-8 becomes U+FFFD.
func appendString(buf []byte, s string) []byte {
	buf = append(buf, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				buf = append(buf, s[start:i]...)
				buf = append(buf, "\ufffd"...)
				start = i + 1
			}
			i += n
			continue
		}
		buf = append(buf, s[start:i]...)
		buf = appendEscape(buf, c)
		i++
		start = i
	}
	buf = append(buf, s[start:]...)
	return append(buf, '"')
}

func appendEscape(buf []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(buf, '\\', c)
	case '\n':
		return append(buf, '\\', 'n')
	case '\r':
		return append(buf, '\\', 'r')
	case '\t':
		return append(buf, '\\', 't')
	}
	return append(buf, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}
