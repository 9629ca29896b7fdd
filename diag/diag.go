// Package diag holds what electric has to say about its input: one Diagnostic
// for each mistake, and the writers that show them to people (text), editors
// and scripts (json), and CI (github, sarif).
//
// A Diagnostic is data. Places are byte offsets into a file's text; they become
// line:column only when a writer renders them, so nobody counts characters for
// a message that is never shown. The package imports nothing of ours.
package diag

import (
	"fmt"
	"slices"
)

// A Diagnostic is one mistake, told once.
type Diagnostic struct {
	Severity Severity
	Code     string // SQLSTATE where Postgres refuses too, else a rule's name
	Message  string // one line: lower case, names quoted, no final stop
	Span     Span   // the smallest text that shows the mistake
	Label    string // a few words beside the caret
	Related  []Note // other places that matter
	Detail   string // full sentences: what makes it a mistake
	Hint     string // a full sentence: what to do about it

	// Undecided says that a server might see no mistake here: it is this program
	// that cannot tell, or that knows another one than the server.
	Undecided bool
}

// A Note points at another place that matters to a Diagnostic.
type Note struct {
	Span    Span
	Message string
}

// Severity says what a Diagnostic means for the run: only an Error makes it fail.
type Severity int

const (
	Error Severity = iota
	Warning
	Info
)

var severityNames = [...]string{Error: "error", Warning: "warning", Info: "note"}

func (s Severity) String() string { return severityNames[s] }

// A Span is a piece of a file's text, as byte offsets from 0. Start == End is a
// place between two characters.
type Span struct {
	File       string
	Start, End int
}

// nowhere marks a span that means its file as a whole.
const nowhere = -1

// WholeFile is the span of a mistake that has no place inside its file, as one
// that could not be read.
func WholeFile(file string) Span { return Span{File: file, Start: nowhere, End: nowhere} }

// Errorf makes a Diagnostic that fails the run.
func Errorf(span Span, code, format string, args ...any) Diagnostic {
	return Diagnostic{Severity: Error, Code: code, Span: span, Message: fmt.Sprintf(format, args...)}
}

// Warnf makes a Diagnostic that does not fail the run.
func Warnf(span Span, code, format string, args ...any) Diagnostic {
	d := Errorf(span, code, format, args...)
	d.Severity = Warning
	return d
}

// Infof makes a remark.
func Infof(span Span, code, format string, args ...any) Diagnostic {
	d := Errorf(span, code, format, args...)
	d.Severity = Info
	return d
}

// HasErrors reports whether one of ds fails the run.
func HasErrors(ds []Diagnostic) bool {
	return slices.ContainsFunc(ds, func(d Diagnostic) bool { return d.Severity == Error })
}

// Sort orders ds by place: files in the order in which they are first
// mentioned, which is the order they were compiled in, and by offset in each.
func Sort(ds []Diagnostic) {
	rank := map[string]int{}
	for _, d := range ds {
		if _, ok := rank[d.Span.File]; !ok {
			rank[d.Span.File] = len(rank)
		}
	}
	slices.SortStableFunc(ds, func(a, b Diagnostic) int {
		if c := rank[a.Span.File] - rank[b.Span.File]; c != 0 {
			return c
		}
		return a.Span.Start - b.Span.Start
	})
}
