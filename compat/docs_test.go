package compat_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/compat"
)

func TestDocs(t *testing.T) {
	const file = "../docs/compat.md"
	if *rewrite {
		require.NoError(t, os.WriteFile(file, []byte(compat.Docs()), 0o644))
	}
	have, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, compat.Docs(), string(have), "go test ./compat -run TestDocs -rewrite")
}

// TestRulesAreWellFormed asks of each row what users see of it.
func TestRulesAreWellFormed(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range compat.Rules() {
		require.Regexp(t, regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`), r.Name)
		require.False(t, seen[r.Name], r.Name)
		seen[r.Name] = true
		require.Regexp(t, regexp.MustCompile(`^[^A-Z].*[^.]$`), r.Doc, r.Name)
		require.Regexp(t, regexp.MustCompile(`\.$`), r.Why, r.Name)
		require.NotEqual(t, compat.Level{}, compat.Level{Reads: r.Reads, Writes: r.Writes}, r.Name)
	}
}
