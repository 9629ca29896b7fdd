package shapelog

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/shape/wire"
)

// Whoever is still writing when a log ends makes no files any more: nobody would
// remove them.
func TestEndedLogMakesNoFiles(t *testing.T) {
	s := newStore(t)
	l := s.New(100)
	require.NoError(t, l.Drop())
	require.NoError(t, l.AppendedRow(append(l.Buffer(), "row,\n"...)))
	require.ErrorIs(t, l.EndSnapshot([]byte("end,\n")), ErrGone)
	require.NoError(t, l.Append(wire.Offset{Tx: 1}, []byte(entry(wire.Offset{Tx: 1}, 10))))
	require.ErrorIs(t, l.Flush(), ErrGone)
	require.Equal(t, []string{lockName}, names(t, s.dir))

	l = s.New(1 << 20)
	require.NoError(t, l.AppendedRow(append(l.Buffer(), make([]byte, writeSize)...)))
	require.NoError(t, l.Drop())
	l.Abandon()
	require.Nil(t, l.snapshot.file)
	require.Equal(t, []string{lockName}, names(t, s.dir))
}
