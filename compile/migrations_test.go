package compile

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/parser"
	"github.com/electric-cli/electric/source"
)

// compileFiles compiles texts as the migrations 1, 2, … of a folder.
func compileFiles(t testing.TB, texts ...string) (*bundle.Bundle, string) {
	t.Helper()
	dir := t.TempDir()
	for i, text := range texts {
		require.NoError(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d_m.sql", i+1)), []byte(text), 0o644))
	}
	in := source.Read([]string{dir}, source.Options{})
	b, ds := Migrations(in.Migrations(), Options{Compiler: "test"})
	ds = append(in.Diagnostics, ds...)
	for i := range ds {
		ds[i].Span.File = filepath.Base(ds[i].Span.File)
		for j := range ds[i].Related {
			ds[i].Related[j].Span.File = filepath.Base(ds[i].Related[j].Span.File)
		}
	}
	texts2 := diag.Texts{}
	for name, text := range in.Texts {
		texts2[filepath.Base(name)] = text
	}
	var told strings.Builder
	require.NoError(t, diag.Write(&told, ds, texts2, diag.Options{}))
	return b, told.String()
}

func mustCompile(t testing.TB, texts ...string) *bundle.Bundle {
	t.Helper()
	b, told := compileFiles(t, texts...)
	require.NotNil(t, b, told)
	return b
}

// library is the schema whose spellings the hash tests vary.
var library = []string{
	"CREATE TYPE mood AS ENUM ('calm', 'wild');",
	"CREATE DOMAIN email AS text CHECK (VALUE ~ '@');",
	"CREATE TABLE playlists (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL CHECK (char_length(name) > 0), owner email);",
	"CREATE TABLE songs (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), title varchar(200) NOT NULL, moods mood[], plays int NOT NULL DEFAULT 0 CHECK (plays >= 0), metadata jsonb DEFAULT '{}'::jsonb);",
	"CREATE TABLE playlist_songs (playlist_id uuid REFERENCES playlists ON DELETE CASCADE, song_id uuid REFERENCES songs (id), position int, PRIMARY KEY (playlist_id, song_id), UNIQUE (playlist_id, position));",
	"CREATE INDEX songs_artist ON songs ((metadata->>'artist'));",
	"ALTER TABLE songs ADD COLUMN shout text GENERATED ALWAYS AS (upper(title)) STORED;",
}

func hashesOf(t testing.TB, texts ...string) [2]string {
	t.Helper()
	b := mustCompile(t, texts...)
	return [2]string{b.SchemaHash, b.SyncHash}
}

// What files may write differently changes no hash.
func TestHashIgnoresSpelling(t *testing.T) {
	want := hashesOf(t, strings.Join(library, "\n"))
	for name, texts := range map[string][]string{
		"file splits": library,
		"comments":    {"-- one\n" + strings.Join(library, "\n/* two /* nested */ */\n--three\n")},
		"white space": {respace(strings.Join(library, "\n"))},
		"keyword case": {
			recase(strings.Join(library, "\n"), strings.ToLower), recase("", strings.ToUpper),
		},
		"statement order": {library[1], library[0], library[3], library[5], library[2], library[6], library[4]},
		"column order":    {strings.Replace(strings.Join(library, "\n"), "id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL CHECK (char_length(name) > 0), owner email", "owner email, name text NOT NULL CHECK (char_length(name) > 0), id uuid PRIMARY KEY DEFAULT gen_random_uuid()", 1)},
		"constraints apart": {strings.Replace(strings.Join(library, "\n"), "plays int NOT NULL DEFAULT 0 CHECK (plays >= 0)", "plays int", 1) +
			"ALTER TABLE songs ALTER plays SET DEFAULT 0, ALTER plays SET NOT NULL, ADD CONSTRAINT other_name CHECK (plays >= 0);"},
		"type names":           {strings.ReplaceAll(strings.Join(library, "\n"), "int ", "pg_catalog.int4 ")},
		"through other states": {"CREATE TABLE old (id int);", strings.Join(library, "\n"), "DROP TABLE old; ALTER TABLE songs ADD x int; ALTER TABLE songs DROP x;"},
		"schema qualified":     {strings.ReplaceAll(strings.Join(library, "\n"), "CREATE TABLE ", "CREATE TABLE public.")},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, want, hashesOf(t, texts...))
		})
	}
}

