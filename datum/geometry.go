package datum

import (
	"math"
	"strconv"
	"strings"

	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// A geoReader reads the coordinates of a geometric literal (geo_ops.c).
type geoReader struct {
	typeName string
	text     string
	pos      int
}

func (r *geoReader) fail() { invalid(r.typeName, r.text) }

func (r *geoReader) space() {
	for r.pos < len(r.text) && isSpace(r.text[r.pos]) {
		r.pos++
	}
}

// take skips white space and b, if b comes next.
func (r *geoReader) take(b byte) bool {
	r.space()
	if r.pos < len(r.text) && r.text[r.pos] == b {
		r.pos++
		return true
	}
	return false
}

func (r *geoReader) need(b byte) {
	if !r.take(b) {
		r.fail()
	}
}

func (r *geoReader) end() {
	if r.space(); r.pos != len(r.text) {
		r.fail()
	}
}

// number reads the longest text that is a number.
func (r *geoReader) number() float64 {
	r.space()
	end := r.pos
	for end < len(r.text) && strings.IndexByte(" ,()[]{}<>\t\n\r", r.text[end]) < 0 {
		end++
	}
	word := r.text[r.pos:end]
	if word == "" {
		r.fail()
	}
	r.pos = end
	return r.float(word)
}

// pair reads x,y with or without parentheses.
func (r *geoReader) pair() [2]float64 {
	parens := r.take('(')
	x := r.number()
	r.need(',')
	y := r.number()
	if parens {
		r.need(')')
	}
	return [2]float64{x, y}
}

// points reads a list of pairs, up to the end of text or a closing byte. An
// extra pair of parentheses around them is allowed.
func (r *geoReader) points(open bool) (list [][2]float64, bracket bool) {
	var closing byte
	if open && r.take('[') {
		closing, bracket = ']', true
	} else {
		start := r.pos
		if r.take('(') && r.take('(') {
			r.pos--
			closing = ')'
		} else if r.pos = start; strings.Count(r.text[start:], "(") == 1 && strings.Count(r.text[start:], ",") > 1 {
			r.take('(')
			closing = ')'
		}
	}
	for {
		list = append(list, r.pair())
		if !r.take(',') {
			break
		}
	}
	if closing != 0 {
		r.need(closing)
	}
	return list, bracket
}

// float reads a number; one out of range is float8's error.
func (r *geoReader) float(word string) float64 {
	f, err := strconv.ParseFloat(word, 64)
	if err != nil && math.IsInf(f, 0) {
		return float(word, r.text, 64, "double precision")
	}
	return float(word, r.text, 64, r.typeName)
}

func pairText(p [2]float64) string { return floatOut(p[0], 64) + "," + floatOut(p[1], 64) }

func pointsText(list [][2]float64) string {
	parts := make([]string, len(list))
	for i, p := range list {
		parts[i] = "(" + pairText(p) + ")"
	}
	return strings.Join(parts, ",")
}

func pointIn(in *input) query.Datum {
	r := &geoReader{typeName: "point", text: in.text}
	p := r.pair()
	r.end()
	return "(" + pairText(p) + ")"
}

func lsegIn(in *input) query.Datum {
	r := &geoReader{typeName: "lseg", text: in.text}
	list, _ := r.points(true)
	r.end()
	if len(list) != 2 {
		r.fail()
	}
	return "[" + pointsText(list) + "]"
}

// boxIn puts the upper right corner first.
func boxIn(in *input) query.Datum {
	r := &geoReader{typeName: "box", text: in.text}
	list, _ := r.points(false)
	r.end()
	if len(list) != 2 {
		r.fail()
	}
	for i := range 2 {
		if list[0][i] < list[1][i] {
			list[0][i], list[1][i] = list[1][i], list[0][i]
		}
	}
	return pointsText(list)
}

// lineIn reads {A,B,C} or two points.
func lineIn(in *input) query.Datum {
	r := &geoReader{typeName: "line", text: in.text}
	var a, b, c float64
	if r.take('{') {
		a = r.number()
		r.need(',')
		b = r.number()
		r.need(',')
		c = r.number()
		r.need('}')
		r.end()
		if a == 0 && b == 0 {
			invalidLine("A and B cannot both be zero")
		}
	} else {
		list, _ := r.points(true)
		r.end()
		if len(list) != 2 {
			r.fail()
		}
		if list[0] == list[1] {
			invalidLine("must be two distinct points")
		}
		a, b, c = throughPoints(list[0], list[1])
	}
	return "{" + floatOut(a, 64) + "," + floatOut(b, 64) + "," + floatOut(c, 64) + "}"
}

// throughPoints gives the line through two points (line_construct).
func throughPoints(p, q [2]float64) (a, b, c float64) {
	switch {
	case p[0] == q[0]:
		return -1, 0, p[0]
	case p[1] == q[1]:
		return 0, -1, p[1]
	}
	a = (p[1] - q[1]) / (p[0] - q[0])
	c = p[1] - a*p[0]
	if c == 0 {
		c = 0
	}
	return a, -1, c
}

func pathIn(in *input) query.Datum {
	r := &geoReader{typeName: "path", text: in.text}
	list, open := r.points(true)
	r.end()
	if open {
		return "[" + pointsText(list) + "]"
	}
	return "(" + pointsText(list) + ")"
}

func polygonIn(in *input) query.Datum {
	r := &geoReader{typeName: "polygon", text: in.text}
	list, _ := r.points(false)
	r.end()
	return "(" + pointsText(list) + ")"
}

// circleIn reads <(x,y),r>, ((x,y),r), (x,y),r and x,y,r.
func circleIn(in *input) query.Datum {
	r := &geoReader{typeName: "circle", text: in.text}
	closing := byte(0)
	if r.take('<') {
		closing = '>'
	} else if start := r.pos; r.take('(') && r.take('(') {
		closing = ')'
		r.pos--
	} else {
		r.pos = start
	}
	center := r.pair()
	r.need(',')
	radius := r.number()
	if radius < 0 || math.IsInf(radius, -1) {
		r.fail()
	}
	if closing != 0 {
		r.need(closing)
	}
	r.end()
	return "<(" + pairText(center) + ")," + floatOut(radius, 64) + ">"
}

func invalidLine(why string) {
	pgerr.Raise("22P02", pgerr.NoPosition, "invalid line specification: %s", why)
}
