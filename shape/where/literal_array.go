package where

import "strings"

// maxDims is how deep arrays nest, in Electric as in PostgreSQL.
const maxDims = 6

// readArray reads an array's text as Electric does: without bounds, with
// sub-arrays of equal length, and each element by read. NULLs are not read.
func readArray(text string, read func(string) bool) bool {
	if text == "{}" {
		return true
	}
	r := arrayText{text: text, read: read}
	r.space()
	if !r.level(1) {
		return false
	}
	return len(r.text) == r.pos || len(r.text) == r.pos+1 && isSpace(r.text[r.pos])
}

type arrayText struct {
	text  string
	pos   int
	read  func(string) bool
	sizes [maxDims + 1]int // by level, 0: not yet known
	depth int              // of the elements, 0: not yet known
}

func isSpace(b byte) bool { return b == ' ' || b >= '\t' && b <= '\r' }

func (r *arrayText) space() {
	for r.pos < len(r.text) && isSpace(r.text[r.pos]) {
		r.pos++
	}
}

func (r *arrayText) at(b byte) bool { return r.pos < len(r.text) && r.text[r.pos] == b }

// level reads {…}, of elements or of further levels.
func (r *arrayText) level(level int) bool {
	if level > maxDims || r.depth > 0 && level > r.depth || !r.at('{') {
		return false
	}
	r.pos++
	r.space()
	nested := r.at('{')
	if !nested {
		if r.depth > level {
			return false
		}
		r.depth = level
	}
	for size := 1; ; size++ {
		r.space()
		if nested && !r.level(level+1) || !nested && !r.element() {
			return false
		}
		r.space()
		switch {
		case r.at(','):
			r.pos++
		case r.at('}'):
			r.pos++
			known := r.sizes[level]
			r.sizes[level] = size
			return known == 0 || known == size
		default:
			return false
		}
	}
}

// element reads one element up to the comma or brace behind it.
func (r *arrayText) element() bool {
	if r.at('"') {
		s, ok := r.quoted()
		return ok && r.read(s)
	}
	end := strings.IndexAny(r.text[r.pos:], ",}")
	if end <= 0 || r.at('{') {
		return false
	}
	s := strings.TrimRight(r.text[r.pos:r.pos+end], " \t\n\v\f\r")
	r.pos += end
	return strings.ToLower(s) == "null" || r.read(s)
}

func (r *arrayText) quoted() (string, bool) {
	var out strings.Builder
	for r.pos++; r.pos < len(r.text); r.pos++ {
		switch b := r.text[r.pos]; {
		case b == '"':
			r.pos++
			return out.String(), true
		case b == '\\' && r.pos+1 < len(r.text) && (r.text[r.pos+1] == '"' || r.text[r.pos+1] == '\\'):
			r.pos++
			out.WriteByte(r.text[r.pos])
		default:
			out.WriteByte(b)
		}
	}
	return "", false
}
