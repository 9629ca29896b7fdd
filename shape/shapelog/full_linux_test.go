package shapelog

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/shape/wire"
)

// full puts a device in a file's place on which there is never any space.
func full(t *testing.T, path string) {
	require.NoError(t, os.Symlink("/dev/full", path))
}

func TestNoSpaceForChanges(t *testing.T) {
	l := newStore(t).New(1 << 20)
	finish(t, l)
	written := commit(t, l, 1, 100)[0]
	require.NoError(t, os.Rename(l.changesPath, l.changesPath+".kept"))
	full(t, l.changesPath)
	o := wire.Offset{Tx: 2}
	require.NoError(t, l.Append(o, []byte(entry(o, 100))))
	require.ErrorIs(t, l.Flush(), syscall.ENOSPC)

	// What was visible before is there still.
	require.NoError(t, os.Rename(l.changesPath+".kept", l.changesPath))
	require.Equal(t, wire.Offset{Tx: 1}, l.Latest())
	require.Equal(t, written, follow(t, l, wire.SnapshotEnd))
	require.NoError(t, l.Drop())
}

// A large transaction is written before its end.
func TestNoSpaceForLargeTransactions(t *testing.T) {
	l := newStore(t).New(1 << 30)
	finish(t, l)
	full(t, l.changesPath)
	o := wire.Offset{Tx: 2}
	require.ErrorIs(t, l.Append(o, []byte(entry(o, flushSize))), syscall.ENOSPC)
	require.NoError(t, l.Drop())
}

func TestNoSpaceForSnapshots(t *testing.T) {
	for name, write := range map[string]func(l *Log) error{
		"a chunk": func(l *Log) error { return l.AppendedRow(append(l.Buffer(), "123456789,\n"...)) },
		"the end": func(l *Log) error { return l.EndSnapshot([]byte("end,\n")) },
	} {
		t.Run(name, func(t *testing.T) {
			l := newStore(t).New(10)
			full(t, l.snapshotPath)
			require.ErrorIs(t, write(l), syscall.ENOSPC)
			_, ok, err := l.First()
			require.NoError(t, err)
			require.False(t, ok)
			require.False(t, l.Complete())
			require.NoError(t, l.Drop())
		})
	}
}

func TestNoSpaceForRows(t *testing.T) {
	s := newStore(t)
	r := s.NewRows()
	full(t, filepath.Join(s.dir, "1.rows"))
	_, _, err := r.Put([]byte("a"), make([]byte, rowsBuffer))
	require.ErrorIs(t, err, syscall.ENOSPC)
	require.NoError(t, r.Close())
	require.Equal(t, []string{lockName}, names(t, s.dir))
}
