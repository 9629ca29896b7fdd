package changes

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
)

// add adds a line.
func (c *comparer) add(format string, args ...any) {
	c.lines = append(c.lines, oneLine(fmt.Sprintf(format, args...)))
}

// oneLine puts a text on one line.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func equal(a, b any) bool { return reflect.DeepEqual(a, b) }

// dotted is "schema.name".
func dotted(schema, name string) string { return schema + "." + name }

// list is "(a, b)".
func list(words []string) string { return "(" + strings.Join(words, ", ") + ")" }

// when gives text if the condition holds.
func when(condition bool, text string) string {
	if condition {
		return text
	}
	return ""
}

// quoted writes a text as an SQL string.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// Renames know what is called otherwise now, so that a text that names it anew
// counts as the same.
type renames []rename

type rename struct {
	old *regexp.Regexp
	new string
}

// add notes that a name, with or without its schema, is another one now.
func (r *renames) add(old, new string) {
	*r = append(*r, rename{regexp.MustCompile(`(^|[^\w$])` + regexp.QuoteMeta(old) + `($|[^\w$])`), "${1}" + strings.ReplaceAll(new, "$", "$$") + "${2}"})
}

// same reports whether two texts say the same, with the new names in the old one.
func (r renames) same(before, after string) bool {
	for _, x := range r {
		if before == after {
			return true
		}
		before = x.old.ReplaceAllString(before, x.new)
	}
	return before == after
}
