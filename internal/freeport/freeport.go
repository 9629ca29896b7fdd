// Package freeport finds ports for servers of tests and benchmarks that are
// started, stopped and started again. As long as this process lives, no other one
// finds them here. It imports nothing of ours.
package freeport

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
)

// Ports are taken from these: well-known ones are below, from 20000 on are those
// that localpg chooses by itself, and from 32768 on those that Linux gives to
// outgoing connections, any of which might take a port while its server is down.
const first, last = 10_000, 20_000

// Find gives a port that nobody listens on at 127.0.0.1, and that nobody else is
// given by it.
func Find() (int, error) {
	for range 100 {
		address := fmt.Sprintf("127.0.0.1:%d", first+rand.IntN(last-first))
		if reserve(address) != nil {
			continue
		}
		l, err := net.Listen("tcp", address)
		if err == nil {
			return l.Addr().(*net.TCPAddr).Port, l.Close()
		}
	}
	return 0, errors.New("of a hundred ports none is free")
}

// reserved are what this process holds; the system frees them when it ends.
var (
	mu       sync.Mutex
	reserved []net.PacketConn
)

// reserve holds UDP's port of that number, which is another than TCP's: a mark that
// the other test processes of this machine see, and that no server of ours minds.
func reserve(address string) error {
	c, err := net.ListenPacket("udp", address)
	if err != nil {
		return err
	}
	mu.Lock()
	defer mu.Unlock()
	reserved = append(reserved, c)
	return nil
}

// For is Find for a test, which fails when there is none.
func For(t testing.TB) int {
	t.Helper()
	port, err := Find()
	if err != nil {
		t.Fatal(err)
	}
	return port
}
