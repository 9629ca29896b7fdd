package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// faultFiles are migrations whose every unit makes one table or index, named
// after the version and the unit, so that what was done can be read off the
// catalog.
var faultFiles = map[string]string{
	"schema/1750000001_one.sql": block("CREATE TABLE u1_0 (id int PRIMARY KEY);"),
	"schema/1750000002_blocks.sql": block("CREATE TABLE u2_0 (id int PRIMARY KEY, n int);\nINSERT INTO u2_0 SELECT i, i FROM generate_series(1, 3000) i;") +
		"CREATE TABLE u2_1 (server_only int);\n" + block("CREATE TABLE u2_2 (id int PRIMARY KEY REFERENCES u2_0);"),
	"schema/1750000003_alone.sql": block("CREATE TABLE u3_0 (id int PRIMARY KEY, n int);\nINSERT INTO u3_0 SELECT i, i FROM generate_series(1, 3000) i;") +
		"CREATE INDEX CONCURRENTLY u3_1 ON u3_0 (n);\n" + block("CREATE TABLE u3_2 (id int PRIMARY KEY);"),
	"schema/1750000004_alone_last.sql": block("CREATE TABLE u4_0 (id int PRIMARY KEY);") +
		"CREATE INDEX CONCURRENTLY u4_1 ON u2_0 (n);\n",
	"schema/1750000005_last.sql": block("CREATE TABLE u5_0 (id int PRIMARY KEY);"),
}

// faultUnits are the objects of each version, in order.
var faultUnits = map[string][]string{
	"1750000001": {"u1_0"}, "1750000002": {"u2_0", "u2_1", "u2_2"}, "1750000003": {"u3_0", "u3_1", "u3_2"},
	"1750000004": {"u4_0", "u4_1"}, "1750000005": {"u5_0"},
}

func block(sql string) string {
	return "-- :electric:txn:start\n" + sql + "\n-- :electric:txn:end\n"
}

// TestApplyKilled kills apply at random points. Each time, the database has
// exactly what it has recorded: versions as a whole, of one in part the units
// that are noted, and perhaps the one statement that refuses a transaction and
// was noted as begun. At the end, apply brings all of it.
func TestApplyKilled(t *testing.T) {
	rounds := 200
	if testing.Short() {
		rounds = 20
	}
	var w *workspace
	var conn *pgx.Conn
	whole := undisturbed(t)
	seen := map[string]int{}
	for n := range rounds {
		if w == nil {
			w = newWorkspace(t, faultFiles)
			conn = w.open()
		}
		var out strings.Builder
		cmd := w.command(&out, "migrate", "apply")
		require.NoError(t, cmd.Start())
		waitForBackend(t, conn)
		time.Sleep(time.Duration(rand.Float64() * rand.Float64() * float64(whole)))
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		waitForBackends(t, conn)
		state, complete := checkFault(t, conn)
		seen[state]++
		require.NotContains(t, out.String(), "error", "round %d", n)
		if complete {
			finishFault(t, w)
			require.NoError(t, conn.Close(t.Context()))
			w = nil
		}
	}
	if w != nil {
		finishFault(t, w)
	}
	t.Logf("%d kills; states: %v", rounds, seen)
}

// undisturbed is how long apply works with the server when nobody kills it.
func undisturbed(t *testing.T) time.Duration {
	w := newWorkspace(t, faultFiles)
	conn := w.open()
	var out strings.Builder
	cmd := w.command(&out, "migrate", "apply")
	require.NoError(t, cmd.Start())
	waitForBackend(t, conn)
	started := time.Now()
	require.NoError(t, cmd.Wait(), out.String())
	whole := time.Since(started)
	finishFault(t, w)
	return whole
}

