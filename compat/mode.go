package compat

import (
	"fmt"
	"strings"
)

// A Mode says which changes are acceptable, in the words of Confluent's schema registry. There, data written with the
// old schema must be readable with the new one (backward), data written with the new one with the old one (forward), or
// both (full). Here a client's write is data of the old schema and what the server sends is data of the new one: so
// backward is about writes, forward about reads.
type Mode struct {
	Reads, Writes bool // may not break
	Transitive    bool // against all earlier versions, not only the last
}

// modes by name, each also with -transitive.
var modes = []struct {
	name string
	mode Mode
	doc  string
}{
	{"backward", Mode{Writes: true}, "old clients can write to the new server"},
	{"forward", Mode{Reads: true}, "old clients can read what the new server sends"},
	{"full", Mode{Reads: true, Writes: true}, "old clients can do both"},
	{"none", Mode{}, "everything is acceptable"},
}

const transitive = "-transitive"

// ModeNames are what ParseMode reads.
func ModeNames() (names []string) {
	for _, m := range modes {
		names = append(names, m.name)
		if m.mode != (Mode{}) {
			names = append(names, m.name+transitive)
		}
	}
	return names
}

// ParseMode reads a mode's name.
func ParseMode(name string) (Mode, error) {
	base, isTransitive := strings.CutSuffix(name, transitive)
	for _, m := range modes {
		if m.name == base && !(isTransitive && m.mode == (Mode{})) {
			m.mode.Transitive = isTransitive
			return m.mode, nil
		}
	}
	return Mode{}, fmt.Errorf("mode %q is not one of %s", name, strings.Join(ModeNames(), ", "))
}

// Forbids reports whether a finding is not acceptable in the mode.
func (m Mode) Forbids(f *Finding) bool {
	reads, writes := f.Counts()
	return m.Reads && reads == Breaking || m.Writes && writes == Breaking
}

// Accepts reports whether all of a report is acceptable in the mode.
func (m Mode) Accepts(r *Report) bool {
	for i := range r.Tables {
		for j := range r.Tables[i].Findings {
			if m.Forbids(&r.Tables[i].Findings[j]) {
				return false
			}
		}
	}
	return true
}
