package where

import "slices"

// asArray gives an array's value; NULL passes for an empty one.
func asArray(v value) *array {
	if a, ok := v.x.(*array); ok && v.state == fine {
		return a
	}
	return &array{}
}

// catenated is array_cat, of values of which one at least is not NULL.
func catenated(a, b value) value {
	switch {
	case a.state == null:
		return b
	case b.state == null:
		return a
	}
	x, y := asArray(a), asArray(b)
	switch {
	case len(x.dims) == 0 && len(y.dims) > 0:
		return b
	case len(y.dims) == 0:
		return a
	}
	out := array{elems: slices.Concat(x.elems, y.elems)}
	switch len(x.dims) - len(y.dims) {
	case 0:
		if !slices.Equal(x.dims[1:], y.dims[1:]) || !slices.Equal(x.lower[1:], y.lower[1:]) {
			return failure
		}
		out.dims, out.lower = slices.Clone(x.dims), x.lower
		out.dims[0] += y.dims[0]
	case -1: // x is a further element of y
		if !slices.Equal(x.dims, y.dims[1:]) || !slices.Equal(x.lower, y.lower[1:]) {
			return failure
		}
		out.dims, out.lower = slices.Clone(y.dims), y.lower
		out.dims[0]++
	case 1:
		if !slices.Equal(y.dims, x.dims[1:]) || !slices.Equal(y.lower, x.lower[1:]) {
			return failure
		}
		out.dims, out.lower = slices.Clone(x.dims), x.lower
		out.dims[0]++
	default:
		return failure
	}
	return bigEnough(&out)
}

// appended is array_append, or array_prepend, of an array that may be NULL and
// an element that may be.
func appended(a, elem value, front bool) value {
	x := asArray(a)
	if len(x.dims) > 1 {
		return failure
	}
	out := array{dims: []int{len(x.elems) + 1}, lower: []int{1}}
	if len(x.dims) == 1 {
		out.lower = x.lower
	}
	if front {
		out.elems = slices.Concat([]value{elem}, x.elems)
	} else {
		out.elems = slices.Concat(x.elems, []value{elem})
	}
	return bigEnough(&out)
}

// maxElements bounds an array that is computed here.
const maxElements = 100_000

func bigEnough(a *array) value {
	if len(a.elems) > maxElements {
		return value{state: asked}
	}
	return value{x: a}
}

// constructed is ARRAY[…] of elements.
func constructed(elems []value) value {
	if len(elems) == 0 {
		return value{x: &array{}}
	}
	return value{x: &array{dims: []int{len(elems)}, lower: []int{1}, elems: elems}}
}

// nested is ARRAY[…] of arrays: all empty, or all of the same dimensions.
func nested(parts []value) value {
	var out array
	empty := 0
	for _, v := range parts {
		x := asArray(v)
		if len(x.dims) == 0 {
			empty++
			continue
		}
		if out.dims != nil && (!slices.Equal(out.dims[1:], x.dims) || !slices.Equal(out.lower[1:], x.lower)) || len(x.dims) == maxDims {
			return failure
		}
		if out.dims == nil {
			out.dims, out.lower = slices.Concat([]int{0}, x.dims), slices.Concat([]int{1}, x.lower)
		}
		out.dims[0]++
		out.elems = append(out.elems, x.elems...)
	}
	if empty > 0 && out.dims != nil {
		return failure
	}
	return bigEnough(&out)
}

// element fetches one element: NULL outside of the array (array_get_element).
func (a *array) element(at []int64) value {
	if len(at) != len(a.dims) {
		return value{state: null}
	}
	offset := 0
	for i, n := range at {
		n -= int64(a.lower[i])
		if n < 0 || n >= int64(a.dims[i]) {
			return value{state: null}
		}
		offset = offset*a.dims[i] + int(n)
	}
	return a.elems[offset]
}

// A bound is one of a slice's; not given, the array's own.
type bound struct {
	n     int64
	given bool
}

// slice fetches a part, whose bounds start at 1; an empty array where nothing
// is left (array_get_slice).
func (a *array) slice(lower, upper []bound) value {
	empty := value{x: &array{}}
	if len(a.dims) < len(lower) || len(a.dims) == 0 {
		return empty
	}
	out := array{lower: slices.Repeat([]int{1}, len(a.dims))}
	from := make([]int, len(a.dims))
	for i, size := range a.dims {
		low, high := int64(a.lower[i]), int64(a.lower[i]+size-1)
		if i < len(lower) {
			if lower[i].given {
				low = max(low, lower[i].n)
			}
			if upper[i].given {
				high = min(high, upper[i].n)
			}
		}
		if low > high {
			return empty
		}
		from[i] = int(low) - a.lower[i]
		out.dims = append(out.dims, int(high-low)+1)
	}
	a.copy(&out, from, 0, 0)
	return value{x: &out}
}

func (a *array) copy(out *array, from []int, dim, offset int) {
	if dim == len(a.dims) {
		out.elems = append(out.elems, a.elems[offset])
		return
	}
	for i := range out.dims[dim] {
		a.copy(out, from, dim+1, offset*a.dims[dim]+from[dim]+i)
	}
}
