package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
)

// TestDatabaseStories runs testdata/database/*.txtar: each has an empty database
// of its own. sql runs SQL in it and prints what it answers.
func TestDatabaseStories(t *testing.T) {
	server := replicating(t)
	schema, err := filepath.Abs("../../schema")
	require.NoError(t, err)
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/database",
		UpdateScripts: *rewrite,
		Setup: func(e *testscript.Env) error {
			address := server.Database(t)
			u, err := url.Parse(address)
			if err != nil {
				return err
			}
			for name, value := range map[string]string{
				"SCHEMA": schema, "XDG_CACHE_HOME": filepath.Join(e.WorkDir, ".cache"), "DATABASE_URL": address,
				"HOST": u.Host, "DATABASE": strings.TrimPrefix(u.Path, "/"), "ELECTRIC_URL": "http://127.0.0.1:1",
			} {
				e.Setenv(name, value)
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"sql": runSQL},
	})
}

// replicating is a server as Electric needs one.
func replicating(t *testing.T) *pgtest.Server {
	return pgtest.StartWith(t, pgtest.Options{Settings: []string{"wal_level=logical"}})
}

// runSQL executes its arguments, each one statement, and prints rows to stdout.
func runSQL(ts *testscript.TestScript, neg bool, args []string) {
	conn, err := pgx.Connect(context.Background(), ts.Getenv("DATABASE_URL"))
	ts.Check(err)
	defer conn.Close(context.Background())
	for _, text := range args {
		if data, err := os.ReadFile(ts.MkAbs(text)); err == nil {
			text = string(data)
		}
		results, err := conn.PgConn().Exec(context.Background(), text).ReadAll()
		if (err != nil) != neg {
			ts.Fatalf("%s: %v", text, err)
		}
		for _, r := range results {
			for _, row := range r.Rows {
				var cells []string
				for _, c := range row {
					cells = append(cells, string(c))
				}
				fmt.Fprintln(ts.Stdout(), strings.Join(cells, "|"))
			}
		}
	}
}

// A workspace is a project folder of a test, with a database.
type workspace struct {
	t   *testing.T
	dir string
	url string
}

// newWorkspace makes a project of the files given.
func newWorkspace(t *testing.T, files map[string]string) *workspace {
	t.Helper()
	// Nothing else that is printed holds the folder's name by chance.
	w := &workspace{t: t, dir: filepath.Join(t.TempDir(), "workspace"), url: replicating(t).Database(t)}
	require.NoError(t, os.MkdirAll(w.dir, 0o755))
	for name, text := range files {
		path := filepath.Join(w.dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	return w
}

// command is electric in the workspace; its output goes to out.
func (w *workspace) command(out io.Writer, args ...string) *exec.Cmd {
	cmd := exec.Command("electric", args...)
	cmd.Dir = w.dir
	cmd.Env = append(os.Environ(), "DATABASE_URL="+w.url, "XDG_CACHE_HOME="+filepath.Join(w.dir, ".cache"), "XDG_CONFIG_HOME="+filepath.Join(w.dir, ".config"), "ELECTRIC_URL=http://127.0.0.1:1")
	cmd.Stdout, cmd.Stderr = out, out
	return cmd
}

// run runs electric and gives what it said and its exit status.
func (w *workspace) run(args ...string) (string, int) {
	w.t.Helper()
	var out strings.Builder
	cmd := w.command(&out, args...)
	_ = cmd.Run()
	return out.String(), cmd.ProcessState.ExitCode()
}

// open connects to the workspace's database.
func (w *workspace) open() *pgx.Conn {
	w.t.Helper()
	conn, err := pgx.Connect(w.t.Context(), w.url)
	require.NoError(w.t, err)
	w.t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

// column gives the first column of a query's rows.
func column(t *testing.T, conn *pgx.Conn, query string) []string {
	t.Helper()
	rows, err := conn.Query(t.Context(), query)
	require.NoError(t, err)
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	return list
}
