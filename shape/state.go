package shape

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// A State is what /v1/health says.
type State string

// The states.
const (
	Starting State = "starting"
	Waiting  State = "waiting" // another instance has the lock
	Active   State = "active"
)

func (e *Engine) setState(s State, holder string, trouble error) {
	e.mu.Lock()
	e.state, e.holder, e.trouble = s, holder, trouble
	close(e.changed)
	e.changed = make(chan struct{})
	e.mu.Unlock()
	e.notify()
}

// State gives the state, and why it is not Active.
func (e *Engine) State() (s State, holder string, trouble error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.state, e.holder, e.trouble
}

// startWait is how long a request waits for the engine to be Active.
const startWait = 5 * time.Second

// ready waits until the engine is Active, and the tables are there.
func (e *Engine) ready(ctx context.Context) (epoch int, err error) {
	timeout := time.After(startWait)
	tables := e.options.Tables // nil: they are there
	for {
		e.mu.Lock()
		state, changed, trouble, epoch := e.state, e.changed, e.trouble, e.epoch
		e.mu.Unlock()
		if state == Active && tables == nil {
			return epoch, nil
		}
		select {
		case <-changed:
		case <-tables:
			tables = nil
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-timeout:
			return 0, notReady(state, trouble)
		}
	}
}

// notReady says what is missing, in Electric's words.
func notReady(state State, trouble error) error {
	u := &Unavailable{Message: "Timeout waiting for replication client to be ready", After: startWait}
	switch {
	case state == Active:
		u.Message = "Timeout waiting for the migrations to be applied, please retry"
	case state == Waiting:
		u.Message = "Timeout waiting for Postgres lock acquisition"
	case trouble != nil:
		u.Message += ": " + trouble.Error()
	default:
		u.Message += ". Check that you don't have pending transactions in the database. Electric has to wait for all pending " +
			"transactions to commit or rollback before it can create the replication slot."
	}
	return u
}

// LSN is that of the last commit that all shapes have.
func (e *Engine) LSN() uint64 { return e.lsn.Load() }

// Shapes tells of all shapes, the oldest first.
func (e *Engine) Shapes() []Info {
	e.mu.Lock()
	list := slices.Collect(maps.Values(e.shapes))
	e.mu.Unlock()
	slices.SortFunc(list, func(a, b *Shape) int { return a.created.Compare(b.created) })
	infos := make([]Info, len(list))
	for i, s := range list {
		infos[i] = s.info()
	}
	return infos
}

// observers are told that something changed, for people who look.
type observers struct {
	mu      sync.Mutex
	changed chan struct{}
}

func (e *Engine) notify() {
	o := &e.observers
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.changed != nil {
		close(o.changed)
		o.changed = nil
	}
}

// Changed gives a channel that is closed when State or Shapes tell something new.
func (e *Engine) Changed() <-chan struct{} {
	o := &e.observers
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.changed == nil {
		o.changed = make(chan struct{})
	}
	return o.changed
}
