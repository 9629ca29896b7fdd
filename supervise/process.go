// Package supervise runs other programs for as long as this one lives, and no longer.
//
// [Start] runs a program once. Whatever ends this process, kill -9 included, ends the program as well, with its whole
// process group: a watcher, which is a shell that reads a pipe only this process can write to, sees the pipe close. The
// program does not begin before its watcher is there, so that no instant is left in which it could be forgotten.
// [Run] keeps a program running: it starts it again when it ends by itself, with growing pauses, and gives up on one
// that never gets going.
//
// It imports nothing of ours.
package supervise

import (
	"context"
	"io"
	"sync"
	"time"
)

// A Command is a program to run.
type Command struct {
	Path string   // a file, or a name to look up in $PATH
	Args []string // without the program's own name
	Env  []string // "NAME=value"; nil for this process's
	Dir  string   // "" for this process's

	// Account is whom the program runs as; zero for the caller.
	Account Account
	// Output gets what the program writes to standard output and standard error; nil for nobody. An [os.File] is
	// handed to the program itself, anything else is written to by one goroutine, which stops at the first error.
	Output io.Writer
	// End is how the program is asked to end, one signal after the other; what is left after that is killed. Nil is
	// TERM and five seconds. Windows knows no signals: there the first wait counts, after a Ctrl-Break.
	End []Step
	// After is a command that the watcher runs when the program has ended, as the same account: rm -rf of its files.
	// On Windows it is not run when this process is killed.
	After []string
}

// A Step is one way to ask a program to end, and how long to wait for that.
type Step struct {
	Signal string // as kill -s has it: TERM; 0 only waits
	Wait   time.Duration
}

// defaultEnd ends a program that says nothing about it.
var defaultEnd = []Step{{"TERM", 5 * time.Second}}

func (c *Command) end() []Step {
	if c.End == nil {
		return defaultEnd
	}
	return c.End
}

// grace is how long the whole of the end may take, and a bit.
func (c *Command) grace() time.Duration {
	total := 2 * time.Second
	for _, step := range c.end() {
		total += step.Wait
	}
	return total
}

// A Process is a program that was started. It ends with this process.
type Process struct {
	pid   int
	cut   func() // asks for the end
	kill  func() // ends it now
	grace time.Duration
	ended chan struct{}
	err   error // set before ended is closed
}

// lateOutput is how long output may still come from what an ended program left running.
const lateOutput = 500 * time.Millisecond

// Start runs the command. An error means that nothing runs.
func Start(c Command) (*Process, error) { return start(c) }

// PID is the program's process id, and that of its process group.
func (p *Process) PID() int { return p.pid }

// Ended is closed when the program and its group have ended and Command.After was run.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// Err says how the program ended, as [exec.Cmd.Wait] does: nil for exit status 0. It is there once Ended is closed.
func (p *Process) Err() error {
	select {
	case <-p.ended:
		return p.err
	default:
		return nil
	}
}

// Stop asks the program to end and returns when it has. It kills what has not ended when Command.End is through, or
// when ctx ends.
func (p *Process) Stop(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, p.grace)
	defer cancel()
	p.cut()
	select {
	case <-p.ended:
	case <-ctx.Done():
		p.kill()
		<-p.ended
	}
}

// closeOnce returns a function that closes something the first time it is called.
func closeOnce(c io.Closer) func() {
	return sync.OnceFunc(func() { _ = c.Close() })
}
