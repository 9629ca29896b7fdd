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
// that comes after them. They may be this very transaction's: the catalog shows
// them only when it shows that.
func (c *consumer) Relation(r *replication.Relation) {
	if c.relations == nil {
		c.relations = map[uint32]*published{}
	}
	p := &published{Relation: r}
	ctx, cancel := context.WithTimeout(c.ctx, catalogTimeout)
	defer cancel()
	err := c.awaitVisible(ctx, c.xid)
	if err == nil {
		p.roots, err = readRoots(ctx, c.control, r.OID)
	}
	if err == nil {
		_, err = c.verify(ctx, c.routes.Load().on(append([]uint32{r.OID}, p.roots...)))
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
			if s.read(p, oid, change) {
				c.dirtied(s)
			}
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
		if p.target(s.definition.Table).missing || s.minds(change) {
			s.changed(change)
			c.dirtied(s)
		}
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
				s.sub.noted.all = true
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
	c.leave()
	touched := c.touched
	c.touched = nil
	for _, s := range touched {
		if s.Gone() || len(s.consumer.held) == 0 {
			continue
		}
		err := s.release(true)
		if err == nil {
			err = s.Log.Flush()
		}
		if err != nil {
			c.rotate(err.Error(), s)
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

// leave leaves shapes whose filter reads other tables to their keepers, with what
// this transaction did.
func (c *consumer) leave() {
	for _, s := range c.dirty {
		if !c.concerns(s) {
			s.sub.noted = pending{}
		} else if !s.sub.enqueue(c.xid, c.lsn, c.op) {
			c.rotate("it is too far behind the changes of its tables", s)
		}
	}
	c.dirty = c.dirty[:0]
}

func (c *consumer) Position(lsn uint64) {
	c.position.Store(lsn)
	c.stream.Applied(lsn)
}
