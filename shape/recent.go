package shape

import "github.com/electric-cli/electric/shape/wire"

// recentXids are the transactions that were handed to shapes last, the one that
// is being handed on among them. A snapshot of a shape that they were not handed
// to has to see them: a commit is in the log of changes a moment before other
// sessions see it.
type recentXids struct {
	ring [1024]uint32
	n    int
}

func (r *recentXids) add(xid uint32) {
	r.ring[r.n%len(r.ring)] = xid
	r.n++
}

// list is a copy of them.
func (r *recentXids) list() []uint32 {
	return append([]uint32(nil), r.ring[:min(r.n, len(r.ring))]...)
}

// allSeen reports whether a snapshot sees all of them.
func allSeen(s *wire.Snapshot, xids []uint32) bool {
	for _, xid := range xids {
		if !s.Sees(xid) {
			return false
		}
	}
	return true
}
