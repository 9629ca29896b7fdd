package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/shape"
)

var partitioned = []string{
	"CREATE TABLE parts (a int, b int, PRIMARY KEY (a, b)) PARTITION BY RANGE (b)",
	"CREATE TABLE parts_100 PARTITION OF parts FOR VALUES FROM (0) TO (100)",
	"CREATE TABLE parts_200 (b int NOT NULL, a int NOT NULL, PRIMARY KEY (a, b))", // columns in another order
	"ALTER TABLE parts ATTACH PARTITION parts_200 FOR VALUES FROM (100) TO (200)",
	"INSERT INTO parts VALUES (0, 1), (0, 101)",
}

// A shape on the root has the rows of all partitions, under the root's name.
func TestPartitionedTable(t *testing.T) {
	s := start(t, partitioned...)
	r, lines := s.read("table", "parts")
	require.ElementsMatch(t, []string{"insert a=0 b=1", "insert a=0 b=101", "snapshot-end", "up-to-date"}, lines)
	s.sql("INSERT INTO parts VALUES (1, 50), (2, 150), (3, 10)")
	messages := r.next().messages()
	require.Equal(t, []string{"insert a=1 b=50", "insert a=2 b=150", "insert a=3 b=10", "up-to-date"}, briefs(messages))
	for _, m := range messages[:3] {
		require.Equal(t, []string{"public", "parts"}, m.Headers.Relation)
		require.Contains(t, m.Key, `"public"."parts"/"`)
	}
	// From one partition to another.
	s.sql("UPDATE parts SET b = 60 WHERE a = 2; DELETE FROM parts WHERE a = 3")
	require.Equal(t, []string{"delete a=2 b=150", "insert a=2 b=60", "delete a=3 b=10", "up-to-date"}, r.next().brief())
}

// A shape on a partition has that one's rows alone.
func TestPartition(t *testing.T) {
	s := start(t, partitioned...)
	root, _ := s.read("table", "parts")
	r, lines := s.read("table", "parts_100")
	require.Equal(t, []string{"insert a=0 b=1", "snapshot-end", "up-to-date"}, lines)
	s.sql("INSERT INTO parts VALUES (1, 50), (2, 150), (3, 10)")
	messages := r.next().messages()
	require.Equal(t, []string{"insert a=1 b=50", "insert a=3 b=10", "up-to-date"}, briefs(messages))
	require.Equal(t, []string{"public", "parts_100"}, messages[0].Headers.Relation)
	require.Len(t, root.next().messages(), 4)
}

// A table that is loaded, and then attached, is followed from there on. Postgres 14 does not notice by itself: it keeps
// in mind that the table was not published when it was written to.
func TestPartitionIsLoadedAndAttached(t *testing.T) {
	for _, row := range []struct{ name, load string }{
		{"with rows", "INSERT INTO parts_300 VALUES (7, 270)"},
		{"empty again", "INSERT INTO parts_300 VALUES (8, 280); TRUNCATE parts_300"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := start(t, partitioned...)
			before, _ := s.read("table", "parts")
			s.sql("CREATE TABLE parts_300 (LIKE parts)", row.load, "UPDATE parts SET a = 1")
			require.Len(t, before.next().messages(), 5)
			s.sql("ALTER TABLE parts ATTACH PARTITION parts_300 FOR VALUES FROM (200) TO (300)")
			after, _ := s.read("table", "parts", "where", "a > 1") // before anybody has noticed
			s.sql("INSERT INTO parts VALUES (2, 250)")
			require.Equal(t, []string{"insert a=2 b=250", "up-to-date"}, after.next().brief())
			s.engine.Reconcile(t.Context())
			again, _ := s.read("table", "parts")
			s.sql("DELETE FROM parts WHERE b = 250")
			require.Equal(t, []string{"delete a=2 b=250", "up-to-date"}, again.next().brief())
			require.Equal(t, []string{"delete a=2 b=250", "up-to-date"}, after.next().brief())
		})
	}
}

