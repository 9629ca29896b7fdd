package where

import (
	"strconv"
	"strings"

	"github.com/electric-cli/electric/pg"
)

// An array is an array value. An empty one has no dimensions. Elements are in
// row-major order.
type array struct {
	dims, lower []int
	elems       []value
}

// arrayDecoder reads arrays of elements that decode reads.
func arrayDecoder(decode decoder) decoder {
	return func(text []byte) value {
		r := arrayReader{text: stringOf(text), decode: decode}
		a := r.read()
		if a == nil || r.pos != len(r.text) {
			return value{state: asked}
		}
		return value{x: a}
	}
}

// An arrayReader reads what array_out writes.
type arrayReader struct {
	text   string
	pos    int
	decode decoder
	out    array
	depth  int // of the elements, 0: not yet known
}

func (r *arrayReader) at(b byte) bool { return r.pos < len(r.text) && r.text[r.pos] == b }

func (r *arrayReader) read() *array {
	bounds, ok := r.bounds()
	if !ok {
		return nil
	}
	if strings.HasPrefix(r.text[r.pos:], "{}") {
		r.pos += 2
		return &r.out
	}
	if !r.level(0) || bounds != nil && len(bounds) != len(r.out.dims) {
		return nil
	}
	r.out.lower = bounds
	for bounds == nil && len(r.out.lower) < len(r.out.dims) {
		r.out.lower = append(r.out.lower, 1)
	}
	return &r.out
}

// bounds reads [l:u][l:u]=, which is there when a lower bound is not 1.
func (r *arrayReader) bounds() (lower []int, ok bool) {
	end := strings.IndexByte(r.text, '=')
	if !r.at('[') || end < 0 {
		return nil, true
	}
	for _, part := range strings.Split(strings.Trim(r.text[:end], "[]"), "][") {
		low, _, _ := strings.Cut(part, ":")
		n, err := strconv.Atoi(low)
		if err != nil {
			return nil, false
		}
		lower = append(lower, n)
	}
	r.pos = end + 1
	return lower, true
}

func (r *arrayReader) level(level int) bool {
	if !r.at('{') || level == maxDims {
		return false
	}
	r.pos++
	nested := r.at('{')
	for size := 1; ; size++ {
		if nested && !r.level(level+1) || !nested && !r.element() {
			return false
		}
		if r.at(',') {
			r.pos++
			continue
		}
		if !r.at('}') {
			return false
		}
		r.pos++
		for len(r.out.dims) <= level {
			r.out.dims = append(r.out.dims, 0)
		}
		r.out.dims[level] = size
		return true
	}
}

func (r *arrayReader) element() bool {
	rest := r.text[r.pos:]
	var v value
	if r.at('"') {
		s, ok := r.quoted()
		if !ok {
			return false
		}
		v = r.decode([]byte(s))
	} else {
		end := strings.IndexAny(rest, ",}")
		if end < 0 {
			return false
		}
		r.pos += end
		if v = (value{state: null}); rest[:end] != "NULL" {
			v = r.decode([]byte(rest[:end]))
		}
	}
	r.out.elems = append(r.out.elems, v)
	return v.state != asked
}

func (r *arrayReader) quoted() (string, bool) {
	var out strings.Builder
	for r.pos++; r.pos < len(r.text); r.pos++ {
		switch b := r.text[r.pos]; b {
		case '"':
			r.pos++
			return out.String(), true
		case '\\':
			r.pos++
			if r.pos == len(r.text) {
				return "", false
			}
			out.WriteByte(r.text[r.pos])
		default:
			out.WriteByte(b)
		}
	}
	return "", false
}

// elementType gives the element type of an array type, 0 for other types.
func elementType(typ pg.OID) pg.OID {
	if t := pg.TypeByOID(typ); t != nil && t.Subscript == "array_subscript_handler" {
		return t.Elem
	}
	return 0
}

// decoderOf finds what reads a type's values, nil for types that are not
// computed with.
func decoderOf(typ pg.OID) decoder {
	if elem := elementType(typ); elem != 0 {
		if decode := decoders[elem]; decode != nil {
			return arrayDecoder(decode)
		}
		return nil
	}
	return decoders[typ]
}

// same says whether two elements are equal, where NULLs are.
func same(order comparison, a, b value) bool {
	if a.state != fine || b.state != fine {
		return a.state == b.state
	}
	return order(a, b) == 0
}

func arraysEqual(order comparison, a, b *array) bool {
	if len(a.dims) != len(b.dims) || len(a.elems) != len(b.elems) {
		return false
	}
	for i := range a.dims {
		if a.dims[i] != b.dims[i] || a.lower[i] != b.lower[i] {
			return false
		}
	}
	for i := range a.elems {
		if !same(order, a.elems[i], b.elems[i]) {
			return false
		}
	}
	return true
}

// has says whether an element that is not NULL is in an array.
func (a *array) has(order comparison, v value) bool {
	for _, e := range a.elems {
		if v.state == fine && e.state == fine && order(v, e) == 0 {
			return true
		}
	}
	return false
}

func containsAll(order comparison, a, b *array) bool {
	for _, e := range b.elems {
		if !a.has(order, e) {
			return false
		}
	}
	return true
}

func overlaps(order comparison, a, b *array) bool {
	for _, e := range b.elems {
		if a.has(order, e) {
			return true
		}
	}
	return false
}

// arrayTests are the comparisons of arrays, given their elements' order.
var arrayTests = map[string]func(order comparison, a, b *array) bool{
	"array_eq":       arraysEqual,
	"array_ne":       func(o comparison, a, b *array) bool { return !arraysEqual(o, a, b) },
	"arraycontains":  containsAll,
	"arraycontained": func(o comparison, a, b *array) bool { return containsAll(o, b, a) },
	"arrayoverlap":   overlaps,
}
