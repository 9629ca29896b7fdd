package localpg

import (
	"fmt"
	"hash/fnv"
	"net"
	"os"
	"strconv"
	"strings"
)

// Ports to choose from: below those that systems give to outgoing connections, which would take one now and then.
const (
	firstPort = 20000
	ports     = 10000
)

// choosePort returns the port that the directory had last time, or the first time one that goes with its path; if that
// is taken, the next free one.
func (h *home) choosePort() (port, last int, err error) {
	text, err := os.ReadFile(h.path("port"))
	if err == nil {
		last, _ = strconv.Atoi(strings.TrimSpace(string(text))) // what is no number is no port
	}
	port = last
	if port < 1 || port > 65535 {
		hash := fnv.New32a()
		_, _ = hash.Write([]byte(h.dir))
		port, last = firstPort+int(hash.Sum32()%ports), 0
	}
	for range 100 {
		if free(port) {
			return port, last, nil
		}
		port = firstPort + (port+1-firstPort+ports)%ports
	}
	return 0, last, fmt.Errorf("no free port near %d of 127.0.0.1 for the database", port)
}

// keepPort remembers the port, if it is another than the last one.
func (h *home) keepPort(port, last int) error {
	if port == last {
		return nil
	}
	return os.WriteFile(h.path("port"), fmt.Appendf(nil, "%d\n", port), 0o600)
}

// free says whether nobody listens on a port.
func free(port int) bool {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return false
	}
	return l.Close() == nil
}
