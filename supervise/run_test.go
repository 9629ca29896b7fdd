//go:build unix

package supervise_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/supervise"
)

// A story is what Run told of a program that is a shell script.
type story struct {
	lines  []string
	states []supervise.State
}

func (s *story) phases() (list []supervise.Phase) {
	for _, state := range s.states {
		list = append(list, state.Phase)
	}
	return list
}

func (s *story) pauses() (list []time.Duration) {
	for _, state := range s.states {
		if state.Phase == supervise.Waiting {
			list = append(list, state.Pause)
		}
	}
	return list
}

// run runs a script under supervision until it ends or the function says so.
func run(t *testing.T, script string, opts supervise.Options, until func(*story) bool) (*story, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	s := &story{}
	opts.Command = supervise.Command{Path: "sh", Args: []string{"-c", script}, Env: append(os.Environ(), "PASSWORD=hunter2")}
	opts.Output = func(line string) { s.lines = append(s.lines, line) }
	opts.OnState = func(state supervise.State) {
		s.states = append(s.states, state)
		if until != nil && until(s) {
			cancel()
		}
	}
	err := supervise.Run(ctx, opts)
	require.NotErrorIs(t, context.Cause(ctx), context.DeadlineExceeded)
	return s, err
}

// fast is a back-off for tests.
var fast = supervise.Backoff{First: 10 * time.Millisecond, Max: 40 * time.Millisecond, Tries: 5}

func TestRunStopsWithItsContext(t *testing.T) {
	s, err := run(t, `echo hello; sleep 1000`, supervise.Options{}, func(s *story) bool {
		return s.states[len(s.states)-1].Phase == supervise.Ready
	})
	require.NoError(t, err)
	require.Equal(t, []supervise.Phase{supervise.Starting, supervise.Ready, supervise.Stopped}, s.phases())
	requireGone(t, time.Millisecond, s.states[0].PID)
}

func TestRunGivesUpOnAProgramThatEndsAtOnce(t *testing.T) {
	script := `echo "password is $PASSWORD"; echo "no database" >&2; exit 4`
	redact := func(line string) string { return strings.ReplaceAll(line, "hunter2", "***") }
	s, err := run(t, script, supervise.Options{Backoff: fast, Redact: redact}, nil)
	require.EqualError(t, err,
		"sh ended 5 times in a row before it was ready (exit status 4); its last words:\npassword is ***\nno database")
	require.Equal(t, []time.Duration{10 * time.Millisecond, 20 * time.Millisecond, 40 * time.Millisecond, 40 * time.Millisecond}, s.pauses())
	require.Equal(t, supervise.Stopped, s.states[len(s.states)-1].Phase)
	require.Len(t, s.lines, 10)
	require.NotContains(t, strings.Join(s.lines, "\n"), "hunter2")

	_, err = run(t, "exit 0", supervise.Options{Backoff: supervise.Backoff{Tries: 1}}, nil)
	require.EqualError(t, err, "sh ended before it was ready (exit status 0), without a word")
}

func TestRunDoesNotTryAProgramThatIsNotThere(t *testing.T) {
	err := supervise.Run(t.Context(), supervise.Options{Command: supervise.Command{Path: "electric-that-is-nowhere"}})
	require.ErrorContains(t, err, "start electric-that-is-nowhere")
}

// A program that was ready before it ended is started again for ever: there is something to it. Each step of its life waits
// until the one before was seen.
func TestRunStartsAProgramAgainThatWasReady(t *testing.T) {
	dir := t.TempDir()
	asked, flag, seen := filepath.Join(dir, "asked"), filepath.Join(dir, "ready"), filepath.Join(dir, "seen")
	ready := func(context.Context) error {
		_, err := os.Stat(flag)
		return errors.Join(err, os.WriteFile(asked, nil, 0o600))
	}
	script := `cd "` + dir + `"
until [ -e asked ]; do sleep 0.01; done; touch ready
until [ -e seen ]; do sleep 0.01; done; rm asked ready seen; echo crash; exit 1`
	backoff := fast
	backoff.Tries = 2
	s, err := run(t, script, supervise.Options{Backoff: backoff, Ready: ready}, func(s *story) bool {
		if s.states[len(s.states)-1].Phase == supervise.Ready {
			require.NoError(t, os.WriteFile(seen, nil, 0o600))
		}
		return len(s.pauses()) == 3
	})
	require.NoError(t, err)
	once := []supervise.Phase{supervise.Starting, supervise.Starting, supervise.Ready, supervise.Waiting}
	require.Equal(t, slices.Concat(once, once, once, []supervise.Phase{supervise.Stopped}), s.phases())
	require.ErrorIs(t, s.states[1].Err, os.ErrNotExist) // why it is not ready
	require.EqualError(t, s.states[3].Err, "sh ended (exit status 1); its last words:\ncrash")
	require.Equal(t, []time.Duration{10 * time.Millisecond, 20 * time.Millisecond, 40 * time.Millisecond}, s.pauses())
}

// The program lives until its health has lasted, as the supervisor counts it: from before it tells that it is ready.
func TestBackoffBeginsAnewAfterAHealthyLife(t *testing.T) {
	end := filepath.Join(t.TempDir(), "end")
	backoff := supervise.Backoff{First: 10 * time.Millisecond, Max: time.Hour, Healthy: 50 * time.Millisecond, Tries: 2}
	script := `until [ -e "` + end + `" ]; do sleep 0.01; done; rm "` + end + `"`
	s, err := run(t, script, supervise.Options{Backoff: backoff}, func(s *story) bool {
		if s.states[len(s.states)-1].Phase == supervise.Ready {
			time.Sleep(backoff.Healthy)
			require.NoError(t, os.WriteFile(end, nil, 0o600))
		}
		return len(s.pauses()) == 4
	})
	require.NoError(t, err)
	require.Equal(t, slices.Repeat([]time.Duration{10 * time.Millisecond}, 4), s.pauses())
}

// What is not ready yet may be so for long; why is told once for each reason.
func TestRunWaitsUntilTheProgramIsReady(t *testing.T) {
	answers := []error{errors.New("connection refused"), errors.New("connection refused"), errors.New("starting"), nil}
	ready := func(context.Context) error {
		answer := answers[0]
		answers = answers[1:]
		return answer
	}
	s, err := run(t, "sleep 1000", supervise.Options{Ready: ready}, func(s *story) bool {
		return s.states[len(s.states)-1].Phase == supervise.Ready
	})
	require.NoError(t, err)
	pid := s.states[0].PID
	require.Equal(t, []supervise.State{
		{Phase: supervise.Starting, PID: pid},
		{Phase: supervise.Starting, PID: pid, Err: errors.New("connection refused")},
		{Phase: supervise.Starting, PID: pid, Err: errors.New("starting")},
		{Phase: supervise.Ready, PID: pid},
		{Phase: supervise.Stopped},
	}, s.states)
}

// A question about readiness ends with the program that it is about.
func TestReadyIsNotAskedOfAnEndedProgram(t *testing.T) {
	ready := func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	}
	began := time.Now()
	_, err := run(t, "exit 1", supervise.Options{Ready: ready, Backoff: supervise.Backoff{Tries: 1}}, nil)
	require.ErrorContains(t, err, "sh ended before it was ready")
	require.Less(t, time.Since(began), patience)
}
