package metadata

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// truths returns what servers said of the corpora's schemas, by corpus.
func truths(t testing.TB) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("../../shared/corpus/*/truth.json")
	require.NoError(t, err)
	if len(files) == 0 {
		t.Skip("no ../shared/corpus beside the repository: nothing to read")
	}
	found := make(map[string][]byte, len(files))
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		found[filepath.Base(filepath.Dir(file))] = data
	}
	return found
}

// notSchema are the keys of a truth that tell how it was made.
var notSchema = []string{"apply", "counts", "format", "roles", "server"}

func TestTruthsSurviveReadAndWrite(t *testing.T) {
	for name, data := range truths(t) {
		t.Run(name, func(t *testing.T) {
			var want, got map[string]any
			require.NoError(t, json.Unmarshal(data, &want))
			for _, key := range notSchema {
				delete(want, key)
			}
			s, err := Read(bytes.NewReader(data))
			require.NoError(t, err)
			s.Sort()
			require.NoError(t, json.Unmarshal(s.AppendJSON(nil), &got))
			require.Equal(t, want, got)
			require.Empty(t, Diff(s, s))
		})
	}
}

func BenchmarkWrite(b *testing.B) {
	s, err := Read(bytes.NewReader(truths(b)["civitai"]))
	require.NoError(b, err)
	var out bytes.Buffer
	for b.Loop() {
		out.Reset()
		require.NoError(b, Write(&out, s))
	}
	b.SetBytes(int64(out.Len()))
}

func BenchmarkRead(b *testing.B) {
	data := truths(b)["civitai"]
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		_, err := Read(bytes.NewReader(data))
		require.NoError(b, err)
	}
}

func BenchmarkSort(b *testing.B) {
	s, err := Read(bytes.NewReader(truths(b)["civitai"]))
	require.NoError(b, err)
	for b.Loop() {
		s.Sort()
	}
}
