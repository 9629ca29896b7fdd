package main

import (
	"flag"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
)

var speed = flag.String("speed", "", "a built electric, whose status is timed beside pg_dump -s (make bench-status)")

// speedRuns is how often each is run, one after the other; the median counts.
const speedRuns = 15

// TestStatusSpeed times whole processes on databases of 50 and 500 tables.
func TestStatusSpeed(t *testing.T) {
	if *speed == "" {
		t.Skip("without -speed there is nothing to time")
	}
	electric, err := filepath.Abs(*speed)
	require.NoError(t, err)
	binaries, err := pgtest.Binaries()
	require.NoError(t, err)
	dump := filepath.Join(binaries, "pg_dump")
	if _, err := exec.LookPath(dump); err != nil {
		dump = "pg_dump"
	}
	for _, tables := range []int{50, 500} {
		w := newWorkspace(t, manyTables(tables))
		for _, args := range [][]string{{"migrate", "compile", "-q"}, {"migrate", "apply", "-q"}} {
			out, code := w.run(args...)
			require.Zero(t, code, out)
		}
		_, err := w.open().Exec(t.Context(), "VACUUM ANALYZE")
		require.NoError(t, err)
		var ours, theirs []time.Duration
		for range speedRuns {
			var out strings.Builder
			cmd := w.command(&out, "status")
			cmd.Path = electric
			ours = append(ours, clock(t, cmd))
			theirs = append(theirs, clock(t, exec.Command(dump, "-s", "-d", w.url)))
		}
		t.Logf("%3d tables: status %s (best %s), pg_dump -s %s (best %s)", tables, median(ours), slices.Min(ours), median(theirs), slices.Min(theirs))
	}
}

func clock(t *testing.T, cmd *exec.Cmd) time.Duration {
	started := time.Now()
	require.NoError(t, cmd.Run(), cmd.Args)
	return time.Since(started).Round(100 * time.Microsecond)
}

func median(list []time.Duration) time.Duration {
	slices.Sort(list)
	return list[len(list)/2]
}

// manyTables are migrations of five tables each, like those of an app.
func manyTables(n int) map[string]string {
	files := map[string]string{}
	for m := range n / 5 {
		var sql strings.Builder
		for i := m * 5; i < m*5+5; i++ {
			parent := ""
			if i > 0 {
				parent = fmt.Sprintf(",\n  parent_id uuid REFERENCES t%d (id) ON DELETE CASCADE", i-1)
			}
			fmt.Fprintf(&sql, `CREATE TABLE t%d (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  owner_id uuid NOT NULL,
  title text NOT NULL CHECK (char_length(title) > 0),
  body text,
  n integer NOT NULL DEFAULT 0,
  price numeric(12,2),
  created_at timestamptz NOT NULL DEFAULT now(),
  meta jsonb NOT NULL DEFAULT '{}'::jsonb%s
);
CREATE INDEX ON t%[1]d (owner_id, created_at DESC);
`, i, parent)
		}
		files[fmt.Sprintf("schema/%d_m%d.sql", 1750000000+m, m)] = block(sql.String())
	}
	return files
}
