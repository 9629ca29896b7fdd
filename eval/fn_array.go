package eval

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// arrayBuiltins are the functions over arrays (arrayfuncs.c, array_userfuncs.c).
var arrayBuiltins = map[string]builtin{
	"array_length": func(c *call) query.Datum { return dimension(c, func(a *query.Array, d int) int { return a.Dims[d] }) },
	"array_upper": func(c *call) query.Datum {
		return dimension(c, func(a *query.Array, d int) int { return a.Lower[d] + a.Dims[d] - 1 })
	},
	"array_lower":       func(c *call) query.Datum { return dimension(c, func(a *query.Array, d int) int { return a.Lower[d] }) },
	"array_ndims":       arrayNdims,
	"array_dims":        arrayDims,
	"array_cardinality": func(c *call) query.Datum { return int64(len(c.array(0).Values)) },
	"array_append": func(c *call) query.Datum {
		return c.join(c.args[0], array(c.elem(), []query.Datum{c.args[1]}))
	},
	"array_prepend": func(c *call) query.Datum {
		return c.join(array(c.elem(), []query.Datum{c.args[0]}), c.args[1])
	},
	"array_cat":            func(c *call) query.Datum { return c.join(c.args[0], c.args[1]) },
	"array_position":       arrayPosition,
	"array_position_start": arrayPosition,
	"array_positions":      arrayPositions,
	"array_remove": func(c *call) query.Datum {
		return c.rebuild(func(v query.Datum) (query.Datum, bool) { return v, !c.same(v, c.args[1]) })
	},
	"array_replace": func(c *call) query.Datum {
		return c.rebuild(func(v query.Datum) (query.Datum, bool) {
			if c.same(v, c.args[1]) {
				return c.args[2], true
			}
			return v, true
		})
	},
	"array_to_text":      arrayToText,
	"array_to_text_null": arrayToText,
	"arraycontains":      func(c *call) query.Datum { return c.containsAll(c.array(0), c.array(1)) },
	"arraycontained":     func(c *call) query.Datum { return c.containsAll(c.array(1), c.array(0)) },
	"arrayoverlap":       arrayOverlap,
	"enum_range_all":     func(c *call) query.Datum { return enumRange(c) },
	"enum_range_bounds":  enumBounds,
	"enum_first":         func(c *call) query.Datum { return enumEnd(c, true) },
	"enum_last":          func(c *call) query.Datum { return enumEnd(c, false) },
	"array_fill":         arrayFill,
	"trim_array": func(c *call) query.Datum {
		a, n := c.array(0), c.int(1)
		if n < 0 || len(a.Dims) == 0 && n > 0 || len(a.Dims) > 0 && n > int64(a.Dims[0]) {
			pgerr.Raise("2202E", pgerr.NoPosition, "number of elements to trim must be between 0 and %d", len(a.Values))
		}
		upper := int64(len(a.Values)) - n
		return slice(a, nil, []*int64{&upper})
	},
}

func (c *call) array(i int) *query.Array { return c.x.asArray(c.args[i], c.types[i]) }

// elem gives the element type of the result.
func (c *call) elem() pg.OID {
	e, _ := c.x.elementType(c.result)
	return e
}

func dimension(c *call, f func(*query.Array, int) int) query.Datum {
	a, d := c.array(0), int(c.int(1))
	if d < 1 || d > len(a.Dims) {
		return nil
	}
	return int64(f(a, d-1))
}

func arrayNdims(c *call) query.Datum {
	if a := c.array(0); len(a.Dims) > 0 {
		return int64(len(a.Dims))
	}
	return nil
}

func arrayDims(c *call) query.Datum {
	a := c.array(0)
	if len(a.Dims) == 0 {
		return nil
	}
	var out strings.Builder
	for i := range a.Dims {
		out.WriteString("[" + itoa(int64(a.Lower[i])) + ":" + itoa(int64(a.Lower[i]+a.Dims[i]-1)) + "]")
	}
	return out.String()
}

// join puts two arrays behind each other; one of fewer dimensions is an element.
func (c *call) join(left, right query.Datum) query.Datum {
	if left == nil || right == nil {
		if left == nil {
			return right
		}
		return left
	}
	a, b := c.x.asArray(left, c.result), c.x.asArray(right, c.result)
	switch {
	case len(b.Dims) == 0:
		return a
	case len(a.Dims) == 0:
		return b
	}
	out := &query.Array{Elem: a.Elem, Values: append(slices.Clone(a.Values), b.Values...), Lower: slices.Clone(a.Lower)}
	switch {
	case len(a.Dims) == len(b.Dims) && slices.Equal(a.Dims[1:], b.Dims[1:]):
		out.Dims = append([]int{a.Dims[0] + b.Dims[0]}, a.Dims[1:]...)
	case len(a.Dims) == len(b.Dims)+1 && slices.Equal(a.Dims[1:], b.Dims):
		out.Dims = append([]int{a.Dims[0] + 1}, a.Dims[1:]...)
	case len(a.Dims)+1 == len(b.Dims) && slices.Equal(b.Dims[1:], a.Dims):
		out.Dims, out.Lower = append([]int{b.Dims[0] + 1}, b.Dims[1:]...), slices.Clone(b.Lower)
	default:
		pgerr.Raise("2202E", pgerr.NoPosition, "cannot concatenate incompatible arrays")
	}
	return out
}

