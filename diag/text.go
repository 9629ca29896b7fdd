package diag

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// lineWidth is how much of a long source line an excerpt shows, in columns.
const lineWidth = 120

// tabWidth is what a tab in an excerpt becomes.
const tabWidth = 4

// Escape sequences of the colours; without colour they are all empty.
type palette struct{ bold, error, warning, note, frame, reset string }

var colours = palette{"\x1b[1m", "\x1b[1;31m", "\x1b[1;33m", "\x1b[1;36m", "\x1b[34m", "\x1b[0m"}

func (p palette) severity(s Severity) string {
	return [...]string{Error: p.error, Warning: p.warning, Info: p.note}[s]
}

// writeText renders ds for people: a first line that stands alone, then the
// source line with a caret, then notes.
func writeText(w io.Writer, ds []Diagnostic, texts Texts, colour bool) error {
	t := textWriter{index: newIndex(texts)}
	if colour {
		t.palette = colours
	}
	for _, d := range ds {
		t.diagnostic(d)
	}
	_, err := io.WriteString(w, t.out.String())
	return err
}

type textWriter struct {
	*index
	palette
	out strings.Builder
}

func (t *textWriter) diagnostic(d Diagnostic) {
	if place := t.place(d.Span); place != "" {
		fmt.Fprintf(&t.out, "%s%s:%s ", t.bold, place, t.reset)
	}
	fmt.Fprintf(&t.out, "%s%s:%s %s%s%s", t.severity(d.Severity), d.Severity, t.reset, t.bold, printable(d.Message), t.reset)
	if d.Code != "" {
		fmt.Fprintf(&t.out, " [%s]", d.Code)
	}
	t.out.WriteByte('\n')

	gutter := t.excerpt(d)
	for _, n := range d.Related {
		t.note(gutter, t.place(n.Span), n.Message)
	}
	t.note(gutter, "detail", d.Detail)
	t.note(gutter, "hint", d.Hint)
}

// place is "file:line:column", as much of it as is known.
func (t *textWriter) place(s Span) string {
	if p, ok := t.position(s.File, s.Start); ok {
		return fmt.Sprintf("%s:%d:%d", printable(s.File), p.Line, p.Column)
	}
	return printable(s.File)
}

// excerpt writes the source line and its caret, and gives the width of the
// gutter they used.
func (t *textWriter) excerpt(d Diagnostic) int {
	p, ok := t.position(d.Span.File, d.Span.Start)
	if !ok {
		return 2
	}
	source, start := t.line(d.Span.File, p.Line)
	from := min(max(p.Offset-start, 0), len(source))
	to := min(max(d.Span.End-start, from), len(source))
	before, marked, after := window(source, from, to)
	shown, column := expand(before, 0)
	middle, end := expand(marked, column)
	rest, _ := expand(after, end)

	number := fmt.Sprint(p.Line)
	gutter := len(number) + 2
	bar := t.frame + strings.Repeat(" ", gutter) + "|" + t.reset
	fmt.Fprintf(&t.out, "%s\n%s %s |%s %s\n", bar, t.frame, number, t.reset, strings.TrimRight(shown+middle+rest, " "))
	caret := strings.Repeat(" ", column) + t.severity(d.Severity) + strings.Repeat("^", max(end-column, 1))
	if d.Label != "" {
		caret += " " + printable(d.Label)
	}
	fmt.Fprintf(&t.out, "%s %s%s\n", bar, caret, t.reset)
	return gutter
}

func (t *textWriter) note(gutter int, about, message string) {
	if message == "" {
		return
	}
	indent := strings.Repeat(" ", gutter)
	for i, line := range strings.Split(strings.TrimRight(message, "\n"), "\n") {
		if i > 0 {
			fmt.Fprintf(&t.out, "%s  %s\n", indent, printable(line))
			continue
		}
		if about != "" {
			line = about + ": " + line
		}
		fmt.Fprintf(&t.out, "%s%s=%s %s\n", indent, t.frame, t.reset, printable(line))
	}
}

// window cuts a long line down to what surrounds the marked bytes [from, to).
func window(line string, from, to int) (before, marked, after string) {
	const ellipsis = "..."
	before, marked, after = line[:from], line[from:to], line[to:]
	if len(line) <= lineWidth {
		return before, marked, after
	}
	if room := lineWidth / 2; len(before) > room {
		cut := len(before) - room
		for !utf8.RuneStart(before[cut]) {
			cut++
		}
		before = ellipsis + before[cut:]
	}
	if head, cut := firstBytes(marked, lineWidth/2); cut {
		return before, head, ellipsis
	}
	if head, cut := firstBytes(after, max(lineWidth-len(before)-len(marked), 0)); cut {
		after = head + ellipsis
	}
	return before, marked, after
}

// firstBytes gives at most n bytes of s, whole characters.
func firstBytes(s string, n int) (head string, cut bool) {
	if len(s) <= n {
		return s, false
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n], true
}

// expand makes text that takes a known number of columns, starting at column:
// tabs become spaces, what a terminal would act on becomes a question mark.
func expand(s string, column int) (string, int) {
	var b strings.Builder
	for _, r := range s {
		if r == '\t' {
			n := tabWidth - column%tabWidth
			b.WriteString(strings.Repeat(" ", n))
			column += n
			continue
		}
		r = visible(r)
		b.WriteRune(r)
		column += runewidth.RuneWidth(r)
	}
	return b.String(), column
}

func printable(s string) string { return strings.Map(visible, s) }

// visible replaces control characters and what is not UTF-8: input never gets
// to steer the terminal.
func visible(r rune) rune {
	if r < ' ' || r == 0x7f || (r >= 0x80 && r < 0xa0) || r == utf8.RuneError || (r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069) {
		return '?'
	}
	return r
}
