package where

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// numericOp computes with numbers by op, and with what are none as floats do
// by their rules, which are the same.
func numericOp(op func(x, y *bigNumeric) value, special func(x, y float64) float64) binary {
	return func(a, b value) value {
		x, y := large(a), large(b)
		if x.unscaled == nil || y.unscaled == nil {
			return numericOf(special(x.float(), y.float()))
		}
		return op(x, y)
	}
}

// float stands for a number by its sign.
func (x *bigNumeric) float() float64 {
	switch {
	case x.special == 2:
		return math.NaN()
	case x.unscaled == nil:
		return math.Inf(int(x.special))
	}
	return float64(x.unscaled.Sign())
}

// numericOf gives what such a computation may yield: 0 or no number.
func numericOf(f float64) value {
	switch {
	case math.IsNaN(f):
		return value{x: &bigNumeric{special: 2}}
	case math.IsInf(f, 1):
		return value{x: &bigNumeric{special: 1}}
	case math.IsInf(f, -1):
		return value{x: &bigNumeric{special: -1}}
	}
	return value{}
}

func numericQuotient(x, y *bigNumeric) value {
	scale := quotientScale(x, y)
	n := new(big.Int).Mul(x.unscaled, power10(scale+1+y.scale))
	n.Quo(n, new(big.Int).Mul(y.unscaled, power10(x.scale)))
	return small(rounded(n), scale)
}

// rounded divides by ten, halves away from zero.
func rounded(n *big.Int) *big.Int {
	five := big.NewInt(int64(5 * n.Sign()))
	return n.Quo(n.Add(n, five), big.NewInt(10))
}

// quotientScale says how many decimals a quotient gets: at least 16 significant
// digits (select_div_scale).
func quotientScale(x, y *bigNumeric) int {
	w1, f1 := weight(x)
	w2, f2 := weight(y)
	w := w1 - w2
	if f1 <= f2 {
		w--
	}
	return min(max(16-w*4, x.scale, y.scale, 0), 1000)
}

// weight gives the place and the value of a number's first digit to base
// 10,000.
func weight(x *bigNumeric) (weight, first int) {
	digits := new(big.Int).Abs(x.unscaled).String()
	if digits == "0" {
		return 0, 0
	}
	exponent := len(digits) - x.scale - 1 // of the first decimal digit
	weight = exponent >> 2
	count := exponent - weight*4 + 1
	for len(digits) < count {
		digits += "0"
	}
	first, _ = strconv.Atoi(digits[:count])
	return weight, first
}

func init() {
	binaries["numeric_add"] = numericOp(func(x, y *bigNumeric) value {
		p, q, scale := aligned(x, y)
		return small(new(big.Int).Add(p, q), scale)
	}, floatOps["pl"])
	binaries["numeric_sub"] = numericOp(func(x, y *bigNumeric) value {
		p, q, scale := aligned(x, y)
		return small(new(big.Int).Sub(p, q), scale)
	}, floatOps["mi"])
	binaries["numeric_mul"] = numericOp(func(x, y *bigNumeric) value {
		return small(new(big.Int).Mul(x.unscaled, y.unscaled), x.scale+y.scale)
	}, floatOps["mul"])
	quotient := numericOp(numericQuotient, floatOps["div"])
	binaries["numeric_div"] = func(a, b value) value {
		if y := large(b); y.unscaled != nil && y.unscaled.Sign() == 0 && large(a).special != 2 {
			return failure
		}
		return quotient(a, b)
	}
	unaries["numeric_uplus"] = func(v value) value { return v }
	unaries["numeric_uminus"] = signed((*big.Int).Neg, func(f float64) float64 { return -f })
	unaries["numeric_abs"] = signed((*big.Int).Abs, math.Abs)
	for _, name := range strings.Fields("int2_numeric int4_numeric int8_numeric") {
		unaries[name] = func(v value) value { return small(big.NewInt(v.n), 0) }
	}
	for name, width := range map[string]int{"numeric_int2": 16, "numeric_int4": 32, "numeric_int8": 64} {
		unaries[name] = func(v value) value { return numericInteger(v, width) }
	}
	unaries["numeric_float8"] = func(v value) value { return numericFloat(v, 64) }
	unaries["numeric_float4"] = func(v value) value { return numericFloat(v, 32) }
}

func signed(op func(z, x *big.Int) *big.Int, special func(float64) float64) unary {
	return func(v value) value {
		x := large(v)
		if x.unscaled == nil {
			return numericOf(special(x.float()))
		}
		return small(op(new(big.Int), x.unscaled), x.scale)
	}
}

// numericInteger rounds to an integer.
func numericInteger(v value, width int) value {
	x := large(v)
	if x.unscaled == nil {
		return failure
	}
	n := new(big.Int).Set(x.unscaled)
	if x.scale > 0 {
		n = rounded(n.Quo(n, power10(x.scale-1)))
	}
	return narrowed(n.Int64(), n.IsInt64(), width)
}

// numericFloat gives the nearest float, as float8in does of the text.
func numericFloat(v value, bits int) value {
	f, err := strconv.ParseFloat(numericText(v), bits)
	if err != nil || f == 0 && large(v).unscaled != nil && large(v).unscaled.Sign() != 0 {
		return failure
	}
	return floatValue(f)
}
