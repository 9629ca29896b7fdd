package shadow

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/compile"
	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/localpg"
)

// place is a directory for private servers, which an unprivileged user can come
// by.
func place(t *testing.T) string {
	t.Helper()
	pgtest.Start(t) // or the test is skipped
	dir, err := os.MkdirTemp("", "shadow-test-")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o711))
	return dir
}

// TestPrivateServer is there for the run alone, and takes what belongs to a
// server as a whole: nobody else has it.
func TestPrivateServer(t *testing.T) {
	t.Setenv("PGOPTIONS", "-c search_path=elsewhere") // meant for another server
	o := Options{parent: place(t), Note: func(message string) { t.Error("told: " + message) }}
	b, ds, err := Migrations(t.Context(), files(t, "CREATE ROLE app; CREATE DATABASE other;", "CREATE TABLE a (id int); GRANT SELECT ON a TO app; GRANT ALL ON DATABASE app TO app;"), compile.Options{}, o)
	require.NoError(t, err)
	require.Empty(t, ds)
	require.NotNil(t, b.Schema.Table("public", "a"))
	left, err := os.ReadDir(o.parent)
	require.NoError(t, err)
	require.Empty(t, left)
}

// TestSweep removes what a killed process left, and nothing that is in use, young
// or somebody else's.
func TestSweep(t *testing.T) {
	parent := place(t)
	old := time.Now().Add(-2 * abandoned)
	make := func(name string) string {
		dir := filepath.Join(parent, name)
		require.NoError(t, os.Mkdir(dir, 0o711))
		return dir
	}
	used := make(prefix + "used")
	server, err := localpg.Start(t.Context(), localpg.Options{Dir: used, Settings: hasty})
	require.NoError(t, err)
	defer server.Stop(t.Context()) //nolint:errcheck // its directory goes as well
	left, young, other, precious := make(prefix+"left"), make(prefix+"young"), make("other"), make("precious")
	require.NoError(t, os.WriteFile(filepath.Join(left, "password"), nil, 0o600))
	require.NoError(t, os.Symlink(precious, filepath.Join(parent, prefix+"link")))
	for _, dir := range []string{used, left, other, precious} {
		require.NoError(t, os.Chtimes(dir, old, old))
	}
	sweep(parent)
	require.NoDirExists(t, left)
	for _, dir := range []string{server.Dir(), young, other, precious} {
		require.DirExists(t, dir)
	}
}
