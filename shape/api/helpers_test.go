package api_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// items is the table of most tests.
const items = "CREATE TABLE items (id int PRIMARY KEY, value text)"

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// jsonEqual compares a body with what is wanted: all of it, but not the order of
// keys.
func jsonEqual(t *testing.T, want any, body string) {
	t.Helper()
	text, err := json.Marshal(want)
	require.NoError(t, err)
	require.JSONEq(t, string(text), body)
}

// invalid is the body that says what is wrong with fields.
func invalid(errors map[string]any) map[string]any {
	return map[string]any{"message": "Invalid request", "errors": errors}
}

// without makes parameters without one of them.
func without(params []string, name string) (left []string) {
	for i := 0; i < len(params); i += 2 {
		if params[i] != name {
			left = append(left, params[i], params[i+1])
		}
	}
	return left
}

// one is an invalid field with one text.
func one(field, text string) map[string]any { return map[string]any{field: []string{text}} }

var long64 = strings.Repeat("a", 64)

// tick is how often a test looks.
const tick = 2 * time.Millisecond

// A subset is the body of an answer with a subset.
type subset struct {
	Metadata struct {
		Xmin, Xmax   string
		XipList      []string `json:"xip_list"`
		SnapshotMark uint32   `json:"snapshot_mark"`
		DatabaseLSN  string   `json:"database_lsn"`
	}
	Data []message
}

func (a answer) subset() (body subset) {
	a.t.Helper()
	require.Equal(a.t, http.StatusOK, a.status, a.body)
	require.NoError(a.t, json.Unmarshal([]byte(a.body), &body), a.body)
	return body
}
