package hash

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/metadata"
)

// library is a schema that has one of each thing that is hashed.
func library() *metadata.Schema {
	text := metadata.TypeRef{Type: "text", TypeSchema: "pg_catalog", TypeName: "text", TypeKind: "base"}
	uuid := metadata.TypeRef{Type: "uuid", TypeSchema: "pg_catalog", TypeName: "uuid", TypeKind: "base"}
	mood := metadata.TypeRef{Type: "public.mood[]", TypeSchema: "public", TypeName: "mood", TypeKind: "enum", IsArray: true}
	return &metadata.Schema{
		Enums:   []metadata.Enum{{Schema: "public", Name: "mood", Labels: []string{"calm", "wild"}}, {Schema: "public", Name: "unused", Labels: []string{"x"}}},
		Domains: []metadata.Domain{{Schema: "public", Name: "moody", BaseType: "public.mood"}},
		Tables: []metadata.Table{
			{
				Schema: "public", Name: "playlist_songs", Kind: "table",
				Columns: []metadata.Column{
					{Ordinal: 1, Attnum: 1, Name: "song_id", TypeRef: uuid},
					{Ordinal: 2, Attnum: 2, Name: "playlist_id", TypeRef: uuid},
				},
				PrimaryKey: &metadata.Key{Name: "playlist_songs_pkey", Columns: []string{"playlist_id", "song_id"}},
				ForeignKeys: []metadata.ForeignKey{{
					Name: "playlist_songs_song_id_fkey", Columns: []string{"song_id"}, RefSchema: "public", RefTable: "songs",
					RefColumns: []string{"id"}, OnUpdate: "NO ACTION", OnDelete: "CASCADE", Match: "SIMPLE", Validated: true,
				}},
			},
			{
				Schema: "public", Name: "songs", Kind: "table",
				Columns: []metadata.Column{
					{Ordinal: 1, Attnum: 1, Name: "id", TypeRef: uuid, Default: "gen_random_uuid()"},
					{Ordinal: 2, Attnum: 2, Name: "title", TypeRef: text},
					{Ordinal: 3, Attnum: 3, Name: "moods", TypeRef: mood, Nullable: true},
					{Ordinal: 4, Attnum: 4, Name: "shout", TypeRef: text, Nullable: true, Generated: "STORED", GeneratedExpr: "upper(title)"},
				},
				PrimaryKey: &metadata.Key{Name: "songs_pkey", Columns: []string{"id"}},
				Uniques:    []metadata.Unique{{Key: metadata.Key{Name: "songs_title_key", Columns: []string{"title"}}}},
				Checks: []metadata.Check{
					{Name: "songs_title_check", Def: "CHECK ((char_length(title) > 0))"},
					{Name: "songs_title_check1", Def: "CHECK ((title <> 'x\ny'::text))"},
				},
				Indexes: []metadata.Index{
					{Name: "songs_pkey", Def: "CREATE UNIQUE INDEX songs_pkey ON public.songs USING btree (id)", Unique: true, Constraint: "songs_pkey"},
					{Name: "songs_lower", Def: "CREATE INDEX songs_lower ON public.songs USING btree (lower(title))"},
				},
			},
		},
	}
}

func TestText(t *testing.T) {
	text := Text(library(), Scope{})
	var shown strings.Builder
	for _, line := range strings.SplitAfter(text, "\n") {
		if strings.HasPrefix(line, "  ") || !strings.Contains(line, " ") {
			shown.WriteString(line)
			continue
		}
		head, sum := line[:strings.LastIndexByte(line, ' ')], line[strings.LastIndexByte(line, ' ')+1:]
		require.Len(t, sum, 64+1)
		shown.WriteString(head + "\n")
	}
	require.Equal(t, `s1
enum public.mood
  label calm
  label wild
table public.playlist_songs
  column playlist_id uuid not null
  column song_id uuid not null
  foreign key (song_id) references public.songs (id) on delete cascade
  primary key (playlist_id, song_id)
table public.songs
  check ((char_length(title) > 0))
  check ((title <> 'x\ny'::text))
  column id uuid not null default gen_random_uuid()
  column moods public.mood[]
  column shout text generated stored upper(title)
  column title text not null
  index btree (lower(title))
  primary key (id)
  unique (title)
`, shown.String())
	require.Contains(t, SyncText(library(), Scope{}), "table public.songs "+strings.Split(strings.Split(SyncText(library(), Scope{}), "table public.songs ")[1], "\n")[0]+
		"\n  column id uuid not null\n  column moods public.mood[]\n  column shout text generated stored upper(title)\n  column title text not null\n  primary key (id)\n")
}