// respace puts other white space between tokens, the same each time.
func respace(text string) string {
	dice := rand.New(rand.NewPCG(1, 2))
	spaces := []string{" ", "\n", "\t", "  \r\n ", " /* */ "}
	return retoken(text, func(l *parser.Lexer, tok parser.Token) string { return l.Source(tok) + spaces[dice.IntN(len(spaces))] })
}

// recase writes words, which are all keywords or unquoted names, in another case.
func recase(text string, to func(string) string) string {
	return retoken(text, func(l *parser.Lexer, tok parser.Token) string {
		if tok.Kind == parser.Word {
			return to(l.Source(tok)) + " "
		}
		return l.Source(tok) + " "
	})
}

func retoken(text string, write func(*parser.Lexer, parser.Token) string) string {
	var b strings.Builder
	l := parser.Lexer{Text: text}
	for tok := l.Next(); tok.Kind != parser.EOF; tok = l.Next() {
		b.WriteString(write(&l, tok))
	}
	return b.String()
}

// What the schema is changes the hash, and the sync hash where clients feel it.
func TestHashSeesChanges(t *testing.T) {
	base := strings.Join(library, "\n")
	want := hashesOf(t, base)
	for _, c := range []struct {
		change string
		sync   bool
	}{
		{"ALTER TABLE songs ALTER plays TYPE bigint", true},
		{"ALTER TABLE playlists ALTER name TYPE varchar(201)", true},
		{"ALTER TABLE songs ALTER plays DROP NOT NULL", true},
		{"ALTER TABLE songs ALTER plays SET DEFAULT 1", false},
		{"ALTER TABLE songs DROP CONSTRAINT songs_pkey CASCADE", true},
		{"ALTER TABLE songs ADD CHECK (plays < 10)", false},
		{"ALTER TABLE songs ADD UNIQUE (title)", false},
		{"CREATE INDEX ON songs (title)", false},
		{"ALTER TABLE songs RENAME title TO name", true},
		{"ALTER TABLE songs ADD note text", true},
		{"ALTER TYPE mood ADD VALUE 'mad'", true},
		{"ALTER DOMAIN email SET NOT NULL", false},
		{"ALTER TABLE playlist_songs DROP CONSTRAINT playlist_songs_song_id_fkey", false},
		{"DROP TABLE playlist_songs", true},
	} {
		t.Run(c.change, func(t *testing.T) {
			got := hashesOf(t, base, c.change)
			require.NotEqual(t, want[0], got[0])
			require.Equal(t, c.sync, want[1] != got[1])
		})
	}
}

// The hashes after each migration are those of a compile that ends there.
func TestHashesOfVersions(t *testing.T) {
	b := mustCompile(t, library...)
	for i, m := range b.Migrations {
		require.Equal(t, hashesOf(t, library[:i+1]...), [2]string{m.SchemaHash, m.SyncHash}, "version %s", m.Version)
	}
}

// An unmarked file is cut into transactions where Postgres demands it.
func TestTransactions(t *testing.T) {
	b := mustCompile(t, "CREATE TABLE a (id int);\nCREATE INDEX CONCURRENTLY i ON a (id);\nDROP TABLE a;\nBEGIN;\nCREATE TABLE b (id int);\nROLLBACK;\nBEGIN;\nCREATE TABLE c (id int);\nCOMMIT;\nCREATE TABLE d (id int)")
	var got []string
	for _, tx := range b.Migrations[0].Transactions {
		got = append(got, fmt.Sprintf("%d: %s", tx.Line, strings.Join(tx.Statements, "; ")))
	}
	require.Equal(t, []string{
		"1: CREATE TABLE a (id int)", "2: CREATE INDEX CONCURRENTLY i ON a (id)", "3: DROP TABLE a",
		"8: CREATE TABLE c (id int)", "10: CREATE TABLE d (id int)",
	}, got)
}

