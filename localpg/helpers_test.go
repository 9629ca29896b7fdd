//go:build unix

package localpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/supervise"
)

// parent names the environment variable by which the test binary plays an electric that runs until it is killed: its
// value is the directory.
const parent = "LOCALPG_TEST_PARENT"

func TestMain(m *testing.M) {
	dir := os.Getenv(parent)
	if dir == "" {
		code := m.Run()
		if template != "" {
			_ = os.RemoveAll(template)
		}
		os.Exit(code)
	}
	server, err := Start(context.Background(), Options{
		Dir: dir, outside: filepath.Join(filepath.Dir(dir), "outside"), Progress: func(message string) { fmt.Println(message) },
	})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("ready", server.PID(), server.URL())
	time.Sleep(time.Hour)
}

// empty returns options for a directory that is not there yet, where root's unprivileged user can go, which it cannot
// below t.TempDir.
func empty(t *testing.T) Options {
	t.Helper()
	if _, err := Binaries(); errors.As(err, new(*MissingError)) {
		t.Skip(err)
	}
	top := publicDir(t, tempDir())
	return Options{Dir: filepath.Join(top, "pg"), outside: filepath.Join(top, "outside")}
}

func publicDir(t *testing.T, parent string) string {
	t.Helper()
	dir, err := os.MkdirTemp(parent, "localpg")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o755))
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	return dir
}

// tempDir is in memory, if there is enough, where the many copies of a database cost little.
func tempDir() string {
	const memory = "/dev/shm"
	var fs syscall.Statfs_t
	if err := syscall.Statfs(memory, &fs); err == nil && uint64(fs.Bavail)*uint64(fs.Bsize) > 1<<30 {
		return memory
	}
	return os.TempDir()
}

// template is a directory with a database that nothing was done to; "" until somebody needs one.
var template string

// made is empty with a database, copied because initdb takes a second.
func made(t *testing.T) Options {
	t.Helper()
	opts := empty(t)
	madeIn(t, opts)
	return opts
}

// madeIn puts such a database into a directory.
func madeIn(t *testing.T, opts Options) {
	t.Helper()
	if template == "" {
		s, err := Start(t.Context(), opts)
		require.NoError(t, err)
		stop(t, s)
		template, err = os.MkdirTemp(tempDir(), "localpg-template")
		require.NoError(t, err)
		require.NoError(t, exec.Command("cp", "-pR", opts.Dir, filepath.Join(template, "pg")).Run())
	} else {
		require.NoError(t, os.MkdirAll(filepath.Dir(opts.Dir), 0o755))
		require.NoError(t, exec.Command("cp", "-pR", filepath.Join(template, "pg"), opts.Dir).Run())
	}
	require.NoError(t, os.Remove(filepath.Join(opts.Dir, "port"))) // one of its own
}

// run starts a server that ends with the test.
func run(t *testing.T, opts Options) *Server {
	t.Helper()
	s, err := Start(t.Context(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Stop(context.Background()) })
	return s
}

func stop(t *testing.T, s *Server) {
	t.Helper()
	require.NoError(t, s.Stop(t.Context()))
}

// query returns the values of a query's rows, as psql -At has them.
func query(t *testing.T, url, sql string) string {
	t.Helper()
	conn, err := pgconn.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(context.Background()) //nolint:errcheck // it was asked all there was to ask
	results, err := conn.Exec(t.Context(), sql).ReadAll()
	require.NoError(t, err)
	var lines []string
	for _, row := range results[len(results)-1].Rows {
		var values []string
		for _, value := range row {
			values = append(values, string(value))
		}
		lines = append(lines, strings.Join(values, "|"))
	}
	return strings.Join(lines, "\n")
}

// processes returns those that have a text in their arguments, zombies left out.
func processes(t *testing.T, text string) (list []string) {
	t.Helper()
	out, err := exec.Command("ps", "-A", "-ww", "-o", "pid=,stat=,args=").Output()
	require.NoError(t, err)
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if strings.Contains(line, text) && fields[0] != strconv.Itoa(os.Getpid()) && !strings.HasPrefix(fields[1], "Z") {
			list = append(list, strings.TrimSpace(line))
		}
	}
	return list
}

// patience is how long what has to come may take, on a machine with other things to do.
const patience = 3 * time.Minute

// requireQuiet waits until no process is about a directory any more.
func requireQuiet(t *testing.T, dir string) {
	t.Helper()
	var left []string
	for deadline := time.Now().Add(patience); ; {
		if left = processes(t, dir); len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	require.Empty(t, left)
}

// fake makes a directory of programs that are shell scripts. It is not in memory, from where containers run nothing.
func fake(t *testing.T, initdb, postgres string) string {
	t.Helper()
	dir := publicDir(t, os.TempDir())
	for name, text := range map[string]string{"initdb": initdb, "postgres": postgres} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+text+"\n"), 0o755))
	}
	return dir
}

// root skips a test that is about root.
func root(t *testing.T) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root runs its servers as somebody else")
	}
}

func account(t *testing.T) supervise.Account {
	t.Helper()
	who, err := supervise.Unprivileged()
	require.NoError(t, err)
	return who
}

func kill(pid int) error { return syscall.Kill(pid, syscall.SIGKILL) }
