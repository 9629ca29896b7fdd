package compile

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/source"
)

const platformLike = `CREATE SCHEMA auth; CREATE TABLE auth.users (id uuid PRIMARY KEY); CREATE ROLE setup_reader; CREATE SCHEMA extensions;
	CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'; CREATE EXTENSION citext SCHEMA extensions;
	ALTER DATABASE app SET search_path TO public, extensions;`

// Where nobody said what clients get, the first statement that only works with the
// setup is told of, and the bundle made all the same.
func TestClientsLackSetup(t *testing.T) {
	for _, c := range []struct{ migration, at, words string }{
		{songs + "CREATE TABLE notes (id int, owner uuid REFERENCES auth.users);", "auth", `schema "auth" does not exist [3F000]`},
		{songs + "CREATE POLICY own ON songs TO setup_reader USING (true); GRANT SELECT ON songs TO setup_reader;", "setup_reader", `role "setup_reader" does not exist [42704]`},
		{songs + "GRANT SELECT ON songs TO setup_reader;", "setup_reader", `role "setup_reader" does not exist [42704]`},
		{songs + "ALTER TABLE songs ADD COLUMN owner uuid DEFAULT auth.uid();", "auth", `schema "auth" does not exist [3F000]`},
		{songs + "DO $$ BEGIN EXECUTE 'GRANT SELECT ON songs TO setup_reader'; END $$;", "EXECUTE", `role "setup_reader" does not exist [42704]`},
	} {
		b, ds := compileAs(t, source.UnmarkedAuto, platformLike, c.migration, nil)
		require.NotNil(t, b)
		require.Len(t, ds, 1, c.migration)
		require.Equal(t, []any{diag.Warning, clientLacksSetup}, []any{ds[0].Severity, ds[0].Code})
		require.Equal(t, "clients are given this and cannot run it: "+c.words, ds[0].Message)
		require.Contains(t, c.migration[ds[0].Span.Start:ds[0].Span.End], c.at)
		require.Contains(t, ds[0].Detail, "before.sql")

		same, ds := compileWith(t, platformLike, c.migration, nil)
		require.Empty(t, ds, "somebody said that clients get it")
		require.Equal(t, same, b, "it is told, and nothing else")
	}
}

// It is not told where it is not so.
func TestClientsDoNotLackSetup(t *testing.T) {
	for name, migration := range map[string]string{
		"nothing of the setup":     songs + "CREATE VIEW v AS SELECT * FROM songs;",
		"an extension of it":       "CREATE TABLE words (id int PRIMARY KEY, w citext);",
		"an extension once more":   "CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA extensions;" + songs,
		"a block":                  "GRANT USAGE ON SCHEMA auth TO setup_reader;\n-- :electric:txn:start\n" + songs + "\n-- :electric:txn:end\n",
		"who it is for is missing": "DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'setup_reader') THEN CREATE TABLE a (id int); END IF; END $$;",
	} {
		_, ds := compileAs(t, source.UnmarkedAuto, platformLike, migration, nil)
		require.Empty(t, ds, name)
	}
	_, ds := compileAs(t, source.UnmarkedAuto, "", songs, nil)
	require.Empty(t, ds, "there is no setup")
	_, ds = compileAs(t, source.UnmarkedServer, platformLike, "GRANT USAGE ON SCHEMA auth TO setup_reader;", nil)
	require.Empty(t, ds, "clients get nothing")
}

// Mistakes come first.
func TestClientsLackSetupBesideMistakes(t *testing.T) {
	_, ds := compileAs(t, source.UnmarkedAuto, platformLike, "CREATE TABLE a (id integr); GRANT USAGE ON SCHEMA auth TO setup_reader;", nil)
	require.Len(t, ds, 1)
	require.Equal(t, "42704", ds[0].Code)
	require.Equal(t, diag.Error, ds[0].Severity)
}
