//go:build unix

package main

import (
	"net/http"
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
	r := startDev(t, dir, "--database-url", postgres.URL)
	r.says("error: could not connect to database")
	time.Sleep(3 * awayTime)
	require.Equal(t, 1, strings.Count(r.output(), "error: could not connect"), "it says so once:\n%s", r.output())

	postgres.Start()
	deadline := time.Now().Add(busy)
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
	require.Eventually(t, func() bool { return strings.Count(r.output(), "error: could not connect") == 2 }, busy, 20*time.Millisecond, "%s", (*lazyOutput)(r))
	postgres.Start()
	r.says("applied schema/1750000003_albums.sql")
	r.stop(syscall.SIGINT)
}
