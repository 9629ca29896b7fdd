package compile

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/parser/ast"
)

// Every tag is one of Postgres's, whatever words the statement begins with.
func TestCommandTags(t *testing.T) {
	for sql, want := range map[string]string{
		"CREATE TABLE a AS SELECT 1":                          "CREATE TABLE AS",
		"CREATE UNLOGGED TABLE a (b int)":                     "CREATE TABLE",
		"CREATE MATERIALIZED VIEW a AS SELECT 1":              "CREATE MATERIALIZED VIEW",
		"CREATE OR REPLACE VIEW a AS SELECT 1":                "CREATE VIEW",
		"CREATE UNIQUE INDEX ON a (b)":                        "CREATE INDEX",
		"SELECT f(1)":                                         "SELECT",
		"VALUES (1)":                                          "SELECT",
		"TABLE a":                                             "SELECT",
		"WITH x AS (SELECT 1) SELECT * FROM x":                "SELECT",
		"SELECT 1 INTO a":                                     "SELECT INTO",
		"DO LANGUAGE plpgsql $$ BEGIN END $$":                 "DO",
		"GRANT SELECT ON a TO public":                         "GRANT",
		"REVOKE ALL ON SCHEMA public FROM public":             "REVOKE",
		"GRANT a TO b":                                        "GRANT ROLE",
		"ALTER VIEW a RENAME COLUMN b TO c":                   "ALTER VIEW",
		"ALTER TABLE a RENAME COLUMN b TO c":                  "ALTER TABLE",
		"ALTER TABLE a RENAME CONSTRAINT b TO c":              "ALTER TABLE",
		"ALTER DOMAIN a RENAME CONSTRAINT b TO c":             "ALTER DOMAIN",
		"ALTER TYPE a ADD ATTRIBUTE b int":                    "ALTER TYPE",
		"ALTER TYPE a RENAME ATTRIBUTE b TO c":                "ALTER TYPE",
		"ALTER INDEX a SET (fillfactor = 70)":                 "ALTER INDEX",
		"ALTER MATERIALIZED VIEW a OWNER TO b":                "ALTER MATERIALIZED VIEW",
		"ALTER SERVER a OWNER TO b":                           "ALTER SERVER",
		"ALTER PROCEDURE a() SECURITY DEFINER":                "ALTER PROCEDURE",
		"ALTER STATISTICS a SET SCHEMA b":                     "ALTER STATISTICS",
		"ALTER FOREIGN DATA WRAPPER a RENAME TO b":            "ALTER FOREIGN DATA WRAPPER",
		"ALTER OPERATOR CLASS a USING btree RENAME TO b":      "ALTER OPERATOR CLASS",
		"CREATE TYPE a":                                       "CREATE TYPE",
		"CREATE AGGREGATE a (int) (sfunc = b, stype = int)":   "CREATE AGGREGATE",
		"CREATE TEXT SEARCH CONFIGURATION a (copy = english)": "CREATE TEXT SEARCH CONFIGURATION",
		"DROP FOREIGN TABLE a":                                "DROP FOREIGN TABLE",
		"DROP OPERATOR FAMILY a USING btree":                  "DROP OPERATOR FAMILY",
		"DROP FOREIGN DATA WRAPPER a":                         "DROP FOREIGN DATA WRAPPER",
		"DROP SERVER a":                                       "DROP SERVER",
		"DROP TEXT SEARCH PARSER a":                           "DROP TEXT SEARCH PARSER",
		"END":                                                 "COMMIT",
		"ABORT":                                               "ROLLBACK",
		"ROLLBACK TO a":                                       "ROLLBACK",
		"RESET ALL":                                           "RESET",
		"SET LOCAL search_path TO a":                          "SET",
		"ANALYZE":                                             "ANALYZE",
		"CLOSE ALL":                                           "CLOSE CURSOR ALL",
		"DEALLOCATE ALL":                                      "DEALLOCATE ALL",
		"CREATE USER a":                                       "CREATE ROLE",
		"CREATE TABLE a (id int,)":                            "CREATE TABLE",
		"CREATE TABLE select (id int)":                        "CREATE TABLE",
		"SELEKT 1":                                            "SELEKT",
		"ALTER TABLE a ENABLE ELECTRIC":                       "ALTER TABLE",
	} {
		t.Run(sql, func(t *testing.T) {
			require.Equal(t, want, CommandTag(parser.Split(sql)[0]))
		})
	}
	for node, tag := range commandTags {
		require.True(t, eventTags[tag] || otherTags[tag], "%s: %s", node, tag)
	}
	for node := range relationStatements {
		require.True(t, commandTags[node] != "" || kindTags[node] != nil, node)
	}
	for node := range objectStatements {
		require.True(t, commandTags[node] != "" || kindTags[node] != nil, node)
	}
}

// The tags of the corpora's statements are those that a server gave, as often in each file.
func TestCommandTagsOfTheCorpora(t *testing.T) {
	truths, err := filepath.Glob("../../shared/corpus/*/truth.json")
	require.NoError(t, err)
	if len(truths) == 0 {
		t.Skip("no corpus beside the repository")
	}
	for _, file := range truths {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		var truth struct {
			Apply []struct {
				File string
				Tags map[string]int
			}
		}
		require.NoError(t, json.Unmarshal(data, &truth))
		for _, a := range truth.Apply {
			path := filepath.Join(filepath.Dir(file), "migrations", a.File)
			sql, err := os.ReadFile(path)
			require.NoError(t, err)
			got := map[string]int{}
			for _, st := range parser.Split(string(sql)) {
				got[completionTag(st)]++
			}
			require.Equal(t, a.Tags, got, path)
		}
	}
}

// completionTag is what a server says when a statement is done: of what fills a new relation it is SELECT.
func completionTag(st *parser.Statement) string {
	if n, _ := st.Node(); n != nil {
		if as, ok := n.(*ast.CreateTableAsStmt); ok && !as.Into.SkipData {
			return "SELECT"
		}
	}
	if tag := CommandTag(st); tag != "SELECT INTO" {
		return tag
	}
	return "SELECT"
}
