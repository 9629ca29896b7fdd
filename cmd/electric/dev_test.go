//go:build unix

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/devpage"
	"github.com/electric-cli/electric/internal/freeport"
	"github.com/electric-cli/electric/localpg"
)

// A running is electric dev at work in a folder.
type running struct {
	t    *testing.T
	dir  string
	port int
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended

	mu   sync.Mutex
	out  strings.Builder
	more chan struct{} // closed when there is more output
}

const media = "-- :electric:txn:start\n%s\n-- :electric:txn:end\n"

func newDevFolder(t *testing.T) string {
	t.Helper()
	if _, err := localpg.Binaries(); err != nil {
		t.Skip(err.Error())
	}
	dir := t.TempDir()
	require.NoError(t, os.Chmod(filepath.Dir(dir), 0o755)) // root's Postgres enters it as another user, and leaves nothing elsewhere
	require.NoError(t, os.Mkdir(filepath.Join(dir, "schema"), 0o755))
	writeFile(t, dir, "schema/1750000001_songs.sql", fmt.Sprintf(media, "CREATE TABLE songs (id int PRIMARY KEY, title text NOT NULL);"))
	return dir
}

// writeFile writes a file in one step, as editors do: nobody who looks on finds it
// empty or in part.
func writeFile(t *testing.T, dir, name, text string) {
	t.Helper()
	aside := filepath.Clean(dir) + ".aside"
	require.NoError(t, os.WriteFile(aside, []byte(text), 0o644))
	require.NoError(t, os.Rename(aside, filepath.Join(dir, name)))
}

// startDev starts electric dev and waits until it serves: the database has to be there.
func startDev(t *testing.T, dir string, more ...string) *running {
	t.Helper()
	r := launchDev(t, dir, more...)
	r.says("  page         ")
	r.health("active") // the engine is not waited for by those who greet, and by clients for 5 s
	return r
}

// launchDev starts electric dev.
func launchDev(t *testing.T, dir string, more ...string) *running {
	t.Helper()
	r := &running{t: t, dir: dir, port: freeport.For(t), done: make(chan struct{}), more: make(chan struct{})}
	r.cmd = exec.Command("electric", append([]string{"dev", "--port", fmt.Sprint(r.port)}, more...)...)
	r.cmd.Dir = dir
	r.cmd.Env = append(environWithout("DATABASE_URL", "ELECTRIC_SECRET"), "XDG_CACHE_HOME="+filepath.Join(dir, ".cache"), "XDG_CONFIG_HOME="+filepath.Join(dir, ".config"))
	r.cmd.Stdout, r.cmd.Stderr = r, r
	require.NoError(t, r.cmd.Start())
	go r.wait()
	t.Cleanup(r.kill)
	return r
}

// wait closes done at the end.
func (r *running) wait() {
	_ = r.cmd.Wait() // its exit status is asked for
	close(r.done)
}

func environWithout(names ...string) (list []string) {
next:
	for _, pair := range os.Environ() {
		for _, name := range names {
			if strings.HasPrefix(pair, name+"=") {
				continue next
			}
		}
		list = append(list, pair)
	}
	return list
}

func (r *running) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	close(r.more)
	r.more = make(chan struct{})
	return r.out.Write(p)
}

func (r *running) output() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.out.String()
}

// lazyOutput is the output at the time it is shown.
type lazyOutput running

func (l *lazyOutput) String() string { return (*running)(l).output() }

// says waits for a text in what it has said so far.
func (r *running) says(text string) {
	r.t.Helper()
	enough := time.After(patience)
	for {
		r.mu.Lock()
		said, more := strings.Contains(r.out.String(), text), r.more
		r.mu.Unlock()
		if said {
			return
		}
		select {
		case <-more:
		case <-r.done:
			require.Contains(r.t, r.output(), text, "it has ended")
			return
		case <-enough:
			r.t.Fatalf("%q is not said in:\n%s", text, r.output())
		}
	}
}

func (r *running) url(path string) string { return fmt.Sprintf("http://127.0.0.1:%d%s", r.port, path) }

