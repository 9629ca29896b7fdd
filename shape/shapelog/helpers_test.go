package shapelog

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/shape/wire"
)

func newStore(t testing.TB) *Store {
	s, err := Open(t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// entry is a change's message of about a size. What looks like an offset within
// its value is none.
func entry(o wire.Offset, size int) string {
	return fmt.Sprintf(`{"key":"k","value":{"v":"\",\"lsn\":\"1\",\"op_position\":2}%s"},"headers":{"operation":"insert","txids":[7],"lsn":"%d","op_position":%d}},`+"\n",
		strings.Repeat("x", size), o.Tx, o.Op)
}

// content is what a page sends.
func content(t testing.TB, p *Page) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, p.Send(&b, p.Size()))
	require.EqualValues(t, p.Size(), b.Len())
	return b.String()
}

// finish ends a snapshot without rows.
func finish(t testing.TB, l *Log) { require.NoError(t, l.EndSnapshot([]byte("end,\n"))) }

// commit writes a transaction.
func commit(t testing.TB, l *Log, tx uint64, sizes ...int) (written []string) {
	t.Helper()
	for i, size := range sizes {
		o := wire.Offset{Tx: tx, Op: uint64(2 * i)}
		require.NoError(t, l.Append(o, []byte(entry(o, size))))
		written = append(written, entry(o, size))
	}
	require.NoError(t, l.Flush())
	l.Commit()
	return written
}
