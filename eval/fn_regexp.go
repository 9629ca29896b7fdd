package eval

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

func init() {
	for name, f := range regexpBuiltins {
		textBuiltins[name] = f
	}
}

// regexpBuiltins are the functions over regular expressions (regexp.c). What
// Go's engine does not have - back references, lookaround - makes the answer
// unknown.
var regexpBuiltins = map[string]builtin{
	"textregexeq":                    func(c *call) query.Datum { return c.match("", true) },
	"textregexne":                    func(c *call) query.Datum { return c.match("", false) },
	"nameregexeq":                    func(c *call) query.Datum { return c.match("", true) },
	"nameregexne":                    func(c *call) query.Datum { return c.match("", false) },
	"bpcharregexeq":                  func(c *call) query.Datum { return c.match("", true) },
	"bpcharregexne":                  func(c *call) query.Datum { return c.match("", false) },
	"texticregexeq":                  func(c *call) query.Datum { return c.match("i", true) },
	"texticregexne":                  func(c *call) query.Datum { return c.match("i", false) },
	"nameicregexeq":                  func(c *call) query.Datum { return c.match("i", true) },
	"nameicregexne":                  func(c *call) query.Datum { return c.match("i", false) },
	"regexp_like":                    func(c *call) query.Datum { return c.match(c.text(2), true) },
	"regexp_like_no_flags":           func(c *call) query.Datum { return c.match("", true) },
	"textregexsubstr":                regexSubstr,
	"textregexreplace":               func(c *call) query.Datum { return regexReplace(c, c.text(3)) },
	"textregexreplace_noopt":         func(c *call) query.Datum { return regexReplace(c, "") },
	"regexp_match":                   func(c *call) query.Datum { return regexMatch(c, c.text(2)) },
	"regexp_match_no_flags":          func(c *call) query.Datum { return regexMatch(c, "") },
	"regexp_split_to_array":          func(c *call) query.Datum { return regexSplitArray(c, c.text(2)) },
	"regexp_split_to_array_no_flags": func(c *call) query.Datum { return regexSplitArray(c, "") },
	"regexp_count_no_start": func(c *call) query.Datum {
		re := compileRegexp(c.text(1), "")
		if re == nil {
			return unsupportedRegexp
		}
		return int64(len(re.FindAllStringIndex(c.text(0), -1)))
	},
	"similar_to_escape_1": func(c *call) query.Datum { return similarPattern(c.text(0)) },
	"similar_to_escape_2": func(c *call) query.Datum { return unsupportedRegexp },
}

var unsupportedRegexp = Unknown{"a regular expression"}

// compileRegexp translates an advanced regular expression; nil when Go's
// engine has no equal.
func compileRegexp(pattern, flags string) *regexp.Regexp {
	prefix := "s"
	for _, f := range flags {
		switch f {
		case 'i':
			prefix += "i"
		case 'c':
			prefix = strings.ReplaceAll(prefix, "i", "")
		case 'n', 'm':
			prefix = strings.ReplaceAll(prefix, "s", "") + "m"
		case 'g', 's', 'e':
		default:
			return nil
		}
	}
	if strings.HasPrefix(pattern, "***=") {
		pattern = regexp.QuoteMeta(pattern[4:])
	}
	if rest, ok := strings.CutPrefix(pattern, "(?i)"); ok {
		pattern, prefix = rest, prefix+"i"
	}
	translated, ok := translateRegexp(pattern)
	if !ok {
		return nil
	}
	if prefix != "" {
		translated = "(?" + prefix + ")" + translated
	}
	re, err := regexp.Compile(translated)
	if err != nil {
		pgerr.Raise("2201B", pgerr.NoPosition, "invalid regular expression: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	if !strings.Contains(pattern, "*?") && !strings.Contains(pattern, "+?") && !strings.Contains(pattern, "??") && !strings.Contains(pattern, "}?") {
		re.Longest()
	}
	return re
}

