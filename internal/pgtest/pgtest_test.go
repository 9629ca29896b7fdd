package pgtest_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
)

func TestDatabaseIsEmptyAndOfTheTruthsLocale(t *testing.T) {
	server := pgtest.Start(t)
	require.Same(t, server, pgtest.Start(t))
	conn, err := pgx.Connect(t.Context(), server.Database(t))
	require.NoError(t, err)
	defer conn.Close(t.Context())

	var encoding, collate string
	err = conn.QueryRow(t.Context(), `SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database
		WHERE datname = current_database()`).Scan(&encoding, &collate)
	require.NoError(t, err)
	require.Equal(t, "UTF8", encoding)
	require.Contains(t, []string{"C.UTF-8", "C"}, collate)
}

func TestSettings(t *testing.T) {
	server := pgtest.StartWith(t, pgtest.Options{Settings: []string{"wal_level=logical"}})
	conn, err := pgx.Connect(t.Context(), server.Database(t))
	require.NoError(t, err)
	defer conn.Close(t.Context())
	var level string
	require.NoError(t, conn.QueryRow(t.Context(), "SHOW wal_level").Scan(&level))
	require.Equal(t, "logical", level)
}

// A session that has a replication slot may take its time to end.
func TestDatabaseWithASlotIsDropped(t *testing.T) {
	server := pgtest.StartWith(t, pgtest.Options{Settings: []string{"wal_level=logical"}})
	ended := make(chan error, 1)
	t.Run("a test", func(t *testing.T) {
		conn, err := pgx.Connect(t.Context(), server.Database(t))
		require.NoError(t, err)
		_, err = conn.Exec(t.Context(), "SELECT pg_create_logical_replication_slot('electric_slot_pgtest', 'pgoutput', true)")
		require.NoError(t, err)
		time.AfterFunc(300*time.Millisecond, func() { ended <- conn.Close(context.Background()) })
	})
	require.NoError(t, <-ended)
}

func TestRun(t *testing.T) {
	server := pgtest.Start(t)
	statements := []string{
		"CREATE TABLE a (id int)",
		"SET search_path = nowhere",
		"/* é */ CREATE TABLE a (id int, id int)",
		"SET search_path = public",
		"/* é */ SELECT nothing FROM a",
		"CREATE ROLE pgtest_someone",
		"-- nothing",
		"INSERT INTO a VALUES (1); SELECT 1 AS one",
		"INSERT INTO a VALUES (2)",
		"COPY a FROM STDIN",
		"COPY a TO STDOUT",
	}
	url, got := server.Run(t, statements)
	require.Equal(t, []pgtest.Verdict{
		{OK: true, Tag: "CREATE TABLE"},
		{OK: true, Tag: "SET"},
		{SQLSTATE: "3F000", Message: "no schema has been selected to create in", Position: 22},
		{OK: true, Tag: "SET"},
		{SQLSTATE: "42703", Message: `column "nothing" does not exist`, Position: 16},
		{OK: true, Tag: "CREATE ROLE"},
		{OK: true},
		{OK: true, Tag: "SELECT 1"},
		{OK: true, Tag: "INSERT 0 1"},
		{OK: true, Tag: "COPY 0"},
		{OK: true, Tag: "COPY 2"},
	}, got)
	require.Equal(t, "SELECT 2", pgtest.Run(t, url, []string{"TABLE a"})[0].Tag)

	_, got = server.Run(t, []string{"TABLE a"}) // another database
	require.Equal(t, "42P01", got[0].SQLSTATE)
}

func TestRolesAreDropped(t *testing.T) {
	server := pgtest.Start(t)
	for range 2 {
		t.Run("", func(t *testing.T) {
			_, got := server.Run(t, []string{"CREATE ROLE pgtest_other", "CREATE SCHEMA s AUTHORIZATION pgtest_other"})
			require.True(t, got[0].OK, got[0].Message)
			require.True(t, got[1].OK, got[1].Message)
		})
	}
}
