package shapelog

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"

	"github.com/electric-cli/electric/shape/wire"
)

// A Store is the folder of one process's logs.
type Store struct {
	dir  string
	lock *flock.Flock
	next atomic.Int64
}

const lockName = "lock"

// Open makes a folder of this process's own in parent, and removes those whose
// process is gone.
func Open(parent string) (*Store, error) {
	if err := os.MkdirAll(parent, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of shape logs: %w", err)
	}
	removeLeftovers(parent)
	name := strconv.Itoa(os.Getpid()) + "-" + strconv.FormatInt(time.Now().UnixMicro(), 36)
	dir, err := os.MkdirTemp(parent, name+"-")
	if err != nil {
		return nil, fmt.Errorf("make the folder of shape logs: %w", err)
	}
	s := &Store{dir: dir, lock: flock.New(filepath.Join(dir, lockName))}
	if locked, err := s.lock.TryLock(); err != nil || !locked {
		return nil, errors.Join(fmt.Errorf("lock the folder of shape logs %s: %w", dir, err), os.RemoveAll(dir))
	}
	return s, nil
}

// Lost reports whether somebody removed the folder.
func (s *Store) Lost() bool {
	_, err := os.Stat(filepath.Join(s.dir, lockName))
	return errors.Is(err, fs.ErrNotExist)
}

// Renew makes the folder again if it is lost. Call it while no log is written to:
// the ones there were are of no use any more.
func (s *Store) Renew() error {
	if !s.Lost() {
		return nil
	}
	// What is above the logs' folders is not theirs alone: others have to come by.
	above := filepath.Dir(filepath.Dir(s.dir))
	if err := errors.Join(os.MkdirAll(above, 0o755), os.MkdirAll(s.dir, 0o700)); err != nil {
		return fmt.Errorf("make the folder of shape logs: %w", err)
	}
	err := s.lock.Unlock()
	s.lock = flock.New(filepath.Join(s.dir, lockName))
	if _, failed := s.lock.TryLock(); failed != nil {
		err = errors.Join(err, fmt.Errorf("lock the folder of shape logs %s: %w", s.dir, failed))
	}
	return err
}

// removeLeftovers removes the folders of processes that have ended: nobody holds
// their lock. One that cannot be removed is left for the next start.
func removeLeftovers(parent string) {
	found, _ := filepath.Glob(filepath.Join(parent, "*", lockName))
	for _, path := range found {
		lock := flock.New(path)
		if locked, err := lock.TryLock(); err == nil && locked {
			_ = os.RemoveAll(filepath.Dir(path))
			_ = lock.Unlock()
		}
	}
}

// Close removes all logs.
func (s *Store) Close() error {
	return errors.Join(os.RemoveAll(s.dir), s.lock.Unlock())
}

// Scratch makes a file for something that is too large for memory. Who asked for
// it closes and removes it.
func (s *Store) Scratch() (*os.File, error) {
	f, err := os.CreateTemp(s.dir, "scratch-*.part")
	if err != nil {
		return nil, fmt.Errorf("make a scratch file: %w", err)
	}
	return f, nil
}

// New makes an empty log. Its chunks close at threshold bytes.
func (s *Store) New(threshold int64) *Log {
	base := filepath.Join(s.dir, strconv.FormatInt(s.next.Add(1), 10))
	return &Log{
		snapshotPath: base + ".snapshot", changesPath: base + ".changes",
		threshold: threshold, last: wire.SnapshotEnd, changed: make(chan struct{}),
	}
}
