// Package parallel shares the same work on many things between the processors.
// It imports nothing of ours.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// enough is how many things are worth a goroutine more.
const enough = 16

// workers is on how many processors n things are worked on, the caller's included.
func workers(n int) int { return min(runtime.GOMAXPROCS(0), 1+n/enough) }

// Each calls do(0) … do(n-1), each once, on all processors. A few calls are made
// by the caller alone.
func Each(n int, do func(i int)) {
	var next atomic.Int64
	together(workers(n), func(int) {
		for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
			do(i)
		}
	})
}

// A Piece is the things from From to before To.
type Piece struct{ From, To int }

// Pieces cuts n things into pieces of about one size, in order, one for each
// processor that is worth using. It gives at least one.
func Pieces(n int) []Piece {
	pieces := make([]Piece, workers(n))
	for i := range pieces {
		pieces[i] = Piece{i * n / len(pieces), (i + 1) * n / len(pieces)}
	}
	return pieces
}

// EachPiece calls do with the index of each of pieces at the same time.
func EachPiece(pieces []Piece, do func(i int)) { together(len(pieces), do) }

// together runs do(0) … do(n-1) at the same time, the first one by the caller.
func together(n int, do func(i int)) {
	var group sync.WaitGroup
	for i := 1; i < n; i++ {
		group.Go(func() { do(i) })
	}
	do(0)
	group.Wait()
}
