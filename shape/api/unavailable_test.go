package api_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/listen"
	"github.com/electric-cli/electric/shape"
	"github.com/electric-cli/electric/shape/api"
)

// unavailable checks an answer that asks the client to try again.
func unavailable(t *testing.T, a answer, after, message string, known bool) {
	t.Helper()
	require.Equal(t, http.StatusServiceUnavailable, a.status, a.body)
	jsonEqual(t, map[string]any{"message": message}, a.body)
	require.Equal(t, after, a.header.Get("retry-after"))
	require.Equal(t, known, a.header.Get("electric-internal-known-error") == "true")
	refusal(t, a)
}

const pending = "Timeout waiting for replication client to be ready. Check that you don't have pending transactions in the database. " +
	"Electric has to wait for all pending transactions to commit or rollback before it can create the replication slot."

// A transaction that is open somewhere in the cluster holds the start up.
func TestNotReady(t *testing.T) {
	s := prepare(t, &options{})
	writer := s.connect()
	_, err := writer.Exec(t.Context(), "BEGIN; CREATE TABLE items (id int PRIMARY KEY)")
	require.NoError(t, err)
	s.run()
	health := s.do("GET", "/v1/health", "")
	require.Equal(t, http.StatusAccepted, health.status)
	require.JSONEq(t, `{"status":"starting"}`, health.body)
	unavailable(t, s.get("table", "items", "offset", "-1"), "5", pending, false)
	require.Equal(t, http.StatusBadRequest, s.get("table", "items").status, "what is wrong whatever the database says is told at once")

	answers := s.later("table", "items", "offset", "-1")
	_, err = writer.Exec(t.Context(), "COMMIT")
	require.NoError(t, err)
	require.Equal(t, []string{"snapshot-end"}, s.within(answers).brief())
	s.active()
}

// Another instance on the same database waits for its turn.
func TestWaiting(t *testing.T) {
	s := start(t, items)
	other := prepare(t, &options{Options: shape.Options{URL: s.database}, second: true})
	stop := other.run()
	require.Eventually(t, func() bool {
		state, _, _ := other.engine.State()
		return state == shape.Waiting
	}, patience, tick)
	health := other.do("GET", "/v1/health", "")
	require.Equal(t, http.StatusAccepted, health.status)
	require.JSONEq(t, `{"status":"waiting"}`, health.body)
	unavailable(t, other.get("table", "items", "offset", "-1"), "5", "Timeout waiting for Postgres lock acquisition", false)
	stop()
}

// A table that somebody writes to cannot be published.
func TestLockTimeout(t *testing.T) {
	s := start(t, items)
	writer := s.connect()
	_, err := writer.Exec(t.Context(), "BEGIN; INSERT INTO items VALUES (1, 'a')")
	require.NoError(t, err)
	unavailable(t, s.get("table", "items", "offset", "-1"), "10", "Snapshot timed out while waiting for a table lock", true)
	_, err = writer.Exec(t.Context(), "COMMIT")
	require.NoError(t, err)
	require.Equal(t, []string{"insert id=1 value=a", "snapshot-end"}, s.get("table", "items", "offset", "-1").brief())
	var identity string
	require.NoError(t, s.db.QueryRow(t.Context(), "SELECT relreplident::text FROM pg_class WHERE relname = 'items'").Scan(&identity))
	require.Equal(t, "f", identity)
}

// A table whose writers are waited for holds up no shape of another one. They are
// waited for five seconds: it is tried again where others' shapes took as long,
// because the machine is busy.
func TestWritersHoldUpTheirTableOnly(t *testing.T) {
	s := start(t)
	require.True(t, slices.ContainsFunc([]int{1, 2, 3}, s.waitsAlone), "other tables waited, too")
}

