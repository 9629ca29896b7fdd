package parser

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const regress = "../../shared/regress"

type verdict struct {
	N, Offset, End int
	Kind           string
	OK             bool
	SQLState       string
	Message        string
	Position       int
	Substituted    bool
	GExec          json.RawMessage
}

// TestSplitPsqlAsServer compares the statements that we find in PostgreSQL's
// own regression files with those that psql sent from them.
func TestSplitPsqlAsServer(t *testing.T) {
	for _, file := range regressFiles(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, want := readVerdicts(t, file)
			var got []*Statement
			for _, it := range SplitPsql(text) {
				if it.Statement != nil {
					got = append(got, it.Statement)
				}
			}
			for i, w := range want {
				if i >= len(got) {
					t.Fatalf("statement %d at %d is missing", w.N, w.Offset)
				}
				g := got[i]
				if w.Substituted {
					require.True(t, g.Substituted, "statement %d at %d: %s", w.N, w.Offset, g.Text)
				}
				if g.Offset != w.Offset || g.End != w.End {
					t.Fatalf("statement %d: have %d-%d, want %d-%d: %.200s", w.N, g.Offset, g.End, w.Offset, w.End, g.Text)
				}
				if g.Kind() != w.Kind && !strings.Contains(g.Text, "/*") {
					t.Errorf("statement %d: kind %q, want %q", w.N, g.Kind(), w.Kind)
				}
			}
			require.Len(t, got, len(want))
		})
	}
}

// TestParseAsServer asks that exactly the statements parse which the server's
// grammar accepted, with the same message at the same place for the others.
func TestParseAsServer(t *testing.T) {
	for _, file := range regressFiles(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, want := readVerdicts(t, file)
			var got []*Statement
			for _, it := range SplitPsql(text) {
				if it.Statement != nil {
					got = append(got, it.Statement)
				}
			}
			ParseAll(got)
			for i, w := range want {
				if w.Substituted || i >= len(got) {
					continue
				}
				err := got[i].Err()
				switch {
				case err == nil && isSyntaxError(w) && !strings.Contains(strings.ToLower(got[i].Text), "plpgsql"):
					t.Errorf("statement %d accepted, want %s %s: %.100s", w.N, w.SQLState, w.Message, got[i].Text)
				case err != nil && (w.OK || err.Code != w.SQLState || err.Message != w.Message):
					t.Errorf("statement %d: %s, want %s %s: %.100s", w.N, err, w.SQLState, w.Message, got[i].Text)
				case err != nil && w.Position > 0:
					require.Equal(t, byteOffset(got[i].Text, w.Position-1), err.Position, "statement %d", w.N)
				}
			}
		})
	}
}

func isSyntaxError(w verdict) bool {
	return w.SQLState == "42601" && (strings.Contains(w.Message, " at or near ") || strings.HasSuffix(w.Message, "at end of input"))
}

func regressFiles(t *testing.T) []string {
	files, _ := filepath.Glob(filepath.Join(regress, "*.sql"))
	if len(files) == 0 {
		t.Skip("no regression files at " + regress)
	}
	return files
}

func readVerdicts(t *testing.T, file string) (string, []verdict) {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	raw, err := os.ReadFile(strings.TrimSuffix(file, ".sql") + ".verdicts.json")
	require.NoError(t, err)
	var doc struct{ Statements []verdict }
	require.NoError(t, json.Unmarshal(raw, &doc))
	return string(text), doc.Statements
}
