package wire_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/shape/wire"
)

func TestOffsets(t *testing.T) {
	inOrder := []string{"0_0", "0_1", "0_41", "0_inf", "1_0", "1_2", "26800000_4", "18446744073709551615_0", "18446744073709551615_inf"}
	var before wire.Offset
	for i, written := range inOrder {
		o, ok := wire.ParseOffset(written)
		require.True(t, ok, written)
		require.Equal(t, written, o.String())
		require.False(t, o.Less(o), written)
		if i > 0 {
			require.True(t, before.Less(o), written)
			require.False(t, o.Less(before), written)
		}
		before = o
	}
	require.Equal(t, "0_inf", wire.SnapshotEnd.String())
	require.Equal(t, "0_0", wire.SnapshotStart.String())
	require.True(t, wire.SnapshotStart.InSnapshot())
	require.False(t, wire.SnapshotEnd.InSnapshot())
	require.False(t, wire.Offset{Tx: 1}.InSnapshot())
	require.Equal(t, uint64(math.MaxUint64), wire.SnapshotEnd.Op)
}

func TestOffsetsThatAreNone(t *testing.T) {
	for _, written := range []string{
		"", "_", "0", "0_", "_0", "-1", "now", "-1_0", "0_-1", "+1_0", "0_+1", "a_b", "0_0_0", "0_infinity", "inf_0", " 0_0", "0_0 ", "0x1_0", "1_1_",
		"18446744073709551616_0", "0_18446744073709551616", "0_18446744073709551615", "0_1e3", "1__2",
	} {
		_, ok := wire.ParseOffset(written)
		require.False(t, ok, "%q", written)
	}
}
