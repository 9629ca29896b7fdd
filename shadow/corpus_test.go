package shadow

import (
	"context"
	"flag"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/compile"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/source"
)

var every = flag.Bool("every", false, "run the corpora of many migrations, too: a server reads its catalogs after each, which takes minutes")

// many migrations are more than this.
const many = 60

// sample are the corpora that -short runs.
var sample = map[string]bool{"basejump": true, "openfga": true, "graphile_worker": true, "electric_old_recipes": true}

// TestCorporaByteForByte runs public projects' migrations on a server although
// nothing asks for it: the bundle must be the one that the compiler makes.
func TestCorporaByteForByte(t *testing.T) {
	dirs, err := filepath.Glob("../../shared/corpus/*/migrations")
	require.NoError(t, err)
	server := pgtest.Start(t)
	if server.Version != dialect {
		t.Skipf("the compiler speaks PostgreSQL %d's language, the server is %d", dialect, server.Version)
	}
	for _, dir := range append(dirs, "../schema") {
		name := filepath.Base(filepath.Dir(dir))
		t.Run(name, func(t *testing.T) {
			if testing.Short() && !sample[name] && name != ".." {
				t.Skip("not in the sample of -short")
			}
			list := source.Read([]string{dir}, source.Options{}).Migrations()
			if len(list) > many && !*every {
				t.Skipf("%d migrations: -every runs them, too", len(list))
			}
			want, ds := compile.Migrations(list, compile.Options{})
			if diag.HasErrors(ds) {
				t.Skipf("the compiler refuses it: %s", ds[0].Message)
			}
			got, ds, err := Migrations(t.Context(), list, compile.Options{}, ofTest(server.DatabaseAlone(t)))
			require.NoError(t, err)
			if len(ds) > 0 && strings.HasSuffix(ds[0].Message, " is not available") {
				t.Skipf("the server lacks it: %s", ds[0].Message)
			}
			require.False(t, diag.HasErrors(ds), "%+v", ds)
			withVersions(got, want)
			require.Equal(t, string(bundle.Encode(want)), string(bundle.Encode(got)))
		})
	}
}

// ofTest are options for a database that the test made and drops.
func ofTest(url string) Options {
	return Options{on: func(context.Context) (*scratch, error) {
		return &scratch{url: url, end: func(context.Context) {}}, nil
	}}
}

// withVersions takes over the versions of extensions, which are the server's own.
func withVersions(got, want *bundle.Bundle) {
	for i := range min(len(got.Schema.Extensions), len(want.Schema.Extensions)) {
		got.Schema.Extensions[i].Version = want.Schema.Extensions[i].Version
	}
}
