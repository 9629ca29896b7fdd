package api_test

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/stretchr/testify/require"
)

// A message of a body: of rows or control.
type message struct {
	Key      string
	Value    map[string]*string
	OldValue map[string]*string `json:"old_value"`
	Headers  struct {
		Operation     string
		Relation      []string
		Txids         []uint64
		LSN           string
		OpPosition    *uint64 `json:"op_position"`
		Last          *bool
		KeyChangeTo   string `json:"key_change_to"`
		KeyChangeFrom string `json:"key_change_from"`
		Control       string
		GlobalLSN     string   `json:"global_last_seen_lsn"`
		Xmin, Xmax    string   // of snapshot-end
		XipList       []string `json:"xip_list"`
		SnapshotMark  *uint32  `json:"snapshot_mark"`
	}
}

// messages reads a body of status 200.
func (a answer) messages() (list []message) {
	a.t.Helper()
	require.Equal(a.t, http.StatusOK, a.status, a.body)
	require.NoError(a.t, json.Unmarshal([]byte(a.body), &list), a.body)
	return list
}

func (a answer) handle() string { return a.header.Get("electric-handle") }
func (a answer) offset() string { return a.header.Get("electric-offset") }

// brief is a message in a line: "insert id=1 value=a", "up-to-date".
func (m *message) brief() string {
	if m.Headers.Control != "" {
		return m.Headers.Control
	}
	text := m.Headers.Operation
	for _, name := range sortedKeys(m.Value) {
		text += " " + name + "=" + textOf(m.Value[name])
	}
	if m.OldValue != nil {
		text += " old"
		for _, name := range sortedKeys(m.OldValue) {
			text += " " + name + "=" + textOf(m.OldValue[name])
		}
	}
	return text
}

func textOf(value *string) string {
	if value == nil {
		return "NULL"
	}
	return *value
}

// briefs are messages in lines.
func briefs(list []message) []string {
	lines := make([]string, len(list))
	for i := range list {
		lines[i] = list[i].brief()
	}
	return lines
}

// brief is a body of status 200 in lines.
func (a answer) brief() []string {
	a.t.Helper()
	return briefs(a.messages())
}

// A reader reads a shape as a client does.
type reader struct {
	s              *server
	definition     []string // name, value, …
	handle, offset string
}

// read makes a reader that has read a shape up to date, and gives what it got.
func (s *server) read(definition ...string) (r *reader, lines []string) {
	s.t.Helper()
	r = &reader{s: s, definition: definition, offset: "-1"}
	for {
		a := r.ask()
		lines = append(lines, a.brief()...)
		if r.moved(a); a.header["Electric-Up-To-Date"] != nil {
			return r, lines
		}
	}
}

// ask asks for what comes after what the reader has.
func (r *reader) ask(more ...string) answer {
	r.s.t.Helper()
	return r.s.get(r.params(more...)...)
}

func (r *reader) params(more ...string) []string {
	params := append([]string{"offset", r.offset}, r.definition...)
	if r.handle != "" {
		params = append(params, "handle", r.handle)
	}
	return append(params, more...)
}

// moved notes how far an answer came.
func (r *reader) moved(a answer) {
	r.handle, r.offset = a.handle(), a.offset()
}

// live asks for news in the background.
func (r *reader) live() <-chan answer { return r.s.later(r.params("live", "true")...) }

// next waits for news, and moves to them.
func (r *reader) next() answer {
	r.s.t.Helper()
	for deadline := time.Now().Add(patience); ; {
		a := r.ask("live", "true")
		require.Equal(r.s.t, http.StatusOK, a.status, a.body)
		if r.moved(a); a.header.Get("electric-has-data") == "true" {
			return a
		}
		require.True(r.s.t, time.Now().Before(deadline), "no news")
	}
}

// within waits for an answer.
func (s *server) within(answers <-chan answer) answer {
	s.t.Helper()
	select {
	case a, ok := <-answers:
		require.True(s.t, ok, "the request failed")
		return a
	case <-time.After(patience):
		require.FailNow(s.t, "no answer")
		return answer{}
	}
}
