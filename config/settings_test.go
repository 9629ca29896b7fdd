package config

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/diag"
)

var rewrite = flag.Bool("rewrite", false, "write docs/config.md")

// docs/config.md is what the table says.
func TestDocsAreFresh(t *testing.T) {
	path := filepath.Join("..", "docs", "config.md")
	if *rewrite {
		require.NoError(t, os.WriteFile(path, []byte(Markdown()), 0o644))
	}
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, Markdown(), string(data), "run make generate")
}

// Every row is complete, and no name is said of two things.
func TestRows(t *testing.T) {
	seen := map[string]bool{}
	once := func(name string) {
		require.False(t, seen[name], "%s is there twice", name)
		seen[name] = true
	}
	for _, s := range settings {
		once(s.Key)
		require.NotEmpty(t, s.Group, s.Key)
		require.NotEmpty(t, s.kind.what, s.Key)
		require.Regexp(t, regexp.MustCompile(`\.$`), s.Doc, s.Key)
		require.True(t, s.InFile || len(s.Env) > 0, s.Key)
		require.False(t, s.InFile && s.Default == "" && s.example == "", s.Key)
		require.True(t, s.Default == "" || s.kind.ok(s.Default), "%s: its own default is impossible", s.Key)
		require.True(t, !secretName().MatchString(s.Key) || s.Secret || s.Key == "PGSSLKEY", "%s sounds like a secret", s.Key)
		for _, v := range s.Env {
			if v != s.Key {
				once(v)
			}
		}
	}
	for _, x := range ignoredVariables {
		require.NotEmpty(t, x.instead)
		for _, name := range x.names {
			once(name)
		}
	}
}

// resolver makes one of files and variables.
func resolver(t *testing.T, files map[string]string, environ ...string) *Resolver {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	c, ds := Parse(File, files[File])
	require.Empty(t, ds)
	return &Resolver{Config: c, Env: ReadEnvironment(dir, environ), Flags: map[string]string{}}
}

// What is stronger counts, and a variable set to nothing takes away.
func TestPrecedence(t *testing.T) {
	files := map[string]string{
		File:         "database_url: postgres://yaml/db\n",
		".env":       "DATABASE_URL=postgres://env/db\n",
		".env.local": "# mine\nexport DATABASE_URL='postgres://local/db'\n",
	}
	for _, c := range []struct{ name, url, source string }{
		{"", "postgres://local/db", ".env.local:2"},
		{".env.local", "postgres://env/db", ".env:1"},
		{".env", "postgres://yaml/db", File},
	} {
		delete(files, c.name)
		target, ok, problems := resolver(t, files).Database()
		require.Empty(t, problems)
		require.True(t, ok)
		require.True(t, strings.HasPrefix(c.source, target.Span.File), "%q is no place of %s", target.Span.File, c.source)
		target.Span = diag.Span{}
		require.Equal(t, Target{URL: c.url, Source: c.source, Export: map[string]string{}}, target)
	}
	files[".env"] = "DATABASE_URL=postgres://env/db\nPGPASSWORD=x\nPGUSER=me\n"
	target, _, _ := resolver(t, files, "DATABASE_URL=postgres://process/db", "PGUSER=you").Database()
	require.Equal(t, Target{URL: "postgres://process/db", Source: "environment", Export: map[string]string{"PGPASSWORD": "x"}}, target)
	target, _, _ = resolver(t, files, "DATABASE_URL=").Database()
	require.Equal(t, "postgres://yaml/db", target.URL)

	r := resolver(t, files, "DATABASE_URL=postgres://process/db")
	r.Flags["database_url"] = "postgres://flag/db"
	target, _, _ = r.Database()
	require.Equal(t, "flag --database-url", target.Source)

	_, ok, _ := resolver(t, nil).Database()
	require.False(t, ok, "a database was guessed")
	target, ok, _ = resolver(t, nil, "PGHOST=h").Database()
	require.True(t, ok)
	require.Equal(t, "PGHOST of environment", target.Source)
}

