//go:build unix

package consistency

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/shapeclient"
)

// restarts is how often a client has begun anew.
func (f *follower) restarts() int { return f.client.Report().Restarts }

const parts = `CREATE TABLE root (id int, n int, PRIMARY KEY (id)) PARTITION BY RANGE (id);
	CREATE TABLE first PARTITION OF root FOR VALUES FROM (0) TO (100); INSERT INTO root VALUES (1, 1)`

// joins waits until the server has a partition: it takes it in, and then sets its
// replica identity.
func (s *scenario) joins(partition string) {
	s.t.Helper()
	s.soon(partition+" joins", func() bool {
		return string(s.exec("SELECT relreplident FROM pg_class WHERE relname = '" + partition + "'")[0].Rows[0][0]) == "f"
	})
}

// Partitions join while somebody writes to their root: ATTACH does not wait for
// writers, and those go on to write to what they have not seen when they began.
func TestPartitionJoinsAmongWriters(t *testing.T) {
	s := newScenario(t, parts+`; CREATE TABLE second (LIKE root INCLUDING ALL); INSERT INTO second VALUES (150, 1); TRUNCATE second`)
	again := 0 // it goes on
	if s.version() < 15 {
		again = 1 // the server does not see for itself that a table was attached
	}
	f := s.client("root", id, nil)
	s.client("root", id, where("n > 1"))
	s.settle(0)
	early := s.aside("BEGIN; INSERT INTO root VALUES (2, 2)")
	s.exec("ALTER TABLE root ATTACH PARTITION second FOR VALUES FROM (100) TO (200)")
	s.joins("second") // a table that is written to may have had rows: this one is seen before
	s.on(early, "INSERT INTO root VALUES (101, 2)")
	late := s.aside("BEGIN; INSERT INTO root VALUES (102, 3)")
	s.exec("INSERT INTO root VALUES (103, 4)")
	s.settle(noticed)
	s.on(late, "UPDATE root SET n = 5 WHERE id = 102; COMMIT")
	s.on(early, "COMMIT")
	s.settle(noticed)
	require.Equal(t, again, f.restarts())
	s.exec("UPDATE root SET id = id + 60 WHERE id = 1 OR id = 101; UPDATE root SET n = n + 1; DELETE FROM root WHERE id = 103")
	s.settle(noticed)
	s.exec("CREATE TABLE third PARTITION OF root DEFAULT; INSERT INTO root SELECT i, i FROM generate_series(1000, 2000) i")
	s.settle(0)
	s.joins("third")
	s.exec("UPDATE root SET n = 0 WHERE id > 1500; DELETE FROM root WHERE id < 1500")
	s.settle(0)
	require.Equal(t, again, f.restarts())
}

