//go:build unix

package supervise_test

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/supervise"
)

func TestProgramEndsByItself(t *testing.T) {
	for _, c := range []struct {
		script, output, err string
	}{
		{`echo out; echo err >&2`, "out\nerr\n", ""},
		{`exit 3`, "", "exit status 3"},
		{`kill -KILL $$`, "", "signal: killed"},
		{`echo "$NAME in $PWD: $1"`, "value in /: a b\n", ""},
		{`cat; echo standard input is empty`, "standard input is empty\n", ""},
	} {
		var output strings.Builder
		p, err := supervise.Start(supervise.Command{
			Path: "sh", Args: []string{"-c", c.script, "sh", "a b"}, Env: append(os.Environ(), "NAME=value"), Dir: "/", Output: &output,
		})
		require.NoError(t, err)
		<-p.Ended()
		require.Equal(t, c.output, output.String())
		if c.err == "" {
			require.NoError(t, p.Err())
		} else {
			require.EqualError(t, p.Err(), c.err)
		}
		p.Stop(t.Context()) // changes nothing
	}
}

func TestProgramIsNotThere(t *testing.T) {
	_, err := supervise.Start(supervise.Command{Path: filepath.Join(t.TempDir(), "electric")})
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = supervise.Start(supervise.Command{Path: "electric-that-is-nowhere"})
	require.ErrorIs(t, err, exec.ErrNotFound)
	_, err = supervise.Start(supervise.Command{Path: "sh", Dir: filepath.Join(t.TempDir(), "nowhere")})
	require.ErrorIs(t, err, os.ErrNotExist)
}

// start starts a role and returns the ids of its processes.
func start(t *testing.T, name string, count int, c supervise.Command) (*supervise.Process, []int) {
	t.Helper()
	output, input := io.Pipe()
	c.Path, c.Env, c.Output = os.Args[0], environ(name), input
	p, err := supervise.Start(c)
	require.NoError(t, err)
	return p, readPIDs(t, bufio.NewScanner(output), count)
}

func TestStopEndsTheWholeGroup(t *testing.T) {
	p, pids := start(t, "family", 2, supervise.Command{})
	require.Equal(t, pids[0], p.PID())
	require.NoError(t, p.Err())
	began := time.Now()
	p.Stop(t.Context())
	require.EqualError(t, p.Err(), "signal: terminated")
	requireGone(t, time.Millisecond, pids...)
	require.Less(t, time.Since(began), patience)
}

func TestStopKillsWhoDoesNotListen(t *testing.T) {
	p, pids := start(t, "stubborn", 1, supervise.Command{End: []supervise.Step{{Signal: "TERM", Wait: 200 * time.Millisecond}}})
	p.Stop(t.Context())
	require.EqualError(t, p.Err(), "signal: killed")
	requireGone(t, time.Millisecond, pids...)

	p, pids = start(t, "stubborn", 1, supervise.Command{End: []supervise.Step{{Signal: "TERM", Wait: time.Hour}}})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	p.Stop(ctx)
	require.EqualError(t, p.Err(), "signal: killed")
	requireGone(t, time.Millisecond, pids...)
}

func TestStepsAreTakenInTurn(t *testing.T) {
	var output supervise.Lines
	p, err := supervise.Start(supervise.Command{
		Path:   "sh",
		Args:   []string{"-c", `trap 'echo INT' INT; trap 'echo QUIT; exit 7' QUIT; echo ready; while :; do sleep 0.02; done`},
		Output: &output,
		End:    []supervise.Step{{Signal: "INT", Wait: 200 * time.Millisecond}, {Signal: "QUIT", Wait: patience}},
	})
	require.NoError(t, err)
	require.Eventually(t, func() bool { return output.Tail() == "ready" }, patience, 10*time.Millisecond)
	p.Stop(t.Context())
	require.Regexp(t, `(?s)^ready\n.*INT\n.*QUIT$`, output.Tail()) // the shell has words for sleep's end, too
	require.EqualError(t, p.Err(), "exit status 7")
}

func TestWhatALeaderLeavesBehindEndsToo(t *testing.T) {
	var output supervise.Lines
	p, err := supervise.Start(supervise.Command{Path: "sh", Args: []string{"-c", `sleep 1000 & echo pid $!`}, Output: &output})
	require.NoError(t, err)
	<-p.Ended()
	pids := readPIDs(t, bufio.NewScanner(strings.NewReader(output.Tail())), 1)
	requireGone(t, patience, pids...)
}

func TestAfterRunsWhenTheProgramHasEnded(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a directory")
	require.NoError(t, os.Mkdir(dir, 0o700))
	p, err := supervise.Start(supervise.Command{Path: "sleep", Args: []string{"1000"}, After: []string{"rm", "-rf", dir}})
	require.NoError(t, err)
	require.DirExists(t, dir)
	p.Stop(t.Context())
	require.NoDirExists(t, dir)
}

func TestProgramEndsWithAParentThatIsKilled(t *testing.T) {
	for _, name := range []string{"family", "stubborn"} {
		after := filepath.Join(t.TempDir(), "after")
		parent := playing("parent", name, after)
		output, err := parent.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, parent.Start())
		pids := readPIDs(t, bufio.NewScanner(output), map[string]int{"family": 2, "stubborn": 1}[name])
		require.NoError(t, parent.Process.Kill())
		killed := time.Now()
		requireGone(t, patience, pids...)
		t.Logf("%s ended %s after its parent", name, time.Since(killed).Round(10*time.Millisecond))
		require.Eventually(t, func() bool { _, err := os.Stat(after); return err == nil }, patience, 10*time.Millisecond)
		_ = parent.Wait()
	}
}

// A parent may be killed at any instant; here it is while it starts its program.
func TestParentKilledWhileItStartsTheProgram(t *testing.T) {
	for i := range 20 {
		parent := playing("parent", "sleeper")
		output, err := parent.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, parent.Start())
		time.Sleep(time.Duration(i) * time.Millisecond)
		require.NoError(t, parent.Process.Kill())
		// Every process that is left holds the pipe open.
		ended := make(chan struct{})
		go func() {
			_, _ = io.Copy(io.Discard, output)
			close(ended)
		}()
		select {
		case <-ended:
		case <-time.After(patience):
			require.Fail(t, "a process is left", "killed after %d ms", i)
		}
		_ = parent.Wait()
	}
}
