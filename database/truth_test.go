package database_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/metadata"
)

func readTruth(t *testing.T, dir string) truth {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "truth.json"))
	require.NoError(t, err)
	var want truth
	require.NoError(t, json.Unmarshal(data, &want))
	return want
}

func provide(t *testing.T, url string) {
}

var _ metadata.Schema
var _ = pgtest.Run
