package api_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/shape"
	"github.com/electric-cli/electric/shape/api"
)

// patience is how long a test waits for what is sure to come.
const patience = time.Minute

// A server is an engine behind HTTP, on a database of its own.
type server struct {
	t        *testing.T
	engine   *shape.Engine
	database string // its URL
	db       *pgx.Conn
	handler  http.Handler
	base     string // http://127.0.0.1:port
}

// options of a server: those of its two parts.
type options struct {
	shape.Options
	API    api.Options
	SQL    []string // run before the server starts
	engine string   // the database's URL as the engine has it, when it has another
	second bool     // there is another server on the database
}

// logical is what the server needs.
var logical = pgtest.Options{Settings: []string{"wal_level=logical"}}

// start starts a server with the settings that Electric's own tests have, and
// waits until it is active.
func start(t *testing.T, sql ...string) *server {
	t.Helper()
	return startWith(t, options{API: api.Options{Delete: true}, SQL: sql})
}

func startWith(t *testing.T, o options) *server {
	t.Helper()
	s := prepare(t, &o)
	s.run()
	s.active()
	return s
}

// prepare makes a server whose engine does not run yet.
func prepare(t *testing.T, o *options) *server {
	t.Helper()
	s := &server{t: t, database: o.URL}
	if s.database == "" {
		s.database = pgtest.StartWith(t, logical).Database(t)
	}
	s.db = s.connect()
	if !o.second {
		t.Cleanup(s.slotGone)
	}
	s.sql(o.SQL...)
	if o.URL = o.engine; o.URL == "" {
		o.URL = s.database
	}
	o.Dir = t.TempDir()
	var err error
	s.engine, err = shape.New(o.Options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.engine.Close()) })
	if o.API.MaxAge == 0 {
		o.API.MaxAge, o.API.StaleAge = 60, 300
	}
	o.API.Server = "ElectricSQL/test"
	s.handler = api.New(s.engine, o.API)
	httpServer := httptest.NewServer(s.handler)
	t.Cleanup(httpServer.Close)
	s.base = httpServer.URL
	return s
}

// run runs the engine until the test ends, or the function is called.
func (s *server) run() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.engine.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		require.NoError(s.t, <-done)
	})
	s.t.Cleanup(stop)
	return stop
}

// active waits until the engine is.
func (s *server) active() {
	s.t.Helper()
	require.Eventually(s.t, func() bool {
		state, _, _ := s.engine.State()
		return state == shape.Active
	}, patience, tick)
}

// slotGone waits until the server has noticed that the stream has ended: until
// then the database cannot be dropped.
func (s *server) slotGone() {
	require.Eventually(s.t, func() bool {
		var slots int
		err := s.db.QueryRow(context.Background(), "SELECT count(*) FROM pg_replication_slots WHERE database = current_database()").Scan(&slots)
		return err == nil && slots == 0
	}, patience, tick)
}

// connect opens a connection that ends with the test.
func (s *server) connect() *pgx.Conn {
	s.t.Helper()
	conn, err := pgx.Connect(context.Background(), s.database)
	require.NoError(s.t, err)
	s.t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// sql runs statements, each in a transaction of its own. One text with several is
// one transaction.
func (s *server) sql(statements ...string) {
	s.t.Helper()
	for _, statement := range statements {
		_, err := s.db.PgConn().Exec(context.Background(), statement).ReadAll()
		require.NoError(s.t, err, statement)
	}
}

// An answer is what the server said.
type answer struct {
	t      *testing.T
	status int
	header http.Header
	body   string
}

// do sends a request; header is name, value, ….
func (s *server) do(method, path, body string, header ...string) answer {
	s.t.Helper()
	a, err := s.try(context.Background(), method, path, body, header...)
	require.NoError(s.t, err)
	return a
}

func (s *server) try(ctx context.Context, method, path, body string, header ...string) (answer, error) {
	r, err := http.NewRequestWithContext(ctx, method, s.base+path, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return answer{s.t, response.StatusCode, response.Header, string(text)}, err
}

// path is /v1/shape with parameters: name, value, ….
func path(params ...string) string {
	q := url.Values{}
	for i := 0; i < len(params); i += 2 {
		q.Set(params[i], params[i+1])
	}
	return "/v1/shape?" + q.Encode()
}

// get asks for a shape; params are name, value, ….
func (s *server) get(params ...string) answer {
	s.t.Helper()
	return s.do(http.MethodGet, path(params...), "")
}

// later asks for a shape in the background.
func (s *server) later(params ...string) <-chan answer {
	answers := make(chan answer, 1)
	go func() {
		if a, err := s.try(context.Background(), http.MethodGet, path(params...), ""); err == nil {
			answers <- a
		}
		close(answers)
	}()
	return answers
}
