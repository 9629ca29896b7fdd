package source

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const supabaseNote = "supabase/migrations/: note: taken as migrations of a Supabase database"

// The place of the migrations says whose database it is, as it is written.
func TestRecognizedPlatform(t *testing.T) {
	inFolder(t, map[string]string{
		"supabase/migrations/20250101000000_a.sql": "SELECT 1;", "supabase/seed.sql": "SELECT 2;", "schema/1_a.sql": "SELECT 3;",
		"other/supabase/1_b.sql": "SELECT 4;", "other/supabase/migrations/2_b.sql": "SELECT 5;",
	})
	for _, args := range [][]string{{"supabase/migrations"}, {"supabase"}, {"./supabase/"}, {"supabase/migrations/20250101000000_a.sql"}} {
		in, list := read(t, Options{}, args...)
		require.Contains(t, list, "20250101000000 a supabase/migrations/20250101000000_a.sql\n", "%s", args)
		require.Contains(t, tell(in), supabaseNote, "%s", args)
		require.Equal(t, []string{"supabase"}, in.SetupPaths(), "%s", args)
	}
	// A folder with migrations of its own is no folder above.
	in, list := read(t, Options{}, "other/supabase")
	require.Equal(t, "1 b other/supabase/1_b.sql\n  client autocommit: SELECT 4\n", list)
	require.Empty(t, in.SetupFiles())
	in, _ = read(t, Options{}, "schema")
	require.Empty(t, in.SetupFiles())
	require.Empty(t, tell(in))
	// What is said counts, and needs no note.
	for _, said := range [][]string{{"none"}, {}, {"supabase"}} {
		in, _ = read(t, Options{Setup: said}, "supabase/migrations")
		require.Empty(t, tell(in))
		require.Equal(t, len(said) == 1 && said[0] == "supabase", len(in.Setup()) == 1, "%s", said)
	}
}

// A setup is all for the server, whatever its markers, and reads as psql does.
func TestSetupReadsAsPsql(t *testing.T) {
	inFolder(t, map[string]string{
		"schema/1_a.sql": "SELECT 1;",
		"db/init.sql":    "\\set ON_ERROR_STOP on\nCREATE ROLE a;\n-- :electric:txn:start\nCREATE ROLE b;\n-- :electric:txn:end\n\\ir more.sql\n",
		"db/more.sql":    "CREATE ROLE c;\n",
	})
	in, list := read(t, Options{Setup: []string{"db/init.sql", "supabase"}}, "schema")
	require.Equal(t, "1 a schema/1_a.sql\n  client autocommit: SELECT 1\n", list, "markers of the setup are none of the migrations'")
	setup := in.Setup()
	require.Len(t, setup, 2)
	require.Equal(t, "db/init.sql db/init.sql db/init.sql\n  server autocommit: CREATE ROLE a\n  server autocommit: CREATE ROLE b\n"+
		"  server autocommit: CREATE ROLE c\n", describe(setup[:1]))
	require.Equal(t, "db/more.sql", setup[0].Includes[0].Path)
	require.Equal(t, "supabase", setup[1].Path)
	require.NotEmpty(t, setup[1].File.Checksum)
	require.True(t, in.IncludesFiles())
	require.Empty(t, tell(in))
}

func TestSetupMistakes(t *testing.T) {
	inFolder(t, map[string]string{"schema/1_a.sql": "SELECT 1;", "db/x.sql": "\\gexec\n", "db/y/z.sql": ""})
	for name, want := range map[string]string{
		"supabse":    "supabse: error: is neither a built-in setup nor a file [unknown-setup]\n  = hint: Perhaps supabase is meant.\n",
		"firebase":   "= hint: The built-in one is supabase; all else is a file of SQL.\n",
		"db/no.sql":  "db/no.sql: error: does not exist [no-such-file]\n",
		"db/y":       "db/y: error: is a folder, not a file [not-a-file]\n",
		"db/x.sql":   "db/x.sql:1:1: error: psql's command \\gexec is not supported [unsupported-meta-command]\n",
		"../out.sql": "../out.sql: error: does not exist [no-such-file]\n",
	} {
		in, _ := read(t, Options{Setup: []string{name}}, "schema")
		in.Setup()
		in.Setup() // asked for twice, it is told once
		require.Contains(t, tell(in), want, name)
		require.Len(t, in.Diagnostics, 1, name)
	}
}

func TestSetupNames(t *testing.T) {
	require.Nil(t, SetupNames(nil))
	require.Equal(t, []string{}, SetupNames([]string{"none"}))
	require.Equal(t, []string{"a.sql"}, SetupFileNames([]string{"supabase", "a.sql"}))
	require.Empty(t, SetupFileNames([]string{"none"}))
}
