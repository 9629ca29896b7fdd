package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestBarsThatAreMissedAreTold(t *testing.T) {
	var b strings.Builder
	met := row{bar: "fast", figure: "1 ms", ratio: atMost(time.Millisecond, 5*time.Millisecond)}
	require.True(t, write(&b, []row{met}))
	missed := row{bar: "large", figure: "9 MB/s", ratio: atLeast(9, 10)}
	b.Reset()
	require.False(t, write(&b, []row{met, missed}))
	require.Equal(t, "| bar   | figure | ratio | met |\n|---    |---     |---    |---  |\n| fast  | 1 ms   | 5.00  | yes |\n| large | 9 MB/s | 0.90  | NO  |\n", b.String())
}

func TestQuantiles(t *testing.T) {
	list := []float64{5, 1, 4, 2, 3}
	for q, want := range map[float64]float64{0: 1, 0.5: 3, 0.99: 5, 1: 5} {
		require.Equal(t, want, quantile(list, q), q)
	}
	require.Equal(t, []float64{5, 1, 4, 2, 3}, list)
}

// Texts are counted wherever the pieces that are written end.
func TestCounter(t *testing.T) {
	const text = "xxabcabcxabxabc"
	for size := 1; size <= len(text); size++ {
		c := &counter{what: []byte("abc")}
		for rest := text; rest != ""; {
			n := min(size, len(rest))
			_, err := c.Write([]byte(rest[:n]))
			require.NoError(t, err)
			rest = rest[n:]
		}
		require.Equal(t, 3, c.n, "pieces of %d", size)
		require.EqualValues(t, len(text), c.bytes)
	}
}
