package wire

import (
	"strconv"
)

// A Snapshot is what pg_current_snapshot says of a transaction: which others it
// sees.
type Snapshot struct {
	Xmin, Xmax uint64
	Xip        []uint64 // in progress: not seen, though below Xmax
	LSN        uint64   // pg_current_wal_lsn() at that time, or a little later
	Flushed    uint64   // pg_current_wal_flush_lsn() then: what it sees was committed before, unless asynchronously
}

// Sees reports whether the snapshot sees a transaction, by the 32 bits of its
// xid that the log of changes has.
func (s *Snapshot) Sees(xid uint32) bool {
	full := s.Xmax&^0xffffffff | uint64(xid)
	switch { // the nearest one to Xmax
	case full > s.Xmax+1<<31 && full >= 1<<32:
		full -= 1 << 32
	case full+1<<31 < s.Xmax:
		full += 1 << 32
	}
	if full >= s.Xmax {
		return false
	}
	for _, running := range s.Xip {
		if running == full {
			return false
		}
	}
	return true
}

// MustRefetch is the whole body of an answer that a shape is gone.
const MustRefetch = `[{"headers":{"control":"must-refetch"}}]`

// SnapshotEndMessage is the control message after a snapshot's rows.
func SnapshotEndMessage(s *Snapshot) []byte {
	dst := []byte(`{"headers":{"control":"snapshot-end",`)
	return append(s.append(dst), "}},\n"...)
}

// append appends xmin, xmax and xip_list, 64-bit xids as strings.
func (s *Snapshot) append(dst []byte) []byte {
	text := func(n uint64) {
		dst = append(dst, '"')
		dst = strconv.AppendUint(dst, n, 10)
		dst = append(dst, '"')
	}
	dst = append(dst, `"xmin":`...)
	text(s.Xmin)
	dst = append(dst, `,"xmax":`...)
	text(s.Xmax)
	dst = append(dst, `,"xip_list":[`...)
	for i, xid := range s.Xip {
		if i > 0 {
			dst = append(dst, ',')
		}
		text(xid)
	}
	return append(dst, ']')
}

// SubsetMetadata begins the body of a subset, up to its rows.
func SubsetMetadata(s *Snapshot, mark uint32) []byte {
	dst := s.append([]byte(`{"metadata":{`))
	dst = append(dst, `,"snapshot_mark":`...)
	dst = strconv.AppendUint(dst, uint64(mark), 10)
	dst = append(dst, `,"database_lsn":"`...)
	dst = strconv.AppendUint(dst, s.LSN, 10)
	return append(dst, `"},"data":[`...)
}

// UpToDate is the control message that says there is no more for now. lsn is the
// commit of the last transaction that was processed for any shape.
func UpToDate(lsn uint64) []byte {
	dst := []byte(`{"headers":{"control":"up-to-date","global_last_seen_lsn":"`)
	dst = strconv.AppendUint(dst, lsn, 10)
	return append(dst, `"}}`...)
}
