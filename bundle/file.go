package bundle

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/renameio/v2"
)

// lockTimeout is how long a compile waits for another one that writes.
const lockTimeout = 20 * time.Second

// WriteFile makes path hold data and reports whether it had to be written: a
// file that holds it already is left alone. The file is replaced as a whole, so
// that a kill, a full disk or another compile leaves the old one or the new one,
// never a part. A bundle of a newer electric is not replaced: the error is ErrNewer.
func WriteFile(ctx context.Context, path string, data []byte) (written bool, err error) {
	if same, err := replaceable(path, data); same || err != nil {
		return false, err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return false, fmt.Errorf("write bundle %s: %w", path, err)
	}
	unlock, err := lock(ctx, dir)
	if err != nil {
		return false, fmt.Errorf("write bundle %s: %w", path, err)
	}
	defer unlock()
	removeLeftovers(path)
	if same, err := replaceable(path, data); same || err != nil { // the other compile wrote it
		return false, err
	}
	if err := renameio.WriteFile(path, data, 0o644, renameio.WithTempDir(dir)); err != nil {
		return false, fmt.Errorf("write bundle %s: %w", path, err)
	}
	return true, nil
}

// replaceable reports whether the file at path holds these bytes already, and refuses to replace what a newer electric
// made: it may tell what this one does not know of.
func replaceable(path string, data []byte) (same bool, err error) {
	if same, err := holds(path, data); same || err != nil {
		return same, err
	}
	old, err := os.ReadFile(path)
	if err != nil {
		return false, nil // it is not there, or writing will tell
	}
	if err := checkFormat(old); errors.Is(err, ErrNewer) {
		return false, fmt.Errorf("write bundle %s: %w", path, err)
	}
	return false, nil
}

// holds reports whether the file at path is a regular file with these bytes.
func holds(path string, data []byte) (bool, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("write bundle: %w", err)
	case !info.Mode().IsRegular():
		return false, fmt.Errorf("write bundle %s: it is there and is not a regular file", path)
	case info.Size() != int64(len(data)):
		return false, nil
	}
	old, err := os.ReadFile(path)
	return err == nil && bytes.Equal(old, data), nil
}

// lock takes the lock of the bundle's folder. It is on the folder itself where
// the system can do that, so that no lock file stands beside the bundle.
func lock(ctx context.Context, dir string) (unlock func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, lockTimeout)
	defer cancel()
	l := flock.New(lockPath(dir), flock.SetFlag(lockFlags))
	if _, err := l.TryLockContext(ctx, 20*time.Millisecond); err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			err = errors.New("another compile holds the lock")
		}
		return nil, err
	}
	return func() { _ = l.Close() }, nil
}

// removeLeftovers removes the temporary files of compiles that were killed. The
// lock says that nobody is writing one now.
func removeLeftovers(path string) {
	pattern := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"[0-9]*")
	leftovers, _ := filepath.Glob(pattern)
	for _, name := range leftovers {
		_ = os.Remove(name)
	}
}
