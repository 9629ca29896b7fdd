package diag

import (
	"fmt"
	"io"
	"strings"
)

// GitHub's workflow commands: one line each, "::error file=…,line=…::message".
// https://docs.github.com/actions/reference/workflow-commands-for-github-actions
var (
	githubLevels   = [...]string{Error: "error", Warning: "warning", Info: "notice"}
	githubMessage  = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	githubProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func writeGitHub(w io.Writer, ds []Diagnostic, texts Texts) error {
	x := newIndex(texts)
	var out strings.Builder
	for _, d := range ds {
		fmt.Fprintf(&out, "::%s %s::%s\n", githubLevels[d.Severity], x.githubProperties(d), githubMessage.Replace(plainMessage(d)))
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func (x *index) githubProperties(d Diagnostic) string {
	var props []string
	add := func(key string, value any) {
		props = append(props, key+"="+githubProperty.Replace(fmt.Sprint(value)))
	}
	place := x.placeOf(d.Span)
	if place.File != "" {
		add("file", place.File)
	}
	if place.Start != nil {
		add("line", place.Start.Line)
		add("endLine", place.End.Line)
		add("col", place.Start.Column)
		add("endColumn", place.End.Column)
	}
	if d.Code != "" {
		add("title", d.Code)
	}
	return strings.Join(props, ",")
}

// plainMessage is everything a Diagnostic says, as lines.
func plainMessage(d Diagnostic) string {
	lines := []string{d.Message}
	if d.Label != "" {
		lines[0] += " (" + d.Label + ")"
	}
	if d.Detail != "" {
		lines = append(lines, d.Detail)
	}
	if d.Hint != "" {
		lines = append(lines, "Hint: "+d.Hint)
	}
	return strings.Join(lines, "\n")
}
