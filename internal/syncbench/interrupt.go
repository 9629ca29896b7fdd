package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/electric-cli/electric/internal/freeport"
)

const (
	interrupts    = 5
	interruptMost = 2 * time.Second
)

const devMigration = `-- :electric:txn:start
CREATE TABLE notes (id int PRIMARY KEY, body text);
-- :electric:txn:end
`

// interrupt measures how long electric dev takes to end, with its private Postgres
// and a client that waits, after Ctrl-C.
func interrupt(ctx context.Context, m *machine) ([]row, error) {
	dir, err := os.MkdirTemp("", "electric-syncbench-dev-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { // root's Postgres enters it as another user
		return nil, err
	}
	schema := filepath.Join(dir, "schema")
	if err := os.Mkdir(schema, 0o755); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(schema, "1750000001_notes.sql"), []byte(devMigration), 0o644); err != nil {
		return nil, err
	}
	var times []time.Duration
	for range interrupts {
		took, err := interruptOnce(ctx, m, dir)
		if err != nil {
			return nil, err
		}
		times = append(times, took)
	}
	worst := quantile(times, 1)
	return []row{{"Ctrl-C to the end of electric dev: ≤ 2 s", milliseconds(worst), atMost(worst, interruptMost),
		fmt.Sprintf("slowest of %d: %s", interrupts, texts(times, milliseconds))}}, nil
}

// interruptOnce runs electric dev in a folder until a client waits, and ends it.
func interruptOnce(ctx context.Context, m *machine, dir string) (time.Duration, error) {
	port, err := freeport.Find()
	if err != nil {
		return 0, err
	}
	cmd := exec.CommandContext(ctx, m.electric, "dev", "--port", strconv.Itoa(port))
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "DATABASE_URL=", "ELECTRIC_SECRET=", "XDG_CONFIG_HOME="+dir, "XDG_CACHE_HOME="+dir)
	out, err := cmd.StderrPipe()
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	said := bufio.NewScanner(out)
	for serves := false; !serves; serves = strings.HasPrefix(said.Text(), "  page ") {
		if !said.Scan() {
			return 0, errors.Join(errors.New("electric dev did not start"), cmd.Wait())
		}
	}
	ended := make(chan error, 1)
	go func() {
		for said.Scan() { // until there is nothing more to be read
		}
		ended <- cmd.Wait()
	}()
	began, err := endUnder(cmd, fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		_ = cmd.Process.Kill()
		return 0, errors.Join(err, <-ended)
	}
	err = <-ended
	return time.Since(began), err
}

// endUnder sends Ctrl-C's signal while a client waits.
func endUnder(cmd *exec.Cmd, address string) (began time.Time, err error) {
	p, err := newPoller(address, "table=notes")
	if err != nil {
		return began, err
	}
	defer p.close()
	if err := errors.Join(p.catchUp(), p.ask()); err != nil {
		return began, err
	}
	time.Sleep(50 * time.Millisecond) // until it waits
	return time.Now(), cmd.Process.Signal(os.Interrupt)
}
