package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/compile"
	"github.com/electric-cli/electric/config"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/hash"
	"github.com/electric-cli/electric/source"
)

// sumOf hashes a text as docs/decisions/0001 says: its version and the SHA-256 of the lines that are not indented.
func sumOf(text string) string {
	var heads strings.Builder
	for _, line := range strings.SplitAfter(text, "\n") {
		if !strings.HasPrefix(line, " ") {
			heads.WriteString(line)
		}
	}
	sum := sha256.Sum256([]byte(heads.String()))
	version, _, _ := strings.Cut(text, "\n")
	return version + ":" + hex.EncodeToString(sum[:])
}

// What explain --hash and --sync-hash print comes to the bundle's hashes, at the last version and at those before it,
// for all migrations there are: our own, those of the rules' examples, and the public ones where they are.
func TestHashedTextsComeToTheBundlesHashes(t *testing.T) {
	var folders []string
	for _, pattern := range []string{
		"../../schema", "../../testdata/compat/*/before.sql", "../../testdata/compat/*/after.sql", "../../../shared/corpus/*/migrations",
	} {
		found, err := filepath.Glob(pattern)
		require.NoError(t, err)
		folders = append(folders, found...)
	}
	require.Greater(t, len(folders), 100)
	for _, folder := range folders {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			in := source.Read([]string{folder}, source.Options{})
			migrations := in.Migrations()
			b, ds := compile.Migrations(migrations, compile.Options{})
			require.False(t, diag.HasErrors(append(in.Diagnostics, ds...)))
			read, err := bundle.Read(bytes.NewReader(bundle.Encode(b)))
			require.NoError(t, err)
			for sync, want := range map[bool]string{false: b.SchemaHash, true: b.SyncHash} {
				var h hashed
				h.fill(read, hash.Tables(read.Clients()), sync)
				require.Equal(t, want, sumOf(h.Text), "of the bundle's file")
			}
			for _, i := range []int{0, len(b.Migrations) / 2, len(b.Migrations) - 1} {
				m := b.Migrations[i]
				upTo, err := migrationsUpTo(migrations, m.Version)
				require.NoError(t, err)
				require.Len(t, upTo, i+1)
				for sync, want := range map[bool]string{false: m.SchemaHash, true: m.SyncHash} {
					h, ds, err := new(app).hashedText(t.Context(), config.Config{}, explainOptions{syncHash: sync}, upTo, nil)
					require.NoError(t, err)
					require.True(t, h.OK, "%v", ds)
					require.Equal(t, m.Version, h.Version)
					require.Equal(t, want, h.Hash)
					require.Equal(t, want, sumOf(h.Text), "version %s", m.Version)
				}
			}
		})
	}
}
