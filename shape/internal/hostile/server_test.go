package hostile

import (
	"context"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/listen"
	"github.com/electric-cli/electric/shape"
	"github.com/electric-cli/electric/shape/api"
)

// A server is a sync server on a database with a table that must survive.
type server struct {
	db      *pgx.Conn
	logs    string // the folder of Postgres's logs
	engine  *shape.Engine
	handler http.Handler
	address string // host:port
	dir     string // of shape logs
}

// schema has a table to ask for, one that nobody may touch, and a wide one.
const schema = `
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE items (id int PRIMARY KEY, title text, n numeric, ok bool, tags text[], m mood, at timestamptz, "Odd""Col" text);
INSERT INTO items SELECT i, 'title ' || i, i, i % 2 = 0, ARRAY['a', 'b'], 'ok', now(), 'x' FROM generate_series(1, 100) AS i;
CREATE TABLE sentinel (id int PRIMARY KEY, secret text);
INSERT INTO sentinel VALUES (1, 'the secret');
CREATE TABLE wide (id int PRIMARY KEY, body text);
INSERT INTO wide SELECT i, repeat(md5(i::text), 1000) FROM generate_series(1, 200) AS i`

const (
	poolSize  = 12
	maxShapes = 100
	patience  = 2 * time.Second // with clients that stop reading
	dawdling  = 5 * time.Second // with bodies that do not arrive
	soon      = time.Minute     // what is sure to come, on a busy machine
)

// start starts a server, with a Postgres that logs every statement.
func start(t testing.TB) *server {
	postgres := pgtest.StartWith(t, pgtest.Options{Settings: []string{
		"wal_level=logical", "logging_collector=on", "log_destination=csvlog", "log_statement=all", "log_rotation_size=0",
	}})
	url := postgres.Database(t)
	ctx, cancel := context.WithCancel(context.Background())
	db, err := pgx.Connect(ctx, url)
	require.NoError(t, err)
	_, err = db.Exec(ctx, schema)
	require.NoError(t, err)
	s := &server{db: db, dir: t.TempDir()}
	require.NoError(t, db.QueryRow(ctx, "SELECT current_setting('data_directory') || '/' || current_setting('log_directory')").Scan(&s.logs))
	s.engine, err = shape.New(shape.Options{URL: url, Dir: s.dir, PoolSize: poolSize, MaxShapes: maxShapes})
	require.NoError(t, err)
	s.handler = api.New(s.engine, api.Options{
		LongPoll: 20 * time.Millisecond, Stream: 20 * time.Millisecond, ReadTimeout: dawdling, Delete: true, MaxAge: 60, StaleAge: 300,
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.address = l.Addr().String()
	group, inner := errgroup.WithContext(ctx)
	group.Go(func() error { return s.engine.Run(inner) })
	group.Go(func() error {
		return listen.Serve(inner, narrow{l}, listen.Options{Handler: s.handler, Patience: patience})
	})
	t.Cleanup(func() {
		cancel()
		require.NoError(t, group.Wait())
		require.NoError(t, s.engine.Close())
		s.released(t)
		require.NoError(t, db.Close(context.Background()))
	})
	require.Eventually(t, func() bool {
		state, _, _ := s.engine.State()
		return state == shape.Active
	}, soon, 10*time.Millisecond)
	return s
}

// A narrow listener's connections keep little: it is not long before somebody who
// does not read holds up who writes.
type narrow struct{ net.Listener }

func (l narrow) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err == nil {
		err = conn.(*net.TCPConn).SetWriteBuffer(64 << 10)
	}
	return conn, err
}

// released waits until Postgres has noticed that the stream has ended.
func (s *server) released(t testing.TB) {
	require.Eventually(t, func() bool {
		var slots int
		err := s.db.QueryRow(context.Background(), "SELECT count(*) FROM pg_replication_slots WHERE database = current_database()").Scan(&slots)
		return err == nil && slots == 0
	}, soon, 10*time.Millisecond)
}

func (s *server) base() string { return "http://" + s.address }

// A holding is what a server holds of the machine.
type holding struct {
	goroutines, files, connections, shapes, logs int
	heap                                         uint64
}

// holding measures it, once nothing moves any more.
func (s *server) holding(t testing.TB) (h holding) {
	for deadline := time.Now().Add(soon); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		for _, info := range s.engine.Shapes() { // some may still be made for clients that are gone
			s.remove(t, info.Handle)
		}
		before := runtime.NumGoroutine()
		time.Sleep(200 * time.Millisecond)
		if runtime.NumGoroutine() == before && len(s.engine.Shapes()) == 0 {
			break
		}
	}
	var memory runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&memory)
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil { // not Linux
		files = nil
	}
	logs, err := filepath.Glob(filepath.Join(s.dir, "*", "*.*"))
	require.NoError(t, err)
	h = holding{runtime.NumGoroutine(), len(files), 0, len(s.engine.Shapes()), len(logs), memory.HeapAlloc}
	require.NoError(t, s.db.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()").Scan(&h.connections))
	return h
}

