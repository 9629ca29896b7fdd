package devpage

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A spy is a Board that counts how often it is looked at.
type spy struct {
	*Board
	looks atomic.Int64
}

func (s *spy) State() *State {
	s.looks.Add(1)
	return s.Board.State()
}

func newSpy() *spy { return &spy{Board: NewBoard(1000)} }

// longest is how long what has to come may take, on a busy machine.
const longest = 5 * time.Minute

// A listener is an event stream as a client hears it.
type listener struct {
	t      *testing.T
	lines  *bufio.Scanner
	cancel context.CancelFunc
}

func listen(t *testing.T, server *httptest.Server) *listener {
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	t.Cleanup(cancel)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+EventsPath, nil)
	require.NoError(t, err)
	answer, err := server.Client().Do(request)
	require.NoError(t, err)
	t.Cleanup(func() { answer.Body.Close() })
	require.Equal(t, http.StatusOK, answer.StatusCode)
	require.Equal(t, "text/event-stream", answer.Header.Get("Content-Type"))
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 64<<20)
	return &listener{t, lines, cancel}
}

// next gives the next event of a kind; those before it are passed over.
func (l *listener) next(kind string) string {
	event := ""
	for l.lines.Scan() {
		line := l.lines.Text()
		if name, ok := strings.CutPrefix(line, "event: "); ok {
			event = name
		}
		if data, ok := strings.CutPrefix(line, "data: "); ok && event == kind {
			return data
		}
	}
	require.Fail(l.t, "the stream ended", "%v", l.lines.Err())
	return ""
}

func (l *listener) state() map[string]json.RawMessage {
	var sections map[string]json.RawMessage
	require.NoError(l.t, json.Unmarshal([]byte(l.next("state")), &sections))
	return sections
}

func (l *listener) log() (lines []LogLine) {
	require.NoError(l.t, json.Unmarshal([]byte(l.next("log")), &lines))
	return lines
}

func serve(t *testing.T, s Source, o Options) *httptest.Server {
	server := httptest.NewServer(Handler(s, o))
	t.Cleanup(server.Close)
	return server
}

// A stream begins with everything; then it tells what changed, and no more.
func TestEvents(t *testing.T) {
	b := NewBoard(10)
	b.Set(func(s *State) { s.Server.Project = "library" })
	b.Add("info", "one")
	l := listen(t, serve(t, b, Options{}))

	require.JSONEq(t, fmt.Sprintf(`{"format": 1, "assets": %q}`, assets().hash), l.next("hello"))
	_, err := time.Parse(`"`+time.RFC3339Nano+`"`, l.next("beat"))
	require.NoError(t, err)
	first := l.state()
	require.Len(t, first, len(sections))
	require.Contains(t, string(first["server"]), "library")
	require.Equal(t, "null", string(first["schema"]))
	require.Equal(t, "one", l.log()[0].Text)

	b.Set(func(s *State) { s.Shapes = &Shapes{Total: 1} })
	changed := l.state()
	require.Len(t, changed, 1)
	require.JSONEq(t, `{"total": 1, "waiting": {"long_poll": 0, "sse": 0}, "list": []}`, string(changed["shapes"]))

	b.Add("error", "two")
	lines := l.log()
	require.Len(t, lines, 1)
	require.Equal(t, int64(2), lines[0].Seq)
	require.Equal(t, "error", lines[0].Level)
}

// Every field of State is a section, or the format.
func TestSectionsAreComplete(t *testing.T) {
	var fields map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(mustJSON(ready(nil)), &fields))
	require.Len(t, fields, len(sections)+1)
	for _, s := range sections {
		require.Contains(t, fields, s.name)
	}
}

