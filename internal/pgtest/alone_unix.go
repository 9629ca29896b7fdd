//go:build unix

package pgtest

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// An Alone is a server that one test has for itself, to stop and to start.
type Alone struct {
	URL string // of its database postgres, whose user is a superuser

	t       testing.TB
	cluster *cluster
}

// StartAlone starts a server that ends with the test. It is never the one of ELECTRIC_TEST_DATABASE_URL. Unlike the
// shared servers it keeps what was committed when it crashes.
func StartAlone(t testing.TB, o Options) *Alone {
	t.Helper()
	bin, err := Binaries()
	var missing *missingError
	if errors.As(err, &missing) {
		t.Skip(missing.Error())
	}
	if err != nil {
		t.Fatalf("find PostgreSQL: %v", err)
	}
	who, err := unprivileged()
	if err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
	a := &Alone{t: t, cluster: &cluster{bin: bin, user: who}}
	t.Cleanup(a.end)
	if a.URL, err = a.cluster.startAnywhere(append([]string{"synchronous_commit=on"}, o.Settings...)); err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
	return a
}

// end has the watching scripts end the server and remove its files.
func (a *Alone) end() {
	for _, hold := range a.cluster.hold {
		_ = hold.Close()
	}
}

// How a server is stopped: see pg_ctl.
const (
	Fast      = syscall.SIGINT  // transactions are rolled back
	Immediate = syscall.SIGQUIT // as in a crash
)

// Stop stops the server, and waits until it is down.
func (a *Alone) Stop(how syscall.Signal) {
	a.t.Helper()
	path := filepath.Join(a.cluster.data(), "postmaster.pid")
	text, err := os.ReadFile(path)
	if err != nil {
		a.t.Fatalf("stop PostgreSQL: %v", err)
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	pid, err := strconv.Atoi(string(line))
	if err != nil {
		a.t.Fatalf("stop PostgreSQL: %v", err)
	}
	if err := syscall.Kill(pid, how); err != nil {
		a.t.Fatalf("stop PostgreSQL: %v", err)
	}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return
		}
		if time.Now().After(deadline) {
			a.t.Fatal("PostgreSQL does not stop")
		}
	}
}

// Start starts it again, with the same port and settings.
func (a *Alone) Start() {
	a.t.Helper()
	ended, err := a.cluster.launch()
	if err == nil {
		err = a.cluster.wait(a.URL, ended)
	}
	if err != nil {
		a.t.Fatalf("start PostgreSQL again: %v", err)
	}
}

// Log is the newest run's log.
func (a *Alone) Log() string {
	a.t.Helper()
	text, err := os.ReadFile(a.cluster.log())
	if err != nil {
		a.t.Fatal(err)
	}
	return string(text)
}
