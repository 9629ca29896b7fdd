package diag

import "github.com/agext/levenshtein"

// Near gives the name that is most like a misspelt one, or "" when none is near
// enough to be meant. Callers put it into a hint.
func Near(name string, names []string) string {
	best, score := "", 0.0
	for _, n := range names {
		if s := similarity(name, n); s > score || s == score && n < best {
			best, score = n, s
		}
	}
	if score < nearEnough {
		return ""
	}
	return best
}

// nearEnough is the share of a name that has to agree.
const nearEnough = 0.6

// similarity is 1 for equal names. A name that is a part of the other one counts
// as near: people forget or add a word more often than they mistype.
func similarity(a, b string) float64 {
	s := levenshtein.Similarity(a, b, nil)
	if short, long := byLength(a, b); len(short) >= 3 && containsWord(long, short) {
		s = max(s, nearEnough+0.4*float64(len(short))/float64(len(long)))
	}
	return s
}

func byLength(a, b string) (short, long string) {
	if len(a) < len(b) {
		return a, b
	}
	return b, a
}

// containsWord reports whether word is some of the words between underscores
// that name is made of.
func containsWord(name, word string) bool {
	for i := 0; i+len(word) <= len(name); i++ {
		end := i + len(word)
		if name[i:end] == word && (i == 0 || name[i-1] == '_') && (end == len(name) || name[end] == '_') {
			return true
		}
	}
	return false
}
