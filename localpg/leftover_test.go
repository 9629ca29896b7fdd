//go:build unix

package localpg

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// electric starts another process that runs a server, and returns it with its lines.
func electric(t *testing.T, opts Options) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), parent+"="+opts.Dir)
	output, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _, _ = cmd.Process.Kill(), cmd.Wait() })
	return cmd, bufio.NewScanner(output)
}

// awaitReady reads the other process's lines until its server is ready.
func awaitReady(t *testing.T, lines *bufio.Scanner) (url string) {
	t.Helper()
	for lines.Scan() {
		if fields := strings.Fields(lines.Text()); fields[0] == "ready" {
			return fields[2]
		}
	}
	require.Fail(t, "the server was never ready")
	return ""
}

func TestServerEndsWithAParentThatIsKilled(t *testing.T) {
	opts := made(t)
	parent, lines := electric(t, opts)
	url := awaitReady(t, lines)
	query(t, url, "CREATE TABLE songs (id int PRIMARY KEY); INSERT INTO songs VALUES (7)")

	_, err := Start(t.Context(), opts)
	var busy *BusyError
	require.ErrorAs(t, err, &busy)
	require.Equal(t, parent.Process.Pid, busy.PID)

	require.NoError(t, parent.Process.Kill())
	killed := time.Now()
	requireQuiet(t, opts.Dir)
	t.Logf("ended %s after its parent", time.Since(killed).Round(10*time.Millisecond))

	s := run(t, opts)
	require.Equal(t, url, s.URL())
	require.Equal(t, "7", query(t, s.URL(), "SELECT id FROM songs"))
}

// Even with a subscriber, whom a fast shutdown waits for.
func TestNextStartWaitsForAServerThatIsAboutToEnd(t *testing.T) {
	opts := made(t)
	parent, lines := electric(t, opts)
	url := awaitReady(t, lines)
	subscriber := subscribe(t, url)
	defer subscriber.Close(context.Background()) //nolint:errcheck // the server is gone

	require.NoError(t, parent.Process.Kill())
	_ = parent.Wait()
	var told []string
	opts.Progress = func(message string) { told = append(told, message) }
	began := time.Now()
	s := run(t, opts)
	t.Logf("ready %s after its parent was killed", time.Since(began).Round(10*time.Millisecond))
	require.Len(t, told, 1)
	require.Contains(t, told[0], "waiting for PostgreSQL, process ")
	require.Equal(t, url, s.URL())
}

// A parent may be killed at any instant of a first run: nothing stays, and the next run is a first one or a good one.
func TestParentKilledWhileItStartsTheServer(t *testing.T) {
	opts := empty(t)
	for i := range 8 {
		parent, _ := electric(t, opts)
		time.Sleep(time.Duration(i*i) * 30 * time.Millisecond) // up to 1.5 s
		require.NoError(t, parent.Process.Kill())
		_ = parent.Wait()
		requireQuiet(t, opts.Dir)
	}
	s := run(t, opts)
	require.Equal(t, "electric", query(t, s.URL(), "SELECT current_database()"))
	left, err := filepath.Glob(filepath.Join(opts.Dir, unfinished+"*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

// After kill -9 of everything, or a reboot, postmaster.pid stays, and its number may be anybody's.
func TestStalePostmasterFileIsNoServer(t *testing.T) {
	opts := made(t)
	s := run(t, opts)
	pidFile := filepath.Join(opts.Dir, "data", "postmaster.pid")
	text, err := os.ReadFile(pidFile)
	require.NoError(t, err)
	require.NoError(t, kill(s.PID()))
	<-s.Ended()
	require.FileExists(t, pidFile)
	s = run(t, opts) // the process is gone
	stop(t, s)

	someone := account(t).Command("sleep", "1000") // of the server's user, as PostgreSQL itself would not forgive
	require.NoError(t, someone.Start())
	t.Cleanup(func() { _, _ = someone.Process.Kill(), someone.Wait() })
	_, rest, _ := strings.Cut(string(text), "\n")
	require.NoError(t, os.WriteFile(pidFile, fmt.Appendf(nil, "%d\n%s", someone.Process.Pid, rest), 0o600))
	require.NoError(t, account(t).Own(pidFile))
	s = run(t, opts)
	require.Equal(t, "1", query(t, s.URL(), "SELECT 1"))
}

// A server that somebody started by hand is not ours to stop.
func TestServerStartedByHandIsNamed(t *testing.T) {
	opts := made(t)
	bin, err := Binaries()
	require.NoError(t, err)
	port, _, err := (&home{dir: filepath.Join(opts.Dir, "other")}).choosePort()
	require.NoError(t, err)
	byHand := account(t).Command(filepath.Join(bin, "postgres"), "-D", filepath.Join(opts.Dir, "data"),
		"-c", "listen_addresses=127.0.0.1", "-c", fmt.Sprintf("port=%d", port), "-c", "unix_socket_directories=")
	byHand.Dir = "/"
	require.NoError(t, byHand.Start())
	defer byHand.Wait()                          //nolint:errcheck // it is ended
	defer byHand.Process.Signal(syscall.SIGQUIT) //nolint:errcheck // it is there
	require.Eventually(t, func() bool { return postmaster(filepath.Join(opts.Dir, "data")) != 0 }, patience, 10*time.Millisecond)

	want := fmt.Sprintf("process %d, runs on %s", byHand.Process.Pid, filepath.Join(opts.Dir, "data"))
	_, err = Start(t.Context(), opts)
	require.ErrorContains(t, err, want)
	require.ErrorContains(t, err, fmt.Sprintf("kill -INT %d", byHand.Process.Pid))
	require.ErrorContains(t, reset(opts), want)
}

func TestStartIsGivenUpWithItsContext(t *testing.T) {
	for within, opts := range map[time.Duration]Options{ // which is less than the fastest machine needs
		30 * time.Millisecond: empty(t),
		5 * time.Millisecond:  made(t),
	} {
		ctx, cancel := context.WithTimeout(t.Context(), within)
		defer cancel()
		_, err := Start(ctx, opts)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.False(t, errors.As(err, new(*BusyError)))
		require.Empty(t, processes(t, opts.Dir))
		stop(t, run(t, opts))
	}
}

// A server that has begun to end is waited for longer than one that may be anybody's.
func TestStopping(t *testing.T) {
	opts := made(t)
	s := run(t, opts)
	data := filepath.Join(opts.Dir, "data")
	require.Equal(t, isReady, state(data))
	conn := subscribe(t, s.URL())          // for it a fast shutdown waits
	defer conn.Close(context.Background()) //nolint:errcheck // the server is gone
	require.NoError(t, syscall.Kill(s.PID(), syscall.SIGINT))
	require.Eventually(t, func() bool { return state(data) == isStopping }, patience, 10*time.Millisecond)
	require.NoError(t, syscall.Kill(s.PID(), syscall.SIGQUIT))
	<-s.Ended()
	require.Empty(t, state(data))
}
