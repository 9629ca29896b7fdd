//go:build unix

package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A shadowRun is a compile that asks a private Postgres and never ends by itself.
type shadowRun struct {
	*workspace
	tmp string // where private servers are made
	cmd *exec.Cmd
	out strings.Builder
}

const endless = "DO $$ BEGIN IF random() >= 0 THEN PERFORM pg_sleep(600); CREATE TABLE a (id int); END IF; END $$;"

func startShadow(t *testing.T) *shadowRun {
	r := &shadowRun{workspace: newWorkspace(t, map[string]string{"schema/1_a.sql": endless})}
	var err error
	r.tmp, err = os.MkdirTemp("", "shadow-killed-") // not the test's own, which others than root cannot enter
	require.NoError(t, err)
	require.NoError(t, os.Chmod(r.tmp, 0o711))
	t.Cleanup(func() { _ = os.RemoveAll(r.tmp) })
	r.cmd = r.command(&r.out, "migrate", "compile", "--shadow")
	r.cmd.Env = append(r.cmd.Env, "TMPDIR="+r.tmp)
	require.NoError(t, r.cmd.Start())
	t.Cleanup(func() {
		_ = r.cmd.Process.Kill()
		_ = r.cmd.Wait() // a second time it says so
	})
	return r
}

// server waits for the private server and gives its process.
func (r *shadowRun) server(t *testing.T) (pid int) {
	t.Helper()
	require.Eventually(t, func() bool {
		files, _ := filepath.Glob(filepath.Join(r.tmp, "*", "data", "postmaster.pid"))
		if len(files) == 0 {
			return false
		}
		text, err := os.ReadFile(files[0])
		if err != nil || !strings.Contains(string(text), "ready") {
			return false
		}
		first, _, _ := strings.Cut(string(text), "\n")
		pid, err = strconv.Atoi(first)
		return err == nil
	}, patience, 20*time.Millisecond)
	return pid
}

// TestShadowInterrupted leaves nothing, in whatever it is interrupted.
func TestShadowInterrupted(t *testing.T) {
	for _, when := range []string{"while a cluster is made", "while a statement runs"} {
		t.Run(when, func(t *testing.T) {
			r := startShadow(t)
			if when == "while a statement runs" {
				r.server(t)
			} else {
				require.Eventually(t, func() bool { // made in the one, and renamed to the other by now if this process had to wait
					begun, _ := filepath.Glob(filepath.Join(r.tmp, "*", "new-*"))
					made, _ := filepath.Glob(filepath.Join(r.tmp, "*", "data"))
					return len(begun)+len(made) > 0
				}, patience, time.Millisecond)
			}
			require.NoError(t, r.cmd.Process.Signal(syscall.SIGINT))
			_ = r.cmd.Wait()
			require.Equal(t, exitOutside, r.cmd.ProcessState.ExitCode(), r.out.String())
			require.Contains(t, r.out.String(), "interrupted")
			left, err := os.ReadDir(r.tmp)
			require.NoError(t, err)
			require.Empty(t, left)
		})
	}
}

// TestShadowKilled leaves no process; the files go with the next run that finds
// them old enough to be nobody's.
func TestShadowKilled(t *testing.T) {
	r := startShadow(t)
	pid := r.server(t)
	require.NoError(t, r.cmd.Process.Kill())
	_ = r.cmd.Wait()
	require.Eventually(t, func() bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }, patience, 20*time.Millisecond)
	left, err := filepath.Glob(filepath.Join(r.tmp, "*"))
	require.NoError(t, err)
	require.Len(t, left, 1)

	long := time.Now().Add(-time.Hour)
	require.NoError(t, os.Chtimes(left[0], long, long))
	require.NoError(t, os.WriteFile(filepath.Join(r.dir, "schema/1_a.sql"), []byte(strings.Replace(endless, "600", "0", 1)), 0o644))
	var out strings.Builder
	next := r.command(&out, "migrate", "compile", "--shadow")
	next.Env = append(next.Env, "TMPDIR="+r.tmp)
	require.NoError(t, next.Run(), out.String())
	require.Contains(t, out.String(), "1 table, 1 column")
	entries, err := os.ReadDir(r.tmp)
	require.NoError(t, err)
	require.Empty(t, entries)
}
