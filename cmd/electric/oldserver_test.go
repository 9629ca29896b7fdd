package main

import (
	"fmt"
	"net"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/freeport"
)

// TestServerTooOld meets a server that says it is PostgreSQL 13.
func TestServerTooOld(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go greet(conn)
		}
	}()
	w := &workspace{t: t, dir: t.TempDir(), url: "postgres://app:" + "Tr0ub4dor@" + l.Addr().String() + "/app?sslmode=disable"}
	t.Setenv("ELECTRIC_INSECURE", "true")
	for _, command := range [][]string{{"status"}, {"info"}, {"daemon", "--port", fmt.Sprint(freeport.For(t))}} {
		out, code := w.run(command...)
		require.Equal(t, 3, code, out)
		require.Contains(t, out, `the server of database "app" at 127.0.0.1:`)
		require.Contains(t, out, "is PostgreSQL 13.4, which is too old\n  = hint: PostgreSQL 14 is the oldest")
		require.NotContains(t, out, "Tr0ub4dor")
	}
}

// greet lets a client in and says no more.
func greet(conn net.Conn) {
	defer conn.Close()
	b := pgproto3.NewBackend(conn, conn)
	if _, err := b.ReceiveStartupMessage(); err != nil {
		return
	}
	b.Send(&pgproto3.AuthenticationOk{})
	b.Send(&pgproto3.ParameterStatus{Name: "server_version", Value: "13.4"})
	b.Send(&pgproto3.BackendKeyData{ProcessID: 1, SecretKey: []byte{0, 0, 0, 1}})
	b.Send(&pgproto3.ReadyForQuery{TxStatus: 'I'})
	if b.Flush() != nil {
		return
	}
	_, _ = b.Receive() // until the client goes
}
