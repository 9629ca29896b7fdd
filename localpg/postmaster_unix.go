//go:build unix

package localpg

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// endOrphans ends the processes of a server that was killed, which has no postmaster any more. They are about to end
// themselves, but for one of version 14: while it waits for statistics, for 10 s and more, it does not look. It is for
// Linux; elsewhere they have time.
func endOrphans(data string) {
	processes, _ := filepath.Glob("/proc/[0-9]*")
	for _, process := range processes {
		name, _ := os.ReadFile(filepath.Join(process, "comm"))
		pid, err := strconv.Atoi(filepath.Base(process))
		if err == nil && strings.TrimSpace(string(name)) == "postgres" && worksIn(pid, data) {
			_ = syscall.Kill(pid, syscall.SIGQUIT)
		}
	}
}

// worksIn says whether a process has a directory for its working directory, as a server has its data's. It is true, too,
// when nobody can say.
func worksIn(pid int, dir string) bool {
	if syscall.Kill(pid, 0) != nil {
		return false // no process, or another user's
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	cwd, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid))
	if err == nil {
		return cwd == dir
	}
	if _, err := os.Stat("/proc/self"); err == nil {
		_, err := os.Stat(fmt.Sprintf("/proc/%d/cwd", pid))
		return !errors.Is(err, fs.ErrNotExist) // a zombie has none
	}
	out, err := exec.Command("lsof", "-a", "-p", strconv.Itoa(pid), "-d", "cwd", "-Fn").Output()
	if err != nil {
		return true
	}
	for line := range strings.Lines(string(out)) {
		if name, found := strings.CutPrefix(line, "n"); found {
			return strings.TrimSpace(name) == dir
		}
	}
	return true
}
