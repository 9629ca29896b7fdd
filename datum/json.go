package datum

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// maxDepth bounds the nesting of values, where PostgreSQL's stack would end.
const maxDepth = 5000

// jsonIn checks a JSON text and keeps it as it is.
func jsonIn(in *input) query.Datum {
	parseJSON(in.text, false)
	return in.text
}

// jsonbIn reads JSON and writes it as jsonb_out does: keys by length, then
// bytes, the last of equal ones kept.
func jsonbIn(in *input) query.Datum {
	var out strings.Builder
	parseJSON(in.text, true).write(&out)
	return out.String()
}

// A JSON is a parsed JSON value.
type JSON struct {
	Kind  byte   // n null, t true, f false, # number, s string, a array, o object
	Text  string // of a number in numeric's form, of a string decoded
	Items []*JSON
	Keys  []string // of an object, in jsonb's order
}

// ParseJSON reads a JSON text as jsonb does.
func ParseJSON(text string) *JSON { return parseJSON(text, true) }

// String writes the value as jsonb_out does.
func (v *JSON) String() string {
	var out strings.Builder
	v.write(&out)
	return out.String()
}

func (v *JSON) write(out *strings.Builder) {
	switch v.Kind {
	case 'n':
		out.WriteString("null")
	case 't':
		out.WriteString("true")
	case 'f':
		out.WriteString("false")
	case '#':
		out.WriteString(v.Text)
	case 's':
		QuoteJSON(out, v.Text)
	case 'a':
		out.WriteByte('[')
		for i, item := range v.Items {
			if i > 0 {
				out.WriteString(", ")
			}
			item.write(out)
		}
		out.WriteByte(']')
	case 'o':
		out.WriteByte('{')
		for i, item := range v.Items {
			if i > 0 {
				out.WriteString(", ")
			}
			QuoteJSON(out, v.Keys[i])
			out.WriteString(": ")
			item.write(out)
		}
		out.WriteByte('}')
	}
}

// jsonEscapes are the control characters with an escape of their own.
var jsonEscapes = map[byte]string{'\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`, '"': `\"`, '\\': `\\`}

// QuoteJSON writes a JSON string (escape_json).
func QuoteJSON(out *strings.Builder, s string) {
	out.WriteByte('"')
	for i := 0; i < len(s); i++ {
		switch b := s[i]; {
		case jsonEscapes[b] != "":
			out.WriteString(jsonEscapes[b])
		case b < ' ':
			out.WriteString(`\u00` + hexDigits([]byte{b}))
		default:
			out.WriteByte(b)
		}
	}
	out.WriteByte('"')
}

// A jsonReader reads one JSON text. Values are only built for jsonb.
type jsonReader struct {
	text  string
	pos   int
	build bool
	depth int
}

func parseJSON(text string, build bool) *JSON {
	r := &jsonReader{text: text, build: build}
	v := r.value()
	r.space()
	if r.pos != len(text) {
		r.fail()
	}
	return v
}

func (r *jsonReader) fail() {
	err := pgerr.New("22P02", pgerr.NoPosition, "invalid input syntax for type %s", "json")
	if r.pos >= len(r.text) {
		err.WithDetail("The input string ended unexpectedly.").Raise()
	}
	end := r.pos + 1
	for end < len(r.text) && (isDigit(r.text[end]) || r.text[end] >= 'a' && r.text[end] <= 'z' ||
		r.text[end] >= 'A' && r.text[end] <= 'Z' || r.text[end] == '_' || r.text[end] >= 0x80) {
		end++
	}
	err.WithDetail(`Token "%s" is invalid.`, r.text[r.pos:end]).Raise()
}

func (r *jsonReader) space() {
	for r.pos < len(r.text) && strings.IndexByte(" \t\n\r", r.text[r.pos]) >= 0 {
		r.pos++
	}
}

// next skips white space and says whether the next byte is b; if so it is taken.
func (r *jsonReader) next(b byte) bool {
	r.space()
	if r.pos < len(r.text) && r.text[r.pos] == b {
		r.pos++
		return true
	}
	return false
}

func (r *jsonReader) value() *JSON {
	r.space()
	if r.pos >= len(r.text) {
		r.fail()
	}
	if r.depth++; r.depth > maxDepth {
		pgerr.Raise("54001", pgerr.NoPosition, "stack depth limit exceeded")
	}
	defer func() { r.depth-- }()
	switch b := r.text[r.pos]; {
	case b == '{':
		return r.object()
	case b == '[':
		return r.array()
	case b == '"':
		return &JSON{Kind: 's', Text: r.string()}
	case b == '-' || isDigit(b):
		return r.number()
	}
	for _, word := range []string{"true", "false", "null"} {
		if rest, ok := strings.CutPrefix(r.text[r.pos:], word); ok && (rest == "" || !wordByte(rest[0])) {
			r.pos += len(word)
			return &JSON{Kind: word[0]}
		}
	}
	r.fail()
	return nil
}

func wordByte(b byte) bool {
	return isDigit(b) || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '_' || b >= 0x80
}

func (r *jsonReader) array() *JSON {
	v := &JSON{Kind: 'a'}
	r.pos++
	if r.next(']') {
		return v
	}
	for {
		item := r.value()
		if r.build {
			v.Items = append(v.Items, item)
		}
		if r.next(']') {
			return v
		}
		if !r.next(',') {
			r.fail()
		}
	}
}

func (r *jsonReader) object() *JSON {
	v := &JSON{Kind: 'o'}
	r.pos++
	if r.next('}') {
		return v
	}
	for {
		r.space()
		if r.pos >= len(r.text) || r.text[r.pos] != '"' {
			r.fail()
		}
		key := r.string()
		if !r.next(':') {
			r.fail()
		}
		item := r.value()
		if r.build {
			v.Keys, v.Items = append(v.Keys, key), append(v.Items, item)
		}
		if r.next('}') {
			v.sortKeys()
			return v
		}
		if !r.next(',') {
			r.fail()
		}
	}
}

// sortKeys puts an object into jsonb's order (uniqueifyJsonbObject).
func (v *JSON) sortKeys() {
	order := make([]int, len(v.Keys))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if d := len(v.Keys[a]) - len(v.Keys[b]); d != 0 {
			return d
		}
		return strings.Compare(v.Keys[a], v.Keys[b])
	})
	keys, items := v.Keys, v.Items
	v.Keys, v.Items = nil, nil
	for _, i := range order {
		if n := len(v.Keys); n > 0 && v.Keys[n-1] == keys[i] {
			v.Items[n-1] = items[i]
			continue
		}
		v.Keys, v.Items = append(v.Keys, keys[i]), append(v.Items, items[i])
	}
}

