package replication

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/jackc/pglogrepl"

	"github.com/electric-cli/electric/shape/wire"
)

// decode makes an event of a message of pgoutput, nil of those that say nothing
// to us. Messages about rows are read here: they are many. See logicalrep_write_insert
// and those around it in proto.c for their layout.
func decode(data []byte) (event func(Handler), err error) {
	switch kind := pglogrepl.MessageType(data[0]); kind {
	case pglogrepl.MessageTypeInsert, pglogrepl.MessageTypeUpdate, pglogrepl.MessageTypeDelete:
		c, err := decodeChange(data)
		return func(h Handler) { h.Change(c) }, err
	default:
		m, err := pglogrepl.Parse(data)
		if err != nil {
			return nil, fmt.Errorf("read the stream of changes: %w", err)
		}
		return eventOf(m), nil
	}
}

func eventOf(m pglogrepl.Message) func(Handler) {
	switch m := m.(type) {
	case *pglogrepl.BeginMessage:
		return func(h Handler) { h.Begin(uint64(m.FinalLSN), m.Xid) }
	case *pglogrepl.CommitMessage:
		return func(h Handler) { h.Commit(); h.Position(uint64(m.TransactionEndLSN)) }
	case *pglogrepl.TruncateMessage:
		return func(h Handler) { h.Truncate(m.RelationIDs) }
	case *pglogrepl.RelationMessage:
		r := &Relation{OID: m.RelationID, Schema: m.Namespace, Name: m.RelationName, Identity: m.ReplicaIdentity}
		if r.Schema == "" {
			r.Schema = "pg_catalog"
		}
		for _, c := range m.Columns {
			r.Columns = append(r.Columns, Column{c.Name, c.DataType, c.TypeModifier})
		}
		return func(h Handler) { h.Relation(r) }
	}
	return nil // types and origins
}

var errShort = errors.New("read the stream of changes: a message about a row ends early")

// decodeChange reads an insert, update or delete.
func decodeChange(data []byte) (*Change, error) {
	if len(data) < 6 {
		return nil, errShort
	}
	kind := data[0]
	c := &Change{Relation: binary.BigEndian.Uint32(data[1:])}
	data = data[5:]
	for len(data) > 0 {
		part := data[0]
		row, rest, err := decodeTuple(data[1:])
		if err != nil {
			return nil, err
		}
		switch part {
		case 'N':
			c.New = row.values
			row.fill(c.Old)
		case 'O':
			c.Old = row.values
		case 'K': // the key alone
			c.NoOld = true
		default:
			return nil, fmt.Errorf("read the stream of changes: a row of the unknown kind %q", part)
		}
		data = rest
	}
	if kind != 'I' && c.Old == nil {
		c.NoOld = true
	}
	return c, nil
}

// A tuple is a row, some of whose values were left out.
type tuple struct {
	values wire.Row
	toast  []int // positions of values that are stored apart and did not change
}

// fill takes from the old row what is left out.
func (t *tuple) fill(old wire.Row) {
	for _, i := range t.toast {
		if i < len(old) {
			t.values[i] = old[i]
		}
	}
}

func decodeTuple(data []byte) (t tuple, rest []byte, err error) {
	if len(data) < 2 {
		return t, nil, errShort
	}
	t.values = make(wire.Row, binary.BigEndian.Uint16(data))
	data = data[2:]
	for i := range t.values {
		if len(data) == 0 {
			return t, nil, errShort
		}
		kind := data[0]
		data = data[1:]
		switch kind {
		case pglogrepl.TupleDataTypeNull:
		case pglogrepl.TupleDataTypeToast:
			t.toast = append(t.toast, i)
		default:
			if len(data) < 4 {
				return t, nil, errShort
			}
			n := int(binary.BigEndian.Uint32(data))
			if data = data[4:]; len(data) < n {
				return t, nil, errShort
			}
			t.values[i], data = data[:n:n], data[n:]
		}
	}
	return t, data, nil
}
