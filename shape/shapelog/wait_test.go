package shapelog

import (
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/shape/wire"
)

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// Who waits is woken by a chunk of the snapshot, by Wake, by the end.
func TestChanged(t *testing.T) {
	l := newStore(t).New(5)
	for _, c := range []struct {
		what string
		does func()
	}{
		{"a chunk", func() { row(t, l, "12345,\n") }},
		{"the snapshot's end", func() { finish(t, l) }},
		{"Wake", l.Wake},
		{"Drop", func() { require.NoError(t, l.Drop()) }},
	} {
		changed := l.Changed()
		require.False(t, closed(changed))
		c.does()
		require.True(t, closed(changed), c.what)
	}
	changed := l.Changed()
	require.NoError(t, l.Drop(), "a second time there is nothing to do")
	require.False(t, closed(changed))
}

// Committing wakes nobody: the other shapes of the transaction come first.
func TestCommitWakesNobody(t *testing.T) {
	l := newStore(t).New(1 << 20)
	finish(t, l)
	changed := l.Changed()
	commit(t, l, 1, 10)
	require.False(t, closed(changed))
}

func TestDrop(t *testing.T) {
	s := newStore(t)
	l := s.New(10)
	row(t, l, "1,\n")
	finish(t, l)
	commit(t, l, 5, 10)
	commit(t, l, 6, 10)
	started, _, err := l.First()
	require.NoError(t, err)
	reader, writer := io.Pipe()
	var sent sync.WaitGroup
	sent.Go(func() { _ = writer.CloseWithError(started.Send(writer, started.Size())) })
	one := make([]byte, 1)
	_, err = reader.Read(one)
	require.NoError(t, err)
	late, _, err := l.After(wire.SnapshotEnd)
	require.NoError(t, err)

	require.NoError(t, l.Drop())
	rest, err := io.ReadAll(reader)
	require.NoError(t, err, "what is being sent is not disturbed")
	require.Equal(t, "1,\nend,\n", string(one)+string(rest))
	sent.Wait()
	require.ErrorIs(t, late.Send(io.Discard, late.Size()), fs.ErrNotExist)
	_, _, err = l.First()
	require.ErrorIs(t, err, ErrGone)
	_, _, err = l.After(wire.Offset{})
	require.ErrorIs(t, err, ErrGone)
	files, err := os.ReadDir(s.dir)
	require.NoError(t, err)
	require.Len(t, files, 1, "the lock")
}

// Readers follow a log while it is written. What they get at any time is whole
// transactions, except where a chunk ends.
func TestConcurrentReaders(t *testing.T) {
	l := newStore(t).New(20_000)
	const transactions = 300
	var want strings.Builder
	var readers sync.WaitGroup
	results := make([]string, 4)
	for i := range results {
		readers.Go(func() { results[i] = readAll(t, l, transactions) })
	}
	for range 100 {
		row(t, l, strings.Repeat("r", 500)+",\n")
		want.WriteString(strings.Repeat("r", 500) + ",\n")
	}
	finish(t, l)
	want.WriteString("end,\n")
	for tx := range uint64(transactions) {
		for _, message := range commit(t, l, tx+1, int(tx), 100, 3*int(tx)) {
			want.WriteString(message)
		}
		l.Wake()
	}
	readers.Wait()
	for _, got := range results {
		require.Equal(t, want.String(), got)
	}
}

// readAll follows a log from its beginning to its last transaction.
func readAll(t *testing.T, l *Log, last uint64) string {
	var got strings.Builder
	read := l.First
	for o := (wire.Offset{}); o.Tx < last || o.Op < 4; {
		changed := l.Changed()
		p, ok, err := read()
		if err != nil {
			t.Error(err)
			return ""
		}
		if !ok || p.Empty {
			<-changed
			continue
		}
		if p.UpToDate && p.End.Op != 4 {
			t.Errorf("up to date within a transaction: %s", p.End)
			return ""
		}
		if err := p.Send(&got, p.Size()); err != nil {
			t.Error(err)
			return ""
		}
		o = p.End
		read = func() (Page, bool, error) { return l.After(o) }
	}
	return got.String()
}
