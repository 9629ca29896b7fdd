package compat

import (
	"fmt"
	"io"
	"strings"
)

// TextOptions say how WriteText shows a report. The zero value is plain text that leaves out unchanged tables.
type TextOptions struct {
	Colour bool
	Advice bool // tell why something breaks and what to do instead
	Same   bool // list unchanged tables too
}

// WriteText shows a report to people: table by table the verdicts, then each change with what it means to both
// directions.
func WriteText(w io.Writer, r *Report, o TextOptions) error {
	t := textWriter{o: o, told: map[string]bool{}}
	for i := range r.Tables {
		table := &r.Tables[i]
		if len(table.Findings) > 0 || o.Same {
			t.table(table)
		}
	}
	_, err := io.WriteString(w, t.out.String())
	return err
}

type textWriter struct {
	out  strings.Builder
	o    TextOptions
	told map[string]bool // rules whose advice was given
}

const (
	red, green         = "\x1b[1;31m", "\x1b[32m"
	bold, faint, reset = "\x1b[1m", "\x1b[2m", "\x1b[0m"
)

// cellWidth is how wide a column of verdicts is; what belongs to a change is set in behind the two.
const (
	cellWidth = len("compatible") + 2
	margin    = 2 + 2*cellWidth
)

func (t *textWriter) table(x *Table) {
	name := x.Schema + "." + x.Name
	if x.Was != "" {
		name += " (was " + x.Was + ")"
	}
	fmt.Fprintf(&t.out, "%s: reads %s, writes %s\n", t.paint(bold, name), t.verdict(x.Reads, x.Reads.String()), t.verdict(x.Writes, x.Writes.String()))
	if len(x.Findings) > 0 {
		fmt.Fprintf(&t.out, "  %s\n", t.paint(faint, pad("reads")+"writes"))
	}
	for i := range x.Findings {
		t.finding(&x.Findings[i])
	}
	t.out.WriteByte('\n')
}

func (t *textWriter) finding(f *Finding) {
	fmt.Fprintf(&t.out, "  %s%s%s %s\n", t.cell(f, f.Reads), t.cell(f, f.Writes), f.Message, t.paint(faint, "["+f.Rule+"]"))
	if !strings.Contains(f.Message, f.Before) || !strings.Contains(f.Message, f.After) {
		t.line("- ", f.Before)
		t.line("+ ", f.After)
	}
	t.line("note: ", f.Note)
	t.line("allowed: ", f.Allowed)
	if breaks := f.Reads == Breaking || f.Writes == Breaking; t.o.Advice && breaks && f.Allowed == "" && !t.told[f.Rule] {
		t.told[f.Rule] = true
		why, instead := Advice(f.Rule)
		t.line("why: ", why)
		t.line("hint: ", instead)
	}
}

// line writes what belongs to a change, if there is anything.
func (t *textWriter) line(label, text string) {
	if text == "" {
		return
	}
	lead := strings.Repeat(" ", margin)
	for i, line := range wrap(text, 120-margin-len(label)) {
		if i > 0 {
			label = strings.Repeat(" ", len(label))
		}
		fmt.Fprintf(&t.out, "%s%s%s\n", lead, t.paint(faint, label), line)
	}
}

// wrap cuts a text at spaces into lines of about a width.
func wrap(text string, width int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = word
		case len(line)+1+len(word) > width:
			lines = append(lines, line)
			line = word
		default:
			line += " " + word
		}
	}
	return append(lines, line)
}

// cell is what a change means to one direction, in a column of its own.
func (t *textWriter) cell(f *Finding, v Verdict) string {
	word := [...]string{Same: "-", Compatible: Compatible.String(), Breaking: Breaking.String()}[v]
	if v == Breaking && f.Allowed != "" {
		word, v = "allowed", Compatible
	}
	return t.verdict(v, word) + strings.TrimPrefix(pad(word), word)
}

// pad makes a word as wide as a column of verdicts.
func pad(word string) string { return fmt.Sprintf("%-*s", cellWidth, word) }

func (t *textWriter) verdict(v Verdict, text string) string {
	return t.paint([...]string{Same: faint, Compatible: green, Breaking: red}[v], text)
}

func (t *textWriter) paint(colour, text string) string {
	if !t.o.Colour {
		return text
	}
	return colour + text + reset
}