// get gives an answer's status, its handle and its body.
func (r *running) get(path string) (status int, handle, body string) {
	r.t.Helper()
	answer, err := http.Get(r.url(path))
	require.NoError(r.t, err)
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	require.NoError(r.t, err)
	return answer.StatusCode, answer.Header.Get("electric-handle"), string(data)
}

// database connects to the private database.
func (r *running) database() *pgx.Conn {
	r.t.Helper()
	text, err := os.ReadFile(filepath.Join(r.dir, ".electric", "database_url"))
	require.NoError(r.t, err)
	conn, err := pgx.Connect(r.t.Context(), strings.TrimSpace(string(text)))
	require.NoError(r.t, err)
	r.t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

// stop sends a signal and waits for the end.
func (r *running) stop(signal syscall.Signal) time.Duration {
	r.t.Helper()
	began := time.Now()
	require.NoError(r.t, r.cmd.Process.Signal(signal))
	r.ends()
	return time.Since(began)
}

// TestDev is a day with electric dev: it starts a Postgres, follows the files,
// and is not thrown by mistakes.
func TestDev(t *testing.T) {
	dir := newDevFolder(t)
	writeFile(t, dir, "schema/seeds.sql", "INSERT INTO songs VALUES (1, 'Hyperballad');")
	r := startDev(t, dir)
	r.says("loaded schema/seeds.sql (1 statement)")
	status, handle, body := r.get("/v1/shape?table=songs&offset=-1")
	require.Equal(t, http.StatusOK, status, body)
	require.Contains(t, body, `"title":"Hyperballad"`)

	// A new migration is applied at once, and the shape ends.
	live := make(chan int, 1)
	go func() {
		answer, err := http.Get(r.url("/v1/shape?table=songs&offset=0_0&live=true&handle=" + handle))
		if err != nil {
			live <- 0
			return
		}
		answer.Body.Close()
		live <- answer.StatusCode
	}()
	writeFile(t, dir, "schema/1750000002_mood.sql", fmt.Sprintf(media, "ALTER TABLE songs ADD COLUMN mood text;"))
	r.says("clients on the bundle before stay compatible")
	select {
	case got := <-live:
		require.Equal(t, http.StatusConflict, got)
	case <-time.After(patience): // by itself it ends after 20 s, with another status
		t.Fatalf("the live request is not ended:\n%s", r.output())
	}
	_, _, body = r.get("/v1/shape?table=songs&offset=-1")
	require.Contains(t, body, `"mood":null`)

	// A mistake is shown, and what was there is still served.
	writeFile(t, dir, "schema/1750000003_wrong.sql", fmt.Sprintf(media, "ALTER TABLE song ADD COLUMN x int;"))
	r.says(`1750000003_wrong.sql:2:13: error: relation "song" does not exist [42P01]`)
	r.says("still serving version 1750000002")
	status, _, _ = r.get("/v1/shape?table=songs&offset=-1")
	require.Equal(t, http.StatusOK, status)
	require.EventuallyWithT(t, func(t *assert.CollectT) { // the page follows what is said
		state, err := devpage.Fetch(r.t.Context(), r.url(""))
		require.NoError(t, err)
		require.Equal(t, 1, state.Diagnostics.Errors)
		require.Equal(t, devpage.Differs, state.Agreement.Verdict)
	}, patience, 20*time.Millisecond)

	// An applied migration that was edited is explained.
	require.NoError(t, os.Remove(filepath.Join(dir, "schema/1750000003_wrong.sql")))
	writeFile(t, dir, "schema/1750000001_songs.sql", fmt.Sprintf(media, "CREATE TABLE songs (id int PRIMARY KEY, title text NOT NULL, year int);"))
	r.says("was edited after it was applied")
	r.says("electric dev --reset")
	require.EventuallyWithT(t, func(t *assert.CollectT) {
		state, err := devpage.Fetch(r.t.Context(), r.url(""))
		require.NoError(t, err)
		require.Equal(t, "electric", state.Server.Database.Name)
		require.Regexp(t, `^\d+\.\d+$|^\d+[a-z]+\d+$`, state.Server.Database.Server)
		require.Len(t, state.Agreement.Reasons, 1)
		require.Contains(t, state.Agreement.Reasons[0], "schema/1750000001_songs.sql: was edited after it was applied")
		require.Equal(t, devpage.Differs, state.Agreement.Places[2].State)
	}, patience, 20*time.Millisecond)

	require.Less(t, r.stop(syscall.SIGINT), busy, r.output())
	r.leavesNothing()

	// The database was kept; --reset starts it over, with the seeds.
	r = startDev(t, dir, "--reset")
	r.says("loaded schema/seeds.sql")
	_, _, body = r.get("/v1/shape?table=songs&offset=-1")
	require.Contains(t, body, `"year":null`)
	require.Contains(t, body, `"title":"Hyperballad"`)
	r.stop(syscall.SIGTERM)
}

// TestDevKeepsItsDatabase has the rows of the run before, by the same URL.
func TestDevKeepsItsDatabase(t *testing.T) {
	dir := newDevFolder(t)
	r := startDev(t, dir)
	conn := r.database()
	address := conn.Config().ConnString()
	_, err := conn.Exec(t.Context(), "INSERT INTO songs VALUES (7, 'kept')")
	require.NoError(t, err)
	r.stop(syscall.SIGINT)
	r = startDev(t, dir)
	require.Equal(t, address, r.database().Config().ConnString())
	_, _, body := r.get("/v1/shape?table=songs&offset=-1")
	require.Contains(t, body, `"title":"kept"`)
	var out strings.Builder
	cmd := exec.Command("electric", "status") // finds the database of electric dev
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, append(environWithout("DATABASE_URL"), "ELECTRIC_URL="+r.url(""), "XDG_CACHE_HOME="+filepath.Join(dir, ".cache")), &out, &out
	require.NoError(t, cmd.Run(), "%s", &out)
	require.Contains(t, out.String(), "1 shape")
	r.stop(syscall.SIGINT)
}

// TestDevWithoutMigrations waits for the folder, and takes no other file's change
// for one of a migration.
func TestDevWithoutMigrations(t *testing.T) {
	dir := newDevFolder(t)
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "schema")))
	r := startDev(t, dir)
	r.says("schema/: error: does not exist [no-such-folder]")
	writeFile(t, dir, "notes.txt", "this is no migration")
	require.NoError(t, os.Mkdir(filepath.Join(dir, "schema"), 0o755))
	writeFile(t, dir, "schema/1750000001_songs.sql", "CREATE TABLE songs (id int PRIMARY KEY);")
	r.says("applied schema/1750000001_songs.sql")
	r.says("version 1750000001, in ")
	writeFile(t, dir, "schema/notes.txt", "neither is this")
	writeFile(t, dir, "schema/1750000002_albums.sql", "CREATE TABLE albums (id int PRIMARY KEY);")
	r.says("applied schema/1750000002_albums.sql")
	r.says("version 1750000002, in ")
	require.Equal(t, 1, strings.Count(r.output(), "no-such-folder"), r.output())
	require.Equal(t, 2, strings.Count(r.output(), "\nschema s1:"), "one cycle for each migration:\n%s", r.output())
	r.stop(syscall.SIGINT)
}

