package shapelog

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// swept sweeps, and gives what was removed, sorted.
func swept(t *testing.T, r *Rows) (rows []string) {
	t.Helper()
	require.NoError(t, r.Sweep(func(row []byte) error {
		rows = append(rows, string(row))
		return nil
	}))
	slices.Sort(rows)
	return rows
}

// Whatever is put, removed, swept and compacted, and however many keys have the
// same hash: rows are those of a map.
func TestRowsAreAMap(t *testing.T) {
	for name, hashes := range map[string]uint64{"no two hashes are equal": 0, "few are different": 5, "all are equal": 1} {
		t.Run(name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(7, 8))
			r := newStore(t).NewRows()
			if whole := r.hash; hashes > 0 {
				r.hash = func(key []byte) uint64 { return whole(key) % hashes }
			}
			want := map[string]string{}
			put := func(key string) {
				row := fmt.Sprintf("%s is %0*d", key, random.IntN(3000), random.IntN(4))
				old, same, err := r.Put([]byte(key), []byte(row))
				require.NoError(t, err)
				before, there := want[key]
				require.Equal(t, there && before == row, same)
				if !same {
					require.Equal(t, before, string(old))
				}
				want[key] = row
			}
			for range 300 {
				for range 30 {
					key := fmt.Sprint(random.IntN(60))
					if random.IntN(3) > 0 {
						put(key)
						continue
					}
					old, err := r.Remove([]byte(key))
					require.NoError(t, err)
					require.Equal(t, want[key], string(old))
					delete(want, key)
				}
				if random.IntN(4) == 0 {
					r.Mark()
					var gone []string
					for key, row := range want {
						if random.IntN(10) > 0 {
							old, same, err := r.Put([]byte(key), []byte(row))
							require.NoError(t, err)
							require.True(t, same, "%s was %s", key, old)
						} else {
							gone = append(gone, row)
							delete(want, key)
						}
					}
					slices.Sort(gone)
					require.Equal(t, gone, swept(t, r))
				}
				require.NoError(t, r.Forget())
				require.Equal(t, len(want), r.Len())
				key := fmt.Sprint(random.IntN(60))
				row, err := r.Get([]byte(key))
				require.NoError(t, err)
				require.Equal(t, want[key], string(row))
			}
			for key := range 60 {
				row, err := r.Get(fmt.Append(nil, key))
				require.NoError(t, err)
				require.Equal(t, want[fmt.Sprint(key)], string(row))
			}
			require.NoError(t, r.Close())
		})
	}
}

// What was removed can be read until it is forgotten.
func TestRowsThatWereRemoved(t *testing.T) {
	r := newStore(t).NewRows()
	for _, key := range []string{"a", "b", "c"} {
		_, _, err := r.Put([]byte(key), []byte("row "+key))
		require.NoError(t, err)
	}
	_, err := r.Remove([]byte("a"))
	require.NoError(t, err)
	r.Mark()
	_, same, err := r.Put([]byte("b"), []byte("row b"))
	require.NoError(t, err)
	require.True(t, same)
	require.Equal(t, []string{"row c"}, swept(t, r))
	removed := func(key string) string {
		row, err := r.Removed([]byte(key))
		require.NoError(t, err)
		return string(row)
	}
	require.Equal(t, []string{"row a", "", "row c"}, []string{removed("a"), removed("b"), removed("c")})
	require.NoError(t, r.Forget())
	require.Empty(t, removed("a"))
	require.NoError(t, r.Close())
}

// A file of rows that are written over and over does not grow without end, and
// nothing of it is left.
func TestRowsAreCompacted(t *testing.T) {
	s := newStore(t)
	r := s.NewRows()
	row := bytes.Repeat([]byte("x"), 1000)
	for n := range 40_000 {
		_, _, err := r.Put(fmt.Append(nil, n%100), fmt.Append(row, n))
		require.NoError(t, err)
		require.NoError(t, r.Forget())
	}
	require.Less(t, r.size, int64(3*garbageSize))
	files, err := filepath.Glob(filepath.Join(s.dir, "*.rows"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	info, err := os.Stat(files[0])
	require.NoError(t, err)
	require.Less(t, info.Size(), int64(3*garbageSize))
	require.NoError(t, r.Close())
	require.Equal(t, []string{lockName}, names(t, s.dir))
}

// A record that is too long for the index says itself how long it is.
func TestRowsThatAreHuge(t *testing.T) {
	r := newStore(t).NewRows()
	huge := bytes.Repeat([]byte("0123456789abcdef"), maxLength/16+1)
	for _, key := range []string{"a", "b"} {
		_, _, err := r.Put([]byte(key), append([]byte(key), huge...))
		require.NoError(t, err)
	}
	row, err := r.Get([]byte("a"))
	require.NoError(t, err)
	require.Equal(t, append([]byte("a"), huge...), row)
	require.NoError(t, r.Close())
}

// What a row costs in memory does not depend on how large it is.
func TestRowsAreNotInMemory(t *testing.T) {
	r := newStore(t).NewRows()
	row := bytes.Repeat([]byte("x"), 2000)
	const n = 50_000
	before := heap()
	for i := range n {
		_, _, err := r.Put(fmt.Append(nil, i), fmt.Append(row, i))
		require.NoError(t, err)
	}
	require.Less(t, heap()-before, int64(100*n)+4*rowsBuffer, "bytes for %d rows of 2000 bytes", n)
	require.Equal(t, n, r.Len())
	require.NoError(t, r.Close())
}

// heap is how much memory is in use, in bytes.
func heap() int64 {
	runtime.GC()
	runtime.GC() // what pools keep is gone after the second one
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc) //nolint:gosec // no machine has as much
}
