package wire

import (
	"slices"
	"strconv"
	"strings"
)

// An Encoder writes the messages of one shape. Every part that is the same in
// all of them is made once. It is safe for concurrent use.
type Encoder struct {
	table   *Table
	columns []int // those that are synced
	key     []int // those that make up a row's key
	full    bool  // replica=full

	prefix   []byte   // `{"key":"\"public\".\"songs\"`
	names    [][]byte // `"title":`, by position in columns
	relation []byte   // `"relation":["public","songs"]`
	isKey    []bool   // by position in columns
	notNull  []int    // columns that the electric-schema header calls not_null
}

// NewEncoder makes the encoder of a shape. columns are positions in t.Columns;
// full is replica=full.
func NewEncoder(t *Table, columns []int, full bool) *Encoder {
	e := &Encoder{table: t, columns: columns, key: t.Key, full: full}
	if len(e.key) == 0 { // then all columns together are the key
		e.key = slices.Clone(columns)
		slices.SortFunc(e.key, func(a, b int) int { return strings.Compare(t.Columns[a].Name, t.Columns[b].Name) })
	}
	e.prefix = appendString([]byte(`{"key":"`), []byte(keyName(t.Schema)+"."+keyName(t.Name)))
	for _, c := range columns {
		e.names = append(e.names, append(quoted(nil, t.Columns[c].Name), ':'))
		e.isKey = append(e.isKey, slices.Contains(e.key, c))
		if t.Columns[c].NotNull {
			e.notNull = append(e.notNull, c)
		}
	}
	e.relation = append(e.relation, `"relation":[`...)
	e.relation = append(quoted(e.relation, t.Schema), ',')
	e.relation = append(quoted(e.relation, t.Name), ']')
	return e
}

// keyName quotes a name as keys have it.
func keyName(name string) string {
	return `"` + strings.NewReplacer(".", "..", "/", "//").Replace(name) + `"`
}

// Operations of change messages.
const (
	Insert = "insert"
	Update = "update"
	Delete = "delete"
)

// A Change is what happened to one row of a shape.
type Change struct {
	Operation string
	Old, New  Row // Old of updates and deletes, New of inserts and updates

	// The halves of an update that changed the key say so: Moved is the row at
	// the other key.
	Moved Row

	Xid uint32 // of the transaction; with LSN 0 the message has neither
	LSN uint64 // of its commit
	Op  uint64 // place in the transaction, counted in twos
}

// Append appends a change's message without its end, which [Encoder.End] gives:
// whether it is the transaction's last one is known later.
func (e *Encoder) Append(dst []byte, c *Change) []byte {
	row := c.New
	if c.Operation == Delete {
		row = c.Old
	}
	dst = append(dst, e.prefix...)
	dst = e.appendKey(dst, row)
	dst = append(dst, `","value":{`...)
	switch {
	case c.Operation == Insert || e.full:
		dst = e.appendColumns(dst, row, func(int) bool { return true })
	case c.Operation == Update:
		dst = e.appendColumns(dst, row, func(i int) bool { return e.isKey[i] || e.changed(c, i) })
	default:
		dst = e.appendColumns(dst, row, func(i int) bool { return e.isKey[i] })
	}
	if c.Operation == Update && e.full {
		dst = append(dst, `},"old_value":{`...)
		dst = e.appendColumns(dst, c.Old, func(i int) bool { return e.changed(c, i) })
	}
	return e.appendHeaders(dst, c)
}

// End is how every message that [Encoder.Append] begins ends.
func (e *Encoder) End(last bool) string {
	if last {
		return `,"last":true}},` + "\n"
	}
	return "}},\n"
}

func (e *Encoder) appendHeaders(dst []byte, c *Change) []byte {
	dst = append(dst, `},"headers":{"operation":"`...)
	dst = append(dst, c.Operation...)
	dst = append(dst, `",`...)
	dst = append(dst, e.relation...)
	if c.Moved != nil {
		half := `,"key_change_from":"`
		if c.Operation == Delete {
			half = `,"key_change_to":"`
		}
		dst = append(dst, half...)
		dst = append(dst, e.prefix[len(`{"key":"`):]...)
		dst = append(e.appendKey(dst, c.Moved), '"')
	}
	if c.LSN == 0 {
		return dst
	}
	dst = append(dst, `,"txids":[`...)
	dst = strconv.AppendUint(dst, uint64(c.Xid), 10)
	dst = append(dst, `],"lsn":"`...)
	dst = strconv.AppendUint(dst, c.LSN, 10)
	dst = append(dst, `","op_position":`...)
	return strconv.AppendUint(dst, c.Op, 10)
}

func (e *Encoder) changed(c *Change, i int) bool {
	old, now := c.Old[e.columns[i]], c.New[e.columns[i]]
	return !Equal(old, now)
}

// Equal compares two values, of which nil is NULL.
func Equal(a, b []byte) bool { return (a == nil) == (b == nil) && string(a) == string(b) }

// Same reports whether an update left every column of the shape as it was.
func (e *Encoder) Same(old, now Row) bool {
	return !slices.ContainsFunc(e.columns, func(c int) bool { return !Equal(old[c], now[c]) })
}

// SameKey reports whether two rows have the same key.
func (e *Encoder) SameKey(old, now Row) bool {
	return !slices.ContainsFunc(e.key, func(c int) bool { return !Equal(old[c], now[c]) })
}

// HasKey reports whether the table has a primary key. Without one, all columns
// are the key, so that there are no updates.
func (e *Encoder) HasKey() bool { return len(e.table.Key) > 0 }

// Denied names a column in which a row has a NULL that the header says cannot be
// there; "" when there is none. Clients that have the header stop at such a row.
func (e *Encoder) Denied(row Row) string {
	for _, c := range e.notNull {
		if row[c] == nil {
			return e.table.Columns[c].Name
		}
	}
	return ""
}

// Key is the part of a row's key that tells it from other rows of its table, as
// messages have it, within JSON's quotes.
func (e *Encoder) Key(row Row) []byte { return e.appendKey(nil, row) }

func (e *Encoder) appendKey(dst []byte, row Row) []byte {
	for _, c := range e.key {
		value := row[c]
		if value == nil {
			dst = append(dst, "/_"...)
			continue
		}
		dst = append(dst, `/\"`...)
		value = e.spelled(c, value)
		for {
			i := slices.Index(value, '/')
			if i < 0 {
				break
			}
			dst = append(appendString(dst, value[:i]), "//"...)
			value = value[i+1:]
		}
		dst = append(appendString(dst, value), `\"`...)
	}
	return dst
}

func (e *Encoder) appendColumns(dst []byte, row Row, wanted func(i int) bool) []byte {
	first := true
	for i, c := range e.columns {
		if !wanted(i) {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(dst, e.names[i]...)
		if row[c] == nil {
			dst = append(dst, "null"...)
			continue
		}
		dst = append(dst, '"')
		dst = append(appendString(dst, e.spelled(c, row[c])), '"')
	}
	return dst
}

// spelled gives a boolean in the one spelling it has everywhere: true, false.
func (e *Encoder) spelled(column int, value []byte) []byte {
	if !e.table.Columns[column].Bool || len(value) != 1 {
		return value
	}
	if value[0] == 't' {
		return []byte("true")
	}
	return []byte("false")
}
