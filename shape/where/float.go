package where

import (
	"math"
	"strconv"
	"strings"
)

func float(v value) float64 { return math.Float64frombits(uint64(v.n)) }

func floatValue(f float64) value { return value{n: int64(math.Float64bits(f))} }

func decodeFloat8(text []byte) value { return decodeFloat(text, 64) }
func decodeFloat4(text []byte) value { return decodeFloat(text, 32) }

func decodeFloat(text []byte, bits int) value {
	f, err := strconv.ParseFloat(stringOf(text), bits)
	if err != nil {
		return value{state: asked}
	}
	return floatValue(f)
}

// byFloat orders floats: NaN equals itself and is greater than all others.
func byFloat(a, b value) int {
	x, y := float(a), float(b)
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	case x == y:
		return 0
	}
	return rank(math.IsNaN(x)) - rank(math.IsNaN(y))
}

// floatOps gives the arithmetic of floats by the C functions' suffixes.
var floatOps = map[string]func(x, y float64) float64{
	"pl":  func(x, y float64) float64 { return x + y },
	"mi":  func(x, y float64) float64 { return x - y },
	"mul": func(x, y float64) float64 { return x * y },
	"div": func(x, y float64) float64 { return x / y },
}

func init() {
	for suffix, op := range floatOps {
		for _, sizes := range strings.Fields("4 8 48 84") {
			binaries["float"+sizes+suffix] = floatOp(suffix, op, sizes == "4")
		}
	}
	for _, size := range []string{"4", "8"} {
		unaries["float"+size+"up"] = func(v value) value { return v }
		unaries["float"+size+"um"] = func(v value) value { return floatValue(-float(v)) }
		unaries["float"+size+"abs"] = func(v value) value { return floatValue(math.Abs(float(v))) }
	}
	unaries["dsqrt"] = func(v value) value {
		if float(v) < 0 {
			return failure
		}
		return floatValue(math.Sqrt(float(v)))
	}
	for _, name := range strings.Fields("i2tod i4tod i8tod") {
		unaries[name] = func(v value) value { return floatValue(float64(v.n)) }
	}
	for _, name := range strings.Fields("i2tof i4tof i8tof") {
		unaries[name] = func(v value) value { return floatValue(float64(float32(v.n))) }
	}
	unaries["ftod"] = func(v value) value { return v }
	unaries["dtof"] = func(v value) value {
		f := float(v)
		narrow := float64(float32(f))
		if math.IsInf(narrow, 0) && !math.IsInf(f, 0) || narrow == 0 && f != 0 {
			return failure
		}
		return floatValue(narrow)
	}
	for name, width := range map[string]int{"dtoi2": 16, "dtoi4": 32, "dtoi8": 64, "ftoi2": 16, "ftoi4": 32, "ftoi8": 64} {
		unaries[name] = func(v value) value {
			f := math.RoundToEven(float(v))
			if !(f >= -(1<<63) && f < 1<<63) {
				return failure
			}
			return narrowed(int64(f), true, width)
		}
	}
}

// floatOp computes as the server does, and refuses what it does: overflow,
// underflow, division by zero (float.h).
func floatOp(suffix string, op func(x, y float64) float64, single bool) binary {
	return func(a, b value) value {
		x, y := float(a), float(b)
		if suffix == "div" && y == 0 && !math.IsNaN(x) {
			return failure
		}
		out := op(x, y)
		if single {
			out = float64(float32(out))
		}
		overflow := math.IsInf(out, 0) && !math.IsInf(x, 0) && (suffix == "div" || !math.IsInf(y, 0))
		underflow := suffix == "mul" && out == 0 && x != 0 && y != 0 ||
			suffix == "div" && out == 0 && x != 0 && !math.IsInf(y, 0)
		if overflow || underflow {
			return failure
		}
		return floatValue(out)
	}
}
