package compile

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/parser"
)

// verdicts runs statements and gives the codes of those that fail.
func verdicts(t *testing.T, s *Session, text string) (codes []string) {
	t.Helper()
	for _, st := range parser.Split(text) {
		n, err := st.Node()
		require.Nil(t, err)
		if r := s.Exec(n, st.Text); r.Err != nil {
			codes = append(codes, r.Err.Code)
		}
	}
	return codes
}

// TestRowsTakenBack asks that keys of rows that a rollback took back are free,
// and that those before them are not.
func TestRowsTakenBack(t *testing.T) {
	for text, want := range map[string][]string{
		"INSERT INTO p VALUES (3); INSERT INTO p VALUES (3)":                                                                                                                                    {"23505"},
		"BEGIN; INSERT INTO p VALUES (3); ROLLBACK; INSERT INTO p VALUES (3), (4); INSERT INTO p VALUES (4)":                                                                                    {"23505"},
		"BEGIN; INSERT INTO p VALUES (3); ROLLBACK; INSERT INTO c VALUES (1, 3)":                                                                                                                {"23503"},
		"INSERT INTO p VALUES (3), (1); INSERT INTO p VALUES (3); INSERT INTO c VALUES (1, 3)":                                                                                                  {"23505"},
		"BEGIN; SAVEPOINT a; INSERT INTO p VALUES (3); ROLLBACK TO a; INSERT INTO p VALUES (4), (3); COMMIT":                                                                                    nil,
		"INSERT INTO c VALUES (1, 1); DELETE FROM p WHERE id = 1":                                                                                                                               {"23503"},
		"INSERT INTO c VALUES (1, 1); DELETE FROM p WHERE id = 2; INSERT INTO c VALUES (2, 2)":                                                                                                  {"23503"},
		"UPDATE p SET id = id + 10; INSERT INTO p VALUES (1); INSERT INTO p VALUES (11)":                                                                                                        {"23505"},
		"INSERT INTO p VALUES (1), (3) ON CONFLICT DO NOTHING; INSERT INTO c VALUES (1, 3), (2, 4)":                                                                                             {"23503"},
		"INSERT INTO p VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 9; INSERT INTO p VALUES (1), (9)":                                                                                         {"23505"},
		"INSERT INTO tree VALUES (1, 1), (2, 1); INSERT INTO tree VALUES (3, 4); INSERT INTO tree VALUES (4, NULL)":                                                                             {"23503"},
		"INSERT INTO part VALUES (1), (15); INSERT INTO ofpart VALUES (15); INSERT INTO ofpart VALUES (2)":                                                                                      {"23503"},
		"INSERT INTO part VALUES (1), (15), (2); INSERT INTO part VALUES (3), (15)":                                                                                                             {"23505"},
		"DO $$ BEGIN INSERT INTO p VALUES (3); BEGIN INSERT INTO p VALUES (4), (1); EXCEPTION WHEN unique_violation THEN NULL; END; INSERT INTO p VALUES (4); END $$; INSERT INTO p VALUES (4)": {"23505"},
	} {
		s := New()
		require.Empty(t, verdicts(t, s, `CREATE TABLE p (id int PRIMARY KEY);
			CREATE TABLE c (id int PRIMARY KEY, p int REFERENCES p);
			CREATE TABLE tree (id int PRIMARY KEY, up int REFERENCES tree);
			CREATE TABLE part (id int PRIMARY KEY) PARTITION BY RANGE (id);
			CREATE TABLE part1 PARTITION OF part FOR VALUES FROM (0) TO (10);
			CREATE TABLE part2 PARTITION OF part FOR VALUES FROM (10) TO (20);
			CREATE TABLE ofpart (id int REFERENCES part);
			INSERT INTO p VALUES (1), (2)`))
		require.Equal(t, want, verdicts(t, s, text), text)
	}
}
