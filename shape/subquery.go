package shape

import (
	"slices"
	"sync"

	"github.com/electric-cli/electric/shape/replication"
	"github.com/electric-cli/electric/shape/shapelog"
	"github.com/electric-cli/electric/shape/wire"
)

// Shapes whose filter reads other tables, as in `id IN (SELECT …)`, or columns
// that the stream has not (see [Definition.requeried]). Which rows are in one
// changes without a change of the row. So the consumer notes, with each
// transaction that may have moved rows, what it did, and goes on: nobody waits for
// such a shape. Its keeper (keep.go) asks Postgres (requery.go), and what differs
// from the rows that clients have becomes messages of that transaction.
//
// Until then the shape is behind: Reached says how far it has come.

// materialized are the rows that clients of such a shape have, and what has
// happened since.
type materialized struct {
	rows     *shapelog.Rows          // of the first snapshot's writer, then of the keeper
	complete chan struct{}           // closed when the first rows are all there, or never will be
	finish   func()                  // closes it
	filters  []int                   // columns of the shape's own table that the filter reads
	selects  map[uint32][]*selection // the filter's subqueries, by their table's OID

	pins  *pins
	noted pending // what the transaction that is being handed on did: of the consumer

	mu    sync.Mutex // guards the rest
	queue []*pending // transactions that the keeper has not done with, by LSN
	bytes int        // of the queue
	wake  chan struct{}
}

// A pending is what a transaction did that may have moved rows into the shape, or
// out of it, or changed them.
type pending struct {
	xid     uint32
	lsn, op uint64          // of its commit, and of its next message
	all     bool            // any row may have moved: it changed what the filter reads elsewhere
	touched []touchedRow    // rows of the shape's own table, each once
	moved   []movedValue    // what subqueries select of rows of other tables, each once
	keys    map[string]bool // of both, while they are noted
	bytes   int
}

// A touchedRow is a row that was inserted, updated or deleted.
type touchedRow struct {
	key    string   // as the encoder gives it
	values wire.Row // of the key's columns alone, in their order; nil without a primary key
}

// Limits of what is noted. Who touches more rows in a transaction than
// touchedRows, or changes as much elsewhere, has all rows read again. A shape that is further behind than
// pendingBytes ends.
const (
	touchedRows  = 1000
	pendingBytes = 32 << 20
	pendingSize  = 128 // of a transaction's note, in bytes, besides its rows
)

func newMaterialized(s *Shape, rows *shapelog.Rows) *materialized {
	complete := make(chan struct{})
	return &materialized{
		rows: rows, complete: complete, finish: sync.OnceFunc(func() { close(complete) }),
		filters: s.definition.Where.Columns(), selects: selectionsOf(&s.definition), wake: make(chan struct{}, 1), pins: newPins(),
	}
}

// reads are the OIDs of the tables that the filter reads.
func (s *Shape) reads() []uint32 {
	if s.sub == nil {
		return nil
	}
	list := make([]uint32, len(s.definition.Reads))
	for i, t := range s.definition.Reads {
		list[i] = t.OID
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// first takes a row of the first snapshot.
func (m *materialized) first(rows *wire.CopyEncoder, line []byte) error {
	line = cutLine(line)
	key, err := rows.KeyOf(nil, line)
	if err == nil {
		_, _, err = m.rows.Put(key, line)
	}
	return err
}

// changed notes a change of the shape's own table.
func (s *Shape) changed(change rowChange) {
	n := &s.sub.noted
	for _, row := range [2]wire.Row{change.old, change.now} {
		if row != nil {
			n.touch(s, row)
		}
	}
}

// touch notes a row.
func (n *pending) touch(s *Shape, row wire.Row) {
	key := string(s.encoder.Key(row))
	if !n.admits(key, 2*len(key)) {
		return
	}
	t := touchedRow{key: key}
	for _, column := range s.definition.Table.Key {
		t.values = append(t.values, slices.Clone(row[column]))
	}
	n.touched = append(n.touched, t)
}

// minds reports whether a change of the shape's own table may matter to it: it
// does not when all columns are as they were that it has or its filter reads.
func (s *Shape) minds(change rowChange) bool {
	if change.old == nil || change.now == nil || !s.encoder.Same(change.old, change.now) {
		return true
	}
	return slices.ContainsFunc(s.sub.filters, func(i int) bool {
		return s.definition.Table.Columns[i].Generated || !wire.Equal(change.old[i], change.now[i])
	})
}

// read notes a change of a table that the filter reads. It reports whether that
// matters.
func (s *Shape) read(p *published, oid uint32, change *replication.Change) (matters bool) {
	n := &s.sub.noted
	for _, q := range s.sub.selects[oid] {
		t := p.target(q.table)
		if change.NoOld || t.missing {
			n.all = true
			return true
		}
		if old, now := t.row(change.Old), t.row(change.New); q.matters(old, now) {
			before, after := n.move(q, old), n.move(q, now)
			matters = matters || before || after
		}
	}
	return matters
}

// enqueue hands what was noted of the transaction that ends to the keeper; false
// when the shape is too far behind.
func (m *materialized) enqueue(xid uint32, lsn, op uint64) bool {
	n := m.noted
	m.noted = pending{}
	n.xid, n.lsn, n.op, n.keys = xid, lsn, op, nil
	n.bytes += pendingSize
	m.mu.Lock()
	defer m.mu.Unlock()
	m.queue = append(m.queue, &n)
	m.bytes += n.bytes
	m.awaken()
	return m.bytes <= pendingBytes
}

// awaken has the keeper look.
func (m *materialized) awaken() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// waiting gives the transactions that the keeper has not done with.
func (m *materialized) waiting() []*pending {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.queue
}

// done takes the first n of them out.
func (m *materialized) done(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.queue[:n] {
		m.bytes -= p.bytes
	}
	if m.queue = m.queue[n:]; len(m.queue) == 0 {
		m.queue = nil
	}
}

// Reached is the LSN of a commit up to which a shape's log has everything: that
// of all shapes, or less where the shape is behind. Ask before reading the log.
func (e *Engine) Reached(s *Shape) uint64 {
	lsn := e.LSN()
	if s.sub == nil {
		return lsn
	}
	if queue := s.sub.waiting(); len(queue) > 0 {
		lsn = min(lsn, queue[0].lsn-1)
	}
	return lsn
}
