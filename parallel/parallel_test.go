package parallel_test

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/parallel"
)

func TestEachThingIsDoneOnce(t *testing.T) {
	for _, n := range []int{0, 1, 15, 16, 17, 1000} {
		done := make([]atomic.Int32, n)
		parallel.Each(n, func(i int) { done[i].Add(1) })
		for i := range done {
			require.EqualValues(t, 1, done[i].Load(), "%d of %d", i, n)
		}
	}
}

func TestPiecesFollowEachOther(t *testing.T) {
	for _, n := range []int{0, 1, 31, 1000} {
		at := 0
		for _, p := range parallel.Pieces(n) {
			require.Equal(t, at, p.From)
			require.GreaterOrEqual(t, p.To, p.From)
			at = p.To
		}
		require.Equal(t, n, at)
	}
}

func TestEveryPieceIsDone(t *testing.T) {
	pieces := make([]parallel.Piece, 5)
	done := make([]atomic.Int32, len(pieces))
	parallel.EachPiece(pieces, func(i int) { done[i].Add(1) })
	for i := range done {
		require.EqualValues(t, 1, done[i].Load())
	}
}
