package shape

import (
	"context"
	"errors"
	"time"

	"github.com/electric-cli/electric/shape/wire"
)

// A keeper brings a shape whose filter reads other tables up to date: one
// goroutine, which alone writes to the shape's log of changes.
type keeper struct {
	*Engine
	*Shape
	m      *materialized
	seen   wire.Snapshot // every row is as of this snapshot, or later
	ahead  wire.Snapshot // and none is later than as of this one
	passed wire.Snapshot // of the last pin that was passed

	rows, before *wire.CopyEncoder // they reuse memory: a row, and what it was
	key          []byte
	narrow       bool // a query about some rows was answered
	whole        bool // or it was refused: their types' equality is not at hand
	wrote        bool // to the log, since it was committed
}

// requeryTimeout bounds how long bringing a shape up to date may take; it ends
// after that. requeries is how many queries may run for that at the same time.
const (
	requeryTimeout = time.Minute
	requeries      = 4
)

// keep keeps a shape up to date until it ends.
func (e *Engine) keep(s *Shape) {
	defer e.keepers.Done()
	k := &keeper{Engine: e, Shape: s, m: s.sub, rows: s.encoder.NewCopyEncoder(0), before: s.encoder.NewCopyEncoder(0)}
	defer func() {
		if err := k.m.rows.Close(); err != nil {
			e.log.Warn("remove a shape's files: " + err.Error())
		}
	}()
	for complete := false; !complete; k.passAll() {
		complete = k.wait(nil, k.m.complete)
	}
	defer k.m.pins.release(e)
	ctx, cancel := s.whileThere()
	defer cancel()
	k.seen, k.ahead = s.snapshot, s.snapshot
	for {
		changed := s.Log.Changed()
		if s.Gone() {
			return
		}
		if err := k.catchUp(ctx); err != nil {
			e.rotate("its rows could not be read again: "+err.Error(), s)
			return
		}
		k.passAll()
		k.wait(changed, nil)
	}
}

// wait waits until there may be something to do. It reports whether all first rows
// are there.
func (k *keeper) wait(changed <-chan struct{}, complete <-chan struct{}) bool {
	var later <-chan time.Time
	if k.m.pins.oldest() != nil {
		later = time.After(pinTick)
	}
	select {
	case <-complete:
		return true
	case <-k.m.wake:
	case <-changed:
	case <-later:
	}
	return false
}

// catchUp does what is to be done.
func (k *keeper) catchUp(ctx context.Context) error {
	for {
		queue := k.m.waiting()
		if len(queue) == 0 {
			return nil
		}
		n, err := k.step(ctx, queue)
		if err == nil {
			err = k.commit()
		}
		if err != nil {
			return err
		}
		k.m.done(n)
		k.Log.Wake()
	}
}

// step brings the shape up to date with the first n transactions of a queue.
func (k *keeper) step(ctx context.Context, queue []*pending) (n int, err error) {
	for n < len(queue) && sees(&k.seen, queue[n]) {
		if err := k.repeat(queue[n], nil); err != nil {
			return n, err
		}
		n++
	}
	if n > 0 {
		return n, nil
	}
	if sees(&k.passed, queue[0]) {
		return 0, errors.New("a subset showed a change long before the stream told of it")
	}
	return k.renew(ctx, queue)
}

// sees reports whether a snapshot sees a transaction. What it sees was committed
// before it was taken: xids come round again, LSNs do not.
func sees(s *wire.Snapshot, t *pending) bool { return t.lsn <= s.LSN && s.Sees(t.xid) }

// together gives the transactions that one query is for: all, or if none of them
// moved other rows than it changed, as many as change not too many.
func together(queue []*pending) []*pending {
	rows := 0
	for i, t := range queue {
		rows += len(t.touched) + len(t.moved)
		switch {
		case t.all:
			return queue
		case rows > touchedRows:
			return queue[:max(i, 1)]
		}
	}
	return queue
}

// renew reads rows again because of some transactions, the first n of a queue, and
// writes what has changed as changes of the first one. Who waits for another one's
// number hears of it by the rows that it touched.
func (k *keeper) renew(ctx context.Context, queue []*pending) (n int, err error) {
	ctx, cancel := context.WithTimeout(ctx, requeryTimeout)
	defer cancel()
	if err := k.m.rows.Forget(); err != nil {
		return 0, err
	}
	known := sees(&k.ahead, queue[0])
	batch, told, err := k.requery(ctx, queue)
	if err != nil {
		return 0, err
	}
	for i, t := range batch {
		if i == 0 && !known { // what is to be told of it, was told
			continue
		}
		if i > 0 {
			told = nil
		}
		if err := k.repeat(t, told); err != nil {
			return 0, err
		}
	}
	return len(batch), nil
}

// repeat tells, of rows that a transaction touched, what clients know already from
// the one before, so that who waits for its number hears of it. Rows that were
// never in the shape are not theirs to know, and of those in told they have heard.
func (k *keeper) repeat(t *pending, told map[string]bool) error {
	for _, row := range t.touched {
		if told[row.key] {
			continue
		}
		w := wire.Change{Operation: wire.Update}
		line, err := k.m.rows.Get([]byte(row.key))
		if err == nil && line == nil {
			w.Operation = wire.Delete
			line, err = k.m.rows.Removed([]byte(row.key))
		}
		if err == nil && line != nil {
			w.Old, err = k.rows.Row(line)
			w.New = w.Old
		}
		if err == nil && line != nil {
			err = k.write(t, &w)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// write writes a message of a transaction.
func (k *keeper) write(t *pending, w *wire.Change) error {
	if w.Operation != wire.Delete {
		if column := k.encoder.Denied(w.New); column != "" {
			return errors.New("the column " + column + " may be NULL now")
		}
	}
	w.Xid, w.LSN, w.Op = t.xid, t.lsn, t.op
	t.op += 2
	if k.wrote {
		if err := k.release(k.consumer.heldAt.Tx != t.lsn); err != nil {
			return err
		}
	}
	k.wrote = true
	k.hold(w)
	return nil
}

// commit makes visible what was written.
func (k *keeper) commit() error {
	if !k.wrote {
		return nil
	}
	k.wrote = false
	if err := k.release(true); err != nil {
		return err
	}
	if err := k.Log.Flush(); err != nil {
		return err
	}
	k.Log.Commit()
	k.changedAt.Store(time.Now().UnixNano())
	k.notify()
	return nil
}
