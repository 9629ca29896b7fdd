package api_test

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/shape"
	"github.com/electric-cli/electric/shape/api"
)

// threshold is where chunks close, as in Electric's tests of its clients.
const threshold = 10_000

// sized gives three rows of 0.6, 0.7 and 0.4 times the threshold.
const sized = "INSERT INTO items VALUES (1, repeat('a', 6000)), (2, repeat('b', 7000)), (3, repeat('c', 4000))"

// ids are the rows of a body, and its control messages.
func (a answer) ids() (list []string) {
	a.t.Helper()
	for _, m := range a.messages() {
		if m.Headers.Control != "" {
			list = append(list, m.Headers.Control)
		} else {
			list = append(list, *m.Value["id"])
		}
	}
	return list
}

// A chunk closes with the entry that fills it. Each answer is a chunk at most.
func TestChunks(t *testing.T) {
	s := startWith(t, options{Options: shape.Options{Chunk: threshold}, SQL: []string{items}})
	r, lines := s.read("table", "items")
	require.Equal(t, []string{"snapshot-end", "up-to-date"}, lines)
	answers := r.live()
	s.sql(sized)
	first := s.within(answers)
	require.Equal(t, []string{"1", "2"}, first.ids())
	require.NotContains(t, first.header, "Electric-Up-To-Date")

	again := r.ask()
	require.Equal(t, first.body, again.body)
	require.Equal(t, first.offset(), again.offset())
	r.moved(again)
	second := r.ask()
	require.Equal(t, []string{"3", "up-to-date"}, second.ids())
	require.Contains(t, second.header, "Electric-Up-To-Date")

	// What comes later fills the open chunk up.
	s.sql("INSERT INTO items VALUES (4, repeat('d', 6000)), (5, 'e')")
	r.moved(second)
	require.Equal(t, []string{"4"}, r.next().ids())
	require.Equal(t, []string{"5", "up-to-date"}, r.next().ids())
	r.offset = first.offset()
	require.Equal(t, []string{"3", "4"}, r.ask().ids())
	r.offset = "0_inf"
	require.Equal(t, []string{"1", "2"}, r.ask().ids())
}

func TestSnapshotChunks(t *testing.T) {
	s := startWith(t, options{Options: shape.Options{Chunk: threshold}, SQL: []string{items, sized}})
	first := s.get("table", "items", "offset", "-1")
	require.Equal(t, []string{"1", "2"}, first.ids())
	require.Equal(t, "0_0", first.offset())
	handle := first.handle()
	second := s.get("table", "items", "offset", "0_0", "handle", handle)
	require.Equal(t, []string{"3", "snapshot-end"}, second.ids())
	require.Equal(t, "0_1", second.offset())
	require.NotContains(t, second.header, "Electric-Up-To-Date")
	third := s.get("table", "items", "offset", "0_1", "handle", handle)
	require.Equal(t, []string{"up-to-date"}, third.ids())
	require.Equal(t, "0_1", third.offset())
	require.Contains(t, third.header, "Electric-Up-To-Date")

	// A chunk that the last row fills leaves the end to another one.
	full := s.get("table", "items", "where", "id < 3", "offset", "-1")
	require.Equal(t, []string{"1", "2"}, full.ids())
	next := s.get("table", "items", "where", "id < 3", "offset", "0_0", "handle", full.handle())
	require.Equal(t, []string{"snapshot-end"}, next.ids())
	require.Equal(t, "0_1", next.offset())
	live := s.get("table", "items", "where", "id < 3", "offset", "0_0", "handle", full.handle(), "live", "true")
	require.Equal(t, []string{"snapshot-end"}, live.ids(), "a live request does not wait when there is something")
}

// The same rows, however large the chunks.
func TestManyChunks(t *testing.T) {
	s := startWith(t, options{Options: shape.Options{Chunk: 10}, SQL: []string{items, "INSERT INTO items VALUES (1, 'test value 0')"}})
	r, lines := s.read("table", "items")
	require.Equal(t, []string{"insert id=1 value=test value 0", "snapshot-end", "up-to-date"}, lines)
	for i := range 10 {
		s.sql(fmt.Sprintf("UPDATE items SET value = 'test value %d'", i+1))
	}
	require.Eventually(t, func() bool { return s.engine.Shapes()[0].Stats.Entries == 10 }, patience, tick)
	for i := range 10 {
		want := []string{fmt.Sprintf("update id=1 value=test value %d", i+1)}
		if i == 9 {
			want = append(want, "up-to-date")
		}
		require.Equal(t, want, r.next().brief())
	}
}

// offset=now starts after all there is.
func TestNow(t *testing.T) {
	s := start(t, items, "INSERT INTO items VALUES (1, 'a')")
	a := s.get("table", "items", "offset", "now")
	require.Equal(t, []string{"up-to-date"}, a.brief())
	require.Equal(t, "0_inf", a.offset())
	r := &reader{s: s, definition: []string{"table", "items"}}
	r.moved(a)
	require.Equal(t, []string{"up-to-date"}, r.ask().brief())
	s.sql("INSERT INTO items VALUES (2, 'b')")
	live := r.next()
	require.Equal(t, []string{"insert id=2 value=b", "up-to-date"}, live.brief())
	now := s.get("table", "items", "offset", "now")
	require.Equal(t, []string{"up-to-date"}, now.brief())
	require.Equal(t, live.offset(), now.offset())
	require.Equal(t, live.handle(), now.handle())
	require.Equal(t, live.messages()[0].Headers.LSN, now.messages()[0].Headers.GlobalLSN)
}