// What follows at once upon a partition's making, in one transaction and in several.
func TestPartitionIsUsedAtOnce(t *testing.T) {
	for name, list := range map[string][]string{
		"insert":                 {"CREATE TABLE p PARTITION OF root DEFAULT", "INSERT INTO root VALUES (500, 1)"},
		"all in one":             {"CREATE TABLE p PARTITION OF root DEFAULT; INSERT INTO root VALUES (500, 1), (501, 1), (502, 1); UPDATE root SET n = 2; DELETE FROM p WHERE id = 501; UPDATE root SET id = 20 WHERE id = 502"},
		"update":                 {"CREATE TABLE p PARTITION OF root DEFAULT", "INSERT INTO root VALUES (500, 1), (501, 1)", "UPDATE root SET n = 2", "DELETE FROM root WHERE id = 501"},
		"truncate":               {"CREATE TABLE p PARTITION OF root DEFAULT", "INSERT INTO root VALUES (500, 1)", "TRUNCATE p", "INSERT INTO root VALUES (501, 1)"},
		"drop":                   {"CREATE TABLE p PARTITION OF root DEFAULT", "INSERT INTO root VALUES (500, 1)", "DROP TABLE p"},
		"drop in one":            {"CREATE TABLE p PARTITION OF root DEFAULT; INSERT INTO root VALUES (500, 1); DROP TABLE p; INSERT INTO root VALUES (50, 1)"},
		"detach":                 {"CREATE TABLE p PARTITION OF root DEFAULT", "INSERT INTO root VALUES (500, 1)", "ALTER TABLE root DETACH PARTITION p", "INSERT INTO p VALUES (501, 1)"},
		"detach and attach":      {"CREATE TABLE p PARTITION OF root DEFAULT", "ALTER TABLE root DETACH PARTITION p; INSERT INTO p VALUES (501, 1); ALTER TABLE root ATTACH PARTITION p DEFAULT", "INSERT INTO root VALUES (500, 1)"},
		"attach, insert":         {"CREATE TABLE p (LIKE root INCLUDING ALL)", "ALTER TABLE root ATTACH PARTITION p DEFAULT", "INSERT INTO root VALUES (500, 1)"},
		"attach what is emptied": {"CREATE TABLE p (LIKE root INCLUDING ALL); INSERT INTO p VALUES (500, 1)", "ALTER TABLE root ATTACH PARTITION p DEFAULT", "UPDATE root SET n = 2; DELETE FROM p"},
		"another key order":      {"CREATE TABLE p (n int, id int NOT NULL); ALTER TABLE root ATTACH PARTITION p DEFAULT; INSERT INTO root VALUES (500, 1)", "UPDATE root SET n = 3"},
		"rewritten":              {"CREATE TABLE p PARTITION OF root DEFAULT; INSERT INTO root VALUES (500, 1); ALTER TABLE root ALTER COLUMN n TYPE int USING n + 1"},
		"unlogged, then logged":  {"CREATE UNLOGGED TABLE p PARTITION OF root DEFAULT", "INSERT INTO root VALUES (500, 1)", "ALTER TABLE p SET LOGGED", "INSERT INTO root VALUES (501, 1)"},
		"renamed":                {"CREATE TABLE p PARTITION OF root DEFAULT; ALTER TABLE p RENAME TO q; INSERT INTO root VALUES (500, 1)", "ALTER TABLE q RENAME TO r", "INSERT INTO root VALUES (501, 1)"},
		"in a savepoint": {`BEGIN; INSERT INTO root VALUES (60, 1); SAVEPOINT s; CREATE TABLE p PARTITION OF root DEFAULT; INSERT INTO root VALUES (500, 1); RELEASE s;
			INSERT INTO root VALUES (501, 1); COMMIT`},
		"taken back": {`BEGIN; INSERT INTO root VALUES (60, 1); SAVEPOINT s; CREATE TABLE p PARTITION OF root DEFAULT; INSERT INTO root VALUES (500, 1); ROLLBACK TO s;
			CREATE TABLE p PARTITION OF root FOR VALUES FROM (600) TO (700); INSERT INTO root VALUES (601, 1); COMMIT`},
		"the only partition": {"DROP TABLE first; CREATE TABLE p PARTITION OF root DEFAULT; INSERT INTO root VALUES (500, 1); ALTER TABLE root ALTER COLUMN n TYPE int USING n + 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScenario(t, parts+"; CREATE TABLE users_of_root (id int PRIMARY KEY, root int); INSERT INTO users_of_root SELECT i, i FROM generate_series(1, 999) i")
			s.client("root", id, nil)
			s.client("root", id, where("n > 1"))
			s.client("users_of_root", id, func(shape *shapeclient.Shape) {
				shape.Where, shape.Repeats = "root IN (SELECT id FROM root WHERE n > 0)", true
			})
			s.settle(0)
			for _, sql := range list {
				s.patiently(sql)
			}
			s.settle(noticed)
			s.exec("UPDATE root SET n = n + 10; INSERT INTO root VALUES (3, 3)")
			s.settle(noticed)
		})
	}
}
