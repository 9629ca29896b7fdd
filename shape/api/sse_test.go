package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/shape"
	"github.com/electric-cli/electric/shape/api"
)

// A stream is an answer of server-sent events, as they come.
type stream struct {
	t      *testing.T
	status int
	header http.Header
	lines  chan string // closed at the end
	cancel func()
}

// stream asks for events after what the reader has.
func (r *reader) stream(more ...string) *stream {
	r.s.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r.s.t.Cleanup(cancel)
	params := r.params(append(more, "live", "true", "live_sse", "true")...)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.s.base+path(params...), nil)
	require.NoError(r.s.t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(r.s.t, err)
	e := &stream{t: r.s.t, status: response.StatusCode, header: response.Header, lines: make(chan string), cancel: cancel}
	go func() {
		defer close(e.lines)
		defer response.Body.Close()
		lines := bufio.NewScanner(response.Body)
		lines.Buffer(nil, 1<<26)
		for lines.Scan() {
			select {
			case e.lines <- lines.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return e
}

// line is the next line, and whether there is one.
func (e *stream) line() (string, bool) {
	e.t.Helper()
	select {
	case line, ok := <-e.lines:
		return line, ok
	case <-time.After(patience):
		require.FailNow(e.t, "no event")
		return "", false
	}
}

// event is the next event: one line of data, and an empty one.
func (e *stream) event() (m message) {
	e.t.Helper()
	line, ok := e.line()
	require.True(e.t, ok, "the stream has ended")
	data, ok := strings.CutPrefix(line, "data: ")
	require.True(e.t, ok, line)
	require.NoError(e.t, json.Unmarshal([]byte(data), &m), data)
	end, _ := e.line()
	require.Empty(e.t, end)
	return m
}

// events are the events up to the one that says there are no more for now.
func (e *stream) events() (list []message) {
	e.t.Helper()
	for {
		list = append(list, e.event())
		if list[len(list)-1].Headers.Control == "up-to-date" {
			return list
		}
	}
}

// ends checks that nothing comes any more.
func (e *stream) ends() {
	e.t.Helper()
	line, more := e.line()
	require.False(e.t, more, line)
}

func TestStream(t *testing.T) {
	s := start(t, items)
	r, _ := s.read("table", "items")
	e := r.stream() // it is answered before there is any event
	require.Equal(t, http.StatusOK, e.status)
	want := map[string]string{
		"electric-handle": r.handle, "electric-offset": "0_0", "electric-has-data": "true", "cache-control": "public, max-age=59",
		"content-type": "text/event-stream",
	}
	got := headersOf(answer{header: e.header})
	require.NotEmpty(t, got["electric-cursor"])
	require.True(t, strings.HasPrefix(got["etag"], `"`+r.handle+":0_0:0_0:"))
	delete(got, "electric-cursor")
	delete(got, "etag")
	require.Equal(t, want, got)

	s.sql("INSERT INTO items VALUES (1, 'a'), (2, E'line\\nfeed, and comma,')")
	events := e.events()
	require.Equal(t, []string{"insert id=1 value=a", "insert id=2 value=line\nfeed, and comma,", "up-to-date"}, briefs(events))
	require.Equal(t, events[0].Headers.LSN, events[2].Headers.GlobalLSN)
	s.sql("DELETE FROM items")
	require.Equal(t, []string{"delete id=1", "delete id=2", "up-to-date"}, briefs(e.events()))
	require.Equal(t, 1, s.engine.Shapes()[0].Streaming)
	e.cancel()
	require.Eventually(t, func() bool { return s.engine.Shapes()[0].Streaming == 0 }, patience, tick)
}

// What is there already comes at once, and the stream goes on.
func TestStreamOfThePast(t *testing.T) {
	s := start(t, items)
	r, _ := s.read("table", "items")
	s.sql("INSERT INTO items VALUES (1, 'a')")
	s.read("table", "items")
	require.Eventually(t, func() bool { return s.engine.Shapes()[0].Stats.Entries == 1 }, patience, tick)
	for _, flag := range []string{"live_sse", "experimental_live_sse"} {
		e := r.stream(flag, "true")
		require.Equal(t, []string{"insert id=1 value=a", "up-to-date"}, briefs(e.events()))
		e.cancel()
	}
	e := r.stream()
	e.events()
	s.sql("INSERT INTO items VALUES (2, 'b')")
	require.Equal(t, []string{"insert id=2 value=b", "up-to-date"}, briefs(e.events()))
}

// Clients go on from the LSN that they were told, and place 0 in it: what follows
// in the transaction comes again.
func TestStreamResumes(t *testing.T) {
	s := start(t, items, "CREATE TABLE others (id int PRIMARY KEY)")
	r, _ := s.read("table", "items")
	other, _ := s.read("table", "others")
	e := r.stream()
	s.sql("INSERT INTO items VALUES (1, 'a'), (2, 'b')")
	events := e.events()
	e.cancel()
	s.sql("INSERT INTO others VALUES (1)")
	other.next() // a newer LSN, of another shape
	r.offset = events[2].Headers.GlobalLSN + "_0"
	e = r.stream()
	require.Equal(t, []string{"insert id=2 value=b", "up-to-date"}, briefs(e.events()))
	e.cancel()
	require.Equal(t, []string{"insert id=2 value=b", "up-to-date"}, r.ask().brief())

	r.offset = s.told()
	e = r.stream()
	s.sql("INSERT INTO items VALUES (3, 'c')")
	require.Equal(t, []string{"insert id=3 value=c", "up-to-date"}, briefs(e.events()))
	r.offset = s.told()
	e.cancel()
	e = r.stream()
	s.sql("INSERT INTO items VALUES (4, 'd')")
	require.Equal(t, []string{"insert id=4 value=d", "up-to-date"}, briefs(e.events()), "one change is not told twice")
}

// told is where a client of a stream goes on that is up to date.
func (s *server) told() string {
	return s.get("table", "items", "offset", "now").messages()[0].Headers.GlobalLSN + "_0"
}

// A long transaction comes in chunks, and is up to date at its end.
func TestStreamOfChunks(t *testing.T) {
	s := startWith(t, options{Options: shape.Options{Chunk: threshold}, SQL: []string{items}})
	r, _ := s.read("table", "items")
	e := r.stream()
	s.sql("INSERT INTO items SELECT i, repeat('x', 1000) FROM generate_series(1, 100) i")
	events := e.events()
	require.Len(t, events, 101)
	s.sql("INSERT INTO items VALUES (101, repeat(',', 3000000))")
	events = e.events()
	require.Len(t, events, 2)
	require.Equal(t, strings.Repeat(",", 3000000), *events[0].Value["value"])
}

// The shape's end is the stream's; the next request is told.
func TestStreamOfGoneShape(t *testing.T) {
	s := start(t, items)
	r, _ := s.read("table", "items")
	e := r.stream()
	s.sql("TRUNCATE items")
	e.ends()
	a := r.ask("live", "true", "live_sse", "true")
	require.Equal(t, http.StatusConflict, a.status)
	require.Equal(t, `[{"headers":{"control":"must-refetch"}}]`, a.body)
	require.Equal(t, "application/json", a.header.Get("content-type"))
	require.Equal(t, redirect, a.header.Get("cache-control"))
}

// In silence there are comments, and after a while the end.
func TestStreamInSilence(t *testing.T) {
	const lasts = 2 * time.Second // for twenty comments, or two on a busy machine
	s := startWith(t, options{API: api.Options{Stream: lasts, Silence: lasts / 20}, SQL: []string{items}})
	r, _ := s.read("table", "items")
	began := time.Now()
	e := r.stream()
	require.Equal(t, "public, max-age=1", e.header.Get("cache-control"))
	comments := 0
	for line, more := e.line(); more; line, more = e.line() {
		require.Equal(t, ": keep-alive", line)
		line, _ = e.line()
		require.Empty(t, line)
		comments++
	}
	require.GreaterOrEqual(t, comments, 2)
	require.LessOrEqual(t, comments, 20)
	require.GreaterOrEqual(t, time.Since(began), lasts)
}

// A mistake is an ordinary answer.
func TestStreamRefused(t *testing.T) {
	s := start(t, items)
	r, _ := s.read("table", "items")
	a := r.ask("live", "true", "live_sse", "true", "where", "nope")
	require.Equal(t, http.StatusBadRequest, a.status)
	refusal(t, a)
	head := s.do("HEAD", path(r.params("live", "true", "live_sse", "true")...), "")
	require.Equal(t, http.StatusOK, head.status)
	require.Equal(t, "text/event-stream", head.header.Get("content-type"))
}
