//go:build unix

package main

import (
	"errors"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
)

// TestDevWaitsForPostgres: with a database that comes up later, and one that goes
// away while the files change, migrations are applied once it is there. Nobody who
// asks meanwhile is told that a table does not exist: clients would stop for good.
func TestDevWaitsForPostgres(t *testing.T) {
	postgres := pgtest.StartAlone(t, pgtest.Options{Settings: []string{"wal_level=logical"}})
	dir := newDevFolder(t)
	writeFile(t, dir, "schema/1750000002_slow.sql", "SELECT pg_sleep(1);\nALTER TABLE songs ADD COLUMN mood text;")
	postgres.Stop(pgtest.Fast)
	r := launchDev(t, dir, "--database-url", postgres.URL)
	r.says("error: could not connect to database")
	time.Sleep(3 * awayTime)
	require.Equal(t, 1, strings.Count(r.output(), "error: could not connect"), "it says so once:\n%s", r.output())

	postgres.Start()
	deadline := time.Now().Add(patience)
	status, _, body := 0, "", ""
	for status != http.StatusOK && time.Now().Before(deadline) {
		if status, _, body = r.get("/v1/shape?table=songs&columns=id,mood&offset=-1"); status != http.StatusOK {
			require.Equal(t, http.StatusServiceUnavailable, status, body)
		}
	}
	require.Equal(t, http.StatusOK, status, r.output())
	r.says("applied schema/1750000002_slow.sql")

	postgres.Stop(pgtest.Fast)
	writeFile(t, dir, "schema/1750000003_albums.sql", "CREATE TABLE albums (id int PRIMARY KEY);")
	require.Eventually(t, func() bool { return strings.Count(r.output(), "error: could not connect") == 2 }, patience, 20*time.Millisecond, "%s", (*lazyOutput)(r))
	postgres.Start()
	r.says("applied schema/1750000003_albums.sql")
	r.stop(syscall.SIGINT)
}

// TestDevRemoved: a private database whose files are removed ends the command in a
// moment, which says what to do, be it noticed by the files or by what happens
// without them.
func TestDevRemoved(t *testing.T) {
	dir := newDevFolder(t)
	for _, ends := range []bool{false, true} {
		r := startDev(t, dir)
		postgres := r.postmaster()
		require.Eventually(t, func() bool { return os.RemoveAll(filepath.Join(dir, ".electric")) == nil }, patience, time.Millisecond) // Postgres still writes
		if ends {
			if err := postgres.Kill(); !errors.Is(err, os.ErrProcessDone) { // it was noticed by the files before
				require.NoError(t, err)
			}
		}
		r.says("was removed, and the private database with it: start electric dev again")
		require.Equal(t, exitOutside, r.ends(), r.output())
		require.NotContains(t, r.output(), "ended by itself")
	}
}

// TestDevDatabaseKilled: why it ended is said once.
func TestDevDatabaseKilled(t *testing.T) {
	r := startDev(t, newDevFolder(t))
	require.NoError(t, r.postmaster().Kill())
	r.says("electric: the private Postgres has ended")
	require.Equal(t, exitOutside, r.ends(), r.output())
	require.Equal(t, 1, strings.Count(r.output(), "PostgreSQL ended by itself"), r.output())
}

// postmaster is the private database's first process.
func (r *running) postmaster() *os.Process {
	r.t.Helper()
	line, _, _ := strings.Cut(readFile(r.t, r.dir, ".electric/postgres/data/postmaster.pid"), "\n")
	pid, err := strconv.Atoi(line)
	require.NoError(r.t, err)
	process, err := os.FindProcess(pid)
	require.NoError(r.t, err)
	return process
}

// TestDevInterruptedEarly ends quietly while the database is being made.
func TestDevInterruptedEarly(t *testing.T) {
	dir := newDevFolder(t)
	r := launchDev(t, dir)
	r.says("making a database with PostgreSQL")
	r.stop(syscall.SIGINT)
	require.Zero(t, r.cmd.ProcessState.ExitCode(), r.output())
	require.NotContains(t, r.output(), "electric: ")
}

// TestDevTerminalClosed ends as with Ctrl-C. What a killed one leaves does not make
// the other commands look for its database.
func TestDevTerminalClosed(t *testing.T) {
	// Where the tests run under nohup, electric would, too: what is caught here is not ignored there.
	heard := make(chan os.Signal, 1)
	signal.Notify(heard, syscall.SIGHUP)
	defer signal.Stop(heard)
	dir := newDevFolder(t)
	r := startDev(t, dir)
	left := readFile(t, dir, ".electric/database_url")
	r.stop(syscall.SIGHUP)
	require.Zero(t, r.cmd.ProcessState.ExitCode(), r.output())
	r.leavesNothing()

	writeFile(t, dir, ".electric/database_url", left)
	cmd := exec.Command("electric", "migrate", "apply")
	cmd.Dir, cmd.Env = dir, append(environWithout("DATABASE_URL"), "XDG_CACHE_HOME="+filepath.Join(dir, ".cache"))
	out, err := cmd.CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), "no database is named")
}

// TestDevSettings: an edited file of settings is told of once, and no more when it is
// as it was.
func TestDevSettings(t *testing.T) {
	dir := newDevFolder(t)
	writeFile(t, dir, "electric.yaml", "migrations: schema\n")
	r := startDev(t, dir)
	writeFile(t, dir, "electric.yaml", "migrations: db\n")
	r.says("electric.yaml has changed: electric dev uses it when it is started again")
	writeFile(t, dir, "electric.yaml", "migrations: schema\n")
	time.Sleep(2 * settingsTime)
	writeFile(t, dir, ".env", "ELECTRIC_PORT=4000\n")
	r.says(".env has changed")
	time.Sleep(2 * settingsTime)
	require.Equal(t, 2, strings.Count(r.output(), "has changed"), r.output())
	r.stop(syscall.SIGINT)
}

// TestDevQuiet says errors alone.
func TestDevQuiet(t *testing.T) {
	dir := newDevFolder(t)
	r := launchDev(t, dir, "--quiet")
	require.Eventually(t, func() bool {
		answer, err := http.Get(r.url("/v1/shape?table=songs&offset=-1"))
		if err != nil {
			return false
		}
		answer.Body.Close()
		return answer.StatusCode == http.StatusOK
	}, patience, 20*time.Millisecond, "%s", (*lazyOutput)(r))
	require.Empty(t, r.output())
	writeFile(t, dir, "schema/1750000002_wrong.sql", "CREATE TABEL x;")
	r.says("syntax error")
	r.stop(syscall.SIGINT)
}

func readFile(t *testing.T, dir, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	return string(text)
}
