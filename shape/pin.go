package shape

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/electric-cli/electric/shape/wire"
)

// A subset shows its client one state of the database, and which transactions that
// state sees. The client passes over what the log tells of these later. So the
// rows that a shape's keeper knows have to come through that very state: what they
// were before it is told as changes of transactions that it sees, what they are
// after it as changes of others. Otherwise a query that runs ahead of the stream
// would name a transaction that the subset sees for what it does not, or find
// nothing to tell where a row was moved and moved back.
//
// Therefore the transaction that a subset was read in stays open until the stream
// has come by it, a moment as a rule. When there is something to do until then,
// it is done in that transaction.

// A pin is such a transaction.
type pin struct {
	snapshot wire.Snapshot
	conn     *pgxpool.Conn
	taken    time.Time
	read     chan struct{} // closed when the subset is read
	failed   bool          // or could not be: nobody has it
}

// pinTime is how long a pin is kept for the stream to come by it, neededTime how
// long when it has, and told of something that is to be compared in it: the shape's
// first rows may not be there. What is committed asynchronously is seen up to
// lateTime before the stream has it: three times wal_writer_delay at most.
// Connections are few. When a pin was let go too early, the shape ends.
const (
	pinTime    = 2 * time.Second
	neededTime = 10 * time.Second
	lateTime   = time.Second
	pinTick    = 50 * time.Millisecond
)

// pins are those of a shape.
type pins struct {
	taking chan struct{} // holds one while a snapshot is taken: each sees what those before it saw

	mu   sync.Mutex // guards the rest
	list []*pin     // the oldest first
	over bool       // the shape has ended
}

func newPins() *pins { return &pins{taking: make(chan struct{}, 1)} }

// turn waits for the turn to take a snapshot.
func (p *pins) turn(ctx context.Context) (done func(), err error) {
	select {
	case p.taking <- struct{}{}:
		return func() { <-p.taking }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// add adds a pin, unless the shape has ended.
func (p *pins) add(one *pin) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.over {
		p.list = append(p.list, one)
	}
	return !p.over
}

// oldest is the oldest pin, nil when there is none.
func (p *pins) oldest() *pin {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.list) == 0 {
		return nil
	}
	return p.list[0]
}

// drop takes the oldest pin out.
func (p *pins) drop() {
	p.mu.Lock()
	p.list = p.list[1:]
	p.mu.Unlock()
}

// release ends the pins that are left. There will be no others.
func (p *pins) release(e *Engine) {
	for _, one := range p.end() {
		<-one.read
		e.unpin(one)
	}
}

// end gives the pins that are left. There will be no others.
func (p *pins) end() []*pin {
	p.mu.Lock()
	defer p.mu.Unlock()
	list := p.list
	p.list, p.over = nil, true
	return list
}

// pinned begins the transaction of a subset of a shape, of which done is to be
// called when the subset is read. It sees all that clients have been told of.
func (e *Engine) pinned(ctx context.Context, s *Shape, conn *pgxpool.Conn, told []uint32) (snapshot wire.Snapshot, done func(), err error) {
	p := &pin{conn: conn, taken: time.Now(), read: make(chan struct{})}
	turned, err := s.sub.pins.turn(ctx)
	if err == nil {
		defer turned()
		snapshot, err = beginSnapshotSeeing(ctx, conn, told)
	}
	if err != nil {
		e.unpin(p)
		return snapshot, nil, err
	}
	p.snapshot = snapshot
	if !s.sub.pins.add(p) {
		return snapshot, func() { e.unpin(p) }, nil
	}
	e.hasten()
	return snapshot, func() {
		p.failed = conn.Conn().PgConn().TxStatus() != inTransaction
		close(p.read)
		s.sub.awaken()
	}, nil
}

// inTransaction is how the server calls a transaction that goes on.
const inTransaction = 'T'

// unpin ends a pin's transaction.
func (e *Engine) unpin(p *pin) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_, _ = p.conn.Exec(ctx, "ROLLBACK") // a connection that broke is not used again
	p.conn.Release()
	<-e.pinning
}

// pass ends the oldest pin: the shape's rows have come through its state.
func (k *keeper) pass(p *pin) {
	k.m.pins.drop()
	select {
	case <-p.read:
		if !p.failed {
			k.passed = p.snapshot
		}
		k.unpin(p)
	default: // it is still being read
		k.passed = p.snapshot
		go func() {
			<-p.read
			k.unpin(p)
		}()
	}
}

// passAll ends the pins that are over.
func (k *keeper) passAll() {
	position := k.position.Load() // what is up to it is in the queue, or done
	queue := k.m.waiting()
	for p := k.m.pins.oldest(); p != nil; p = k.m.pins.oldest() {
		if !p.over(position, queue, time.Now()) {
			k.hasten()
			return
		}
		k.pass(p)
	}
}

// over reports whether a pin is of no use any more: the stream has come by it, and
// of the transactions that it sees none waits. Or it is too old.
func (p *pin) over(position uint64, queue []*pending, now time.Time) bool {
	if slices.ContainsFunc(queue, func(t *pending) bool { return sees(&p.snapshot, t) }) {
		return now.Sub(p.taken) > neededTime
	}
	if p.snapshot.LSN <= position {
		return true
	}
	return now.Sub(p.taken) > pinTime || p.snapshot.Flushed <= position && now.Sub(p.taken) > lateTime
}

// pinFor gives the pin in whose transaction the rows have to be read again because
// of a change: the oldest one, which sees it. Those that do not are passed.
func (k *keeper) pinFor(t *pending) *pin {
	for p := k.m.pins.oldest(); p != nil; p = k.m.pins.oldest() {
		if sees(&p.snapshot, t) {
			return p
		}
		k.pass(p)
	}
	return nil
}

// hasten has the stream say how far it has come: while nothing changes, it would
// not for seconds.
func (e *Engine) hasten() {
	if stream := e.now.Load(); stream != nil {
		_ = stream.Ask() // who reads it notices when it is lost
	}
}
