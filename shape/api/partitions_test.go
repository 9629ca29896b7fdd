package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
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

// A new partition belongs to the root's shape, whether that goes on or begins anew.
func TestNewPartition(t *testing.T) {
	s := start(t, partitioned...)
	s.read("table", "parts")
	s.sql("CREATE TABLE parts_300 PARTITION OF parts FOR VALUES FROM (200) TO (300)", "INSERT INTO parts VALUES (1, 250), (2, 260), (3, 199)")
	var last []string
	require.Eventually(t, func() bool {
		first := s.get("table", "parts", "offset", "-1")
		second := s.get("table", "parts", "offset", first.offset(), "handle", first.handle())
		if first.status != http.StatusOK || second.status != http.StatusOK { // it began anew between the two
			return false
		}
		last = append(first.brief(), second.brief()...)
		return len(last) == 7
	}, patience, tick)
	require.ElementsMatch(t, []string{
		"insert a=0 b=1", "insert a=0 b=101", "insert a=1 b=250", "insert a=2 b=260", "insert a=3 b=199", "snapshot-end", "up-to-date",
	}, last)
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
