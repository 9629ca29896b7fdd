package wire_test

import (
	"testing"

	"github.com/electric-cli/electric/shape/wire"
)

// songs is a table of the usual types; its rows are 200 bytes of COPY.
func songs() *wire.Table {
	t := &wire.Table{Schema: "public", Name: "songs", Key: []int{0}}
	for _, name := range []string{"id", "public_id", "title", "notes", "price", "explicit", "released", "created_at", "metadata"} {
		t.Columns = append(t.Columns, wire.Column{Name: name, Bool: name == "explicit"})
	}
	return t
}

// song is a row of it, as COPY writes it.
const song = "123456\te99a18c4-28cb-38d5-f260-853678922e03\tSong number 123456\tfirst line\\nsecond \"line\"\t1234.56\tf\t1997-11-05\t" +
	`2024-01-11 04:17:05.088+00` + "\t" + `{"tags": ["a", "b"], "plays": 123456, "artist": "Artist 3456"}` + "\n"

// The first sync spends its time here and in the kernel.
func BenchmarkCopyEncoder(b *testing.B) {
	all := []int{0, 1, 2, 3, 4, 5, 6, 7, 8}
	e := wire.NewEncoder(songs(), all, false).NewCopyEncoder(0)
	line := []byte(song)
	var dst []byte
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if dst, err = e.Append(dst[:0], line); err != nil {
			b.Fatal(err)
		}
	}
}