// regexpEscapes are the escapes spelled otherwise in Go.
var regexpEscapes = map[byte]string{'y': `\b`, 'Y': `\B`, 'A': `\A`, 'Z': `\z`, 'm': `\b`, 'M': `\b`}

// translateRegexp gives the pattern in Go's syntax.
func translateRegexp(p string) (string, bool) {
	var out strings.Builder
	for i := 0; i < len(p); i++ {
		switch {
		case p[i] == '\\' && i+1 < len(p):
			i++
			if p[i] >= '1' && p[i] <= '9' {
				return "", false
			}
			if e, ok := regexpEscapes[p[i]]; ok {
				out.WriteString(e)
			} else if p[i] >= utf8.RuneSelf || !isAlnum(p[i]) || strings.IndexByte("dDsSwWntrfvax0", p[i]) >= 0 {
				out.WriteByte('\\')
				out.WriteByte(p[i])
			} else {
				return "", false
			}
		case strings.HasPrefix(p[i:], "(?=") || strings.HasPrefix(p[i:], "(?!") || strings.HasPrefix(p[i:], "(?<"):
			return "", false
		case p[i] == '[':
			end := bracketEnd(p, i)
			out.WriteString(strings.NewReplacer("[[:<:]]", `\b`, "[[:>:]]", `\b`).Replace(escapeBracket(p[i:end])))
			i = end - 1
		default:
			out.WriteByte(p[i])
		}
	}
	return out.String(), true
}

