package bundle

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/metadata"
)

// A bundle is like its own schema, and like no other.
func TestAlike(t *testing.T) {
	path := filepath.Join(t.TempDir(), "migrations")
	require.False(t, AlikeFile(path, library().Schema.Schema), "there is none")
	whole := library()
	_, err := WriteFile(t.Context(), path, Encode(whole))
	require.NoError(t, err)
	require.NotEmpty(t, whole.Schema.Schema.Tables)
	require.True(t, AlikeFile(path, whole.Schema.Schema))

	for name, change := range map[string]func(*metadata.Schema){
		"a column less": func(s *metadata.Schema) { t := &s.Tables[0]; t.Columns = t.Columns[1:] },
		"a table less":  func(s *metadata.Schema) { s.Tables = s.Tables[:len(s.Tables)-1] },
		"no tables":     func(s *metadata.Schema) { s.Tables = nil },
		"a comment":     func(s *metadata.Schema) { s.Tables[0].Comment = "mine" },
		"the last table's index": func(s *metadata.Schema) {
			t := &s.Tables[len(s.Tables)-1]
			t.Indexes = append(t.Indexes, metadata.Index{Name: "x"})
		},
		"a function": func(s *metadata.Schema) {
			s.Functions = append(s.Functions, metadata.Function{Schema: "public", Name: "f"})
		},
		"a publication": func(s *metadata.Schema) { s.Publications = append(s.Publications, metadata.Publication{Name: "p"}) },
	} {
		t.Run(name, func(t *testing.T) {
			other := library().Schema.Schema
			change(other)
			require.False(t, AlikeFile(path, other))
		})
	}
}

// A text that only looks like a bundle's is like nothing, and like nothing that
// it breaks off.
func FuzzAlike(f *testing.F) {
	whole := library()
	data := Encode(whole)
	f.Add(data)
	f.Add(data[:len(data)/2])
	f.Add([]byte("\n  \"schema\": {\n,\n    \"relations\": ["))
	f.Fuzz(func(t *testing.T, data []byte) {
		if alike(data, whole.Schema.Schema) {
			require.Contains(t, string(data), string(schemaBegins))
		}
	})
}

// A bundle that is read beside a schema is what it is read alone, whatever that
// schema is.
func TestReadBeside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "migrations")
	_, err := WriteFile(t.Context(), path, Encode(library()))
	require.NoError(t, err)
	alone, err := ReadFile(path)
	require.NoError(t, err)
	for name, change := range map[string]func(*metadata.Schema){
		"the same":        func(*metadata.Schema) {},
		"nothing":         func(s *metadata.Schema) { *s = metadata.Schema{} },
		"a table changed": func(s *metadata.Schema) { s.Tables[0].Columns = s.Tables[0].Columns[1:] },
		"a table more":    func(s *metadata.Schema) { s.Tables = append(s.Tables, metadata.Table{Schema: "public", Name: "zz"}) },
	} {
		t.Run(name, func(t *testing.T) {
			near := library().Schema.Schema
			change(near)
			b, err := ReadBeside(path, near)
			require.NoError(t, err)
			require.Empty(t, metadata.Diff(alone.Schema.Schema, b.Schema.Schema))
			require.True(t, alike(Encode(alone), b.Schema.Schema), "in what Diff leaves out as well")
			require.Equal(t, alone.Clients(), b.Clients())
			require.Equal(t, alone.Migrations, b.Migrations)
			for i := range alone.Schema.Tables {
				require.Equal(t, alone.Schema.Tables[i].Hash, b.Schema.Tables[i].Hash)
			}
		})
	}
	_, err = ReadBeside(filepath.Join(t.TempDir(), "migrations"), new(metadata.Schema))
	require.ErrorContains(t, err, "read bundle: ")
}
