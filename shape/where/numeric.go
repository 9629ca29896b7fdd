package where

import (
	"math"
	"math/big"
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
