package api_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// members and issues are what such filters are for: rows that somebody may see.
// There are 20,000 issues, of 200 projects.
var issues = []string{
	"CREATE TABLE members (user_id int, project_id int, note text, PRIMARY KEY (user_id, project_id))",
	"CREATE TABLE issues (id int PRIMARY KEY, project_id int, title text)",
	"INSERT INTO members SELECT u, p FROM generate_series(1, 50) u, generate_series(u, u + 3) p",
	"INSERT INTO issues SELECT n, n % 200, 'issue ' || n FROM generate_series(1, 20000) n",
	"ANALYZE members, issues",
}

const ofUser7 = "project_id IN (SELECT project_id FROM members WHERE user_id = 7)"

// scanned gives how many rows of issues were read one after the other, and how
// many times an index was asked, by all sessions that have told so far. They do
// so when a transaction ends, once in a second.
func (s *server) scanned() (rows, lookups int64) {
	s.t.Helper()
	err := s.db.QueryRow(context.Background(), "SELECT seq_tup_read, idx_scan FROM pg_stat_user_tables WHERE relname = 'issues'").Scan(&rows, &lookups)
	require.NoError(s.t, err)
	return rows, lookups
}

// What a change costs depends on the change, not on the table.
func TestSubqueryCostsWhatTheChangeIs(t *testing.T) {
	s := start(t, issues...)
	r, lines := s.read("table", "issues", "where", ofUser7, "columns", "id,project_id")
	require.Len(t, lines, 402) // 7, 8, 9, 10: 100 each

	s.sql("UPDATE issues SET project_id = 7 WHERE id = 1")
	require.Equal(t, []string{"insert id=1 project_id=7", "up-to-date"}, r.next().brief())
	s.sql("UPDATE issues SET project_id = 1 WHERE id = 7")
	require.Equal(t, []string{"delete id=7", "up-to-date"}, r.next().brief())
	s.sql("UPDATE issues SET title = 'other' WHERE id = 8") // a column that the shape has not
	s.sql("INSERT INTO members VALUES (7, 11)")
	require.Len(t, r.next().brief(), 101)
	s.sql("DELETE FROM members WHERE user_id = 7 AND project_id = 8")
	require.Len(t, r.next().brief(), 101)
	for n := range 20 { // none of these is about user 7, or what it sees
		s.sql(fmt.Sprintf("INSERT INTO members VALUES (8, %d)", 100+n), "UPDATE members SET note = 'x' WHERE user_id = 7")
	}
	var rows, lookups int64
	for id := 0; id < 3 || lookups == 0; id++ { // until those who asked have told
		require.Less(t, id, 30, "no index was asked")
		time.Sleep(1100 * time.Millisecond)
		s.sql(fmt.Sprintf("UPDATE issues SET project_id = 9 WHERE id = %d", 20+id))
		require.Equal(t, []string{fmt.Sprintf("insert id=%d project_id=9", 20+id), "up-to-date"}, r.next().brief())
		rows, lookups = s.scanned()
	}
	require.LessOrEqual(t, rows, int64(5*20_000), "the table has no index for projects: it is read for the first rows, and twice for each change of what user 7 sees")
}

// A client that waits for a transaction's number hears of it, though others came
// before the shape's first rows, or were handled with it in one query.
func TestSubqueryTellsOfEachTransaction(t *testing.T) {
	s := start(t, issues...)
	r, _ := s.read("table", "issues", "where", ofUser7)
	var want []uint64
	for n := range 30 {
		var xid uint64
		err := s.db.QueryRow(context.Background(), `WITH u AS (UPDATE issues SET title = $1 WHERE id = 7 RETURNING 1)
			SELECT pg_current_xact_id()::text::int8 FROM u`, fmt.Sprint(n)).Scan(&xid)
		require.NoError(t, err)
		want = append(want, xid)
	}
	var got []uint64
	for len(got) < len(want) {
		for _, m := range r.next().messages() {
			if m.Headers.Control == "" {
				require.Equal(t, "7", *m.Value["id"])
				got = append(got, m.Headers.Txids...)
			}
		}
	}
	require.Equal(t, want, got)
}

