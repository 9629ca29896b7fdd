package status

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/database"
)

// Of the servers that answer, the one of the database counts; what another says of
// itself is not told as if it were this one's.
func TestChoose(t *testing.T) {
	here := database.ID{System: "7", OID: 5, Started: time.Unix(1767600000, 0)}
	copied := database.ID{System: "7", OID: 5, Started: here.Started.Add(time.Hour)}
	other := database.ID{System: "8", OID: 5, Started: here.Started.Add(time.Hour)}
	shapes := 3
	ours := func(url string, id database.ID) Sync {
		return Sync{URL: url, State: "active", Ours: true, ID: id, Serves: "postgres://u:****@h/y", Project: "y", Shapes: &shapes, Clients: &shapes, Mistakes: 1, SchemaHash: "s1:", LSN: "1"}
	}
	elsewhere := func(s Sync) Sync { s.Elsewhere = true; return s }
	named := func(s Sync) Sync { s.Named = true; return s }
	electric := Sync{URL: "http://electric", State: "active"}
	for name, tt := range map[string]struct {
		servers []Sync
		nowhere bool // no database was looked at
		url     string
		foreign bool
		text    string // of a foreign one, else about
		doubt   string
	}{
		"nobody": {},
		"the database's own": {
			servers: []Sync{ours("http://a", here)}, url: "http://a", text: "http://a, 3 shapes, 3 clients waiting",
		},
		"of another folder, on this database": {
			servers: []Sync{elsewhere(ours("http://a", here))}, url: "http://a", text: "http://a, 3 shapes, 3 clients waiting, of project y",
		},
		"another's": {
			servers: []Sync{elsewhere(ours("http://a", other))}, url: "http://a", foreign: true,
			text: "the server at http://a serves another database: postgres://u:****@h/y, of project y",
		},
		"this folder's, on another database": {
			servers: []Sync{ours("http://a", other)}, url: "http://a", foreign: true,
			text: "the server at http://a serves another database: postgres://u:****@h/y",
		},
		"another's, which was named": {
			servers: []Sync{named(ours("http://a", other))}, url: "http://a", foreign: true,
			text: "the server at http://a serves another database: postgres://u:****@h/y",
		},
		"another's, then ours": {
			servers: []Sync{elsewhere(ours("http://a", other)), ours("http://b", here)}, url: "http://b", text: "http://b, 3 shapes, 3 clients waiting",
		},
		"another's, then Electric": {
			servers: []Sync{elsewhere(ours("http://a", other)), electric}, url: "http://electric", text: "http://electric",
			doubt: "which database the sync server at http://electric serves: it does not tell",
		},
		"Electric": {
			servers: []Sync{electric}, url: "http://electric", text: "http://electric",
			doubt: "which database the sync server at http://electric serves: it does not tell",
		},
		"this folder's, which has not started": {
			servers: []Sync{ours("http://a", database.ID{})}, url: "http://a", text: "http://a, 3 shapes, 3 clients waiting",
			doubt: "which database the sync server at http://a serves: it has not reached it yet",
		},
		"another folder's, which has not started": {
			servers: []Sync{elsewhere(ours("http://a", database.ID{}))}, url: "http://a", foreign: true, text: "the server at http://a is of project y",
		},
		"a copy's": {
			servers: []Sync{ours("http://a", copied)}, url: "http://a", text: "http://a, 3 shapes, 3 clients waiting",
			doubt: "which database the sync server at http://a serves: this one or a copy of it, under another Postgres",
		},
		"no database, this folder's":    {servers: []Sync{ours("http://a", here)}, nowhere: true, url: "http://a", text: "http://a, 3 shapes, 3 clients waiting"},
		"no database, another folder's": {servers: []Sync{elsewhere(ours("http://a", here))}, nowhere: true, url: "http://a", foreign: true, text: "the server at http://a is of project y"},
		"no database, Electric":         {servers: []Sync{electric}, nowhere: true, url: "http://electric", text: "http://electric"},
	} {
		t.Run(name, func(t *testing.T) {
			id := here
			if tt.nowhere {
				id = database.ID{}
			}
			s, doubt := Choose(tt.servers, id)
			require.Equal(t, tt.doubt, doubt)
			if tt.url == "" {
				require.Nil(t, s)
				return
			}
			require.Equal(t, tt.url, s.URL)
			require.Equal(t, tt.foreign, s.Foreign())
			b := builder{Input: Input{Sync: s}}
			b.sync()
			if !tt.foreign {
				require.Equal(t, tt.text, s.about())
				return
			}
			require.Equal(t, tt.text, s.Text())
			require.Empty(t, b.report.Standing)
			require.Zero(t, s.Mistakes)
			require.Nil(t, s.Shapes)
			require.Empty(t, s.SchemaHash+s.LSN)
		})
	}
}

// A folder's own electric dev is named without its project, another's with it.
func TestMistakes(t *testing.T) {
	for elsewhere, want := range map[bool]string{
		false: "electric dev serves an earlier state: the last compile found 1 mistake",
		true:  "electric dev of project y serves an earlier state: the last compile found 1 mistake",
	} {
		b := builder{Input: Input{Sync: &Sync{State: "active", Project: "y", Elsewhere: elsewhere, Mistakes: 1, Database: database.Same}}}
		b.sync()
		require.Equal(t, []string{want}, b.report.Standing)
	}
}
