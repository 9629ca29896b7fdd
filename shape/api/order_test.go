package api_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What WAL entries say of themselves: transaction, place, and that one is the
// transaction's last for the shape.
func TestChangeHeaders(t *testing.T) {
	s := start(t, items, "CREATE TABLE others (id int PRIMARY KEY)", "INSERT INTO items VALUES (1, 'a')")
	r, _ := s.read("table", "items")
	s.read("table", "others")
	results, err := s.db.PgConn().Exec(t.Context(), `INSERT INTO items VALUES (2, 'b'); INSERT INTO others VALUES (1); UPDATE items SET id = 3 WHERE id = 1;
		DELETE FROM items WHERE id = 2; INSERT INTO others VALUES (2); SELECT txid_current() % 4294967296`).ReadAll()
	require.NoError(t, err)
	xid, err := strconv.ParseUint(string(results[5].Rows[0][0]), 10, 64)
	require.NoError(t, err)
	a := r.next()
	messages := a.messages()
	require.Equal(t, []string{"insert id=2 value=b", "delete id=1", "insert id=3 value=a", "delete id=2", "up-to-date"}, briefs(messages))
	lsn := messages[0].Headers.LSN
	for i, position := range []uint64{0, 4, 5, 6} {
		h := messages[i].Headers
		require.Equal(t, []uint64{xid}, h.Txids)
		require.Equal(t, lsn, h.LSN)
		require.Equal(t, position, *h.OpPosition, "two places for each change in the transaction")
		require.Equal(t, []string{"public", "items"}, h.Relation)
		require.Equal(t, i == 3, h.Last != nil && *h.Last)
	}
	require.Equal(t, `"public"."items"/"3"`, messages[1].Headers.KeyChangeTo)
	require.Equal(t, `"public"."items"/"1"`, messages[2].Headers.KeyChangeFrom)
	require.Equal(t, lsn, messages[4].Headers.GlobalLSN)
	require.Equal(t, lsn+"_6", a.offset())
	require.Contains(t, a.body, fmt.Sprintf(`"txids":[%d]`, xid), "a number")
	require.Contains(t, a.body, fmt.Sprintf(`"lsn":"%s"`, lsn), "a text")
	require.Equal(t, 1, strings.Count(a.body, `"last":true`))
}

// The global LSN is that of the newest transaction, whichever shape it is for.
func TestGlobalLSN(t *testing.T) {
	s := start(t, items, "CREATE TABLE others (id int PRIMARY KEY)")
	r, _ := s.read("table", "items")
	other, _ := s.read("table", "others")
	s.sql("INSERT INTO items VALUES (1, 'a')")
	mine := r.next().messages()
	require.Equal(t, mine[0].Headers.LSN, mine[1].Headers.GlobalLSN)
	s.sql("INSERT INTO others VALUES (1)")
	newest := other.next().messages()[0].Headers.LSN
	r.offset = "0_0"
	messages := r.ask().messages()
	require.Equal(t, mine[0].Headers.LSN, messages[0].Headers.LSN)
	require.Equal(t, newest, messages[1].Headers.GlobalLSN)
}

// What is written before a shape is made is in its snapshot, what after it in its
// log, whatever goes on at that moment.
func TestOnce(t *testing.T) {
	s := start(t, items)
	writer := s.connect()
	stop := make(chan struct{})
	written := make(chan int)
	go func() {
		n := 0
		defer func() { written <- n }()
		for {
			select {
			case <-stop:
				return
			default:
				n++
				if _, err := writer.Exec(context.Background(), fmt.Sprintf("INSERT INTO items VALUES (%d, 'x')", n)); err != nil {
					return
				}
			}
		}
	}()
	var readers []*reader
	seen := map[*reader]map[string]int{}
	note := func(r *reader, a answer) {
		for _, id := range a.ids() {
			seen[r][id]++
		}
		r.moved(a)
	}
	for i := range 8 {
		r := &reader{s: s, definition: []string{"table", "items", "where", fmt.Sprintf("id > -%d", i+1)}, offset: "-1"}
		seen[r] = map[string]int{}
		note(r, r.ask())
		readers = append(readers, r)
	}
	close(stop)
	n := <-written
	require.Positive(t, n)
	last := strconv.Itoa(n)
	for _, r := range readers {
		for seen[r][last] == 0 {
			note(r, r.ask("live", "true"))
		}
		for id := 1; id <= n; id++ {
			require.Equal(t, 1, seen[r][strconv.Itoa(id)], "row %d of %d", id, n)
		}
	}
}