// Settings and temporary tables end with their file.
func TestEachFileHasItsSession(t *testing.T) {
	b := mustCompile(t,
		"CREATE SCHEMA app; SET search_path = app; CREATE TABLE a (id int); CREATE TEMP TABLE t (id int);",
		"CREATE TABLE b (id int); CREATE TEMP TABLE t (id int);")
	require.Equal(t, "app", b.Schema.Schema.Tables[0].Schema)
	require.Equal(t, "public", b.Schema.Schema.Tables[1].Schema)
}

// Server-only SQL changes the server's schema, not what clients have.
func TestServerOnly(t *testing.T) {
	const start, end = "-- :electric:txn:start\n", "-- :electric:txn:end\n"
	client := start + "CREATE TABLE songs (id int PRIMARY KEY);\n" + end
	alone := mustCompile(t, client)
	b := mustCompile(t, client+"CREATE EXTENSION citext; CREATE TABLE secrets (id int); ALTER TABLE songs ADD note text;")
	require.Equal(t, alone.SyncHash, b.SyncHash)
	require.Equal(t, alone.SchemaHash, b.SchemaHash)
	require.Empty(t, b.Requires.Extensions)
	require.Len(t, b.Schema.Schema.Tables, 2)
	require.False(t, b.Schema.Tables[0].Client)
	require.True(t, b.Schema.Tables[1].Client)
	require.Equal(t, []string{"note"}, b.Schema.Tables[1].ServerColumns)
	require.NotEmpty(t, b.Schema.Tables[0].Hash)
	require.Equal(t, []string{"id"}, b.Schema.Tables[1].Sync.Warnings[0].Columns)

	// A constraint that clients do not have is not enforced in their copies.
	b = mustCompile(t, client+"CREATE TABLE secrets (id int PRIMARY KEY); ALTER TABLE songs ADD FOREIGN KEY (id) REFERENCES secrets;")
	require.Empty(t, b.Schema.Tables[1].Sync.Warnings)
}

// Electric's statements of old are understood, or told what replaced them.
func TestLegacyElectric(t *testing.T) {
	b := mustCompile(t, "CREATE TABLE a (id int PRIMARY KEY);\nCALL electric.migration_version('20240101');\nALTER TABLE a ENABLE ELECTRIC;")
	require.Equal(t, "20240101", b.Migrations[0].Version)
	require.Equal(t, []string{"CREATE TABLE a (id int PRIMARY KEY)"}, b.Migrations[0].Transactions[0].Statements)
	_, told := compileFiles(t, "CREATE TABLE a (id int PRIMARY KEY);\nELECTRIC GRANT ALL ON a TO ANYONE;\nELECTRIC SQLITE 'SELECT 1';\nALTER TABLE b ENABLE ELECTRIC;")
	require.Contains(t, told, "2:1: error: ELECTRIC GRANT is a statement of an Electric before 1.0")
	require.Contains(t, told, "What only clients run belongs where the app opens its database")
	require.Contains(t, told, `4:13: error: relation "b" does not exist [42P01]`)
}

func BenchmarkMigrations(b *testing.B) {
	dir := b.TempDir()
	for i := range 1000 {
		text := fmt.Sprintf(`CREATE TABLE t%04[1]d (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), title text NOT NULL CHECK (char_length(title) > 0),
  amount numeric(12,2) NOT NULL DEFAULT 0, metadata jsonb NOT NULL DEFAULT '{}'::jsonb, created_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX t%04[1]d_title ON t%04[1]d (title);
CREATE INDEX t%04[1]d_artist ON t%04[1]d ((metadata->>'artist'));
ALTER TABLE t%04[1]d ADD COLUMN note text;`, i)
		require.NoError(b, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d_m.sql", 1700000000+i)), []byte(text), 0o644))
	}
	b.ResetTimer()
	for b.Loop() {
		in := source.Read([]string{dir}, source.Options{})
		if result, ds := Migrations(in.Migrations(), Options{}); result == nil {
			b.Fatal(ds[0].Message)
		}
	}
}
