package main

import (
	"context"
	"io"
	"net"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/stretchr/testify/require"
)

// causes runs nextCause of a dev whose database is away, with a watcher that says
// what the test sends to events; caused gets what it answers.
func causes(t *testing.T, url string) (events chan fsnotify.Event, caused chan bool) {
	t.Helper()
	d := &dev{app: &app{err: io.Discard}, url: url, away: away{"files", "could not connect"}}
	ctx, cancel := context.WithCancel(t.Context())
	events, caused = make(chan fsnotify.Event, 1), make(chan bool, 1)
	ended := make(chan struct{})
	t.Cleanup(func() {
		cancel()
		<-ended
	})
	go func() {
		defer close(ended)
		caused <- d.nextCause(ctx, &fsnotify.Watcher{Events: events, Errors: make(chan error)})
	}()
	return events, caused
}

func comes(t *testing.T, caused chan bool, why string) {
	t.Helper()
	select {
	case answer := <-caused:
		require.True(t, answer)
	case <-time.After(busy):
		t.Fatal(why)
	}
}

// A change is heeded whenever it comes: while the database is away, shortly before
// or after it is looked for, and while it is looked for.
func TestChangeWhileTheDatabaseIsAway(t *testing.T) {
	closed := "postgres://127.0.0.1:1/app?sslmode=disable"
	for _, at := range []time.Duration{0, awayTime - settleTime + 10*time.Millisecond, awayTime - 10*time.Millisecond, awayTime + 10*time.Millisecond} {
		t.Run(at.String(), func(t *testing.T) {
			t.Parallel()
			events, caused := causes(t, closed)
			time.Sleep(at)
			events <- fsnotify.Event{Name: "schema/1_a.sql", Op: fsnotify.Write}
			comes(t, caused, "a change was overlooked")
		})
	}
	t.Run("a server that does not answer", func(t *testing.T) {
		t.Parallel()
		silent, asked := listenSilently(t)
		events, caused := causes(t, "postgres://"+silent+"/app?sslmode=disable&connect_timeout=3600")
		<-asked
		events <- fsnotify.Event{Name: "schema/1_a.sql", Op: fsnotify.Write}
		comes(t, caused, "a change waited for the database")
	})
}

// Without a change nothing is done until the database is there.
func TestNoCauseWhileTheDatabaseIsAway(t *testing.T) {
	silent, asked := listenSilently(t)
	_, caused := causes(t, "postgres://"+silent+"/app?sslmode=disable&connect_timeout=3600")
	<-asked
	select {
	case <-caused:
		t.Fatal("there is no cause for a cycle")
	case <-time.After(100 * time.Millisecond):
	}
}

// listenSilently takes connections and says nothing; asked gets the first one.
func listenSilently(t *testing.T) (address string, asked chan net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	asked = make(chan net.Conn, 1)
	go func() {
		if conn, err := l.Accept(); err == nil {
			asked <- conn
		}
	}()
	return l.Addr().String(), asked
}
