//go:build unix

package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/freeport"
	"github.com/electric-cli/electric/internal/pgtest"
)

// insecure is for tests that are not about secrets.
const insecure = "ELECTRIC_INSECURE=true"

// startDaemon starts electric daemon on a database, in a folder of its own.
func startDaemon(t *testing.T, database string, env ...string) *running {
	t.Helper()
	return startDaemonIn(t, t.TempDir(), database, env...)
}

func startDaemonIn(t *testing.T, dir, database string, env ...string) *running {
	t.Helper()
	return startDaemonAt(t, freeport.For(t), dir, database, env...)
}

func startDaemonAt(t *testing.T, port int, dir, database string, env ...string) *running {
	t.Helper()
	r := &running{t: t, dir: dir, port: port, done: make(chan struct{}), more: make(chan struct{})}
	r.cmd = exec.Command("electric", "daemon", "--port", fmt.Sprint(r.port))
	r.cmd.Dir = r.dir
	r.cmd.Env = append(environWithout("DATABASE_URL", "ELECTRIC_SECRET", "ELECTRIC_INSECURE"), "XDG_CONFIG_HOME="+filepath.Join(r.dir, ".config"), "DATABASE_URL="+database)
	r.cmd.Env = append(r.cmd.Env, env...)
	r.cmd.Stdout, r.cmd.Stderr = r, r
	require.NoError(t, r.cmd.Start())
	go r.wait()
	t.Cleanup(func() {
		r.kill()
		slotsGone(t, database)
	})
	return r
}

// kill ends it, if that has not happened, and waits until it writes no more.
func (r *running) kill() {
	_ = r.cmd.Process.Kill()
	<-r.done
}

// slotsGone waits until Postgres has noticed that a server is gone.
func slotsGone(t *testing.T, database string) {
	conn, err := pgx.Connect(context.Background(), database)
	if err != nil {
		return // so is Postgres, or it cannot be reached at all
	}
	defer conn.Close(context.Background())
	require.Eventually(t, func() bool {
		slots, err := slotsIn(conn)
		return err != nil || slots == 0
	}, patience, 10*time.Millisecond)
}

// slotsIn counts the replication slots of a database.
func slotsIn(conn *pgx.Conn) (slots int, err error) {
	err = conn.QueryRow(context.Background(), "SELECT count(*) FROM pg_replication_slots WHERE database = current_database()").Scan(&slots)
	return slots, err
}

// ends waits for the end and gives the exit status.
func (r *running) ends() int {
	r.t.Helper()
	select {
	case <-r.done:
	case <-time.After(patience):
		r.t.Fatalf("it does not end:\n%s", r.output())
	}
	return r.cmd.ProcessState.ExitCode()
}

// health waits for what /v1/health says.
func (r *running) health(want string) {
	r.t.Helper()
	status := http.StatusAccepted
	if want == "active" {
		status = http.StatusOK
	}
	require.Eventually(r.t, func() bool {
		answer, err := http.Get(r.url("/v1/health"))
		if err != nil {
			return false
		}
		answer.Body.Close()
		code, _, body := r.get("/v1/health")
		return code == status && body == fmt.Sprintf(`{"status":%q}`, want)
	}, patience, 20*time.Millisecond, "%s\nnot %s", (*lazyOutput)(r), want)
}

// sql opens a session and runs statements in it.
func sql(t *testing.T, database string, statements ...string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close(context.Background()) })
	for _, statement := range statements {
		_, err := conn.Exec(t.Context(), statement)
		require.NoError(t, err, statement)
	}
	return conn
}

// A secret, or the word that none is needed.
func TestDaemonAsksForASecret(t *testing.T) {
	database := replicating(t).Database(t)
	r := startDaemon(t, database)
	require.Equal(t, exitMisuse, r.ends(), r.output())
	r.says("either ELECTRIC_SECRET or ELECTRIC_INSECURE=true is needed")
	r = startDaemon(t, database, insecure, "ELECTRIC_SECRET=a")
	require.Equal(t, exitInput, r.ends(), r.output())

	sql(t, database, "CREATE TABLE items (id int PRIMARY KEY)")
	r = startDaemon(t, database, "ELECTRIC_SECRET=open sesame")
	r.health("active")
	for query, want := range map[string]int{
		"": http.StatusUnauthorized, "&secret=x": http.StatusUnauthorized, "&secret=": http.StatusUnauthorized,
		"&secret=open+sesame": http.StatusOK, "&api_secret=open+sesame": http.StatusOK, "&secret=x&api_secret=open+sesame": http.StatusUnauthorized,
	} {
		status, _, body := r.get("/v1/shape?table=items&offset=-1" + query)
		require.Equal(t, want, status, query)
		if want == http.StatusUnauthorized {
			require.JSONEq(t, `{"message":"Unauthorized - Invalid API secret"}`, body)
		}
	}
	request, err := http.NewRequest(http.MethodOptions, r.url("/v1/shape"), nil)
	require.NoError(t, err)
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	answer.Body.Close()
	require.Equal(t, http.StatusNoContent, answer.StatusCode)
	require.NotContains(t, r.output(), "sesame")
}

