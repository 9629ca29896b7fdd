package compile

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/plpgsql/interp"
)

// TestBodiesAsPostgres runs DO blocks, functions and procedures here and on a
// server, and compares every verdict and the schema in the end.
func TestBodiesAsPostgres(t *testing.T) {
	text, err := os.ReadFile("testdata/bodies.sql")
	require.NoError(t, err)
	server := pgtest.Start(t)
	list := statementsOf(string(text))
	texts := make([]string, len(list))
	for i, st := range list {
		texts[i] = st.Text
	}
	url, verdicts := server.Run(t, texts)
	s := New()
	for i, st := range list {
		got := ""
		if r := s.Run(st); r.Err != nil {
			got = r.Err.Code
			if verdicts[i].OK {
				got += " " + r.Err.Message
			}
		}
		assert.Equal(t, verdicts[i].SQLSTATE, got, st.Text)
	}
	for _, d := range metadata.Diff(inspect(t, url), s.Metadata()) {
		t.Error(d)
	}
}

// TestUndecidable has bodies whose answer hangs on data: what is passed over,
// and which expression is quoted when nothing can be said.
func TestUndecidable(t *testing.T) {
	text, err := os.ReadFile("testdata/undecidable.txt")
	require.NoError(t, err)
	for _, c := range strings.Split(strings.TrimSpace(string(text)), "\n\n") {
		lines := strings.SplitN(c, "\n", 3)
		t.Run(strings.TrimPrefix(lines[0], "-- "), func(t *testing.T) {
			s := New()
			runAll(t, s, `CREATE TABLE data (n integer, at timestamptz); COPY data FROM 'rows.csv';
				CREATE FUNCTION changes() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE changed (); END $$;`)
			got := "ok"
			if r := s.Run(parser.Split(lines[2])[0]); r.Err != nil {
				require.Equal(t, interp.Undecidable, r.Err.Code, r.Err.Message)
				_, quoted, _ := strings.Cut(r.Err.Message, "depends on data: ")
				got = "undecidable: " + quoted
			}
			require.Equal(t, lines[1], got)
		})
	}
}

func runAll(t *testing.T, s *Session, text string) {
	t.Helper()
	for _, st := range parser.Split(text) {
		if r := s.Run(st); r.Err != nil {
			t.Fatalf("%s: %v", st.Text, r.Err)
		}
	}
}
