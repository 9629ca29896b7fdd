package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
)

// TestInfoOfReplication tells of publication, slot and lag as Electric makes them.
func TestInfoOfReplication(t *testing.T) {
	w := newWorkspace(t, nil)
	conn := w.open()
	for _, sql := range []string{
		"SET synchronous_commit = on", // what is written is WAL then, not on its way to it
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
	require.Contains(t, out, "published      public.a (for shapes that are there, or were)\n")
	require.NotContains(t, out, "shapes on")
	require.Regexp(t, `slot +electric_slot_default \(pgoutput\): not active, [0-9.]+ kB behind, keeps [0-9.]+ kB of WAL`, out)
}

// TestStatusOfReplication: a database that cannot be replicated is not safe to,
// however well its schema fits.
func TestStatusOfReplication(t *testing.T) {
	w := newWorkspace(t, map[string]string{"schema/1750000001_a.sql": "CREATE TABLE a (id int PRIMARY KEY);"})
	w.url = pgtest.StartWith(t, pgtest.Options{Settings: []string{"wal_level=replica"}}).Database(t)
	for _, args := range [][]string{{"migrate", "compile"}, {"migrate", "apply"}} {
		out, code := w.run(args...)
		require.Zero(t, code, out)
	}
	out, code := w.run("status")
	require.Equal(t, exitInput, code, out)
	require.Contains(t, out, "not safe to replicate:\n  wal_level is replica, and replication needs logical: ALTER SYSTEM SET wal_level = logical, then restart Postgres")

	w.url = replicating(t).Database(t)
	out, code = w.run("migrate", "apply")
	require.Zero(t, code, out)
	out, code = w.run("status", "--json")
	require.Zero(t, code, out)
	require.Contains(t, out, `"wal_level": "logical"`)
	_, err := w.open().Exec(t.Context(), "CREATE PUBLICATION electric_publication_mine WITH (publish = 'insert')")
	require.NoError(t, err)
	out, code = w.run("status")
	require.Zero(t, code, out)
	t.Setenv("ELECTRIC_REPLICATION_STREAM_ID", "mine")
	out, code = w.run("status")
	require.Equal(t, exitInput, code, out)
	require.Contains(t, out, "publication electric_publication_mine does not publish all of")
}
