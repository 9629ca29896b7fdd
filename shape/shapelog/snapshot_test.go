package shapelog

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/shape/wire"
)

// row appends a row to the snapshot.
func row(t testing.TB, l *Log, message string) {
	t.Helper()
	require.NoError(t, l.AppendedRow(append(l.Buffer(), message...)))
}

// A chunk closes with the row that makes its bytes reach the threshold, where each
// row counts a byte more than it has.
func TestSnapshotChunks(t *testing.T) {
	l := newStore(t).New(20)
	_, ok, err := l.First()
	require.NoError(t, err)
	require.False(t, ok, "there is no chunk yet")
	require.Equal(t, wire.SnapshotEnd, l.Latest(), "while it is written")

	row(t, l, "123456,\n") // 8 + 1
	row(t, l, "123456,\n") // 18
	_, ok, _ = l.First()
	require.False(t, ok)
	row(t, l, ",\n") // 21
	p, ok, err := l.First()
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, "123456,\n123456,\n,\n", content(t, &p))
	require.Equal(t, wire.Offset{}, p.End)
	require.False(t, p.UpToDate, "the first answer never is")

	_, ok, err = l.After(p.End)
	require.NoError(t, err)
	require.False(t, ok, "the second chunk is being written")
	row(t, l, "12345678901234567,\n") // 20
	row(t, l, "7,\n")
	p, ok, _ = l.After(p.End)
	require.True(t, ok)
	require.Equal(t, "12345678901234567,\n", content(t, &p))
	require.False(t, l.Complete())

	require.NoError(t, l.EndSnapshot([]byte("end,\n")))
	require.True(t, l.Complete())
	p, ok, _ = l.After(p.End)
	require.True(t, ok)
	require.Equal(t, "7,\nend,\n", content(t, &p))
	require.Equal(t, wire.Offset{Op: 2}, p.End)
	require.False(t, p.UpToDate)
	require.Equal(t, wire.Offset{Op: 2}, l.Latest())

	p, ok, _ = l.After(p.End)
	require.True(t, ok)
	require.Equal(t, Page{End: wire.Offset{Op: 2}, UpToDate: true, Empty: true}, p)
	p, _, _ = l.After(wire.Offset{Op: 100})
	require.Equal(t, Page{End: wire.Offset{Op: 2}, UpToDate: true, Empty: true}, p, "after the last chunk there is nothing")
	require.Equal(t, Stats{Rows: 5, Bytes: 18 + 19 + 3 + 5, Offset: wire.Offset{Op: 2}}, l.Stats())
}

// The end may be alone in the last chunk.
func TestSnapshotEndAlone(t *testing.T) {
	l := newStore(t).New(3)
	row(t, l, "1,\n")
	finish(t, l)
	p, _, _ := l.First()
	require.Equal(t, "1,\n", content(t, &p))
	p, ok, _ := l.After(p.End)
	require.True(t, ok)
	require.Equal(t, "end,\n", content(t, &p))
}

// A snapshot without rows is one chunk, its end.
func TestSnapshotWithoutRows(t *testing.T) {
	l := newStore(t).New(100)
	finish(t, l)
	p, ok, err := l.First()
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, "end,\n", content(t, &p))
	require.Equal(t, wire.Offset{}, l.Latest())
}

// A chunk that is larger than what is written at once is whole.
func TestLargeChunks(t *testing.T) {
	l := newStore(t).New(1 << 20)
	var want, got strings.Builder
	for range 3000 {
		message := entry(wire.Offset{}, 1000)
		row(t, l, message)
		want.WriteString(message)
	}
	finish(t, l)
	for p, ok, err := l.First(); !p.Empty; p, ok, err = l.After(p.End) {
		require.NoError(t, err)
		require.True(t, ok)
		got.WriteString(content(t, &p))
	}
	require.Equal(t, want.String()+"end,\n", got.String())
	require.Len(t, l.chunks, 4)
}
