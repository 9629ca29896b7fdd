// Package engine runs Electric itself: the release that ELECTRIC_BIN names, or else the Docker image. It is the engine to
// scale out with, beside the one that is built in.
//
// Both get the same settings, by Electric's own names, in their environment: nothing of them is on a command line, where
// other users of the machine could read it, and secrets are struck out of what Electric writes. The program is kept
// running, and ends with this process; so does its container.
//
// It imports supervise.
package engine

import (
	"context"
	"fmt"
	"net"
	"os"
	"regexp"
	"strconv"
	"time"

	"github.com/electric-cli/electric/supervise"
)

// Options say which Electric to run, and how.
type Options struct {
	// Bin is the release: its bin/electric, or the directory above that; "" for Docker.
	Bin string
	// Image is what Docker runs: "electricsql/electric:latest".
	Image string
	// Docker is the client: "docker".
	Docker string
	// Settings are Electric's variables by name, DATABASE_URL among them. Of this process's environment Electric gets
	// the rest, but no variables of its own. ELECTRIC_PORT is not one of them: see Port.
	Settings map[string]string
	// Port is where Electric listens for HTTP.
	Port int
	// Environ is the environment, as [os.Environ]'s; nil for that.
	Environ []string
	// Output gets what Electric writes, line by line, without secrets; nil for nobody.
	Output func(line string)
	// OnState is told what happens; nil for nobody. See [supervise.Options].
	OnState func(supervise.State)
	// Backoff says when Electric is started again.
	Backoff supervise.Backoff
	// Stop is how long Electric may take to end before it is killed: 10 s.
	Stop time.Duration
}

func (o Options) withDefaults() Options {
	if o.Image == "" {
		o.Image = "electricsql/electric:latest"
	}
	if o.Docker == "" {
		o.Docker = "docker"
	}
	if o.Environ == nil {
		o.Environ = os.Environ()
	}
	if o.Stop == 0 {
		o.Stop = 10 * time.Second
	}
	return o
}

// An Engine is an Electric that can be run.
type Engine struct {
	opts    Options
	name    string
	command supervise.Command
	redact  func(string) string
}

// Find returns the release or, without one, the Docker image. The error says what is wrong with it, or how to get one.
func Find(ctx context.Context, opts Options) (*Engine, error) {
	opts = opts.withDefaults()
	if err := opts.check(); err != nil {
		return nil, err
	}
	e := &Engine{opts: opts}
	var err error
	if opts.Bin != "" {
		err = e.useRelease()
	} else {
		err = e.useDocker(ctx)
	}
	if err != nil {
		return nil, err
	}
	e.command.End = []supervise.Step{{Signal: "TERM", Wait: opts.Stop}}
	e.redact = redactor(opts.Settings)
	return e, nil
}

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func (o Options) check() error {
	if o.Port < 1 || o.Port > 65535 {
		return fmt.Errorf("%d is no port for Electric", o.Port)
	}
	for name := range o.Settings {
		if !variableName.MatchString(name) {
			return fmt.Errorf("%q is not the name of a setting of Electric", name)
		}
	}
	return nil
}

// String says what is run: "Electric's release /opt/electric/bin/electric".
func (e *Engine) String() string { return e.name }

// URL is that of Electric's API.
func (e *Engine) URL() string {
	return "http://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(e.opts.Port))
}

// Run keeps Electric running until ctx ends, and then returns nil. It is ready when its health is active. See
// [supervise.Run] for when it gives up.
func (e *Engine) Run(ctx context.Context) error {
	if err := portIsFree(e.opts.Port); err != nil {
		return err
	}
	return supervise.Run(ctx, supervise.Options{
		Command: e.command, Output: e.opts.Output, Redact: e.redact, Ready: health(e.URL()),
		OnState: e.opts.OnState, Backoff: e.opts.Backoff,
	})
}

// portIsFree keeps another program on the port from being taken for a healthy Electric.
func portIsFree(port int) error {
	for _, host := range []string{"127.0.0.1", ""} {
		l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
		if err != nil {
			return fmt.Errorf("Electric's port %d is taken: stop what listens there, or choose another port: %w", port, err)
		}
		if err := l.Close(); err != nil {
			return err
		}
	}
	return nil
}
