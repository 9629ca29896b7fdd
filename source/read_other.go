//go:build !unix

package source

import "os"

// readRegular reads the whole of a regular file.
func readRegular(path string, _ bool) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if err := checkMode(info.Mode(), info.Size()); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}
