package datum

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/electric-cli/electric/pgerr"
)

// A pathToken is one token: kind 0 the end, w word, s string, v variable,
// n number, o operator or punctuation.
type pathToken struct {
	kind byte
	text string
}

// pathOperators are the tokens of more than one special character.
var pathOperators = []string{"&&", "||", "**", "<=", "==", "<>", "!=", ">="}

const pathSpecial = "?%$.[]{}()|&!=<>@#,*:-+/\\\" \t\n\r\f"

// scan reads the next token.
func (r *pathReader) scan() {
	for {
		for r.pos < len(r.text) && strings.IndexByte(" \t\n\r\f", r.text[r.pos]) >= 0 {
			r.pos++
		}
		if !strings.HasPrefix(r.text[r.pos:], "/*") {
			break
		}
		end := strings.Index(r.text[r.pos:], "*/")
		if end < 0 {
			r.token = pathToken{}
			pgerr.Raise("42601", pgerr.NoPosition, "unexpected end of comment at end of jsonpath input")
		}
		r.pos += end + 2
	}
	rest := r.text[r.pos:]
	switch {
	case rest == "":
		r.token = pathToken{}
	case rest[0] == '"':
		r.pos++
		r.token = pathToken{'s', r.quoted()}
	case strings.HasPrefix(rest, `$"`):
		r.pos += 2
		r.token = pathToken{'v', r.quoted()}
	case rest[0] == '$' && len(rest) > 1 && strings.IndexByte(pathSpecial, rest[1]) < 0:
		r.pos++
		r.token = pathToken{'v', r.plain()}
	case isDigit(rest[0]) || rest[0] == '.' && len(rest) > 1 && isDigit(rest[1]):
		r.token = pathToken{'n', r.number()}
	case strings.IndexByte(pathSpecial, rest[0]) >= 0:
		text := rest[:1]
		for _, op := range pathOperators {
			if strings.HasPrefix(rest, op) {
				text = op
			}
		}
		r.pos += len(text)
		r.token = pathToken{'o', text}
	default:
		r.token = pathToken{'w', r.plain()}
	}
}

func (r *pathReader) plain() string {
	var out []byte
	for r.pos < len(r.text) && (strings.IndexByte(pathSpecial, r.text[r.pos]) < 0 || r.text[r.pos] == '\\') {
		out = r.char(out)
	}
	return string(out)
}

func (r *pathReader) quoted() string {
	var out []byte
	for r.pos < len(r.text) {
		if r.text[r.pos] == '"' {
			r.pos++
			return string(out)
		}
		out = r.char(out)
	}
	pgerr.Raise("42601", pgerr.NoPosition, "unterminated quoted string at end of jsonpath input")
	return ""
}

// char reads one character, escaped or not.
func (r *pathReader) char(out []byte) []byte {
	b := r.text[r.pos]
	r.pos++
	if b != '\\' {
		return append(out, b)
	}
	if r.pos >= len(r.text) {
		pgerr.Raise("42601", pgerr.NoPosition, "unexpected end after backslash at end of jsonpath input")
	}
	b = r.text[r.pos]
	r.pos++
	switch b {
	case 'b', 'f', 'n', 'r', 't', 'v':
		return append(out, "\b\f\n\r\t\v"[strings.IndexByte("bfnrtv", b)])
	case 'x':
		return utf8.AppendRune(out, r.hex(2))
	case 'u':
		if r.pos < len(r.text) && r.text[r.pos] == '{' {
			end := strings.IndexByte(r.text[r.pos:], '}')
			r.pos++
			code := r.hex(max(end-1, 0))
			r.pos++
			return utf8.AppendRune(out, code)
		}
		code := r.hex(4)
		if code >= 0xD800 && code < 0xDC00 && strings.HasPrefix(r.text[r.pos:], `\u`) {
			r.pos += 2
			code = 0x10000 + (code-0xD800)<<10 + r.hex(4) - 0xDC00
		}
		return utf8.AppendRune(out, code)
	}
	return append(out, b)
}

func (r *pathReader) hex(digits int) rune {
	end := min(r.pos+digits, len(r.text))
	n, err := strconv.ParseUint(r.text[r.pos:end], 16, 32)
	if err != nil {
		pgerr.Raise("42601", pgerr.NoPosition, `invalid Unicode escape sequence at or near "%s" of jsonpath input`, r.text[r.pos:end])
	}
	r.pos = end
	return rune(n)
}