// What trying again does not mend ends the server, with a word on what would.
func TestDaemonGivesUp(t *testing.T) {
	for _, c := range []struct {
		name     string
		settings []string
		sql      []string
		env      []string
		user     *url.Userinfo
		database string
		want     []string
	}{
		{
			name: "wal_level", settings: []string{"wal_level=replica"},
			want: []string{"the server's wal_level is replica: replication requires logical", "ALTER SYSTEM SET wal_level = 'logical'"},
		},
		{
			name: "publication without updates", sql: []string{"CREATE PUBLICATION electric_publication_default WITH (publish = 'insert')"},
			want: []string{`Publication "electric_publication_default" does not publish all required operations: INSERT, UPDATE, DELETE, TRUNCATE`},
		},
		{
			name: "no publication to publish by hand", env: []string{"ELECTRIC_MANUAL_TABLE_PUBLISHING=true"},
			want: []string{`Publication "electric_publication_default" not found in the database`},
		},
		{
			name: "no right to replicate", sql: []string{"CREATE ROLE daemon_reader LOGIN PASSWORD 'daemon-password'", "CREATE PUBLICATION electric_publication_default"},
			user: url.UserPassword("daemon_reader", "daemon-password"), want: []string{"REPLICATION"},
		},
		{
			name: "no right to make the publication", sql: []string{"CREATE ROLE daemon_replicator LOGIN REPLICATION PASSWORD 'daemon-password'"},
			user: url.UserPassword("daemon_replicator", "daemon-password"),
			want: []string{"the publication electric_publication_default cannot be made: permission denied for database", "CREATE PUBLICATION electric_publication_default"},
		},
		{
			name: "no such database", database: "nowhere", want: []string{`database "nowhere" does not exist`},
		},
		{
			name: "no such role", user: url.UserPassword("nobody_at_all", "daemon-password"), want: []string{`role "nobody_at_all" does not exist`},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.settings == nil {
				c.settings = []string{"wal_level=logical"}
			}
			database := pgtest.StartWith(t, pgtest.Options{Settings: c.settings}).DatabaseAlone(t)
			sql(t, database, c.sql...)
			u, err := url.Parse(database)
			require.NoError(t, err)
			if c.user != nil {
				u.User = c.user
			}
			if c.database != "" {
				u.Path = "/" + c.database
			}
			r := startDaemon(t, u.String(), append(c.env, insecure)...)
			require.Equal(t, exitOutside, r.ends(), r.output())
			for _, text := range c.want {
				require.Contains(t, r.output(), text)
			}
		})
	}
}

// A transaction that is open somewhere holds the start up: the server says so,
// and names it. A second server waits for the first one, and takes over.
func TestDaemonWaitsAndTakesOver(t *testing.T) {
	postgres := pgtest.StartAlone(t, pgtest.Options{Settings: []string{"wal_level=logical", "max_prepared_transactions=2"}})
	conn := sql(t, postgres.URL, "SET application_name = 'a long migration'", "CREATE TABLE items (id int PRIMARY KEY)", "BEGIN", "INSERT INTO items VALUES (1)")
	first := startDaemon(t, postgres.URL, insecure)
	first.health("starting")
	first.says("starting: the replication slot waits for open transactions to end: process")
	first.says("(a long migration) in postgres")
	time.Sleep(2 * time.Second)
	require.Equal(t, 1, strings.Count(first.output(), "a long migration"), "it says so once:\n%s", first.output())
	began := time.Now()
	status, _, body := first.get("/v1/shape?table=items&offset=-1")
	require.Equal(t, http.StatusServiceUnavailable, status, body)
	waited := time.Since(began)
	require.Greater(t, waited, 4*time.Second)
	require.Less(t, waited, 5*time.Second+busy)

	second := startDaemon(t, postgres.URL, insecure)
	second.health("waiting")
	second.says("another instance has the lock")

	_, err := conn.Exec(t.Context(), "PREPARE TRANSACTION 'forgotten'")
	require.NoError(t, err)
	first.says("the prepared transaction 'forgotten' of postgres in postgres since")
	first.health("starting")
	_, err = conn.Exec(t.Context(), "COMMIT PREPARED 'forgotten'")
	require.NoError(t, err)
	first.health("active")
	status, handle, body := first.get("/v1/shape?table=items&offset=-1")
	require.Equal(t, http.StatusOK, status, body)
	require.Contains(t, body, `"id":"1"`)
	second.health("waiting")

	first.stop(syscall.SIGTERM)
	require.Zero(t, first.cmd.ProcessState.ExitCode(), first.output())
	second.health("active")
	status, again, body := second.get("/v1/shape?table=items&offset=0_0&handle=" + handle)
	require.Equal(t, http.StatusConflict, status, body)
	require.NotEqual(t, handle, again)
}