// waitsAlone reports whether two other tables had their shapes while one's writers
// were waited for.
func (s *server) waitsAlone(try int) bool {
	held, others, more := fmt.Sprint("held_", try), fmt.Sprint("others_", try), fmt.Sprint("more_", try)
	for _, table := range []string{held, others, more} {
		s.sql("CREATE TABLE " + table + " (id int PRIMARY KEY)")
	}
	writer := s.connect()
	_, err := writer.Exec(s.t.Context(), "BEGIN; INSERT INTO "+held+" VALUES (1)")
	require.NoError(s.t, err)
	answers := s.later("table", held, "offset", "-1")
	s.waitsForLock(held)
	for _, table := range []string{others, more} {
		require.Equal(s.t, http.StatusOK, s.get("table", table, "offset", "-1").status)
	}
	_, err = writer.Exec(s.t.Context(), "COMMIT")
	require.NoError(s.t, err)
	a := s.within(answers)
	if a.status == http.StatusServiceUnavailable {
		unavailable(s.t, a, "10", "Snapshot timed out while waiting for a table lock", true)
		return false
	}
	require.Equal(s.t, []string{"insert id=1", "snapshot-end"}, a.brief())
	return true
}

// waitsForLock waits until somebody waits for a table's lock.
func (s *server) waitsForLock(table string) {
	s.t.Helper()
	require.Eventually(s.t, func() bool {
		var waits bool
		err := s.db.QueryRow(s.t.Context(), "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = $1::regclass)", table).Scan(&waits)
		return err == nil && waits
	}, patience, tick)
}

// The snapshot of a table that is published already does not wait for a lock for
// ever either.
func TestSnapshotLockTimeout(t *testing.T) {
	s := start(t, items)
	require.Equal(t, []string{"snapshot-end"}, s.get("table", "items", "offset", "-1").brief())
	locker := s.connect()
	_, err := locker.Exec(t.Context(), "BEGIN; LOCK TABLE items")
	require.NoError(t, err)
	unavailable(t, s.get("table", "items", "where", "id > 1", "offset", "-1"), "10", "Snapshot timed out while waiting for a table lock", true)
	_, err = locker.Exec(t.Context(), "COMMIT")
	require.NoError(t, err)
	require.Equal(t, []string{"snapshot-end"}, s.get("table", "items", "where", "id > 1", "offset", "-1").brief())
}

// publishing is what an administrator does by hand, and what is said before.
func publishing(t *testing.T, s *server, missing string) {
	t.Helper()
	ask := func() answer { return s.get("table", "items", "offset", "-1") }
	unavailable(t, ask(), "10", `Database table "public.items" is missing from the publication "electric_publication_default" and `+missing, true)
	s.sql("ALTER PUBLICATION electric_publication_default ADD TABLE items")
	unavailable(t, ask(), "10", `Database table "public.items" does not have its replica identity set to FULL`, true)
	s.sql("ALTER TABLE items REPLICA IDENTITY FULL")
}

func TestManualPublishing(t *testing.T) {
	s := startWith(t, options{Options: shape.Options{Manual: true}, SQL: []string{items, "CREATE PUBLICATION electric_publication_default"}})
	publishing(t, s, "the ELECTRIC_MANUAL_TABLE_PUBLISHING setting prevents Electric from adding it")
	require.Equal(t, []string{"snapshot-end"}, s.get("table", "items", "offset", "-1").brief())
}

// A role that owns nothing is told what it lacks.
func TestPrivileges(t *testing.T) {
	database := pgtest.StartWith(t, logical).DatabaseAlone(t)
	role := fmt.Sprintf("replicator_%d", len(database))
	u, err := url.Parse(database)
	require.NoError(t, err)
	u.User = url.UserPassword(role, "secret")
	s := prepare(t, &options{Options: shape.Options{URL: database}, engine: u.String(), SQL: []string{
		items, "CREATE PUBLICATION electric_publication_default", "CREATE ROLE " + role + " LOGIN REPLICATION PASSWORD 'secret'",
	}})
	s.run()
	s.active()
	publishing(t, s, "Electric lacks privileges to add it")
	unavailable(t, s.get("table", "items", "offset", "-1"), "10", "Unable to create initial snapshot: permission denied for table items", true)
	s.sql("GRANT SELECT ON items TO " + role)
	require.Equal(t, []string{"snapshot-end"}, s.get("table", "items", "offset", "-1").brief())
	s.sql("REVOKE ALL ON items FROM " + role)
}

