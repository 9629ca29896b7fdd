package shape

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/electric-cli/electric/database"
	"github.com/electric-cli/electric/shape/replication"
	"github.com/electric-cli/electric/shape/shapelog"
	"github.com/electric-cli/electric/shape/wire"
)

// Options for New. Zero values are the defaults.
type Options struct {
	URL       string        // of the database
	PooledURL string        // for queries; "" is URL
	Stream    string        // suffix of publication and slot; "" is "default"
	Manual    bool          // tables are put into the publication by somebody else
	Dir       string        // of shape logs
	Chunk     int64         // bytes after which a chunk of a log closes; 0 is 10 MiB
	MaxShapes int           // 0 is no limit
	PoolSize  int           // connections for queries; 0 is 20
	FirstRow  time.Duration // how long a snapshot may take to its first row; 0 is 30 s
	Log       *slog.Logger
}

// A State is what /v1/health says.
type State string

// The states.
const (
	Starting State = "starting"
	Waiting  State = "waiting" // another instance has the lock
	Active   State = "active"
)

// An Engine keeps the shapes of one database.
type Engine struct {
	options Options
	log     *slog.Logger
	pool    *pgxpool.Pool // for rows
	control *pgxpool.Pool // for the catalog, and for what changes wait for: rows do not hold it up
	catalog *reader       // by control
	store   *shapelog.Store

	lsn     atomic.Uint64 // commit of the last transaction that all shapes have
	former  uint32        // backend of the stream before
	created bool          // the publication was made by us

	mu       sync.Mutex // guards the rest
	state    State
	holder   string        // who has the lock, while waiting
	trouble  error         // why there is no stream
	changed  chan struct{} // closed when state changes
	epoch    int           // counts streams: a shape lives in one
	shapes   map[string]*Shape
	handles  map[string]*Shape
	making   map[string]*making
	recent   recentXids
	lastTime int64 // of the newest handle
	endings  endings

	routes    atomic.Pointer[routes]
	published memberships // those that all open transactions know of
	publish   sync.Mutex  // one alteration of the publication at a time
	check     chan chan struct{}
	observers observers
}

// New makes an engine; Run starts it.
func New(o Options) (*Engine, error) {
	if o.PooledURL == "" {
		o.PooledURL = o.URL
	}
	if o.Stream == "" {
		o.Stream = "default"
	}
	if o.Chunk == 0 {
		o.Chunk = 10 << 20
	}
	if o.PoolSize == 0 {
		o.PoolSize = 20
	}
	if o.FirstRow == 0 {
		o.FirstRow = 30 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	pool, err := openPool(o, max(o.PoolSize-controlSize, 1))
	if err != nil {
		return nil, err
	}
	control, err := openPool(o, controlSize)
	if err != nil {
		return nil, err
	}
	store, err := shapelog.Open(o.Dir)
	if err != nil {
		return nil, err // pools without connections hold nothing
	}
	e := &Engine{
		options: o, log: o.Log, pool: pool, control: control, catalog: &reader{from: control}, store: store, state: Starting, changed: make(chan struct{}),
		shapes: map[string]*Shape{}, handles: map[string]*Shape{}, making: map[string]*making{},
		check: make(chan chan struct{}), endings: endings{},
	}
	e.routes.Store(&routes{})
	return e, nil
}

// controlSize is how many of the connections are kept for control.
const controlSize = 4

// openPool makes a pool of connections for queries. Nothing is prepared, so that
// it may go through a pooler.
func openPool(o Options, size int) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(o.PooledURL)
	if err != nil {
		return nil, database.BadURL()
	}
	config.MaxConns = int32(size) //nolint:gosec // a small number
	config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeExec
	if config.ConnConfig.RuntimeParams["application_name"] == "" {
		config.ConnConfig.RuntimeParams["application_name"] = "electric"
	}
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = 5 * time.Second
	}
	config.PingTimeout = 2 * time.Second // a connection that was idle may have died without a word
	return pgxpool.NewWithConfig(context.Background(), config)
}

// Close drops all shapes and their files. Call it after Run has returned.
func (e *Engine) Close() error {
	e.purge(nil)
	if e.created {
		e.dropPublication()
	}
	e.pool.Close()
	e.control.Close()
	return e.store.Close()
}

// dropPublication removes what this process made and nobody needs now.
func (e *Engine) dropPublication() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if _, err := e.control.Exec(ctx, "DROP PUBLICATION IF EXISTS "+pgx.Identifier{e.publication()}.Sanitize()); err != nil {
		e.log.Warn("the publication stays: " + err.Error())
	}
}

func (e *Engine) publication() string { return replication.Publication(e.options.Stream) }

// Backing off between attempts to connect.
const (
	firstPause = 50 * time.Millisecond
	lastPause  = 2 * time.Second
)

// mistaken are the SQLSTATEs of an address that is wrong: user or password,
// access, database.
var mistaken = []string{"28P01", "28000", "3D000"}

