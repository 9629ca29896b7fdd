package compile

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/describe"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/parser"
)

// viewChanges change what a view is, and what its text names.
const viewChanges = `
CREATE SCHEMA app;
CREATE TYPE app.mood AS ENUM ('calm', 'wild');
CREATE TABLE app.artists (id int PRIMARY KEY, name text, mood app.mood);
CREATE TABLE app.songs (id int PRIMARY KEY, artist int REFERENCES app.artists, title text, mood app.mood DEFAULT 'calm');
CREATE FUNCTION app.loud(t text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper(t)';
CREATE VIEW app.hits AS SELECT s.*, app.loud(a.name) AS who FROM app.songs s JOIN app.artists a ON a.id = s.artist WHERE s.mood = 'wild';
CREATE VIEW app.few AS SELECT id, who FROM app.hits LIMIT 10;
CREATE MATERIALIZED VIEW app.kept AS SELECT mood, count(*) AS n FROM app.songs GROUP BY mood;
CREATE VIEW app.named AS SELECT id, title, name FROM app.songs JOIN app.artists USING (id);
CREATE UNIQUE INDEX kept_mood ON app.kept (mood);
COMMENT ON VIEW app.hits IS 'loud';
COMMENT ON COLUMN app.hits.who IS 'louder';
ALTER VIEW app.hits ALTER COLUMN who SET DEFAULT 'x';
ALTER VIEW app.hits SET (security_barrier);
ALTER TABLE app.songs RENAME COLUMN title TO name;
ALTER TABLE app.songs ADD COLUMN length int;
ALTER TABLE app.artists RENAME TO people;
ALTER TYPE app.mood RENAME TO temper;
ALTER TYPE app.temper RENAME VALUE 'wild' TO 'rough';
ALTER FUNCTION app.loud(text) RENAME TO shout;
CREATE FUNCTION app.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER t INSTEAD OF INSERT ON app.hits FOR EACH ROW EXECUTE FUNCTION app.nothing();
ALTER FUNCTION app.nothing() RENAME TO zilch;
CREATE RULE r AS ON DELETE TO app.few DO INSTEAD NOTHING;
COMMENT ON RULE r ON app.few IS 'not here';
ALTER RULE r ON app.few RENAME TO s;
ALTER VIEW app.few RENAME COLUMN who TO whom;
ALTER VIEW app.few RENAME TO handful;
CREATE OR REPLACE VIEW app.handful AS SELECT id, who AS whom, 1 AS more FROM app.hits;
ALTER INDEX app.kept_mood RENAME TO kept_temper;
ALTER SCHEMA app RENAME TO shop;
CREATE SCHEMA old;
ALTER VIEW shop.hits SET SCHEMA old;
ALTER FUNCTION shop.shout(text) SET SCHEMA old;
BEGIN;
ALTER VIEW old.hits RENAME TO hots;
SAVEPOINT a;
DROP VIEW shop.handful;
ROLLBACK TO a;
ALTER TABLE shop.people RENAME COLUMN name TO title;
ROLLBACK;
DROP RULE s ON shop.handful;
DROP TRIGGER t ON old.hits;
DROP INDEX shop.kept_temper;
DROP FUNCTION old.shout CASCADE;
DROP SCHEMA shop CASCADE;
`

// After every statement, what is told of the database is what it is: views are
// described anew when anything that their text names is another one.
func TestSnapshotsAreFresh(t *testing.T) {
	check := func(t *testing.T, text string, mistakes bool) {
		t.Helper()
		s := New()
		snapshots := NewSnapshots(s)
		last := s.Metadata()
		for i, st := range parser.SplitPsql(text) {
			if st.Statement == nil {
				continue
			}
			r := s.Run(st.Statement)
			if !mistakes {
				require.Nil(t, r.Err, st.Statement.Text)
			}
			if now := snapshots.Take(); now != nil {
				last = now
			}
			require.Empty(t, metadata.Diff(describe.Schema(s.Catalog()), last), "after statement %d: %s", i+1, st.Statement.Text)
		}
	}
	t.Run("changes", func(t *testing.T) { check(t, viewChanges, false) })
	for _, name := range []string{"create_view", "matview", "rules", "updatable_views"} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(regressDir, name+".sql"))
			if err != nil {
				t.Skip("no regression files: ", err)
			}
			check(t, string(text), true)
		})
	}
}