// The rule the package comment states: anybody can check a hash with sha256sum.
func TestHashIsOverTheUnindentedLines(t *testing.T) {
	var heads string
	for _, line := range strings.SplitAfter(Text(library(), Scope{}), "\n") {
		if !strings.HasPrefix(line, "  ") {
			heads += line
		}
	}
	require.Equal(t, Of(library(), Scope{}), fmt.Sprintf("s1:%x", sha256.Sum256([]byte(heads))))
	require.Regexp(t, `^s1:[0-9a-f]{64}$`, Of(library(), Scope{}))
	require.Regexp(t, `^y1:[0-9a-f]{64}$`, Sync(library(), Scope{}))
}

// dice throws the same each time.
var dice = rand.New(rand.NewPCG(1, 2))

func shuffle[T any](list []T) {
	dice.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
}

// What files may write differently does not count.
func TestEqualSchemas(t *testing.T) {
	want, wantSync := Of(library(), Scope{}), Sync(library(), Scope{})
	for range 50 {
		s := library()
		shuffle(s.Tables)
		shuffle(s.Enums)
		for i := range s.Tables {
			table := &s.Tables[i]
			table.Comment = "another"
			shuffle(table.Columns)
			shuffle(table.Checks)
			shuffle(table.Indexes)
			for j := range table.Checks {
				table.Checks[j].Name = "c" + string(rune('a'+j))
			}
			table.PrimaryKey.Name = "pk"
			for j := range table.Indexes {
				table.Indexes[j].Def = strings.Replace(table.Indexes[j].Def, "songs_lower", "other", 1)
			}
		}
		require.Equal(t, want, Of(s, Scope{}))
		require.Equal(t, wantSync, Sync(s, Scope{}))
	}
}

func TestForeignKeyPairsHaveNoOrder(t *testing.T) {
	hashOf := func(columns, refs []string) string {
		s := library()
		s.Tables[0].ForeignKeys[0].Columns, s.Tables[0].ForeignKeys[0].RefColumns = columns, refs
		return Of(s, Scope{})
	}
	require.Equal(t, hashOf([]string{"a", "b"}, []string{"x", "y"}), hashOf([]string{"b", "a"}, []string{"y", "x"}))
	require.NotEqual(t, hashOf([]string{"a", "b"}, []string{"x", "y"}), hashOf([]string{"a", "b"}, []string{"y", "x"}))
}

// Each change shows in the schema hash, and in the sync hash where clients feel it.
func TestChanges(t *testing.T) {
	songs := func(s *metadata.Schema) *metadata.Table { return &s.Tables[1] }
	for _, c := range []struct {
		name   string
		change func(*metadata.Schema)
		sync   bool
	}{
		{"type", func(s *metadata.Schema) { songs(s).Columns[1].Type = "character varying(5)" }, true},
		{"nullability", func(s *metadata.Schema) { songs(s).Columns[1].Nullable = true }, true},
		{"default", func(s *metadata.Schema) { songs(s).Columns[0].Default = "" }, false},
		{"identity", func(s *metadata.Schema) { songs(s).Columns[0].Identity = "ALWAYS" }, false},
		{"generated", func(s *metadata.Schema) { songs(s).Columns[3].Generated = "" }, true},
		{"column name", func(s *metadata.Schema) { songs(s).Columns[1].Name = "name" }, true},
		{"column gone", func(s *metadata.Schema) { songs(s).Columns = songs(s).Columns[:3] }, true},
		{"primary key order", func(s *metadata.Schema) { s.Tables[0].PrimaryKey.Columns = []string{"song_id", "playlist_id"} }, true},
		{"no primary key", func(s *metadata.Schema) { songs(s).PrimaryKey = nil }, true},
		{"unique", func(s *metadata.Schema) { songs(s).Uniques = nil }, false},
		{"check", func(s *metadata.Schema) { songs(s).Checks[0].Def = "CHECK ((char_length(title) > 1))" }, false},
		{"foreign key's action", func(s *metadata.Schema) { s.Tables[0].ForeignKeys[0].OnDelete = "NO ACTION" }, false},
		{"index", func(s *metadata.Schema) { songs(s).Indexes = songs(s).Indexes[:1] }, false},
		{"enum label", func(s *metadata.Schema) { s.Enums[0].Labels = []string{"calm", "wild", "mad"} }, true},
		{"enum order", func(s *metadata.Schema) { s.Enums[0].Labels = []string{"wild", "calm"} }, true},
		{"table name", func(s *metadata.Schema) { songs(s).Name = "tunes" }, true},
		{"table gone", func(s *metadata.Schema) { s.Tables = s.Tables[:1] }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := library()
			c.change(s)
			require.NotEqual(t, Of(library(), Scope{}), Of(s, Scope{}))
			require.Equal(t, c.sync, Sync(library(), Scope{}) != Sync(s, Scope{}))
		})
	}
}

