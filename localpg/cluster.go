package localpg

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/electric-cli/electric/supervise"
)

// oldest is the first major version that Electric works with.
const oldest = "14"

// A cluster is data with the programs for it.
type cluster struct {
	opts     Options
	home     *home
	bin      string
	version  string // of the programs: 15.18
	password string
}

// openCluster makes the data if there is none, and checks that the programs fit it.
func openCluster(ctx context.Context, opts Options, h *home, bin string) (*cluster, error) {
	c := &cluster{opts: opts, home: h, bin: bin}
	var err error
	if c.version, err = c.readVersion(); err != nil {
		return nil, err
	}
	_, err = os.Lstat(h.data())
	made := err == nil
	if !made && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if c.password, err = c.readPassword(made); err != nil {
		return nil, err
	}
	if made {
		return c, c.checkVersion()
	}
	opts.Progress(fmt.Sprintf("making a database with PostgreSQL %s in %s", c.version, h.dir))
	return c, c.make(ctx)
}

var versionNumber = regexp.MustCompile(`\d+(\.\d+|[a-z]+\d+)?`)

// readVersion asks the programs for their version.
func (c *cluster) readVersion() (string, error) {
	cmd := c.home.account.Command(c.program("postgres"), "--version")
	cmd.Dir = "/"
	cmd.Env = environment()
	out, err := cmd.CombinedOutput()
	if errors.Is(err, fs.ErrPermission) {
		return "", fmt.Errorf("the user %s may not run %s: install PostgreSQL where everybody may: %w", c.home.account, cmd.Path, err)
	}
	if err != nil {
		return "", fmt.Errorf("%s --version: %w\n%s", cmd.Path, err, out)
	}
	version := versionNumber.FindString(string(out))
	if version == "" {
		return "", fmt.Errorf("%s --version says %q, which is no PostgreSQL", cmd.Path, out)
	}
	if newer(oldest, major(version)) {
		return "", fmt.Errorf("PostgreSQL %s in %s is too old for Electric, which needs %s or newer: %s", version, c.bin, oldest, HowToInstall())
	}
	return version, nil
}

func major(version string) string { return regexp.MustCompile(`^\d*`).FindString(version) }

// newer compares two major versions.
func newer(a, b string) bool { return len(a) > len(b) || len(a) == len(b) && a > b }

// checkVersion holds the data's major version against the programs'.
func (c *cluster) checkVersion() error {
	text, err := os.ReadFile(filepath.Join(c.home.data(), "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is not a PostgreSQL cluster: use --reset to make a new one", c.home.data())
	}
	if err != nil {
		return err
	}
	if data := strings.TrimSpace(string(text)); data != major(c.version) {
		return fmt.Errorf("the database in %s was made by PostgreSQL %s, but the programs in %s are of version %s: "+
			"put those of version %s first in PATH, or use --reset to lose its data and make a new one",
			c.home.dir, data, c.bin, c.version, data)
	}
	return nil
}

// readPassword returns the superuser's password, making it with the cluster. It outlives a reset, so that URLs do.
func (c *cluster) readPassword(made bool) (string, error) {
	path := c.home.path("password")
	if !made {
		if err := writeOnce(path, rand.Text()+"\n"); err != nil {
			return "", err
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("the password of the database: %w; use --reset to make a new one", err)
	}
	return strings.TrimSpace(string(text)), nil
}

// unfinished is how the names of clusters begin that are not whole yet.
const unfinished = "new-"

// removeUnfinished removes what it can of clusters that were never finished.
func (h *home) removeUnfinished() {
	entries, _ := os.ReadDir(h.dir)
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), unfinished) {
			_ = os.RemoveAll(h.path(entry.Name()))
		}
	}
}

// make makes the data aside and moves it to its place when it is whole.
func (c *cluster) make(ctx context.Context) error {
	// A name of its own: the initdb of an electric that was killed may still be at work beside us.
	c.home.removeUnfinished()
	aside, err := os.MkdirTemp(c.home.dir, unfinished)
	if err != nil {
		return err
	}
	password := filepath.Join(aside, "password")
	if err := os.WriteFile(password, []byte(c.password+"\n"), 0o600); err != nil {
		return err
	}
	if err := errors.Join(c.home.account.Own(password), c.home.account.Own(aside)); err != nil {
		return err
	}
	data := filepath.Join(aside, "data")
	for _, locale := range locales() {
		if err = c.initdb(ctx, data, password, locale); err == nil || !strings.Contains(err.Error(), "invalid locale") {
			break
		}
	}
	if err != nil {
		return errors.Join(fmt.Errorf("make a database in %s: %w", c.home.dir, err), os.RemoveAll(aside))
	}
	if err := os.Rename(data, c.home.data()); err != nil {
		return err
	}
	return os.RemoveAll(aside)
}

// locales to make a cluster with, the best first. Both order text by bytes; C.UTF-8 knows letters beyond ASCII.
func locales() []string {
	if runtime.GOOS == "linux" {
		return []string{"C.UTF-8", "C"}
	}
	return []string{"C"}
}

// initdb makes a cluster's files and syncs them.
func (c *cluster) initdb(ctx context.Context, data, password, locale string) error {
	var why reason
	output := &supervise.Lines{To: why.note}
	process, err := supervise.Start(supervise.Command{
		Path: c.program("initdb"),
		Args: []string{
			"--pgdata=" + data, "--username=" + superuser, "--pwfile=" + password, "--auth=scram-sha-256",
			"--encoding=UTF8", "--locale=" + locale,
		},
		Env: environment(), Dir: "/", Account: c.home.account, Output: output,
		// It is best left to finish: what its servers have of shared memory stays when they are ended.
		End: []supervise.Step{{Signal: "0", Wait: 1500 * time.Millisecond}, {Signal: "TERM", Wait: 500 * time.Millisecond}},
	})
	if err != nil {
		return err
	}
	select {
	case <-process.Ended():
	case <-ctx.Done():
		process.Stop(context.WithoutCancel(ctx))
		return ctx.Err()
	}
	if err := process.Err(); err != nil {
		return fmt.Errorf("initdb: %s%w\n%s", why.words(), err, output.Tail())
	}
	return nil
}

// A reason is the last error among the lines of a program's output, which may be far from its end.
type reason struct{ text string }

var errorLine = regexp.MustCompile(`\b(?:FATAL|PANIC|ERROR|error):\s+(.*)`)

func (r *reason) note(line string) {
	if match := errorLine.FindStringSubmatch(line); match != nil {
		r.text = match[1]
	}
}

// words are the reason before other words; nothing if there is none.
func (r *reason) words() string {
	if r.text == "" {
		return ""
	}
	return r.text + ": "
}

func (c *cluster) program(name string) string { return filepath.Join(c.bin, name) }

// environment is ours without what would change a server's ways: time zone, locale, and the variables of clients.
// LC_ALL=C is what macOS needs for a postmaster to stay single-threaded.
func environment() []string {
	env := []string{"LC_ALL=C", "TZ=UTC"}
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		switch {
		case strings.HasPrefix(name, "PG"), strings.HasPrefix(name, "LC_"), name == "LANG", name == "LANGUAGE", name == "TZ":
		case name == "DATABASE_URL", strings.HasPrefix(name, "ELECTRIC_"):
		default:
			env = append(env, variable)
		}
	}
	return env
}
