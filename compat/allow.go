package compat

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/source"
)

// An allow is a comment that says a breaking change is meant:
//
//	-- electric:allow column-removed because no released app reads it
//	ALTER TABLE songs DROP COLUMN rating;
//
// It stands before its statement, in it or behind it on its last line, and is about what that statement names: its
// table, and of a change of a column, that column, unless it makes or drops the whole table. "electric:allow-file" is
// about all statements of the file.
type allow struct {
	rules  []string
	reason string
	whole  bool // about the whole file
	file   *source.File
	span   diag.Span
	target *statement // nil with whole, and when no statement follows
	used   bool
}

const (
	allowWord = "electric:allow"
	allowFile = "electric:allow-file"
)

// readAllows finds the allow comments of a file.
func (s *Script) readAllows(f *source.File) {
	if !strings.Contains(f.Text, allowWord) {
		return
	}
	for _, c := range parser.LineComments(f.Text) {
		text := strings.TrimSpace(strings.TrimLeft(c.Text, "-"))
		word, rest, _ := strings.Cut(text, " ")
		if word != allowWord && word != allowFile {
			continue
		}
		a := &allow{whole: word == allowFile, file: f, span: diag.Span{File: f.Path, Start: c.Start, End: c.End}}
		if s.parseAllow(a, rest) {
			s.allows = append(s.allows, a)
		}
		if !a.whole {
			a.target = s.targetOf(f, c.Start, c.End)
		}
	}
}

// parseAllow reads "column-removed, table-removed because nobody reads it".
func (s *Script) parseAllow(a *allow, text string) bool {
	list, reason, _ := strings.Cut(text, " because ")
	a.reason = strings.TrimSpace(reason)
	if a.reason == "" {
		d := diag.Errorf(a.span, "allow-without-reason", "an allow comment needs a reason")
		d.Hint = "Write -- electric:allow RULE because REASON."
		s.diagnostics = append(s.diagnostics, d)
		return false
	}
	a.rules = strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
	if len(a.rules) == 0 {
		s.diagnostics = append(s.diagnostics, diag.Errorf(a.span, "allow-without-rule", "an allow comment needs the name of a rule"))
		return false
	}
	ok := true
	for _, rule := range a.rules {
		if find(rule) != nil {
			continue
		}
		ok = false
		d := diag.Errorf(a.span, "unknown-rule", "no rule is called %q", rule)
		if near := diag.Near(rule, RuleNames()); near != "" {
			d.Hint = fmt.Sprintf("Perhaps %q is meant.", near)
		}
		s.diagnostics = append(s.diagnostics, d)
	}
	return ok
}

// targetOf finds the statement that a comment is about: one that it stands in or behind on the same line, else the next.
func (s *Script) targetOf(f *source.File, start, end int) *statement {
	for i := range s.statements {
		st := &s.statements[i]
		if st.file != f || st.span.End < start && strings.Contains(f.Text[st.span.End:start], "\n") {
			continue
		}
		return st
	}
	return nil
}

// allow notes the reason for which a finding is allowed: the first of those given.
func (s *Script) allow(t *Table, f *Finding) {
	if f.Reads != Breaking && f.Writes != Breaking {
		return
	}
	for _, a := range s.allows {
		if slices.Contains(a.rules, f.Rule) && a.covers(s, t, f) {
			f.Allowed, a.used = cmp.Or(f.Allowed, a.reason), true
		}
	}
}

func (a *allow) covers(s *Script, t *Table, f *Finding) bool {
	matches := func(st *statement) bool { return st.names(t, f) || st.remakes(t, f) }
	if !a.whole {
		return a.target != nil && matches(a.target)
	}
	return slices.ContainsFunc(s.statements, func(st statement) bool { return st.file == a.file && matches(&st) })
}

// unused warns of the comments that allowed nothing.
func (s *Script) unused() (warnings []diag.Diagnostic) {
	for _, a := range s.allows {
		if a.used {
			continue
		}
		d := diag.Warnf(a.span, "unused-allow", "this allows %s, and there is no such change", strings.Join(a.rules, ", "))
		d.Hint = "Take it out, or put it right before the statement it is about."
		if a.target == nil && !a.whole {
			d.Hint = "Put it right before the statement it is about, or write electric:allow-file."
		}
		warnings = append(warnings, d)
	}
	return warnings
}
