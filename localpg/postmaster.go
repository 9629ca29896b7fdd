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
