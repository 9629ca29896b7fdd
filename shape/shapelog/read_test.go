package shapelog

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/shape/wire"
)

// A model is a log as a list.
type model struct {
	offsets []wire.Offset
	entries []string
}

// after gives what comes after an offset.
func (m *model) after(o wire.Offset) string {
	for i, at := range m.offsets {
		if o.Less(at) {
			return strings.Join(m.entries[i:], "")
		}
	}
	return ""
}

// follow reads from an offset to the end, as a client does.
func follow(t *testing.T, l *Log, o wire.Offset) string {
	t.Helper()
	var got strings.Builder
	for {
		p, ok, err := l.After(o)
		require.NoError(t, err)
		require.True(t, ok)
		if !p.Empty {
			require.True(t, o.Less(p.End), "a page leads on")
			got.WriteString(content(t, &p))
		}
		o = p.End
		if p.UpToDate {
			return got.String()
		}
	}
}

// From every offset, of an entry or between two, what comes after is there, once
// and in order, whatever the size of entries, transactions and chunks.
func TestReadAfterEveryOffset(t *testing.T) {
	for name, c := range map[string]struct {
		threshold           int64
		transactions, large int
	}{
		"a chunk for every entry":          {1, 20, 100},
		"a chunk for some entries":         {1000, 60, 300},
		"one chunk":                        {10 << 20, 40, 300},
		"more than is marked or flushed":   {100_000, 12, 60_000},
		"transactions larger than a chunk": {50_000, 6, 150_000},
	} {
		t.Run(name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(3, 4))
			l := newStore(t).New(c.threshold)
			finish(t, l)
			var m model
			for tx := range uint64(c.transactions) {
				for op := range uint64(1 + random.IntN(5)) {
					o := wire.Offset{Tx: 10 + 3*tx, Op: 2 * op}
					message := entry(o, random.IntN(c.large))
					require.NoError(t, l.Append(o, []byte(message)))
					m.offsets, m.entries = append(m.offsets, o), append(m.entries, message)
				}
				require.NoError(t, l.Flush())
				l.Commit()
				last := m.offsets[len(m.offsets)-1]
				require.Equal(t, last, l.Latest())
				require.Empty(t, follow(t, l, last))
			}
			require.EqualValues(t, len(m.entries), l.Stats().Entries)
			for _, o := range append([]wire.Offset{{}, wire.SnapshotEnd, {Tx: 1}}, m.offsets...) {
				require.Equal(t, m.after(o), follow(t, l, o), "after %s", o)
				between := wire.Offset{Tx: o.Tx, Op: o.Op + 1}
				if o.Tx > 0 {
					require.Equal(t, m.after(between), follow(t, l, between), "after %s", between)
				}
			}
		})
	}
}

// A chunk of changes closes with the entry that reaches the threshold, and is then
// what it is: an answer for the same offset is always the same.
func TestChunksOfChanges(t *testing.T) {
	size := len(entry(wire.Offset{Tx: 5}, 10))
	l := newStore(t).New(int64(2*size - 1))
	finish(t, l)
	written := commit(t, l, 5, 10, 10, 10)
	p, _, err := l.After(wire.SnapshotEnd)
	require.NoError(t, err)
	require.Equal(t, written[0]+written[1], content(t, &p))
	require.Equal(t, wire.Offset{Tx: 5, Op: 2}, p.End)
	require.False(t, p.UpToDate)

	second := commit(t, l, 6, 10)
	again, _, _ := l.After(wire.SnapshotEnd)
	require.Equal(t, p, again)
	p, _, _ = l.After(p.End)
	require.Equal(t, written[2]+second[0], content(t, &p))
	require.True(t, p.UpToDate, "the chunk is closed, and nothing comes after it")
	p, _, _ = l.After(wire.Offset{Tx: 5, Op: 4})
	require.Equal(t, second[0], content(t, &p))
}

// What is not committed is not there.
func TestCommit(t *testing.T) {
	l := newStore(t).New(100)
	finish(t, l)
	require.False(t, l.Pending())
	o := wire.Offset{Tx: 5}
	require.NoError(t, l.Append(o, []byte(entry(o, 1000))))
	require.True(t, l.Pending())
	require.NoError(t, l.Flush())
	p, _, _ := l.After(wire.SnapshotEnd)
	require.True(t, p.Empty)
	require.Equal(t, wire.Offset{}, l.Latest())
	l.Commit()
	require.False(t, l.Pending())
	require.Equal(t, entry(o, 1000), follow(t, l, wire.SnapshotEnd))
	require.Equal(t, o, l.Latest())

	l.Commit() // without anything
	require.Equal(t, o, l.Latest())
}

// Those who waited for the newest transaction get it from memory: thousands may.
func TestNewestIsInMemory(t *testing.T) {
	l := newStore(t).New(1500)
	finish(t, l)
	before := wire.SnapshotEnd
	for tx := range uint64(20) {
		written := commit(t, l, tx+1, 100, 100)
		p, _, err := l.After(before)
		require.NoError(t, err)
		require.Equal(t, !l.tailClosed(), p.bytes != nil, "transaction %d", tx)
		require.Equal(t, written[0]+written[1], follow(t, l, before))
		before = l.Latest()
	}
	require.Greater(t, len(l.closed), 3)

	commit(t, l, 100, tailSize)
	p, _, _ := l.After(before)
	require.Nil(t, p.bytes, "it is too large to be kept")
}

// Part of a page is what remains of it without its last comma.
func TestSendPart(t *testing.T) {
	l := newStore(t).New(1 << 20)
	finish(t, l)
	written := commit(t, l, 1, 10)[0]
	commit(t, l, 2, 10)
	for _, o := range []wire.Offset{wire.SnapshotEnd, {Tx: 1}} { // from the file, from memory
		p, _, err := l.After(o)
		require.NoError(t, err)
		var b strings.Builder
		require.NoError(t, p.Send(&b, 5))
		require.Equal(t, written[:5], b.String())
		b.Reset()
		require.NoError(t, p.Send(&b, 0))
		require.Empty(t, b.String())
	}
}

func TestOffsetOf(t *testing.T) {
	for line, want := range map[string]string{
		`{"headers":{"txids":[7],"lsn":"26800000","op_position":4}},`:                                             "26800000_4",
		`{"headers":{"txids":[7],"lsn":"26800000","op_position":4,"last":true}},`:                                 "26800000_4",
		`{"value":{"v":"\",\"lsn\":\"1\""},"headers":{"txids":[7],"lsn":"18446744073709551615","op_position":0}}`: "18446744073709551615_0",
	} {
		got, err := offsetOf([]byte(line))
		require.NoError(t, err)
		require.Equal(t, want, got.String())
	}
	for _, line := range []string{"", `{"headers":{}},`, `{"headers":{"lsn":"1"}},`, `{"a":1,"lsn":"1","op_position":x}`, `{"a":1,"lsn":"x","op_position":1}`} {
		_, err := offsetOf([]byte(line))
		require.Error(t, err, line)
	}
}
