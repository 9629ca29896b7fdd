package datum

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// A Range is a parsed range value.
type Range struct {
	Empty          bool
	Lower, Upper   query.Datum // nil: infinite
	LowerInclusive bool
	UpperInclusive bool
}

// rangeIn reads a range and gives its canonical text.
func rangeIn(in *input) query.Datum {
	return rangeText(in.c, in.typ.Range, ParseRange(in.c, in.typ, in.typmod, in.text))
}

// ParseRange reads a range literal (range_in, range_parse).
func ParseRange(c *catalog.Catalog, t *catalog.Type, typmod int32, text string) Range {
	r := &rangeReader{whole: text, text: text}
	value := r.read(c, t.Range, typmod)
	r.space()
	if r.pos != len(text) {
		r.malformed("Junk after right parenthesis or bracket.")
	}
	return value
}

type rangeReader struct {
	whole, text string
	pos         int
}

func (r *rangeReader) malformed(detail string) {
	pgerr.New("22P02", pgerr.NoPosition, `malformed range literal: "%s"`, r.whole).WithDetail("%s", detail).Raise()
}

func (r *rangeReader) space() {
	for r.pos < len(r.text) && isSpace(r.text[r.pos]) {
		r.pos++
	}
}

func (r *rangeReader) at(set string) bool {
	return r.pos < len(r.text) && strings.IndexByte(set, r.text[r.pos]) >= 0
}

// read reads one range, up to its closing bracket.
func (r *rangeReader) read(c *catalog.Catalog, info *pg.RangeRow, typmod int32) Range {
	r.space()
	if len(r.text)-r.pos >= 5 && strings.EqualFold(r.text[r.pos:r.pos+5], "empty") {
		r.pos += 5
		return Range{Empty: true}
	}
	var value Range
	switch {
	case r.at("["):
		value.LowerInclusive = true
	case !r.at("("):
		r.malformed("Missing left parenthesis or bracket.")
	}
	r.pos++
	value.Lower = r.bound(c, info, typmod)
	if !r.at(",") {
		r.malformed("Missing comma after lower bound.")
	}
	r.pos++
	value.Upper = r.bound(c, info, typmod)
	switch {
	case r.at("]"):
		value.UpperInclusive = true
	case r.at(","):
		r.malformed("Too many commas.")
	}
	r.pos++
	return canonical(c, info, value)
}

// bound reads one bound; nothing at all is infinite.
func (r *rangeReader) bound(c *catalog.Catalog, info *pg.RangeRow, typmod int32) query.Datum {
	if r.at(",)]") {
		return nil
	}
	var out []byte
	quoted := false
	for quoted || !r.at(",)]") {
		if r.pos >= len(r.text) {
			r.malformed("Unexpected end of input.")
		}
		b := r.text[r.pos]
		r.pos++
		switch {
		case b == '\\':
			if r.pos >= len(r.text) {
				r.malformed("Unexpected end of input.")
			}
			out = append(out, r.text[r.pos])
			r.pos++
		case b == '"' && quoted && r.at(`"`):
			out = append(out, '"')
			r.pos++
		case b == '"':
			quoted = !quoted
		default:
			out = append(out, b)
		}
	}
	return In(c, info.Subtype, typmod, string(out))
}

// canonical checks the bounds' order and brings ranges of integers and dates
// to the form [a,b) (make_range, int4range_canonical and its like).
func canonical(c *catalog.Catalog, info *pg.RangeRow, v Range) Range {
	v.LowerInclusive = v.LowerInclusive && v.Lower != nil
	v.UpperInclusive = v.UpperInclusive && v.Upper != nil
	if v.Lower != nil && v.Upper != nil {
		d := Compare(c, info.Subtype, v.Lower, v.Upper)
		if d > 0 {
			pgerr.Raise("22000", pgerr.NoPosition, "range lower bound must be less than or equal to range upper bound")
		}
		if d == 0 && !(v.LowerInclusive && v.UpperInclusive) {
			return Range{Empty: true}
		}
	}
	step := successor(c, info)
	if step == nil {
		return v
	}
	if v.Lower != nil && !v.LowerInclusive {
		v.Lower, v.LowerInclusive = step(v.Lower), finite(v.Lower)
	}
	if v.Upper != nil && v.UpperInclusive {
		v.Upper, v.UpperInclusive = step(v.Upper), !finite(v.Upper)
	}
	if v.Lower != nil && v.Upper != nil && v.LowerInclusive && !v.UpperInclusive && Compare(c, info.Subtype, v.Lower, v.Upper) == 0 {
		return Range{Empty: true}
	}
	return v
}

// finite says whether a bound can be stepped on: infinite dates cannot.
func finite(v query.Datum) bool { return v != "infinity" && v != "-infinity" }

