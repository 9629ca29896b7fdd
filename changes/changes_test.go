package changes_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/changes"
	"github.com/electric-cli/electric/compile"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/parser"
)

// schemaOf runs a script.
func schemaOf(t *testing.T, sql string) *metadata.Schema {
	t.Helper()
	s := compile.New()
	for _, st := range parser.Split(sql) {
		r := s.Run(st)
		require.Nil(t, r.Err, st.Text)
	}
	return s.Metadata()
}

// What two schemas differ in is told, and nothing of a schema and itself, for each of the compatibility rules' examples.
func TestEachDifferenceIsTold(t *testing.T) {
	examples, err := filepath.Glob("../testdata/compat/*/after.sql")
	require.NoError(t, err)
	require.Greater(t, len(examples), 50)
	for _, file := range examples {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) {
			after, err := os.ReadFile(file)
			require.NoError(t, err)
			before, err := os.ReadFile(filepath.Join(filepath.Dir(file), "before.sql"))
			require.NoError(t, err)
			a, b := schemaOf(t, string(before)), schemaOf(t, string(after))
			require.Empty(t, changes.Between(a, a))
			for _, lines := range [][]string{changes.Between(a, b), changes.Between(b, a)} {
				if len(metadata.Diff(a, b)) > 0 {
					require.NotEmpty(t, lines)
				}
				for _, line := range lines {
					require.NotContains(t, line, "\n")
				}
			}
		})
	}
}

// Nor does any statement of the corpora change a description without a word about it.
func TestNothingIsPassedOverInSilence(t *testing.T) {
	folders, err := filepath.Glob("../../shared/corpus/*/migrations")
	require.NoError(t, err)
	if len(folders) == 0 {
		t.Skip("no corpus beside the repository")
	}
	const mostFiles = 25 // of a corpus: describing all of a large schema twice for each statement takes long
	for _, folder := range folders {
		t.Run(filepath.Base(filepath.Dir(folder)), func(t *testing.T) {
			t.Parallel()
			files, err := filepath.Glob(folder + "/*.sql")
			require.NoError(t, err)
			s := compile.New()
			snapshots := compile.NewSnapshots(s)
			before := s.Metadata()
			for _, file := range files[:min(len(files), mostFiles)] {
				text, err := os.ReadFile(file)
				require.NoError(t, err)
				for _, st := range parser.Split(string(text)) {
					s.Run(st)
					after := snapshots.Take()
					if after == nil {
						continue
					}
					lines := changes.Between(before, after)
					if len(lines) == 0 {
						require.Empty(t, metadata.Diff(before, after), "%s: %s", file, strings.TrimSpace(st.Text))
					}
					before = after
				}
				s.Reconnect()
				if after := snapshots.Take(); after != nil {
					before = after
				}
			}
			require.Equal(t, s.Metadata(), before, "snapshots lose nothing")
		})
	}
}
