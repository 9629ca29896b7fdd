package shapeclient

import (
	"slices"
	"strings"
)

// A state is what messages have come to since the shape was begun.
type state struct {
	shape   *Shape
	rows    map[string]Row
	deleted map[string]bool // of a shape that repeats: keys that were there once
	columns map[string]bool // of the schema header, and whether they are not null

	snapshotEnded bool
	at            place // of the last change
	txid          uint32
	open          bool   // the last change was not its transaction's last one
	passed        uint64 // LSN up to which everything is here, as the server said
	moved         string // key that the next change has to come from, "" for any
	from          string
	loaded        *snapshot // of the rows that a changes_only client asked for
}

func newState(s *Shape) *state {
	return &state{shape: s, rows: map[string]Row{}, deleted: map[string]bool{}}
}

// take takes in one message.
func (s *state) take(m *message) error {
	switch m.Headers.Control {
	case "":
		return s.change(m)
	case "up-to-date":
		return nil
	case "snapshot-end":
		if s.snapshotEnded {
			return broken("a second snapshot-end")
		}
		s.snapshotEnded = true
		_, err := snapshotOf(&m.Headers)
		return err
	}
	return broken("an unknown control message: %s", m)
}

// arrived checks an answer as a whole: its offset is that of the last change in
// it.
func (s *state) arrived(a *answer) error {
	s.passed = max(s.passed, a.lsn)
	var last place
	for i := range a.messages {
		if at, changed, _ := a.messages[i].place(); changed { // they were taken in
			last = at
		}
	}
	switch {
	case last.lsn != 0 && a.offset != last.String():
		return broken("electric-offset is %s after the change %s", a.offset, last)
	case s.at.lsn == 0 && !strings.HasPrefix(a.offset, "0_"):
		return broken("electric-offset is %s before any change", a.offset)
	}
	return nil
}

// settled checks what holds once there is no more.
func (s *state) settled() error {
	switch {
	case !s.snapshotEnded:
		return broken("up-to-date before snapshot-end")
	case s.open:
		return broken("up-to-date within the transaction of %s", s.at)
	}
	return nil
}

// change takes in a row, or a row's change.
func (s *state) change(m *message) error {
	if m.Key == nil || m.Value == nil || len(m.Headers.Relation) != 2 {
		return broken("a change without key, value or relation: %s", m)
	}
	at, changed, err := m.place()
	if err != nil {
		return err
	}
	if !changed {
		return s.first(m)
	}
	if s.repeated(at) {
		return nil
	}
	if err := s.order(m, at); err != nil {
		return err
	}
	if s.loaded != nil && s.loaded.sees(m.Headers.Txids[0]) {
		return nil
	}
	return s.apply(m)
}

// first takes in a row of the first snapshot.
func (s *state) first(m *message) error {
	switch {
	case s.snapshotEnded || s.at.lsn != 0:
		return broken("a row of the snapshot after its end: %s", m)
	case s.shape.ChangesOnly:
		return broken("a row of the snapshot in a log of changes only: %s", m)
	case m.Headers.Operation != "insert":
		return broken("the snapshot has a %s: %s", m.Headers.Operation, m)
	}
	return s.insert(m)
}

// repeated reports whether a change was taken in already. Streams of events tell
// those of the newest transaction again.
func (s *state) repeated(at place) bool { return at.lsn == s.at.lsn && !s.at.less(at) && !s.open }

// order checks a change's place.
func (s *state) order(m *message, at place) error {
	switch {
	case !s.snapshotEnded:
		return broken("a change before snapshot-end: %s", m)
	case !s.at.less(at):
		return broken("a change at %s after one at %s: %s", at, s.at, m)
	case at.lsn <= s.passed:
		return broken("a change at %s, though everything up to %d was said to be there: %s", at, s.passed, m)
	case s.open && at.lsn != s.at.lsn:
		return broken("no change was the last one of the transaction at %d", s.at.lsn)
	case !s.open && at.lsn == s.at.lsn:
		return broken("a change after the last one of its transaction: %s", m)
	case s.open && m.Headers.Txids[0] != s.txid:
		return broken("a transaction with two numbers, %d and: %s", s.txid, m)
	}
	s.at, s.txid, s.open = at, m.Headers.Txids[0], m.Headers.Last == nil
	return s.halves(m)
}

// halves checks that the two halves of a change of the key come together.
func (s *state) halves(m *message) error {
	h := &m.Headers
	if s.moved != "" {
		if h.Operation != "insert" || h.KeyChangeFrom == nil || *h.KeyChangeFrom != s.from || *m.Key != s.moved {
			return broken("after the key change of %s to %s comes: %s", s.from, s.moved, m)
		}
		s.moved, s.from = "", ""
		return nil
	}
	if h.KeyChangeFrom != nil {
		return broken("key_change_from without the delete before it: %s", m)
	}
	if h.KeyChangeTo != nil {
		if h.Operation != "delete" || !s.open {
			return broken("key_change_to without the insert after it: %s", m)
		}
		s.moved, s.from = *h.KeyChangeTo, *m.Key
	}
	return nil
}

// whole checks that a row has the shape's columns, and no NULL where the schema
// promises none.
func (s *state) whole(row Row, m *message) error {
	if len(row) != len(s.columns) {
		return broken("a row has %d columns, the schema %d: %s", len(row), len(s.columns), m)
	}
	for name, value := range row {
		notNull, known := s.columns[name]
		if !known {
			return broken("a row has the column %q, the schema has not: %s", name, m)
		}
		if value == nil && notNull {
			return broken("%q is null, though the schema says it never is: %s", name, m)
		}
	}
	return nil
}

// isKey reports whether a column belongs to the key; without a primary key, all do.
func (s *state) isKey(name string) bool {
	return s.shape.Key == nil || slices.Contains(s.shape.Key, name)
}
