//go:build unix

package bundle

import "os"

const lockFlags = os.O_RDONLY

func lockPath(dir string) string { return dir }
