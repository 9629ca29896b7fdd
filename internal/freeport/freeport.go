// Package freeport finds ports for servers of tests and benchmarks that are
// started, stopped and started again. No two are found at a time, be it by several
// processes. It imports nothing of ours.
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
// given by it as long as this process lives.
func Find() (int, error) {
	port, mark, err := find()
	if err == nil {
		mu.Lock()
		defer mu.Unlock()
		marks = append(marks, mark)
	}
	return port, err
}

// For is Find for a test, which has the port until it ends. It fails when there is
// none.
func For(t testing.TB) int {
	t.Helper()
	port, mark, err := find()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mark.Close() })
	return port
}

// marks are what this process holds; the system frees them when it ends.
var (
	mu    sync.Mutex
	marks []net.PacketConn
)

// find holds UDP's port of the same number, which is another than TCP's: a mark that
// the other test processes of this machine see, and that no server of ours minds.
func find() (port int, mark net.PacketConn, err error) {
	for range 100 {
		port := first + rand.IntN(last-first)
		address := fmt.Sprintf("127.0.0.1:%d", port)
		mark, err := net.ListenPacket("udp", address)
		if err != nil {
			continue
		}
		l, err := net.Listen("tcp", address)
		if err == nil {
			return port, mark, l.Close()
		}
		_ = mark.Close()
	}
	return 0, nil, errors.New("of a hundred ports none is free")
}
