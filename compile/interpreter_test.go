package compile

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/parser"
)

// lives is what may happen to a table between the moment a description of it was
// promised and the moment somebody asks for it.
var lives = []string{
	"CREATE SCHEMA app",
	"CREATE TYPE mood AS ENUM ('calm')",
	"CREATE FUNCTION one() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1'",
	"CREATE ROLE reader",
	"CREATE TABLE a (id int PRIMARY KEY, m mood DEFAULT 'calm', n int DEFAULT one(), CHECK (n > one()))",
	"CREATE POLICY p ON a TO reader USING (n > 0)",
	"CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a)",
	"CREATE TABLE bystander (id int)",
	"ALTER TYPE mood RENAME TO temper",
	"ALTER FUNCTION one() RENAME TO uno",
	"ALTER ROLE reader RENAME TO viewer",
	"ALTER TABLE a RENAME TO c",
	"ALTER TABLE c RENAME COLUMN n TO amount",
	"ALTER TABLE c SET SCHEMA app",
	"ALTER SCHEMA app RENAME TO application",
	"COMMENT ON TABLE b IS 'one'",
	"COMMENT ON COLUMN b.id IS 'two'",
	"CREATE INDEX i ON b (a_id)",
	"COMMENT ON INDEX i IS 'three'",
	"ALTER INDEX i RENAME TO j",
	"ALTER TABLE b ADD COLUMN more text, ALTER COLUMN a_id SET NOT NULL",
	"ALTER TABLE b ADD CONSTRAINT positive CHECK (id > 0)",
	"CREATE TRIGGER t BEFORE UPDATE ON b FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
	"ALTER TABLE b DISABLE TRIGGER t",
	"CREATE RULE r AS ON DELETE TO b DO INSTEAD NOTHING",
	"SET timezone = 'America/New_York'",
	"CREATE TABLE d (at timestamptz DEFAULT '2020-01-01 00:00:00+00')",
	"SET timezone = 'UTC'",
	"CREATE TEMP TABLE name (id int)",
	"CREATE TABLE e (x text, n pg_catalog.name)",
	"DISCARD ALL",
	"DROP INDEX j",
	"DROP TABLE b, bystander",
	"DROP TABLE d",
}

// A description says what was when it was promised, however late it is made.
func TestLateDescriptionsAreThoseOfTheirTime(t *testing.T) {
	early, late := newInterpreter(true), newInterpreter(true)
	var want []*metadata.Table
	var promised []TableChange
	for _, sql := range lives {
		for _, in := range []*interpreter{early, late} {
			n, err := parser.Parse(sql)
			require.Nil(t, err, sql)
			require.Nil(t, in.Exec(n, sql).Err, sql)
		}
		for _, c := range early.Changes().Tables {
			if c.Table != nil {
				want = append(want, c.Table())
			}
		}
		for _, c := range late.Changes().Tables {
			if c.Table != nil {
				promised = append(promised, c)
			}
		}
	}
	require.Len(t, promised, len(want))
	for i, c := range promised {
		require.Equal(t, want[i], c.Table(), "%d", i)
	}
}

// What only adds to the database has nobody describe what is older.
func TestDescriptionsWaitForOneAnother(t *testing.T) {
	in := newInterpreter(true)
	for _, sql := range []string{
		"CREATE TABLE a (id int PRIMARY KEY, x text DEFAULT 'none' CHECK (x <> ''))", "CREATE TABLE b (LIKE a INCLUDING ALL)",
		"CREATE TYPE mood AS ENUM ('calm')", "CREATE TABLE c (m mood)",
	} {
		n, err := parser.Parse(sql)
		require.Nil(t, err, sql)
		require.Nil(t, in.Exec(n, sql).Err, sql)
		in.Changes()
	}
	require.Len(t, in.waiting, 3)
	in.Schema()
	require.Empty(t, in.waiting)
}
