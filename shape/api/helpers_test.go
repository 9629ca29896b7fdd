package api_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

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
