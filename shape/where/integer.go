package where

import (
	"math/bits"
	"strings"
)

// failure is the value of what PostgreSQL refuses to compute: an overflow, a
// division by zero.
var failure = value{state: failed}

// integerOps gives the arithmetic of integers by the names of the C functions:
// int, the sizes of both sides, and these suffixes. The result is as wide as
// the wider side.
var integerOps = map[string]func(a, b int64) (int64, bool){
	"pl":  func(a, b int64) (int64, bool) { c := a + b; return c, (c > a) == (b > 0) },
	"mi":  func(a, b int64) (int64, bool) { c := a - b; return c, (c < a) == (b > 0) },
	"mul": multiplied,
	"div": divided,
}

// bitOps are the same for both sides of one size.
var bitOps = map[string]func(a, b int64) int64{
	"and": func(a, b int64) int64 { return a & b },
	"or":  func(a, b int64) int64 { return a | b },
	"xor": func(a, b int64) int64 { return a ^ b },
}

func init() {
	for _, sizes := range strings.Fields("2 4 8 24 42 28 82 48 84") {
		width := 0
		for _, size := range sizes {
			width = max(width, int(size-'0')*8)
		}
		for suffix, op := range integerOps {
			binaries["int"+sizes+suffix] = bounded(op, width)
		}
		if len(sizes) == 1 {
			for suffix, op := range bitOps {
				binaries["int"+sizes+suffix] = func(a, b value) value { return value{n: op(a.n, b.n)} }
			}
			unaries["int"+sizes+"up"] = func(v value) value { return v }
			unaries["int"+sizes+"not"] = func(v value) value { return value{n: ^v.n} }
			unaries["int"+sizes+"um"] = func(v value) value { return narrowed(-v.n, v.n != -v.n || v.n == 0, width) }
			unaries["int"+sizes+"abs"] = func(v value) value { return narrowed(max(v.n, -v.n), v.n != -v.n || v.n == 0, width) }
		}
	}
	for name, width := range map[string]int{"i2toi4": 32, "int28": 64, "int48": 64, "int84": 32, "int82": 16, "i4toi2": 16} {
		unaries[name] = func(v value) value { return narrowed(v.n, true, width) }
	}
	unaries["int4_bool"] = func(v value) value { return valueOf(truthOf(v.n != 0)) }
	unaries["bool_int4"] = func(v value) value { return v }
}

func bounded(op func(a, b int64) (int64, bool), width int) binary {
	return func(a, b value) value {
		n, ok := op(a.n, b.n)
		return narrowed(n, ok, width)
	}
}

// narrowed checks that a result is right and fits so many bits.
func narrowed(n int64, ok bool, width int) value {
	if shift := 64 - width; !ok || n<<shift>>shift != n {
		return failure
	}
	return value{n: n}
}

func multiplied(a, b int64) (int64, bool) {
	high, low := bits.Mul64(uint64(a), uint64(b))
	// The high half of the signed product must be its sign.
	if a < 0 {
		high -= uint64(b)
	}
	if b < 0 {
		high -= uint64(a)
	}
	return int64(low), int64(high) == int64(low)>>63
}

// divided truncates, as C does.
func divided(a, b int64) (int64, bool) {
	switch {
	case b == 0:
		return 0, false
	case b == -1:
		return -a, a != -a || a == 0
	}
	return a / b, true
}
