//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/database"
	"github.com/electric-cli/electric/devpage"
	"github.com/electric-cli/electric/internal/freeport"
	"github.com/electric-cli/electric/status"
)

// electricIn runs electric in a folder, where nothing names database and server
// but env. At the port it would guess is nobody: at 3000 somebody may be.
func electricIn(t *testing.T, dir string, env []string, args ...string) string {
	t.Helper()
	var out strings.Builder
	cmd := exec.Command("electric", args...)
	cmd.Dir = dir
	cmd.Env = append(environWithout("DATABASE_URL", "ELECTRIC_URL", "ELECTRIC_PORT", "ELECTRIC_SECRET"),
		fmt.Sprintf("ELECTRIC_PORT=%d", freeport.For(t)), "XDG_CACHE_HOME="+filepath.Join(dir, ".cache"))
	cmd.Env = append(cmd.Env, env...)
	cmd.Stdout, cmd.Stderr = &out, &out
	_ = cmd.Run() // what is not safe is not for these tests
	return out.String()
}

// syncIn gives what status knows of the sync server in a folder.
func syncIn(t *testing.T, dir string, env ...string) *status.Sync {
	t.Helper()
	out := electricIn(t, dir, env, "status", "--json")
	var report struct{ Sync *status.Sync }
	_, object, found := strings.Cut("\n"+out, "\n{")
	require.True(t, found, out)
	require.NoError(t, json.Unmarshal([]byte("{"+object), &report), out)
	return report.Sync
}

// isFound waits until status in a folder knows a server as that of its database.
func (r *running) isFound(dir, url string, env ...string) {
	r.t.Helper()
	s := syncIn(r.t, dir, env...)
	for began := time.Now(); (s == nil || s.Database != database.Same) && time.Since(began) < patience; {
		time.Sleep(20 * time.Millisecond)
		s = syncIn(r.t, dir, env...)
	}
	require.NotNil(r.t, s, r.output())
	require.Equal(r.t, database.Same, s.Database, r.output())
	require.Equal(r.t, url, s.URL)
	require.False(r.t, s.Foreign() || s.Elsewhere)
}

// TestDevIsFound: status and info find the server of the folder at any port, and
// know another project's for what it is.
func TestDevIsFound(t *testing.T) {
	dir := newDevFolder(t)
	r := startDev(t, dir)
	here := fmt.Sprintf("http://localhost:%d", r.port)
	r.isFound(dir, here)
	_, _, body := r.get("/v1/shape?table=songs&offset=-1")
	require.NotContains(t, body, "message")
	require.Regexp(t, `sync +active +s1:\w+ +`+here+`, ElectricSQL/\S+ electric/\S+, 1 shape, 0 clients waiting`, electricIn(t, dir, nil, "status"))
	out := electricIn(t, dir, nil, "info")
	require.Contains(t, out, "  address        "+here+"\n")
	require.Contains(t, out, "  shapes on      public.songs\n")

	// A setting wins over what is found.
	out = electricIn(t, dir, []string{"ELECTRIC_URL=http://127.0.0.1:1"}, "status")
	require.Contains(t, out, "no sync server answers")
	require.Contains(t, out, "the sync server at http://127.0.0.1:1 (ELECTRIC_URL) does not answer")

	// To another project, at that port by its settings, it is nobody's.
	w := newWorkspace(t, map[string]string{"schema/1750000001_a.sql": "CREATE TABLE a (id int PRIMARY KEY);"})
	for _, args := range [][]string{{"migrate", "compile"}, {"migrate", "apply"}} {
		out, code := w.run(args...)
		require.Zero(t, code, out)
	}
	writeFile(t, dir, "schema/1750000002_wrong.sql", "CREATE TABLE") // to whom it is no news that this is a mistake
	r.says("syntax error")
	require.Eventually(t, func() bool { // the page follows what is said
		state, err := devpage.Fetch(t.Context(), here)
		return err == nil && state.Diagnostics != nil && state.Diagnostics.Errors == 1
	}, patience, 20*time.Millisecond)
	beside := []string{"DATABASE_URL=" + w.url, fmt.Sprintf("ELECTRIC_PORT=%d", r.port)}
	out = electricIn(t, w.dir, beside, "status")
	require.Regexp(t, `sync +- +- +the server at `+here+` serves another database: postgres\S+, of project `+filepath.Base(dir)+"\n", out)
	require.NotContains(t, out, "mistake")
	require.NotContains(t, out, "waiting")
	require.Contains(t, out, "\nsafe to replicate\n")
	out = electricIn(t, w.dir, beside, "info")
	require.Contains(t, out, "sync server\n  state          the server at "+here+" serves another database: ")
	require.NotContains(t, out, "songs")
	out = electricIn(t, t.TempDir(), beside[1:], "status") // an empty folder, without a database
	require.Contains(t, out, "the server at "+here+" is of project "+filepath.Base(dir))

	// The folder's own server, when a database is named that it does not serve.
	require.Contains(t, electricIn(t, dir, beside[:1], "status"), "the server at "+here+" serves another database: ")
	require.Contains(t, electricIn(t, dir, nil, "status"), "electric dev serves an earlier state: the last compile found 1 mistake")
	r.stop(syscall.SIGINT)
	r.leavesNothing()
	require.Nil(t, syncIn(t, w.dir, beside...))
}

