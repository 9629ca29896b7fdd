package datum

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// The limits of numeric (numeric.h).
const (
	numericMaxWeight = 131072 // digits before the decimal point
	numericMaxScale  = 16383
)

// A decimal is a finite numeric: digits × 10^-scale, without losing the zeros
// that were written behind the point.
type decimal struct {
	negative bool
	digits   string // no leading zeros; "" for zero
	scale    int
}

// numericIn reads a numeric and rounds it to its typmod.
func numericIn(in *input) query.Datum {
	s := trimSpace(in.text)
	switch strings.ToLower(strings.TrimLeft(s, "+-")) {
	case "nan":
		if s[0] != '+' && s[0] != '-' {
			return "NaN"
		}
	case "inf", "infinity":
		if len(strings.TrimLeft(s, "+-")) >= len(s)-1 {
			return infiniteNumeric(s[0] == '-', in.typmod)
		}
	}
	d, ok := parseDecimal(s)
	if !ok {
		invalid("numeric", in.text)
	}
	return numericRound(d, in.typmod).String()
}

func infiniteNumeric(negative bool, typmod int32) string {
	if typmod >= headerSize {
		precision, scale := numericTypmod(typmod)
		pgerr.New("22003", pgerr.NoPosition, "numeric field overflow").
			WithDetail("A field with precision %d, scale %d cannot hold an infinite value.", precision, scale).Raise()
	}
	if negative {
		return "-Infinity"
	}
	return "Infinity"
}

// numericTypmod takes a typmod apart; scale may be negative.
func numericTypmod(typmod int32) (precision, scale int) {
	t := typmod - headerSize
	return int(t>>16) & 0xffff, int((t&0x7ff)^1024) - 1024
}

// parseDecimal reads digits, a point, digits and an exponent
// (set_var_from_str). Overflow raises 22003.
func parseDecimal(s string) (decimal, bool) {
	var d decimal
	i := 0
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		d.negative = s[i] == '-'
		i++
	}
	start := i
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	whole, fraction := s[start:i], ""
	if i < len(s) && s[i] == '.' {
		start = i + 1
		for i++; i < len(s) && isDigit(s[i]); i++ {
		}
		fraction = s[start:i]
	}
	if whole == "" && fraction == "" {
		return d, false
	}
	d.digits, d.scale = whole+fraction, len(fraction)
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		exponent, err := strconv.Atoi(s[i+1:])
		if err != nil && !strings.Contains(err.Error(), "range") || !exponentSyntax(s[i+1:]) {
			return d, false
		}
		if err != nil || exponent > 1<<30 || exponent < -1<<30 {
			numericOverflow()
		}
		d = d.shift(exponent)
		i = len(s)
	}
	d.digits = strings.TrimLeft(d.digits, "0")
	if len(d.digits)-d.scale > numericMaxWeight || d.scale > numericMaxScale && !d.cut(numericMaxScale) {
		numericOverflow()
	}
	return d, i == len(s)
}

func exponentSyntax(s string) bool {
	digits := strings.TrimLeft(s, "+-")
	return len(s)-len(digits) <= 1 && digits != "" && strings.Trim(digits, "0123456789") == ""
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func numericOverflow() {
	pgerr.Raise("22003", pgerr.NoPosition, "value overflows numeric format")
}

// shift multiplies by 10^exponent. The number of digits behind the point
// shrinks or grows with it, and never below zero.
func (d decimal) shift(exponent int) decimal {
	d.scale -= exponent
	if d.scale < 0 {
		if strings.Trim(d.digits, "0") != "" {
			if -d.scale > numericMaxWeight {
				numericOverflow()
			}
			d.digits += strings.Repeat("0", -d.scale)
		}
		d.scale = 0
	}
	if d.scale > numericMaxScale+len(d.digits)+1 && strings.Trim(d.digits, "0") != "" {
		d.digits, d.scale = "", numericMaxScale
	}
	return d
}

// cut drops digits behind the scale; it always succeeds.
func (d *decimal) cut(scale int) bool {
	*d = d.round(scale)
	return true
}

// round gives d with another scale, halves away from zero. A negative scale
// rounds to tens.
func (d decimal) round(scale int) decimal {
	if scale >= d.scale {
		if d.digits != "" {
			d.digits += strings.Repeat("0", scale-d.scale)
		}
		d.scale = scale
		return d
	}
	drop := d.scale - scale
	up := drop <= len(d.digits) && d.digits[len(d.digits)-drop] >= '5'
	kept := ""
	if drop < len(d.digits) {
		kept = d.digits[:len(d.digits)-drop]
	}
	if up {
		n, _ := new(big.Int).SetString("0"+kept, 10)
		kept = n.Add(n, big.NewInt(1)).String()
	}
	d.digits, d.scale = kept, scale
	if d.scale < 0 {
		if d.digits != "" {
			d.digits += strings.Repeat("0", -d.scale)
		}
		d.scale = 0
	}
	return d
}

// numericRound applies numeric(p,s) (apply_typmod).
func numericRound(d decimal, typmod int32) decimal {
	if typmod < headerSize {
		return d
	}
	precision, scale := numericTypmod(typmod)
	d = d.round(scale)
	whole := len(d.digits) - d.scale
	if d.digits != "" && whole > precision-scale {
		limit := "10^" + strconv.Itoa(precision-scale)
		if precision == scale {
			limit = "1"
		}
		pgerr.New("22003", pgerr.NoPosition, "numeric field overflow").
			WithDetail("A field with precision %d, scale %d must round to an absolute value less than %s.", precision, scale, limit).Raise()
	}
	return d
}

// String writes the number as numeric_out does: never an exponent.
func (d decimal) String() string {
	digits := d.digits
	if len(digits) <= d.scale {
		digits = strings.Repeat("0", d.scale-len(digits)+1) + digits
	}
	out := digits
	if d.scale > 0 {
		out = digits[:len(digits)-d.scale] + "." + digits[len(digits)-d.scale:]
	}
	if d.negative && d.digits != "" {
		out = "-" + out
	}
	return out
}
