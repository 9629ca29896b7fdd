package shapeclient

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
)

// A Row is a row's columns by name; nil is NULL.
type Row map[string]*string

// A message is one element of an answer.
type message struct {
	Key      *string `json:"key"`
	Value    Row     `json:"value"`
	OldValue Row     `json:"old_value"`
	Headers  headers `json:"headers"`
}

type headers struct {
	Operation     string   `json:"operation"`
	Relation      []string `json:"relation"`
	Txids         []uint32 `json:"txids"`
	LSN           *string  `json:"lsn"`
	OpPosition    *uint64  `json:"op_position"`
	Last          *bool    `json:"last"`
	KeyChangeTo   *string  `json:"key_change_to"`
	KeyChangeFrom *string  `json:"key_change_from"`
	SnapshotMark  *uint32  `json:"snapshot_mark"`

	Control       string   `json:"control"`
	GlobalLastLSN *string  `json:"global_last_seen_lsn"`
	Xmin          string   `json:"xmin"`
	Xmax          string   `json:"xmax"`
	XipList       []string `json:"xip_list"`
}

// decode reads JSON strictly: a field that the protocol does not know is a
// mistake of the server's.
func decode(body []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return broken("the body is not what the protocol says: %v: %.300s", err, body)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return broken("something follows the body's JSON: %.300s", body)
	}
	return nil
}

// A place is a change's offset in the log.
type place struct{ lsn, op uint64 }

func (p place) less(q place) bool { return p.lsn < q.lsn || p.lsn == q.lsn && p.op < q.op }

func (p place) String() string {
	return strconv.FormatUint(p.lsn, 10) + "_" + strconv.FormatUint(p.op, 10)
}

// place gives where a change stands; ok is false of a row of the first snapshot.
func (m *message) place() (p place, ok bool, err error) {
	h := &m.Headers
	if h.LSN == nil && h.OpPosition == nil && h.Txids == nil && h.Last == nil {
		return p, false, nil
	}
	if h.LSN == nil || h.OpPosition == nil || len(h.Txids) != 1 {
		return p, false, broken("a change lacks lsn, op_position or txids: %s", m)
	}
	if h.Last != nil && !*h.Last {
		return p, false, broken("a change says last: false: %s", m)
	}
	lsn, err := strconv.ParseUint(*h.LSN, 10, 64)
	if err != nil || lsn == 0 {
		return p, false, broken("a change has the lsn %q", *h.LSN)
	}
	return place{lsn, *h.OpPosition}, true, nil
}

// String is the message as JSON, for errors.
func (m *message) String() string {
	text, err := json.Marshal(m)
	if err != nil {
		return err.Error()
	}
	if len(text) > 1000 {
		text = append(text[:1000], "…"...)
	}
	return string(text)
}
