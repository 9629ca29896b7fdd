package localpg

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// postmaster returns the process that runs on the data, 0 for none. The first line of postmaster.pid names it, but the
// file stays behind when a server is killed, and then the number may be another process's: after a reboot that is likely.
func postmaster(data string) int {
	text, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return 0
	}
	line, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil || pid <= 0 || !worksIn(pid, data) {
		return 0
	}
	return pid
}

// stateLine is which line of postmaster.pid tells what the server is at, from 1 (LOCK_FILE_LINE_PM_STATUS of
// miscadmin.h).
const stateLine = 8

// stopping says whether the server on the data has begun to end. What it waits for then, subscribers above all, may take
// it some seconds.
func stopping(data string) bool {
	text, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return false
	}
	lines := strings.Split(string(text), "\n")
	return len(lines) >= stateLine && strings.TrimSpace(lines[stateLine-1]) == "stopping"
}