// TestDaemonIsFound, with a secret: that tells whose it is and nothing else.
func TestDaemonIsFound(t *testing.T) {
	w := newWorkspace(t, map[string]string{"schema/1750000001_a.sql": "CREATE TABLE a (id int PRIMARY KEY);"})
	r := startDaemonIn(t, w.dir, w.url, "ELECTRIC_SECRET=open sesame")
	r.health("active")
	here := fmt.Sprintf("http://localhost:%d", r.port)
	r.isFound(w.dir, here, "DATABASE_URL="+w.url)
	for path, want := range map[string]int{"/_electric/state": http.StatusOK, "/_electric/events": http.StatusNotFound, "/": http.StatusOK, "/elsewhere": http.StatusNotFound} {
		status, _, body := r.get(path)
		require.Equal(t, want, status, path)
		require.NotContains(t, body, filepath.Base(w.dir), path)
		require.NotContains(t, body, w.open().Config().Database, path)
		require.NotContains(t, body, "sesame", path)
	}

	// Killed, it leaves its address: there may be nobody, or somebody else.
	r.stop(syscall.SIGKILL)
	require.FileExists(t, filepath.Join(w.dir, ".electric", "electric_url"))
	require.Nil(t, syncIn(t, w.dir, "DATABASE_URL="+w.url))
	other := newWorkspace(t, nil)
	stranger := startDaemonAt(t, r.port, other.dir, other.url, insecure)
	stranger.health("active")
	stranger.isFound(other.dir, here, "DATABASE_URL="+other.url)
	s := syncIn(t, w.dir, "DATABASE_URL="+w.url)
	require.True(t, s.Foreign())
	require.Equal(t, database.Other, s.Database)
	require.Nil(t, s.Shapes)
	require.Contains(t, electricIn(t, w.dir, []string{"DATABASE_URL=" + w.url}, "status"), "the server at "+here+" serves another database: ")

	// The next one in the folder puts that right.
	r = startDaemonIn(t, w.dir, w.url, insecure)
	r.health("active")
	r.isFound(w.dir, fmt.Sprintf("http://localhost:%d", r.port), "DATABASE_URL="+w.url)
	r.stop(syscall.SIGTERM)
	require.NoFileExists(t, filepath.Join(w.dir, ".electric", "electric_url"))
}

// TestElectricIsNotGuessed: Electric's own server tells nobody which database it
// serves; at the address that a killed one left, anybody's may be.
func TestElectricIsNotGuessed(t *testing.T) {
	w := newWorkspace(t, map[string]string{"schema/1750000001_a.sql": "CREATE TABLE a (id int PRIMARY KEY);"})
	electric := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v1/health" {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, `{"status":"active"}`)
	}))
	defer electric.Close()
	require.NoError(t, os.Mkdir(filepath.Join(w.dir, ".electric"), 0o755))
	writeFile(t, w.dir, ".electric/electric_url", electric.URL+"\n")
	for _, name := range []string{"status", "info"} {
		out := electricIn(t, w.dir, []string{"DATABASE_URL=" + w.url}, name)
		require.Contains(t, out, "  which database the sync server at "+electric.URL+" serves: it does not tell\n")
	}
	// A page that is another server's does not speak for this one.
	dir := newDevFolder(t)
	r := startDev(t, dir)
	writeFile(t, w.dir, ".electric/page_url", fmt.Sprintf("http://localhost:%d\n", r.port))
	s := syncIn(t, w.dir, "DATABASE_URL="+w.url)
	require.False(t, s.Ours)
	require.Equal(t, database.Unknown, s.Database)
	r.stop(syscall.SIGINT)
}