// A database without room for one more connection is waited for.
func TestDaemonWaitsForRoom(t *testing.T) {
	postgres := pgtest.StartAlone(t, pgtest.Options{Settings: []string{"wal_level=logical", "max_connections=12", "max_wal_senders=2", "superuser_reserved_connections=0"}})
	crowd := []*pgx.Conn{sql(t, postgres.URL, "CREATE TABLE items (id int PRIMARY KEY)")}
	for full := false; !full; {
		conn, err := pgx.Connect(t.Context(), postgres.URL)
		if err == nil {
			crowd = append(crowd, conn)
			continue
		}
		require.ErrorContains(t, err, "53300")
		var sessions int // among them one, perhaps, that is about to end
		require.NoError(t, crowd[0].QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'").Scan(&sessions))
		full = sessions == len(crowd)
	}
	r := startDaemon(t, postgres.URL, insecure, "ELECTRIC_DB_POOL_SIZE=5")
	r.says("too many clients")
	r.health("starting")
	for _, conn := range crowd {
		require.NoError(t, conn.Close(t.Context()))
	}
	r.health("active")
	require.Eventually(t, func() bool {
		status, _, _ := r.get("/v1/shape?table=items&offset=-1")
		return status == http.StatusOK
	}, patience, 100*time.Millisecond, "%s", (*lazyOutput)(r))
}

// A server that was killed leaves neither slot nor lock nor files to the next.
func TestDaemonKilled(t *testing.T) {
	database := replicating(t).Database(t)
	sql(t, database, "CREATE TABLE items (id int PRIMARY KEY)", "INSERT INTO items VALUES (1)")
	dir := t.TempDir()
	logs := func() []string {
		found, err := filepath.Glob(filepath.Join(dir, ".electric", "shapes", "*"))
		require.NoError(t, err)
		return found
	}
	r := startDaemonIn(t, dir, database, insecure)
	r.health("active")
	_, handle, _ := r.get("/v1/shape?table=items&offset=-1")
	left := logs()
	require.Len(t, left, 1)
	r.stop(syscall.SIGKILL)

	r = startDaemonIn(t, dir, database, insecure)
	r.health("active")
	require.Len(t, logs(), 1)
	require.NotEqual(t, left, logs())
	status, again, _ := r.get("/v1/shape?table=items&offset=0_0&handle=" + handle)
	require.Equal(t, http.StatusConflict, status)
	require.NotEqual(t, handle, again)
	r.stop(syscall.SIGINT)
	require.Zero(t, r.cmd.ProcessState.ExitCode(), r.output())
	require.Empty(t, logs(), "it removes its files")
	conn := sql(t, database)
	require.Eventually(t, func() bool { // a server process may outlive its client by a moment
		slots, err := slotsIn(conn)
		return err == nil && slots == 0
	}, patience, 10*time.Millisecond)
}

// A server that is started before Postgres is, and one whose Postgres goes away,
// waits for it.
func TestDaemonWaitsForPostgres(t *testing.T) {
	postgres := pgtest.StartAlone(t, pgtest.Options{Settings: []string{"wal_level=logical"}})
	sql(t, postgres.URL, "CREATE TABLE items (id int PRIMARY KEY)")
	postgres.Stop(pgtest.Fast)
	r := startDaemon(t, postgres.URL, insecure)
	r.health("starting")
	status, _, body := r.get("/v1/shape?table=items&offset=-1")
	require.Equal(t, http.StatusServiceUnavailable, status, body)
	require.Contains(t, body, "Timeout waiting for")
	postgres.Start()
	for _, how := range []syscall.Signal{pgtest.Fast, pgtest.Immediate} {
		r.health("active")
		status, handle, body := r.get("/v1/shape?table=items&offset=-1")
		require.Equal(t, http.StatusOK, status, body)
		postgres.Stop(how)
		r.health("starting")
		status, _, body = r.get("/v1/shape?table=items&offset=0_0&handle=" + handle)
		require.Equal(t, http.StatusOK, status, "what is known is still told: %s", body)
		postgres.Start()
	}
	r.health("active")
}

// Whoever cleans up a folder (git clean -fdx) takes the shapes' files along: clients
// fetch them again.
func TestDaemonFilesRemoved(t *testing.T) {
	database := replicating(t).Database(t)
	sql(t, database, "CREATE TABLE items (id int PRIMARY KEY)", "INSERT INTO items VALUES (1)")
	dir := t.TempDir()
	r := startDaemonIn(t, dir, database, insecure)
	r.health("active")
	_, handle, _ := r.get("/v1/shape?table=items&offset=-1")
	// In one step: what is gone when it looks, it makes anew.
	require.NoError(t, os.Rename(filepath.Join(dir, ".electric"), filepath.Join(dir, "removed")))
	r.says("somebody removed the folder of shape logs: clients fetch their shapes again")
	r.health("active")
	status, again, _ := r.get("/v1/shape?table=items&offset=0_0&handle=" + handle)
	require.Equal(t, http.StatusConflict, status)
	status, _, body := r.get("/v1/shape?table=items&offset=-1&handle=" + again)
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, body, `"id":"1"`)
	r.stop(syscall.SIGINT)
	require.Zero(t, r.cmd.ProcessState.ExitCode(), r.output())
}
