package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/platform"
)

// supabaseDatabase is a database that has what Supabase makes, and more than the
// built-in setup knows of.
func supabaseDatabase(t *testing.T, files map[string]string) *workspace {
	t.Helper()
	w := &workspace{t: t, dir: t.TempDir(), url: pgtest.StartWith(t, pgtest.Options{Settings: []string{"wal_level=logical"}}).DatabaseAlone(t)}
	for name, text := range files {
		path := filepath.Join(w.dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	p, ok := platform.Find("supabase")
	require.True(t, ok)
	var statements []string
	for _, st := range parser.Split(p.SQL) {
		statements = append(statements, st.Text)
	}
	statements = append(statements, "CREATE TABLE auth.one_time_tokens (id uuid PRIMARY KEY)", "ALTER TABLE auth.users ADD COLUMN of_tomorrow text",
		"CREATE FUNCTION extensions.pgrst_ddl_watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
		"CREATE EVENT TRIGGER pgrst_ddl_watch ON ddl_command_end EXECUTE FUNCTION extensions.pgrst_ddl_watch()",
		"CREATE EXTENSION hstore SCHEMA extensions")
	for i, v := range pgtest.Run(t, w.url, statements) {
		require.Empty(t, v.SQLSTATE, "%s: %s", v.Message, statements[i])
	}
	return w
}

// TestApplyToSupabase brings migrations to a database that the platform has
// filled: the setup is not run there, and nothing the platform has is drift.
func TestApplyToSupabase(t *testing.T) {
	w := supabaseDatabase(t, map[string]string{
		"electric.yaml": "migrations: supabase/migrations\nsetup: supabase\n",
		"supabase/migrations/20250101000000_notes.sql": `CREATE TABLE notes (id uuid PRIMARY KEY DEFAULT uuid_generate_v4(), owner uuid REFERENCES auth.users);
CREATE FUNCTION storage.mine() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TRIGGER on_user AFTER INSERT ON auth.users EXECUTE FUNCTION pg_catalog.suppress_redundant_updates_trigger();
CREATE POLICY p ON storage.objects USING (owner = auth.uid());
ALTER PUBLICATION supabase_realtime ADD TABLE notes;
`,
	})
	out, code := w.run("migrate", "apply", "--dry-run")
	require.Zero(t, code, out)
	require.Contains(t, out, "would apply 1 migration")
	out, code = w.run("migrate", "apply", "--to", "20250101000000")
	require.Zero(t, code, out)
	require.NotContains(t, out, "warning")
	out, code = w.run("migrate", "compile")
	require.Zero(t, code, out)
	out, code = w.run("status", "--verbose")
	require.Zero(t, code, out)
	require.Contains(t, out, "safe to replicate")
	require.NotContains(t, out, "difference")
	out, code = w.run("migrate", "diff", "_electric/migrations", "postgres://")
	require.Zero(t, code, out)
	require.NotContains(t, out, "auth")
	require.NotContains(t, out, "table-added")
	require.Equal(t, []string{"20250101000000"}, column(t, w.open(), "SELECT version FROM _electric.schema_versions"))
	require.Empty(t, column(t, w.open(), "SELECT relname::text FROM pg_class WHERE relname = 'setup'"), "the setup was not run here")

	// What migrations made in the platform's schemas is theirs, and is missed.
	conn := w.open()
	_, err := conn.Exec(t.Context(), "DROP FUNCTION storage.mine(); DROP TABLE auth.one_time_tokens")
	require.NoError(t, err)
	out, _ = w.run("status", "--verbose")
	require.Contains(t, out, "function storage.mine(): exists | nothing")
	require.NotContains(t, out, "one_time_tokens")
}

// TestPopulateSupabase finds the version of a database that Supabase's own tool
// has migrated.
func TestPopulateSupabase(t *testing.T) {
	notes := "CREATE TABLE notes (id int PRIMARY KEY, owner uuid REFERENCES auth.users);"
	w := supabaseDatabase(t, map[string]string{"supabase/migrations/20250101000000_notes.sql": notes})
	_, err := w.open().Exec(t.Context(), notes)
	require.NoError(t, err)
	out, code := w.run("migrate", "compile", "supabase", "--database-url", "postgres://")
	require.Zero(t, code, out)
	require.Contains(t, out, "is at version 20250101000000: recorded 1 version")
	require.False(t, strings.Contains(out, "error"), out)
}
