package datum

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// uuidIn reads a UUID: 32 digits, braces around and hyphens after any group of
// four allowed.
func uuidIn(in *input) query.Datum {
	s := in.text
	if strings.HasPrefix(s, "{") {
		if !strings.HasSuffix(s, "}") {
			invalid("uuid", in.text)
		}
		s = s[1 : len(s)-1]
	}
	var digits []byte
	for i := 0; i < len(s); i++ {
		switch {
		case hexDigit(s[i]) >= 0:
			digits = append(digits, s[i])
		case s[i] == '-' && i > 0 && s[i-1] != '-' && len(digits)%4 == 0 && len(digits) < 32:
		default:
			invalid("uuid", in.text)
		}
	}
	if len(digits) != 32 {
		invalid("uuid", in.text)
	}
	d := strings.ToLower(string(digits))
	return d[:8] + "-" + d[8:12] + "-" + d[12:16] + "-" + d[16:20] + "-" + d[20:]
}

func bitIn(in *input) query.Datum {
	bits := bitString(in.text)
	length := int(in.typmod)
	if length > 0 && len(bits) != length {
		pgerr.Raise("22026", pgerr.NoPosition, "bit string length %d does not match type bit(%d)", len(bits), length)
	}
	return bits
}

func varbitIn(in *input) query.Datum {
	bits := bitString(in.text)
	if length := int(in.typmod); length > 0 && len(bits) > length {
		pgerr.Raise("22001", pgerr.NoPosition, "bit string too long for type bit varying(%d)", length)
	}
	return bits
}

// bitString reads binary digits, or hexadecimal ones after an x.
func bitString(s string) string {
	if s != "" && (s[0] == 'x' || s[0] == 'X') {
		var out strings.Builder
		for _, r := range s[1:] {
			v := -1
			if r < 128 {
				v = hexDigit(byte(r))
			}
			if v < 0 {
				pgerr.Raise("22P02", pgerr.NoPosition, `"%c" is not a valid hexadecimal digit`, r)
			}
			fmt.Fprintf(&out, "%04b", v)
		}
		return out.String()
	}
	if s != "" && (s[0] == 'b' || s[0] == 'B') {
		s = s[1:]
	}
	for _, r := range s {
		if r != '0' && r != '1' {
			pgerr.Raise("22P02", pgerr.NoPosition, `"%c" is not a valid binary digit`, r)
		}
	}
	return s
}

// moneyIn reads an amount in the C locale's currency: $, commas, parentheses
// for negative ones.
func moneyIn(in *input) query.Datum {
	s := trimSpace(in.text)
	negative := false
	s = trimSpace(strings.TrimPrefix(s, "$"))
	switch {
	case strings.HasPrefix(s, "-"), strings.HasPrefix(s, "("):
		s, negative = s[1:], true
	case strings.HasPrefix(s, "+"):
		s = s[1:]
	}
	s = trimSpace(strings.TrimPrefix(trimSpace(s), "$"))
	rest := strings.TrimRight(s, " \t\n\v\f\r)$+-")
	if strings.Contains(s[len(rest):], "-") {
		negative = true
	}
	whole, fraction, _ := strings.Cut(rest, ".")
	whole = strings.ReplaceAll(whole, ",", "")
	if strings.Trim(whole+fraction, "0123456789") != "" {
		invalid("money", in.text)
	}
	d := decimal{negative: negative, digits: strings.TrimLeft(whole+fraction, "0"), scale: len(fraction)}.round(2)
	cents, err := strconv.ParseInt(strings.Replace(d.String(), ".", "", 1), 10, 64)
	if err != nil {
		pgerr.Raise("22003", pgerr.NoPosition, `value "%s" is out of range for type money`, in.text)
	}
	return moneyText(cents)
}

func moneyText(cents int64) string {
	sign, u := "", uint64(cents)
	if cents < 0 {
		sign, u = "-", -u
	}
	whole := strconv.FormatUint(u/100, 10)
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return fmt.Sprintf("%s$%s.%02d", sign, whole, u%100)
}

// lsnIn reads a log sequence number, two hexadecimal halves.
func lsnIn(in *input) query.Datum {
	high, low, ok := strings.Cut(in.text, "/")
	h, err1 := strconv.ParseUint(high, 16, 32)
	l, err2 := strconv.ParseUint(low, 16, 32)
	if !ok || err1 != nil || err2 != nil || len(high) > 8 || len(low) > 8 {
		invalid("pg_lsn", in.text)
	}
	return fmt.Sprintf("%X/%X", h, l)
}

// tidIn reads a row's place, (block,offset).
func tidIn(in *input) query.Datum {
	s := strings.TrimSuffix(strings.TrimPrefix(in.text, "("), ")")
	block, offset, ok := strings.Cut(s, ",")
	b, err1 := strconv.ParseInt(trimSpace(block), 10, 64)
	o, err2 := strconv.ParseUint(trimSpace(offset), 10, 16)
	if !ok || err1 != nil || err2 != nil || b > math.MaxUint32 || b < math.MinInt32 || len(s) != len(in.text)-2 {
		invalid("tid", in.text)
	}
	return fmt.Sprintf("(%d,%d)", uint32(b), o)
}

// xidIn reads a transaction id the way strtoul(…, 0) does: what follows the number is ignored.
func xidIn(in *input) query.Datum {
	return strconv.FormatUint(uint64(uint32(leadingNumber(in.text))), 10)
}

func xid8In(in *input) query.Datum { return strconv.FormatUint(leadingNumber(in.text), 10) }

// leadingNumber reads the number that a text begins with, octal after 0 and
// hexadecimal after 0x; 0 for none.
func leadingNumber(text string) uint64 {
	s := strings.TrimLeft(text, " \t\n\v\f\r")
	negative := strings.HasPrefix(s, "-")
	s = strings.TrimLeft(s, "+-")
	base := 10
	switch {
	case strings.HasPrefix(strings.ToLower(s), "0x"):
		s, base = s[2:], 16
	case strings.HasPrefix(s, "0"):
		base = 8
	}
	end := 0
	for end < len(s) && hexDigit(s[end]) >= 0 && hexDigit(s[end]) < base {
		end++
	}
	n, err := strconv.ParseUint(s[:end], base, 64)
	if err != nil && end > 0 {
		n = math.MaxUint64
	}
	if negative {
		return -n
	}
	return n
}