// However often the source changes and however many look, it is looked at five
// times a second, and what is sent last is what is true.
func TestEventsAreCoalesced(t *testing.T) {
	s := newSpy()
	server := serve(t, s, Options{})
	var listeners []*listener
	for range 30 {
		l := listen(t, server)
		l.state()
		listeners = append(listeners, l)
	}
	before, began := s.looks.Load(), time.Now()
	allowed := func() int { return int(time.Since(began)/pace) + 2 } // one at the beginning, one at the end
	for i := 1; time.Since(began) < time.Second; i++ {
		s.Set(func(state *State) { state.Server.LSN = fmt.Sprint(i) })
		time.Sleep(time.Millisecond)
	}
	s.Set(func(state *State) { state.Server.LSN = "last" })
	for _, l := range listeners {
		updates := 1
		for !strings.Contains(string(l.state()["server"]), `"last"`) {
			updates++
		}
		require.LessOrEqual(t, updates, allowed())
	}
	require.LessOrEqual(t, int(s.looks.Load()-before), allowed())
}

// The log is sent by its tail: a flood of lines is not queued.
func TestLogFlood(t *testing.T) {
	b := NewBoard(5000)
	l := listen(t, serve(t, b, Options{}))
	l.state()
	for i := range 4000 {
		b.Add("info", fmt.Sprint(i))
	}
	for {
		lines := l.log()
		require.LessOrEqual(t, len(lines), LogTail)
		if lines[len(lines)-1].Text == "3999" {
			break
		}
	}
	require.Len(t, listen(t, serve(t, b, Options{})).log(), LogTail)
}

// A client that does not read holds nobody up: not the source, not the others.
func TestSlowClient(t *testing.T) {
	b := NewBoard(10)
	large := strings.Repeat("x", 4<<20)
	server := serve(t, b, Options{})
	for range 3 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(server.URL, "http://"))
		require.NoError(t, err)
		defer conn.Close()
		_, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", EventsPath)
		require.NoError(t, err)
	}
	l := listen(t, server)
	l.state()
	for i := range 4 {
		b.Set(func(s *State) { s.Server.Project = fmt.Sprint(i, large) })
		require.Contains(t, string(l.state()["server"])[:200], fmt.Sprintf(`"project":"%d`, i))
	}
}

// Nothing runs once nobody looks.
func TestNobodyLooks(t *testing.T) {
	s := newSpy()
	h := Handler(s, Options{}).(*handler)
	server := httptest.NewServer(h)
	t.Cleanup(server.Close) // after the listeners' own
	l := listen(t, server)
	l.state()
	l.cancel()
	require.Eventually(t, func() bool { return h.hub.current() == nil }, longest, 5*time.Millisecond)
	looks := s.looks.Load()
	s.Set(func(state *State) { state.Server.LSN = "1" })
	time.Sleep(2 * pace)
	require.Equal(t, looks, s.looks.Load())

	again := listen(t, server)
	require.Contains(t, string(again.state()["server"]), `"lsn":"1"`)
	s.Set(func(state *State) { state.Server.LSN = "2" })
	require.Contains(t, string(again.state()["server"]), `"lsn":"2"`)
}

func TestDoneEndsStreams(t *testing.T) {
	done := make(chan struct{})
	l := listen(t, serve(t, NewBoard(1), Options{Done: done}))
	l.state()
	close(done)
	for l.lines.Scan() {
		require.NotContains(t, l.lines.Text(), "event: state")
	}
	require.NoError(t, l.lines.Err(), "the stream ends as it should")
}

func TestTooManyStreams(t *testing.T) {
	h := Handler(NewBoard(1), Options{}).(*handler)
	for range maxStreams {
		require.True(t, h.hub.join())
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://localhost"+EventsPath, nil))
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.NotEmpty(t, w.Header().Get("Retry-After"))
	for range maxStreams {
		h.hub.leave()
	}
	require.Nil(t, h.hub.current())
}

// A schema that is the same is not written again: it may be large.
func TestSchemaIsWrittenOnce(t *testing.T) {
	b := NewBoard(1)
	schema := &Schema{Version: "1"}
	b.Set(func(s *State) { s.Schema = schema })
	first := look(b, nil)
	schema.Version = "2" // nobody should; here it shows that nobody looked
	b.Set(func(s *State) { s.Server.LSN = "9" })
	second := look(b, first)
	require.Equal(t, first.parts, func() [len(sections)]part {
		parts := second.parts
		parts[0] = first.parts[0]
		return parts
	}())
	require.NotEqual(t, first.parts[0], second.parts[0])
	require.Same(t, second, look(b, second), "nothing changed")
}
