package api_test

import (
	"flag"
	"fmt"
	"net/http"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	rowsFlag = flag.Int("rows", 20_000, "how many rows the shape of TestLargeSubquery has")
	sizeFlag = flag.Int("size", 2000, "and how large each is, in bytes")
)

// Rows of a shape whose filter reads other tables are not in memory. What changes
// cost, the test tells.
//
//	go test ./shape/api -run TestLargeSubquery -v -rows 1000000 -size 200
func TestLargeSubquery(t *testing.T) {
	rows, size := *rowsFlag, *sizeFlag
	s := start(t, "CREATE TABLE parents (id int PRIMARY KEY, active bool)", "INSERT INTO parents SELECT n, n <> 7 FROM generate_series(0, 999) n",
		"CREATE TABLE children (id int PRIMARY KEY, parent int, body text)",
		fmt.Sprintf("INSERT INTO children SELECT n, n %% 1000, repeat(md5(n::text), %d) FROM generate_series(1, %d) n", size/32, rows), "ANALYZE parents, children")
	before := heap()
	definition := []string{"table", "children", "where", "parent IN (SELECT id FROM parents WHERE active)"}
	r := &reader{s: s, definition: definition, offset: "now"}
	a := r.ask()
	require.Equal(t, http.StatusOK, a.status, a.body)
	r.moved(a)
	require.Eventually(t, func() bool { return s.engine.Shapes()[0].Complete }, time.Minute, tick)
	used := heap() - before
	t.Logf("%d rows of %d bytes: %.1f MB in memory, %.0f bytes a row", rows, size, float64(used)/1e6, float64(used)/float64(rows))

	for _, change := range []string{
		"UPDATE children SET body = 'new' WHERE id = 1", "UPDATE parents SET active = true WHERE id = 7", "UPDATE parents SET active = false WHERE id < 500",
		"DELETE FROM parents",
	} {
		began := time.Now()
		s.sql(change)
		n := 0
		for a = (answer{}); a.header["Electric-Up-To-Date"] == nil; n += len(a.body) {
			a = r.next()
		}
		t.Logf("%s: %d bytes after %s", change, n, time.Since(began).Round(time.Millisecond))
	}
	require.Less(t, used, int64(80*rows+5_000_000))
}

// heap is how much memory is in use, in bytes.
func heap() int64 {
	runtime.GC()
	runtime.GC() // what pools keep is gone after the second one
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc) //nolint:gosec // no machine has as much
}
