package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/electric-cli/electric/internal/freeport"
)

// A server is the sync server as a process.
type server struct {
	cmd     *exec.Cmd
	address string // host:port
	dir     string
}

// serve starts a sync server for a database, in a folder of its own.
func (m *machine) serve(ctx context.Context, database string, env ...string) (*server, error) {
	m.next++
	s := &server{dir: filepath.Join(m.dir, strconv.Itoa(m.next))}
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return nil, err
	}
	port, err := freeport.Find()
	if err != nil {
		return nil, err
	}
	s.cmd = exec.CommandContext(ctx, m.electric, "daemon", "--port", strconv.Itoa(port))
	s.cmd.Dir = s.dir
	s.cmd.Env = append(os.Environ(), "DATABASE_URL="+database, "ELECTRIC_INSECURE=true", "ELECTRIC_LOG_LEVEL=warning",
		"XDG_CONFIG_HOME="+m.dir, "HOME="+m.dir)
	s.cmd.Env = append(s.cmd.Env, env...)
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(syscall.SIGTERM) }
	stderr, err := s.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	said := bufio.NewScanner(stderr)
	for s.address == "" && said.Scan() {
		if _, url, ok := strings.Cut(said.Text(), "listens on http://"); ok {
			s.address = strings.Replace(url, "localhost", "127.0.0.1", 1)
		} else {
			fmt.Fprintln(os.Stderr, said.Text())
		}
	}
	if s.address == "" {
		return nil, errors.Join(errors.New("the sync server did not start"), s.cmd.Wait())
	}
	go func() {
		for said.Scan() {
			fmt.Fprintln(os.Stderr, "electric:", said.Text())
		}
	}()
	return s, s.ready(ctx)
}

// ready waits until the server has a stream of changes.
func (s *server) ready(ctx context.Context) error {
	for {
		answer, err := http.Get("http://" + s.address + "/v1/health")
		if err == nil {
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// stop ends the server.
func (s *server) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	_ = s.cmd.Wait()
	_ = os.RemoveAll(s.dir)
}
