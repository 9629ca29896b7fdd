// Package freeport finds ports for servers of tests and benchmarks that are
// started, stopped and started again. It imports nothing of ours.
package freeport

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"testing"
)

// Ports are taken from these: well-known ones are below, and from 32768 on are
// those that Linux gives to outgoing connections, any of which might take a port
// while its server is down.
const first, last = 10_000, 30_000

// Find gives a port that nobody listens on at 127.0.0.1. It is not held: another
// program may take it, if it chooses ports as we do.
func Find() (int, error) {
	for range 100 {
		port := first + rand.IntN(last-first)
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			return port, l.Close()
		}
	}
	return 0, errors.New("of a hundred ports none is free")
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
