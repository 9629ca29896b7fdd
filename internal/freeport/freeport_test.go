package freeport_test

import (
	"fmt"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/freeport"
)

// A port can be listened on, and is not found while it is.
func TestFind(t *testing.T) {
	taken := map[int]bool{}
	for range 200 {
		port, err := freeport.Find()
		require.NoError(t, err)
		require.False(t, taken[port])
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		require.NoError(t, err)
		defer l.Close()
		taken[port] = true
	}
}
