package compile

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/database"
	"github.com/electric-cli/electric/describe"
	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/pgerr"
)

// regressDir holds PostgreSQL's own regression files; without them the test
// skips.
const regressDir = "../../shared/regress"

// TestRegressMetadata runs PostgreSQL's regression files on a server and here,
// and compares what is there in the end. What the server refuses is not run
// here: the verdicts themselves are compared elsewhere.
func TestRegressMetadata(t *testing.T) {
	setup, err := os.ReadFile(filepath.Join(regressDir, "test_setup.sql"))
	if err != nil {
		t.Skip("no regression files: ", err)
	}
	server := pgtest.Start(t)
	files, err := filepath.Glob(filepath.Join(regressDir, "*.sql"))
	require.NoError(t, err)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".sql")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			list := append(statementsOf(string(setup)), statementsOf(string(text))...)
			texts := make([]string, len(list))
			for i, s := range list {
				texts[i] = s.Text
			}
			url, verdicts := server.Run(t, texts)
			theirs := inspect(t, url)
			ours := replay(t, list, verdicts)
			for _, d := range metadata.Diff(theirs, ours) {
				t.Error(d)
			}
		})
	}
}

func statementsOf(text string) []*parser.Statement {
	var out []*parser.Statement
	for _, item := range parser.SplitPsql(text) {
		if item.Statement != nil {
			out = append(out, item.Statement)
		}
	}
	return out
}

// replay runs what the server accepted.
func replay(t *testing.T, list []*parser.Statement, verdicts []pgtest.Verdict) *metadata.Schema {
	t.Helper()
	s := New()
	for i, st := range list {
		if !verdicts[i].OK {
			s.refuse(pgerr.New(verdicts[i].SQLSTATE, pgerr.NoPosition, "%s", verdicts[i].Message))
			if n, _ := st.Node(); n != nil && endsTransaction(n) && strings.HasPrefix(st.Kind(), "COMMIT") {
				s.rollback()
			}
			continue
		}
		if r := s.Run(st); r.Err != nil {
			t.Logf("refused: %s: %v", st.Kind(), r.Err)
		}
	}
	s.Reconnect()
	return describe.Schema(s.catalog)
}

func inspect(t *testing.T, url string) *metadata.Schema {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	schema, err := database.Inspect(t.Context(), conn)
	require.NoError(t, err)
	return schema
}
