//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/status"
)

// platformProject makes a folder of migrations of one of package compile's
// platform projects: each of its blocks without a mistake is one.
func platformProject(t *testing.T, name string) string {
	t.Helper()
	dir := newDevFolder(t)
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "schema")))
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "supabase", "migrations"), 0o755))
	text, err := os.ReadFile(filepath.Join("../../compile/testdata/platforms", name+".test"))
	require.NoError(t, err)
	made := 0
	for _, block := range strings.Split(string(text), "\nexec\n")[1:] {
		sql, result, found := strings.Cut(block, "\n----\n")
		require.True(t, found)
		if !strings.Contains("\n"+result, "\nerror ") && !strings.Contains(result, " error ") {
			made++
			writeFile(t, dir, fmt.Sprintf("supabase/migrations/202501010000%02d_%s.sql", made, name), sql)
		}
	}
	require.GreaterOrEqual(t, made, 3)
	return dir
}

// electric runs electric in a folder whose private database runs.
func (r *running) electric(args ...string) (out string, code int) {
	r.t.Helper()
	cmd := exec.Command("electric", args...)
	cmd.Dir = r.dir
	cmd.Env = append(environWithout("DATABASE_URL", "ELECTRIC_SECRET"), "ELECTRIC_URL="+r.url(""), "XDG_CACHE_HOME="+filepath.Join(r.dir, ".cache"))
	stdout, _ := cmd.Output()
	return string(stdout), cmd.ProcessState.ExitCode()
}

// TestDevOfSupabase serves the shapes of projects made for Supabase, whose seeds
// make users: the private Postgres holds what Supabase does.
func TestDevOfSupabase(t *testing.T) {
	for _, c := range []struct {
		project, seed, table, row string
		since                     int // what the project needs of PostgreSQL
	}{
		{
			"supabase_notes", `INSERT INTO auth.users (id, raw_user_meta_data) VALUES (gen_random_uuid(), '{"username": "ann"}');`,
			"profiles", `"username":"ann"`, 14,
		},
		{"supabase_teams", `INSERT INTO teams (name, slug) VALUES ('tidy', 'tidy');`, "teams", `"slug":"tidy"`, 15}, // views by the rights of who reads them
	} {
		t.Run(c.project, func(t *testing.T) {
			if version := replicating(t).Version; version < c.since {
				t.Skipf("the project needs PostgreSQL %d, the server is %d", c.since, version)
			}
			dir := platformProject(t, c.project)
			writeFile(t, dir, "supabase/seed.sql", c.seed)
			writeFile(t, dir, "electric.yaml", "migrations: supabase/migrations\nsetup: supabase\n")
			r := startDev(t, dir)
			r.says("set up the private database: supabase (")
			r.says("loaded supabase/seed.sql (1 statement)")
			require.NotContains(t, r.output(), "error:")
			require.NotContains(t, r.output(), "note: ")
			_, _, body := r.get("/v1/shape?table=" + c.table + "&offset=-1")
			require.Contains(t, body, c.row)

			// Nothing that Supabase has is drift, nor anything else.
			out, code := r.electric("status", "--json")
			require.Zero(t, code, out)
			var report status.Report
			require.NoError(t, json.Unmarshal([]byte(out), &report))
			require.Empty(t, report.Drift)
			require.Empty(t, report.Other)
			r.stop(syscall.SIGINT)

			// The next start finds it done.
			r = startDev(t, dir)
			require.NotContains(t, r.output(), "set up the private database")
			require.NotContains(t, r.output(), "another setup")
			r.stop(syscall.SIGINT)
		})
	}
}

// TestDevSetup runs files of one's own before the first migration, wholly or not
// at all, and once.
func TestDevSetup(t *testing.T) {
	dir := newDevFolder(t)
	writeFile(t, dir, "electric.yaml", "setup: before.sql\n")
	writeFile(t, dir, "before.sql", "CREATE SCHEMA app;\nINSERT INTO app.songs SELECT 1 / 0;\n")
	writeFile(t, dir, "schema/1750000001_songs.sql", "CREATE TABLE songs (id int PRIMARY KEY, mood app.mood);\nGRANT SELECT ON songs TO dev_setup_reader;\n")
	r := startDev(t, dir)
	r.says(`before.sql:2:13: error: relation "app.songs" does not exist [42P01]`)

	// A mistake that only a server finds is told in the same way, and leaves nothing.
	before := "CREATE SCHEMA app;\nCREATE TYPE app.mood AS ENUM ('calm');\nCREATE ROLE dev_setup_reader;\n"
	writeFile(t, dir, "before.sql", before+"SELECT 1 / count(*) FROM pg_stat_activity WHERE pid < 0;\n")
	r.says("before.sql:4:1: error: division by zero [22012]")
	r.says("the private database is not set up: nothing of before.sql remains")

	// Mended, it is run, and the migration after it.
	writeFile(t, dir, "before.sql", before)
	r.says("set up the private database: before.sql (3 statements)")
	r.says("applied schema/1750000001_songs.sql (1 transaction")
	_, _, body := r.get("/v1/shape?table=songs&offset=-1")
	require.Contains(t, body, "snapshot-end")

	// Changed later, it is not what the database was made of any more.
	writeFile(t, dir, "before.sql", before+"CREATE TABLE app.more ();\n")
	r.says("the private database was made with another setup: start it over with electric dev --reset")
	r.stop(syscall.SIGINT)
	r = startDev(t, dir, "--reset")
	r.says("set up the private database: before.sql (4 statements)")
	r.says("applied schema/1750000001_songs.sql (1 transaction")
	r.stop(syscall.SIGINT)
}

// TestDevPassesOverExtensions that Supabase has and no plain server can have.
func TestDevPassesOverExtensions(t *testing.T) {
	dir := newDevFolder(t)
	writeFile(t, dir, "electric.yaml", "setup: supabase\n")
	writeFile(t, dir, "schema/1750000001_songs.sql", `CREATE EXTENSION IF NOT EXISTS pg_net WITH SCHEMA extensions;
COMMENT ON EXTENSION pg_net IS 'requests';
ALTER EXTENSION pg_net UPDATE;
CREATE TABLE songs (id int PRIMARY KEY);
SELECT net.http_get('https://example.com');
DROP EXTENSION pg_net;
`)
	r := startDev(t, dir)
	r.says(`schema/1750000001_songs.sql: extension "pg_net" is passed over: this server does not have it`)
	r.says("applied schema/1750000001_songs.sql (1 transaction")
	require.NotContains(t, r.output(), "error:")
	r.stop(syscall.SIGINT)
}