// Run connects and keeps shapes up to date until the context ends. It returns an
// error only where trying again would not help.
func (e *Engine) Run(ctx context.Context) error {
	pause := firstPause
	told := ""
	for {
		began := time.Now()
		err := e.stream(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if hopeless := e.hopeless(err); hopeless != nil {
			return hopeless
		}
		e.setState(Starting, "", err)
		if time.Since(began) > 10*time.Second {
			pause, told = firstPause, ""
		}
		if text := err.Error(); text != told { // the same again is no news
			e.log.Warn("no stream of changes: " + text)
			told = text
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
			pause = min(2*pause, lastPause)
		}
	}
}

// hopeless gives the error that trying again does not mend. An address that
// worked before is right.
func (e *Engine) hopeless(err error) error {
	var fatal *replication.Fatal
	var trouble *database.Trouble
	switch {
	case errors.As(err, &fatal):
		return fatal.Unwrap()
	case e.former == 0 && errors.As(err, &trouble) && slices.Contains(mistaken, trouble.Code):
		return err
	}
	return nil
}

// stream lives through one stream of changes.
func (e *Engine) stream(ctx context.Context) error {
	published := e.publishedBefore(ctx)
	s, err := replication.Open(ctx, replication.Options{
		URL: e.options.URL, Stream: e.options.Stream, Manual: e.options.Manual, Former: e.former,
		Waiting: func(holder string) {
			e.log.Warn("waiting: another instance has the lock: " + holder)
			e.setState(Waiting, holder, nil)
		},
		Note: func(format string, args ...any) { e.log.Warn(fmt.Sprintf(format, args...)) },
	})
	if err != nil {
		return err
	}
	defer s.Close()
	e.former = s.PID
	e.created = e.created || s.Created
	e.begin(s.Confirmed, published)
	e.log.Info("active: changes arrive", "lsn", s.Confirmed)
	ctx, cancel := context.WithCancelCause(ctx)
	var reconciling sync.WaitGroup
	reconciling.Go(func() { cancel(e.reconcile(ctx)) })
	err = s.Run(ctx, &consumer{Engine: e, ctx: ctx, cancel: cancel, stream: s})
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	cancel(err)
	reconciling.Wait()
	// What broke the stream may have broken these, though nobody has been told.
	e.pool.Reset()
	e.control.Reset()
	return err
}

// begin makes a new stream the one that shapes live in. Shapes of the one before
// have missed changes. published are tables whose changes arrive in any case.
func (e *Engine) begin(lsn uint64, published memberships) {
	e.purge(func() {
		e.epoch++
		e.state, e.holder, e.trouble = Active, "", nil
		e.recent = recentXids{}
		e.published = published
		e.lsn.Store(max(lsn, e.lsn.Load()))
		close(e.changed)
		e.changed = make(chan struct{})
	})
	e.notify()
}

// purge ends all shapes; and, under the same lock, does what f does.
func (e *Engine) purge(f func()) {
	e.mu.Lock()
	list := slices.Collect(maps.Values(e.shapes))
	for _, s := range list {
		e.remove(s)
	}
	if f != nil {
		f()
	}
	e.mu.Unlock()
	e.drop(list)
}

// Rotate ends shapes: their clients fetch them again.
func (e *Engine) rotate(why string, list ...*Shape) {
	e.mu.Lock()
	list = slices.DeleteFunc(slices.Clone(list), func(s *Shape) bool { return !e.remove(s) })
	e.mu.Unlock()
	for _, s := range list {
		e.log.Info("shape ended: "+why, "table", s.definition.Table.Schema+"."+s.definition.Table.Name, "handle", s.Handle)
	}
	e.drop(list)
}

// remove takes a shape out of all lists; false when it is in none.
func (e *Engine) remove(s *Shape) bool {
	if s.gone.Swap(true) {
		return false
	}
	if e.shapes[s.identity] == s {
		delete(e.shapes, s.identity)
	}
	e.endings.add(tableName{s.definition.Table.Schema, s.definition.Table.Name}, time.Now())
	delete(e.handles, s.Handle)
	e.routes.Store(e.routes.Load().without(s))
	return true
}

func (e *Engine) drop(list []*Shape) {
	for _, s := range list {
		if err := s.Log.Drop(); err != nil {
			e.log.Warn("remove a shape's files: " + err.Error())
		}
	}
	if len(list) > 0 {
		e.notify()
	}
}

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

// ready waits until the engine is Active.
func (e *Engine) ready(ctx context.Context) (epoch int, err error) {
	timeout := time.After(startWait)
	for {
		e.mu.Lock()
		state, changed, trouble, epoch := e.state, e.changed, e.trouble, e.epoch
		e.mu.Unlock()
		if state == Active {
			return epoch, nil
		}
		select {
		case <-changed:
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

// Table reads a table; nil when there is none of that name that can be a shape's,
// and there was none a moment ago either.
func (e *Engine) Table(ctx context.Context, schema, name string) (*wire.Table, error) {
	if _, err := e.ready(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, catalogTimeout)
	defer cancel()
	r, err := e.catalog.byName(ctx, schema, name)
	if err != nil {
		return nil, e.unavailable(err)
	}
	if r == nil {
		return nil, e.missing(schema, name)
	}
	return &r.Table, nil
}
