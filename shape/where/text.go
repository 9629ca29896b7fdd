package where

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

func init() {
	binaries["textcat"] = func(a, b value) value { return value{s: a.s + b.s} }
	unaries["lower"] = cased(strings.ToLower)
	unaries["upper"] = cased(strings.ToUpper)
	for name, like := range map[string]struct{ negated, fold bool }{
		"textlike": {}, "textnlike": {negated: true}, "texticlike": {fold: true}, "texticnlike": {true, true},
	} {
		binaries[name] = func(a, b value) value { return liked(a.s, b.s, like.negated, like.fold) }
	}
	unaries["rtrim1"] = func(v value) value { return value{s: strings.TrimRight(v.s, " ")} }
	unaries["booltext"] = func(v value) value { return value{s: []string{"false", "true"}[v.n]} }
}

// mayAsk holds the functions whose values are sometimes the server's affair:
// the other case of letters beyond ASCII is its locale's, and only newer
// versions subtract infinite timestamps.
var mayAsk = words("lower upper texticlike texticnlike timestamp_mi")

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func cased(f func(string) string) unary {
	return func(v value) value {
		if !isASCII(v.s) {
			return value{state: asked}
		}
		return value{s: f(v.s)}
	}
}

func liked(s, pattern string, not, fold bool) value {
	if fold {
		if !isASCII(s) || !isASCII(pattern) {
			return value{state: asked}
		}
		s, pattern = strings.ToLower(s), strings.ToLower(pattern)
	}
	switch matchLike(s, pattern) {
	case likeFailed:
		return failure
	case likeTrue:
		return valueOf(truthOf(!not))
	}
	return valueOf(truthOf(not))
}

// The outcomes of matching a pattern. likeAbort says that the text is too
// short, so that trying at later places is of no use.
type likeResult byte

const (
	likeFalse likeResult = iota
	likeTrue
	likeAbort
	likeFailed // the pattern ends with a backslash
)

// matchLike matches a text against a pattern of LIKE (MatchText).
func matchLike(t, p string) likeResult {
	if p == "%" {
		return likeTrue
	}
	for t != "" && p != "" {
		switch p[0] {
		case '%':
			return matchAny(t, p)
		case '_':
			t, p = afterRune(t), p[1:]
			continue
		case '\\':
			if p = p[1:]; p == "" {
				return likeFailed
			}
		}
		if p[0] != t[0] {
			return likeFalse
		}
		t, p = t[1:], p[1:]
	}
	if t != "" {
		return likeFalse
	}
	if strings.Trim(p, "%") == "" {
		return likeTrue
	}
	return likeAbort
}

// matchAny matches a pattern that starts with %.
func matchAny(t, p string) likeResult {
	for p != "" && (p[0] == '%' || p[0] == '_') {
		if p[0] == '_' {
			if t == "" {
				return likeAbort
			}
			t = afterRune(t)
		}
		p = p[1:]
	}
	if p == "" {
		return likeTrue
	}
	first := p[0]
	if first == '\\' {
		if len(p) < 2 {
			return likeFailed
		}
		first = p[1]
	}
	for t != "" {
		if t[0] == first {
			if r := matchLike(t, p); r != likeFalse {
				return r
			}
		}
		t = afterRune(t)
	}
	return likeAbort
}

func afterRune(s string) string {
	_, size := utf8.DecodeRuneInString(s)
	return s[size:]
}

// quickLike compiles a text column's LIKE with a constant pattern whose only
// wildcards are % at its ends; nil for others.
func quickLike(column int, pattern string, not bool) cond {
	inner := strings.TrimSuffix(strings.TrimPrefix(pattern, "%"), "%")
	if strings.ContainsAny(inner, `%_\`) || pattern == "%" {
		return nil
	}
	want := []byte(inner)
	matches := bytes.Equal
	switch before, after := strings.HasPrefix(pattern, "%"), strings.HasSuffix(pattern, "%"); {
	case before && after:
		matches = bytes.Contains
	case before:
		matches = bytes.HasSuffix
	case after:
		matches = bytes.HasPrefix
	}
	return func(row [][]byte) truth {
		if row[column] == nil {
			return isNull
		}
		return truthOf(matches(row[column], want) != not)
	}
}

// isTextType says whether a type's values are plain texts here.
func isTextType(typ pg.OID) bool { return typ == pg.Text || typ == pg.Varchar }

// concat compiles concat() over texts: NULLs are left out.
func (c *compiler) concat(args []query.Expr) term {
	terms := make([]term, len(args))
	for i, arg := range args {
		if typ := query.ExprType(arg); !isTextType(typ) && typ != pg.Unknown {
			return c.ask()
		}
		terms[i] = c.term(arg)
	}
	return term{eval: func(row [][]byte) value {
		var out strings.Builder
		for _, t := range terms {
			switch v := t.eval(row); v.state {
			case fine:
				out.WriteString(v.s)
			case asked, failed:
				return v
			}
		}
		return value{s: out.String()}
	}}
}
