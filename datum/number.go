package datum

import (
	"math"
	"strconv"
	"strings"

	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// boolIn reads a boolean: any unique prefix of true, false, yes, no, and on,
// off, 1, 0 (parse_bool_with_len).
func boolIn(in *input) query.Datum {
	s := strings.ToLower(trimSpace(in.text))
	prefix := func(word string, least int) bool { return len(s) >= least && strings.HasPrefix(word, s) }
	switch {
	case prefix("true", 1), prefix("yes", 1), s == "on", s == "1":
		return true
	case prefix("false", 1), prefix("no", 1), prefix("off", 2), s == "0":
		return false
	}
	invalid("boolean", in.text)
	return nil
}

func int2In(in *input) query.Datum { return integer(in.text, 16, "smallint") }
func int4In(in *input) query.Datum { return integer(in.text, 32, "integer") }
func int8In(in *input) query.Datum { return integer(in.text, 64, "bigint") }

// integer reads a decimal integer of some bits (pg_strtoint32 and its like in
// PostgreSQL 15: no other bases, no underscores).
func integer(text string, bits int, typeName string) int64 {
	s := trimSpace(text)
	sign, digits := signAndDigits(s)
	if digits == 0 {
		invalid(typeName, text)
	}
	n, err := strconv.ParseInt(s[:sign+digits], 10, bits)
	if err != nil {
		pgerr.Raise("22003", pgerr.NoPosition, `value "%s" is out of range for type %s`, text, typeName)
	}
	if sign+digits < len(s) {
		invalid(typeName, text)
	}
	return n
}

// signAndDigits measures the sign and the digits a text begins with.
func signAndDigits(s string) (sign, digits int) {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		sign = 1
	}
	for sign+digits < len(s) && isDigit(s[sign+digits]) {
		digits++
	}
	return sign, digits
}

func oidIn(in *input) query.Datum { return pg.OID(unsigned(in.text, "oid")) }

// unsigned reads a 32-bit unsigned number as strtoul(…, 10) does: a minus sign wraps.
func unsigned(text, typeName string) uint32 {
	s := trimSpace(text)
	sign, digits := signAndDigits(s)
	if digits == 0 {
		invalid(typeName, text)
	}
	n, err := strconv.ParseInt(s[:sign+digits], 10, 64)
	tooBig := n > math.MaxUint32 || n < math.MinInt32
	if err == nil && sign+digits < len(s) {
		invalid(typeName, text)
	}
	if err != nil || tooBig {
		pgerr.Raise("22003", pgerr.NoPosition, `value "%s" is out of range for type %s`, text, typeName)
	}
	return uint32(n)
}

func float4In(in *input) query.Datum { return float(in.text, in.text, 32, "real") }
func float8In(in *input) query.Datum { return float(in.text, in.text, 64, "double precision") }

// float reads a floating point number as strtod does; whole is the text that
// an error quotes (float8in_internal).
func float(text, whole string, bits int, typeName string) float64 {
	s := trimSpace(text)
	if strings.EqualFold(strings.TrimPrefix(strings.TrimPrefix(s, "-"), "+"), "nan") {
		return math.NaN()
	}
	if !floatSyntax(s) {
		invalid(typeName, whole)
	}
	f, err := strconv.ParseFloat(hexExponent(s), bits)
	if err != nil && !math.IsInf(f, 0) {
		invalid(typeName, whole)
	}
	if err != nil || f == 0 && !isZero(s) {
		pgerr.Raise("22003", pgerr.NoPosition, `"%s" is out of range for type %s`, s, typeName)
	}
	return f
}

// floatSyntax says whether strtod would take all of s. Go's parser allows more
// (underscores).
func floatSyntax(s string) bool {
	if s == "" || strings.ContainsRune(s, '_') {
		return false
	}
	return true
}

// hexExponent adds the exponent that Go demands of a hexadecimal number and C does not.
func hexExponent(s string) string {
	low := strings.ToLower(s)
	if strings.Contains(low, "0x") && !strings.Contains(low, "p") {
		return s + "p0"
	}
	return s
}

// isZero says whether the number s, a valid one, is written as zero.
func isZero(s string) bool {
	s = strings.ToLower(s)
	mantissa, digits := s, "123456789"
	if strings.Contains(s, "0x") {
		mantissa, _, _ = strings.Cut(strings.Replace(s, "0x", "", 1), "p")
		digits = "123456789abcdef"
	} else if i := strings.IndexByte(s, 'e'); i >= 0 {
		mantissa = s[:i]
	}
	return !strings.ContainsAny(mantissa, digits)
}

// floatOut writes a float with the fewest digits that read back the same
// (ryu's double_to_shortest_decimal): scientific from 10^15 or, for real, 10^6 on.
func floatOut(f float64, bits int) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	limit := 15
	if bits == 32 {
		limit = 6
	}
	e := strconv.FormatFloat(f, 'e', -1, bits)
	exponent, _ := strconv.Atoi(e[strings.IndexByte(e, 'e')+1:])
	if exponent >= -4 && exponent < limit {
		return strconv.FormatFloat(f, 'f', -1, bits)
	}
	return e
}
