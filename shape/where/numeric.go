package where

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// A bigNumeric is a numeric that does not fit a value's n and scale, or one
// that is no number.
type bigNumeric struct {
	unscaled *big.Int // nil for those that are no numbers
	scale    int
	special  int8 // -1 -Infinity, 1 Infinity, 2 NaN
}

// Limits of what is computed here; beyond them the server is asked.
const (
	maxScale  = 16383
	maxDigits = 2000
)

func decodeNumeric(text []byte) value {
	s := stringOf(text)
	if point := strings.IndexByte(s, '.'); len(s) <= 18 {
		v := decodeDecimal(s, point)
		if v.state == fine {
			return v
		}
	}
	switch s {
	case "NaN":
		return value{x: &bigNumeric{special: 2}}
	case "Infinity":
		return value{x: &bigNumeric{special: 1}}
	case "-Infinity":
		return value{x: &bigNumeric{special: -1}}
	}
	whole, fraction, _ := strings.Cut(s, ".")
	n, ok := new(big.Int).SetString(whole+fraction, 10)
	if !ok || len(s) > maxDigits {
		return value{state: asked}
	}
	return small(n, len(fraction))
}

// decodeDecimal reads a number of at most 18 characters.
func decodeDecimal(s string, point int) value {
	var n int64
	i, negative := 0, false
	if s != "" && s[0] == '-' {
		i, negative = 1, true
	}
	if i == len(s) {
		return value{state: asked}
	}
	for ; i < len(s); i++ {
		if i == point {
			continue
		}
		d := s[i] - '0'
		if d > 9 {
			return value{state: asked}
		}
		n = n*10 + int64(d)
	}
	if negative {
		n = -n
	}
	v := value{n: n}
	if point >= 0 {
		v.scale = int16(len(s) - point - 1)
	}
	return v
}

// small gives a number in its smallest form.
func small(n *big.Int, scale int) value {
	if scale > maxScale || n.BitLen() > maxDigits*4 {
		return value{state: asked}
	}
	if n.IsInt64() && n.Int64() != math.MinInt64 && scale <= 18 {
		return value{n: n.Int64(), scale: int16(scale)}
	}
	return value{x: &bigNumeric{unscaled: n, scale: scale}}
}

// large gives a number in its large form.
func large(v value) *bigNumeric {
	if b, ok := v.x.(*bigNumeric); ok {
		return b
	}
	return &bigNumeric{unscaled: big.NewInt(v.n), scale: int(v.scale)}
}

var powers = func() (out [19]int64) {
	out[0] = 1
	for i := 1; i < len(out); i++ {
		out[i] = out[i-1] * 10
	}
	return out
}()

func power10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// byNumeric orders numerics: -Infinity, numbers, Infinity, NaN.
func byNumeric(a, b value) int {
	if a.x == nil && b.x == nil {
		if a.scale == b.scale {
			return byNumber(a, b)
		}
		if n, ok := rescaled(a, b.scale); ok {
			return byNumber(value{n: n}, b)
		}
		if n, ok := rescaled(b, a.scale); ok {
			return byNumber(a, value{n: n})
		}
	}
	x, y := large(a), large(b)
	if x.special != y.special || x.unscaled == nil {
		return int(x.special) - int(y.special)
	}
	p, q, _ := aligned(x, y)
	return p.Cmp(q)
}

// rescaled gives n at a greater scale, when it fits.
func rescaled(v value, scale int16) (int64, bool) {
	if scale < v.scale {
		return 0, false
	}
	return multiplied(v.n, powers[scale-v.scale])
}

// aligned brings two numbers to one scale.
func aligned(x, y *bigNumeric) (p, q *big.Int, scale int) {
	p, q = x.unscaled, y.unscaled
	switch {
	case x.scale < y.scale:
		p = new(big.Int).Mul(p, power10(y.scale-x.scale))
	case y.scale < x.scale:
		q = new(big.Int).Mul(q, power10(x.scale-y.scale))
	}
	return p, q, max(x.scale, y.scale)
}

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

// numericText writes a number.
func numericText(v value) string {
	x := large(v)
	switch x.special {
	case -1:
		return "-Infinity"
	case 1:
		return "Infinity"
	case 2:
		return "NaN"
	}
	digits := new(big.Int).Abs(x.unscaled).String()
	if x.scale > 0 {
		if len(digits) <= x.scale {
			digits = strings.Repeat("0", x.scale-len(digits)+1) + digits
		}
		digits = digits[:len(digits)-x.scale] + "." + digits[len(digits)-x.scale:]
	}
	if x.unscaled.Sign() < 0 {
		return "-" + digits
	}
	return digits
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
