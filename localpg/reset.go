package localpg

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Reset deletes the database in a directory, so that the next [Start] makes a new one, with the same URL. It refuses
// while a server runs on it: that is a [BusyError] if it is another electric's. A directory without a database is fine.
func Reset(dir string) error { return reset(Options{Dir: dir}) }

func reset(opts Options) error {
	h, err := findHome(opts.withDefaults())
	if err != nil {
		return err
	}
	if _, err := os.Lstat(h.dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	lock, err := h.acquire()
	if err != nil {
		return err
	}
	return errors.Join(h.empty(), lock.Unlock())
}

// empty removes all but what makes the URL and the lock, which others may wait for.
func (h *home) empty() error {
	if pid := postmaster(h.data()); pid != 0 {
		return fmt.Errorf("PostgreSQL, process %d, runs on %s: stop it first (kill -INT %d)", pid, h.data(), pid)
	}
	// The data is moved first, so that what is half deleted is not taken for a database.
	old := h.path("old")
	if err := os.RemoveAll(old); err != nil {
		return err
	}
	if err := os.Rename(h.data(), old); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	h.removeUnfinished()
	for _, name := range []string{"old", "socket", "server.log", "server.log.1"} {
		if err := os.RemoveAll(h.path(name)); err != nil {
			return err
		}
	}
	return nil
}

// Remove deletes a directory with everything in it, the password and the port too: what is left of a database that was
// needed once. As [Reset] it refuses while the directory is in use.
func Remove(dir string) error {
	opts := Options{Dir: dir}.withDefaults()
	h, err := findHome(opts)
	if err != nil {
		return err
	}
	if _, err := os.Lstat(h.dir); err == nil {
		lock, err := h.acquire()
		if err != nil {
			return err
		}
		err = errors.Join(h.empty(), lock.Unlock())
		if err != nil {
			return err
		}
		if err := os.RemoveAll(h.dir); err != nil {
			return err
		}
	}
	return os.RemoveAll(dir)
}
