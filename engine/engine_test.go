//go:build unix

package engine

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/freeport"
	"github.com/electric-cli/electric/supervise"
)

const (
	databaseURL = "postgresql://postgres:p%40ss@localhost:5432/electric?sslmode=disable"
	apiSecret   = "a secret/word"
)

// patience is how long something may take that has to come, on a busy machine.
const patience = 3 * time.Minute

// play runs an engine until a state says that it is enough, and returns its lines and phases.
func play(t *testing.T, opts Options, enough func(supervise.State) bool) (lines []string, states []supervise.State, err error) {
	t.Helper()
	if opts.Settings == nil {
		opts.Settings = map[string]string{"DATABASE_URL": databaseURL, "ELECTRIC_SECRET": apiSecret, "ELECTRIC_MAX_SHAPES": "7"}
	}
	if opts.Port == 0 {
		opts.Port = freeport.For(t)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	opts.Output = func(line string) { lines = append(lines, line) }
	opts.OnState = func(s supervise.State) {
		states = append(states, s)
		if enough(s) {
			cancel()
		}
	}
	e, err := Find(ctx, opts)
	if err != nil {
		return nil, nil, err
	}
	err = e.Run(ctx)
	require.NotErrorIs(t, ctx.Err(), context.DeadlineExceeded)
	return lines, states, err
}

func isReady(s supervise.State) bool { return s.Phase == supervise.Ready }

func TestReleaseRunsUntilTheContextEnds(t *testing.T) {
	s := newStage(t, "")
	t.Setenv("ELECTRIC_MAX_SHAPES", "1")
	t.Setenv("ELECTRIC_CACHE_MAX_AGE", "1")
	t.Setenv("DATABASE_URL", "postgresql://elsewhere/db")
	port := freeport.For(t)
	_, states, err := play(t, Options{Bin: s.release, Port: port}, isReady)
	require.NoError(t, err)

	var reasons []string
	for _, state := range states {
		if state.Err != nil && state.Err.Error() != "Electric does not answer yet" {
			reasons = append(reasons, state.Err.Error())
		}
	}
	require.Equal(t, []string{"Electric is starting", "Electric waits for another Electric to let go of the database's replication slot"}, reasons)

	calls := s.records()
	require.Len(t, calls, 1)
	require.Equal(t, []string{"start"}, calls[0].Args)
	for name, want := range map[string]string{
		"DATABASE_URL": databaseURL, "ELECTRIC_SECRET": apiSecret, "ELECTRIC_MAX_SHAPES": "7", "ELECTRIC_PORT": strconv.Itoa(port),
		"RELEASE_DISTRIBUTION": "none", "ELECTRIC_LOG_COLORS": "false", "PATH": os.Getenv("PATH"),
	} {
		require.Equal(t, want, calls[0].Env[name], name)
	}
	require.NotContains(t, calls[0].Env, "ELECTRIC_CACHE_MAX_AGE") // not one of the settings
	require.False(t, runs(calls[0].PID))
}

func TestReleaseIsFound(t *testing.T) {
	s := newStage(t, "")
	for _, bin := range []string{s.release, filepath.Join(s.release, "bin", "electric"), s.release + "/"} {
		e, err := Find(t.Context(), Options{Bin: bin, Port: 3000})
		require.NoError(t, err)
		require.Equal(t, "Electric's release "+filepath.Join(s.release, "bin", "electric"), e.String())
		require.Equal(t, "http://127.0.0.1:3000", e.URL())
	}
	for bin, want := range map[string]string{
		s.folder:                           "ELECTRIC_BIN: there is no bin/electric in " + s.folder + ", so it is not a release of Electric",
		filepath.Join(s.folder, "nothing"): "no such file or directory",
		os.Args[0]:                         "is this very program, not a release of Electric",
	} {
		_, err := Find(t.Context(), Options{Bin: bin, Port: 3000})
		require.ErrorContains(t, err, want)
	}
	entrypoint := filepath.Join(s.release, "bin", "entrypoint")
	require.NoError(t, os.Rename(filepath.Join(s.release, "bin", "electric"), entrypoint))
	e, err := Find(t.Context(), Options{Bin: s.release, Port: 3000})
	require.NoError(t, err)
	require.Equal(t, "Electric's release "+entrypoint, e.String())
}

func TestSecretsAreNotShown(t *testing.T) {
	s := newStage(t, "")
	lines, _, err := play(t, Options{Bin: s.release}, isReady)
	require.NoError(t, err)
	require.Equal(t, "connecting to postgresql://postgres:***@localhost:5432/electric?sslmode=disable with ***", lines[0])

	s = newStage(t, "refuse")
	lines, _, err = play(t, Options{Bin: s.release, Backoff: supervise.Backoff{First: time.Millisecond, Tries: 2}}, isReady)
	require.EqualError(t, err, "electric ended 2 times in a row before it was ready (exit status 1); its last words:\n"+
		"connecting to postgresql://postgres:***@localhost:5432/electric?sslmode=disable with ***\n"+
		"** (RuntimeError) cannot parse postgresql://postgres:***@localhost:5432/electric?sslmode=disable")
	require.Len(t, lines, 4)
}

func TestElectricIsStartedAgainAfterACrash(t *testing.T) {
	s := newStage(t, "crash")
	ready := 0
	_, states, err := play(t, Options{Bin: s.release, Backoff: supervise.Backoff{First: time.Millisecond}}, func(state supervise.State) bool {
		if isReady(state) {
			ready++
			if ready == 1 { // not before: else it would be one that never got going
				require.NoError(t, os.WriteFile(filepath.Join(s.folder, crash), nil, 0o600))
			}
		}
		return ready == 2
	})
	require.NoError(t, err)
	require.True(t, slices.ContainsFunc(states, func(s supervise.State) bool {
		return s.Phase == supervise.Waiting && strings.HasPrefix(s.Err.Error(), "electric ended (exit status 2)")
	}))
	calls := s.records()
	require.Len(t, calls, 2)
	require.False(t, runs(calls[0].PID) || runs(calls[1].PID))
}

func TestElectricEndsWithAParentThatIsKilled(t *testing.T) {
	s := newStage(t, "")
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), role+"=parent", "PARENT_PORT="+strconv.Itoa(freeport.For(t)))
	output, err := parent.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, parent.Start())
	lines := bufio.NewScanner(output)
	require.True(t, lines.Scan())
	require.NoError(t, parent.Process.Kill())
	pid := s.records()[0].PID
	require.Equal(t, fmt.Sprintf("ready %d", pid), lines.Text())
	require.Eventually(t, func() bool { return !runs(pid) }, patience, 10*time.Millisecond)
	_ = parent.Wait()
}

func TestTakenPortIsNoElectric(t *testing.T) {
	s := newStage(t, "")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	_, _, err = play(t, Options{Bin: s.release, Port: port}, isReady)
	require.ErrorContains(t, err, fmt.Sprintf("Electric's port %d is taken", port))
	require.Empty(t, s.records())
}

func TestOptionsAreChecked(t *testing.T) {
	for _, opts := range []Options{{Port: 0}, {Port: 65536}, {Port: 1, Settings: map[string]string{"A=B": ""}}, {Port: 1, Settings: map[string]string{"": ""}}} {
		_, err := Find(t.Context(), opts)
		require.Error(t, err)
	}
}

func TestHealthOfAStranger(t *testing.T) {
	stranger := httptest.NewServer(http.NotFoundHandler())
	defer stranger.Close()
	require.EqualError(t, health(stranger.URL)(t.Context()), "Electric's health is unknown: 404 Not Found")
	nobody := fmt.Sprintf("http://127.0.0.1:%d", freeport.For(t))
	require.EqualError(t, health(nobody)(t.Context()), "Electric does not answer yet")
}
