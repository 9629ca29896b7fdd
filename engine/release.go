package engine

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/electric-cli/electric/supervise"
)

// useRelease runs a release's own script.
func (e *Engine) useRelease() error {
	path, err := findRelease(e.opts.Bin)
	if err != nil {
		return fmt.Errorf("ELECTRIC_BIN: %w", err)
	}
	e.name = "Electric's release " + path
	settings := with(e.opts.Settings, map[string]string{"ELECTRIC_PORT": strconv.Itoa(e.opts.Port)})
	e.command = supervise.Command{Path: path, Args: []string{"start"}, Env: environ(e.opts.Environ, settings)}
	return nil
}

// programs are where a release directory has its script: as built, and as in the Docker image.
var programs = []string{"bin/electric", "bin/entrypoint"}

// findRelease returns the script of a release, which is named by it or by its directory.
func findRelease(bin string) (string, error) {
	path := bin
	if info, err := os.Stat(bin); err == nil && info.IsDir() {
		path = ""
		for _, program := range programs {
			candidate := filepath.Join(bin, filepath.FromSlash(program))
			if _, err := os.Stat(candidate); err == nil {
				path = candidate
				break
			}
		}
		if path == "" {
			return "", fmt.Errorf("there is no bin/electric in %s, so it is not a release of Electric", bin)
		}
	}
	path, err := exec.LookPath(path)
	if err != nil {
		return "", err
	}
	if path, err = filepath.Abs(path); err != nil {
		return "", err
	}
	if isOurselves(path) {
		return "", errors.New(path + " is this very program, not a release of Electric")
	}
	return path, nil
}

// isOurselves says whether a file is this program, whose name is that of Electric's.
func isOurselves(path string) bool {
	own, err := os.Executable()
	if err != nil {
		return false
	}
	a, errA := os.Stat(own)
	b, errB := os.Stat(path)
	return errA == nil && errB == nil && os.SameFile(a, b)
}
