//go:build unix

package consistency

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/electric-cli/electric/internal/freeport"
	"github.com/electric-cli/electric/listen"
	"github.com/electric-cli/electric/shape"
	"github.com/electric-cli/electric/shape/api"
)

// A server is the sync server under test, on one port for as long as the test
// lasts.
type server interface {
	start(t *testing.T)
	stop(t *testing.T) // it ends as it does on Ctrl-C
	kill(t *testing.T) // kill -9
}

// Settings that make much happen in a short while.
const (
	chunkBytes = 20_000
	longPoll   = 4 * time.Second
	poolSize   = 8
)

// within is the server in this process, so that the race detector sees it.
type within struct {
	url, address, dir string
	queries           string // another URL for queries, "" for the same
	log               *slog.Logger
	cancel            context.CancelFunc
	ended             chan error
}

func (s *within) start(t *testing.T) {
	engine, err := shape.New(shape.Options{URL: s.url, PooledURL: s.queries, Dir: s.dir, Chunk: chunkBytes, PoolSize: poolSize, Log: s.log})
	require.NoError(t, err)
	l := listenOn(t, s.address)
	handler := api.New(engine, api.Options{LongPoll: longPoll, Stream: longPoll, MaxAge: 60, StaleAge: 300, Log: s.log})
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return engine.Run(ctx) })
	group.Go(func() error { return listen.Serve(ctx, l, listen.Options{Handler: handler}) })
	s.cancel, s.ended = cancel, make(chan error, 1)
	go func() {
		err := group.Wait()
		_ = l.Close()
		if closed := engine.Close(); err == nil {
			err = closed
		}
		s.ended <- err
	}()
}

func (s *within) stop(t *testing.T) {
	s.cancel()
	require.NoError(t, <-s.ended)
}

func (s *within) kill(t *testing.T) { s.stop(t) }

// listenOn takes a port again that was free a moment ago.
func listenOn(t *testing.T, address string) net.Listener {
	for deadline := time.Now().Add(patience); ; time.Sleep(lookEvery) {
		l, err := net.Listen("tcp", address)
		if err == nil {
			return l
		}
		require.True(t, time.Now().Before(deadline), "%v", err)
	}
}

// freeAddress is one that nobody listens on.
func freeAddress(t *testing.T) string { return fmt.Sprintf("127.0.0.1:%d", freeport.For(t)) }

// binary is the program itself, as a process.
type binary struct {
	url, address, dir string
	log               *os.File
	process           *exec.Cmd
	ended             chan struct{}
}

// programDir is where program puts it; TestMain removes it.
var programDir = filepath.Join(os.TempDir(), fmt.Sprintf("electric-consistency-%d", os.Getpid()))

func TestMain(m *testing.M) {
	status := m.Run()
	_ = os.RemoveAll(programDir)
	os.Exit(status)
}

// program builds the program once.
var program = sync.OnceValues(func() (string, error) {
	path := filepath.Join(programDir, "electric")
	out, err := exec.Command("go", "build", "-o", path, "github.com/electric-cli/electric/cmd/electric").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return path, nil
})

func (s *binary) start(t *testing.T) {
	path, err := program()
	require.NoError(t, err)
	_, port, _ := strings.Cut(s.address, ":")
	cmd := exec.Command(path, "daemon", "--port", port)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "DATABASE_URL="+s.url, "ELECTRIC_INSECURE=true", "ELECTRIC_LOG_LEVEL=debug",
		fmt.Sprintf("ELECTRIC_SHAPE_CHUNK_BYTES_THRESHOLD=%d", chunkBytes), fmt.Sprintf("ELECTRIC_DB_POOL_SIZE=%d", poolSize),
		fmt.Sprintf("ELECTRIC_LONG_POLL_TIMEOUT=%d", longPoll.Milliseconds()))
	cmd.Stdout, cmd.Stderr = s.log, s.log
	require.NoError(t, cmd.Start())
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	s.process, s.ended = cmd, ended
}

func (s *binary) stop(t *testing.T) {
	require.NoError(t, s.process.Process.Signal(os.Interrupt))
	s.wait(t)
	require.Equal(t, 0, s.process.ProcessState.ExitCode(), "the server's exit status")
}

func (s *binary) kill(t *testing.T) {
	_ = s.process.Process.Kill() // it may have ended already, which clients notice
	s.wait(t)
}

func (s *binary) wait(t *testing.T) {
	select {
	case <-s.ended:
	case <-time.After(patience):
		t.Fatal("the server does not end")
	}
}
