package compile

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/source"
)

// clientCases are what server-only SQL makes, a block behind it, and what is told
// of the block: the headline and the hint's first words; "" for nothing.
var clientCases = []struct{ name, server, block, told, hint string }{
	{"a type", "CREATE TYPE mood AS ENUM ('calm')", "CREATE TABLE a (m mood)",
		"clients lack type mood", "Move the statement that makes it"},
	{"a domain", "CREATE DOMAIN email AS text", "CREATE TABLE a (m email[])",
		"clients lack type email", "Move the statement that makes it"},
	{"a foreign key", "CREATE TABLE s (id int PRIMARY KEY)", "CREATE TABLE a (s_id int REFERENCES s)",
		"clients lack table s", "Move the table into a block before this one. If it is to stay the server's alone, clients cannot have this foreign key"},
	{"a row type", "CREATE TABLE s (id int)", "CREATE TABLE a (x s)", "clients lack table s", "Move the statement that makes it"},
	{"a view", "CREATE VIEW v AS SELECT 1 AS one", "CREATE VIEW w AS SELECT one FROM v", "clients lack view v", "Move the statement"},
	{"a parent", "CREATE TABLE s (id int)", "CREATE TABLE a () INHERITS (s)", "clients lack table s", "Move the statement"},
	{"rows of a table", "CREATE TABLE s (id int)", "INSERT INTO s VALUES (1)", "clients lack table s", "Move the statement"},
	{"a function", "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT $1'", "CREATE TABLE a (id int DEFAULT f(1))",
		"clients lack function f(integer)", "Move the statement"},
	{"a trigger's function", "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
		"CREATE TABLE a (id int); CREATE TRIGGER t BEFORE INSERT ON a EXECUTE FUNCTION f()", "clients lack function f()", "Move the statement"},
	{"an operator", "CREATE OPERATOR === (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int)", "CREATE TABLE a (id int CHECK (id === 1))",
		"clients lack operator ===(integer,integer)", "Move the statement"},
	{"a collation", "CREATE COLLATION plain (locale = 'C')", "CREATE TABLE a (t text COLLATE plain)", "clients lack collation plain", "Move the statement"},
	{"a sequence", "CREATE SEQUENCE n", "CREATE TABLE a (id int DEFAULT nextval('n'))", "clients lack sequence n", "Move the statement"},
	{"a schema", "CREATE SCHEMA app", "CREATE TABLE app.a (id int)", "clients lack schema app", "Move the statement"},
	{"a text search configuration", "CREATE TEXT SEARCH CONFIGURATION words (COPY = simple)",
		"CREATE TABLE a (t text); CREATE INDEX ON a USING gin (to_tsvector('words', t))",
		"clients lack text search configuration words", "Move the statement"},
	{"a role in GRANT", "CREATE ROLE clients_test_app", "CREATE TABLE a (id int); GRANT SELECT ON a TO clients_test_app",
		"clients lack role clients_test_app", "Move this statement out of the block: PGlite has no roles but postgres"},
	{"a role in a policy", "CREATE ROLE clients_test_app", "CREATE TABLE a (id int); CREATE POLICY p ON a TO clients_test_app",
		"clients lack role clients_test_app", "Move this statement out"},
	{"an owner", "CREATE ROLE clients_test_app SUPERUSER", "CREATE TABLE a (id int); ALTER TABLE a OWNER TO clients_test_app",
		"clients lack role clients_test_app", "Move this statement out"},
	{"a comment on a table", "CREATE TABLE s (id int)", "COMMENT ON TABLE s IS 'x'", "clients lack table s", "Move the statement"},
	{"a change of a table", "CREATE TABLE s (id int)", "ALTER TABLE s ADD n int", "clients lack table s", "Move the statement"},
	{"in a body", "CREATE TABLE s (id int)", "DO $$ BEGIN EXECUTE 'CREATE INDEX ON s (id)'; END $$", "clients lack table s", "Move the statement"},
	{"an extension is loaded by the app", "CREATE EXTENSION citext", "CREATE TABLE a (t citext)", "", ""},
	{"an extension's operator class", "CREATE EXTENSION btree_gist", "CREATE TABLE a (n int, EXCLUDE USING gist (n WITH =))", "", ""},
	{"an extension in a schema", "CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext", "CREATE TABLE a (t ext.citext)",
		"clients lack schema ext", "Move the statement"},
	{"a statement that asks first", "CREATE TABLE s (id int)",
		"CREATE TABLE IF NOT EXISTS s (id int); CREATE TABLE a (x s)", "", ""},
	{"a drop that asks first", "CREATE TABLE s (id int)", "DROP TABLE IF EXISTS s", "", ""},
	{"what a block makes behind it", "CREATE TABLE s (id int); DROP TABLE s", "CREATE TABLE s (id int); CREATE TABLE a (x s)", "", ""},
	{"a setting", "CREATE SCHEMA app; SET search_path = app, public", "CREATE TABLE a (id int)", "", ""},
}

