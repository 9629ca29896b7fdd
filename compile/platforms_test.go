package compile

import (
	"path/filepath"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/describe"
	"github.com/electric-cli/electric/internal/pgtest"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/platform"
)

// TestPlatforms runs the files of testdata/platforms as TestGolden does its own,
// on a database that a built-in setup was run on. -rewrite updates them.
func TestPlatforms(t *testing.T) {
	datadriven.Walk(t, "testdata/platforms", func(t *testing.T, path string) {
		s := New()
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			if d.Cmd == "setup" {
				setUp(t, s, d.Input)
				return ""
			}
			require.Equal(t, "exec", d.Cmd)
			return runBlock(t, s, d.Input)
		})
	})
}

// setUp makes of a session's database that of a platform.
func setUp(t *testing.T, s *Session, name string) {
	t.Helper()
	p, ok := platform.Find(name)
	require.True(t, ok, name)
	s.Preparing, s.Offered = true, p.Extensions
	for _, st := range parser.Split(p.SQL) {
		r := s.Run(st)
		require.Nil(t, r.Err, st.Text)
	}
	s.Preparing = false
	s.BeginPrepared()
}

// TestPlatformsOnServer runs the built-in setups on a real server, and the files
// on top of them: every statement has the verdict it has here, and so have the
// schemas, the platform's own part among them.
func TestPlatformsOnServer(t *testing.T) {
	server := pgtest.StartWith(t, pgtest.Options{Settings: []string{"wal_level=logical"}})
	files, err := filepath.Glob("testdata/platforms/*.test")
	require.NoError(t, err)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			p, ok := platform.Find("supabase")
			require.True(t, ok)
			url := server.DatabaseAlone(t)
			for i, v := range pgtest.Run(t, url, texts(parser.Split(p.SQL))) { // a session of its own
				require.Empty(t, v.SQLSTATE, "%d: %s", i, v.Message)
			}
			s := New()
			setUp(t, s, p.Name)
			list := goldenStatements(t, file)
			for i, v := range pgtest.Run(t, url, texts(list)) {
				code := ""
				if r := s.Run(list[i]); r.Err != nil {
					code = r.Err.Code
				}
				require.Equal(t, v.SQLSTATE, code, "%s: %s", v.Message, list[i].Text)
			}
			s.Reconnect()
			require.Empty(t, metadata.Diff(inspect(t, url), describe.Schema(s.catalog)))
		})
	}
}

func texts(list []*parser.Statement) (texts []string) {
	for _, st := range list {
		texts = append(texts, st.Text)
	}
	return texts
}