func TestExpansion(t *testing.T) {
	files := map[string]string{File: "database_url: postgres://me:${APP_PASSWORD}@h/db\n", ".env": "APP_PASSWORD=hunter2\n"}
	r := resolver(t, files)
	target, ok, _ := r.Database()
	require.True(t, ok)
	require.Equal(t, "postgres://me:hunter2@h/db", target.URL)
	require.Empty(t, r.Check(), "the password is not in the file")
	delete(files, ".env")
	_, ok, problems := resolver(t, files).Database()
	require.False(t, ok)
	require.Equal(t, `"database_url" names APP_PASSWORD, which is not set`, problems[0].Message)
}

func TestCheck(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{"ELECTRIC_PORT=0", `.env:1:1: error: ELECTRIC_PORT cannot be "0" [impossible-value]`},
		{"ELECTRIC_PORT=3000", ""},
		{"ELECTRIC_INSECURE=yes", "asks for true, false, 1, 0"},
		{"ELECTRIC_LONG_POLL_TIMEOUT=20x", "30s, 10m"},
		{"ELECTRIC_LONG_POLL_TIMEOUT=30s", ""},
		{"ELECTRIC_STORAGE=memory", ""},
		{"ELECTRIC_STORAGE=FILE", "MEMORY, FAST_FILE"},
		{`ELECTRIC_MAX_CONCURRENT_REQUESTS={"initial": 3}`, ""},
		{`ELECTRIC_MAX_CONCURRENT_REQUESTS=300`, "JSON"},
		{"ELECTRIC_POOLED_DATABASE_URL=mysql://u:hunter2@h/db", "ELECTRIC_POOLED_DATABASE_URL has an impossible value"},
		{"ELECTRIC_QUERY_DATABASE_URL=postgres://u:hunter2@h/db", "old name of ELECTRIC_POOLED_DATABASE_URL"},
		{"ELECTRIC_PROT=1", "Perhaps ELECTRIC_PORT is meant."},
		{"ELECTRIC_XYZZY=1", "warning: unknown setting ELECTRIC_XYZZY"},
		{"ELECTRIC_TWEAKS_ANYTHING=1", ""},
		{"AUTH_JWT_KEY=hunter2", "AUTH_JWT_KEY: today's Electric ignores it [ignored-setting]"},
		{"PG_PROXY_PASSWORD=hunter2\nLOG_LEVEL=info", ".env:2:1: warning: LOG_LEVEL: today's"},
		{"LOG_LEVEL=info\nDATABASE_HOST=h", ""},
		{"ELECTRIC_SECRET=hunter2\nELECTRIC_INSECURE=true", "are both set"},
		{"PGSSLMODE=on", "PGSSLMODE cannot be"},
		{"hunter2", ".env:1:1: error: this is not NAME=value"},
		{"A=1\nPGPASSWORD='hunter2\n", ".env:2:1: error: this begins a quoted value that does not end"},
	} {
		r := resolver(t, map[string]string{".env": c.line})
		var b strings.Builder
		require.NoError(t, diag.Write(&b, r.Check(), r.Env.Texts(), diag.Options{}))
		require.Contains(t, b.String(), c.want, c.line)
		require.NotContains(t, b.String(), "hunter2")
		if c.want == "" {
			require.Empty(t, b.String(), c.line)
		}
	}
}

func FuzzEnv(f *testing.F) {
	f.Add("A=1\nexport B='x\ny' # c\nC: \"$A\\n\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		parseEnv(".env", text)
		require.Equal(t, strings.Count(text, "\n"), strings.Count(withoutValues(text), "\n"))
	})
}

// TestSyncServerSaysWhatIsWrong has the value in the message, unless it is a secret.
func TestSyncServerSaysWhatIsWrong(t *testing.T) {
	_, problems := resolver(t, nil, "ELECTRIC_PORT=abc").SyncServer()
	require.Len(t, problems, 1)
	require.Equal(t, `ELECTRIC_PORT (environment) cannot be "abc"`, problems[0].Message)
	_, problems = resolver(t, nil, "ELECTRIC_POOLED_DATABASE_URL=mysql://u:hunter2@h/db").SyncServer()
	require.Len(t, problems, 1)
	require.NotContains(t, problems[0].Message, "hunter2")
}
