package api_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/shape"
)

// newIn15 finds what publications could not be of before.
var newIn15 = regexp.MustCompile(`IN SCHEMA|WHERE|TABLE \w+ \(`)

// A publication that somebody made may leave changes out. Shapes that would miss
// some are refused, with the statement that mends it; the others are served.
func TestPublicationThatLeavesOut(t *testing.T) {
	for _, row := range []struct {
		name, publication, table string
		sql                      []string
		message                  string // "" when the table is served
		mend                     string
	}{
		{
			"root", "FOR TABLE parts WITH (publish_via_partition_root)", "parts", partitioned,
			`The publication "electric_publication_default" has publish_via_partition_root = true, which does not tell which partition a row is in. ` +
				`Run: ALTER PUBLICATION "electric_publication_default" SET (publish_via_partition_root = false)`,
			"ALTER PUBLICATION electric_publication_default SET (publish_via_partition_root = false)",
		},
		{
			"partition", "WITH (publish_via_partition_root)", "parts_100", partitioned,
			`The publication "electric_publication_default" has publish_via_partition_root = true, which does not tell which partition a row is in. ` +
				`Run: ALTER PUBLICATION "electric_publication_default" SET (publish_via_partition_root = false)`,
			"ALTER PUBLICATION electric_publication_default SET (publish_via_partition_root = false)",
		},
		{"without partitions", "FOR TABLE items WITH (publish_via_partition_root)", "items", []string{items}, "", ""},
		{"all tables", "FOR ALL TABLES", "items", []string{items}, "", ""},
		{"a schema's tables", "FOR TABLES IN SCHEMA public", "items", []string{items}, "", ""},
		{"a schema's partitioned table", "FOR TABLES IN SCHEMA public", "parts", partitioned, "", ""},
		{
			"rows", "FOR TABLE items WHERE (id > 5)", "items", []string{items},
			`Database table "public.items" is in the publication "electric_publication_default" with a row filter or a list of columns, and shapes need whole tables. ` +
				`Run: ALTER PUBLICATION "electric_publication_default" DROP TABLE "public"."items"; ALTER PUBLICATION "electric_publication_default" ADD TABLE ONLY "public"."items"`,
			"ALTER PUBLICATION electric_publication_default DROP TABLE items; ALTER PUBLICATION electric_publication_default ADD TABLE ONLY items",
		},
		{
			"columns", "FOR TABLE items (id)", "items", []string{items},
			`Database table "public.items" is in the publication "electric_publication_default" with a row filter or a list of columns, and shapes need whole tables. ` +
				`Run: ALTER PUBLICATION "electric_publication_default" DROP TABLE "public"."items"; ALTER PUBLICATION "electric_publication_default" ADD TABLE ONLY "public"."items"`,
			"ALTER PUBLICATION electric_publication_default DROP TABLE items; ALTER PUBLICATION electric_publication_default ADD TABLE ONLY items",
		},
		{
			"a partition's rows", "FOR TABLE parts, parts_100 WHERE (b > 5)", "parts", partitioned,
			`Database table "public.parts_100" is in the publication "electric_publication_default" with a row filter or a list of columns, and shapes need whole tables. ` +
				`Run: ALTER PUBLICATION "electric_publication_default" DROP TABLE "public"."parts_100"; ALTER PUBLICATION "electric_publication_default" ADD TABLE ONLY "public"."parts_100"`,
			"ALTER PUBLICATION electric_publication_default DROP TABLE parts_100",
		},
		{
			"unlogged", "", "items", []string{"CREATE UNLOGGED TABLE items (id int PRIMARY KEY, value text)"},
			`Database table "public.items" is unlogged, and its changes are not replicated. Run: ALTER TABLE "public"."items" SET LOGGED`,
			"ALTER TABLE items SET LOGGED",
		},
		{
			"unlogged among all tables", "FOR ALL TABLES", "items", []string{"CREATE UNLOGGED TABLE items (id int PRIMARY KEY, value text)"},
			`Database table "public.items" is unlogged, and its changes are not replicated. Run: ALTER TABLE "public"."items" SET LOGGED`,
			"ALTER TABLE items SET LOGGED",
		},
		{
			"foreign partition", "", "parts", append(partitioned[:len(partitioned):len(partitioned)], "CREATE FOREIGN DATA WRAPPER f", "CREATE SERVER far FOREIGN DATA WRAPPER f",
				"CREATE TABLE more (a int NOT NULL, b int NOT NULL) PARTITION BY LIST (a)", "CREATE FOREIGN TABLE far PARTITION OF more DEFAULT SERVER far",
				"ALTER TABLE parts DETACH PARTITION parts_200", "DROP TABLE parts_200", "ALTER TABLE parts DROP CONSTRAINT parts_pkey", "ALTER TABLE parts ATTACH PARTITION more FOR VALUES FROM (900) TO (990)"),
			`Database table "public.far" is a foreign table, whose changes are not replicated. Run: ALTER TABLE "public"."more" DETACH PARTITION "public"."far"`,
			"ALTER TABLE more DETACH PARTITION far",
		},
		{
			"unlogged partition", "", "parts", append(partitioned[:len(partitioned):len(partitioned)], "ALTER TABLE parts_100 SET UNLOGGED"),
			`Database table "public.parts_100" is unlogged, and its changes are not replicated. Run: ALTER TABLE "public"."parts_100" SET LOGGED`,
			"ALTER TABLE parts_100 SET LOGGED",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			if newIn15.MatchString(row.publication) {
				since(t, 15, "publications of schemas, rows and columns")
			}
			sql := append(row.sql[:len(row.sql):len(row.sql)], "CREATE PUBLICATION electric_publication_default "+row.publication)
			s := startWith(t, options{SQL: sql})
			if row.message != "" {
				unavailable(t, s.get("table", row.table, "offset", "-1"), "10", row.message, true)
				s.sql(row.mend)
			}
			r, _ := s.read("table", row.table)
			s.sql("INSERT INTO " + row.table + " VALUES (3, 4)")
			require.Len(t, r.next().messages(), 2)
			if row.message != "" && row.table == "items" {
				return // how to break it is the next test's story
			}
			s.sql("DELETE FROM " + row.table)
			require.NotEmpty(t, r.next().messages())
		})
	}
}

