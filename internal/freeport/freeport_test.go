package freeport_test

import (
	"fmt"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/freeport"
)

// A port can be listened on, and is not found again, be it listened on or not.
func TestFind(t *testing.T) {
	taken := map[int]bool{}
	for range 300 { // of 10,000: without a mark one would come again, but for once in 90 times
		port, err := freeport.Find()
		require.NoError(t, err)
		require.False(t, taken[port])
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		require.NoError(t, err)
		require.NoError(t, l.Close())
		_, err = net.ListenPacket("udp", fmt.Sprintf("127.0.0.1:%d", port))
		require.Error(t, err, "that is how other processes see it")
		taken[port] = true
	}
}
