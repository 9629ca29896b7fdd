//go:build unix

package consistency

import (
	"fmt"
	"slices"
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
	s := newSlowScenario(t, `CREATE TABLE parent (id int PRIMARY KEY, active bool); INSERT INTO parent VALUES (1, true);
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
	require.Less(t, time.Since(began), 20*time.Second, "less than any of the server's own limits for questions and first rows, from 30 s on")
	s.on(locked, "ROLLBACK")
	require.NoError(t, f.stop())
}

// The first rows of a shape whose filter reads other tables may be long in coming.
// Nobody waits for them, and what happens meanwhile is not lost. They wait for a lock
// for five seconds: it is tried again where the others took as long, because the
// machine is busy.
func TestSlowFirstRowsHoldNobodyUp(t *testing.T) {
	s := newSlowScenario(t, `CREATE TABLE parent (id int PRIMARY KEY, active bool); INSERT INTO parent VALUES (1, true), (2, false);
		CREATE TABLE child (id int PRIMARY KEY, parent int); INSERT INTO child VALUES (1, 1), (2, 2); CREATE TABLE other (id int PRIMARY KEY)`)
	s.client("other", id, nil)
	s.client("child", id, nil) // so that it is published
	s.settle(0)
	all := s.followers
	locked := s.aside("BEGIN; LOCK TABLE child")
	waits := func() bool {
		return len(s.exec("SELECT FROM pg_stat_activity WHERE query LIKE 'COPY%child%' AND wait_event_type = 'Lock'")[0].Rows) > 0
	}
	var f *follower
	alone := func(try int) bool {
		f = s.client("child", id, func(shape *shapeclient.Shape) {
			shape.Where, shape.Repeats = fmt.Sprintf("parent IN (SELECT id FROM parent WHERE active) AND id > -%d", try), true
		})
		s.soon("the first rows are asked for", waits)
		s.exec(fmt.Sprintf("UPDATE parent SET active = NOT active; INSERT INTO other VALUES (%d)", try))
		s.followers = all[:2] // those that the lock does not hold up
		s.settle(0)
		if waits() {
			return true
		}
		require.NoError(t, f.stop())
		return false
	}
	require.True(t, slices.ContainsFunc([]int{1, 2, 3}, alone), "the others waited until the lock was not to be had")
	s.on(locked, "INSERT INTO child VALUES (3, 2), (4, 1); DELETE FROM child WHERE id = 1; COMMIT")
	s.exec("UPDATE child SET parent = 2 WHERE id = 4")
	s.followers = append(all, f)
	s.settle(0)
	require.Zero(t, f.client.Report().Restarts)
}

// A client that loads a subset passes over the changes of transactions that it
// saw. What came after, the stream has not told of when the first of these is
// handled; a query sees it all the same.
func TestSubsetsWhileTheStreamIsLate(t *testing.T) {
	for name, c := range map[string]struct{ seen, unseen string }{
		"a row moves out later":         {"UPDATE parent SET active = true WHERE id = 2", "UPDATE parent SET active = false WHERE id = 1"},
		"a row moves out, and in again": {"UPDATE parent SET active = false WHERE id = 1", "UPDATE parent SET active = true WHERE id = 1"},
		"a row moves in, and out again": {"UPDATE parent SET active = true WHERE id = 2", "UPDATE parent SET active = false WHERE id = 2"},
		"a row changes, and is changed back": {
			"UPDATE child SET note = 'b' WHERE id = 1; UPDATE parent SET active = true WHERE id = 3", "UPDATE child SET note = 'a' WHERE id = 1",
		},
		"a row comes and goes": {"INSERT INTO child VALUES (5, 1, 'e')", "DELETE FROM child WHERE id = 5"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScenario(t, `CREATE TABLE parent (id int PRIMARY KEY, active bool); INSERT INTO parent VALUES (1, true), (2, false), (3, false);
				CREATE TABLE child (id int PRIMARY KEY, parent int, note text); INSERT INTO child VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 3, 'c')`)
			follow := func() *follower {
				return s.client("child", id, func(shape *shapeclient.Shape) {
					shape.Where, shape.Repeats, shape.ChangesOnly = "parent IN (SELECT id FROM parent WHERE active)", true, true
				})
			}
			follow()
			s.settle(0)
			s.stream.Stall()
			s.exec(c.seen)
			f := follow()
			s.soon("the subset is loaded", func() bool { return f.client.Report().Loaded })
			s.exec(c.unseen)
			s.stream.Heal()
			s.settle(0)
			s.exec("UPDATE parent SET active = NOT active")
			s.settle(0)
		})
	}
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

// What a database sets for its sessions must change neither how values are
// written nor what a filter means: these settings do, unless somebody minds.
func TestSettingsOfTheDatabase(t *testing.T) {
	s := newScenario(t, `CREATE TABLE a (id int PRIMARY KEY, b text, f float8, t timestamptz, i interval, x bytea, d date);
		INSERT INTO a VALUES (1, '\', 0.1, '2024-02-03 04:05:06+00', '1 day', '\x00ff', '2024-02-03'), (2, NULL, 1, now(), '1 year', '', '2024-03-02'),
			(3, '\'' OR b = ''', 0, NULL, NULL, NULL, NULL);
		DO $$ DECLARE setting text; BEGIN
			FOREACH setting IN ARRAY ARRAY['standard_conforming_strings = off', 'transform_null_equals = on', 'array_nulls = off',
				'bytea_output = escape', 'DateStyle = ''German, MDY''', 'TimeZone = ''Asia/Tokyo''', 'IntervalStyle = sql_standard',
				'extra_float_digits = -5', 'backslash_quote = on', 'search_path = ''nowhere''', 'default_transaction_isolation = serializable',
				'default_transaction_read_only = off', 'statement_timeout = ''1s''', 'xmlbinary = hex']
			LOOP EXECUTE 'ALTER DATABASE ' || quote_ident(current_database()) || ' SET ' || setting; END LOOP;
		END $$`)
	for _, clause := range []string{
		"", `b = '\'`, `b = '\'' OR b = '''`, `b LIKE '\\%'`, `b = NULL`, `b = NULL OR id = 1`, `b IN ('\', NULL)`, `b = ANY (ARRAY['\', NULL])`,
		"d > '2024-02-05'", "t > '2024-02-03 04:05:05+00'", "f = 0.1", "upper(b) = '\\' AND d < '2024-02-04'", "i IS NOT NULL",
	} {
		s.client("a", id, where(clause))
	}
	s.client("a", id, where("b = $1", `\' OR b = '`))
	s.client("a", id, where("b = $1 OR upper(b) = $2", `\`, `\' OR '1' = '1`))
	s.settle(0)
	s.exec(`UPDATE a SET f = f + 0.1, t = t + '1 day', d = d + 1, i = i + '1 hour', x = x || '\x5c27'`)
	s.exec(`INSERT INTO a SELECT id + 10, b, f, t, i, x, d FROM a; UPDATE a SET b = '\' WHERE id = 12`)
	s.settle(0)
}

// A prepared transaction is one when its second half is committed.
func TestPreparedTransactions(t *testing.T) {
	s := newScenario(t, "CREATE TABLE a (id int PRIMARY KEY)")
	s.client("a", id, nil)
	s.settle(0)
	s.exec("BEGIN; INSERT INTO a VALUES (1); PREPARE TRANSACTION 'one'")
	s.exec("BEGIN; INSERT INTO a VALUES (2); PREPARE TRANSACTION 'two'")
	s.client("a", id, where("id > 0"))
	s.settle(0)
	s.exec("COMMIT PREPARED 'one'")
	s.exec("ROLLBACK PREPARED 'two'")
	s.exec("INSERT INTO a VALUES (3)")
	s.settle(0)
}

// A column that is computed is not in the stream of changes: a filter on it would
// be decided without it.
func TestFilterOnAGeneratedColumn(t *testing.T) {
	s := newScenario(t, "CREATE TABLE a (id int PRIMARY KEY, b text, len int GENERATED ALWAYS AS (length(b)) STORED); INSERT INTO a VALUES (1, 'xx'), (2, 'x')")
	s.client("a", id, func(shape *shapeclient.Shape) { shape.Where, shape.Columns = "len > 1", []string{"id", "b"} })
	s.settle(0)
	s.exec("UPDATE a SET b = b || 'x'; INSERT INTO a VALUES (3, 'yy'), (4, 'y'); UPDATE a SET b = '' WHERE id = 1")
	s.settle(0)
}

// A label's other name is another text of every row that has it.
func TestEnumLabelsAreRenamed(t *testing.T) {
	s := newScenario(t, `CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TABLE a (id int PRIMARY KEY, m mood, list mood[]);
		INSERT INTO a VALUES (1, 'sad', '{sad}'), (2, 'ok', '{ok,sad}')`)
	s.client("a", id, nil)
	s.client("a", id, where("m::text = 'sad'"))
	s.settle(0)
	s.exec("ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'")
	s.settle(noticed)
	s.exec("UPDATE a SET m = 'blue'")
	s.settle(0)
	s.exec("ALTER TYPE mood ADD VALUE 'new' BEFORE 'ok'; UPDATE a SET id = id + 10")
	s.settle(0)
}

// A table is published while somebody writes to it, by the server or by hand: what
// that transaction wrote before is decoded without the table, though it commits
// after the snapshot.
func TestTablePublishedWhileItIsWrittenTo(t *testing.T) {
	for _, byHand := range []bool{false, true} {
		s := newScenario(t, "CREATE TABLE a (id int PRIMARY KEY); ALTER TABLE a REPLICA IDENTITY FULL")
		writer := s.aside("BEGIN; INSERT INTO a VALUES (1)")
		if byHand {
			s.exec("ALTER PUBLICATION electric_publication_default ADD TABLE a")
		}
		s.client("a", id, nil)
		time.Sleep(time.Second)
		s.on(writer, "INSERT INTO a VALUES (2); COMMIT")
		s.settle(0)
		s.exec("INSERT INTO a VALUES (3)")
		s.settle(0)
	}
}

// A subset waits for a lock, in vain: that passes, so the client is told to come
// again.
func TestSubsetOfALockedTable(t *testing.T) {
	s := newSlowScenario(t, "CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a VALUES (1)")
	s.client("a", id, nil) // so that it is published
	s.settle(0)
	locker := s.aside("BEGIN; LOCK TABLE a")
	f := s.client("a", id, func(shape *shapeclient.Shape) { shape.ChangesOnly = true })
	s.soon("the client comes again", func() bool { return f.client.Report().Retries > 0 })
	s.on(locker, "INSERT INTO a VALUES (2); COMMIT")
	s.settle(0)
}
