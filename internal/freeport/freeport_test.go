package freeport_test

import (
	"fmt"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/freeport"
)

// A port can be listened on, and is not found again, be it listened on or not. Of
// 10,000, one of 300 would come again by chance but for once in 90 times.
func TestFind(t *testing.T) {
	taken := map[int]bool{}
	for range 300 {
		port := freeport.For(t)
		require.False(t, taken[port])
		taken[port] = true
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		require.NoError(t, err)
		require.NoError(t, l.Close())
		_, err = net.ListenPacket("udp", fmt.Sprintf("127.0.0.1:%d", port))
		require.Error(t, err, "that is how other processes see it")
	}
}

// What a test was given is free after it.
func TestForEndsWithTheTest(t *testing.T) {
	var port int
	t.Run("", func(t *testing.T) { port = freeport.For(t) })
	mark, err := net.ListenPacket("udp", fmt.Sprintf("127.0.0.1:%d", port))
	require.NoError(t, err)
	require.NoError(t, mark.Close())
}
