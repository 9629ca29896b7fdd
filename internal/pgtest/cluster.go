package pgtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"github.com/jackc/pgx/v5"
)

// initdbArgs make a small cluster quickly: nothing is synced, and 1 MB segments keep the copy of it small.
var initdbArgs = []string{
	"--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=" + locale(), "--no-sync", "--wal-segsize=1",
}

// settings of every server started here: speed before safety, and nothing that depends on the machine.
var settings = []string{
	"listen_addresses=127.0.0.1", "fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off",
	"max_connections=100", "shared_buffers=64MB", "timezone=UTC", "log_timezone=UTC", "max_wal_size=256MB",
}

// watch is a shell script that runs a server until its standard input ends, which is when the test binary does, however
// that happens; then it stops the server and removes the directory. Arguments: program, data directory, directory.
const watch = `"$1" -D "$2" & pid=$!
cat >/dev/null
kill -QUIT $pid
wait $pid
rm -rf "$3"`

// Launch starts a server for a program that is no test, as the tests' are, and returns the URL of its database postgres.
// It ends with this process.
func Launch(opts Options) (string, error) { return startCluster(opts.Settings) }

// startCluster starts a server and returns the URL of its database postgres.
func startCluster(more []string) (string, error) {
	bin, err := Binaries()
	if err != nil {
		return "", err
	}
	who, err := unprivileged()
	if err != nil {
		return "", err
	}
	c := &cluster{bin: bin, user: who}
	if c.dir, err = c.makeDir(); err != nil {
		return "", err
	}
	for attempt := 1; ; attempt++ {
		address, err := c.start(more)
		if err == nil {
			return address, nil
		}
		// Another program may have taken the port that was free a moment ago.
		if attempt == 3 || !strings.Contains(err.Error(), "Address already in use") {
			return "", errors.Join(err, os.RemoveAll(c.dir))
		}
	}
}

// A cluster is a server's files in a directory of their own.
type cluster struct {
	bin  string
	user account
	dir  string
}

func (c *cluster) data() string { return filepath.Join(c.dir, "data") }

// makeDir makes the directory, owned by the user the server runs as.
func (c *cluster) makeDir() (string, error) {
	const pattern = "electric-pgtest-"
	dir, err := os.MkdirTemp(serverDir(), pattern)
	if err != nil {
		dir, err = os.MkdirTemp(os.TempDir(), pattern)
	}
	if err != nil {
		return "", err
	}
	return dir, c.user.own(dir)
}

// start makes the data directory, unless an earlier attempt did, and starts the server.
func (c *cluster) start(more []string) (string, error) {
	if _, err := os.Stat(c.data()); errors.Is(err, fs.ErrNotExist) {
		if err := c.fill(); err != nil {
			return "", err
		}
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	if err := c.configure(port, more); err != nil {
		return "", err
	}
	ended, err := c.launch()
	if err != nil {
		return "", err
	}
	address := fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", port)
	return address, c.wait(address, ended)
}

func (c *cluster) configure(port int, more []string) error {
	var conf strings.Builder
	fmt.Fprintf(&conf, "port = %d\nunix_socket_directories = ''\n", port)
	for _, s := range append(settings[:len(settings):len(settings)], more...) {
		name, value, _ := strings.Cut(s, "=")
		fmt.Fprintf(&conf, "%s = '%s'\n", name, strings.ReplaceAll(value, "'", "''"))
	}
	path := filepath.Join(c.data(), "postgresql.auto.conf")
	if err := os.WriteFile(path, []byte(conf.String()), 0o600); err != nil {
		return err
	}
	return c.user.own(path)
}

// launch runs the watching script. Its standard input is a pipe this process never writes to and never closes.
func (c *cluster) launch() (ended <-chan struct{}, err error) {
	input, hold, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer input.Close()
	log, err := os.Create(c.log())
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd := c.user.command("/bin/sh", "-c", watch, "sh", filepath.Join(c.bin, "postgres"), c.data(), c.dir)
	cmd.Dir = c.dir
	cmd.Stdin, cmd.Stdout, cmd.Stderr = input, log, log
	detach(cmd) // Ctrl-C is for the tests; the server ends after them
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, hold.Close())
	}
	held = append(held, hold)
	done := make(chan struct{})
	go func() {
		_ = cmd.Wait() // its log tells what went wrong
		close(done)
	}()
	return done, nil
}

// held keeps the pipes from being closed by the garbage collector.
var held []*os.File

func (c *cluster) log() string { return filepath.Join(c.dir, "log") }

// wait waits until the server takes connections.
func (c *cluster) wait(address string, ended <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, address)
		if err == nil {
			return conn.Close(ctx)
		}
		log, _ := os.ReadFile(c.log())
		if bytes.Contains(log, []byte("FATAL")) && !bytes.Contains(log, []byte("starting up")) {
			return fmt.Errorf("the server did not start:\n%s", log)
		}
		select {
		case <-ended:
			return fmt.Errorf("the server ended:\n%s", log)
		case <-ctx.Done():
			return fmt.Errorf("the server takes no connections: %w\n%s", err, log)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// fill makes the data directory: a copy of one that initdb made earlier, where that can be kept.
func (c *cluster) fill() error {
	template, err := c.template()
	if err != nil {
		return c.initdb(c.data()) // without a cache it takes a second longer
	}
	return run(c.user.command("cp", "-R", template, c.data()))
}

// template returns a data directory to copy, made the first time. It is not changed afterwards, so only the making is
// locked against other test binaries.
func (c *cluster) template() (string, error) {
	cache := filepath.Join(os.TempDir(), fmt.Sprintf("electric-pgtest-cache-%d", c.user.id()))
	if err := os.Mkdir(cache, 0o700); err == nil {
		if err := c.user.own(cache); err != nil {
			return "", err
		}
	} else if !c.user.owns(cache) {
		return "", fmt.Errorf("%s belongs to someone else", cache)
	}
	postgres, err := os.Stat(filepath.Join(c.bin, "postgres"))
	if err != nil {
		return "", err
	}
	key := sha256.Sum256(fmt.Appendf(nil, "%s %s %d %q", c.bin, postgres.ModTime(), postgres.Size(), initdbArgs))
	dir := filepath.Join(cache, fmt.Sprintf("%x", key[:8]))

	lock := flock.New(dir + ".lock")
	if err := lock.Lock(); err != nil {
		return "", err
	}
	defer lock.Unlock() //nolint:errcheck // the file is closed in any case
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	unfinished := dir + ".new"
	if err := os.RemoveAll(unfinished); err != nil {
		return "", err
	}
	if err := c.initdb(unfinished); err != nil {
		return "", err
	}
	return dir, os.Rename(unfinished, dir)
}

func (c *cluster) initdb(dir string) error {
	return run(c.user.command(filepath.Join(c.bin, "initdb"), append(initdbArgs, "--pgdata="+dir)...))
}

// run runs a command in a directory everyone may read; its output becomes part of the error.
func run(cmd *exec.Cmd) error {
	cmd.Dir = "/"
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(cmd.Path), err, out)
	}
	return nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
