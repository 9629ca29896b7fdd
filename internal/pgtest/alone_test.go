//go:build unix

package pgtest_test

import (
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
)

func TestAServerAloneKeepsWhatWasCommitted(t *testing.T) {
	server := pgtest.StartAlone(t, pgtest.Options{Settings: []string{"wal_level=logical"}})
	pgtest.Run(t, server.URL, []string{"CREATE TABLE kept (id int)"})
	for i, how := range []syscall.Signal{pgtest.Fast, pgtest.Immediate} {
		pgtest.Run(t, server.URL, []string{"INSERT INTO kept VALUES (1)"})
		server.Stop(how)
		_, err := pgx.Connect(t.Context(), server.URL)
		require.Error(t, err)
		server.Start()
		conn, err := pgx.Connect(t.Context(), server.URL)
		require.NoError(t, err)
		var rows int
		var level string
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT count(*), current_setting('wal_level') FROM kept").Scan(&rows, &level))
		require.Equal(t, i+1, rows)
		require.Equal(t, "logical", level)
		require.NoError(t, conn.Close(t.Context()))
	}
}
