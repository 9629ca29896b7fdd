package compile

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/source"
)

// daily makes the partition of the day it runs on, as schedulers do.
const daily = `CREATE TABLE runs (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE FUNCTION add_day(t text, d date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE day text := to_char(d, 'YYYYMMDD');
BEGIN
  EXECUTE format('CREATE TABLE %s_%s PARTITION OF %1$s FOR VALUES FROM (%3$L) TO (%4$L)', t, day, d, (d + interval '1 day')::date);
END $$;
SELECT add_day('runs', now()::date);
SELECT add_day('runs', (CURRENT_TIMESTAMP + interval '1 day')::date);`

func compileVersion(t *testing.T, version string) (*bundle.Bundle, []diag.Diagnostic) {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, version+"_m.sql"), []byte(daily), 0o644))
	return Migrations(source.Read([]string{dir}, source.Options{}).Migrations(), Options{Compiler: "test"})
}

// The clock shows what a migration's version says, on every day and machine.
func TestClockIsTheVersion(t *testing.T) {
	for version, days := range map[string][]string{
		"20240228235959": {"runs_20240228", "runs_20240229"},
		"1704067199":     {"runs_20231231", "runs_20240101"},
		"1704067200000":  {"runs_20240101", "runs_20240102"},
	} {
		t.Run(version, func(t *testing.T) {
			b, ds := compileVersion(t, version)
			require.Empty(t, ds)
			var names []string
			for _, table := range b.Schema.Schema.Tables {
				names = append(names, table.Name)
			}
			require.Subset(t, names, days)
			require.Len(t, names, 3)
			again, _ := compileVersion(t, version)
			require.Equal(t, encoded(t, b), encoded(t, again))
		})
	}
}

// A serial number names no time.
func TestClockUnknown(t *testing.T) {
	b, ds := compileVersion(t, "1")
	require.Nil(t, b)
	require.Equal(t, "undecidable", ds[0].Code)
}

func encoded(t *testing.T, b *bundle.Bundle) string {
	t.Helper()
	for i := range b.Migrations {
		b.Migrations[i].File = filepath.Base(b.Migrations[i].File)
	}
	return string(bundle.Encode(b))
}