// same compares elements; NULL equals NULL.
func (c *call) same(a, b query.Datum) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	e, ok := c.x.elementType(c.types[0])
	if !ok {
		e = pg.Text
	}
	return datum.Compare(c.x.c, c.x.base(e), a, b) == 0
}

func arrayPosition(c *call) query.Datum {
	if c.args[0] == nil {
		return nil
	}
	a := c.array(0)
	start := 0
	if c.has(2) {
		start = int(c.int(2)) - a.Lower[0]
	}
	for i := max(0, start); i < len(a.Values); i++ {
		if c.same(a.Values[i], c.args[1]) {
			return int64(a.Lower[0] + i)
		}
	}
	return nil
}

func arrayPositions(c *call) query.Datum {
	if c.args[0] == nil {
		return nil
	}
	a := c.array(0)
	var out []query.Datum
	for i, v := range a.Values {
		if c.same(v, c.args[1]) {
			out = append(out, int64(a.Lower[0]+i))
		}
	}
	return array(pg.Int4, out)
}

func (c *call) rebuild(f func(query.Datum) (query.Datum, bool)) query.Datum {
	if c.args[0] == nil {
		return nil
	}
	a := c.array(0)
	out := make([]query.Datum, 0, len(a.Values))
	for _, v := range a.Values {
		if w, keep := f(v); keep {
			out = append(out, w)
		}
	}
	if len(out) == len(a.Values) {
		return &query.Array{Elem: a.Elem, Dims: a.Dims, Lower: a.Lower, Values: out}
	}
	return array(a.Elem, out)
}

func arrayToText(c *call) query.Datum {
	if c.args[0] == nil || c.args[1] == nil {
		return nil
	}
	a := c.array(0)
	var out []string
	for _, v := range a.Values {
		switch {
		case v != nil:
			out = append(out, datum.Out(c.x.c, a.Elem, v))
		case c.has(2):
			out = append(out, c.text(2))
		}
	}
	return strings.Join(out, c.text(1))
}

func (c *call) containsAll(a, b *query.Array) query.Datum {
	for _, v := range b.Values {
		if v == nil || !slices.ContainsFunc(a.Values, func(w query.Datum) bool { return w != nil && c.same(v, w) }) {
			return false
		}
	}
	return true
}

func arrayOverlap(c *call) query.Datum {
	a, b := c.array(0), c.array(1)
	return slices.ContainsFunc(a.Values, func(v query.Datum) bool {
		return v != nil && slices.ContainsFunc(b.Values, func(w query.Datum) bool { return w != nil && c.same(v, w) })
	})
}

// enumLabelsOf gives the labels of a call's enum.
func (c *call) enumLabelsOf(typ pg.OID) ([]query.Datum, pg.OID) {
	if e, ok := c.x.elementType(typ); ok {
		typ = e
	}
	var out []query.Datum
	if t := c.x.c.Type(typ); t != nil {
		for _, l := range t.Labels {
			out = append(out, l.Label)
		}
	}
	return out, typ
}

func enumRange(c *call) query.Datum {
	labels, typ := c.enumLabelsOf(c.types[0])
	return array(typ, labels)
}

// enumBounds is enum_range(from, to); NULL is an open end.
func enumBounds(c *call) query.Datum {
	labels, typ := c.enumLabelsOf(c.types[0])
	from, to := 0, len(labels)-1
	if c.args[0] != nil {
		from = slices.Index(labels, c.args[0])
	}
	if c.args[1] != nil {
		to = slices.Index(labels, c.args[1])
	}
	if from < 0 || to < from {
		return array(typ, nil)
	}
	return array(typ, labels[from:to+1])
}

func enumEnd(c *call, first bool) query.Datum {
	labels, _ := c.enumLabelsOf(c.types[0])
	switch {
	case len(labels) == 0:
		return nil
	case first:
		return labels[0]
	}
	return labels[len(labels)-1]
}

func arrayFill(c *call) query.Datum {
	dims := c.array(1)
	out := &query.Array{Elem: c.elem()}
	total := int64(1)
	for _, d := range dims.Values {
		if d == nil {
			pgerr.Raise("22004", pgerr.NoPosition, "dimension values cannot be null")
		}
		total *= number(d)
		if total > maxRows {
			pgerr.Raise("54000", pgerr.NoPosition, "array size exceeds the maximum allowed (%d)", maxRows)
		}
		out.Dims, out.Lower = append(out.Dims, int(number(d))), append(out.Lower, 1)
	}
	if len(dims.Values) == 0 || total <= 0 {
		return &query.Array{Elem: out.Elem}
	}
	for range total {
		out.Values = append(out.Values, c.args[0])
	}
	return out
}
