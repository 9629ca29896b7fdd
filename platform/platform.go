// Package platform knows what hosting platforms put into a database before a
// project's first migration: schemas, roles, tables and functions that its SQL
// refers to and never creates.
//
// Each platform is a file of SQL beside this one, written from what the platform
// publishes and cut down to what migrations refer to. It runs on a plain
// PostgreSQL 15 and in the compiler, with the same result; a test holds both
// against each other. Nothing is imported but the standard library.
package platform

import (
	_ "embed"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// A Platform is one that has a built-in setup.
type Platform struct {
	Name   string // as people write it: setup: supabase
	Title  string // as it calls itself
	SQL    string
	Folder string // where its own tool keeps migrations; below anything, with slashes
	Seeds  string // where its own tool keeps seeds, from the folder above

	// Extensions are those it offers that come neither with PostgreSQL nor with
	// PostGIS or pgvector, and the schema it puts each one into.
	Extensions map[string]string

	makes map[string][]string // kind to names of what a missing one gives it away by
}

// platforms are all there are.
var platforms = []Platform{{
	Name: "supabase", Title: "Supabase", SQL: supabase, Folder: "supabase/migrations", Seeds: "seed.sql",
	Extensions: map[string]string{
		"http": "extensions", "hypopg": "extensions", "index_advisor": "extensions", "pg_cron": "pg_catalog",
		"pg_graphql": "graphql", "pg_hashids": "extensions", "pg_jsonschema": "extensions", "pg_net": "extensions",
		"pg_repack": "extensions", "pg_tle": "pgtle", "pgaudit": "extensions", "pgjwt": "extensions", "pgmq": "pgmq",
		"pgroonga": "extensions", "pgroonga_database": "extensions", "pgrouting": "extensions", "pgsodium": "pgsodium", "pgtap": "extensions",
		"plpgsql_check": "extensions", "plv8": "pg_catalog", "rum": "extensions", "supabase_vault": "vault",
		"timescaledb": "extensions", "wrappers": "extensions",
	},
	makes: map[string][]string{
		"schema":      {"auth", "storage", "realtime", "extensions", "vault", "graphql", "graphql_public", "supabase_functions"},
		"role":        {"anon", "authenticated", "service_role", "authenticator", "supabase_admin", "supabase_auth_admin", "supabase_storage_admin", "dashboard_user"},
		"publication": {"supabase_realtime"},
	},
}}

//go:embed supabase.sql
var supabase string

// Find finds a platform by its name.
func Find(name string) (Platform, bool) {
	for _, p := range platforms {
		if p.Name == name {
			return p, true
		}
	}
	return Platform{}, false
}

// Names are what people may write.
func Names() (names []string) {
	for _, p := range platforms {
		names = append(names, p.Name)
	}
	return names
}

// Of gives the platform whose tool keeps its migrations in a folder of this
// name. The name is taken as it is written, so that the answer is the same on
// every machine.
func Of(folder string) (Platform, bool) {
	folder = "/" + path.Clean(filepath.ToSlash(folder))
	for _, p := range platforms {
		if strings.HasSuffix(folder, "/"+p.Folder) {
			return p, true
		}
	}
	return Platform{}, false
}

// Below gives the folder of migrations, below one that a platform's tool calls
// its own: supabase/migrations for supabase.
func Below(folder string) (string, bool) {
	for _, p := range platforms {
		dir, sub := path.Split(p.Folder)
		if _, ok := Of(path.Join(filepath.ToSlash(folder), sub)); ok && path.Base(filepath.ToSlash(folder)) == path.Base(dir) {
			return filepath.Join(folder, sub), true
		}
	}
	return "", false
}

// In gives the platform whose tool keeps its migrations in a folder below dir.
func In(dir string) (Platform, bool) {
	for _, p := range platforms {
		if info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(p.Folder))); err == nil && info.IsDir() {
			return p, true
		}
	}
	return Platform{}, false
}

// Maker gives the platform that makes a schema, role or publication of a name, or
// offers an extension.
func Maker(kind, name string) (Platform, bool) {
	for _, p := range platforms {
		if _, offers := p.Extensions[name]; slices.Contains(p.makes[kind], name) || kind == "extension" && offers {
			return p, true
		}
	}
	return Platform{}, false
}