// log=changes_only has no rows to begin with, and all changes.
func TestChangesOnly(t *testing.T) {
	s := start(t, items, "INSERT INTO items VALUES (1, 'a')")
	whole, _ := s.read("table", "items")
	first := s.get("table", "items", "log", "changes_only", "offset", "-1")
	require.Equal(t, []string{"snapshot-end"}, first.brief())
	require.Equal(t, "0_0", first.offset())
	r, lines := s.read("table", "items", "log", "changes_only")
	require.Equal(t, []string{"snapshot-end", "up-to-date"}, lines)
	require.NotEqual(t, whole.handle, r.handle)
	s.sql("UPDATE items SET value = 'b'; INSERT INTO items VALUES (2, 'c'); DELETE FROM items WHERE id = 1")
	want := []string{"update id=1 value=b", "insert id=2 value=c", "delete id=1", "up-to-date"}
	require.Equal(t, want, r.next().brief())
	require.Equal(t, want, whole.next().brief())
}

// An offset that no log has reached is waited for, half a long-poll.
func TestOutOfBounds(t *testing.T) {
	const poll = 600 * time.Millisecond
	s := startWith(t, options{API: api.Options{LongPoll: poll}, SQL: []string{items, "CREATE TABLE others (id int PRIMARY KEY)"}})
	r, _ := s.read("table", "items")
	other, _ := s.read("table", "others")
	for _, offset := range []string{strconv.FormatUint(s.engine.LSN()+1e9, 10) + "_0", "18446744073709551615_inf", "0_1"} {
		for _, more := range [][]string{nil, {"live", "true"}, {"live", "true", "live_sse", "true"}, {"subset__where", "id = 1"}} {
			r.offset = offset
			began := time.Now()
			a := r.ask(more...)
			require.Equal(t, http.StatusBadRequest, a.status, a.body)
			jsonEqual(t, invalid(one("offset", "out of bounds for this shape")), a.body)
			require.GreaterOrEqual(t, time.Since(began), poll/2)
			refusal(t, a)
		}
	}

	// What other shapes got is not beyond: streams of events tell clients of it.
	s.sql("INSERT INTO others VALUES (1)")
	lsn := other.next().messages()[0].Headers.LSN
	r.offset = lsn + "_0"
	a := r.ask()
	require.Equal(t, []string{"up-to-date"}, a.brief())
	require.Equal(t, lsn+"_0", a.offset())
}

// It may be there in a moment.
func TestBoundsReached(t *testing.T) {
	s := start(t, items)
	r, _ := s.read("table", "items")
	r.offset = strconv.FormatUint(s.engine.LSN()+1, 10) + "_0"
	answers := s.later(r.params()...)
	s.sql("INSERT INTO items VALUES (1, 'a')")
	require.Equal(t, []string{"insert id=1 value=a", "up-to-date"}, s.within(answers).brief())
}

func TestLive(t *testing.T) {
	const poll = 300 * time.Millisecond
	s := startWith(t, options{API: api.Options{LongPoll: poll, Delete: true}, SQL: []string{items, "CREATE TABLE others (id int PRIMARY KEY)"}})
	r, _ := s.read("table", "items")
	other, _ := s.read("table", "others")

	// Nothing happens.
	began := time.Now()
	a := r.ask("live", "true")
	require.GreaterOrEqual(t, time.Since(began), poll)
	require.Equal(t, []string{"up-to-date"}, a.brief())
	require.Equal(t, r.offset, a.offset())
	require.Equal(t, "false", a.header.Get("electric-has-data"))

	// Something happens elsewhere: the LSN tells.
	s.sql("INSERT INTO others VALUES (1)")
	lsn := other.next().messages()[0].Headers.LSN
	late := r.ask("live", "true").messages()
	require.Equal(t, lsn, late[0].Headers.GlobalLSN)
	require.Equal(t, lsn, r.ask().messages()[0].Headers.GlobalLSN)
}

// All who wait are told, each independently of the others.
func TestLiveTogether(t *testing.T) {
	s := start(t, items)
	r, _ := s.read("table", "items")
	var waiting []<-chan answer
	for range 20 {
		waiting = append(waiting, r.live())
	}
	require.Eventually(t, func() bool { return s.engine.Shapes()[0].Waiting == 20 }, patience, tick)
	require.Equal(t, []string{"up-to-date"}, r.ask().brief(), "who does not wait is answered at once")
	s.sql("INSERT INTO items VALUES (1, 'a')")
	for _, answers := range waiting {
		require.Equal(t, []string{"insert id=1 value=a", "up-to-date"}, s.within(answers).brief())
	}
	require.Zero(t, s.engine.Shapes()[0].Waiting)
}
