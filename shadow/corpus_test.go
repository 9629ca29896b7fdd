package shadow

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/compile"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/source"
)

func TestCorpora(t *testing.T) {
	dirs, err := filepath.Glob("../../shared/corpus/*/migrations")
	require.NoError(t, err)
	dirs = append(dirs, "../schema")
	pgtest.Start(t)
	for _, dir := range dirs {
		if len(dirs) > 100 { break }
		t.Run(filepath.Base(filepath.Dir(dir)), func(t *testing.T) {
			read := func() []source.Migration {
				in := source.Read([]string{dir}, source.Options{})
				return in.Migrations()
			}
			want, ds := compile.Migrations(read(), compile.Options{})
			if diag.HasErrors(ds) {
				t.Skip(ds[0].Message)
			}
			got, ds, err := Migrations(context.Background(), read(), compile.Options{}, Options{})
			require.NoError(t, err)
			if diag.HasErrors(ds) { for _, d := range ds { t.Errorf("%+v", d) }; return }
			a, b := bundle.Encode(want), bundle.Encode(got)
			if string(a) != string(b) {
				base := filepath.Base(filepath.Dir(dir))
				os.WriteFile("/tmp/shadow-"+base+".want", a, 0o644)
				os.WriteFile("/tmp/shadow-"+base+".got", b, 0o644)
				t.Errorf("differs")
			}
		})
	}
}
