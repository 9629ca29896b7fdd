package wire

import "unicode/utf8"

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
	from := 0
	for i, c := range text {
		if c >= utf8.RuneSelf || escapes[c] == "" {
			continue
		}
		dst = append(dst, text[from:i]...)
		dst = append(dst, escapes[c]...)
		from = i + 1
	}
	return append(dst, text[from:]...)
}

// quoted appends a JSON string.
func quoted(dst []byte, text string) []byte {
	dst = append(dst, '"')
	dst = appendString(dst, []byte(text))
	return append(dst, '"')
}

// copyEscapes are the bytes of COPY's text that JSON writes in another way: its
// own escapes \b \f \n \r \t \\ mean the same there, \v does not exist, and a
// quote or a control character is one that COPY leaves as it is.
var copyEscapes = func() (table [256]bool) {
	for c := range 0x20 {
		table[c] = true
	}
	table['"'], table['\\'] = true, true
	return table
}()

// appendCopied appends a field of COPY's text format as the inside of a JSON
// string. See CopyAttributeOutText for what COPY escapes.
func appendCopied(dst, field []byte) []byte {
	from := 0
	for i := 0; i < len(field); i++ {
		c := field[i]
		if !copyEscapes[c] {
			continue
		}
		if c == '\\' && i+1 < len(field) {
			i++
			if field[i] != 'v' {
				continue // the same in JSON
			}
			dst = append(dst, field[from:i-1]...)
			dst = append(dst, `\u000b`...)
		} else {
			dst = append(dst, field[from:i]...)
			dst = append(dst, escapes[c]...)
		}
		from = i + 1
	}
	return append(dst, field[from:]...)
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
