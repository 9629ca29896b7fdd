package bundle

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A sketch says of a bundle what all of it says.
func TestSketch(t *testing.T) {
	path := filepath.Join(t.TempDir(), "migrations")
	whole := library()
	_, err := WriteFile(t.Context(), path, Encode(whole))
	require.NoError(t, err)
	got, err := SketchFile(path)
	require.NoError(t, err)
	want, err := ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, want.Clients(), got.Clients())
	require.Equal(t, want.Migrations, got.Migrations)
	require.Equal(t, want.Requires, got.Requires)
	require.Equal(t, want.SchemaHash, got.SchemaHash)
	for i := range want.Schema.Tables {
		require.Equal(t, want.Schema.Tables[i].Hash, got.Schema.Tables[i].Hash)
	}
}

// What is no bundle is refused, and nothing makes a sketch fail otherwise.
func FuzzSketch(f *testing.F) {
	f.Add(Encode(library()))
	for _, s := range []string{"", "{", `{"format":1`, `{"format":1,"schema":{"tables":[{]}}`, `{"format": 1, "schema": [}`, `{"format":1,"a"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := sketch(data)
		if err == nil {
			require.NotNil(t, b)
		}
	})
}
