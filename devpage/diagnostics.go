package devpage

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/electric-cli/electric/diag"
)

// MaxDiagnostics is how many the page shows; the counts tell of all.
const MaxDiagnostics = 100

// excerptWidth is how much of a line an excerpt has on each side of the marked
// text, and of that text, in bytes.
const excerptWidth = 160

// byteOrderMark may open a file; nobody wants to see it.
const byteOrderMark = "\ufeff"

// DiagnosticsOf tells what a compile of some files had to say. texts are the
// files' contents: places and excerpts are read from them.
func DiagnosticsOf(ds []diag.Diagnostic, texts diag.Texts, files int, at time.Time, took time.Duration) *Diagnostics {
	d := &Diagnostics{At: at, Took: milliseconds(took), Files: files, List: []Diagnostic{}}
	for _, x := range ds {
		switch x.Severity {
		case diag.Error:
			d.Errors++
		case diag.Warning:
			d.Warnings++
		}
	}
	for _, r := range diag.Records(ds[:min(len(ds), MaxDiagnostics)], texts) {
		d.List = append(d.List, Diagnostic{r, excerptOf(r.Place, texts[r.File])})
	}
	return d
}

func milliseconds(d time.Duration) float64 {
	return float64(d.Round(10*time.Microsecond)) / float64(time.Millisecond)
}

// excerptOf gives the line a place is on; nil when it is on none.
func excerptOf(p diag.Place, text string) *Excerpt {
	if p.Start == nil {
		return nil
	}
	from := p.Start.Offset
	to := from
	if p.End != nil {
		to = max(from, p.End.Offset)
	}
	start := strings.LastIndexByte(text[:from], '\n') + 1
	end := len(text)
	if i := strings.IndexByte(text[from:], '\n'); i >= 0 {
		end = from + i
	}
	if start == 0 && strings.HasPrefix(text, byteOrderMark) {
		start = len(byteOrderMark)
	}
	line := strings.TrimSuffix(text[start:end], "\r")
	from = min(max(from-start, 0), len(line))
	to = min(max(to-start, 0), len(line))
	return &Excerpt{
		Line: p.Start.Line, Before: lastBytes(line[:from], excerptWidth),
		Marked: firstBytes(line[from:to], excerptWidth), After: firstBytes(line[to:], excerptWidth),
	}
}

// firstBytes gives about the first n bytes of s, whole characters.
func firstBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// lastBytes gives about the last n bytes of s, whole characters.
func lastBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	from := len(s) - n
	for from < len(s) && !utf8.RuneStart(s[from]) {
		from++
	}
	return "…" + s[from:]
}
