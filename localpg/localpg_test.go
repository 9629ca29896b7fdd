//go:build unix

package localpg

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/stretchr/testify/require"
)

func TestDatabaseIsKeptBetweenRuns(t *testing.T) {
	opts := empty(t)
	var told []string
	opts.Progress = func(message string) { told = append(told, message) }

	began := time.Now()
	s := run(t, opts)
	t.Logf("first run: ready after %s", time.Since(began).Round(time.Millisecond))
	require.Equal(t, []string{"making a database with PostgreSQL " + s.Version() + " in " + opts.Dir}, told)
	first := s.URL()
	query(t, first, "CREATE TABLE songs (id int PRIMARY KEY); INSERT INTO songs VALUES (7)")
	began = time.Now()
	stop(t, s)
	t.Logf("stopped after %s", time.Since(began).Round(time.Millisecond))

	told = nil
	began = time.Now()
	s = run(t, opts)
	t.Logf("second run: ready after %s", time.Since(began).Round(time.Millisecond))
	require.Empty(t, told)
	require.Equal(t, first, s.URL())
	require.Equal(t, "7", query(t, s.URL(), "SELECT id FROM songs"))
	stop(t, s)
}

func TestServerIsMadeForReplication(t *testing.T) {
	opts := made(t)
	opts.Settings = []string{"work_mem=7MB", "max_connections=30", "listen_addresses=*", "port=1"}
	s := run(t, opts)
	for name, want := range map[string]string{
		"wal_level": "logical", "max_replication_slots": "50", "max_wal_senders": "50", "fsync": "on", "synchronous_commit": "off",
		"wal_writer_delay": "2ms", // else live updates are as late as that
		"TimeZone":         "UTC", "server_encoding": "UTF8",
		"work_mem": "7MB", "max_connections": "30", // asked for
		"listen_addresses": "127.0.0.1", // not to be changed
	} {
		require.Equal(t, want, query(t, s.URL(), "SHOW "+name), name)
	}
	require.Equal(t, "electric|postgres", query(t, s.URL(), "SELECT current_database(), current_user"))
	require.Equal(t, "ÄÖ", query(t, s.URL(), "SELECT upper('äö')"), "C.UTF-8 is not known here?")
}

// Everybody on the machine reaches the port, so that it has to ask for a password. The socket does, too, and its
// directory is closed.
func TestOthersDoNotGetIn(t *testing.T) {
	s := run(t, made(t))
	u, err := url.Parse(s.URL())
	require.NoError(t, err)
	password, _ := u.User.Password()
	require.GreaterOrEqual(t, len(password), 20)
	for _, user := range []*url.Userinfo{url.User("postgres"), url.UserPassword("postgres", "postgres"), url.UserPassword("postgres", "")} {
		other := *u
		other.User = user
		_, err = pgconn.Connect(t.Context(), other.String())
		require.Error(t, err)
		_, err = pgconn.Connect(t.Context(), fmt.Sprintf("host=%s port=%s user=postgres dbname=electric sslmode=disable", s.Socket(), u.Port()))
		require.Error(t, err)
	}
	require.NotEmpty(t, s.Socket())
	conn, err := pgconn.Connect(t.Context(), fmt.Sprintf("host=%s port=%s user=postgres password=%s dbname=electric", s.Socket(), u.Port(), password))
	require.NoError(t, err)
	require.NoError(t, conn.Close(t.Context()))

	for name, want := range map[string]os.FileMode{"password": 0o600, "socket": 0o700, "data": 0o700, "server.log": 0o600, "port": 0o600, "lock": 0o600} {
		info, err := os.Stat(filepath.Join(s.Dir(), name))
		require.NoError(t, err)
		require.Equal(t, want, info.Mode().Perm(), name)
	}
	for _, line := range processes(t, s.Dir()) {
		require.NotContains(t, line, password)
	}
	log, err := os.ReadFile(s.LogPath())
	require.NoError(t, err)
	require.NotContains(t, string(log), password)
	require.NotContains(t, s.Address(), password)
}

func TestDirectoryIsNotForGit(t *testing.T) {
	s := run(t, made(t))
	text, err := os.ReadFile(filepath.Join(s.Dir(), ".gitignore"))
	require.NoError(t, err)
	require.Equal(t, "*\n", string(text))
}

func TestOneServerForADirectory(t *testing.T) {
	opts := made(t)
	s := run(t, opts)
	_, err := Start(t.Context(), opts)
	var busy *BusyError
	require.ErrorAs(t, err, &busy)
	require.Equal(t, os.Getpid(), busy.PID)
	require.EqualError(t, err, fmt.Sprintf(
		"another electric, process %d, runs the database in %s: stop it first, or use its DATABASE_URL", os.Getpid(), opts.Dir))
	require.ErrorAs(t, reset(opts), &busy)
	require.Equal(t, "1", query(t, s.URL(), "SELECT 1"))
	stop(t, s)
	stop(t, run(t, opts))
}

// busy is how long what takes a moment may take on a machine with other things to do. What is ruled out takes longer: a subscriber is waited for a minute.
const busy = 30 * time.Second

func TestNothingIsLeftAfterStop(t *testing.T) {
	s := run(t, made(t))
	conn, err := pgconn.Connect(t.Context(), s.URL()) // does not keep the server
	require.NoError(t, err)
	defer conn.Close(context.Background()) //nolint:errcheck // the server is gone
	began := time.Now()
	stop(t, s)
	require.Less(t, time.Since(began), busy)
	require.Empty(t, processes(t, s.Dir()))
	require.True(t, free(s.port))
	require.NoFileExists(t, filepath.Join(s.Dir(), "data", "postmaster.pid"))
	left, err := os.ReadDir(s.Socket())
	require.NoError(t, err)
	require.Empty(t, left)
	stop(t, s) // again
}

