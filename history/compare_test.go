package history

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func sum(text string) string {
	s := sha256.Sum256([]byte(text))
	return hex.EncodeToString(s[:])
}

// files are three migrations; the second has three units.
func files() []Migration {
	one, two, three := "SELECT 1;\n", "SELECT 2;\n", "SELECT 3;\n"
	return []Migration{
		{Version: "1", Name: "one", File: "1_one.sql", Checksum: sum(one), Text: one, Units: []string{"a"}},
		{Version: "2", Name: "two", File: "2_two.sql", Checksum: sum(two), Text: two, Units: []string{"b", "c", "d"}},
		{Version: "3", Name: "three", File: "3_three.sql", Checksum: sum(three), Text: three, Units: []string{"e"}},
	}
}

func rows(list ...Migration) (rows []Row) {
	for _, m := range list {
		rows = append(rows, Row{Version: m.Version, Name: m.Name, Checksum: m.Checksum})
	}
	return rows
}

func TestCompare(t *testing.T) {
	f := files()
	edited := f[1]
	edited.Checksum = sum("SELECT 22;\n")
	windows := f[1]
	windows.Checksum = sum("SELECT 2;\r\n")
	tests := []struct {
		name    string
		history History
		pending []int
		last    int
		code    string // of the only problem
		says    string
	}{
		{"nothing yet", History{}, []int{0, 1, 2}, -1, "", ""},
		{"some", History{Rows: rows(f[0])}, []int{1, 2}, 0, "", ""},
		{"all", History{Rows: rows(f...)}, nil, 2, "", ""},
		{"edited", History{Rows: rows(f[0], edited)}, []int{2}, 1, "migration-edited", "was edited after it was applied"},
		{"line ends", History{Rows: rows(f[0], windows)}, []int{2}, 1, "migration-edited", ".gitattributes"},
		{"missing", History{Rows: append(rows(f[0]), Row{Version: "2b", Name: "gone"})}, []int{1, 2}, 0, "migration-missing", `"2b" (gone)`},
		{"out of order", History{Rows: rows(f[0], f[2])}, []int{1}, 2, "migration-out-of-order", "version 3, which comes after it, is"},
		{"in part", History{Rows: rows(f[0]), Progress: []Progress{{Version: "2", Done: []string{"b", "c"}}}}, []int{1, 2}, 0, "", ""},
		{"in part, the rest edited", History{Rows: rows(f[0]), Progress: []Progress{{Version: "2", Done: []string{"b"}, Checksum: "other"}}}, []int{1, 2}, 0, "", ""},
		{"in part and edited", History{Rows: rows(f[0]), Progress: []Progress{{Version: "2", Done: []string{"x"}}}}, []int{1, 2}, 0, "migration-edited", "its first transaction"},
		{"in part and cut short", History{Rows: rows(f[0]), Progress: []Progress{{Version: "2", Done: []string{"b", "c", "d", "e"}}}}, []int{1, 2}, 0, "migration-edited", "its first 4 transactions"},
		{"in part and gone", History{Progress: []Progress{{Version: "9", Name: "nine", Done: []string{"b"}}}}, []int{0, 1, 2}, -1, "migration-missing", "applied in part"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := Compare(&tt.history, f)
			require.Equal(t, tt.pending, s.Pending)
			require.Equal(t, tt.last, s.Last)
			if tt.code == "" {
				require.Empty(t, s.Problems)
				return
			}
			require.Len(t, s.Problems, 1)
			d := s.Problems[0]
			require.Equal(t, tt.code, d.Code)
			require.Contains(t, strings.Join([]string{d.Message, d.Detail, d.Hint}, " "), tt.says)
			require.NotEmpty(t, d.Hint)
		})
	}
}

func TestDigest(t *testing.T) {
	require.NotEqual(t, Digest([]string{"a", "b"}), Digest([]string{"ab"}))
	require.NotEqual(t, Digest([]string{"a"}), Digest([]string{"a", ""}))
}

// What to do about the migrations of another branch is said once.
func TestManyMissing(t *testing.T) {
	f := files()
	s := Compare(&History{Rows: rows(f...)}, f[:1])
	require.Len(t, s.Problems, 2)
	require.Empty(t, s.Problems[0].Hint)
	require.Equal(t, "Bring their files back from version control, or check out the branch that the database is on.", s.Problems[1].Hint)
}