// Where the filter negates a subquery, any row may move; and a NULL there leaves
// nothing.
func TestSubqueryUnderNot(t *testing.T) {
	s := start(t, "CREATE TABLE hidden (id int)", "CREATE TABLE items (id int PRIMARY KEY, owner int)",
		"ALTER TABLE hidden REPLICA IDENTITY FULL", "INSERT INTO hidden VALUES (2)", "INSERT INTO items VALUES (1, 1), (2, 2), (3, NULL)")
	r, lines := s.read("table", "items", "where", "owner NOT IN (SELECT id FROM hidden)", "columns", "id")
	require.Equal(t, []string{"insert id=1", "snapshot-end", "up-to-date"}, lines)
	s.sql("INSERT INTO hidden VALUES (NULL)")
	require.Equal(t, []string{"delete id=1", "up-to-date"}, r.next().brief())
	s.sql("DELETE FROM hidden")
	require.ElementsMatch(t, []string{"insert id=1", "insert id=2", "insert id=3", "up-to-date"}, r.next().brief())
}

// A key whose type's equality is not to be found without a search path is compared
// otherwise: by reading all rows.
func TestSubqueryOnAnExtensionsType(t *testing.T) {
	s := start(t, "CREATE SCHEMA more", "CREATE EXTENSION ltree SCHEMA more", "CREATE TABLE parts (path more.ltree PRIMARY KEY, kind int)",
		"CREATE TABLE kinds (id int PRIMARY KEY)", "INSERT INTO kinds VALUES (1)", "INSERT INTO parts VALUES ('a.b', 1), ('a.c', 2)")
	r, lines := s.read("table", "parts", "where", "kind IN (SELECT id FROM kinds)")
	require.Equal(t, []string{"insert kind=1 path=a.b", "snapshot-end", "up-to-date"}, lines)
	s.sql("UPDATE parts SET kind = 1 WHERE path::text = 'a.c'")
	require.Equal(t, []string{"insert kind=1 path=a.c", "up-to-date"}, r.next().brief())
	s.sql("DELETE FROM parts WHERE path::text = 'a.b'")
	require.Equal(t, []string{"delete path=a.b", "up-to-date"}, r.next().brief())
}

// A subset keeps its connection for a moment: until the stream has come by what it
// showed. Many of them at once wait for no more than that, in a quiet database too.
func TestManySubsetsOfASubquery(t *testing.T) {
	s := start(t, issues...)
	take := func(r *reader, user int) time.Duration {
		began := time.Now()
		var answers []<-chan answer
		for n := range 60 {
			answers = append(answers, s.later(r.params("subset__where", fmt.Sprintf("id > %d", 100*n))...))
			if n%10 == 0 {
				s.sql(fmt.Sprintf("INSERT INTO members VALUES (%d, %d)", user, 20+n), fmt.Sprintf("UPDATE issues SET title = 'new' WHERE id = %d", n+user))
			}
		}
		for _, a := range answers {
			got := s.within(a)
			require.Equal(t, http.StatusOK, got.status, got.body)
		}
		return time.Since(began)
	}
	plain, _ := s.read("table", "issues", "where", "project_id IN (8, 9, 10, 11)", "log", "changes_only")
	r, _ := s.read("table", "issues", "where", ofUser7, "log", "changes_only")
	// Eight at a time keep their connections, for a second where nothing is written
	// to the disk meanwhile: half of what would be too long. Where other programs have
	// the processor, as many subsets without that tell how much slower all is.
	machine := take(plain, 8)
	require.Less(t, take(r, 7), 12*time.Second+3*machine)
	s.sql("UPDATE issues SET title = 'last' WHERE id = 8")
	for !slices.Contains(r.next().brief(), "update id=8 title=last") { // the shape has not ended
	}
}
