// Command electric compiles plain SQL migrations into a bundle, with Postgres's
// own parser and an in-memory Postgres catalog, without a database.
//
// One file holds one command: its options, newXCmd, which only parses, and its
// run method, which only does. Streams, environment and clock come in through
// app, so that commands are tested without a process.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"golang.org/x/term"

	"github.com/electric-cli/electric/diag"
)

// Exit statuses, the same for every command.
const (
	exitOK      = 0 // fine
	exitInput   = 1 // the input is wrong, stale or incompatible
	exitMisuse  = 2 // misuse of the command line
	exitOutside = 3 // the outside world failed
)

// gcPercent lets the heap grow well before memory is collected: a compile is
// over sooner than that pays. Above memoryLimit bytes, collecting pays again.
const (
	gcPercent   = 3000
	memoryLimit = 512 << 20
)

const exitHelp = `Exit status: 0 fine, 1 the input is wrong or stale, 2 misuse of the command
line, 3 the outside world failed.`

// An app is what a command gets from outside.
type app struct {
	in           io.Reader
	out, err     io.Writer
	getenv       func(string) string
	environ      func() []string
	setenv       func(name, value string) error
	now          func() time.Time
	terminal     func(io.Writer) bool // does it lead to a terminal?
	quiet, loud  bool
	colour       string // auto, always, never
	configPath   string
	reportFormat string

	seen  func([]diag.Diagnostic, diag.Texts) // is told what is reported; may be nil
	noted func(string)                        // is told every note; may be nil
}

// debug says whether to show where this program failed, if it did.
func (a *app) debug() bool { return a.loud || a.getenv("ELECTRIC_DEBUG") != "" }

func main() { os.Exit(start()) }

// start runs the process's command line.
func start() int {
	debug.SetGCPercent(gcPercent)
	debug.SetMemoryLimit(memoryLimit)
	ctx, stop := signal.NotifyContext(context.Background(), endings()...)
	context.AfterFunc(ctx, stop) // a second signal kills
	a := &app{
		in: os.Stdin, out: os.Stdout, err: os.Stderr, now: time.Now,
		getenv: os.Getenv, environ: os.Environ, setenv: os.Setenv,
		terminal: func(w io.Writer) bool {
			f, ok := w.(*os.File)
			return ok && term.IsTerminal(int(f.Fd()))
		},
	}
	return a.run(ctx, os.Args[1:])
}

// run executes a command line and gives its exit status.
func (a *app) run(ctx context.Context, args []string) int {
	root := newRootCmd(a)
	root.SetArgs(args)
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	cmd, err := root.ExecuteContextC(ctx)
	var told failure
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &told):
		if told.err != nil {
			fmt.Fprintf(a.err, "electric: %v\n", told.err)
		}
		return told.status
	}
	fmt.Fprintf(a.err, "electric: %v\nRun %s --help for how it is used.\n", err, cmd.CommandPath())
	return exitMisuse
}

// A failure ends a command with a status. Without an error, everything that is
// wrong was said already.
type failure struct {
	status int
	err    error
}

func (f failure) Error() string {
	if f.err == nil {
		return fmt.Sprintf("exit status %d", f.status)
	}
	return f.err.Error()
}

func (f failure) Unwrap() error { return f.err }

// endings are the signals that end a command in order: Ctrl-C, kill, and a terminal
// that is closed, unless nohup has it not matter.
func endings() []os.Signal {
	list := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		list = append(list, syscall.SIGHUP)
	}
	return list
}

// wrongInput ends a command whose diagnostics were shown.
func wrongInput() error { return failure{status: exitInput} }

// outside ends a command because the world failed.
func outside(err error) error { return failure{exitOutside, err} }

// misuse ends a command that was called in a wrong way.
func misuse(format string, args ...any) error {
	return failure{exitMisuse, fmt.Errorf(format, args...)}
}
