package devpage_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/devpage"
	"github.com/electric-cli/electric/devpage/internal/demo"
)

func demoState(t *testing.T) *devpage.State {
	d, err := demo.New("internal/demo", "http://localhost:3000")
	require.NoError(t, err)
	return d.State()
}

func table(t *testing.T, s *devpage.Schema, name string) devpage.Table {
	i := slices.IndexFunc(s.Tables, func(x devpage.Table) bool { return x.Name == name })
	require.GreaterOrEqual(t, i, 0, name)
	return s.Tables[i]
}

func TestSchemaOf(t *testing.T) {
	s := demoState(t).Schema
	require.Len(t, s.Tables, 14)
	songs := table(t, s, "songs")
	require.True(t, songs.Client)
	require.Equal(t, []string{"id"}, songs.PrimaryKey)
	require.Equal(t, "One row for each recording, whichever albums it is on.", songs.Comment)
	require.Equal(t, devpage.Column{Name: "id", Type: "uuid", Primary: true, Default: "gen_random_uuid()"}, songs.Columns[0])
	require.Equal(t, devpage.Column{Name: "album_id", Type: "uuid", Nullable: true, Foreign: true}, songs.Columns[1])
	require.True(t, songs.Columns[5].Unique)
	require.Len(t, songs.Checks, 4)
	require.Equal(t, []string{"CREATE INDEX songs_title_idx ON public.songs USING btree (lower(title))"}, songs.Indexes, "those of constraints are left out")
	require.False(t, table(t, s, "audit_log").Client)
	require.Contains(t, table(t, s, "media_blobs").Columns[5].Generated, "size_bytes")
	require.Equal(t, []devpage.Enum{{Schema: "public", Name: "play_source", Labels: []string{"album", "playlist", "radio", "search"}}}, s.Enums)
}

// The header is what Electric would send: an object by column name.
func TestHeader(t *testing.T) {
	s := demoState(t).Schema
	require.Equal(t, `{"artist_id":{"not_null":true,"pk_index":1,"type":"uuid"},"role":{"not_null":true,"type":"text"},`+
		`"song_id":{"not_null":true,"pk_index":0,"type":"uuid"}}`, table(t, s, "song_artists").Header)
	for _, x := range s.Tables {
		var columns map[string]bundle.ColumnInfo
		require.NoError(t, json.Unmarshal([]byte(x.Header), &columns), x.Name)
		require.Len(t, columns, len(x.Columns), x.Name)
	}
}

// Each foreign key is told once, from the table that has it.
func TestRelations(t *testing.T) {
	s := demoState(t).Schema
	byName := map[string]devpage.Relation{}
	for _, r := range s.Relations {
		byName[r.Name] = r
	}
	require.Len(t, s.Relations, 16)
	require.Len(t, byName, 16)
	album := byName["songs_album_id_fkey"]
	require.Equal(t, bundle.End{Schema: "public", Table: "songs", Columns: []string{"album_id"}}, album.From)
	require.Equal(t, bundle.End{Schema: "public", Table: "albums", Columns: []string{"id"}}, album.To)
	require.True(t, album.Optional)
	require.False(t, album.One)
	require.Equal(t, "SET NULL", album.OnDelete)
	self := byName["playlists_parent_id_fkey"]
	require.Equal(t, self.From.Table, self.To.Table)
}

// A table whose key refers to another's has one row for each of those at most.
func TestOneToOne(t *testing.T) {
	d, err := demo.New("internal/demo", "")
	require.NoError(t, err)
	require.NoError(t, d.Scene("apply"))
	for _, r := range d.State().Schema.Relations {
		require.Equal(t, r.From.Table == "lyrics", r.One, r.Name)
	}
}

func TestSchemaOfNothing(t *testing.T) {
	text, err := json.Marshal(devpage.SchemaOf(&bundle.Bundle{}))
	require.NoError(t, err)
	require.NotContains(t, string(text), "null")
}

func TestMigrationsOf(t *testing.T) {
	list := demoState(t).Migrations
	require.Len(t, list, 6)
	require.Equal(t, "1749530140", list[0].Version)
	require.Equal(t, "create_songs", list[0].Name)
	require.Equal(t, "schema/1749530140_create_songs.sql", list[0].File)
	require.Len(t, list[0].Checksum, 64)
	require.Equal(t, 7, list[0].Statements)
	require.Equal(t, devpage.Applied, list[0].State)
}
