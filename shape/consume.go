package shape

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/electric-cli/electric/shape/replication"
	"github.com/electric-cli/electric/shape/wire"
)

// A consumer hands the stream of changes to shapes. It is one goroutine.
type consumer struct {
	*Engine
	ctx    context.Context
	cancel context.CancelCauseFunc
	stream *replication.Stream
	ended  bool // by endAll: what still arrives is for nobody

	xid       uint32
	lsn       uint64
	op        uint64   // of the next change
	touched   []*Shape // that got something of this transaction
	dirty     []*Shape // with a filter that reads a table this transaction changed
	undecided []*Shape // with changes that wait for Postgres

	relations map[uint32]*published
}

// A published table is a table as the stream describes it.
type published struct {
	*replication.Relation
	targets map[*wire.Table]*target // tables that shapes are on, which its rows belong to
	roots   []uint32                // it is a partition below these
}

const maxTargets = 64

// A target is a table whose shapes get the changes, and where each of its columns
// stands in the stream's rows, below 0 when it does not; nil where they are the
// same.
type target struct {
	at      []int
	missing bool // a column is
}

// shapeConsumer is what the consumer keeps with a shape.
type shapeConsumer struct {
	passed  bool       // transactions that the snapshot sees are over
	checked *published // this description was compared with the shape's table
	held    []byte     // the last message, without its end
	heldAt  wire.Offset
	queue   []rowChange // changes that Postgres has to decide on
	bytes   int         // of the queue
}

// A rowChange is a change of a row of a shape's table.
type rowChange struct {
	old, now wire.Row
	op       uint64
}

func (c *consumer) Begin(lsn uint64, xid uint32) {
	c.lsn, c.xid, c.op = lsn, xid, 0
	c.mu.Lock()
	c.recent.add(xid)
	c.mu.Unlock()
}

// Relation takes in a table's description. There is a new one after every
// alteration, so this is where alterations are noticed before the first change
// that comes after them.
func (c *consumer) Relation(r *replication.Relation) {
	if c.relations == nil {
		c.relations = map[uint32]*published{}
	}
	p := &published{Relation: r}
	ctx, cancel := context.WithTimeout(c.ctx, catalogTimeout)
	defer cancel()
	var err error
	if p.roots, err = readRoots(ctx, c.control, r.OID); err == nil {
		err = c.verify(ctx, c.routes.Load().on(append([]uint32{r.OID}, p.roots...)))
	}
	if err != nil { // without this, rows could be missed
		c.endAll(fmt.Errorf("read what has become of %s.%s: %w", r.Schema, r.Name, err))
		return
	}
	c.relations[r.OID] = p
}

// endAll ends every shape, and the stream: what has become of them is not known.
func (c *consumer) endAll(err error) {
	c.ended = true
	c.purge(nil)
	c.cancel(err)
}

func (c *consumer) Change(change *replication.Change) {
	if c.ended {
		return
	}
	op := c.op
	c.op += 2
	p := c.relations[change.Relation]
	if p == nil {
		c.endAll(fmt.Errorf("a change of the relation %d, which was not described", change.Relation))
		return
	}
	routes := c.routes.Load()
	for _, oid := range append([]uint32{p.OID}, p.roots...) {
		for _, s := range routes.readers[oid] {
			c.dirtied(s)
		}
		for _, r := range routes.tables[oid] {
			c.route(r, p, change, op)
		}
	}
}

// route hands a change to the shapes on a table.
func (c *consumer) route(r *route, p *published, change *replication.Change, op uint64) {
	if change.NoOld {
		for _, s := range r.all {
			if c.concerns(s) {
				c.rotate("an old row is missing: its table's replica identity was altered", s)
			}
		}
		return
	}
	t := p.target(r.table)
	row := rowChange{t.row(change.Old), t.row(change.New), op}
	if t.missing { // those that need the column end; which they are, no value tells
		for _, s := range r.all {
			c.change(s, p, row)
		}
		return
	}
	r.each(row.old, row.now, func(s *Shape) { c.change(s, p, row) })
}