// What must not alter the publication follows as well: the stream begins anew.
func TestPartitionIsAttachedByHand(t *testing.T) {
	s := startWith(t, options{Options: shape.Options{Manual: true}, SQL: append(partitioned[:len(partitioned):len(partitioned)],
		"CREATE PUBLICATION electric_publication_default FOR TABLE parts", "ALTER TABLE parts REPLICA IDENTITY FULL",
		"ALTER TABLE parts_100 REPLICA IDENTITY FULL", "ALTER TABLE parts_200 REPLICA IDENTITY FULL", "CREATE TABLE parts_300 (LIKE parts)")})
	s.read("table", "parts")
	s.sql("INSERT INTO parts_300 VALUES (7, 270)", "ALTER TABLE parts_300 REPLICA IDENTITY FULL",
		"ALTER TABLE parts ATTACH PARTITION parts_300 FOR VALUES FROM (200) TO (300)")
	s.engine.Reconcile(t.Context())
	require.Eventually(t, func() bool { return s.get("table", "parts", "offset", "-1").status == http.StatusOK }, 20*time.Second, tick)
	r, lines := s.read("table", "parts")
	require.Contains(t, lines, "insert a=7 b=270")
	s.sql("UPDATE parts SET a = 8 WHERE b = 270")
	require.Equal(t, []string{"delete a=7 b=270", "insert a=8 b=270", "up-to-date"}, r.next().brief())
}

// A new partition joins the root's shape, which goes on: a partition belongs to the
// publication from its first moment on. One that comes with rows does not: no change
// has told of those.
func TestNewPartition(t *testing.T) {
	for _, row := range []struct {
		name, sql string
		goesOn    bool
	}{
		{"made", "CREATE TABLE parts_300 PARTITION OF parts FOR VALUES FROM (200) TO (300)", true},
		{"made, with rows", "CREATE TABLE parts_300 PARTITION OF parts FOR VALUES FROM (200) TO (300); INSERT INTO parts VALUES (7, 270)", true},
		{"made, with partitions of its own", `CREATE TABLE parts_300 PARTITION OF parts FOR VALUES FROM (200) TO (300) PARTITION BY LIST (a);
			INSERT INTO parts VALUES (8, 80); CREATE TABLE parts_301 PARTITION OF parts_300 DEFAULT; INSERT INTO parts_300 VALUES (7, 270)`, true},
		{ // which Postgres 14 would not notice
			"attached empty", "CREATE TABLE parts_300 (LIKE parts); ALTER TABLE parts ATTACH PARTITION parts_300 FOR VALUES FROM (200) TO (300)",
			pgtest.StartWith(t, logical).Version >= 15,
		},
		{"attached with a row", `CREATE TABLE parts_300 (LIKE parts); INSERT INTO parts_300 VALUES (7, 270);
			ALTER TABLE parts ATTACH PARTITION parts_300 FOR VALUES FROM (200) TO (300)`, false},
		{"attached with a partition that has a row", `CREATE TABLE parts_300 (LIKE parts) PARTITION BY LIST (a);
			CREATE TABLE parts_301 PARTITION OF parts_300 DEFAULT; INSERT INTO parts_300 VALUES (7, 270);
			ALTER TABLE parts ATTACH PARTITION parts_300 FOR VALUES FROM (200) TO (300)`, false},
		{"left and came back", `ALTER TABLE parts DETACH PARTITION parts_100; INSERT INTO parts_100 VALUES (7, 70);
			ALTER TABLE parts ATTACH PARTITION parts_100 FOR VALUES FROM (0) TO (100)`, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := start(t, partitioned...)
			r, _ := s.read("table", "parts")
			s.sql(row.sql)
			s.engine.Reconcile(t.Context())
			if !row.goesOn {
				r.ended()
				r, lines := r.refetch()
				if strings.Contains(row.sql, "(7, ") {
					require.Contains(t, strings.Join(lines, "\n"), "insert a=7 b=")
				}
				s.sql("INSERT INTO parts VALUES (1, 50)")
				require.Equal(t, []string{"insert a=1 b=50", "up-to-date"}, r.next().brief())
				return
			}
			s.sql("INSERT INTO parts VALUES (1, 250), (2, 260), (3, 199)")
			s.sql("UPDATE parts SET b = 251 WHERE a = 1; DELETE FROM parts WHERE a IN (2, 7)")
			rows := map[string]bool{}
			for handle := r.handle; len(rows) != 2 || !rows["a=1 b=251"]; {
				for _, line := range r.next().brief() {
					if row, ok := strings.CutPrefix(line, "insert "); ok {
						rows[row] = true
					} else if row, ok := strings.CutPrefix(line, "delete "); ok {
						delete(rows, row)
					}
				}
				delete(rows, "a=8 b=80")
				require.Equal(t, handle, r.handle)
			}
			require.Equal(t, map[string]bool{"a=1 b=251": true, "a=3 b=199": true}, rows)
		})
	}
}

