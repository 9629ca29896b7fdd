package database_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/database"
	"github.com/electric-cli/electric/internal/pgtest"
)

// BenchmarkRunScript loads seeds as people write them: 40,000 rows, each an INSERT
// of its own.
func BenchmarkRunScript(b *testing.B) {
	var seeds strings.Builder
	for i := range 40_000 {
		fmt.Fprintf(&seeds, "INSERT INTO songs (id, title, genre, price) VALUES (%d, 'Song no. %d', ARRAY['rock', 'jazz'], %d.99);\n", i, i, i%20)
	}
	path := filepath.Join(b.TempDir(), "seeds.sql")
	require.NoError(b, os.WriteFile(path, []byte(seeds.String()), 0o600))
	conn, err := pgx.Connect(b.Context(), pgtest.Start(b).Database(b))
	require.NoError(b, err)
	defer conn.Close(b.Context())
	for b.Loop() {
		_, err = conn.Exec(b.Context(), "DROP TABLE IF EXISTS songs; CREATE TABLE songs (id int PRIMARY KEY, title text NOT NULL, genre text[], price numeric)",
			pgx.QueryExecModeSimpleProtocol)
		require.NoError(b, err)
		s, err := database.RunScript(b.Context(), conn, path)
		require.NoError(b, err)
		require.Empty(b, s.Diagnostics)
		require.Equal(b, 40_000, s.Statements)
	}
}
