package listen

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// busy is how long what takes a moment may take on a machine with other things to do. What is ruled out takes longer: a request that waits does so for ever.
const busy = 20 * time.Second

// Requests that wait are ended, and answered. Half a second for that is enough,
// unless other programs have the processor.
func TestShutdown(t *testing.T) {
	for _, p := range protocols {
		t.Run(p.name, func(t *testing.T) {
			waiting := make(chan struct{})
			l := listener(t)
			s := startOn(t, l, Options{Authority: open(t, t.TempDir()), Grace: busy, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				close(waiting)
				<-r.Context().Done()
				_, _ = io.WriteString(w, "stopped")
			})})
			client := s.client(p.scheme, p.proto)
			answer := make(chan string, 1)
			go func() {
				text, err := get(client, p.scheme+"://"+s.address)
				answer <- fmt.Sprint(text, err)
			}()
			<-waiting
			began := time.Now()
			s.cancel()
			require.NoError(t, <-s.served)
			require.Less(t, time.Since(began), busy)
			require.Equal(t, "stopped<nil>", <-answer)
			_, err := l.Accept() // dialling might find another program there
			require.ErrorIs(t, err, net.ErrClosed)
		})
	}
}

// One that does not end is cut off.
func TestShutdownOfTheStubborn(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	waiting := make(chan struct{})
	s := start(t, func(http.ResponseWriter, *http.Request) {
		close(waiting)
		<-release
	})
	failed := make(chan error, 1)
	go func() {
		_, err := get(s.client("http", "HTTP/1.1"), "http://"+s.address)
		failed <- err
	}()
	<-waiting
	began := time.Now()
	s.cancel()
	require.NoError(t, <-s.served)
	require.Less(t, time.Since(began), busy)
	require.Error(t, <-failed)
}

// A flaky listener fails for a while, as when there are too many open files.
type flaky struct {
	net.Listener
	failures atomic.Int64
	broken   atomic.Bool
}

var errBroken = errors.New("the listener broke")

func (f *flaky) Accept() (net.Conn, error) {
	if f.failures.Add(-1) >= 0 {
		return nil, &net.OpError{Op: "accept", Err: os.NewSyscallError("accept", syscall.EMFILE)}
	}
	conn, err := f.Listener.Accept()
	if f.broken.Load() {
		return nil, errBroken
	}
	return conn, err
}

func TestErrorsThatPass(t *testing.T) {
	l := &flaky{Listener: listener(t)}
	l.failures.Store(3)
	s := startOn(t, l, Options{Handler: http.HandlerFunc(tellProto), Authority: open(t, t.TempDir())})
	_, err := get(s.client("http", "HTTP/1.1"), "http://"+s.address)
	require.NoError(t, err)
	l.broken.Store(true)
	conn, err := net.Dial("tcp", s.address)
	require.NoError(t, err)
	defer conn.Close()
	require.ErrorIs(t, <-s.served, errBroken)
}
