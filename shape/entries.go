package shape

import (
	"github.com/electric-cli/electric/shape/wire"
)

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
	if len(s.consumer.held) == 0 {
		c.touched = append(c.touched, s)
	} else if err := s.release(false); err != nil {
		c.rotate(err.Error(), s)
		return
	}
	s.hold(w)
}

// hold holds a message back.
func (s *Shape) hold(w *wire.Change) {
	h := &s.consumer
	h.held = s.encoder.Append(h.held[:0], w)
	h.heldAt = wire.Offset{Tx: w.LSN, Op: w.Op}
}

// release gives the message that is held to the log. A log that cannot be
// written ends its shape.
func (s *Shape) release(last bool) error {
	h := &s.consumer
	h.held = append(h.held, s.encoder.End(last)...)
	err := s.Log.Append(h.heldAt, h.held)
	h.held = h.held[:0]
	return err
}