// target finds how the stream's rows are rows of a table: by the columns' names.
func (p *published) target(t *wire.Table) *target {
	if known := p.targets[t]; known != nil {
		return known
	}
	if p.targets == nil || len(p.targets) >= maxTargets { // those of shapes that have ended are of no use
		p.targets = map[*wire.Table]*target{}
	}
	found := positions(t, p.Columns)
	p.targets[t] = &found
	return &found
}

// positions finds a table's columns in the stream's. Generated columns may be
// missing: they are not in shapes then.
func positions(t *wire.Table, columns []replication.Column) target {
	found := target{at: make([]int, len(t.Columns))}
	same := len(columns) == len(t.Columns)
	for i := range t.Columns {
		at := slices.IndexFunc(columns, func(c replication.Column) bool { return c.Name == t.Columns[i].Name })
		found.at[i] = at
		found.missing = found.missing || at < 0 && !t.Columns[i].Generated
		same = same && at == i
	}
	if same {
		found.at = nil
	}
	return found
}

func (t *target) row(row wire.Row) wire.Row {
	if t.at == nil || row == nil {
		return row
	}
	own := make(wire.Row, len(t.at))
	for i, from := range t.at {
		if from >= 0 {
			own[i] = row[from]
		}
	}
	return own
}

// concerns reports whether a shape gets this transaction's changes: its snapshot
// does not see it.
func (c *consumer) concerns(s *Shape) bool {
	if s.Gone() {
		return false
	}
	if s.consumer.passed {
		return true
	}
	select {
	case <-s.known:
	case <-c.ctx.Done():
		return false
	}
	if s.Gone() {
		return false
	}
	if c.lsn > s.snapshot.LSN { // all that it sees were committed before
		s.consumer.passed = true
		return true
	}
	return !s.snapshot.Sees(c.xid)
}

// change hands a row's change to a shape.
func (c *consumer) change(s *Shape, p *published, change rowChange) {
	if !c.concerns(s) {
		return
	}
	if s.sub != nil {
		s.sub.changed(change)
		c.dirtied(s)
		return
	}
	if s.consumer.checked != p {
		if why := s.mismatch(p.Relation); why != "" {
			c.rotate(why, s)
			return
		}
		s.consumer.checked = p
	}
	before, known := c.decided(s, change.old)
	after, knownAfter := c.decided(s, change.now)
	if !known || !knownAfter || len(s.consumer.queue) > 0 {
		c.enqueue(s, change)
		return
	}
	c.apply(s, change, before, after)
}

// decided reports whether a row is in a shape. It is not known when only Postgres
// can tell.
func (c *consumer) decided(s *Shape, row wire.Row) (in, known bool) {
	filter := s.definition.Where
	switch {
	case row == nil:
		return false, true
	case filter == nil:
		return true, true
	}
	return filter.Decide(row)
}

// apply writes what a change is to a shape, from whether the old row and the new
// one are in it.
func (c *consumer) apply(s *Shape, change rowChange, before, after bool) {
	w := wire.Change{Old: change.old, New: change.now, Xid: c.xid, LSN: c.lsn, Op: change.op}
	switch {
	case before && !after:
		w.Operation = wire.Delete
	case !before && after:
		w.Operation = wire.Insert
	case !before || s.encoder.Same(change.old, change.now):
		return
	case s.encoder.HasKey() && s.encoder.SameKey(change.old, change.now):
		w.Operation = wire.Update
	default:
		w.Operation, w.Moved = wire.Delete, change.now
		c.write(s, &w)
		w.Operation, w.Moved = wire.Insert, change.old
		w.Op++
	}
	c.write(s, &w)
}

