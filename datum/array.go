package datum

import (
	"strconv"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// maxDimensions is MAXDIM.
const maxDimensions = 6

// An arrayReader reads an array literal (array_in of PostgreSQL 15).
type arrayReader struct {
	c      *catalog.Catalog
	elem   *catalog.Type
	typmod int32
	delim  byte
	whole  string // for errors
	text   string
	pos    int
	array  *query.Array
	counts []int // the length found at each level, -1: none yet
	depth  int   // the level elements stand at, -1: none yet
	texts  []string
	nulls  []bool
}

func arrayIn(in *input) query.Datum {
	elem := in.c.Type(in.typ.Elem)
	r := &arrayReader{c: in.c, elem: elem, typmod: in.typmod, delim: elem.Delim, whole: in.text, text: in.text, depth: -1,
		array: &query.Array{Elem: elem.OID}}
	dims, lower := r.dimensions()
	r.space()
	if !r.at('{') {
		if len(dims) > 0 {
			r.malformed("Array contents must start with \"{\".")
		}
		r.malformed("Array value must start with \"{\" or dimension information.")
	}
	r.level(0)
	r.space()
	if r.pos < len(r.text) {
		r.malformed("Junk after closing right brace.")
	}
	r.finish(dims, lower)
	return r.array
}

func (r *arrayReader) malformed(detail string) {
	err := pgerr.New("22P02", pgerr.NoPosition, `malformed array literal: "%s"`, r.whole)
	if detail != "" {
		err.Detail = detail
	}
	err.Raise()
}

func (r *arrayReader) space() {
	for r.pos < len(r.text) && isSpace(r.text[r.pos]) {
		r.pos++
	}
}

func (r *arrayReader) at(b byte) bool { return r.pos < len(r.text) && r.text[r.pos] == b }

// dimensions reads [1:3][0:1]= in front of the elements.
func (r *arrayReader) dimensions() (dims, lower []int) {
	for {
		r.space()
		if !r.at('[') {
			break
		}
		end := strings.IndexByte(r.text[r.pos:], ']')
		if end < 0 {
			r.malformed(`Missing "]" after array dimensions.`)
		}
		from, to, ranged := strings.Cut(r.text[r.pos+1:r.pos+end], ":")
		if !ranged {
			from, to = "1", from
		}
		low, err1 := strconv.Atoi(from)
		high, err2 := strconv.Atoi(to)
		if err1 != nil || err2 != nil {
			r.malformed(`"[" must introduce explicitly-specified array dimensions.`)
		}
		if high < low {
			pgerr.Raise("2202E", pgerr.NoPosition, "upper bound cannot be less than lower bound")
		}
		if len(dims) == maxDimensions {
			tooManyDimensions(len(dims) + 1)
		}
		dims, lower = append(dims, high-low+1), append(lower, low)
		r.pos += end + 1
	}
	if len(dims) > 0 {
		if !r.at('=') {
			r.malformed(`Missing "=" after array dimensions.`)
		}
		r.pos++
	}
	return dims, lower
}

func tooManyDimensions(n int) {
	pgerr.Raise("54000", pgerr.NoPosition, "number of array dimensions (%d) exceeds the maximum allowed (%d)", n, maxDimensions)
}

// level reads one pair of braces.
func (r *arrayReader) level(level int) {
	if level >= maxDimensions {
		tooManyDimensions(level + 1)
	}
	if level == len(r.counts) {
		r.counts = append(r.counts, -1)
	}
	r.pos++
	count := 0
	for r.space(); !r.at('}'); r.space() {
		if count > 0 {
			if !r.at(r.delim) {
				r.malformed(`Unexpected array element.`)
			}
			r.pos++
			r.space()
		}
		r.item(level)
		count++
	}
	r.pos++
	if r.counts[level] >= 0 && r.counts[level] != count {
		r.malformed("Multidimensional arrays must have sub-arrays with matching dimensions.")
	}
	r.counts[level] = count
}

// item reads a nested array or an element.
func (r *arrayReader) item(level int) {
	switch {
	case r.pos >= len(r.text):
		r.malformed("Unexpected end of input.")
	case r.at('{'):
		if r.depth >= 0 && level >= r.depth {
			r.malformed("Multidimensional arrays must have sub-arrays with matching dimensions.")
		}
		r.level(level + 1)
		return
	case r.at(r.delim), r.at('}'):
		r.malformed(`Unexpected "` + r.text[r.pos:r.pos+1] + `" character.`)
	}
	if r.depth >= 0 && r.depth != level {
		r.malformed("Multidimensional arrays must have sub-arrays with matching dimensions.")
	}
	r.depth = level
	text, null := r.element()
	r.texts, r.nulls = append(r.texts, text), append(r.nulls, null)
}

// element reads one element's text, quoted or not.
func (r *arrayReader) element() (text string, null bool) {
	var out []byte
	quoted, escaped, solid := false, false, 0 // solid: how much of out is not trailing space
	if r.at('"') {
		quoted = true
		for r.pos++; !r.at('"'); r.pos++ {
			if r.at('\\') {
				r.pos++
			}
			if r.pos >= len(r.text) {
				r.malformed("Unexpected end of input.")
			}
			out = append(out, r.text[r.pos])
		}
		r.pos++
		solid = len(out)
	}
	for !quoted && r.pos < len(r.text) && !r.at(r.delim) && !r.at('}') {
		switch b := r.text[r.pos]; b {
		case '{', '"':
			r.malformed("Unexpected array element.")
		case '\\':
			if r.pos++; r.pos >= len(r.text) {
				r.malformed("Unexpected end of input.")
			}
			escaped = true
			out = append(out, r.text[r.pos])
			solid = len(out)
		default:
			out = append(out, b)
			if !isSpace(b) {
				solid = len(out)
			}
		}
		r.pos++
	}
	r.space()
	if r.pos >= len(r.text) {
		r.malformed("Unexpected end of input.")
	}
	text = string(out[:solid])
	return text, !quoted && !escaped && strings.EqualFold(text, "null")
}

// finish sets the array's dimensions from what was found and what was
// announced, and reads the elements: their errors come after those of the
// array's own syntax.
func (r *arrayReader) finish(dims, lower []int) {
	if len(r.texts) == 0 {
		if len(r.counts) > 1 {
			r.malformed("Unexpected end of input.")
		}
		if len(dims) > 0 {
			r.malformed("Specified array dimensions do not match array contents.")
		}
		return
	}
	counts := r.counts[:r.depth+1]
	if len(dims) == 0 {
		for range counts {
			lower = append(lower, 1)
		}
	} else if len(dims) != len(counts) {
		r.malformed("Specified array dimensions do not match array contents.")
	}
	for i := range dims {
		if dims[i] != counts[i] {
			r.malformed("Specified array dimensions do not match array contents.")
		}
	}
	r.array.Dims, r.array.Lower = counts, lower
	r.array.Values = make([]query.Datum, len(r.texts))
	for i, text := range r.texts {
		if !r.nulls[i] {
			r.array.Values[i] = In(r.c, r.elem.OID, r.typmod, text)
		}
	}
}

// arrayOut writes an array (array_out).
func arrayOut(c *catalog.Catalog, a *query.Array) string {
	if len(a.Values) == 0 {
		return "{}"
	}
	var out strings.Builder
	for _, low := range a.Lower {
		if low != 1 {
			for i := range a.Dims {
				out.WriteString("[" + strconv.Itoa(a.Lower[i]) + ":" + strconv.Itoa(a.Lower[i]+a.Dims[i]-1) + "]")
			}
			out.WriteByte('=')
			break
		}
	}
	delim := byte(',')
	if t := c.Type(a.Elem); t != nil {
		delim = t.Delim
	}
	rest := a.Values
	var level func(dim int)
	level = func(dim int) {
		out.WriteByte('{')
		for i := range a.Dims[dim] {
			if i > 0 {
				out.WriteByte(delim)
			}
			if dim+1 < len(a.Dims) {
				level(dim + 1)
				continue
			}
			if rest[0] == nil {
				out.WriteString("NULL")
			} else {
				out.WriteString(quoteElement(Out(c, a.Elem, rest[0]), delim))
			}
			rest = rest[1:]
		}
		out.WriteByte('}')
	}
	level(0)
	return out.String()
}

func quoteElement(s string, delim byte) string {
	plain := s != "" && !strings.EqualFold(s, "null")
	for i := 0; plain && i < len(s); i++ {
		b := s[i]
		plain = b != '"' && b != '\\' && b != '{' && b != '}' && b != delim && !isSpace(b)
	}
	if plain {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// int2vectorIn and oidvectorIn read numbers separated by blanks.
func int2vectorIn(in *input) query.Datum { return numberVector(in, pg.Int2) }
func oidvectorIn(in *input) query.Datum  { return numberVector(in, pg.Oid) }

func numberVector(in *input, elem pg.OID) query.Datum {
	fields := strings.Fields(in.text)
	for i, f := range fields {
		fields[i] = Out(in.c, elem, In(in.c, elem, -1, f))
	}
	return strings.Join(fields, " ")
}
