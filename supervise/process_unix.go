//go:build unix

package supervise

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// shell runs the two scripts below; they keep to what every sh has, and sleep to fractions of a second.
const shell = "/bin/sh"

// gate is a script that becomes the program when it reads a line, and ends when there is none to come. Arguments: the
// program, its arguments.
const gate = `read -r go || exit 1
exec "$@" </dev/null`

// watch is a script that waits for its standard input to end, which is when this process does or asks for it; then it
// ends a process group and runs a command. Arguments: the group, pairs of a signal and of ticks to wait for, "run", the
// command if there is one. A group of which only zombies are left has ended: that is for whoever adopted them. Where
// there is no /proc, grep says 2 and kill has the word alone.
const watch = `trap '' HUP INT QUIT TERM
while read -r nothing; do :; done
group=$1
shift
alive() {
	kill -s 0 -- "-$group" 2>/dev/null || return 1
	grep -qsE "\) [^ZX] [0-9]+ $group " /proc/[0-9]*/stat
	[ "$?" -ne 1 ]
}
while [ "$1" != run ]; do
	left=$2
	kill -s "$1" -- "-$group" 2>/dev/null
	while [ "$left" -gt 0 ] && alive; do
		sleep ` + tickSeconds + `
		left=$((left - 1))
	done
	shift 2
done
shift
[ "$#" -eq 0 ] || exec "$@"`

const (
	tick        = 50 * time.Millisecond
	tickSeconds = "0.05"
)

func start(c Command) (*Process, error) {
	path, err := exec.LookPath(c.Path)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", filepath.Base(c.Path), err)
	}
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	cmd := c.Account.Command(shell, append([]string{"-c", gate, filepath.Base(path), path}, c.Args...)...)
	cmd.Env, cmd.Dir = c.Env, c.Dir
	cmd.Stdout, cmd.Stderr = c.Output, c.Output
	cmd.WaitDelay = lateOutput
	open, err := startOnPipe(cmd)
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", filepath.Base(path), err)
	}
	pid := cmd.Process.Pid

	watcher := c.Account.Command(shell, append([]string{"-c", watch, "electric-watch"}, c.watchArgs(pid)...)...)
	watcher.Dir = "/"
	hold, err := startOnPipe(watcher)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("watch %s: %w", filepath.Base(path), err), open.Close(), ignoreExit(cmd.Wait()))
	}
	p := &Process{pid: pid, grace: c.grace(), ended: make(chan struct{})}
	p.cut = closeOnce(hold)
	p.kill = func() {
		_ = syscall.Kill(-pid, syscall.SIGKILL)
		time.AfterFunc(p.grace, func() { _ = watcher.Process.Kill() })
	}
	// The watcher is there: the program may begin. A gate that was killed in this instant is told by Wait.
	_, _ = io.WriteString(open, "go\n")
	_ = open.Close()
	go p.wait(cmd, watcher)
	return p, nil
}

// wait waits for the program, then for the watcher to end what is left of its group.
func (p *Process) wait(cmd, watcher *exec.Cmd) {
	if p.err = cmd.Wait(); errors.Is(p.err, exec.ErrWaitDelay) {
		p.err = nil
	}
	p.cut()
	limit := time.AfterFunc(2*p.grace, func() { _ = watcher.Process.Kill() })
	_ = watcher.Wait() // how it ends is of no interest: what it does is seen
	limit.Stop()
	close(p.ended)
}

// watchArgs are the arguments of watch.
func (c *Command) watchArgs(group int) []string {
	args := []string{strconv.Itoa(group)}
	for _, step := range append(c.end()[:len(c.end()):len(c.end())], Step{"KILL", time.Second}) {
		args = append(args, step.Signal, strconv.Itoa(int((step.Wait+tick-1)/tick)))
	}
	return append(append(args, "run"), c.After...)
}

// startOnPipe starts a command in a process group of its own, out of reach of the terminal's Ctrl-C, and returns the
// writing end of its standard input.
func startOnPipe(cmd *exec.Cmd) (*os.File, error) {
	input, hold, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer input.Close()
	cmd.Stdin = input
	cmd.SysProcAttr.Setpgid = true
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, hold.Close())
	}
	return hold, nil
}

// ignoreExit drops what an exit status says.
func ignoreExit(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil
	}
	return err
}
