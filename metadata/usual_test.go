package metadata

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every truth reads the same from its full form and from the sparse one.
func TestSparseSaysTheSame(t *testing.T) {
	truths, err := filepath.Glob("../../shared/corpus/*/truth.json")
	require.NoError(t, err)
	if len(truths) == 0 {
		t.Skip("no ../shared/corpus here")
	}
	for _, name := range truths {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		want, err := Read(bytes.NewReader(data))
		require.NoError(t, err)
		e := Encoder{Sparse: true}
		e.Open()
		want.WriteFields(&e)
		e.Close()
		got, err := Read(bytes.NewReader(e.Bytes()))
		require.NoError(t, err)
		require.Equal(t, compact(t, want), compact(t, got), name)
		require.Less(t, len(e.Bytes()), len(data), name)
	}
}

// The values that are not Go's zero ones are there when nothing is said of them.
func TestReadPutsUsualValuesBack(t *testing.T) {
	s, err := Read(bytes.NewReader([]byte(`{"tables": [{"name": "t", "columns": [{"name": "a"}, {"name": "b", "attnum": 3}],
		"checks": [{"name": "c"}], "foreign_keys": [{"name": "f", "validated": false}]}]}`)))
	require.NoError(t, err)
	table := s.Tables[0]
	require.Equal(t, 1, table.Columns[0].Attnum)
	require.Equal(t, 2, table.Columns[1].Ordinal)
	require.Equal(t, 3, table.Columns[1].Attnum)
	require.True(t, table.Columns[0].IsLocal)
	require.True(t, table.Checks[0].Validated && table.Checks[0].Enforced)
	require.False(t, table.ForeignKeys[0].Validated)
	require.True(t, table.ForeignKeys[0].IsLocal)
}

// compact gives the full form's text.
func compact(t *testing.T, s *Schema) string {
	var out bytes.Buffer
	require.NoError(t, json.Indent(&out, s.AppendJSON(nil), "", " "))
	return out.String()
}
