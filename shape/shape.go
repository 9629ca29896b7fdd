package shape

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/electric-cli/electric/shape/shapelog"
	"github.com/electric-cli/electric/shape/wire"
)

// A Shape is a shape that is kept up to date.
type Shape struct {
	Handle string
	Log    *shapelog.Log

	definition Definition
	identity   string
	members    memberships // of the publication, when the shape was made
	encoder    *wire.Encoder
	created    time.Time
	header     atomic.Pointer[string]
	usedAt     atomic.Int64 // Unix nanoseconds of the last request
	gone       atomic.Bool

	// The snapshot; known is closed once xmin and xmax are.
	known    chan struct{}
	snapshot wire.Snapshot

	mu        sync.Mutex
	failed    error                // why the snapshot could not be taken
	relations map[uint32]*relation // tables by OID, as they were when the shape was made, with partitions that joined since

	waiting   atomic.Int64 // long-polls
	streaming atomic.Int64 // SSE
	changedAt atomic.Int64 // Unix nanoseconds of the last change

	consumer shapeConsumer
	sub      *materialized // of a shape whose filter reads other tables
}

// Header is the electric-schema header.
func (s *Shape) Header() string { return *s.header.Load() }

// ChangesOnly says whether the log has no rows to begin with.
func (s *Shape) ChangesOnly() bool { return s.definition.ChangesOnly }

// Gone reports whether the shape has ended: who asks for it has to fetch anew.
func (s *Shape) Gone() bool { return s.gone.Load() }

// Failed says why the snapshot could not be taken, nil if it could.
func (s *Shape) Failed() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed
}

func (s *Shape) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed = err
}

// relation is what a table of the shape's was.
func (s *Shape) relation(oid uint32) *relation {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.relations[oid]
}

// follow has a table be what it is now.
func (s *Shape) follow(now *relation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.relations[now.OID] = now
}

// Wait counts a request that waits; call the function when it ends.
func (s *Shape) Wait(stream bool) (done func()) {
	n := &s.waiting
	if stream {
		n = &s.streaming
	}
	n.Add(1)
	return func() { n.Add(-1) }
}

// Used notes that a shape is asked for: those that are not, are the first to end
// when there are too many.
func (s *Shape) Used() { s.usedAt.Store(time.Now().UnixNano()) }

// An Unavailable is an error that goes away: the client tries again.
type Unavailable struct {
	Message string
	After   time.Duration // when to try again
	Code    string        // a word for programs, "" for none
	Known   bool          // somebody has to do something about it
}

func (u *Unavailable) Error() string { return u.Message }

// Info is what people are told of a shape.
type Info struct {
	Handle    string
	Table     string // "schema.table"
	Where     string
	Columns   []string // nil for all
	Replica   string
	Log       string
	Stats     shapelog.Stats
	Waiting   int
	Streaming int
	Created   time.Time
	Changed   time.Time // zero: not since it was made
	Complete  bool      // the snapshot is
}

func (s *Shape) info() Info {
	d := &s.definition
	i := Info{
		Handle: s.Handle, Table: d.Table.Schema + "." + d.Table.Name, Replica: "default", Log: "full", Stats: s.Log.Stats(),
		Waiting: int(s.waiting.Load()), Streaming: int(s.streaming.Load()), Created: s.created,
	}
	if d.Where != nil {
		i.Where = d.Where.SQL()
	}
	if !d.All {
		i.Columns = d.Table.Names(d.Columns)
	}
	if d.Full {
		i.Replica = "full"
	}
	if d.ChangesOnly {
		i.Log = "changes_only"
	}
	if at := s.changedAt.Load(); at != 0 {
		i.Changed = time.Unix(0, at)
	}
	i.Complete = s.Log.Complete()
	return i
}
