package bundle

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/metadata"
)

var rewrite = flag.Bool("rewrite", false, "write docs/bundle.schema.json anew")

func column(name, typ, pgType string) metadata.Column {
	return metadata.Column{Name: name, TypeRef: metadata.TypeRef{Type: typ, TypeSchema: "pg_catalog", TypeName: pgType, TypeKind: "base"}, IsLocal: true}
}

func fkey(name, column, table string) metadata.ForeignKey {
	return metadata.ForeignKey{
		Name: name, Columns: []string{column}, RefSchema: "public", RefTable: table, RefColumns: []string{"id"},
		OnUpdate: "NO ACTION", OnDelete: "CASCADE", Match: "SIMPLE", Validated: true, Enforced: true, IsLocal: true,
	}
}

func table(name string, key []string, columns ...metadata.Column) metadata.Table {
	return metadata.Table{
		Schema: "public", Name: name, Kind: "table", Persistence: "permanent", ReplicaIdentity: "default",
		Columns: columns, PrimaryKey: &metadata.Key{Name: name + "_pkey", Columns: key, IsLocal: true},
	}
}

// library is a bundle with one of each thing in it.
func library() *Bundle {
	pairs := table("playlist_songs", []string{"playlist_id", "song_id"}, column("song_id", "uuid", "uuid"), column("playlist_id", "uuid", "uuid"))
	pairs.ForeignKeys = []metadata.ForeignKey{fkey("ps_playlist", "playlist_id", "playlists"), fkey("ps_song", "song_id", "songs")}
	songs := table("songs", []string{"id"}, column("id", "uuid", "uuid"), column("say \"hi\"", "character varying(20)[]", "varchar"))
	songs.Columns[1].IsArray, songs.Columns[1].Nullable = true, true
	schema := &metadata.Schema{
		Schemas: []metadata.Namespace{{Name: "public"}},
		Tables:  []metadata.Table{pairs, table("playlists", []string{"id"}, column("id", "uuid", "uuid")), songs},
	}
	b := &Bundle{
		Format: Format, Compiler: "electric test", Version: "2", SchemaHash: "s1:" + strings.Repeat("a", 64), SyncHash: "y1:" + strings.Repeat("b", 64),
		Requires: Requires{Extensions: []string{"citext"}},
		Migrations: []Migration{
			{Version: "1", Name: "a", File: "schema/1_a.sql", Checksum: strings.Repeat("c", 64), SchemaHash: "s1:" + strings.Repeat("d", 64), SyncHash: "y1:" + strings.Repeat("e", 64),
				Transactions: []Transaction{{Line: 2, Statements: []string{"CREATE TABLE a (b text DEFAULT '<&>\t')"}}}},
			{Version: "2", Name: "b", File: "b.sql", Checksum: strings.Repeat("c", 64), SchemaHash: "s1:" + strings.Repeat("a", 64), SyncHash: "y1:" + strings.Repeat("b", 64),
				Includes: []Include{{File: "c.sql", Checksum: strings.Repeat("f", 64)}}, Transactions: []Transaction{}},
		},
		Schema: Schema{Schema: schema, Relations: RelationsOf(schema)},
	}
	for i := range schema.Tables {
		b.Schema.Tables = append(b.Schema.Tables, TableInfo{
			Client: true, Sync: SyncOf(&schema.Tables[i], nil), Hash: "s1:" + strings.Repeat("0", 64), SyncHash: "y1:" + strings.Repeat("1", 64),
		})
	}
	return b
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	data := Encode(library())
	b, err := Read(bytes.NewReader(data))
	require.NoError(t, err)
	require.Equal(t, string(data), string(Encode(b)))
	require.Equal(t, "2", b.Version)
	require.Len(t, b.Schema.Tables, 3)
	require.Equal(t, "songs", b.Schema.Schema.Tables[2].Name)
	require.NotContains(t, string(data), "\r")
	require.True(t, strings.HasPrefix(string(data), "{\n  \"format\": 1,\n"))
}

// A frozen sample of each old format: readers never stop reading it.
func TestOldFormats(t *testing.T) {
	samples, err := filepath.Glob("testdata/format*.json")
	require.NoError(t, err)
	require.NotEmpty(t, samples)
	for _, sample := range samples {
		b, err := ReadFile(sample)
		require.NoError(t, err, sample)
		require.NotEmpty(t, b.Migrations)
		require.NotEmpty(t, b.Schema.Schema.Tables)
	}
}

func TestRefusals(t *testing.T) {
	for text, want := range map[string]string{
		`{"format": 99, "unknown": 1}`: "made by a newer electric: its format is 99, this one reads up to 1; upgrade electric",
		`{"a": 1}`:                     "not a bundle: it has no format number",
		`not json`:                     "not a bundle: invalid character",
		``:                             "not a bundle: unexpected end of JSON input",
	} {
		_, err := Read(strings.NewReader(text))
		require.ErrorContains(t, err, want)
	}
	_, err := Read(strings.NewReader(`{"format": 99}`))
	require.ErrorIs(t, err, ErrNewer)
	_, err = Read(strings.NewReader(`{"format": 1, "later": {}, "schema": {"tables": [], "later": 1}}`))
	require.NoError(t, err, "unknown keys are ignored")
}