func TestScope(t *testing.T) {
	s := library()
	s.Tables = s.Tables[:1]
	onlyPlaylists := Scope{Table: func(t *metadata.Table) bool { return t.Name == "playlist_songs" }}
	require.Equal(t, Of(s, Scope{}), Of(library(), onlyPlaylists))

	noShout := Scope{Column: func(_ *metadata.Table, c *metadata.Column) bool { return c.Name != "shout" }}
	s = library()
	s.Tables[1].Columns = s.Tables[1].Columns[:3]
	require.Equal(t, Sync(s, Scope{}), Sync(library(), noShout))
}

// A schema hashed as it grows is the schema hashed at its end.
func TestBuilderIsIncremental(t *testing.T) {
	s, b := library(), NewBuilder(Scope{})
	b.SetTypes(&metadata.Schema{})
	b.SetTypes(s)
	b.SetTable(&s.Tables[1])
	b.SetTable(&metadata.Table{Schema: "public", Name: "old", Kind: "table"})
	half := s.Tables[0]
	half.PrimaryKey = nil
	b.SetTable(&half)
	require.NotEqual(t, Of(s, Scope{}), b.Schema())
	b.SetTable(&s.Tables[0])
	b.RemoveTable("public", "old")
	b.RemoveTable("public", "never")
	require.Equal(t, Of(s, Scope{}), b.Schema())
	require.Equal(t, Sync(s, Scope{}), b.Sync())

	schemaHash, syncHash := b.Table("public", "songs")
	s.Tables = s.Tables[1:]
	require.Equal(t, Of(s, Scope{}), schemaHash)
	require.Equal(t, Sync(s, Scope{}), syncHash)
	require.Contains(t, b.TableText("public", "songs"), "enum public.mood ")
}

// Whatever names and expressions hold, one line stays one line.
func FuzzNames(f *testing.F) {
	f.Add("a.b", "x\n  column y text")
	f.Fuzz(func(t *testing.T, name, expr string) {
		s := library()
		s.Tables[1].Name, s.Tables[1].Columns[0].Default = name, expr
		lines := strings.Count(Text(s, Scope{}), "\n")
		s.Tables[1].Columns[0].Default = ""
		require.Equal(t, lines, strings.Count(Text(s, Scope{}), "\n"))
	})
}

// Checkpoints change nothing: tables that come in any order give one hash.
func TestBuilderManyTables(t *testing.T) {
	var s metadata.Schema
	for i := range 200 {
		s.Tables = append(s.Tables, metadata.Table{Schema: "public", Name: fmt.Sprintf("t%d", i), Kind: "table"})
	}
	want := Of(&s, Scope{})
	shuffle(s.Tables)
	b := NewBuilder(Scope{})
	for i := range s.Tables {
		b.SetTable(&s.Tables[i])
		b.Schema()
		if i%7 == 0 {
			b.RemoveTable("public", s.Tables[i/2].Name)
			b.Sync()
			b.SetTable(&s.Tables[i/2])
		}
	}
	require.Equal(t, want, b.Schema())
}

func BenchmarkThousandVersions(b *testing.B) {
	for name, nameOf := range map[string]func(int) string{
		"in order":  func(i int) string { return fmt.Sprintf("songs_%04d", i) },
		"backwards": func(i int) string { return fmt.Sprintf("songs_%04d", 9999-i) },
	} {
		b.Run(name, func(b *testing.B) {
			table := library().Tables[1]
			for b.Loop() {
				builder := NewBuilder(Scope{})
				for i := range 1000 {
					table.Name = nameOf(i)
					builder.SetTable(&table)
					builder.Schema()
					builder.Sync()
				}
			}
		})
	}
}