// What the publication or a table becomes while shapes live.
func TestPublicationIsAltered(t *testing.T) {
	for _, row := range []struct{ name, sql, mend string }{
		{"by root", "ALTER PUBLICATION electric_publication_default SET (publish_via_partition_root)", "ALTER PUBLICATION electric_publication_default SET (publish_via_partition_root = false)"},
		{"a partition unlogged", "ALTER TABLE parts_100 SET UNLOGGED", "ALTER TABLE parts_100 SET LOGGED"},
		{"a partition's rows", "ALTER PUBLICATION electric_publication_default ADD TABLE parts_100 WHERE (b > 5)", "ALTER PUBLICATION electric_publication_default DROP TABLE parts_100"},
	} {
		t.Run(row.name, func(t *testing.T) {
			if newIn15.MatchString(row.sql) {
				since(t, 15, "publications of rows")
			}
			s := start(t, partitioned...)
			r, _ := s.read("table", "parts")
			s.sql(row.sql, "INSERT INTO parts VALUES (3, 4), (5, 6)")
			r.ended()
			require.Equal(t, http.StatusServiceUnavailable, r.ask().status)
			s.sql(row.mend)
			r, lines := s.read("table", "parts")
			require.ElementsMatch(t, []string{"insert a=0 b=1", "insert a=0 b=101", "insert a=3 b=4", "insert a=5 b=6", "snapshot-end", "up-to-date"}, lines)
			s.sql("UPDATE parts SET a = 9 WHERE a = 3")
			require.Equal(t, []string{"delete a=3 b=4", "insert a=9 b=4", "up-to-date"}, r.next().brief())
		})
	}
}

// By hand, partitions need the replica identity FULL as well: which one lacks it is
// told.
func TestPartitionsPublishedByHand(t *testing.T) {
	s := startWith(t, options{Options: shape.Options{Manual: true}, SQL: append(partitioned[:len(partitioned):len(partitioned)],
		"CREATE PUBLICATION electric_publication_default FOR TABLE parts", "ALTER TABLE parts REPLICA IDENTITY FULL", "ALTER TABLE parts_100 REPLICA IDENTITY FULL")})
	const lacks = `Database table "public.parts_200" does not have its replica identity set to FULL`
	unavailable(t, s.get("table", "parts", "offset", "-1"), "10", lacks, true)
	s.sql("ALTER TABLE parts_200 REPLICA IDENTITY FULL")
	r, _ := s.read("table", "parts")
	s.sql("CREATE TABLE parts_300 PARTITION OF parts FOR VALUES FROM (200) TO (300); ALTER TABLE parts_300 REPLICA IDENTITY FULL")
	s.engine.Reconcile(t.Context())
	s.sql("INSERT INTO parts VALUES (1, 250)")
	require.Equal(t, []string{"insert a=1 b=250", "up-to-date"}, r.next().brief(), "it goes on")
	s.sql("CREATE TABLE parts_400 PARTITION OF parts FOR VALUES FROM (300) TO (400)")
	r.ended()
	unavailable(t, s.get("table", "parts", "offset", "-1"), "10", strings.ReplaceAll(lacks, "200", "400"), true)
}