// TestClientsLack tells of each case what is expected, and an empty server that
// runs the block alone says the same.
func TestClientsLack(t *testing.T) {
	server := pgtest.Start(t)
	for _, c := range clientCases {
		t.Run(c.name, func(t *testing.T) {
			if c.server == "" {
				c.server = "SELECT 1"
			}
			b, told := compileFiles(t, c.server+";\n-- :electric:txn:start\n"+c.block+";\n-- :electric:txn:end\n")
			statements := []string{}
			if b != nil {
				for _, x := range b.Requires.Extensions {
					statements = append(statements, "CREATE EXTENSION "+x)
				}
			}
			for _, st := range parser.Split(c.block) {
				statements = append(statements, st.Text)
			}
			_, verdicts := server.Run(t, statements)
			fails := ""
			for _, v := range verdicts {
				if !v.OK && fails == "" {
					fails = v.Message + " [" + v.SQLSTATE + "]"
				}
			}
			if c.told == "" {
				require.NotNil(t, b, told)
				require.Empty(t, told)
				require.Empty(t, fails)
				return
			}
			require.Nil(t, b)
			require.Contains(t, told, "error: "+c.told+": only server-only SQL makes it [client-lacks-object]")
			require.Regexp(t, `1_m\.sql:1:\d+: server-only SQL makes it here`, told)
			require.Contains(t, told, "hint: "+c.hint)
			require.NotEmpty(t, fails)
			require.Contains(t, told, "Postgres tells them: "+fails)
		})
	}
}

// TestClientsRunBundles runs what clients get of the schemas in this repository
// on an empty server.
func TestClientsRunBundles(t *testing.T) {
	server := pgtest.Start(t)
	for _, folder := range []string{"../schema", "../devpage/internal/demo/schema"} {
		in := source.Read([]string{folder}, source.Options{})
		b, ds := Migrations(in.Migrations(), Options{})
		require.Empty(t, ds)
		statements := []string{}
		for _, m := range b.Migrations {
			for _, tx := range m.Transactions {
				statements = append(statements, tx.Statements...)
			}
		}
		require.NotEmpty(t, statements)
		_, verdicts := server.Run(t, statements)
		for i, v := range verdicts {
			require.Truef(t, v.OK, "%s\n%s", statements[i], v.Message)
		}
	}
}

// TestClientsUndecidable: what a statement does to clients may depend on rows that
// the server is known not to have.
func TestClientsUndecidable(t *testing.T) {
	const start, end = "-- :electric:txn:start\n", "-- :electric:txn:end\n"
	b, told := compileFiles(t, start+"CREATE TABLE a (id uuid PRIMARY KEY DEFAULT gen_random_uuid());\nINSERT INTO a DEFAULT VALUES;\n"+end+
		"DELETE FROM a;\n"+start+
		"DO $$ BEGIN IF EXISTS (SELECT FROM a WHERE id < '80000000-0000-0000-0000-000000000000') THEN CREATE TABLE low (id int); END IF; END $$;\n"+end)
	require.NotNil(t, b, told)
	require.Contains(t, told, "1_m.sql:7:1: warning: whether clients can run this cannot be told [client-undecidable]")
}
