package datum

import (
	"strings"
	"unicode/utf8"

	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// headerSize is VARHDRSZ, which the typmods of varchar, bpchar and numeric contain.
const headerSize = 4

// nameLength is the longest name in bytes, NAMEDATALEN - 1.
const nameLength = 63

func varcharIn(in *input) query.Datum { return varchar(in.text, in.typmod, false) }

// varchar cuts a text to character varying(n). Only an explicit cast may cut
// off more than blanks.
func varchar(s string, typmod int32, explicit bool) string {
	limit := int(typmod) - headerSize
	if limit < 0 || utf8.RuneCountInString(s) <= limit {
		return s
	}
	kept, rest := splitRunes(s, limit)
	if !explicit && strings.Trim(rest, " ") != "" {
		pgerr.Raise("22001", pgerr.NoPosition, "value too long for type character varying(%d)", limit)
	}
	return kept
}

func bpcharIn(in *input) query.Datum { return bpchar(in.text, in.typmod, false) }

// bpchar pads or cuts a text to character(n).
func bpchar(s string, typmod int32, explicit bool) string {
	limit := int(typmod) - headerSize
	if limit < 0 {
		return s
	}
	n := utf8.RuneCountInString(s)
	if n <= limit {
		return s + strings.Repeat(" ", limit-n)
	}
	kept, rest := splitRunes(s, limit)
	if !explicit && strings.Trim(rest, " ") != "" {
		pgerr.Raise("22001", pgerr.NoPosition, "value too long for type character(%d)", limit)
	}
	return kept
}

// splitRunes cuts s after n characters.
func splitRunes(s string, n int) (string, string) {
	for i := range s {
		if n == 0 {
			return s[:i], s[i:]
		}
		n--
	}
	return s, ""
}

func nameIn(in *input) query.Datum { return Truncate(in.text) }

// Truncate cuts an identifier to the 63 bytes a name can have, never inside a
// character.
func Truncate(s string) string {
	if len(s) <= nameLength {
		return s
	}
	end := nameLength
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end]
}

// charIn reads the type "char": its first byte, or \nnn in octal.
func charIn(in *input) query.Datum {
	s := in.text
	if len(s) == 4 && s[0] == '\\' && octal(s[1]) && octal(s[2]) && octal(s[3]) {
		return charText((s[1]-'0')<<6 | (s[2]-'0')<<3 | (s[3] - '0'))
	}
	if s == "" {
		return ""
	}
	return charText(s[0])
}

// charText writes a byte as charout does.
func charText(b byte) string {
	switch {
	case b == 0:
		return ""
	case b >= 0x80:
		return string([]byte{'\\', '0' + b>>6, '0' + b>>3&7, '0' + b&7})
	}
	return string(rune(b))
}

func octal(b byte) bool { return b >= '0' && b <= '7' }

// byteaIn reads both formats and gives the hexadecimal one.
func byteaIn(in *input) query.Datum { return `\x` + hexDigits(Bytes(in.text)) }

// Bytes gives the bytes that a bytea literal stands for.
func Bytes(s string) []byte {
	if strings.HasPrefix(s, `\x`) {
		return hexBytes(s[2:])
	}
	var out []byte
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] != '\\':
			out = append(out, s[i])
		case i+3 < len(s) && s[i+1] >= '0' && s[i+1] <= '3' && octal(s[i+2]) && octal(s[i+3]):
			out = append(out, (s[i+1]-'0')<<6|(s[i+2]-'0')<<3|(s[i+3]-'0'))
			i += 3
		case i+1 < len(s) && s[i+1] == '\\':
			out = append(out, '\\')
			i++
		default:
			pgerr.Raise("22P02", pgerr.NoPosition, "invalid input syntax for type %s", "bytea")
		}
	}
	return out
}

func hexBytes(s string) []byte {
	var out []byte
	for i := 0; i < len(s); i++ {
		if isSpace(s[i]) {
			continue
		}
		high := hexValue(s, i)
		i++
		if i >= len(s) {
			pgerr.Raise("22023", pgerr.NoPosition, "invalid hexadecimal data: odd number of digits")
		}
		out = append(out, high<<4|hexValue(s, i))
	}
	return out
}

func hexValue(s string, i int) byte {
	v := hexDigit(s[i])
	if v < 0 {
		_, size := utf8.DecodeRuneInString(s[i:])
		pgerr.Raise("22023", pgerr.NoPosition, `invalid hexadecimal digit: "%s"`, s[i:i+size])
	}
	return byte(v)
}

// hexDigit gives a hexadecimal digit's value, -1 for another byte.
func hexDigit(b byte) int {
	switch {
	case b >= '0' && b <= '9':
		return int(b - '0')
	case b >= 'a' && b <= 'f':
		return int(b-'a') + 10
	case b >= 'A' && b <= 'F':
		return int(b-'A') + 10
	}
	return -1
}

func hexDigits(data []byte) string {
	const digits = "0123456789abcdef"
	out := make([]byte, 0, 2*len(data))
	for _, b := range data {
		out = append(out, digits[b>>4], digits[b&15])
	}
	return string(out)
}
