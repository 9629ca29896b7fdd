//go:build unix

package pgtest

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/electric-cli/electric/supervise"
)

// An Alone is a server that one test has for itself, to stop and to start.
type Alone struct {
	URL string // of its database postgres, whose user is a superuser

	t       testing.TB
	cluster *cluster
	remover *supervise.Process
}

// StartAlone starts a server that ends with the test. It is never the one of ELECTRIC_TEST_DATABASE_URL. Unlike the
// shared servers it keeps what was committed when it crashes.
func StartAlone(t testing.TB, o Options) *Alone {
	t.Helper()
	cluster, address, err := newCluster(append([]string{"synchronous_commit=on"}, o.Settings...), true)
	var missing *missingError
	if errors.As(err, &missing) {
		t.Skip(missing.Error())
	}
	if err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
	a := &Alone{URL: address, t: t, cluster: cluster}
	t.Cleanup(a.end)
	// What removes the directory if this process is killed, once the server has gone.
	a.remover, err = supervise.Start(supervise.Command{
		Path: "sleep", Args: []string{"86400"}, Dir: "/", Account: cluster.user,
		End: []supervise.Step{{Signal: "0", Wait: 3 * time.Second}}, After: []string{"rm", "-rf", cluster.dir},
	})
	if err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
	return a
}

// end ends the server and removes its files.
func (a *Alone) end() {
	a.cluster.process.Stop(context.Background())
	if err := os.RemoveAll(a.cluster.dir); err != nil {
		a.t.Errorf("remove PostgreSQL's files: %v", err)
	}
	if a.remover != nil {
		_ = syscall.Kill(a.remover.PID(), syscall.SIGKILL)
		<-a.remover.Ended()
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
	if err := syscall.Kill(a.cluster.process.PID(), how); err != nil {
		a.t.Fatalf("stop PostgreSQL: %v", err)
	}
	select {
	case <-a.cluster.process.Ended():
	case <-time.After(patience):
		a.t.Fatal("PostgreSQL does not stop")
	}
}

// Start starts it again, with the same port and settings.
func (a *Alone) Start() {
	a.t.Helper()
	if err := a.cluster.run(a.URL); err != nil {
		a.t.Fatalf("start PostgreSQL again: %v", err)
	}
}

// Run runs one of PostgreSQL's own programs on the data directory while the server is stopped: pg_resetwal, for instance.
// npm's packages do not hold all of them: without it the test is skipped.
func (a *Alone) Run(program string, args ...string) {
	a.t.Helper()
	path := filepath.Join(a.cluster.bin, program)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		a.t.Skipf("%s has no %s", a.cluster.bin, program)
	}
	cmd := a.cluster.user.Command(path, append([]string{"-D", a.cluster.data()}, args...)...)
	if err := run(cmd); err != nil {
		a.t.Fatal(err)
	}
}
