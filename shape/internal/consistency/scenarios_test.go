package consistency

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/shapeclient"
)

var id = []string{"id"}

func where(clause string, params ...string) func(*shapeclient.Shape) {
	return func(s *shapeclient.Shape) { s.Where, s.Params = clause, params }
}

// A filter on an empty text is found by the old row's value and by the new one's:
// an insert has no old one.
func TestEmptyTextIsToldOnce(t *testing.T) {
	s := newScenario(t, "CREATE TABLE a (id int PRIMARY KEY, b text)")
	s.client("a", id, where("b = ''"))
	s.client("a", id, where("b = 'x'"))
	s.settle(0)
	s.exec("INSERT INTO a VALUES (1, ''), (2, NULL), (3, 'x')")
	s.exec("UPDATE a SET b = NULL WHERE id = 1")
	s.exec("UPDATE a SET b = ''")
	s.exec("DELETE FROM a WHERE id = 2")
	s.settle(0)
}

// A table leaves the publication and returns before the catalog is looked at.
func TestTableOutOfThePublication(t *testing.T) {
	s := newScenario(t, "CREATE TABLE a (id int PRIMARY KEY)")
	s.client("a", id, nil)
	s.settle(0)
	s.exec("ALTER PUBLICATION electric_publication_default DROP TABLE a")
	s.exec("INSERT INTO a VALUES (1)")
	s.exec("ALTER PUBLICATION electric_publication_default ADD TABLE a")
	s.exec("INSERT INTO a VALUES (2)")
	s.settle(noticed)
}

// Partitions come and go with their rows, at every level.
func TestPartitionsComeAndGo(t *testing.T) {
	s := newScenario(t, `CREATE TABLE root (id int PRIMARY KEY) PARTITION BY RANGE (id);
		CREATE TABLE middle (id int PRIMARY KEY) PARTITION BY RANGE (id);
		CREATE TABLE leaf PARTITION OF middle FOR VALUES FROM (0) TO (100);
		INSERT INTO leaf VALUES (1);
		CREATE TABLE user_of_root (id int PRIMARY KEY, root int)`)
	s.exec("INSERT INTO user_of_root SELECT i, i FROM generate_series(1, 10) AS i")
	s.client("root", id, nil)
	s.client("middle", id, nil)
	s.client("leaf", id, nil)
	s.client("user_of_root", id, func(shape *shapeclient.Shape) {
		shape.Where, shape.Repeats = "root IN (SELECT id FROM root)", true
	})
	s.settle(0)
	s.exec("INSERT INTO leaf VALUES (2)") // its place in the tree is known now
	s.settle(0)
	s.exec("ALTER TABLE root ATTACH PARTITION middle FOR VALUES FROM (0) TO (1000)")
	s.settle(noticed)
	s.exec("INSERT INTO leaf VALUES (3); UPDATE leaf SET id = id + 4; INSERT INTO root VALUES (8)")
	s.settle(0)
	s.exec("ALTER TABLE root DETACH PARTITION middle")
	s.settle(noticed)
	s.exec("INSERT INTO leaf VALUES (9)")
	s.settle(0)
}

// What a table's description says cannot be completed from the catalog, because
// it cannot be reached: no change of a partition may be lost later.
func TestCatalogOutOfReachWhenATableIsDescribed(t *testing.T) {
	s := newScenario(t, `CREATE TABLE root (id int PRIMARY KEY) PARTITION BY RANGE (id);
		CREATE TABLE leaf PARTITION OF root FOR VALUES FROM (0) TO (100)`)
	s.client("root", id, nil)
	s.settle(0)
	s.queries.Cut()
	s.exec("INSERT INTO root VALUES (1)")
	time.Sleep(time.Second)
	s.queries.Heal()
	s.settle(0)
	s.exec("INSERT INTO root VALUES (2)")
	s.settle(0)
}

// A filter that reads other tables, whose first rows cannot be read, holds nobody
// else up.
func TestFailedSnapshotHoldsNobodyUp(t *testing.T) {
	s := newScenario(t, `CREATE TABLE parent (id int PRIMARY KEY, active bool); INSERT INTO parent VALUES (1, true);
		CREATE TABLE child (id int PRIMARY KEY, parent int); INSERT INTO child VALUES (1, 1); CREATE TABLE other (id int PRIMARY KEY)`)
	s.client("other", id, nil)
	f := s.client("child", id, func(shape *shapeclient.Shape) {
		shape.Where, shape.Repeats = "parent IN (SELECT id FROM parent WHERE active)", true
	})
	s.settle(0)
	require.NoError(t, f.stop())
	s.followers = s.followers[:2]
	s.exec("ALTER TABLE child ADD COLUMN more int") // so that the shape ends
	time.Sleep(time.Second)
	locked := s.aside("BEGIN; LOCK TABLE child")
	f = s.client("child", id, func(shape *shapeclient.Shape) {
		shape.Where, shape.Repeats = "parent IN (SELECT id FROM parent WHERE active)", true
	})
	time.Sleep(500 * time.Millisecond)
	s.exec("UPDATE parent SET active = NOT active; INSERT INTO other VALUES (1)")
	began := time.Now()
	s.followers = s.followers[:2] // the third one waits for the lock
	s.settle(0)
	require.Less(t, time.Since(began), 10*time.Second)
	s.on(locked, "ROLLBACK")
	require.NoError(t, f.stop())
}

// Two transactions were committed when the first one is handled, so its query
// sees both. What the second one changed must not be told to clients that may
// not see it.
func TestRowsOutsideTheFilterAreNotTold(t *testing.T) {
	s := newScenario(t, `CREATE TABLE parent (id int PRIMARY KEY, active bool); INSERT INTO parent VALUES (1, true), (2, false);
		CREATE TABLE child (id int PRIMARY KEY, parent int, secret text); INSERT INTO child VALUES (1, 1, 'a'), (2, 2, 'b')`)
	s.client("child", id, func(shape *shapeclient.Shape) {
		shape.Where, shape.Full, shape.Repeats = "parent IN (SELECT id FROM parent WHERE active)", true, true
	})
	s.settle(0)
	s.stream.Stall()
	s.exec("UPDATE parent SET active = active")
	s.exec("UPDATE child SET secret = 'c' WHERE id = 2")
	s.exec("UPDATE child SET secret = 'd' WHERE id = 1")
	s.exec("DELETE FROM child WHERE id = 2")
	s.exec("INSERT INTO child VALUES (3, 2, 'e')")
	s.stream.Heal()
	s.settle(0)
}