func isAlnum(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// bracketEnd finds the end of a bracket expression that begins at i.
func bracketEnd(p string, i int) int {
	j := i + 1
	if j < len(p) && p[j] == '^' {
		j++
	}
	if j < len(p) && p[j] == ']' {
		j++
	}
	for j < len(p) && p[j] != ']' {
		switch {
		case p[j] == '\\' && j+1 < len(p):
			j++
		case strings.HasPrefix(p[j:], "[:"), strings.HasPrefix(p[j:], "[."), strings.HasPrefix(p[j:], "[="):
			if e := strings.Index(p[j+2:], p[j+1:j+2]+"]"); e >= 0 {
				j += e + 3
			}
		}
		j++
	}
	return min(j+1, len(p))
}

// escapeBracket writes a bracket expression so that Go reads a plain [ in it.
func escapeBracket(b string) string {
	var out strings.Builder
	for i := 0; i < len(b); i++ {
		if b[i] == '[' && i > 0 && !strings.HasPrefix(b[i:], "[:") {
			out.WriteByte('\\')
		}
		out.WriteByte(b[i])
		if strings.HasPrefix(b[i:], "[:") && i > 0 {
			if e := strings.Index(b[i:], ":]"); e >= 0 {
				out.WriteString(b[i+1 : i+e+2])
				i += e + 1
			}
		}
	}
	return out.String()
}

func (c *call) match(flags string, want bool) query.Datum {
	re := compileRegexp(c.text(1), flags)
	if re == nil {
		return unsupportedRegexp
	}
	return re.MatchString(c.text(0)) == want
}

func regexSubstr(c *call) query.Datum {
	re := compileRegexp(c.text(1), "")
	if re == nil {
		return unsupportedRegexp
	}
	at := re.FindStringSubmatchIndex(c.text(0))
	switch {
	case at == nil:
		return nil
	case len(at) > 2 && at[2] < 0:
		return nil
	case len(at) > 2:
		return c.text(0)[at[2]:at[3]]
	}
	return c.text(0)[at[0]:at[1]]
}

func regexReplace(c *call, flags string) query.Datum {
	re := compileRegexp(c.text(1), flags)
	if re == nil {
		return unsupportedRegexp
	}
	s, by := c.text(0), c.text(2)
	var out strings.Builder
	last := 0
	limit := 1
	if strings.Contains(flags, "g") {
		limit = -1
	}
	for _, at := range re.FindAllStringSubmatchIndex(s, limit) {
		out.WriteString(s[last:at[0]])
		expandReplacement(&out, s, by, at)
		last = at[1]
	}
	out.WriteString(s[last:])
	return out.String()
}

// expandReplacement writes a replacement, with \1 to \9 and \& put in.
func expandReplacement(out *strings.Builder, s, by string, at []int) {
	for i := 0; i < len(by); i++ {
		if by[i] != '\\' || i+1 == len(by) {
			out.WriteByte(by[i])
			continue
		}
		i++
		switch {
		case by[i] == '&':
			out.WriteString(s[at[0]:at[1]])
		case by[i] >= '1' && by[i] <= '9':
			if n := int(by[i]-'0') * 2; n < len(at) && at[n] >= 0 {
				out.WriteString(s[at[n]:at[n+1]])
			}
		case by[i] == '\\':
			out.WriteByte('\\')
		default:
			out.WriteByte('\\')
			out.WriteByte(by[i])
		}
	}
}

// groupsOf gives the captured parts of a match, or all of it without groups.
func groupsOf(s string, at []int) *query.Array {
	from := 2
	if len(at) == 2 {
		from = 0
	}
	var values []query.Datum
	for i := from; i < len(at); i += 2 {
		if at[i] < 0 {
			values = append(values, nil)
		} else {
			values = append(values, s[at[i]:at[i+1]])
		}
	}
	return array(pg.Text, values)
}

func regexMatch(c *call, flags string) query.Datum {
	re := compileRegexp(c.text(1), flags)
	if re == nil {
		return unsupportedRegexp
	}
	at := re.FindStringSubmatchIndex(c.text(0))
	if at == nil {
		return nil
	}
	return groupsOf(c.text(0), at)
}

func regexSplitArray(c *call, flags string) query.Datum {
	parts, ok := regexSplit(c, flags)
	if !ok {
		return unsupportedRegexp
	}
	return textArray(parts)
}

// regexSplit cuts a string at matches; an empty match cuts between characters.
func regexSplit(c *call, flags string) ([]string, bool) {
	re := compileRegexp(c.text(1), flags)
	if re == nil {
		return nil, false
	}
	s := c.text(0)
	var out []string
	last := 0
	for _, at := range re.FindAllStringIndex(s, -1) {
		if at[0] == at[1] && (at[0] == 0 || at[0] == len(s)) {
			continue
		}
		out = append(out, s[last:at[0]])
		last = at[1]
	}
	return append(out, s[last:]), true
}

// regexMatches is regexp_matches: the first match, or with g all of them.
func regexMatches(c *call, flags string) Rows {
	re := compileRegexp(c.text(1), flags)
	if re == nil {
		return Rows{Open: unsupportedRegexp.Why}
	}
	limit := 1
	if strings.Contains(flags, "g") {
		limit = -1
	}
	var out Rows
	for _, at := range re.FindAllStringSubmatchIndex(c.text(0), limit) {
		out.Rows = append(out.Rows, []query.Datum{groupsOf(c.text(0), at)})
	}
	return out
}

// similarPattern turns a SIMILAR TO pattern into a regular expression.
func similarPattern(p string) query.Datum {
	var out strings.Builder
	out.WriteString("^(?:")
	inside := false
	for i := 0; i < len(p); i++ {
		switch b := p[i]; {
		case b == '\\' && i+1 < len(p):
			i++
			out.WriteString(`\` + p[i:i+1])
		case inside:
			inside = b != ']'
			out.WriteByte(b)
		case b == '[':
			inside = true
			out.WriteByte(b)
		case b == '%':
			out.WriteString(".*")
		case b == '_':
			out.WriteByte('.')
		case b == '(':
			out.WriteString("(?:")
		case strings.IndexByte(`.^$`, b) >= 0:
			out.WriteString(`\` + string(b))
		default:
			out.WriteByte(b)
		}
	}
	out.WriteString(")$")
	return out.String()
}
