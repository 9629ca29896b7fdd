package devpage

import (
	"encoding/json"
	"fmt"
)

// A section is a part of the State that is sent on its own when it changes.
type section struct {
	name string
	of   func(*State) any
}

// sections are the State's fields but format, in its order.
var sections = [...]section{
	{"server", func(s *State) any { return s.Server }},
	{"agreement", func(s *State) any { return s.Agreement }},
	{"change", func(s *State) any { return s.Change }},
	{"schema", func(s *State) any { return s.Schema }},
	{"migrations", func(s *State) any { return s.Migrations }},
	{"shapes", func(s *State) any { return s.Shapes }},
	{"diagnostics", func(s *State) any { return s.Diagnostics }},
}

// ready gives the state as it is sent: with its format, without passwords, no
// longer than promised, and with [] for lists that are empty. The Source's own
// snapshot stays as it is.
func ready(given *State) *State {
	var s State
	if given != nil {
		s = *given
	}
	s.Format = Format
	s.Server.Database.URL = maskText(s.Server.Database.URL)
	s.Server.Reason = maskText(s.Server.Reason)
	s.Migrations = orEmpty(s.Migrations)
	if a := s.Agreement; a != nil {
		s.Agreement = &Agreement{a.Verdict, a.Summary, orEmpty(a.Reasons), orEmpty(a.Places)}
	}
	if c := s.Change; c != nil {
		s.Change = &Change{c.At, c.Title, c.Took, orEmpty(c.Lines)}
	}
	if x := s.Shapes; x != nil {
		s.Shapes = &Shapes{max(x.Total, len(x.List)), x.Waiting, orEmpty(x.List[:min(len(x.List), MaxShapes)])}
	}
	if d := s.Diagnostics; d != nil {
		c := *d
		c.List = orEmpty(d.List[:min(len(d.List), MaxDiagnostics)])
		s.Diagnostics = &c
	}
	return &s
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// mustJSON writes plain data. < and > are escaped, as nobody's markup.
func mustJSON(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("devpage: %T cannot be written: %v", v, err))
	}
	return data
}
