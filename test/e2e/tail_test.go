package e2e

import "strings"

// tail keeps the last lines of a log. It is read when nothing is added any more.
type tail struct{ lines []string }

const tailLines = 200

func (t *tail) add(line string) {
	if t.lines = append(t.lines, line); len(t.lines) > tailLines {
		t.lines = t.lines[1:]
	}
}

func (t *tail) String() string { return strings.Join(t.lines, "\n") }
