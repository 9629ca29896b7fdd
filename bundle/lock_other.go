//go:build !unix

package bundle

import (
	"os"
	"path/filepath"
)

const lockFlags = os.O_CREATE | os.O_RDWR

// lockPath is a file: only Unix locks folders.
func lockPath(dir string) string { return filepath.Join(dir, ".lock") }
