package eval

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// A decimal is a finite numeric: unscaled × 10^-scale.
type decimal struct {
	unscaled *big.Int
	scale    int
}

var ten = big.NewInt(10)

func pow10(n int) *big.Int { return new(big.Int).Exp(ten, big.NewInt(int64(n)), nil) }

// decimalOf reads a number of any type; false for NaN and infinity.
func decimalOf(v query.Datum) (decimal, bool) {
	switch v := v.(type) {
	case int64:
		return decimal{big.NewInt(v), 0}, true
	case float64:
		return parseDecimal(strconv.FormatFloat(v, 'f', -1, 64))
	case string:
		return parseDecimal(v)
	}
	return decimal{}, false
}

func parseDecimal(s string) (decimal, bool) {
	whole, fraction, _ := strings.Cut(s, ".")
	n, ok := new(big.Int).SetString(whole+fraction, 10)
	return decimal{n, len(fraction)}, ok
}

func (d decimal) String() string {
	s := new(big.Int).Abs(d.unscaled).String()
	if d.scale > 0 {
		if len(s) <= d.scale {
			s = strings.Repeat("0", d.scale-len(s)+1) + s
		}
		s = s[:len(s)-d.scale] + "." + s[len(s)-d.scale:]
	}
	if d.unscaled.Sign() < 0 {
		s = "-" + s
	}
	return s
}

// rescale gives the value with another number of decimals, rounding halves
// away from zero.
func (d decimal) rescale(scale int) decimal {
	if scale >= d.scale {
		return decimal{new(big.Int).Mul(d.unscaled, pow10(scale-d.scale)), scale}
	}
	unit := pow10(d.scale - scale)
	half := new(big.Int).Quo(unit, big.NewInt(2))
	n := new(big.Int).Set(d.unscaled)
	if n.Sign() < 0 {
		n.Sub(n, half)
	} else {
		n.Add(n, half)
	}
	return decimal{n.Quo(n, unit), scale}
}

// trunc cuts decimals off.
func (d decimal) trunc(scale int) decimal {
	if scale >= d.scale {
		return d.rescale(scale)
	}
	return decimal{new(big.Int).Quo(d.unscaled, pow10(d.scale-scale)), scale}
}

func (d decimal) align(e decimal) (decimal, decimal) {
	scale := max(d.scale, e.scale)
	return d.rescale(scale), e.rescale(scale)
}

func (d decimal) cmp(e decimal) int {
	a, b := d.align(e)
	return a.unscaled.Cmp(b.unscaled)
}

func (d decimal) add(e decimal) decimal {
	a, b := d.align(e)
	return decimal{new(big.Int).Add(a.unscaled, b.unscaled), a.scale}
}

func (d decimal) sub(e decimal) decimal {
	a, b := d.align(e)
	return decimal{new(big.Int).Sub(a.unscaled, b.unscaled), a.scale}
}

func (d decimal) mul(e decimal) decimal {
	return decimal{new(big.Int).Mul(d.unscaled, e.unscaled), d.scale + e.scale}
}

func (d decimal) mod(e decimal) decimal {
	a, b := d.align(e)
	return decimal{new(big.Int).Rem(a.unscaled, b.unscaled), a.scale}
}

// div divides with as many decimals as select_div_scale asks for: at least 16
// significant digits.
func (d decimal) div(e decimal) decimal {
	w1, f1 := d.weight()
	w2, f2 := e.weight()
	w := w1 - w2
	if f1 <= f2 {
		w--
	}
	scale := max(16-w*4, d.scale, e.scale)
	scale = min(scale, 1000)
	n := new(big.Int).Mul(d.unscaled, pow10(scale+1+e.scale))
	n.Quo(n, new(big.Int).Mul(e.unscaled, pow10(d.scale)))
	return decimal{n, scale + 1}.rescale(scale)
}

// weight gives the place and the value of the first digit to base 10,000.
func (d decimal) weight() (weight, first int) {
	s := new(big.Int).Abs(d.unscaled).String()
	if s == "0" {
		return 0, 0
	}
	exponent := len(s) - d.scale - 1 // of the first decimal digit
	weight = exponent / 4
	if exponent < 0 {
		weight = -((3 - exponent) / 4)
	}
	digits := exponent - weight*4 + 1
	for len(s) < digits {
		s += "0"
	}
	first, _ = strconv.Atoi(s[:digits])
	return weight, first
}

// integer gives the value as an integer of a type, rounded; 22003 when it does
// not fit.
func (d decimal) integer(typ pg.OID) query.Datum {
	n := d.rescale(0).unscaled
	if !n.IsInt64() {
		outOfRange(typ)
	}
	return inRange(n.Int64(), typ)
}

// integerNames are the words for types in messages about their range.
var integerNames = map[pg.OID]string{pg.Int2: "smallint", pg.Int4: "integer", pg.Int8: "bigint"}

func outOfRange(typ pg.OID) {
	pgerr.Raise("22003", pgerr.NoPosition, "%s out of range", integerNames[typ])
}

// inRange checks that an integer fits its type.
func inRange(n int64, typ pg.OID) query.Datum {
	switch typ {
	case pg.Int2:
		if n != int64(int16(n)) {
			outOfRange(typ)
		}
	case pg.Int4:
		if n != int64(int32(n)) {
			outOfRange(typ)
		}
	}
	return n
}

func (a *aggregation) sum() query.Datum {
	values := a.values()
	if len(values) == 0 {
		return nil
	}
	total := decimal{new(big.Int), 0}
	for _, v := range values {
		if f, ok := v.(float64); ok && len(values) == 1 {
			return f
		}
		d, ok := decimalOf(v)
		if !ok || a.result == pg.Float8 || a.result == pg.Float4 || a.result == pg.Interval || a.result == pg.Money {
			return Unknown{"a sum"}
		}
		total = total.add(d)
	}
	if a.result == pg.Int8 {
		return total.integer(pg.Int8)
	}
	return total.String()
}

func (a *aggregation) avg() query.Datum {
	values := a.values()
	if len(values) == 0 {
		return nil
	}
	if a.result != pg.Numeric {
		return Unknown{"an average"}
	}
	total := decimal{new(big.Int), 0}
	for _, v := range values {
		d, ok := decimalOf(v)
		if !ok {
			return "NaN"
		}
		total = total.add(d)
	}
	return total.div(decimal{big.NewInt(int64(len(values))), 0}).String()
}
