package localpg

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"github.com/electric-cli/electric/supervise"
)

// A home is the directory that a cluster is kept in.
type home struct {
	dir     string            // absolute
	account supervise.Account // whom the server runs as
}

func (h *home) path(name string) string { return filepath.Join(h.dir, name) }
func (h *home) data() string            { return h.path("data") }

// findHome returns the home of a directory without making anything.
func findHome(opts Options) (*home, error) {
	dir, err := filepath.Abs(opts.Dir)
	if err != nil {
		return nil, err
	}
	h := &home{dir: dir}
	if h.account, err = supervise.Unprivileged(); err != nil {
		return nil, err
	}
	place, err := os.ReadFile(h.path("place"))
	switch {
	case err == nil:
		h.dir = strings.TrimSpace(string(place))
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	return h, nil
}

// openHome makes the directory, or the one outside of it that stands in for it.
func openHome(opts Options) (*home, error) {
	h, err := findHome(opts)
	if err != nil {
		return nil, err
	}
	if err := h.make(); err != nil {
		return nil, err
	}
	if h.account.IsCaller() {
		return h, h.owned()
	}
	if _, err := os.Lstat(h.data()); err == nil {
		owner, err := supervise.Owner(h.data())
		if err != nil {
			return nil, err
		}
		if !owner.IsCaller() {
			h.account = owner
		}
	}
	cannot := h.account.CanEnter(h.dir)
	if cannot == nil {
		return h, nil
	}
	return h.moveOut(opts, cannot)
}

// make makes the directory. Root's can be passed through, to what belongs to the server's account.
func (h *home) make() error {
	if err := os.MkdirAll(filepath.Dir(h.dir), 0o755); err != nil {
		return err
	}
	mode := fs.FileMode(0o700)
	if !h.account.IsCaller() {
		mode = 0o711
	}
	if err := os.Mkdir(h.dir, mode); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return writeOnce(h.path(".gitignore"), "*\n")
}

// writeOnce makes a small file that only the caller can read, unless it is there.
func writeOnce(path, text string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(path)) // half of it would be taken for all of it
	}
	return nil
}

// owned checks that data made by another user is not in the way.
func (h *home) owned() error {
	if _, err := os.Lstat(h.data()); err != nil {
		return nil // there is none, or the next step says what is wrong
	}
	owner, err := supervise.Owner(h.data())
	if err != nil || owner.IsCaller() {
		return err
	}
	return fmt.Errorf("the database in %s belongs to the user %s: run electric as that user, or remove the directory", h.dir, owner)
}

// moveOut makes a home outside of the directory, of a name that goes with its path, and remembers it.
func (h *home) moveOut(opts Options, cannot error) (*home, error) {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(h.dir))
	project := filepath.Base(filepath.Dir(filepath.Dir(h.dir)))
	place := filepath.Join(opts.outside, fmt.Sprintf("%s-%08x", project, hash.Sum32()))
	moved := &home{dir: place, account: h.account}
	if err := moved.make(); err != nil {
		return nil, fmt.Errorf("%w, and there is no other place for the database: %w; run electric as another user than root, or set DATABASE_URL", cannot, err)
	}
	if err := moved.account.CanEnter(moved.dir); err != nil {
		return nil, fmt.Errorf("%w, nor another place for the database: %w; run electric as another user than root, or set DATABASE_URL", cannot, err)
	}
	opts.Progress(fmt.Sprintf("%s: the database is kept in %s", cannot, place))
	return moved, writeOnce(h.path("place"), place+"\n")
}

// A BusyError says that another process has the directory.
type BusyError struct {
	Dir string
	PID int // 0: not known
}

func (e *BusyError) Error() string {
	by := ""
	if e.PID != 0 {
		by = fmt.Sprintf(", process %d", e.PID)
	}
	return fmt.Sprintf("another electric%s, runs the database in %s: stop it first, or use its DATABASE_URL", by, e.Dir)
}

// acquire locks the directory, as long as this process lives.
func (h *home) acquire() (*flock.Flock, error) {
	lock := flock.New(h.path("lock"))
	ok, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock the database's directory: %w", err)
	}
	if !ok {
		return nil, &BusyError{Dir: h.dir, PID: h.holder()}
	}
	if err := os.WriteFile(lock.Path(), fmt.Appendf(nil, "%d\n", os.Getpid()), 0o600); err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	return lock, nil
}

// holder reads who has the lock; whoever just got it may not have said so yet.
func (h *home) holder() int {
	for range 10 {
		text, err := os.ReadFile(h.path("lock"))
		if err != nil {
			return 0
		}
		if pid, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil {
			return pid
		}
		time.Sleep(10 * time.Millisecond)
	}
	return 0
}