// remove deletes a shape.
func (s *server) remove(t testing.TB, handle string) {
	r, err := http.NewRequest(http.MethodDelete, s.base()+"/v1/shape?handle="+handle, nil)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
}

// holdsNoMore compares with before: nothing may have been left behind. What takes
// its leave may be a while about it: a request that was given up, Postgres's process
// for a connection that was closed.
func (s *server) holdsNoMore(t testing.TB, before holding) {
	t.Helper()
	var after holding
	more := []string{"nothing was measured"}
	for deadline := time.Now().Add(soon); len(more) > 0 && time.Now().Before(deadline); {
		http.DefaultClient.CloseIdleConnections()
		after = s.holding(t)
		more = after.more(before)
	}
	t.Logf("before %+v, after %+v", before, after)
	require.Empty(t, more, "is left")
}

// more says of what there is more than before. Pools keep connections, and the
// runtime some memory.
func (h holding) more(before holding) (list []string) {
	for what, is := range map[string]bool{
		"goroutines":              h.goroutines > before.goroutines+poolSize,
		"open files":              h.files > before.files+poolSize,
		"connections":             h.connections > poolSize+3, // of both pools, the stream, and this test
		"shapes":                  h.shapes > 0,
		"files of shapes":         h.logs > 0, // that are gone
		"ten megabytes of memory": h.heap >= before.heap+10<<20,
	} {
		if is {
			list = append(list, what)
		}
	}
	return list
}

// answers waits for an answer. Where all of the pool's connections are in use for
// long, as on a busy machine, clients are told to ask again, and do.
func (s *server) answers(t testing.TB, path string) {
	t.Helper()
	for deadline := time.Now().Add(soon); ; time.Sleep(200 * time.Millisecond) {
		ctx, cancel := context.WithDeadline(t.Context(), deadline)
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base()+path, nil)
		require.NoError(t, err)
		response, err := http.DefaultClient.Do(r)
		require.NoError(t, err, path)
		require.NoError(t, response.Body.Close())
		cancel()
		if response.StatusCode == http.StatusServiceUnavailable && response.Header.Get("retry-after") != "" {
			continue
		}
		require.Equal(t, http.StatusOK, response.StatusCode, path)
		return
	}
}

// stands checks that the server still does what it is there for, soon.
func (s *server) stands(t testing.TB) {
	t.Helper()
	for _, path := range []string{"/v1/health", "/v1/shape?table=items&offset=-1", "/v1/shape?table=items&offset=-1&subset__where=true"} {
		s.answers(t, path)
	}
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	var rows int
	require.NoError(t, s.db.QueryRow(ctx, "SELECT count(*) FROM sentinel WHERE id = 1 AND secret = 'the secret'").Scan(&rows))
	require.Equal(t, 1, rows, "the sentinel is as it was")
	require.NoError(t, s.db.QueryRow(ctx, "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'").Scan(&rows))
	require.Equal(t, 3, rows, "tables")
	require.NoError(t, s.db.QueryRow(ctx, "SELECT count(*) FROM items").Scan(&rows))
	require.Equal(t, 100, rows, "items")
}