func TestUnreachable(t *testing.T) {
	s := startWith(t, options{Options: shape.Options{PooledURL: "postgres://127.0.0.1:1/none"}, SQL: []string{items}})
	a := s.get("table", "items", "offset", "-1")
	require.Equal(t, http.StatusServiceUnavailable, a.status)
	require.JSONEq(t, `{"code":"database_unreachable","error":"Database is unreachable"}`, a.body)
	require.NotEmpty(t, a.header.Get("retry-after"))
	refusal(t, a)
}

// A mistake of ours is told without its details.
func TestCrash(t *testing.T) {
	s := startWith(t, options{API: api.Options{Root: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("at secret_table") })}})
	a := s.do("GET", "/", "")
	require.Equal(t, http.StatusInternalServerError, a.status)
	require.JSONEq(t, `{"error":"Internal server error"}`, a.body)
	require.Equal(t, "no-store", a.header.Get("cache-control"))
	require.Equal(t, http.StatusOK, s.do("GET", "/v1/health", "").status)
}

// A client that goes away, while it waits or before, leaves nothing behind.
func TestClientGone(t *testing.T) {
	s := start(t, items)
	r, _ := s.read("table", "items")
	for _, more := range [][]string{nil, {"live_sse", "true"}} {
		ctx, cancel := context.WithCancel(t.Context())
		gone := make(chan error, 1)
		go func() {
			_, err := s.try(ctx, "GET", path(r.params(append(more, "live", "true")...)...), "")
			gone <- err
		}()
		waiting := func() int { i := s.engine.Shapes()[0]; return i.Waiting + i.Streaming }
		require.Eventually(t, func() bool { return waiting() == 1 }, patience, tick)
		cancel()
		require.Error(t, <-gone)
		require.Eventually(t, func() bool { return waiting() == 0 }, patience, tick)
	}
}

// A query that gives no row for long is ended: it holds a connection.
func TestSlowSnapshot(t *testing.T) {
	s := startWith(t, options{
		Options: shape.Options{FirstRow: 100 * time.Millisecond}, SQL: []string{items, "INSERT INTO items SELECT i, repeat('x', 100) FROM generate_series(1, 300000) i"},
	})
	slow := "false" // it takes seconds
	for n := range 40 {
		slow += fmt.Sprintf(" OR lower(value) LIKE '%%x%%y%d%%'", n)
	}
	unavailable(t, s.get("table", "items", "offset", "-1", "where", slow), "10", "Snapshot query took too long to return data "+
		"(cancelled after 100ms). Please ensure snapshot queries are using an index to avoid taking up all database connections.", true)
	require.Eventually(t, func() bool { // on a busy machine this may be slow, too
		return s.get("table", "items", "offset", "-1", "where", "id = 1").status == http.StatusOK
	}, patience, tick)
}

// When the server stops, who waits is told to ask again, and streams end.
func TestStop(t *testing.T) {
	s := start(t, items)
	r, _ := s.read("table", "items")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.base = "http://" + l.Addr().String()
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- listen.Serve(ctx, l, listen.Options{Handler: s.handler, Grace: patience}) }()
	answers, e := r.live(), r.stream()
	require.Eventually(t, func() bool { i := s.engine.Shapes()[0]; return i.Waiting == 1 && i.Streaming == 1 }, patience, tick)
	began := time.Now()
	cancel()
	require.NoError(t, <-served)
	require.Less(t, time.Since(began), patience)
	unavailable(t, s.within(answers), "1", "The server is stopping, please retry", false)
	e.ends()
}

// Requests for new shapes wait until the tables are there: who is told of one that
// does not exist stops for good.
func TestTablesToCome(t *testing.T) {
	there := make(chan struct{})
	s := prepare(t, &options{Options: shape.Options{Tables: there}})
	s.run()
	s.active()
	unavailable(t, s.get("table", "items", "offset", "-1"), "5", "Timeout waiting for the migrations to be applied, please retry", false)
	answers := s.later("table", "items", "offset", "-1")
	s.sql("CREATE TABLE items (id int PRIMARY KEY)")
	close(there)
	require.Equal(t, []string{"snapshot-end"}, s.within(answers).brief())
}
