package bundle

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/electric-cli/electric/metadata"
)

// thousand is the bundle of a thousand migrations with a table each.
func thousand() *Bundle {
	b := library()
	b.Schema.Schema.Tables, b.Schema.Tables = nil, nil
	for i := range 1000 {
		m := b.Migrations[0]
		m.Version, m.Name = fmt.Sprint(i), fmt.Sprintf("create_t%d", i)
		b.Migrations = append(b.Migrations, m)
		var columns []metadata.Column
		for j := range 8 {
			columns = append(columns, column(fmt.Sprintf("column_%d", j), "text", "text"))
		}
		t := table(fmt.Sprintf("t%04d", i), []string{"column_0"}, columns...)
		b.Schema.Schema.Tables = append(b.Schema.Schema.Tables, t)
		b.Schema.Tables = append(b.Schema.Tables, TableInfo{Client: true, Sync: SyncOf(&t, nil), Hash: b.SchemaHash, SyncHash: b.SyncHash})
	}
	return b
}

func BenchmarkEncodeThousand(b *testing.B) {
	bundle := thousand()
	for b.Loop() {
		b.SetBytes(int64(len(Encode(bundle))))
	}
}

func BenchmarkWriteThousand(b *testing.B) {
	path := filepath.Join(b.TempDir(), "migrations")
	data := [][]byte{Encode(thousand()), Encode(library())}
	for i := 0; b.Loop(); i++ {
		if _, err := WriteFile(b.Context(), path, data[i%2]); err != nil {
			b.Fatal(err)
		}
	}
}