// New partitions get the replica identity FULL in time.
func TestNewPartitionIsAdopted(t *testing.T) {
	s := start(t, partitioned...)
	r, _ := s.read("table", "parts")
	writer := s.connect()
	s.sql("CREATE TABLE parts_300 PARTITION OF parts FOR VALUES FROM (200) TO (300)")
	_, err := writer.Exec(t.Context(), "BEGIN; INSERT INTO parts VALUES (1, 250)")
	require.NoError(t, err)
	s.engine.Reconcile(t.Context()) // it has to wait for the writer
	s.sql("INSERT INTO parts VALUES (2, 251)")
	require.Equal(t, []string{"insert a=2 b=251", "up-to-date"}, r.next().brief())
	_, err = writer.Exec(t.Context(), "COMMIT")
	require.NoError(t, err)
	require.Equal(t, []string{"insert a=1 b=250", "up-to-date"}, r.next().brief())
	require.Eventually(t, func() bool {
		var identity string
		require.NoError(t, s.db.QueryRow(t.Context(), "SELECT relreplident::text FROM pg_class WHERE relname = 'parts_300'").Scan(&identity))
		return identity == "f"
	}, patience, tick)
	s.sql("UPDATE parts SET b = 252 WHERE b = 250")
	require.Equal(t, []string{"delete a=1 b=250", "insert a=1 b=252", "up-to-date"}, r.next().brief())
	s.sql("ALTER TABLE parts_300 REPLICA IDENTITY DEFAULT")
	r.ended()
}

// Emptying a partition empties the root in part.
func TestTruncatePartition(t *testing.T) {
	s := start(t, partitioned...)
	root, _ := s.read("table", "parts")
	r, _ := s.read("table", "parts_100")
	s.sql("TRUNCATE parts_200")
	root.ended()
	require.Equal(t, []string{"up-to-date"}, r.ask().brief(), "another partition stays")
	_, lines := root.refetch()
	require.Equal(t, []string{"insert a=0 b=1", "snapshot-end", "up-to-date"}, lines)
	s.sql("INSERT INTO parts VALUES (1, 50)")
	require.Equal(t, []string{"insert a=1 b=50", "up-to-date"}, r.next().brief())
}

// Emptying the root empties all partitions.
func TestTruncateRoot(t *testing.T) {
	s := start(t, partitioned...)
	root, _ := s.read("table", "parts")
	r, _ := s.read("table", "parts_100")
	s.sql("TRUNCATE parts")
	root.ended()
	r.ended()
	for _, reader := range []*reader{root, r} {
		_, lines := reader.refetch()
		require.Equal(t, []string{"snapshot-end", "up-to-date"}, lines)
	}
}
