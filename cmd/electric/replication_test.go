package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
)

// TestInfoOfReplication tells of publication, slot and lag as Electric makes them.
func TestInfoOfReplication(t *testing.T) {
	server := pgtest.StartWith(t, pgtest.Options{Settings: []string{"wal_level=logical"}})
	w := &workspace{t: t, dir: t.TempDir(), url: server.Database(t)}
	conn := w.open()
	for _, sql := range []string{
		"CREATE TABLE a (id int PRIMARY KEY)", "CREATE PUBLICATION electric_publication_default FOR TABLE a",
		"SELECT pg_create_logical_replication_slot('electric_slot_default', 'pgoutput')", "INSERT INTO a SELECT generate_series(1, 5000)",
	} {
		_, err := conn.Exec(t.Context(), sql)
		require.NoError(t, err)
	}
	defer conn.Exec(t.Context(), "SELECT pg_drop_replication_slot('electric_slot_default')")
	out, code := w.run("info")
	require.Zero(t, code, out)
	require.Contains(t, out, "wal_level      logical\n")
	require.Contains(t, out, "publication    electric_publication_default of ")
	require.Contains(t, out, "shapes on      public.a\n")
	require.Regexp(t, `lag +electric_slot_default \(pgoutput\): not active, [0-9.]+ kB behind, keeps [0-9.]+ kB of WAL`, out)
}
