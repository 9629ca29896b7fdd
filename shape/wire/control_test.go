package wire_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/shape/wire"
)

func TestControlMessages(t *testing.T) {
	s := &wire.Snapshot{Xmin: 739, Xmax: 4294967300, Xip: []uint64{740, 4294967296}, LSN: 0xffffffffffffffff}
	require.Equal(t, `{"headers":{"control":"snapshot-end","xmin":"739","xmax":"4294967300","xip_list":["740","4294967296"]}},`+"\n",
		string(wire.SnapshotEndMessage(s)))
	require.Equal(t, `{"headers":{"control":"up-to-date","global_last_seen_lsn":"18446744073709551615"}}`, string(wire.UpToDate(s.LSN)))
	require.Equal(t, `{"metadata":{"xmin":"739","xmax":"4294967300","xip_list":["740","4294967296"],"snapshot_mark":12,`+
		`"database_lsn":"18446744073709551615"},"data":[`, string(wire.SubsetMetadata(s, 12)))
	require.True(t, json.Valid([]byte(wire.MustRefetch)))
}

// The log of changes has the lower half of a transaction's number.
func TestSnapshotSees(t *testing.T) {
	const epoch = uint64(1) << 32
	for name, c := range map[string]struct {
		snapshot wire.Snapshot
		sees     []uint32
		misses   []uint32
	}{
		"nothing runs":           {wire.Snapshot{Xmin: 100, Xmax: 100}, []uint32{3, 99}, []uint32{100, 101}},
		"some run":               {wire.Snapshot{Xmin: 90, Xmax: 100, Xip: []uint64{90, 95}}, []uint32{3, 89, 91, 99}, []uint32{90, 95, 100}},
		"after a wraparound":     {wire.Snapshot{Xmin: epoch + 5, Xmax: epoch + 10}, []uint32{9, 0xffffffff, 0x80000010}, []uint32{10, 11, 0x7fffffff}},
		"just before it":         {wire.Snapshot{Xmin: epoch - 5, Xmax: epoch - 1}, []uint32{0xfffffffe, 0x80000000}, []uint32{0xffffffff, 3, 100}},
		"one that runs since":    {wire.Snapshot{Xmin: epoch - 5, Xmax: epoch + 10, Xip: []uint64{epoch - 5}}, []uint32{0xfffffffa, 4}, []uint32{0xfffffffb}},
		"the first transactions": {wire.Snapshot{Xmin: 5, Xmax: 5}, []uint32{3, 4}, []uint32{5, 0x7fffffff}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, xid := range c.sees {
				require.True(t, c.snapshot.Sees(xid), "%d", xid)
			}
			for _, xid := range c.misses {
				require.False(t, c.snapshot.Sees(xid), "%d", xid)
			}
		})
	}
}
