package wire

import (
	"math"
	"strconv"
	"strings"
)

// An Offset is a place in a shape's log. Real entries have the LSN of their
// commit and twice the position of their change in the transaction; 0_n is the
// n-th chunk of the first snapshot.
type Offset struct {
	Tx uint64
	Op uint64 // inf for "_inf"
}

const inf = math.MaxUint64

var (
	// SnapshotStart is the offset of the answer to the first request.
	SnapshotStart = Offset{0, 0}
	// SnapshotEnd is after the whole snapshot and before any change: 0_inf.
	SnapshotEnd = Offset{0, inf}
)

// Less reports whether o is before p.
func (o Offset) Less(p Offset) bool { return o.Tx < p.Tx || o.Tx == p.Tx && o.Op < p.Op }

// InSnapshot reports whether o names a chunk of the snapshot.
func (o Offset) InSnapshot() bool { return o.Tx == 0 && o.Op != inf }

// String is the offset as clients send it back.
func (o Offset) String() string {
	if o.Op == inf {
		return strconv.FormatUint(o.Tx, 10) + "_inf"
	}
	return strconv.FormatUint(o.Tx, 10) + "_" + strconv.FormatUint(o.Op, 10)
}

// ParseOffset reads what [Offset.String] writes.
func ParseOffset(s string) (o Offset, ok bool) {
	tx, op, found := strings.Cut(s, "_")
	if !found {
		return o, false
	}
	if o.Tx, ok = parseNatural(tx); !ok {
		return o, false
	}
	if op == "inf" {
		return Offset{o.Tx, inf}, true
	}
	o.Op, ok = parseNatural(op)
	return o, ok && o.Op != inf
}

// parseNatural refuses what strconv takes besides: a sign.
func parseNatural(s string) (uint64, bool) {
	if s == "" || s[0] < '0' || s[0] > '9' {
		return 0, false
	}
	n, err := strconv.ParseUint(s, 10, 64)
	return n, err == nil
}
