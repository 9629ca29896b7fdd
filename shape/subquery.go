package shape

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/electric-cli/electric/shape/wire"
)

// Shapes whose filter reads other tables, as in `id IN (SELECT …)`, or columns
// that the stream has not (see [Definition.requeried]). Which rows
// are in one changes without a change of the row, so after every transaction that
// touches one of the tables its query is run again, and what differs from the
// rows it had becomes messages of that transaction. Its rows are therefore in
// memory.

// materialized are the rows that clients of such a shape have.
type materialized struct {
	shape    *Shape
	rows     map[string]*materialRow
	round    uint64
	seen     wire.Snapshot       // of the last query
	changes  []rowChange         // of the shape's own table, by this transaction
	complete chan struct{}       // closed when the first rows are all there, or never will be
	finish   func()              // closes it
	removed  map[string]wire.Row // that the last query did not give any more
}

type materialRow struct {
	row   wire.Row
	round uint64 // of the last query that had it
}

func newMaterialized(s *Shape) *materialized {
	complete := make(chan struct{})
	return &materialized{
		shape: s, rows: map[string]*materialRow{}, complete: complete, finish: sync.OnceFunc(func() { close(complete) }),
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
	row, err := rows.Row(line)
	if err != nil {
		return err
	}
	row = cloneRow(row)
	m.rows[string(rows.Key(row))] = &materialRow{row: row}
	return nil
}

func cloneRow(row wire.Row) wire.Row {
	own := make(wire.Row, len(row))
	for i, value := range row {
		own[i] = slices.Clone(value)
	}
	return own
}

// changed notes a change of the shape's own table.
func (m *materialized) changed(change rowChange) { m.changes = append(m.changes, change) }

// requery brings the shapes up to date that this transaction may have moved rows
// of.
func (c *consumer) requery() {
	dirty := c.dirty
	c.dirty = nil
	for _, s := range dirty {
		if !c.concerns(s) {
			s.sub.changes = nil
			continue
		}
		if err := c.renew(s); err != nil {
			c.rotate(fmt.Sprintf("its rows could not be read again: %v", err), s)
		}
		s.sub.changes = nil
	}
}

func (c *consumer) renew(s *Shape) error {
	ctx, cancel := context.WithTimeout(c.ctx, askTimeout)
	defer cancel()
	select {
	case <-s.sub.complete:
	case <-ctx.Done():
		return errors.New("the first rows took too long")
	}
	if s.Gone() {
		return nil
	}
	if s.sub.seen.Xmax != 0 && s.sub.seen.Sees(c.xid) {
		c.repeat(s)
		return nil
	}
	return c.runAgain(ctx, s)
}

// repeat tells, of rows this transaction changed, what clients know already from
// the one before, so that who waits for this one's number hears of it. Rows that
// were never in the shape are not theirs to know.
func (c *consumer) repeat(s *Shape) {
	for _, change := range s.sub.changes {
		row := change.now
		if row == nil {
			row = change.old
		}
		w := wire.Change{Xid: c.xid, LSN: c.lsn, Op: c.op}
		key := string(s.encoder.Key(row))
		if known := s.sub.rows[key]; known != nil {
			w.Operation, w.Old, w.New = wire.Update, known.row, known.row
		} else if removed := s.sub.removed[key]; removed != nil {
			w.Operation, w.Old = wire.Delete, removed
		} else {
			continue
		}
		c.op += 2
		c.write(s, &w)
	}
}

// runAgain runs the shape's query and writes what has changed.
func (c *consumer) runAgain(ctx context.Context, s *Shape) error {
	conn, err := c.control.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	defer conn.Exec(ctx, "ROLLBACK") //nolint:errcheck // a connection that broke is not used again
	if s.sub.seen, err = beginSnapshotSeeing(ctx, conn, []uint32{c.xid}); err != nil {
		return err
	}
	s.sub.round++
	d := &differ{consumer: c, shape: s, rows: s.encoder.NewCopyEncoder(0)}
	if _, err := conn.Conn().PgConn().CopyTo(ctx, d, "COPY ("+s.definition.selectSQL("")+") TO STDOUT"); err != nil {
		return err
	}
	c.removeOthers(s)
	return nil
}

// A differ compares rows that a query gives with those that clients have.
type differ struct {
	consumer *consumer
	shape    *Shape
	rows     *wire.CopyEncoder
}

func (d *differ) Write(line []byte) (int, error) {
	row, err := d.rows.Row(line)
	if err != nil {
		return 0, err
	}
	c, s := d.consumer, d.shape
	key := string(s.encoder.Key(row))
	known := s.sub.rows[key]
	w := wire.Change{New: row, Xid: c.xid, LSN: c.lsn, Op: c.op}
	switch {
	case known == nil:
		known = &materialRow{row: cloneRow(row)}
		s.sub.rows[key] = known
		w.Operation = wire.Insert
	case !s.encoder.Same(known.row, row):
		w.Operation, w.Old = wire.Update, known.row
	}
	known.round = s.sub.round
	if w.Operation != "" {
		c.op += 2
		c.write(s, &w)
		known.row = cloneRow(row)
	}
	return len(line), nil
}

// removeOthers deletes the rows that the last query did not give.
func (c *consumer) removeOthers(s *Shape) {
	s.sub.removed = map[string]wire.Row{}
	for key, known := range s.sub.rows {
		if known.round != s.sub.round {
			delete(s.sub.rows, key)
			s.sub.removed[key] = known.row
			c.write(s, &wire.Change{Operation: wire.Delete, Old: known.row, Xid: c.xid, LSN: c.lsn, Op: c.op})
			c.op += 2
		}
	}
}
