package shapeclient

// apply takes in a change of the rows.
func (s *state) apply(m *message) error {
	switch m.Headers.Operation {
	case "insert":
		return s.insert(m)
	case "update":
		return s.update(m)
	case "delete":
		return s.delete(m)
	}
	return broken("an unknown operation: %s", m)
}

func (s *state) insert(m *message) error {
	if err := s.whole(m.Value, m); err != nil {
		return err
	}
	if m.OldValue != nil {
		return broken("an insert has old_value: %s", m)
	}
	if s.rows[*m.Key] != nil && s.known() {
		return broken("an insert of a row that is there: %s", m)
	}
	s.rows[*m.Key] = m.Value
	return nil
}

// known reports whether the rows are all the server's: those of a log of changes
// only are not, before they are loaded.
func (s *state) known() bool { return !s.shape.ChangesOnly || s.loaded != nil }

func (s *state) update(m *message) error {
	if s.shape.Key == nil {
		return broken("an update in a table without a key: %s", m)
	}
	row := s.rows[*m.Key]
	if row == nil {
		if s.known() {
			return broken("an update of a row that is not there: %s", m)
		}
		return nil
	}
	if err := s.updated(row, m); err != nil {
		return err
	}
	next := Row{}
	for name, value := range row {
		next[name] = value
	}
	for name, value := range m.Value {
		next[name] = value
	}
	s.rows[*m.Key] = next
	return s.whole(next, m)
}

// updated checks that an update has what changed, and the key.
func (s *state) updated(row Row, m *message) error {
	changed := 0
	for name, value := range m.Value {
		old, known := row[name]
		switch {
		case !known:
			return broken("an update of the column %q, which the row has not: %s", name, m)
		case s.isKey(name) && !same(old, value):
			return broken("an update of the key's column %q: %s", name, m)
		case !same(old, value):
			changed++
			before, told := m.OldValue[name]
			if s.shape.Full != told || told && !same(before, old) {
				return broken("the old value of %q is %s, told is %v: %s", name, text(old), m.OldValue, m)
			}
		case !s.isKey(name) && !s.shape.Full:
			return broken("an update of %q to what it was: %s", name, m)
		}
	}
	for _, name := range s.shape.Key {
		if _, ok := m.Value[name]; !ok {
			return broken("an update without the key's column %q: %s", name, m)
		}
	}
	switch {
	case changed == 0 && !s.shape.Repeats:
		return broken("an update that changes nothing: %s", m)
	case len(m.OldValue) != changed && s.shape.Full:
		return broken("old_value has %d columns of %d that changed: %s", len(m.OldValue), changed, m)
	case s.shape.Full:
		return s.whole(m.Value, m)
	}
	return nil
}

func (s *state) delete(m *message) error {
	row := s.rows[*m.Key]
	if row == nil {
		if s.known() && !s.deleted[*m.Key] {
			return broken("a delete of a row that is not there: %s", m)
		}
		return nil
	}
	if s.shape.Repeats {
		s.deleted[*m.Key] = true
	}
	for name, value := range m.Value {
		if old, known := row[name]; !known || !same(old, value) {
			return broken("a delete of a row whose %q is %s: %s", name, text(old), m)
		}
	}
	for name := range row {
		_, told := m.Value[name]
		if want := s.shape.Full || s.isKey(name); told != want {
			return broken("a delete has the column %q: %t: %s", name, told, m)
		}
	}
	delete(s.rows, *m.Key)
	return nil
}

func same(a, b *string) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }

func text(value *string) string {
	if value == nil {
		return "NULL"
	}
	return *value
}
