//go:build unix

package compile

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestManyRowsAreCheap asks that the time of seeds does not grow with its
// square; it took 18 s once. A busy machine takes longer, not more.
func TestManyRowsAreCheap(t *testing.T) {
	var text strings.Builder
	text.WriteString("CREATE TABLE p (id int PRIMARY KEY); INSERT INTO p VALUES (1), (2);")
	text.WriteString("CREATE TABLE c (id int PRIMARY KEY, code text UNIQUE, p int REFERENCES p);")
	for i := range 15_000 {
		fmt.Fprintf(&text, "INSERT INTO c VALUES (%d, 'code %d', %d);\n", i, i, i%2+1)
	}
	before := processorTime(t)
	require.Empty(t, verdicts(t, New(), text.String()))
	require.Less(t, processorTime(t)-before, 5*time.Second)
}

// processorTime is what this process has had of it.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
