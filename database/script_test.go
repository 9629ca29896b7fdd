package database_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/database"
	"github.com/electric-cli/electric/diag"
)

// runScript runs a text as the file seeds.sql, and gives what is told of it.
func runScript(t *testing.T, conn *pgx.Conn, text string) (statements int, told string) {
	t.Helper()
	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("seeds.sql", []byte(text), 0o600))
	s, err := database.RunScript(t.Context(), conn, "seeds.sql")
	require.NoError(t, err)
	require.NoError(t, os.Remove("seeds.sql"))
	var b strings.Builder
	for _, d := range s.Diagnostics {
		d.Detail, d.Hint = "", ""
		require.NoError(t, diag.Write(&b, []diag.Diagnostic{d}, diag.Texts{"seeds.sql": text}, diag.Options{}))
	}
	line, _, _ := strings.Cut(b.String(), "\n")
	return s.Statements, line
}

// songs are INSERTs, one a line, from low to high.
func songs(low, high int) string {
	var b strings.Builder
	for i := low; i <= high; i++ {
		fmt.Fprintf(&b, "INSERT INTO songs VALUES (%d, 'Björk''s; no. %d');\n", i, i)
	}
	return b.String()
}

// Of thousands of changes, the one that the server refuses is told, at its place and
// in the words that the server has for it alone; nothing of the file remains.
func TestScriptRefused(t *testing.T) {
	conn := open(t, "CREATE TABLE songs (id int PRIMARY KEY, title text); CREATE TABLE plays (song int REFERENCES songs DEFERRABLE INITIALLY DEFERRED)")
	for _, c := range []struct{ name, wrong, want string }{
		{"no place", "INSERT INTO songs VALUES (7, 'again');", `duplicate key value violates unique constraint "songs_pkey" [23505]`},
		{"a place in the middle", "INSERT INTO songs (id, titel) VALUES (-1, 'x');", `24: error: column "titel" of relation "songs" does not exist [42703]`},
		{"behind other letters", "UPDATE songs SET title = 'Sigur Rós' WHERE nr = 1;", `44: error: column "nr" does not exist [42703]`},
		{"against the grammar", "INSERT INTO songs VALUSE (1, 'x');", `19: error: syntax error at or near "VALUSE" [42601]`},
		{"ends too early", "INSERT INTO songs;", `18: error: syntax error at end of input [42601]`},
		{"a parameter", "DELETE FROM songs WHERE id = $1;", `30: error: there is no parameter $1 [42P02]`},
		{"rows in between", "INSERT INTO songs VALUES (8, 'x') RETURNING *;", `duplicate key value violates unique constraint "songs_pkey" [23505]`},
		{"only as it runs", "UPDATE songs SET title = 1 / (id - 9);", `division by zero [22012]`},
		{"another kind", "SELECT nothing;", `8: error: column "nothing" does not exist [42703]`},
		{"rows of psql", "COPY songs FROM stdin;\n1\tx\n\\.", `COPY … FROM stdin cannot be applied`},
		{"as it is committed", "INSERT INTO plays VALUES (-5);", `insert or update on table "plays" violates foreign key constraint "plays_song_fkey" [23503]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, before := range []int{0, 1, 10, 1500} {
				want := fmt.Sprintf("seeds.sql:%d:", 21+before)
				if c.name == "as it is committed" {
					want = "seeds.sql: error:"
				}
				_, told := runScript(t, conn, songs(1, 20)+songs(1001, 1000+before)+c.wrong+"\n"+songs(5001, 5010))
				require.True(t, strings.HasPrefix(told, want), told)
				require.Contains(t, told, c.want)
				require.Equal(t, []string{"0"}, cells(t, conn, "SELECT count(*) FROM songs"))
			}
		})
	}
}

// An error in the first of them is told in its own words, too.
func TestScriptRefusedAtOnce(t *testing.T) {
	conn := open(t, "CREATE TABLE songs (id int PRIMARY KEY, title text)")
	for wrong, want := range map[string]string{
		"INSERT INTO songs":              `seeds.sql:1:18: error: syntax error at end of input [42601]`,
		"INSERT INTO song VALUES (1)":    `seeds.sql:1:13: error: relation "song" does not exist [42P01]`,
		"INSERT INTO songs VALUES ('a')": `seeds.sql:1:27: error: invalid input syntax for type integer: "a" [22P02]`,
	} {
		_, told := runScript(t, conn, wrong+";\n"+songs(1, 3))
		require.Equal(t, want, told)
	}
}

// What is refused is what would be refused one by one, and all else runs: texts that
// a statement cut out of them reads otherwise.
func TestScriptRuns(t *testing.T) {
	conn := open(t, "CREATE TABLE songs (id int PRIMARY KEY, title text)")
	n, told := runScript(t, conn, songs(1, 2500)+`
INSERT INTO songs VALUES (3001, 'a') -- no end; of the line
;
INSERT INTO songs VALUES (3002, E'it\'s; $1') /* ; */;
INSERT INTO songs VALUES (3003, $x$ ; $x$) RETURNING id;
WITH moved AS (DELETE FROM songs WHERE id <= 100 RETURNING *) INSERT INTO songs SELECT id + 10000, title FROM moved;
UPDATE songs SET title = title || '!' WHERE id > 10000;
SELECT set_config('app.seeded', 'yes', false);
INSERT INTO songs VALUES (3004, 'a') \; INSERT INTO songs VALUES (3005, 'b');
\echo loaded
DELETE FROM songs WHERE id = 200;
DELETE FROM songs WHERE id = 201`)
	require.Empty(t, told)
	require.Equal(t, 2509, n)
	require.Equal(t, []string{"2503"}, cells(t, conn, "SELECT count(*) FROM songs"))
	require.Equal(t, []string{"100"}, cells(t, conn, "SELECT count(*) FROM songs WHERE title LIKE '%!'"))
	require.Equal(t, []string{"3002:it's; $1", "3003: ; "}, cells(t, conn, "SELECT id || ':' || title FROM songs WHERE id IN (3002, 3003) ORDER BY id"))
}

// A file that begins and ends transactions itself keeps what it has committed, and
// what runs outside of them: each statement by itself there.
func TestScriptWithItsOwnTransactions(t *testing.T) {
	conn := open(t, "CREATE TABLE songs (id int PRIMARY KEY, title text)")
	_, told := runScript(t, conn, songs(1, 3)+"BEGIN;\n"+songs(4, 6)+"COMMIT;\n"+songs(7, 9)+"INSERT INTO songs VALUES (1, 'again');\n"+songs(10, 12))
	require.Contains(t, told, "seeds.sql:12:1: error: duplicate key")
	require.Equal(t, []string{"9"}, cells(t, conn, "SELECT count(*) FROM songs"))

	_, told = runScript(t, conn, "BEGIN;\n"+songs(21, 25)+"INSERT INTO songs VALUES (1, 'again');\nCOMMIT;")
	require.Contains(t, told, "seeds.sql:7:1: error: duplicate key")
	_, err := conn.Exec(t.Context(), "ROLLBACK")
	require.NoError(t, err)
	require.Equal(t, []string{"9"}, cells(t, conn, "SELECT count(*) FROM songs"))
}

// A statement that the server's settings have it cut otherwise is no danger: it is
// noticed when there are fewer of them.
func TestScriptCutOtherwise(t *testing.T) {
	conn := open(t, "CREATE TABLE songs (id int PRIMARY KEY, title text); SET standard_conforming_strings = off; SET escape_string_warning = off")
	path := filepath.Join(t.TempDir(), "seeds.sql")
	require.NoError(t, os.WriteFile(path, []byte(`INSERT INTO songs VALUES (1, 'a\');
INSERT INTO songs VALUES (2, ') -- ');
`), 0o600))
	_, err := database.RunScript(t.Context(), conn, path)
	require.ErrorContains(t, err, "took 2 statements of "+path+" for 1")
	require.Equal(t, []string{"0"}, cells(t, conn, "SELECT count(*) FROM songs"))
}

// cells gives the first column of what a query gives.
func cells(t *testing.T, conn *pgx.Conn, query string) []string {
	t.Helper()
	results, err := conn.PgConn().Exec(t.Context(), query).ReadAll()
	require.NoError(t, err)
	var list []string
	for _, row := range results[0].Rows {
		list = append(list, string(row[0]))
	}
	return list
}
