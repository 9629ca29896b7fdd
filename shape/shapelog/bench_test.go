package shapelog

import (
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/shape/wire"
)

// What a client costs that waited for the newest transaction, when chunks have
// been closed before it.
func BenchmarkNewest(b *testing.B) {
	l := newStore(b).New(1 << 20)
	finish(b, l)
	before := wire.SnapshotEnd
	for tx := uint64(1); len(l.closed) == 0 || l.tailClosed(); tx++ {
		before = l.Latest()
		commit(b, l, tx, 1000)
	}
	b.ReportAllocs()
	for b.Loop() {
		p, _, err := l.After(before)
		require.NoError(b, err)
		require.NoError(b, p.Send(io.Discard, p.Size()))
	}
}
