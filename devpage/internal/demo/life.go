package demo

import (
	"time"

	"github.com/electric-cli/electric/devpage"
)

// opening is the log before anybody looked: level and text.
var opening = [][2]string{
	{"info", "electric 0.4.0, PostgreSQL 15.14 in .electric/postgres, port 54329"},
	{"info", "compiled 6 migrations in 14 ms"},
	{"info", "applied 1751000000_listening in 38 ms"},
	{"info", "publication electric_publication_default, slot electric_dev_7f3a (temporary)"},
	{"info", "serving http://localhost:3000 and https://localhost:3443"},
	{"debug", "wal sender connected, keepalive every 15 s"},
	{"info", "shape public.songs: snapshot of 1204 rows in 21 ms"},
	{"info", "shape public.playlists where owner_id = $1: snapshot of 12 rows in 3 ms"},
	{"warning", "shape public.media_blobs: generated column \"size_mb\" cannot be in a shape before PostgreSQL 18"},
	{"info", "shape public.playlist_songs: snapshot of 348 rows in 5 ms"},
}

// chatter is what the log says now and then.
var chatter = [][2]string{
	{"info", "GET /v1/shape?table=songs&offset=26800160_0&live=true 200 in 4.1 s"},
	{"info", "GET /v1/shape?table=plays&offset=-1 200, 348 rows in 6 ms"},
	{"info", "watching schema/ for changes"},
	{"warning", "client is 2 chunks behind on public.plays"},
	{"error", "GET /v1/shape?table=song 400: table \"public\".\"song\" does not exist"},
}

func newShapes(now time.Time) []devpage.Shape {
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	return []devpage.Shape{
		{Handle: "48210375-1767607200000001", Schema: "public", Table: "songs", Replica: "default", Offset: "26800112_2",
			Rows: 1204, Entries: 1391, Bytes: 402_118, Waiting: devpage.Waiters{LongPoll: 3, SSE: 1}, CreatedAt: ago(40 * time.Minute), ChangedAt: ago(12 * time.Second)},
		{Handle: "90417723-1767607200000002", Schema: "public", Table: "playlists", Where: "owner_id = $1", Params: map[string]string{"1": "0197580e-6f5c-7c11-b6a6-3f2f5d8a2c01"},
			Columns: []string{"id", "owner_id", "name", "updated_at"}, Replica: "full", Offset: "26799020_0", Rows: 12, Entries: 19, Bytes: 4_812,
			Waiting: devpage.Waiters{LongPoll: 1}, CreatedAt: ago(39 * time.Minute), ChangedAt: ago(3 * time.Minute)},
		{Handle: "11873066-1767607200000003", Schema: "public", Table: "playlist_songs", Replica: "default", Offset: "26799984_4",
			Rows: 348, Entries: 402, Bytes: 88_310, Waiting: devpage.Waiters{LongPoll: 2}, CreatedAt: ago(39 * time.Minute), ChangedAt: ago(48 * time.Second)},
		{Handle: "73300912-1767607200000004", Schema: "public", Table: "plays", Where: "started_at > '2026-01-01' AND source IN ('album', 'playlist')",
			Replica: "default", Offset: "26800160_0", Rows: 5_871, Entries: 6_244, Bytes: 2_911_402, Waiting: devpage.Waiters{LongPoll: 2, SSE: 2},
			CreatedAt: ago(22 * time.Minute), ChangedAt: ago(2 * time.Second)},
		{Handle: "55129048-1767607200000005", Schema: "public", Table: "config", Replica: "default", Offset: "0_0",
			Rows: 1, Entries: 1, Bytes: 231, CreatedAt: ago(9 * time.Minute)},
	}
}
