package pgtest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"github.com/jackc/pgx/v5"

	"github.com/electric-cli/electric/internal/freeport"
	"github.com/electric-cli/electric/localpg"
	"github.com/electric-cli/electric/supervise"
)

const howTo = "no PostgreSQL to test with: set " + databaseURL + " to a superuser's URL, or "

// Binaries is [localpg.Binaries]; the error says what a test can do.
func Binaries() (string, error) {
	bin, err := localpg.Binaries()
	var missing *localpg.MissingError
	if errors.As(err, &missing) {
		return "", &missingError{howTo + localpg.HowToInstall()}
	}
	return bin, err
}

// initdbArgs make a small cluster quickly: nothing is synced, and 1 MB segments keep the copy of it small.
var initdbArgs = []string{
	"--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=" + locale, "--no-sync", "--wal-segsize=1",
}

// locale is what a cluster is made with; databases name theirs themselves.
var locale = map[bool]string{true: "C.UTF-8", false: "C"}[runtime.GOOS == "linux"]

// settings of every server started here: speed before safety, and nothing that depends on the machine. What is committed
// is replicated after wal_writer_delay.
var settings = []string{
	"listen_addresses=127.0.0.1", "fsync=off", "full_page_writes=off", "synchronous_commit=off", "wal_writer_delay=1ms",
	"autovacuum=off", "max_connections=100", "shared_buffers=64MB", "timezone=UTC", "log_timezone=UTC", "max_wal_size=256MB",
}

// Launch starts a server for a program that is no test, as the tests' are, and returns the URL of its database postgres.
// It ends with this process.
func Launch(opts Options) (string, error) { return startCluster(opts.Settings) }

// startCluster starts a server and returns the URL of its database postgres.
func startCluster(more []string) (string, error) {
	if runtime.GOOS == "windows" {
		return "", &missingError{"on Windows set " + databaseURL + " to test with PostgreSQL"}
	}
	_, address, err := newCluster(more, false)
	return address, err
}

// newCluster starts a server and returns the URL of its database postgres.
func newCluster(more []string, keep bool) (*cluster, string, error) {
	bin, err := Binaries()
	if err != nil {
		return nil, "", err
	}
	who, err := supervise.Unprivileged()
	if err != nil {
		return nil, "", err
	}
	for attempt := 1; ; attempt++ {
		c := &cluster{bin: bin, user: who, keep: keep}
		if c.dir, err = c.makeDir(); err != nil {
			return nil, "", err
		}
		address, err := c.start(more)
		if err == nil {
			return c, address, nil
		}
		// Another program may have taken the port that was free a moment ago.
		if attempt == 3 || !strings.Contains(err.Error(), "Address already in use") {
			return nil, "", errors.Join(err, os.RemoveAll(c.dir))
		}
	}
}

// A cluster is a server's files in a directory of their own.
type cluster struct {
	bin  string
	user supervise.Account
	dir  string
	keep bool // the directory stays when the server ends

	process *supervise.Process
	log     supervise.Lines
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
	return dir, c.user.Own(dir)
}

// start makes the data directory and starts the server. When that fails, the directory may be gone.
func (c *cluster) start(more []string) (string, error) {
	if err := c.fill(); err != nil {
		return "", err
	}
	port, err := freeport.Find()
	if err != nil {
		return "", err
	}
	if err := c.configure(port, more); err != nil {
		return "", err
	}
	address := fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", port)
	return address, c.run(address)
}

// run starts the server and waits until it takes connections.
func (c *cluster) run(address string) error {
	if err := c.launch(); err != nil {
		return err
	}
	return c.wait(address)
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
	return c.user.Own(path)
}

// launch runs the server until the test binary ends, however that happens; then its directory is removed.
func (c *cluster) launch() (err error) {
	command := supervise.Command{
		Path: filepath.Join(c.bin, "postgres"), Args: []string{"-D", c.data()}, Dir: c.dir, Account: c.user, Output: &c.log,
		End:   []supervise.Step{{Signal: "QUIT", Wait: 10 * time.Second}},
		After: []string{"rm", "-rf", c.dir},
	}
	if c.keep {
		command.After = nil
	}
	c.process, err = supervise.Start(command)
	return err
}

// patience is how long a server may take to begin, to end or to answer: all it rules out is that it never does.
const patience = 2 * time.Minute

// wait waits until the server takes connections.
func (c *cluster) wait(address string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, address)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-c.process.Ended():
			return fmt.Errorf("the server ended:\n%s", c.log.Tail())
		case <-ctx.Done():
			return fmt.Errorf("the server takes no connections: %w\n%s", err, c.log.Tail())
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
	return run(c.user.Command("cp", "-R", template, c.data()))
}

// template returns a data directory to copy, made the first time. It is not changed afterwards, so only the making is
// locked against other test binaries.
func (c *cluster) template() (string, error) {
	cache := filepath.Join(os.TempDir(), fmt.Sprintf("electric-pgtest-cache-%d", c.user.ID()))
	if err := os.Mkdir(cache, 0o700); err == nil {
		if err := c.user.Own(cache); err != nil {
			return "", err
		}
	} else if !c.user.Owns(cache) {
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
	return run(c.user.Command(filepath.Join(c.bin, "initdb"), append(initdbArgs, "--pgdata="+dir)...))
}

// run runs a command in a directory everyone may read; its output becomes part of the error.
func run(cmd *exec.Cmd) error {
	cmd.Dir = "/"
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(cmd.Path), err, out)
	}
	return nil
}
