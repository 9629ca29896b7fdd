package shape

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/singleflight"

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

	// Tables is closed once the database's tables are what shapes may be made of:
	// until then requests for new ones wait, as they do for the stream of changes.
	// nil: they are at once.
	Tables <-chan struct{}
}

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
	created bool          // the publication was made by this program

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
	published memberships        // those that all open transactions know of
	publish   sync.Mutex         // tables are not taken out of the publication while it is read to make a shape
	altering  singleflight.Group // of tables that are put there
	check     chan chan struct{}
	renew     chan struct{} // asks for a new stream
	observers observers

	keepers   sync.WaitGroup
	requeries chan struct{} // holds one for each query that keepers run
	pinning   chan struct{} // and one for each pin
	position  atomic.Uint64 // LSN up to which the stream has told everything
	now       atomic.Pointer[replication.Stream]
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
		check: make(chan chan struct{}), renew: make(chan struct{}, 1), endings: endings{}, requeries: make(chan struct{}, requeries),
		pinning: make(chan struct{}, max(o.PoolSize-controlSize, 1)/2),
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
	e.purge(func() { e.state = Starting }) // there are no new ones
	e.keepers.Wait()
	if e.created {
		e.dropPublication()
	}
	e.pool.Close()
	e.control.Close()
	return e.store.Close()
}

// missTime is how long the server may take to miss our stream.
const missTime = 3 * time.Second

// dropPublication removes what this program made and nobody needs now: another
// instance, which waited for this one's end, has the lock in a moment.
func (e *Engine) dropPublication() {
	ctx, cancel := context.WithTimeout(context.Background(), missTime)
	defer cancel()
	for again := true; again; {
		var err error
		if again, err = e.dropUnlocked(ctx); err == nil && again {
			err = pauseFor(ctx, 20*time.Millisecond)
		}
		if err != nil {
			e.log.Warn("the publication stays: " + err.Error())
			return
		}
	}
}

// dropUnlocked drops the publication if no instance has the lock, and nobody has
// made another one of the same name. again: our own stream has the lock still, or
// had it a moment ago.
func (e *Engine) dropUnlocked(ctx context.Context) (again bool, err error) {
	err = pgx.BeginFunc(ctx, e.control, func(tx pgx.Tx) error {
		var free bool
		if err := tx.QueryRow(ctx, "SELECT pg_catalog.pg_try_advisory_xact_lock("+replication.LockKey(e.options.Stream)+")").Scan(&free); err != nil {
			return err
		}
		if !free {
			var taken bool
			err := tx.QueryRow(ctx, replication.TakenSQL(e.options.Stream, e.former)).Scan(&taken)
			again = !taken
			return err
		}
		var ours bool
		if err := tx.QueryRow(ctx, replication.MayDropSQL(e.options.Stream)).Scan(&ours); err != nil || !ours {
			return err
		}
		_, err := tx.Exec(ctx, "DROP PUBLICATION IF EXISTS "+pgx.Identifier{e.publication()}.Sanitize())
		return err
	})
	return again, err
}

func (e *Engine) publication() string { return replication.Publication(e.options.Stream) }

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
