package compile

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/describe"
	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/pgerr"
)

// TestGolden runs the files of testdata: each exec block tells what its
// statements changed, or why they were refused. -rewrite updates the files.
func TestGolden(t *testing.T) {
	datadriven.Walk(t, "testdata/golden", func(t *testing.T, path string) {
		s := New()
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			require.Equal(t, "exec", d.Cmd)
			return runBlock(t, s, d.Input)
		})
	})
}

// runBlock runs a block's statements and writes what came of them.
func runBlock(t *testing.T, s *Session, text string) string {
	t.Helper()
	var out strings.Builder
	before := lines(describe.Schema(s.catalog))
	for _, st := range parser.Split(text) {
		was := lines(describe.Schema(s.catalog))
		r := s.Run(st)
		for _, n := range r.Notices {
			fmt.Fprintf(&out, "%s: %s\n", strings.ToLower(n.Severity), n.Message)
		}
		if r.Err == nil {
			continue
		}
		require.False(t, isBug(r.Err), "%s: %s", st.Text, r.Err.Message)
		out.WriteString(place(st, r.Err) + "error " + r.Err.Code + ": " + r.Err.Message + "\n")
		if r.Err.Detail != "" {
			out.WriteString("  detail: " + strings.ReplaceAll(r.Err.Detail, "\n", "\n  ") + "\n")
		}
		if r.Err.Hint != "" {
			out.WriteString("  hint: " + r.Err.Hint + "\n")
		}
		if !s.Aborted() {
			require.Equal(t, was, lines(describe.Schema(s.catalog)), "a refused statement changed something: %s", st.Text)
		}
	}
	after := lines(describe.Schema(s.catalog))
	for _, l := range before {
		if !slices.Contains(after, l) {
			out.WriteString("- " + l + "\n")
		}
	}
	for _, l := range after {
		if !slices.Contains(before, l) {
			out.WriteString("+ " + l + "\n")
		}
	}
	return out.String()
}

// place gives the line and column of an error in its block, "" for none.
func place(st *parser.Statement, err *pgerr.Error) string {
	if err.Position == pgerr.NoPosition {
		return ""
	}
	before := st.Text[:min(err.Position, len(st.Text))]
	return fmt.Sprintf("%d:%d ", 1+strings.Count(before, "\n"), len(before)-strings.LastIndexByte(before, '\n'))
}

// TestGoldenOnServer runs the same files on a real server: each statement has
// the same verdict there, and in the end both have the same schema.
func TestGoldenOnServer(t *testing.T) {
	files, err := filepath.Glob("testdata/golden/*.test")
	require.NoError(t, err)
	server := pgtest.Start(t)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			list := goldenStatements(t, file)
			texts := make([]string, len(list))
			for i, st := range list {
				texts[i] = st.Text
			}
			url, verdicts := server.Run(t, texts)
			s := New()
			for i, st := range list {
				code := ""
				if r := s.Run(st); r.Err != nil {
					require.False(t, isBug(r.Err), "%s: %s", st.Text, r.Err)
					code = r.Err.Code
				}
				if v := verdicts[i]; code != v.SQLSTATE {
					t.Errorf("we say %q, the server says %q (%s): %s", code, v.SQLSTATE, v.Message, st.Text)
				}
			}
			s.Reconnect()
			for _, d := range metadata.Diff(inspect(t, url), describe.Schema(s.catalog)) {
				t.Error(d)
			}
		})
	}
}

// goldenStatements gives the statements of a file's exec blocks.
func goldenStatements(t *testing.T, file string) []*parser.Statement {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var list []*parser.Statement
	for _, block := range strings.Split("\n"+string(text), "\nexec\n")[1:] {
		input, _, found := strings.Cut(block, "\n----")
		require.True(t, found, "a block without ----")
		list = append(list, parser.Split(input)...)
	}
	return list
}
