package database_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/database"
	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/metadata"
)

// sample is what -short reads: small, and between them most kinds of objects.
var sample = map[string]bool{"pagila": true, "basejump": true, "openfga": true, "graphile_worker": true, "harbor": true}

// TestInspectCorpora applies the migrations of each public project as its truth says they were, and asks Inspect for
// the same answer.
func TestInspectCorpora(t *testing.T) {
	truths, err := filepath.Glob(corpus + "/*/truth.json")
	require.NoError(t, err)
	if len(truths) == 0 {
		t.Skip("no ../shared/corpus beside the repository: nothing to apply")
	}
	server := pgtest.Start(t)
	if server.Version != 15 {
		t.Skipf("the truths are of PostgreSQL 15, the server is %d", server.Version)
	}
	for _, path := range truths {
		dir := filepath.Dir(path)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			if testing.Short() && !sample[filepath.Base(dir)] {
				t.Skip("not in the sample of -short")
			}
			t.Parallel()
			compare(t, server, dir)
		})
	}
}

func compare(t *testing.T, server *pgtest.Server, dir string) {
	want := readTruth(t, dir)
	url := newDatabase(t, server, &want)
	for _, file := range want.Apply {
		text, err := os.ReadFile(filepath.Join(dir, "migrations", file.File))
		require.NoError(t, err)
		as, err := apply(t.Context(), url, string(text))
		require.NoError(t, err, file.File)
		require.Equal(t, file.As, as, file.File)
	}
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	got, err := database.Inspect(t.Context(), conn)
	require.NoError(t, err)

	for _, d := range metadata.Diff(&want.Schema, got) {
		t.Error(d)
	}
	// Diff passes over what makes no difference; here nothing may differ, but the versions of extensions.
	for i := range min(len(got.Extensions), len(want.Extensions)) {
		got.Extensions[i].Version = want.Extensions[i].Version
	}
	if !t.Failed() {
		require.JSONEq(t, string(want.AppendJSON(nil)), string(got.AppendJSON(nil)))
	}
}