// What a publication has by its schema needs no row of its own.
func TestSchemaPublishedByHand(t *testing.T) {
	since(t, 15, "publications of schemas")
	s := startWith(t, options{Options: shape.Options{Manual: true}, SQL: []string{
		items, "ALTER TABLE items REPLICA IDENTITY FULL", "CREATE PUBLICATION electric_publication_default FOR TABLES IN SCHEMA public",
	}})
	r, _ := s.read("table", "items")
	s.sql("INSERT INTO items VALUES (1, 'a')")
	require.Equal(t, []string{"insert id=1 value=a", "up-to-date"}, r.next().brief())
	s.sql("CREATE SCHEMA other", "ALTER PUBLICATION electric_publication_default SET TABLES IN SCHEMA other")
	r.ended()
	require.Contains(t, s.get("table", "items", "offset", "-1").body, "is missing from the publication")
}

// A role that may not read rows any more ends the shapes on them.
func TestRightsAreTakenAway(t *testing.T) {
	for _, row := range []struct{ name, sql string }{
		{"the table", "REVOKE SELECT ON items FROM reader"},
		{"the schema", "REVOKE USAGE ON SCHEMA public FROM PUBLIC"},
		{"a column", "REVOKE SELECT ON items FROM reader; GRANT SELECT (id) ON items TO reader"},
		{"rows", "ALTER TABLE items ENABLE ROW LEVEL SECURITY"},
	} {
		t.Run(row.name, func(t *testing.T) {
			database := pgtest.StartWith(t, logical).DatabaseAlone(t)
			u, err := url.Parse(database)
			require.NoError(t, err)
			u.User = url.UserPassword("reader", "secret")
			s := startWith(t, options{
				Options: shape.Options{URL: database, Manual: true}, engine: u.String(), SQL: []string{
					"CREATE ROLE reader LOGIN REPLICATION PASSWORD 'secret'", items, "ALTER TABLE items REPLICA IDENTITY FULL",
					"GRANT SELECT ON items TO reader", "CREATE PUBLICATION electric_publication_default FOR TABLE items",
				},
			})
			all, _ := s.read("table", "items")
			ids, _ := s.read("table", "items", "columns", "id")
			s.sql(row.sql, "INSERT INTO items VALUES (1, 'a')")
			all.ended()
			a := s.get("table", "items", "offset", "-1")
			require.Equal(t, http.StatusServiceUnavailable, a.status)
			require.Contains(t, a.body, "Unable to create initial snapshot: ")
			if row.name == "a column" {
				require.Equal(t, []string{"insert id=1", "up-to-date"}, ids.next().brief())
				return
			}
			ids.ended()
		})
	}
}

// What the program made it drops at its end, also when it was killed before; what
// somebody else made, or relies on, it leaves alone.
func TestPublicationIsDropped(t *testing.T) {
	const exists = "SELECT count(*) FROM pg_publication WHERE pubname = 'electric_publication_default'"
	for _, row := range []struct {
		name, before, between string
		manual, stays         bool
	}{
		{name: "ours", between: "SELECT"},
		{name: "somebody's", before: "CREATE PUBLICATION electric_publication_default", stays: true},
		{name: "with another comment", between: "COMMENT ON PUBLICATION electric_publication_default IS 'I need this'", stays: true},
		{name: "published by hand now", between: "ALTER PUBLICATION electric_publication_default ADD TABLE items; ALTER TABLE items REPLICA IDENTITY FULL", manual: true, stays: true},
		{name: "Electric's slot", between: "SELECT pg_create_logical_replication_slot('electric_slot_default', 'pgoutput')", stays: true},
	} {
		t.Run(row.name, func(t *testing.T) {
			sql := []string{items}
			if row.before != "" {
				sql = append(sql, row.before)
			}
			killed := prepare(t, &options{SQL: sql})
			stop := killed.run()
			killed.active()
			stop() // and never closed
			killed.slotGone()
			if row.between != "" {
				killed.sql(row.between)
			}
			t.Cleanup(func() {
				killed.sql("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = 'electric_slot_default' AND database = current_database()")
			})
			s := prepare(t, &options{Options: shape.Options{URL: killed.database, Manual: row.manual}, second: true})
			stop = s.run()
			s.active()
			s.read("table", "items")
			stop()
			require.NoError(t, s.engine.Close())
			var n int
			require.NoError(t, s.db.QueryRow(t.Context(), exists).Scan(&n))
			require.Equal(t, row.stays, n == 1)
		})
	}
}
