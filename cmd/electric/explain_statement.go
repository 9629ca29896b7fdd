package main

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/electric-cli/electric/compile"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/source"
)

// An explained is what became of one statement.
type explained struct {
	N        int      `json:"n"`
	File     string   `json:"file"`
	Offset   int      `json:"offset"` // its first byte
	End      int      `json:"end"`    // its semicolon's
	Kind     string   `json:"kind"`   // its command tag
	OK       bool     `json:"ok"`
	SQLState *string  `json:"sqlstate"`
	Message  *string  `json:"message"`
	Position *int     `json:"position"` // characters from the statement's start, from 1
	Detail   string   `json:"detail,omitempty"`
	Hint     string   `json:"hint,omitempty"`
	Changes  []string `json:"changes"`

	err *pgerr.Error
}

// note keeps what became of a statement.
func (x *explainer) note(l source.Line, r compile.Result) {
	s := l.Statement
	e := explained{
		N: len(x.list) + 1, File: l.File.Path, Offset: s.Offset, End: s.End, Kind: compile.CommandTag(s), Changes: []string{},
	}
	told := r.Changes
	if e.Kind == "GRANT" || e.Kind == "REVOKE" { // privileges are in no description
		words := strings.Fields(s.Text)
		words[0] = strings.ToLower(words[0])
		told = []string{strings.Join(words, " ")}
	}
	if lines := x.watcher.look(told); r.Err == nil {
		e.Changes = append(e.Changes, lines...)
	}
	e.answer(s, r.Err)
	if hint := compile.MissingHint(r.Err); hint != "" && x.hint {
		e.Hint = hint
	}
	if x.undecided(r.Err) {
		e.Hint = strings.TrimSpace(e.Hint + " " + compile.ShadowHint)
	}
	x.refused = x.refused || !e.OK
	x.absent = x.absent || r.Err != nil && !x.changed && slices.Contains(absent, r.Err.Code)
	x.changed = x.changed || len(e.Changes) > 0
	x.list = append(x.list, e)
}

// answer notes what Postgres holds against a statement; nil for nothing.
func (e *explained) answer(s *parser.Statement, err *pgerr.Error) {
	e.OK, e.err, e.SQLState, e.Message, e.Position, e.Detail, e.Hint = err == nil, err, nil, nil, nil, "", ""
	if err == nil {
		return
	}
	e.SQLState, e.Message, e.Detail, e.Hint = &err.Code, &err.Message, err.Detail, err.Hint
	if s.Substituted && err.Code == "42601" {
		e.Hint = "Variables of psql are not supported: write the value itself."
	}
	if err.Position >= 0 {
		p := utf8.RuneCountInString(s.Text[:min(err.Position, len(s.Text))]) + 1
		e.Position = &p
	}
}

// refusals are the statements that Postgres would refuse, as diagnostics.
func (x *explainer) refusals() (list []diag.Diagnostic) {
	for _, e := range x.list {
		if e.err == nil {
			continue
		}
		span := diag.Span{File: e.File, Start: e.Offset, End: e.End}
		if e.err.Position >= 0 {
			span.Start = min(e.Offset+e.err.Position, e.End)
		}
		d := diag.Errorf(span, e.err.Code, "%s", e.err.Message)
		d.Detail, d.Hint = e.Detail, e.Hint
		list = append(list, d)
	}
	return list
}

// text shows a statement on a line, and below it what it changes or why not.
func (e explained) text(source string) string {
	var b strings.Builder
	p := diag.PositionOf(source, e.Offset)
	verdict := "ok"
	lines := e.Changes
	if !e.OK {
		verdict = *e.SQLState
		lines = []string{*e.Message, e.Detail, e.Hint}
	}
	fmt.Fprintf(&b, "%s:%d:%d: %s: %s\n", e.File, p.Line, p.Column, verdict, e.Kind)
	for _, text := range lines {
		for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
			if line != "" {
				b.WriteString(hanging(line))
			}
		}
	}
	return b.String()
}

// changeWidth is where lines about a statement are broken, in characters.
const changeWidth = 116

// hanging sets a line in below its statement, a long one broken at spaces.
func hanging(line string) string {
	var b strings.Builder
	lead, width := "    ", 0
	for i, word := range strings.Split(line, " ") {
		n := utf8.RuneCountInString(word)
		if i > 0 && width+1+n > changeWidth {
			b.WriteByte('\n')
			lead, width = "        ", 0
		}
		if width == 0 {
			b.WriteString(lead + word)
			width = len(lead) + n
			continue
		}
		b.WriteString(" " + word)
		width += 1 + n
	}
	return b.String() + "\n"
}
