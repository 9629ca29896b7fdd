package supervise

import (
	"context"
	"fmt"
	"path/filepath"
	"time"
)

// Options say what [Run] keeps running, and how.
type Options struct {
	// Command is the program. Its Output is not used: see Output below.
	Command Command
	// Output gets what the program writes, line by line; nil for nobody. See [Lines].
	Output func(line string)
	// Redact changes lines before anybody sees them, error messages included; nil leaves them as they are.
	Redact func(line string) string
	// Ready says why the program is not ready yet, nil when it is; nil for a program that is ready at once, but
	// counts as one that was only when it was healthy. It is asked every 100 ms until it has said nil once.
	Ready func(ctx context.Context) error
	// OnState is told what happens, in order, by one goroutine; nil for nobody.
	OnState func(State)
	// Backoff says how long to wait before the program is started again.
	Backoff Backoff
}

// A Backoff says when a program that ended by itself is started again. Zero fields have the values named.
type Backoff struct {
	First   time.Duration // pause after the first end, doubled after each further one: 500 ms
	Max     time.Duration // longest pause: 30 s
	Healthy time.Duration // a program that was ready for so long is as good as new: 30 s
	Tries   int           // ends in a row, none after it was ready, at which Run gives up: 5. See Options.Ready
}

func (b Backoff) withDefaults() Backoff {
	if b.First == 0 {
		b.First = 500 * time.Millisecond
	}
	if b.Max == 0 {
		b.Max = 30 * time.Second
	}
	if b.Healthy == 0 {
		b.Healthy = 30 * time.Second
	}
	if b.Tries == 0 {
		b.Tries = 5
	}
	return b
}

// pause is how long to wait after so many ends in a row, counted from 1.
func (b Backoff) pause(ends int) time.Duration {
	pause := b.First
	for ; ends > 1 && pause < b.Max; ends-- {
		pause *= 2
	}
	return min(pause, b.Max)
}

// A Phase is where a supervised program stands.
type Phase string

// The phases, in the order of a life.
const (
	Starting Phase = "starting" // runs, but is not ready; State.Err says why, once that is known
	Ready    Phase = "ready"
	Waiting  Phase = "waiting" // ended by itself, as State.Err says; starts again after State.Pause
	Stopped  Phase = "stopped" // Run is about to return
)

// A State is a program's phase with what belongs to it.
type State struct {
	Phase Phase
	PID   int           // of Starting and Ready
	Err   error         // of Starting and Waiting
	Pause time.Duration // of Waiting
}

const (
	readyEvery   = 100 * time.Millisecond
	readyTimeout = 5 * time.Second // of one question
)

// Run keeps the program running until ctx ends; then it ends the program and returns nil. It returns an error when the
// program cannot be started, or ended Backoff.Tries times in a row without having been ready; the error quotes the last
// lines of its output.
func Run(ctx context.Context, opts Options) error {
	s := &supervisor{Options: opts, backoff: opts.Backoff.withDefaults()}
	defer s.tell(State{Phase: Stopped})
	ends, tries := 0, 0 // in a row
	for ctx.Err() == nil {
		life, err := s.live(ctx)
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			break
		}
		if life.ready {
			tries = 0
		}
		if life.healthy {
			ends = 0
		}
		ends++
		tries++
		if tries >= s.backoff.Tries && !life.ready {
			return s.gaveUp(tries, life)
		}
		pause := s.backoff.pause(ends)
		s.tell(State{Phase: Waiting, Err: s.ended(life), Pause: pause})
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
	return nil
}

// A supervisor is Run's state.
type supervisor struct {
	Options
	backoff Backoff
}

// A life is one run of the program, after its end.
type life struct {
	ready   bool  // once
	healthy bool  // for long enough
	exit    error // as Process.Err
	tail    string
}

// how is how the life ended, in few words.
func (l life) how() string {
	if l.exit == nil {
		return "exit status 0"
	}
	return l.exit.Error()
}

// ended says that a life ended which may have been a good one.
func (s *supervisor) ended(l life) error {
	if l.tail == "" {
		return fmt.Errorf("%s ended (%s)", s.name(), l.how())
	}
	return fmt.Errorf("%s ended (%s); its last words:\n%s", s.name(), l.how(), l.tail)
}

// gaveUp says that it was the last try.
func (s *supervisor) gaveUp(tries int, l life) error {
	times := "before it was ready"
	if tries > 1 {
		times = fmt.Sprintf("%d times in a row before it was ready", tries)
	}
	if l.tail == "" {
		return fmt.Errorf("%s ended %s (%s), without a word", s.name(), times, l.how())
	}
	return fmt.Errorf("%s ended %s (%s); its last words:\n%s", s.name(), times, l.how(), l.tail)
}

func (s *supervisor) name() string { return filepath.Base(s.Command.Path) }

func (s *supervisor) tell(state State) {
	if s.OnState != nil {
		s.OnState(state)
	}
}

// live runs the program once, until it ends or ctx does. Its error is one of starting.
func (s *supervisor) live(ctx context.Context) (life, error) {
	lines := &Lines{To: s.Output, Edit: s.Redact}
	command := s.Command
	command.Output = lines
	process, err := Start(command)
	if err != nil {
		return life{}, err
	}
	s.tell(State{Phase: Starting, PID: process.PID()})

	var l life
	if s.awaitReady(ctx, process) {
		since := time.Now()
		s.tell(State{Phase: Ready, PID: process.PID()})
		select {
		case <-ctx.Done():
		case <-process.Ended():
		}
		l.healthy = time.Since(since) >= s.backoff.Healthy
		l.ready = l.healthy || s.Ready != nil
	}
	if ctx.Err() != nil {
		process.Stop(context.WithoutCancel(ctx))
	}
	<-process.Ended()
	lines.Flush()
	l.exit, l.tail = process.Err(), lines.Tail()
	return l, nil
}

// awaitReady asks until the program is ready, and says false when it or ctx ended before.
func (s *supervisor) awaitReady(ctx context.Context, process *Process) bool {
	if s.Ready == nil {
		return true
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-process.Ended():
			cancel() // a question that nobody will answer
		case <-ctx.Done():
		}
	}()
	told := ""
	for {
		err := s.ask(ctx)
		switch {
		case ctx.Err() != nil:
			return false
		case err == nil:
			return true
		case err.Error() != told:
			told = err.Error()
			s.tell(State{Phase: Starting, PID: process.PID(), Err: err})
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(readyEvery):
		}
	}
}

func (s *supervisor) ask(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	return s.Ready(ctx)
}
