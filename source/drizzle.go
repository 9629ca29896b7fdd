package source

import (
	"encoding/json"
	"path/filepath"

	"github.com/electric-cli/electric/diag"
)

// journalFile is where Drizzle lists its migrations, below their folder.
const journalFile = "meta/_journal.json"

// A journal is the part of meta/_journal.json that says which files count, in
// which order.
type journal struct {
	Entries []struct {
		Index int    `json:"idx"`
		Tag   string `json:"tag"`
	} `json:"entries"`
}

// readJournal gives the migrations that Drizzle's journal lists, or ok = false
// when there is none. Files it does not list are not run by Drizzle either.
func (r *reader) readJournal(dir string) (list []candidate, ok bool) {
	path := filepath.Join(dir, filepath.FromSlash(journalFile))
	shown := join(dir, journalFile)
	if !exists(path) {
		return nil, false
	}
	f, problem := load(path, shown, false)
	if problem != nil {
		r.report(f, *problem)
		return nil, true
	}
	var j journal
	if err := json.Unmarshal([]byte(f.Text), &j); err != nil {
		r.report(f, diag.Errorf(diag.WholeFile(shown), "invalid-journal", "is not a Drizzle journal: %s", err))
		return nil, true
	}
	for _, e := range j.Entries {
		file := e.Tag + ".sql"
		c, numbered := numbered(file)
		if !numbered {
			c = candidate{path: file, version: version{text: e.Tag}, name: e.Tag}
		}
		c.order = e.Index
		if !exists(filepath.Join(dir, filepath.FromSlash(file))) {
			r.report(f, diag.Errorf(diag.WholeFile(shown), "no-such-file", "lists %q, which does not exist", file))
			continue
		}
		list = append(list, c)
	}
	return list, true
}