func TestRelations(t *testing.T) {
	var told []string
	for _, r := range library().Schema.Relations {
		s := r.From.Table + " " + string(r.Cardinality) + " " + r.To.Table
		if r.Through != nil {
			s += " through " + r.Through.Table
		}
		told = append(told, s)
	}
	require.Equal(t, []string{
		"playlist_songs many-to-one playlists", "playlists one-to-many playlist_songs",
		"playlist_songs many-to-one songs", "songs one-to-many playlist_songs",
		"playlists many-to-many songs through playlist_songs", "songs many-to-many playlists through playlist_songs",
	}, told)

	one := table("profiles", []string{"user_id"}, column("user_id", "uuid", "uuid"))
	one.ForeignKeys = []metadata.ForeignKey{fkey("f", "user_id", "users")}
	relations := RelationsOf(&metadata.Schema{Tables: []metadata.Table{one}})
	require.Equal(t, OneToOne, relations[0].Cardinality)
	require.False(t, relations[0].Optional)
	require.True(t, relations[1].Optional)
}

// The header is what Electric's sync service sends for these types.
func TestElectricSchemaHeader(t *testing.T) {
	for _, c := range []struct {
		typ, pgType string
		array       bool
		typmod      int
		want        string
	}{
		{"text", "text", false, -1, `{"type":"text"}`},
		{"character varying(160)", "varchar", false, 164, `{"max_length":160,"type":"varchar"}`},
		{"character varying", "varchar", false, -1, `{"type":"varchar"}`},
		{"character(3)", "bpchar", false, 7, `{"length":3,"type":"bpchar"}`},
		{"bit varying(8)", "varbit", false, 8, `{"length":8,"type":"varbit"}`},
		{"numeric(12,2)[]", "numeric", true, 786438, `{"dims":1,"precision":12,"scale":2,"type":"numeric"}`},
		{"timestamp(3) with time zone", "timestamptz", false, 3, `{"precision":3,"type":"timestamptz"}`},
		{"timestamp(0) without time zone", "timestamp", false, 0, `{"type":"timestamp"}`},
		{"interval minute to second(3)", "interval", false, 1, `{"fields":"MINUTE TO SECOND","precision":3,"type":"interval"}`},
		{"interval(2)", "interval", false, 1, `{"precision":2,"type":"interval"}`},
		{"public.vector(3)", "vector", false, 3, `{"type":"vector","type_mod":3}`},
		{"public.mood", "mood", false, -1, `{"type":"mood"}`},
	} {
		t.Run(c.typ, func(t *testing.T) {
			col := column("c", c.typ, c.pgType)
			col.IsArray, col.Nullable = c.array, true
			tbl := metadata.Table{Columns: []metadata.Column{col}}
			s := SyncOf(&tbl, func(string) Attribute { return Attribute{1, c.typmod} })
			e := &metadata.Encoder{}
			e.Open()
			s.Schema[0].encode(e)
			e.Close()
			require.Equal(t, `{"c":`+c.want+`}`, string(e.Bytes()))
		})
	}
}

func TestPrimaryKeyInHeader(t *testing.T) {
	s := library().Schema.Tables[0].Sync
	require.Equal(t, []string{"playlist_id", "song_id"}, s.PrimaryKey)
	e := &metadata.Encoder{}
	s.encode(e)
	require.Contains(t, string(e.Bytes()), `"schema":{"playlist_id":{"not_null":true,"pk_index":0,"type":"uuid"},"song_id":{"not_null":true,"pk_index":1,"type":"uuid"}}`)
}

// Each row of warnings finds what it is about, and nothing else.
func TestWarnings(t *testing.T) {
	for code, change := range map[string]func(*metadata.Table){
		"no-primary-key":     func(t *metadata.Table) { t.PrimaryKey = nil },
		"foreign-table":      func(t *metadata.Table) { t.Kind = "foreign" },
		"unlogged":           func(t *metadata.Table) { t.Persistence = "unlogged" },
		"inheritance":        func(t *metadata.Table) { t.Inherits = []string{"public.parent"} },
		"generated-column":   func(t *metadata.Table) { t.Columns[0].Generated = "STORED" },
		"client-foreign-key": func(t *metadata.Table) { t.ForeignKeys = []metadata.ForeignKey{fkey("f", "id", "x")} },
		"client-trigger":     func(t *metadata.Table) { t.Triggers = []metadata.Trigger{{Name: "g", Enabled: "origin"}} },
	} {
		tbl := table("t", []string{"id"}, column("id", "uuid", "uuid"))
		require.Empty(t, SyncOf(&tbl, nil).Warnings)
		change(&tbl)
		warned := SyncOf(&tbl, nil).Warnings
		require.Len(t, warned, 1, code)
		require.Equal(t, code, warned[0].Code)
	}
	require.Len(t, warnings, 7, "each warning has a case above")
}