// TestDevNewMigration writes one as people do: made empty, by electric or by an
// editor, and filled while electric dev looks on.
func TestDevNewMigration(t *testing.T) {
	dir := newDevFolder(t)
	writeFile(t, dir, "schema/seeds.sql", "INSERT INTO songs VALUES (1);")
	writeFile(t, dir, "schema/1750000001_songs.sql", "-- songs\n-- :electric:txn:start\n\n-- :electric:txn:end\n")
	r := startDev(t, dir)
	r.says("schema/1750000001_songs.sql holds no statement yet: it is applied when it does")
	r.says("before the first version, in ")
	status, _, _ := r.get("/v1/shape?table=songs&offset=-1")
	require.Equal(t, http.StatusServiceUnavailable, status, "a client that is told of no table stops for good")
	writeFile(t, dir, "schema/1750000001_songs.sql", fmt.Sprintf(media, "CREATE TABLE songs (id int PRIMARY KEY);"))
	r.says("applied schema/1750000001_songs.sql (1 transaction")
	r.says("loaded schema/seeds.sql")

	writeFile(t, dir, "schema/1750000002_empty.sql", "")
	r.says("schema/1750000002_empty.sql holds no statement yet")
	_, _, body := r.get("/v1/shape?table=_electric.schema_versions&columns=version&offset=-1")
	require.Contains(t, body, `"1750000001"`)
	require.NotContains(t, body, `"1750000002"`)
	// With a later one that is written it is as good as any.
	writeFile(t, dir, "schema/1750000003_mood.sql", fmt.Sprintf(media, "ALTER TABLE songs ADD COLUMN mood text;"))
	r.says("applied schema/1750000002_empty.sql (0 transactions")
	r.says("applied schema/1750000003_mood.sql (1 transaction")
	require.NotContains(t, r.output(), "was edited")
	r.stop(syscall.SIGINT)
}

