package shadow

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/compile"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/source"
)

// files are the migrations 1, 2, … of a folder.
func files(t *testing.T, texts ...string) []source.Migration {
	t.Helper()
	dir := t.TempDir()
	for i, text := range texts {
		require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d_m.sql", i+1)), []byte(text), 0o644))
	}
	in := source.Read([]string{dir}, source.Options{})
	require.False(t, diag.HasErrors(in.Diagnostics), "%+v", in.Diagnostics)
	return in.Migrations()
}

// on is a server of the tests', on which a scratch database is made.
func on(t *testing.T) Options {
	t.Helper()
	return Options{URL: pgtest.Start(t).Database(t), Note: func(message string) { t.Error("told: " + message) }}
}

// TestSameBundle has migrations that both know everything about: how they are
// cut, whose is what, and all hashes are the same.
func TestSameBundle(t *testing.T) {
	for name, texts := range map[string][]string{
		"nothing":           {""},
		"renames":           {"CREATE TABLE a (id int, b text);", "ALTER TABLE a RENAME TO c; CREATE TABLE a (id int);", "ALTER TABLE c RENAME b TO d; DROP TABLE a;"},
		"dropped and added": {"CREATE TABLE a (id int, b text);", "ALTER TABLE a DROP b; ALTER TABLE a ADD b int;"},
		"types": {"CREATE TYPE mood AS ENUM ('calm'); CREATE TABLE a (m mood);", "ALTER TYPE mood ADD VALUE 'wild';",
			"CREATE DOMAIN email AS text CHECK (VALUE ~ '@'); CREATE TABLE b (e email[], v varchar(3)[][], n numeric(5,2), b bit(3));"},
		"server-only": {"-- :electric:txn:start\nCREATE TABLE a (id int PRIMARY KEY);\n-- :electric:txn:end\nALTER TABLE a ADD secret text; CREATE TABLE s (id int);",
			"ALTER TABLE a RENAME secret TO hidden;\n-- :electric:txn:start\nALTER TABLE a ADD shown text;\n-- :electric:txn:end\n"},
		"its own transactions": {"BEGIN; CREATE TABLE a (id int); COMMIT; BEGIN; CREATE TABLE b (id int); ROLLBACK; CREATE TABLE c (id int);"},
		"cut": {"CREATE TABLE a (id int); CREATE INDEX CONCURRENTLY i ON a (id); CREATE TABLE b (id int); VACUUM a;",
			"CREATE TYPE e AS ENUM ('x');", "ALTER TYPE e ADD VALUE 'y'; CREATE TABLE u (e e DEFAULT 'y');",
			"CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE q (id int); COMMIT; END $$; CREATE TABLE before (id int); CALL p();"},
		"savepoints":               {"BEGIN; SAVEPOINT s; CREATE TABLE a (id int); SAVEPOINT s; CREATE TABLE b (id int); ROLLBACK TO s; RELEASE s; ROLLBACK TO s; CREATE TABLE c (id int); RELEASE s; COMMIT;"},
		"sessions":                 {"SET search_path = other; CREATE SCHEMA other; CREATE TABLE a (id int); CREATE TEMP TABLE t (id int);", "CREATE TABLE a (id int); CREATE TABLE t (id int);"},
		"settings of the database": {"ALTER DATABASE app SET search_path = other; CREATE SCHEMA other;", "GRANT ALL ON DATABASE app, \"other app\" TO public; COMMENT ON DATABASE app IS 'x'; CREATE TABLE public.a (id int);"},
		"relations":                {"CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY);", "CREATE TABLE ab (a int REFERENCES a, b int REFERENCES b, PRIMARY KEY (a, b)); CREATE PUBLICATION p FOR TABLE a; CREATE VIEW v AS SELECT * FROM ab;"},
		"old Electric":             {"CREATE TABLE a (id int PRIMARY KEY); ALTER TABLE a ENABLE ELECTRIC; CALL electric.migration_version('20230101000000_123');"},
		"constants":                {"CREATE TABLE a (at timestamptz DEFAULT '2024-01-01', i interval DEFAULT '1 day', b bytea DEFAULT 'x'); SET timezone = 'Europe/Berlin'; ALTER TABLE a ADD later timestamptz DEFAULT '2024-01-01';"},
	} {
		t.Run(name, func(t *testing.T) {
			list := files(t, texts...)
			var wantTrace, gotTrace compile.Trace
			want, ds := compile.Migrations(list, compile.Options{Trace: &wantTrace})
			require.False(t, diag.HasErrors(ds), "%+v", ds)
			got, ds, err := Migrations(t.Context(), list, compile.Options{Trace: &gotTrace}, on(t))
			require.NoError(t, err)
			require.False(t, diag.HasErrors(ds), "%+v", ds)
			require.Equal(t, string(bundle.Encode(want)), string(bundle.Encode(got)))
			require.Equal(t, wantTrace, gotTrace)
		})
	}
}

// TestSameMistakes has mistakes that both find: at the same place, in the same
// words, and each of them, however many came before.
func TestSameMistakes(t *testing.T) {
	for name, texts := range map[string][]string{
		"each is told":      {"CREATE TABLE a (id int, id int); CREATE TABLE b (id nosuch);", "ALTER TABLE c ADD d int; CREATE TABLE b (id int); CREATE TABLE b (id int);"},
		"a near name":       {"CREATE TABLE songs (title text); ALTER TABLE songs DROP titel; ALTER TABLE song ADD a int;"},
		"a missing comma":   {"CREATE TABLE a (id int\n  b text); CREATE TABLE c (id int);"},
		"characters":        {"/* ééé */ CREATE TABLE \"é\" (\"ü\" text, c nosuch);"},
		"undone alone":      {"BEGIN; CREATE TABLE a (id int); CREATE TABLE a (id int); ALTER TABLE a ADD b int; COMMIT; ALTER TABLE a ADD b int;"},
		"no such savepoint": {"BEGIN; CREATE TABLE a (id int); RELEASE nosuch; ROLLBACK TO nosuch; CREATE TABLE b (id int); COMMIT; CREATE TABLE b (id int);"},
		"never committed":   {"BEGIN; CREATE TABLE a (id int);"},
		"at commit":         {"CREATE TABLE a (id int PRIMARY KEY, b int REFERENCES a DEFERRABLE INITIALLY DEFERRED); INSERT INTO a VALUES (1, 2);"},
		"in a block":        {"-- :electric:txn:start\nCREATE TABLE a (id int);\nCREATE INDEX CONCURRENTLY i ON a (id);\nCOMMIT;\n-- :electric:txn:end\n"},
		"dead Electric":     {"CREATE TABLE a (id int); ELECTRIC GRANT ALL ON a TO 'x'; ALTER TABLE nosuch ENABLE ELECTRIC;"},
	} {
		t.Run(name, func(t *testing.T) {
			list := files(t, texts...)
			_, want := compile.Migrations(list, compile.Options{})
			_, got, err := Migrations(t.Context(), list, compile.Options{}, on(t))
			require.NoError(t, err)
			require.True(t, diag.HasErrors(want))
			for i := range got { // where it stands in a function is the server's to say
				got[i].Detail, got[i].Hint = "", ""
			}
			for i := range want {
				want[i].Detail, want[i].Hint = "", ""
			}
			require.Equal(t, want, got)
		})
	}
}
