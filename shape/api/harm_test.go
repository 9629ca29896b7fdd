package api_test

import (
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
)

// since skips what servers before a version do not have.
func since(t *testing.T, version int, what string) {
	t.Helper()
	if server := pgtest.StartWith(t, logical).Version; server < version {
		t.Skipf("%s: PostgreSQL has that since version %d, the server is %d", what, version, server)
	}
}

const (
	virtual = "Database table \"public.sums\" has the virtual generated column \"total\", and Postgres refuses updates and deletes of such a table while it is replicated. " +
		"Make it a stored one: ALTER TABLE \"public\".\"sums\" DROP COLUMN \"total\", ADD COLUMN \"total\" … GENERATED ALWAYS AS (…) STORED"
	storedTotal  = "CREATE TABLE sums (id int PRIMARY KEY, n int, total int GENERATED ALWAYS AS (n + 1) STORED)"
	virtualTotal = "CREATE TABLE sums (id int PRIMARY KEY, n int, total int GENERATED ALWAYS AS (n + 1))"
)

func leavesOut(publication string) string {
	return `Database table "public.sums" has the generated column "total", which the publication "` + publication + `" leaves out. With the replica identity FULL, which shapes need, ` +
		`Postgres would refuse updates and deletes of it. Run: ALTER PUBLICATION "` + publication + `" SET (publish_generated_columns = stored)`
}

// With the replica identity FULL, a publication that leaves columns of a table out
// has Postgres refuse updates and deletes of it. No shape is worth that.
func TestWritersAreNotHarmed(t *testing.T) {
	for _, row := range []struct {
		name          string
		since         int
		before        []string
		message, mend string
	}{
		{
			"a virtual column", 18, []string{virtualTotal}, virtual,
			"ALTER TABLE sums DROP COLUMN total, ADD COLUMN total int GENERATED ALWAYS AS (n + 1) STORED",
		},
		{
			"a stored column that is not published", 18, []string{storedTotal, "CREATE PUBLICATION electric_publication_default"},
			leavesOut("electric_publication_default"), "ALTER PUBLICATION electric_publication_default SET (publish_generated_columns = stored)",
		},
		{
			"a stored column that another publication leaves out", 18, []string{storedTotal, "CREATE PUBLICATION other FOR ALL TABLES"},
			leavesOut("other"), `ALTER PUBLICATION other SET (publish_generated_columns = stored)`,
		},
		{
			"a stored column that a schema's publication leaves out", 18, []string{storedTotal, "CREATE PUBLICATION other FOR TABLES IN SCHEMA public"},
			leavesOut("other"), `DROP PUBLICATION other`,
		},
		{
			"another publication's list of columns", 15, []string{"CREATE TABLE sums (id int PRIMARY KEY, n int, total int)", "CREATE PUBLICATION other FOR TABLE sums (id, n)"},
			`Database table "public.sums" is in the publication "other" with a list of columns. With the replica identity FULL, which shapes need, ` +
				`Postgres would refuse updates and deletes of it. Run: ALTER PUBLICATION "other" DROP TABLE "public"."sums"; ALTER PUBLICATION "other" ADD TABLE ONLY "public"."sums"`,
			`ALTER PUBLICATION "other" DROP TABLE "public"."sums"; ALTER PUBLICATION "other" ADD TABLE ONLY "public"."sums"`,
		},
		{
			"a list of columns for inserts alone", 15,
			[]string{"CREATE TABLE sums (id int PRIMARY KEY, n int, total int)", "CREATE PUBLICATION other FOR TABLE sums (id, n) WITH (publish = insert)"}, "", "",
		},
		{"a stored column", 14, []string{storedTotal, "CREATE PUBLICATION other FOR TABLE sums WITH (publish = 'insert')"}, "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			since(t, row.since, row.name)
			s := startWith(t, options{SQL: append(row.before, "INSERT INTO sums (id, n) VALUES (1, 1)")})
			shape := []string{"table", "sums", "columns", "id,n", "offset", "-1"}
			if row.message != "" {
				unavailable(t, s.get(shape...), "10", row.message, true)
				s.sql("UPDATE sums SET n = 1", row.mend)
			}
			r, _ := s.read("table", "sums", "columns", "id,n")
			s.sql("UPDATE sums SET n = 2")
			require.Equal(t, []string{"update id=1 n=2", "up-to-date"}, r.next().brief())
			s.sql("DELETE FROM sums")
			require.Equal(t, []string{"delete id=1", "up-to-date"}, r.next().brief())
		})
	}
}

// A published table that gets a virtual column leaves the publication at once,
// whether shapes are on it or were.
func TestVirtualColumnIsAdded(t *testing.T) {
	since(t, 18, "virtual generated columns")
	for _, live := range []bool{true, false} {
		t.Run(map[bool]string{true: "a live shape", false: "a shape that was"}[live], func(t *testing.T) {
			s := start(t, "CREATE TABLE sums (id int PRIMARY KEY, n int)", "INSERT INTO sums VALUES (1, 1)")
			r, _ := s.read("table", "sums")
			if !live {
				require.Equal(t, 202, s.do("DELETE", "/v1/shape?table=sums", "").status)
			}
			s.sql("ALTER TABLE sums ADD COLUMN total int GENERATED ALWAYS AS (n + 1)")
			s.engine.Reconcile(t.Context())
			s.sql("UPDATE sums SET n = 2", "DELETE FROM sums")
			if live {
				r.ended()
			}
			unavailable(t, s.get("table", "sums", "columns", "id,n", "offset", "-1"), "10", virtual, true)
			s.sql("INSERT INTO sums VALUES (1, 1)", "UPDATE sums SET n = 2")
		})
	}
}

// What Postgres refuses, and why all this is done.
func TestPostgresRefusesUpdates(t *testing.T) {
	since(t, 18, "virtual generated columns")
	s := startWith(t, options{SQL: []string{virtualTotal, "ALTER TABLE sums REPLICA IDENTITY FULL", "CREATE PUBLICATION mine FOR TABLE sums WITH (publish_generated_columns = stored)"}})
	_, err := s.db.Exec(t.Context(), "UPDATE sums SET n = 1")
	var refused *pgconn.PgError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "Replica identity must not contain unpublished generated columns.", refused.Detail)
}

// Stored generated columns are replicated since version 18, with the others.
func TestStoredGeneratedColumns(t *testing.T) {
	since(t, 18, "generated columns in publications")
	s := start(t, storedTotal, "INSERT INTO sums (id, n) VALUES (1, 1)")
	r, lines := s.read("table", "sums", "where", "total < 10")
	require.Equal(t, []string{"insert id=1 n=1 total=2", "snapshot-end", "up-to-date"}, lines)
	s.sql("UPDATE sums SET n = 5")
	require.Equal(t, []string{"update id=1 n=5 total=6", "up-to-date"}, r.next().brief())
	s.sql("UPDATE sums SET n = 9")
	require.Equal(t, []string{"delete id=1", "up-to-date"}, r.next().brief())
	s.sql("INSERT INTO sums (id, n) VALUES (2, 2)")
	require.Equal(t, []string{"insert id=2 n=2 total=3", "up-to-date"}, r.next().brief())
	s.sql("ALTER PUBLICATION electric_publication_default SET (publish_generated_columns = none)")
	s.engine.Reconcile(t.Context())
	r.ended()
	s.sql("UPDATE sums SET n = 3")
	unavailable(t, s.get("table", "sums", "offset", "-1"), "10", leavesOut("electric_publication_default"), true)
}