// waitForBackend waits until apply is connected, or has been.
func waitForBackend(t *testing.T, conn *pgx.Conn) {
	for range 2000 {
		if len(column(t, conn, `SELECT pid::text FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'electric'`)) > 0 {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// finishFault applies what is left.
func finishFault(t *testing.T, w *workspace) {
	out, code := w.run("migrate", "apply")
	require.Zero(t, code, out)
	require.NotContains(t, out, "warning")
	conn := w.open()
	_, complete := checkFault(t, conn)
	require.True(t, complete)
	require.NoError(t, conn.Close(t.Context()))
}

// waitForBackends waits until the server has noticed that the killed process is
// gone.
func waitForBackends(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	require.Eventually(t, func() bool {
		var n int
		err := conn.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND application_name = 'electric'`).Scan(&n)
		return err == nil && n == 0
	}, patience, 5*time.Millisecond)
}

// checkFault compares what is recorded with what is there.
func checkFault(t *testing.T, conn *pgx.Conn) (state string, complete bool) {
	t.Helper()
	there := column(t, conn, `SELECT relname::text FROM pg_class WHERE relname ~ '^u[0-9]_[0-9]$'
		AND (relkind = 'r' OR (SELECT indisvalid FROM pg_index WHERE indexrelid = pg_class.oid)) ORDER BY 1`)
	want := []string{}
	if len(column(t, conn, "SELECT 'x' WHERE to_regclass('_electric.schema_versions') IS NOT NULL")) == 0 {
		require.Empty(t, there)
		return "nothing", false
	}
	recorded := column(t, conn, "SELECT version FROM _electric.schema_versions ORDER BY version")
	for _, v := range recorded {
		want = append(want, faultUnits[v]...)
	}
	state = fmt.Sprintf("%d", len(recorded))
	for _, p := range column(t, conn, "SELECT version || ' ' || cardinality(done) || ' ' || (running <> '') FROM _electric.apply_progress") {
		var version string
		var done int
		var running bool
		_, err := fmt.Sscan(p, &version, &done, &running)
		require.NoError(t, err)
		require.NotContains(t, recorded, version)
		want = append(want, faultUnits[version][:done]...)
		state += fmt.Sprintf("+%d", done)
		if running {
			state += "r"
			if begun := faultUnits[version][done]; slices.Contains(there, begun) {
				want = append(want, begun)
			}
		}
	}
	slices.Sort(want)
	require.Equal(t, want, there, "state %s", state)
	return state, len(recorded) == len(faultUnits)
}

// A transcript is what several processes say, to be read while they do.
type transcript struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *transcript) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *transcript) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// TestApplyTwice starts two at once: one applies, the other waits and finds
// nothing to do.
func TestApplyTwice(t *testing.T) {
	w := newWorkspace(t, map[string]string{
		"schema/1750000001_slow.sql":  block("CREATE TABLE a (id int PRIMARY KEY);\nSELECT pg_advisory_xact_lock(1);"),
		"schema/1750000002_index.sql": "CREATE INDEX CONCURRENTLY ON a (id);\n",
	})
	holder := w.open() // the one that applies goes on when the other is there
	_, err := holder.Exec(t.Context(), "SELECT pg_advisory_lock(1)")
	require.NoError(t, err)
	var out transcript
	var cmds [2]*exec.Cmd
	for i := range cmds {
		cmds[i] = w.command(&out, "migrate", "apply", "--lock-timeout", (2 * patience).String())
		require.NoError(t, cmds[i].Start())
	}
	require.Eventually(t, func() bool { return strings.Contains(out.String(), "another apply is at work") }, patience, 20*time.Millisecond, "%s", &out)
	_, err = holder.Exec(t.Context(), "SELECT pg_advisory_unlock(1)")
	require.NoError(t, err)
	for _, cmd := range cmds {
		require.NoError(t, cmd.Wait(), "%s", &out)
	}
	both := out.String()
	require.Equal(t, 1, strings.Count(both, "applied schema/1750000001_slow.sql"), both)
	require.Equal(t, 1, strings.Count(both, "another apply is at work on this database, process "), both)
	require.Equal(t, 1, strings.Count(both, "nothing to apply: the database is at version 1750000002"), both)
}

// TestApplyBlocked meets a lock that another session holds.
func TestApplyBlocked(t *testing.T) {
	w := newWorkspace(t, map[string]string{
		"schema/1750000001_a.sql": block("CREATE TABLE a (id int PRIMARY KEY);"),
	})
	out, code := w.run("migrate", "apply")
	require.Zero(t, code, out)
	require.NoError(t, os.WriteFile(w.dir+"/schema/1750000002_b.sql", []byte(block("CREATE TABLE b (id int);\nALTER TABLE a ADD COLUMN n int;")), 0o644))

	holder := w.open()
	_, err := holder.Exec(t.Context(), "SET application_name = 'reports'; BEGIN; SELECT * FROM a", pgx.QueryExecModeSimpleProtocol)
	require.NoError(t, err)
	out, code = w.run("migrate", "apply", "--lock-timeout", "3s") // in which it has to be seen who is in the way, by another session
	require.Equal(t, 1, code, out)
	require.Contains(t, out, "It waited 3s for a lock that another session has.")
	require.Contains(t, out, "schema/1750000002_b.sql:3:1: error: canceling statement due to lock timeout [55P03]")
	require.Contains(t, out, fmt.Sprintf("process %d of the server (application \"reports\"", holder.PgConn().PID()))
	require.Contains(t, out, "idle in transaction")
	require.Contains(t, out, "SELECT * FROM a")
	require.Contains(t, out, fmt.Sprintf("SELECT pg_terminate_backend(%d);", holder.PgConn().PID()))

	other := w.open()
	require.Empty(t, column(t, other, "SELECT relname::text FROM pg_class WHERE relname = 'b'"))
	_, err = holder.Exec(t.Context(), "COMMIT")
	require.NoError(t, err)
	out, code = w.run("migrate", "apply")
	require.Zero(t, code, out)
}

// TestApplyInterrupted presses Ctrl-C.
func TestApplyInterrupted(t *testing.T) {
	w := newWorkspace(t, map[string]string{
		"schema/1750000001_a.sql":    block("CREATE TABLE a (id int PRIMARY KEY);"),
		"schema/1750000002_slow.sql": block("CREATE TABLE b (id int PRIMARY KEY);\nSELECT pg_sleep(60);"),
	})
	var out strings.Builder
	cmd := w.command(&out, "migrate", "apply")
	require.NoError(t, cmd.Start())
	conn := w.open()
	require.Eventually(t, func() bool {
		return len(column(t, conn, "SELECT query FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'")) == 1
	}, patience, 20*time.Millisecond)
	started := time.Now()
	require.NoError(t, cmd.Process.Signal(os.Interrupt))
	_ = cmd.Wait()
	require.Less(t, time.Since(started), busy)
	require.Equal(t, 3, cmd.ProcessState.ExitCode(), out.String())
	require.Contains(t, out.String(), "interrupted: 1 migration applied; stopped at 1750000002; of the transaction that ran nothing remains")
	require.Equal(t, []string{"1750000001"}, column(t, conn, "SELECT version FROM _electric.schema_versions"))
	require.Empty(t, column(t, conn, "SELECT relname::text FROM pg_class WHERE relname = 'b'"))
	require.Eventually(t, func() bool { // a server process may outlive its client by a moment
		return len(column(t, conn, "SELECT pid::text FROM pg_stat_activity WHERE application_name = 'electric' AND datname = current_database()")) == 0
	}, patience, 20*time.Millisecond)
}

// TestApplyRefusedInTheMiddle says what of a migration stays.
func TestApplyRefusedInTheMiddle(t *testing.T) {
	w := newWorkspace(t, map[string]string{
		"schema/1750000001_a.sql": block("CREATE TABLE a (id int PRIMARY KEY);") + block("INSERT INTO a VALUES (1);") + block("INSERT INTO a SELECT 2 / (id - 1) FROM a WHERE random() < 2;"),
	})
	out, code := w.run("migrate", "apply")
	require.Equal(t, 1, code, out)
	require.Contains(t, out, "0 migrations applied; stopped at 1750000001 behind 2 of its 3 transactions; of the refused transaction nothing remains")
	require.Equal(t, []string{"1"}, column(t, w.open(), "SELECT id::text FROM a"))
}