// write holds a message back until it is known whether it is the last one.
// Clients keep the header that they began with: a NULL that it rules out would
// stop them for good, so the shape ends, and they get the new header.
func (c *consumer) write(s *Shape, w *wire.Change) {
	if w.Operation != wire.Delete {
		if column := s.encoder.Denied(w.New); column != "" {
			c.rotate("the column "+column+" may be NULL now", s)
			return
		}
	}
	h := &s.consumer
	if len(h.held) == 0 {
		c.touched = append(c.touched, s)
	} else if !c.release(s, false) {
		return
	}
	h.held = s.encoder.Append(h.held[:0], w)
	h.heldAt = wire.Offset{Tx: w.LSN, Op: w.Op}
}

// release gives the message that is held to the log. A log that cannot be
// written ends its shape.
func (c *consumer) release(s *Shape, last bool) bool {
	h := &s.consumer
	h.held = append(h.held, s.encoder.End(last)...)
	err := s.Log.Append(h.heldAt, h.held)
	h.held = h.held[:0]
	if err != nil {
		c.rotate(err.Error(), s)
	}
	return err == nil
}

func (c *consumer) dirtied(s *Shape) {
	if !slices.Contains(c.dirty, s) {
		c.dirty = append(c.dirty, s)
	}
}

// Truncate ends the shapes of emptied tables.
func (c *consumer) Truncate(oids []uint32) {
	routes := c.routes.Load()
	for _, oid := range oids {
		c.op += 2
		list := []uint32{oid}
		if p := c.relations[oid]; p != nil {
			list = append(list, p.roots...)
		}
		for _, oid := range list {
			for _, s := range routes.readers[oid] {
				c.dirtied(s)
			}
			for _, r := range routes.tables[oid] {
				for _, s := range r.all {
					if c.concerns(s) {
						c.rotate("its table was truncated", s)
					}
				}
			}
		}
	}
}

// Commit makes the transaction visible: all shapes have it before the LSN says
// so, and that says so before anybody is woken.
func (c *consumer) Commit() {
	if c.ended {
		return
	}
	c.decide()
	c.requery()
	touched := c.touched
	c.touched = nil
	for _, s := range touched {
		if !s.Gone() && len(s.consumer.held) > 0 && c.release(s, true) {
			if err := s.Log.Flush(); err != nil {
				c.rotate(err.Error(), s)
			}
		}
	}
	now := time.Now().UnixNano()
	for _, s := range touched {
		if !s.Gone() {
			s.Log.Commit()
			s.changedAt.Store(now)
		}
	}
	c.Engine.lsn.Store(c.lsn)
	for _, s := range touched {
		s.Log.Wake()
	}
	if len(touched) > 0 {
		c.notify()
	}
}

func (c *consumer) Position(lsn uint64) { c.stream.Applied(lsn) }

// mismatch says in what a shape's table is another one than the stream describes.
func (s *Shape) mismatch(r *replication.Relation) string {
	t := s.definition.Table
	if r.Identity != 'f' {
		return "its table's replica identity is not FULL"
	}
	if r.OID == t.OID && (r.Schema != t.Schema || r.Name != t.Name) {
		return "its table was renamed"
	}
	plain := 0
	for i, c := range t.Columns {
		if c.Generated {
			continue
		}
		plain++
		if !slices.Contains(s.definition.Columns, i) && !s.filters(i) {
			continue
		}
		at := slices.IndexFunc(r.Columns, func(other replication.Column) bool { return other.Name == c.Name })
		if at < 0 || r.Columns[at].TypeOID != c.TypeOID || r.Columns[at].Typmod != c.Typmod {
			return "the column " + c.Name + " was altered"
		}
	}
	if s.definition.All && r.OID == t.OID && len(r.Columns) != plain && len(r.Columns) != len(t.Columns) {
		return "columns were added or dropped"
	}
	return ""
}

// filters reports whether the filter reads a column.
func (s *Shape) filters(column int) bool {
	return s.definition.Where != nil && slices.Contains(s.definition.Where.Columns(), column)
}
