package wire

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// How bytes below 0x80 stand in a JSON string: as they are (0), or escaped.
var escapes = func() (table [utf8.RuneSelf]string) {
	const hex = "0123456789abcdef"
	for c := range byte(0x20) {
		table[c] = `\u00` + string(hex[c>>4]) + string(hex[c&15])
	}
	table['\b'], table['\f'], table['\n'], table['\r'], table['\t'] = `\b`, `\f`, `\n`, `\r`, `\t`
	table['"'], table['\\'] = `\"`, `\\`
	return table
}()

// appendString appends the inside of a JSON string.
func appendString(dst, text []byte) []byte {
	for {
		i := special(text)
		if i < 0 {
			return append(dst, text...)
		}
		dst = appendEscaped(append(dst, text[:i]...), text[i])
		text = text[i+1:]
	}
}

func appendEscaped(dst []byte, c byte) []byte {
	if c == '"' { // most are quotes
		return append(dst, '\\', '"')
	}
	return append(dst, escapes[c]...)
}

// special gives the place of the first byte that JSON writes in another way: a
// quote, a backslash, a control character. -1 is none. It looks at eight bytes at
// a time, since most texts have none.
func special(text []byte) int {
	i := 0
	for ; i+8 <= len(text); i += 8 {
		if found := specials(binary.LittleEndian.Uint64(text[i:])); found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	if last := len(text) - 8; last >= 0 { // some of these were seen
		if found := specials(binary.LittleEndian.Uint64(text[last:])); found != 0 {
			return last + bits.TrailingZeros64(found)/8
		}
		return -1
	}
	for ; i < len(text); i++ {
		if c := text[i]; c < utf8.RuneSelf && escapes[c] != "" {
			return i
		}
	}
	return -1
}

// specials sets the highest bit of the bytes that are special; the lowest one that
// is set is right, the others may be wrong. A byte less than n makes a borrow
// when n is taken from it, which the next ones may feel.
func specials(eight uint64) uint64 {
	const ones, highest = 0x0101010101010101, 0x8080808080808080
	control := eight - 0x20*ones
	quote := eight ^ '"'*ones
	backslash := eight ^ '\\'*ones
	return (control&^eight | (quote-ones)&^quote | (backslash-ones)&^backslash) & highest
}

// quoted appends a JSON string.
func quoted(dst []byte, text string) []byte {
	dst = append(dst, '"')
	dst = appendString(dst, []byte(text))
	return append(dst, '"')
}

// appendCopied appends a field of COPY's text format as the inside of a JSON
// string. COPY's own escapes \b \f \n \r \t \\ mean the same there, and \v does
// not exist; a quote or a control character is one that COPY leaves as it is. See
// CopyAttributeOutText for what it escapes.
func appendCopied(dst, field []byte) []byte {
	for {
		i := special(field)
		if i < 0 {
			return append(dst, field...)
		}
		dst = append(dst, field[:i]...)
		if field[i] != '\\' || i+1 == len(field) {
			dst = appendEscaped(dst, field[i])
			field = field[i+1:]
			continue
		}
		if field[i+1] == 'v' {
			dst = append(dst, `\u000b`...)
		} else {
			dst = append(dst, field[i:i+2]...)
		}
		field = field[i+2:]
	}
}

// uncopied gives the text that a field of COPY's text format stands for; the
// field itself when there is nothing to undo.
func uncopied(field []byte) []byte {
	for i, c := range field {
		if c == '\\' {
			return undo(append(make([]byte, 0, len(field)), field[:i]...), field[i:])
		}
	}
	return field
}

func undo(dst, field []byte) []byte {
	for i := 0; i < len(field); i++ {
		c := field[i]
		if c == '\\' && i+1 < len(field) {
			i++
			if c = field[i]; unescaped[c] != 0 {
				c = unescaped[c]
			}
		}
		dst = append(dst, c)
	}
	return dst
}

var unescaped = [256]byte{'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v'}