func TestWriteFile(t *testing.T) {
	path, ctx := filepath.Join(t.TempDir(), "_electric", "migrations"), context.Background()
	written, err := WriteFile(ctx, path, []byte("one"))
	require.NoError(t, err)
	require.True(t, written)
	before, err := os.Stat(path)
	require.NoError(t, err)

	written, err = WriteFile(ctx, path, []byte("one"))
	require.NoError(t, err)
	require.False(t, written)
	after, err := os.Stat(path)
	require.NoError(t, err)
	require.True(t, os.SameFile(before, after) && before.ModTime().Equal(after.ModTime()), "equal bytes leave the file alone")

	// What a killed compile left is removed by the next one that writes.
	leftover := filepath.Join(filepath.Dir(path), ".migrations123456")
	require.NoError(t, os.WriteFile(leftover, []byte("half"), 0o600))
	written, err = WriteFile(ctx, path, []byte("two"))
	require.NoError(t, err)
	require.True(t, written)
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing stands beside the bundle")
}

func TestWriteFileRefusals(t *testing.T) {
	dir, ctx := t.TempDir(), context.Background()
	_, err := WriteFile(ctx, dir, []byte("x"))
	require.ErrorContains(t, err, "not a regular file")
	_, err = WriteFile(ctx, "/dev/null", []byte("x"))
	require.ErrorContains(t, err, "not a regular file")
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err = WriteFile(ctx, filepath.Join(file, "migrations"), []byte("x"))
	require.Error(t, err)
}

// What a newer electric wrote is not replaced by an older one.
func TestWriteFileKeepsANewerBundle(t *testing.T) {
	path := filepath.Join(t.TempDir(), "migrations")
	newer := []byte(`{"format": 2, "compiler": "electric 9"}`)
	require.NoError(t, os.WriteFile(path, newer, 0o600))
	_, err := WriteFile(context.Background(), path, []byte("x"))
	require.ErrorIs(t, err, ErrNewer)
	kept, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, newer, kept)
}

// When the folder cannot be written, the old bundle stays.
func TestWriteFailureKeepsTheOldBundle(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root writes to read-only folders")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "migrations")
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o600))
	require.NoError(t, os.Chmod(dir, 0o555))
	defer os.Chmod(dir, 0o755)
	_, err := WriteFile(context.Background(), path, []byte("new"))
	require.Error(t, err)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "old", string(data))
}

// However many compiles write at once, readers see whole bundles.
func TestManyWriters(t *testing.T) {
	path := filepath.Join(t.TempDir(), "migrations")
	texts := []string{strings.Repeat("a", 1<<16), strings.Repeat("b", 1<<16)}
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			if _, err := WriteFile(context.Background(), path, []byte(texts[i%2])); err != nil {
				t.Error(err)
			}
			if data, err := os.ReadFile(path); err != nil || string(data) != texts[0] && string(data) != texts[1] {
				t.Errorf("a torn bundle of %d bytes: %v", len(data), err)
			}
		})
	}
	group.Wait()
}

func TestLockTimesOut(t *testing.T) {
	dir := t.TempDir()
	unlock, err := lock(context.Background(), dir)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = lock(ctx, dir)
	require.True(t, errors.Is(err, context.Canceled))
	unlock()
}

// A reader survives any bytes.
func FuzzRead(f *testing.F) {
	f.Add(Encode(library()))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := Read(bytes.NewReader(data))
		if err == nil && b.Schema.Schema != nil && len(b.Schema.Tables) == len(b.Schema.Schema.Tables) {
			Encode(b)
		}
	})
}

// TestWarningsOfCopies: what only the server has is not in a client's copy, and a
// shape has to leave it out.
func TestWarningsOfCopies(t *testing.T) {
	copied := table("t", []string{"id"}, column("id", "uuid", "uuid"), column("songTitle", "text", "text"))
	require.Empty(t, SyncTo(&copied, &copied, nil).Warnings)
	whole := table("t", []string{"id"}, column("id", "uuid", "uuid"), column("songTitle", "text", "text"), column("note", "text", "text"))
	whole.ForeignKeys = []metadata.ForeignKey{fkey("f", "note", "notes")}
	whole.Triggers = []metadata.Trigger{{Name: "g", Enabled: "origin"}}
	require.Equal(t, []Warning{{
		"server-columns", `column "note" is the server's alone, and a shape of the whole table has more than a client's copy can hold: ` +
			`ask for it with columns=id,"songTitle"`, []string{"id", "songTitle"},
	}}, SyncTo(&whole, &copied, nil).Warnings)

	generated := column("shout", "text", "text")
	generated.Generated = "STORED"
	whole.Columns = append(whole.Columns, generated)
	copied.Columns = append(copied.Columns, generated)
	warned := SyncTo(&whole, &copied, nil).Warnings
	require.Equal(t, []string{"id", "songTitle"}, warned[len(warned)-1].Columns, "a copy computes what is generated")
}
