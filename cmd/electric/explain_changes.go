package main

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/changes"
	"github.com/electric-cli/electric/compile"
	"github.com/electric-cli/electric/metadata"
)

// A watcher says what each statement of a session changed.
type watcher struct {
	snapshots *compile.Snapshots
	schema    *metadata.Schema // as of the last statement
}

func newWatcher(s *compile.Session) *watcher {
	return &watcher{compile.NewSnapshots(s), s.Metadata()}
}

// look gives what changed since the last look. told is what the session says of the statement: it counts where the
// descriptions are the same though something changed, and for what is in no description.
func (w *watcher) look(told []string) []string {
	now := w.snapshots.Take()
	var lines []string
	if now != nil {
		lines = changes.Between(w.schema, now)
		w.schema = now
		if len(lines) == 0 {
			return replaced(told)
		}
	}
	for _, line := range told {
		if slices.ContainsFunc(undescribed, func(words string) bool { return strings.HasPrefix(line, words) }) {
			lines = append(lines, line)
		}
	}
	return lines
}

// replaced puts right what the session says of something that is described as before: of a routine, the body is another
// one; a table that is in no description is a temporary one.
func replaced(told []string) []string {
	lines := slices.Clone(told)
	for i, line := range lines {
		if name, ok := strings.CutPrefix(line, "create table "); ok {
			lines[i] = "create temporary table " + name
		}
		for _, word := range []string{"function ", "procedure "} {
			if name, ok := strings.CutPrefix(line, "create "+word); ok {
				lines[i] = "replace body of " + word + name
			}
		}
	}
	return lines
}

// undescribed begin what sessions say of things that are in no description.
var undescribed = []string{
	"create role ", "alter role ", "drop role ", "grant ", "revoke ", "owner of ", "create cast ", "drop cast ", "create operator class ",
	"drop operator class ", "create operator family ", "drop operator family ", "create access method ", "drop access method ",
	"create conversion ", "drop conversion ", "create ts_", "drop text search ", "drop subscription ",
}
