//go:build !linux

package pgtest

import "os"

// serverDir is where a server's files are.
func serverDir() string { return os.TempDir() }