func (r *jsonReader) number() *JSON {
	start := r.pos
	digits := func() int {
		from := r.pos
		for r.pos < len(r.text) && isDigit(r.text[r.pos]) {
			r.pos++
		}
		return r.pos - from
	}
	bad := func() { r.pos = start; r.fail() }
	if r.text[r.pos] == '-' {
		r.pos++
	}
	first := r.pos
	if n := digits(); n == 0 || n > 1 && r.text[first] == '0' {
		bad()
	}
	if r.pos < len(r.text) && r.text[r.pos] == '.' {
		r.pos++
		if digits() == 0 {
			bad()
		}
	}
	if r.pos < len(r.text) && (r.text[r.pos] == 'e' || r.text[r.pos] == 'E') {
		r.pos++
		if r.pos < len(r.text) && (r.text[r.pos] == '+' || r.text[r.pos] == '-') {
			r.pos++
		}
		if digits() == 0 {
			bad()
		}
	}
	if r.pos < len(r.text) && wordByte(r.text[r.pos]) {
		bad()
	}
	v := &JSON{Kind: '#', Text: r.text[start:r.pos]}
	if r.build {
		d, _ := parseDecimal(v.Text)
		v.Text = d.String()
	}
	return v
}

// string reads a quoted string; surrogate pairs are joined.
func (r *jsonReader) string() string {
	var out []byte
	start := r.pos
	r.pos++
	for r.pos < len(r.text) {
		switch b := r.text[r.pos]; {
		case b == '"':
			r.pos++
			return string(out)
		case b < ' ':
			pgerr.New("22P02", pgerr.NoPosition, "invalid input syntax for type %s", "json").
				WithDetail("Character with value 0x%02x must be escaped.", b).Raise()
		case b == '\\':
			out = r.escape(out)
		default:
			out = append(out, b)
			r.pos++
		}
	}
	pgerr.New("22P02", pgerr.NoPosition, "invalid input syntax for type %s", "json").
		WithDetail(`Token "%s" is invalid.`, r.text[start:]).Raise()
	return ""
}

func (r *jsonReader) escape(out []byte) []byte {
	r.pos++
	if r.pos >= len(r.text) {
		r.fail()
	}
	b := r.text[r.pos]
	r.pos++
	switch b {
	case '"', '\\', '/':
		return append(out, b)
	case 'b':
		return append(out, '\b')
	case 'f':
		return append(out, '\f')
	case 'n':
		return append(out, '\n')
	case 'r':
		return append(out, '\r')
	case 't':
		return append(out, '\t')
	case 'u':
		return r.unicode(out)
	}
	pgerr.New("22P02", pgerr.NoPosition, "invalid input syntax for type %s", "json").
		WithDetail(`Escape sequence "\%c" is invalid.`, b).Raise()
	return nil
}

func (r *jsonReader) unicode(out []byte) []byte {
	code := r.hex4()
	if !r.build {
		return out
	}
	switch {
	case code >= 0xDC00 && code <= 0xDFFF:
		r.surrogate("Unicode low surrogate must follow a high surrogate.")
	case code >= 0xD800 && code <= 0xDBFF:
		if !strings.HasPrefix(r.text[r.pos:], `\u`) {
			r.surrogate("Unicode low surrogate must follow a high surrogate.")
		}
		r.pos += 2
		low := r.hex4()
		if low < 0xDC00 || low > 0xDFFF {
			r.surrogate("Unicode low surrogate must follow a high surrogate.")
		}
		code = 0x10000 + (code-0xD800)<<10 + low - 0xDC00
	}
	if code == 0 {
		pgerr.New("22P05", pgerr.NoPosition, "unsupported Unicode escape sequence").
			WithDetail(`\u0000 cannot be converted to text.`).Raise()
	}
	return utf8.AppendRune(out, rune(code))
}

// surrogate refuses a lone surrogate; json, which decodes nothing, lets it pass.
func (r *jsonReader) surrogate(detail string) {
	pgerr.New("22P02", pgerr.NoPosition, "invalid input syntax for type %s", "json").WithDetail("%s", detail).Raise()
}

func (r *jsonReader) hex4() uint64 {
	if r.pos+4 > len(r.text) {
		r.pos = len(r.text)
		r.fail()
	}
	n, err := strconv.ParseUint(r.text[r.pos:r.pos+4], 16, 32)
	if err != nil {
		pgerr.New("22P02", pgerr.NoPosition, "invalid input syntax for type %s", "json").
			WithDetail(`"\u" must be followed by four hexadecimal digits.`).Raise()
	}
	r.pos += 4
	return n
}
