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
)

// BenchmarkInspect reads a schema of 300 tables.
func BenchmarkInspect(b *testing.B) {
	files, err := filepath.Glob(corpus + "/civitai/migrations/*.sql")
	require.NoError(b, err)
	if len(files) == 0 {
		b.Skip("no ../shared/corpus beside the repository: nothing to apply")
	}
	url := pgtest.Start(b).Database(b)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(b, err)
		_, err = apply(b.Context(), url, string(text))
		require.NoError(b, err)
	}
	conn, err := pgx.Connect(b.Context(), url)
	require.NoError(b, err)
	defer conn.Close(context.Background())
	for b.Loop() {
		_, err := database.Inspect(b.Context(), conn)
		require.NoError(b, err)
	}
}