// successor gives the step of a discrete range's bounds, nil for a continuous range.
func successor(c *catalog.Catalog, info *pg.RangeRow) func(query.Datum) query.Datum {
	p := c.Proc(info.Canonical)
	if p == nil {
		return nil
	}
	switch p.Src {
	case "int4range_canonical":
		return func(v query.Datum) query.Datum { return next(v.(int64), 1<<31-1, "integer out of range") }
	case "int8range_canonical":
		return func(v query.Datum) query.Datum { return next(v.(int64), 1<<63-1, "bigint out of range") }
	case "daterange_canonical":
		return func(v query.Datum) query.Datum {
			if !finite(v) {
				return v
			}
			return dateText(parseDate(c, v.(string)) + 1)
		}
	}
	return nil
}

func next(v, limit int64, message string) query.Datum {
	if v == limit {
		pgerr.Raise("22003", pgerr.NoPosition, "%s", message)
	}
	return v + 1
}

func rangeText(c *catalog.Catalog, info *pg.RangeRow, v Range) string {
	if v.Empty {
		return "empty"
	}
	out := "("
	if v.LowerInclusive {
		out = "["
	}
	if v.Lower != nil {
		out += quoteBound(Out(c, info.Subtype, v.Lower))
	}
	out += ","
	if v.Upper != nil {
		out += quoteBound(Out(c, info.Subtype, v.Upper))
	}
	if v.UpperInclusive {
		return out + "]"
	}
	return out + ")"
}

func quoteBound(s string) string {
	plain := s != ""
	for i := 0; plain && i < len(s); i++ {
		plain = strings.IndexByte(`"\()[],`, s[i]) < 0 && !isSpace(s[i])
	}
	if plain {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `""`).Replace(s) + `"`
}

// multirangeIn reads {[a,b), …}: ranges in order, touching ones joined, empty
// ones left out.
func multirangeIn(in *input) query.Datum {
	r := &rangeReader{whole: in.text, text: in.text}
	fail := func(detail string) {
		pgerr.New("22P02", pgerr.NoPosition, `malformed multirange literal: "%s"`, in.text).WithDetail("%s", detail).Raise()
	}
	r.space()
	if !r.at("{") {
		fail("Missing left brace.")
	}
	r.pos++
	var ranges []Range
	for r.space(); !r.at("}"); r.space() {
		if len(ranges) > 0 {
			if !r.at(",") {
				fail("Expected comma or end of multirange.")
			}
			r.pos++
			r.space()
		}
		if !r.at("[(eE") {
			fail("Expected range start.")
		}
		ranges = append(ranges, r.read(in.c, in.typ.Range, in.typmod))
	}
	r.pos++
	if r.space(); r.pos != len(r.text) {
		fail("Junk after closing right brace.")
	}
	texts := []string{}
	for _, v := range normalize(in.c, in.typ.Range, ranges) {
		texts = append(texts, rangeText(in.c, in.typ.Range, v))
	}
	return "{" + strings.Join(texts, ",") + "}"
}

// normalize sorts ranges and joins those that overlap or touch
// (multirange_canonicalize).
func normalize(c *catalog.Catalog, info *pg.RangeRow, ranges []Range) []Range {
	ranges = slices.DeleteFunc(ranges, func(v Range) bool { return v.Empty })
	slices.SortStableFunc(ranges, func(a, b Range) int { return compareLower(c, info, a, b) })
	var out []Range
	for _, v := range ranges {
		if n := len(out); n > 0 && touches(c, info, out[n-1], v) {
			if compareUpper(c, info, out[n-1], v) < 0 {
				out[n-1].Upper, out[n-1].UpperInclusive = v.Upper, v.UpperInclusive
			}
			continue
		}
		out = append(out, v)
	}
	return out
}

func compareLower(c *catalog.Catalog, info *pg.RangeRow, a, b Range) int {
	switch {
	case a.Lower == nil && b.Lower == nil:
		return 0
	case a.Lower == nil:
		return -1
	case b.Lower == nil:
		return 1
	}
	if d := Compare(c, info.Subtype, a.Lower, b.Lower); d != 0 || a.LowerInclusive == b.LowerInclusive {
		return d
	}
	if a.LowerInclusive {
		return -1
	}
	return 1
}

func compareUpper(c *catalog.Catalog, info *pg.RangeRow, a, b Range) int {
	switch {
	case a.Upper == nil && b.Upper == nil:
		return 0
	case a.Upper == nil:
		return 1
	case b.Upper == nil:
		return -1
	}
	if d := Compare(c, info.Subtype, a.Upper, b.Upper); d != 0 || a.UpperInclusive == b.UpperInclusive {
		return d
	}
	if a.UpperInclusive {
		return 1
	}
	return -1
}

// touches says whether b, which begins no earlier than a, overlaps or adjoins it.
func touches(c *catalog.Catalog, info *pg.RangeRow, a, b Range) bool {
	if a.Upper == nil || b.Lower == nil {
		return true
	}
	d := Compare(c, info.Subtype, b.Lower, a.Upper)
	return d < 0 || d == 0 && (a.UpperInclusive || b.LowerInclusive)
}
