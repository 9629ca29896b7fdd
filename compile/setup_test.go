package compile

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/hash"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/source"
)

// compileWith compiles one migration on top of a setup; "" is none. Somebody said
// that clients get what is outside of blocks.
func compileWith(t *testing.T, setup, migration string, trace *Trace) (*bundle.Bundle, []diag.Diagnostic) {
	t.Helper()
	return compileAs(t, source.UnmarkedClient, setup, migration, trace)
}

func compileAs(t *testing.T, unmarked source.Unmarked, setup, migration string, trace *Trace) (*bundle.Bundle, []diag.Diagnostic) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "1_a.sql")
	require.NoError(t, os.WriteFile(file, []byte(migration), 0o644))
	o := source.Options{WorkingDir: dir, Setup: []string{}, Unmarked: unmarked}
	if setup != "" {
		before := filepath.Join(dir, "before.sql")
		require.NoError(t, os.WriteFile(before, []byte(setup), 0o644))
		o.Setup = []string{before}
	}
	in := source.Read([]string{file}, o)
	list, first := in.Migrations(), in.Setup()
	require.Empty(t, in.Diagnostics)
	return Migrations(list, Options{Trace: trace, Setup: first})
}

func tableNames(s *metadata.Schema) (names []string) {
	for _, t := range s.Tables {
		names = append(names, t.Schema+"."+t.Name)
	}
	return names
}

const songs = "CREATE TABLE songs (id int PRIMARY KEY, title text NOT NULL);"

// A setup is in no hash and no statement; the bundle only names it.
func TestSetupIsNotHashed(t *testing.T) {
	plain, ds := compileWith(t, "", songs, nil)
	require.Empty(t, ds)
	require.Nil(t, plain.Setup)
	require.Nil(t, plain.Ground())
	b, ds := compileWith(t, "CREATE SCHEMA app; CREATE TABLE app.users (id int PRIMARY KEY); CREATE TABLE settings (); CREATE TYPE mood AS ENUM ();", songs, nil)
	require.Empty(t, ds)
	require.Equal(t, []string{plain.SchemaHash, plain.SyncHash}, []string{b.SchemaHash, b.SyncHash})
	require.Equal(t, plain.Migrations, b.Migrations)
	require.Empty(t, metadata.Diff(plain.Schema.Schema, b.Schema.Schema))
	require.Equal(t, "before.sql", b.Setup.Files[0].File)
	require.Equal(t, metadata.Ground{Schemas: []string{"app"}, Objects: []string{"enum public.mood", "table public.settings"}, Own: []string{}}, b.Setup.Ground)
}

// Migrations refer to it, and what they make of theirs beside it is theirs.
func TestMigrationsOnASetup(t *testing.T) {
	var seen []string
	trace := Trace{Each: func(i int, s *metadata.Schema) {
		require.Zero(t, i)
		seen = tableNames(s)
	}}
	b, ds := compileWith(t, "CREATE SCHEMA app; CREATE TABLE app.users (id int PRIMARY KEY); CREATE EXTENSION citext; CREATE ROLE setup_reader;", `
		CREATE EXTENSION hstore SCHEMA app;
		CREATE TABLE notes (id int PRIMARY KEY, owner int REFERENCES app.users, word citext, more app.hstore);
		CREATE TABLE app.mine (id int PRIMARY KEY, note int REFERENCES notes);
		ALTER TABLE app.users ADD COLUMN extra int;
		GRANT SELECT ON notes TO setup_reader;`, &trace)
	require.Empty(t, ds)
	require.Equal(t, []string{"app.mine", "public.notes"}, tableNames(b.Schema.Schema))
	require.Equal(t, tableNames(b.Schema.Schema), seen)
	require.Equal(t, []string{"extension hstore", "table app.mine"}, b.Setup.Own)
	require.Equal(t, []string{"extension citext"}, b.Setup.Objects)
	require.Equal(t, []string{"hstore"}, b.Requires.Extensions)
	require.Equal(t, hash.Tables{{"app", "mine"}: nil, {"public", "notes"}: nil}, trace.Scopes[0])
	require.Len(t, trace.Units, 1)
	require.Len(t, b.Schema.Relations, 2, "none leads to a table that is not there")
	require.Equal(t, "users", b.Schema.Schema.Table("public", "notes").ForeignKeys[0].RefTable)
}

// A table that a migration drops and makes anew is its own.
func TestTableMadeAnew(t *testing.T) {
	b, ds := compileWith(t, "CREATE TABLE songs (); CREATE TABLE other ();", "DROP TABLE songs;"+songs, nil)
	require.Empty(t, ds)
	require.Equal(t, []string{"public.songs"}, tableNames(b.Schema.Schema))
	require.True(t, b.Schema.Tables[0].Client)
	require.Equal(t, []string{"table public.songs"}, b.Setup.Own)
	rest := b.Ground().Without(&metadata.Schema{Tables: []metadata.Table{{Schema: "public", Name: "other"}, {Schema: "public", Name: "songs"}}})
	require.Equal(t, []string{"public.songs"}, tableNames(rest))
}

// What it sets for later sessions holds for the migrations; what it sets for its
// own does not.
func TestSetupKeepsSettings(t *testing.T) {
	ext := "CREATE SCHEMA ext; CREATE FUNCTION ext.f() RETURNS int LANGUAGE sql AS 'SELECT 1';"
	use := "CREATE TABLE a (n int DEFAULT f());"
	for _, set := range []string{
		"ALTER DATABASE app SET search_path TO public, ext", `ALTER ROLE postgres SET search_path = "$user", public, ext`,
		"ALTER ROLE ALL SET search_path = public, ext", "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path TO public, ext', current_database()); END $$",
	} {
		b, ds := compileWith(t, ext+set+";", use+"SET search_path = ''; RESET search_path; CREATE TABLE b (n int DEFAULT f());", nil)
		require.Empty(t, ds, set)
		require.Equal(t, []string{"public.a", "public.b"}, tableNames(b.Schema.Schema))
		require.Equal(t, "ext.f()", b.Schema.Schema.Tables[1].Columns[0].Default)
	}
	for _, set := range []string{
		"SET search_path TO public, ext", "ALTER ROLE other SET search_path = ext",
		"ALTER DATABASE app SET search_path TO public, ext; ALTER DATABASE app RESET search_path",
		"BEGIN; ALTER DATABASE app SET search_path TO public, ext; ROLLBACK",
	} {
		_, ds := compileWith(t, "CREATE ROLE other;"+ext+set+";", use, nil)
		require.Len(t, ds, 1, set)
		require.Equal(t, "42883", ds[0].Code)
	}
}

// Mistakes in it are told where they are, and what only follows from them is not.
func TestSetupMistakes(t *testing.T) {
	b, ds := compileWith(t, "CREATE SCHEMA app;\nCREATE TABEL app.users (id int);", songs, nil)
	require.Nil(t, b)
	require.Len(t, ds, 1)
	require.Equal(t, "42601", ds[0].Code)
	require.Equal(t, "before.sql", filepath.Base(ds[0].Span.File))
	_, ds = compileWith(t, "CREATE TABLE a (id integr PRIMARY KEY);", "CREATE TABLE b (a int REFERENCES a);", nil)
	require.Len(t, ds, 1)
	require.Equal(t, `type "integr" does not exist`, ds[0].Message)
}
