package eval

import (
	"crypto/md5" //nolint:gosec // PostgreSQL's md5()
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/electric-cli/electric/datum"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// textBuiltins are the functions over strings (varlena.c, oracle_compat.c, like.c).
var textBuiltins = map[string]builtin{
	"textcat":            func(c *call) query.Datum { return c.text(0) + c.text(1) },
	"text_concat":        concat,
	"text_concat_ws":     concatWS,
	"text_format":        format,
	"text_format_nv":     format,
	"quote_ident":        func(c *call) query.Datum { return datum.QuoteIdent(c.text(0)) },
	"quote_literal":      func(c *call) query.Datum { return datum.QuoteLiteral(c.text(0)) },
	"quote_nullable":     quoteNullable,
	"lower":              func(c *call) query.Datum { return strings.ToLower(c.text(0)) },
	"upper":              func(c *call) query.Datum { return strings.ToUpper(c.text(0)) },
	"initcap":            func(c *call) query.Datum { return initcap(c.text(0)) },
	"textlen":            func(c *call) query.Datum { return runes(c.text(0)) },
	"bpcharlen":          func(c *call) query.Datum { return runes(strings.TrimRight(c.text(0), " ")) },
	"textoctetlen":       func(c *call) query.Datum { return int64(len(c.text(0))) },
	"bpcharoctetlen":     func(c *call) query.Datum { return int64(len(c.text(0))) },
	"byteaoctetlen":      func(c *call) query.Datum { return int64(len(datum.Bytes(c.text(0)))) },
	"bitlength":          func(c *call) query.Datum { return int64(len(c.text(0))) },
	"text_substr":        func(c *call) query.Datum { return substring(c.text(0), c.int(1), c.int(2), true) },
	"text_substr_no_len": func(c *call) query.Datum { return substring(c.text(0), c.int(1), 0, false) },
	"text_left":          left,
	"text_right":         right,
	"lpad":               func(c *call) query.Datum { return pad(c, true) },
	"rpad":               func(c *call) query.Datum { return pad(c, false) },
	"ltrim":              func(c *call) query.Datum { return strings.TrimLeft(c.text(0), c.text(1)) },
	"ltrim1":             func(c *call) query.Datum { return strings.TrimLeft(c.text(0), " ") },
	"rtrim":              func(c *call) query.Datum { return strings.TrimRight(c.text(0), c.text(1)) },
	"rtrim1":             func(c *call) query.Datum { return strings.TrimRight(c.text(0), " ") },
	"btrim":              func(c *call) query.Datum { return strings.Trim(c.text(0), c.text(1)) },
	"btrim1":             func(c *call) query.Datum { return strings.Trim(c.text(0), " ") },
	"replace_text":       replaceText,
	"translate":          translate,
	"split_part":         splitPart,
	"textpos":            func(c *call) query.Datum { return position(c.text(0), c.text(1)) },
	"repeat":             repeat,
	"text_reverse":       reverse,
	"textoverlay": func(c *call) query.Datum {
		return overlay(c.text(0), c.text(1), c.int(2), c.int(3))
	},
	"textoverlay_no_len": func(c *call) query.Datum {
		return overlay(c.text(0), c.text(1), c.int(2), int64(utf8.RuneCountInString(c.text(1))))
	},
	"ascii":            ascii,
	"chr":              chr,
	"text_starts_with": func(c *call) query.Datum { return strings.HasPrefix(c.text(0), c.text(1)) },
	"to_hex32":         func(c *call) query.Datum { return strconv.FormatUint(uint64(uint32(c.int(0))), 16) },
	"to_hex64":         func(c *call) query.Datum { return strconv.FormatUint(uint64(c.int(0)), 16) },
	"md5_text":         func(c *call) query.Datum { return md5Text([]byte(c.text(0))) },
	"md5_bytea":        func(c *call) query.Datum { return md5Text(datum.Bytes(c.text(0))) },
	"sha256_bytea": func(c *call) query.Datum {
		sum := sha256.Sum256(datum.Bytes(c.text(0)))
		return bytea(sum[:])
	},
	"binary_encode":   encode,
	"binary_decode":   decode,
	"pg_convert_from": func(c *call) query.Datum { return string(datum.Bytes(c.text(0))) },
	"pg_convert_to":   func(c *call) query.Datum { return bytea([]byte(c.text(0))) },
	"byteacat": func(c *call) query.Datum {
		return bytea(append(datum.Bytes(c.text(0)), datum.Bytes(c.text(1))...))
	},
	"textlike":           func(c *call) query.Datum { return like(c.text(0), c.text(1), false) },
	"textnlike":          func(c *call) query.Datum { return !like(c.text(0), c.text(1), false) },
	"namelike":           func(c *call) query.Datum { return like(c.text(0), c.text(1), false) },
	"namenlike":          func(c *call) query.Datum { return !like(c.text(0), c.text(1), false) },
	"bpcharlike":         func(c *call) query.Datum { return like(c.text(0), c.text(1), false) },
	"bpcharnlike":        func(c *call) query.Datum { return !like(c.text(0), c.text(1), false) },
	"texticlike":         func(c *call) query.Datum { return like(c.text(0), c.text(1), true) },
	"texticnlike":        func(c *call) query.Datum { return !like(c.text(0), c.text(1), true) },
	"nameiclike":         func(c *call) query.Datum { return like(c.text(0), c.text(1), true) },
	"nameicnlike":        func(c *call) query.Datum { return !like(c.text(0), c.text(1), true) },
	"like_escape":        likeEscape,
	"text_to_array":      func(c *call) query.Datum { return splitArray(c) },
	"text_to_array_null": func(c *call) query.Datum { return splitArray(c) },
	"parse_ident":        parseIdent,
}

func runes(s string) query.Datum { return int64(utf8.RuneCountInString(s)) }

func md5Text(b []byte) query.Datum {
	sum := md5.Sum(b) //nolint:gosec // PostgreSQL's md5()
	return hex.EncodeToString(sum[:])
}

func bytea(b []byte) query.Datum { return `\x` + hex.EncodeToString(b) }

// spread gives the arguments of a VARIADIC "any" call from index from on.
func (c *call) spread(from int) (values []query.Datum, types []pg.OID) {
	if !c.variadic {
		return c.args[from:], c.types[from:]
	}
	values, types = c.args[from:len(c.args)-1:len(c.args)-1], c.types[from:len(c.types)-1:len(c.types)-1]
	last := c.args[len(c.args)-1]
	if last == nil {
		return values, types
	}
	a := c.x.asArray(last, c.types[len(c.types)-1])
	for _, v := range a.Values {
		values, types = append(values, v), append(types, a.Elem)
	}
	return values, types
}

func concat(c *call) query.Datum {
	var out strings.Builder
	values, types := c.spread(0)
	for i, v := range values {
		if v != nil {
			out.WriteString(datum.Out(c.x.c, types[i], v))
		}
	}
	return out.String()
}

func concatWS(c *call) query.Datum {
	if c.args[0] == nil {
		return nil
	}
	var list []string
	values, types := c.spread(1)
	for i, v := range values {
		if v != nil {
			list = append(list, datum.Out(c.x.c, types[i], v))
		}
	}
	return strings.Join(list, c.text(0))
}

func quoteNullable(c *call) query.Datum {
	if c.args[0] == nil {
		return "NULL"
	}
	return datum.QuoteLiteral(c.text(0))
}

func initcap(s string) string {
	var out strings.Builder
	inside := false
	for _, r := range s {
		if inside {
			out.WriteRune(unicode.ToLower(r))
		} else {
			out.WriteRune(unicode.ToUpper(r))
		}
		inside = unicode.IsLetter(r) || unicode.IsDigit(r)
	}
	return out.String()
}

// substring counts characters from 1; a start before 1 takes from the length.
func substring(s string, start, length int64, bounded bool) query.Datum {
	list := []rune(s)
	end := int64(len(list)) + 1
	if bounded {
		if length < 0 {
			pgerr.Raise("22011", pgerr.NoPosition, "negative substring length not allowed")
		}
		end = min(end, start+length)
	}
	start = max(start, 1)
	if start >= end {
		return ""
	}
	return string(list[start-1 : end-1])
}

func left(c *call) query.Datum {
	list, n := []rune(c.text(0)), c.int(1)
	if n < 0 {
		n = max(0, int64(len(list))+n)
	}
	return string(list[:min(n, int64(len(list)))])
}

func right(c *call) query.Datum {
	list, n := []rune(c.text(0)), c.int(1)
	if n < 0 {
		n = max(0, int64(len(list))+n)
	}
	return string(list[int64(len(list))-min(n, int64(len(list))):])
}

// maxText is how long a text that functions build may get.
const maxText = 10 << 20

func tooLong() {
	pgerr.Raise("54000", pgerr.NoPosition, "requested length too large")
}

func pad(c *call, front bool) query.Datum {
	list, fill, n := []rune(c.text(0)), []rune(c.text(2)), c.int(1)
	if n > maxText {
		tooLong()
	}
	if n < 0 {
		n = 0
	}
	if int64(len(list)) >= n {
		return string(list[:n])
	}
	if len(fill) == 0 {
		return string(list)
	}
	var added []rune
	for int64(len(added)+len(list)) < n {
		added = append(added, fill[len(added)%len(fill)])
	}
	if front {
		return string(added) + string(list)
	}
	return string(list) + string(added)
}

func replaceText(c *call) query.Datum {
	if c.text(1) == "" {
		return c.text(0)
	}
	return strings.ReplaceAll(c.text(0), c.text(1), c.text(2))
}

func translate(c *call) query.Datum {
	from, to := []rune(c.text(1)), []rune(c.text(2))
	table := map[rune]rune{}
	for i, r := range from {
		if _, seen := table[r]; seen {
			continue
		}
		if i < len(to) {
			table[r] = to[i]
		} else {
			table[r] = -1
		}
	}
	return strings.Map(func(r rune) rune {
		if t, ok := table[r]; ok {
			return t
		}
		return r
	}, c.text(0))
}

func splitPart(c *call) query.Datum {
	s, sep, n := c.text(0), c.text(1), c.int(2)
	if n == 0 {
		pgerr.Raise("22023", pgerr.NoPosition, "field position must not be zero")
	}
	parts := []string{s}
	if sep != "" && s != "" {
		parts = strings.Split(s, sep)
	}
	if n < 0 {
		n = int64(len(parts)) + n + 1
	}
	if n < 1 || n > int64(len(parts)) {
		return ""
	}
	return parts[n-1]
}

func position(s, sub string) query.Datum {
	i := strings.Index(s, sub)
	if i < 0 {
		return int64(0)
	}
	return int64(utf8.RuneCountInString(s[:i]) + 1)
}

func repeat(c *call) query.Datum {
	n := max(0, c.int(1))
	if n*int64(len(c.text(0))) > maxText {
		tooLong()
	}
	return strings.Repeat(c.text(0), int(n))
}

func reverse(c *call) query.Datum {
	list := []rune(c.text(0))
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return string(list)
}

func overlay(s, by string, from, length int64) query.Datum {
	if from <= 0 {
		pgerr.Raise("22011", pgerr.NoPosition, "negative substring length not allowed")
	}
	return text(substring(s, 1, from-1, true)) + by + text(substring(s, from+length, 0, false))
}

func ascii(c *call) query.Datum {
	for _, r := range c.text(0) {
		return int64(r)
	}
	return int64(0)
}

func chr(c *call) query.Datum {
	n := c.int(0)
	if n == 0 {
		pgerr.Raise("54000", pgerr.NoPosition, "null character not permitted")
	}
	if n < 0 || n > 0x10FFFF || n >= 0xD800 && n <= 0xDFFF {
		pgerr.Raise("54000", pgerr.NoPosition, "requested character too large for encoding: %d", n)
	}
	return string(rune(n))
}

func encode(c *call) query.Datum {
	data := datum.Bytes(c.text(0))
	switch strings.ToLower(c.text(1)) {
	case "hex":
		return hex.EncodeToString(data)
	case "base64":
		s := base64.StdEncoding.EncodeToString(data)
		var lines []string
		for len(s) > 76 {
			lines, s = append(lines, s[:76]), s[76:]
		}
		return strings.Join(append(lines, s), "\n")
	case "escape":
		return Unknown{"encode(…, 'escape')"}
	}
	pgerr.Raise("22023", pgerr.NoPosition, "unrecognized encoding: \"%s\"", c.text(1))
	return nil
}

func decode(c *call) query.Datum {
	s := c.text(0)
	switch strings.ToLower(c.text(1)) {
	case "hex":
		data, err := hex.DecodeString(strings.Map(dropSpace, s))
		if err != nil {
			pgerr.Raise("22023", pgerr.NoPosition, "invalid hexadecimal data")
		}
		return bytea(data)
	case "base64":
		data, err := base64.StdEncoding.DecodeString(strings.Map(dropSpace, s))
		if err != nil {
			pgerr.Raise("22023", pgerr.NoPosition, "invalid base64 end sequence")
		}
		return bytea(data)
	case "escape":
		return bytea(datum.Bytes(s))
	}
	pgerr.Raise("22023", pgerr.NoPosition, "unrecognized encoding: \"%s\"", c.text(1))
	return nil
}

func dropSpace(r rune) rune {
	if strings.ContainsRune(" \t\r\n", r) {
		return -1
	}
	return r
}

// splitArray is string_to_array.
func splitArray(c *call) query.Datum {
	parts, ok := splitText(c)
	if !ok {
		return nil
	}
	return array(pg.Text, parts)
}

// splitText cuts a string at a separator: NULL cuts between all characters; a
// part that equals the null string is NULL.
func splitText(c *call) ([]query.Datum, bool) {
	if c.args[0] == nil {
		return nil, false
	}
	s := c.text(0)
	var parts []string
	switch {
	case s == "":
	case c.args[1] == nil:
		for _, r := range s {
			parts = append(parts, string(r))
		}
	case c.text(1) == "":
		parts = []string{s}
	default:
		parts = strings.Split(s, c.text(1))
	}
	out := texts(parts)
	if c.has(2) {
		for i := range out {
			if out[i] == c.args[2] {
				out[i] = nil
			}
		}
	}
	return out, true
}

// like matches a pattern with % and _.
func like(s, pattern string, fold bool) bool {
	if fold {
		s, pattern = strings.ToLower(s), strings.ToLower(pattern)
	}
	return likeRunes([]rune(s), []rune(pattern))
}

func likeRunes(s, p []rune) bool {
	star, mark := -1, 0
	i, j := 0, 0
	for i < len(s) {
		switch {
		case j < len(p) && p[j] == '%':
			star, mark = j, i
			j++
			continue
		case j < len(p) && p[j] == '\\':
			if j+1 == len(p) {
				pgerr.Raise("22025", pgerr.NoPosition, "LIKE pattern must not end with escape character")
			}
			if p[j+1] == s[i] {
				i, j = i+1, j+2
				continue
			}
		case j < len(p) && (p[j] == '_' || p[j] == s[i]):
			i, j = i+1, j+1
			continue
		}
		if star < 0 {
			return false
		}
		mark++
		i, j = mark, star+1
	}
	for j < len(p) && p[j] == '%' {
		j++
	}
	return j == len(p)
}

// likeEscape turns a pattern with another escape character into one with \.
func likeEscape(c *call) query.Datum {
	p, esc := []rune(c.text(0)), []rune(c.text(1))
	if len(esc) > 1 {
		pgerr.New("22025", pgerr.NoPosition, "invalid escape string").WithHint("Escape string must be empty or one character.").Raise()
	}
	var out []rune
	for i := 0; i < len(p); i++ {
		switch {
		case len(esc) == 1 && p[i] == esc[0] && i+1 < len(p):
			i++
			out = append(out, '\\', p[i])
		case p[i] == '\\':
			out = append(out, '\\', '\\')
		default:
			out = append(out, p[i])
		}
	}
	return string(out)
}

func parseIdent(c *call) query.Datum { return textArray(datum.SplitName(c.text(0))) }