// TestDevKilled leaves nothing behind, however it ends: no server, no port, no
// file that is in the way of the next start.
func TestDevKilled(t *testing.T) {
	dir := newDevFolder(t)
	r := startDev(t, dir)
	conn := r.database()
	var pid int
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'").Scan(&pid))
	r.stop(syscall.SIGKILL)
	require.Eventually(t, func() bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }, patience, 20*time.Millisecond)
	r = startDev(t, dir)
	r.stop(syscall.SIGINT)
	r.leavesNothing()
}

// leavesNothing looks for what would be left.
func (r *running) leavesNothing() {
	r.t.Helper()
	for _, name := range []string{"database_url", "electric_url", "page_url"} {
		_, err := os.Stat(filepath.Join(r.dir, ".electric", name))
		require.ErrorIs(r.t, err, fs.ErrNotExist)
	}
	left, err := filepath.Glob(filepath.Join(r.dir, ".electric", "shapes", "*"))
	require.NoError(r.t, err)
	require.Empty(r.t, left)
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", r.port))
	require.NoError(r.t, err)
	require.NoError(r.t, l.Close())
}

// TestDevElectric runs a stand-in for Electric, with Electric's settings.
func TestDevElectric(t *testing.T) {
	dir := newDevFolder(t)
	bin := filepath.Join(dir, "electric-release")
	writeFile(t, dir, "electric-release", "#!/bin/sh\n"+
		`echo "$1 $DATABASE_URL $ELECTRIC_PORT $ELECTRIC_INSECURE $ELECTRIC_CACHE_MAX_AGE" > `+filepath.Join(dir, "seen")+"\n"+
		`exec "`+node(t)+`" -e 'require("http").createServer((_, a) => { a.setHeader("content-type", "application/json"); a.end(JSON.stringify({status: "active"})) }).listen(+process.env.ELECTRIC_PORT)'`+"\n")
	require.NoError(t, os.Chmod(bin, 0o755))
	t.Setenv("ELECTRIC_BIN", bin)
	t.Setenv("ELECTRIC_CACHE_MAX_AGE", "7")
	r := startDev(t, dir, "--engine", "electric")
	r.says("electric: ready")
	status, _, body := r.get("/v1/health")
	require.Equal(t, http.StatusOK, status)
	require.JSONEq(t, `{"status":"active"}`, body)
	seen, err := os.ReadFile(filepath.Join(dir, "seen"))
	require.NoError(t, err)
	require.Regexp(t, fmt.Sprintf(`^start postgres(ql)?://.* %d true 7\n$`, r.port), string(seen))
	state, err := devpage.Fetch(t.Context(), r.page())
	require.NoError(t, err)
	require.Equal(t, "electric", state.Server.Engine)
	r.isFound(dir, "http://localhost:"+fmt.Sprint(r.port))
	require.Less(t, r.stop(syscall.SIGINT), busy, r.output())
	r.leavesNothing()
}

// page is where it said that the page is.
func (r *running) page() string {
	lines := bufio.NewScanner(strings.NewReader(r.output()))
	for lines.Scan() {
		if fields := strings.Fields(lines.Text()); len(fields) == 2 && fields[0] == "page" {
			return fields[1]
		}
	}
	r.t.Fatalf("no page is named in\n%s", r.output())
	return ""
}

func node(t *testing.T) string {
	path, err := exec.LookPath("node")
	if err != nil {
		t.Skip("Node.js is missing: it serves as the stand-in")
	}
	return path
}
