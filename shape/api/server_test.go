package api_test

import (
	"context"
	"encoding/json"
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
const patience = 20 * time.Second

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

// A message of a body: of rows or control.
type message struct {
	Key      string
	Value    map[string]*string
	OldValue map[string]*string `json:"old_value"`
	Headers  struct {
		Operation     string
		Relation      []string
		Txids         []uint64
		LSN           string
		OpPosition    *uint64 `json:"op_position"`
		Last          *bool
		KeyChangeTo   string `json:"key_change_to"`
		KeyChangeFrom string `json:"key_change_from"`
		Control       string
		GlobalLSN     string   `json:"global_last_seen_lsn"`
		Xmin, Xmax    string   // of snapshot-end
		XipList       []string `json:"xip_list"`
		SnapshotMark  *uint32  `json:"snapshot_mark"`
	}
}

// messages reads a body of status 200.
func (a answer) messages() (list []message) {
	a.t.Helper()
	require.Equal(a.t, http.StatusOK, a.status, a.body)
	require.NoError(a.t, json.Unmarshal([]byte(a.body), &list), a.body)
	return list
}

func (a answer) handle() string { return a.header.Get("electric-handle") }
func (a answer) offset() string { return a.header.Get("electric-offset") }

// brief is a message in a line: "insert id=1 value=a", "up-to-date".
func (m *message) brief() string {
	if m.Headers.Control != "" {
		return m.Headers.Control
	}
	text := m.Headers.Operation
	for _, name := range sortedKeys(m.Value) {
		text += " " + name + "=" + textOf(m.Value[name])
	}
	if m.OldValue != nil {
		text += " old"
		for _, name := range sortedKeys(m.OldValue) {
			text += " " + name + "=" + textOf(m.OldValue[name])
		}
	}
	return text
}

func textOf(value *string) string {
	if value == nil {
		return "NULL"
	}
	return *value
}

// briefs are messages in lines.
func briefs(list []message) []string {
	lines := make([]string, len(list))
	for i := range list {
		lines[i] = list[i].brief()
	}
	return lines
}

// brief is a body of status 200 in lines.
func (a answer) brief() []string {
	a.t.Helper()
	return briefs(a.messages())
}

// A reader reads a shape as a client does.
type reader struct {
	s              *server
	definition     []string // name, value, …
	handle, offset string
}

// read makes a reader that has read a shape up to date, and gives what it got.
func (s *server) read(definition ...string) (r *reader, lines []string) {
	s.t.Helper()
	r = &reader{s: s, definition: definition, offset: "-1"}
	for {
		a := r.ask()
		lines = append(lines, a.brief()...)
		if r.moved(a); a.header["Electric-Up-To-Date"] != nil {
			return r, lines
		}
	}
}

// ask asks for what comes after what the reader has.
func (r *reader) ask(more ...string) answer {
	r.s.t.Helper()
	return r.s.get(r.params(more...)...)
}

func (r *reader) params(more ...string) []string {
	params := append([]string{"offset", r.offset}, r.definition...)
	if r.handle != "" {
		params = append(params, "handle", r.handle)
	}
	return append(params, more...)
}

// moved notes how far an answer came.
func (r *reader) moved(a answer) {
	r.handle, r.offset = a.handle(), a.offset()
}

// live asks for news in the background.
func (r *reader) live() <-chan answer { return r.s.later(r.params("live", "true")...) }

// next waits for news, and moves to them.
func (r *reader) next() answer {
	r.s.t.Helper()
	for deadline := time.Now().Add(patience); ; {
		a := r.ask("live", "true")
		require.Equal(r.s.t, http.StatusOK, a.status, a.body)
		if r.moved(a); a.header.Get("electric-has-data") == "true" {
			return a
		}
		require.True(r.s.t, time.Now().Before(deadline), "no news")
	}
}

// within waits for an answer.
func (s *server) within(answers <-chan answer) answer {
	s.t.Helper()
	select {
	case a, ok := <-answers:
		require.True(s.t, ok, "the request failed")
		return a
	case <-time.After(patience):
		require.FailNow(s.t, "no answer")
		return answer{}
	}
}
