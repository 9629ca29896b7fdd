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

// States that a server tells (PM_STATUS_READY and PM_STATUS_STOPPING of pidfile.h). What it waits for while it is
// stopping, subscribers above all, may take it some seconds.
const (
	isReady    = "ready"
	isStopping = "stopping"
)

// state says what the server on the data is at, by its own word; "" where it has not said so.
func state(data string) string {
	text, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return ""
	}
	lines := strings.Split(string(text), "\n")
	if len(lines) < stateLine {
		return ""
	}
	return strings.TrimSpace(lines[stateLine-1])
}
