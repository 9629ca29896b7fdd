package supervise_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/supervise"
)

func TestLines(t *testing.T) {
	long := strings.Repeat("é", 5000) // 10,000 bytes
	for _, c := range []struct {
		writes []string
		want   []string
	}{
		{[]string{"one\ntwo\r\n\nfour"}, []string{"one", "two", "", "four"}},
		{[]string{"o", "ne\nt", "wo", "\n"}, []string{"one", "two"}},
		{[]string{long, "\nnext\n"}, []string{long[:8192], long[8192:], "next"}},
		{[]string{"x" + long}, []string{"x" + long[:8190], long[8190:]}}, // a letter stays whole
		{[]string{strings.Repeat("\xff", 8193)}, []string{strings.Repeat("\xff", 8192), "\xff"}},
		{nil, nil},
	} {
		var got []string
		l := supervise.Lines{To: func(line string) { got = append(got, line) }}
		for _, text := range c.writes {
			n, err := l.Write([]byte(text))
			require.NoError(t, err)
			require.Equal(t, len(text), n)
		}
		l.Flush()
		require.Equal(t, c.want, got)
	}
}

func TestTailIsTheLastLines(t *testing.T) {
	l := supervise.Lines{Edit: func(line string) string { return strings.ReplaceAll(line, "secret", "***") }}
	for i := range 30 {
		fmt.Fprintf(&l, "line %d\n", i)
	}
	fmt.Fprint(&l, "a secret")
	lines := strings.Split(l.Tail(), "\n")
	require.Len(t, lines, 21)
	require.Equal(t, "line 10", lines[0])
	require.Equal(t, "a ***", lines[20])
	l.Flush()
	require.True(t, strings.HasSuffix(l.Tail(), "line 29\na ***"), l.Tail())
}
