package source_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/diag"
	"github.com/electric-cli/electric/source"
)

// A new migration looks like those that are there, and comes after them.
func TestNext(t *testing.T) {
	now := time.Unix(1750000000, 5e6).UTC() // 2025-06-15 15:06:40.005
	const (
		marked = "-- Add songs\n-- :electric:txn:start\n\n-- :electric:txn:end\n"
		plain  = "-- Add songs\n"
	)
	for name, c := range map[string]struct {
		files      map[string]string
		path, text string
	}{
		"none":               {nil, "1750000000_add_songs.sql", marked},
		"others alone":       {map[string]string{"seeds.sql": "SELECT 1;"}, "1750000000_add_songs.sql", marked},
		"marked":             {map[string]string{"1740000000_a.sql": marked}, "1750000000_add_songs.sql", marked},
		"unmarked":           {map[string]string{"1740000000_a.sql": "CREATE TABLE a (id int);"}, "1750000000_add_songs.sql", plain},
		"one of them marked": {map[string]string{"1740000000_a.sql": marked, "1740000001_b.sql": plain}, "1750000000_add_songs.sql", marked},
		"this second":        {map[string]string{"1750000000_a.sql": plain}, "1750000001_add_songs.sql", plain},
		"in the future":      {map[string]string{"1800000000_a.sql": plain}, "1800000001_add_songs.sql", plain},
		"milliseconds":       {map[string]string{"1740000000000_a.sql": plain}, "1750000000005_add_songs.sql", plain},
		"stamps":             {map[string]string{"20240101000000_a.sql": plain}, "20250615150640_add_songs.sql", plain},
		"stamps to come":     {map[string]string{"20270101235959_a.sql": plain}, "20270102000000_add_songs.sql", plain},
		"serials":            {map[string]string{"1_a.sql": plain, "10_b.sql": plain, "9_c.sql": plain}, "11_add_songs.sql", plain},
		"serials with zeros": {map[string]string{"0009_a.sql": plain}, "0010_add_songs.sql", plain},
		"golang-migrate":     {map[string]string{"000001_a.up.sql": plain, "000001_a.down.sql": ""}, "000002_add_songs.up.sql", plain},
		"goose":              {map[string]string{"00001_a.sql": "-- +goose Up\nSELECT 1;\n"}, "00002_add_songs.sql", "-- +goose Up\n-- Add songs\n\n-- +goose Down\n"},
		"dbmate":             {map[string]string{"20240101000000_a.sql": "-- migrate:up\n-- migrate:down\n"}, "20250615150640_add_songs.sql", "-- migrate:up\n-- Add songs\n\n-- migrate:down\n"},
		"Flyway":             {map[string]string{"V1_2__a.sql": plain, "V1.10__b.sql": plain, "R__views.sql": plain}, "V1.11__add_songs.sql", plain},
		"Prisma":             {map[string]string{"20240101000000_a/migration.sql": plain}, "20250615150640_add_songs/migration.sql", plain},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "m")
			for file, text := range c.files {
				path := filepath.Join(dir, file)
				require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
				require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
			}
			draft, err := source.Next(dir, "add_songs", "Add songs", now)
			require.NoError(t, err)
			require.Equal(t, source.Draft{Path: c.path, Text: c.text}, draft)

			// It is a migration, and the last one but for those that are repeated.
			path := filepath.Join(dir, filepath.FromSlash(draft.Path))
			require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
			require.NoError(t, os.WriteFile(path, []byte(draft.Text), 0o644))
			in := source.Read([]string{dir}, source.Options{})
			list := in.Migrations()
			require.False(t, diag.HasErrors(in.Diagnostics), "%v", in.Diagnostics)
			last := list[len(list)-1]
			if name == "Flyway" {
				last = list[len(list)-2]
			}
			require.Equal(t, "add_songs", last.Name)
		})
	}
}

// Where the order is kept elsewhere or is not known, none is drafted.
func TestNextIsNotKnown(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  string
	}{
		"Drizzle":  {map[string]string{"meta/_journal.json": `{"entries": []}`}, "drizzle-kit generate --custom"},
		"bad date": {map[string]string{"20241301000000_a.sql": ""}, `version "20241301000000"`},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, text := range c.files {
				path := filepath.Join(dir, file)
				require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
				require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
			}
			_, err := source.Next(dir, "a", "A", time.Now())
			require.ErrorContains(t, err, c.want)
		})
	}
}
