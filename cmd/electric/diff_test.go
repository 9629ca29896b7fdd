package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
)

// electric runs a command line and gives its exit status and what it said.
func electric(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	a := &app{
		in: strings.NewReader(""), out: &out, err: &err, getenv: func(string) string { return "" }, now: time.Now,
		environ: func() []string { return nil }, setenv: func(string, string) error { return nil }, terminal: func(io.Writer) bool { return false },
	}
	status = a.run(t.Context(), args)
	return status, out.String(), err.String()
}

// TestDiffDatabase compares a folder with databases: one on the same version, one that somebody changed, one that is
// behind and says so.
func TestDiffDatabase(t *testing.T) {
	server := pgtest.Start(t)
	folder := t.TempDir()
	first := "CREATE TABLE songs (id uuid PRIMARY KEY, title text NOT NULL DEFAULT 'untitled', rating int);"
	second := "ALTER TABLE songs RENAME COLUMN title TO name;"
	require.NoError(t, os.WriteFile(filepath.Join(folder, "1_songs.sql"), []byte(first), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "2_name.sql"), []byte(second), 0o644))
	open := func(statements ...string) string {
		url := server.Database(t)
		conn, err := pgx.Connect(t.Context(), url)
		require.NoError(t, err)
		defer conn.Close(context.WithoutCancel(t.Context()))
		for _, s := range statements {
			_, err := conn.Exec(t.Context(), s)
			require.NoError(t, err, s)
		}
		return url
	}
	const bookkeeping = `CREATE SCHEMA _electric; CREATE TABLE _electric.schema_versions (version text PRIMARY KEY, checksum text);`

	// Electric makes the replica identity FULL: that is no change.
	same := open(first, second, bookkeeping, "ALTER TABLE songs REPLICA IDENTITY FULL")
	for _, args := range [][]string{{folder, same}, {same, folder}} {
		status, out, said := electric(t, append([]string{"migrate", "diff"}, args...)...)
		require.Equal(t, exitOK, status, said)
		require.Empty(t, out)
		require.Contains(t, said, "1 table same")
	}

	drifted := open(first, second, "ALTER TABLE songs DROP COLUMN rating")
	status, out, _ := electric(t, "migrate", "diff", folder, drifted)
	require.Equal(t, exitInput, status)
	require.Contains(t, out, `column "rating" removed [column-removed]`)

	behind := open(first)
	_, out, _ = electric(t, "migrate", "diff", behind, folder)
	require.Contains(t, out, "[column-removed]", "which migrations it has is not known")
	require.Contains(t, out, "looks like a rename")

	behind = open(first, bookkeeping, "INSERT INTO _electric.schema_versions SELECT '1', encode(sha256(convert_to('"+
		strings.ReplaceAll(first, "'", "''")+"', 'UTF8')), 'hex')")
	_, out, _ = electric(t, "migrate", "diff", behind, folder)
	require.Contains(t, out, `column "title" renamed to "name" [column-renamed]`)
}