// A subscriber that does not answer keeps a server from a fast shutdown, but not from ending.
func TestStopDoesNotWaitForSubscribers(t *testing.T) {
	s := run(t, made(t))
	conn := subscribe(t, s.URL())
	defer conn.Close(context.Background()) //nolint:errcheck // the server is gone
	began := time.Now()
	stop(t, s)
	t.Logf("stopped after %s", time.Since(began).Round(10*time.Millisecond))
	require.Less(t, time.Since(began), busy)
	require.Empty(t, processes(t, s.Dir()))
}

// subscribe begins logical replication, and never reads what comes.
func subscribe(t *testing.T, url string) *pgconn.PgConn {
	t.Helper()
	query(t, url, "CREATE TABLE news (id int); CREATE PUBLICATION p FOR ALL TABLES")
	conn, err := pgconn.Connect(t.Context(), url+"&replication=database")
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), "CREATE_REPLICATION_SLOT s TEMPORARY LOGICAL pgoutput NOEXPORT_SNAPSHOT").ReadAll()
	require.NoError(t, err)
	conn.Frontend().SendQuery(&pgproto3.Query{
		String: "START_REPLICATION SLOT s LOGICAL 0/0 (proto_version '1', publication_names 'p')",
	})
	require.NoError(t, conn.Frontend().Flush())
	require.Eventually(t, func() bool { return query(t, url, "SELECT count(*) FROM pg_stat_replication") == "1" }, patience, 10*time.Millisecond)
	query(t, url, "INSERT INTO news VALUES (1)")
	return conn
}

func TestServerThatIsKilledIsTold(t *testing.T) {
	opts := made(t)
	s := run(t, opts)
	require.NoError(t, s.Err())
	require.NoError(t, kill(s.PID()))
	select {
	case <-s.Ended():
	case <-time.After(patience):
		require.Fail(t, "the end was not noticed")
	}
	require.ErrorContains(t, s.Err(), "PostgreSQL ended by itself (signal: killed); the end of "+s.LogPath())
	require.Equal(t, s.Err(), s.Stop(t.Context()))
	stop(t, run(t, opts)) // and clears away the shared memory that was left
}

func TestPortIsTaken(t *testing.T) {
	opts := made(t)
	s := run(t, opts)
	port := s.port
	stop(t, s)
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	require.NoError(t, err)
	defer l.Close()

	var told []string
	opts.Progress = func(message string) { told = append(told, message) }
	s = run(t, opts)
	require.NotEqual(t, port, s.port)
	require.Equal(t, []string{fmt.Sprintf("port %d is taken by another program: the database moves to %d, and its URL changes", port, s.port)}, told)
	moved := s.port
	stop(t, s)
	s = run(t, opts)
	require.Equal(t, moved, s.port)
}

// Another server that has the port since a moment ago is not taken for this one.
func TestPortWasTakenByAnotherServer(t *testing.T) {
	other, opts := run(t, made(t)), made(t)
	bin, err := Binaries()
	require.NoError(t, err)
	h, err := openHome(opts)
	require.NoError(t, err)
	c, err := openCluster(t.Context(), opts, h, bin)
	require.NoError(t, err)
	s, err := c.launch(other.port)
	require.NoError(t, err)
	defer s.abandon(t.Context())
	require.ErrorContains(t, s.ready(t.Context()), "Address already in use")
}

func TestResetMakesANewDatabaseWithTheSameURL(t *testing.T) {
	opts := empty(t)
	require.NoError(t, reset(opts)) // nothing is there
	madeIn(t, opts)
	s := run(t, opts)
	before := s.URL()
	query(t, before, "CREATE TABLE songs (id int PRIMARY KEY)")
	stop(t, s)
	require.NoError(t, reset(opts))
	require.NoDirExists(t, filepath.Join(s.Dir(), "data"))
	require.NoError(t, reset(opts))

	s = run(t, opts)
	require.Equal(t, before, s.URL())
	require.Equal(t, "", query(t, s.URL(), "SELECT to_regclass('songs')"))
}

func TestDroppedDatabaseIsMadeAnew(t *testing.T) {
	opts := made(t)
	s := run(t, opts)
	query(t, s.url("postgres"), "DROP DATABASE electric")
	stop(t, s)
	s = run(t, opts)
	require.Equal(t, "electric", query(t, s.URL(), "SELECT current_database()"))
}

func TestPathsMayHoldAnything(t *testing.T) {
	opts := empty(t)
	opts.Dir = filepath.Join(opts.Dir, `it's "my", é`, "pg")
	madeIn(t, opts)
	s := run(t, opts)
	require.NotEmpty(t, s.Socket())
	require.FileExists(t, fmt.Sprintf("%s/.s.PGSQL.%d.lock", s.Socket(), s.port))
	stop(t, s)

	opts.Dir = filepath.Join(filepath.Dir(filepath.Dir(opts.Dir)), strings.Repeat("long", 30), "pg")
	madeIn(t, opts)
	s = run(t, opts)
	require.Empty(t, s.Socket())
	require.Equal(t, "1", query(t, s.URL(), "SELECT 1"))
}

// What the environment says of other servers and other clients does not count.
func TestEnvironmentIsNotLookedAt(t *testing.T) {
	for name, value := range map[string]string{
		"PGPORT": "1", "PGDATA": "/nowhere", "PGOPTIONS": "-c nothing=1", "PGTARGETSESSIONATTRS": "standby", "PGDATESTYLE": "nothing",
		"LC_ALL": "xx_YY", "TZ": "Asia/Tokyo", "PGHOST": "/nowhere",
	} {
		t.Setenv(name, value)
	}
	stop(t, run(t, made(t)))
}
