package devpage

import (
	"bytes"
	"fmt"
	"net/http"
	"time"
)

const (
	// beat is how often a stream says that it lives: the page notices when it
	// does not, as after a computer slept.
	beat = 10 * time.Second

	// patience is how long a client may take to read an event.
	patience = 10 * time.Second

	// maxStreams is how many streams there may be at once.
	maxStreams = 4096
)

func (h *handler) serveState(w http.ResponseWriter, r *http.Request) {
	data := append(mustJSON(ready(h.source.State())), '\n')
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Length", fmt.Sprint(len(data)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(data)
	}
}

// serveEvents sends, as server-sent events:
//
//	hello  {"format":1,"assets":"…"}   once; the page reloads when the assets are not its own
//	state  {"server":{…},…}            at first all sections, then those that changed
//	log    [{"seq":1,…},…]             at first the tail, then new lines
//	beat   "2026-01-05T10:00:00Z"      the server's clock, now and then
func (h *handler) serveEvents(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no") // nginx hands events on at once
	if r.Method == http.MethodHead {
		return
	}
	if !h.hub.join() {
		header.Set("Retry-After", "5")
		http.Error(w, "too many event streams are open", http.StatusServiceUnavailable)
		return
	}
	defer h.hub.leave()
	s := stream{hub: h.hub, w: w, control: http.NewResponseController(w)}
	s.event("hello", fmt.Appendf(nil, `{"format":%d,"assets":%q}`, Format, assets().hash))
	s.follow(r.Context().Done(), h.options.Done)
}

// A stream is one client's.
type stream struct {
	hub     *hub
	w       http.ResponseWriter
	control *http.ResponseController
	buffer  bytes.Buffer
	seen    int64 // the newest update that was sent
	line    int64 // the newest log line that was sent
}

// follow sends what is new until the client or the server ends it.
func (s *stream) follow(gone, done <-chan struct{}) {
	ticks := time.NewTicker(beat)
	defer ticks.Stop()
	s.beat(time.Now())
	for {
		v := s.hub.current()
		s.news(v)
		if s.flush() != nil {
			return
		}
		select {
		case <-v.next:
		case now := <-ticks.C:
			s.beat(now)
		case <-gone:
			return
		case <-done:
			return
		}
	}
}

// news writes what of a view the client does not have.
func (s *stream) news(v *view) {
	if v.number == s.seen {
		return
	}
	var fields, lines []byte
	for i, p := range v.parts {
		if p.number > s.seen {
			fields = fmt.Appendf(fields, ",%q:%s", sections[i].name, p.json)
		}
	}
	for _, l := range v.lines {
		if l.seq > s.line {
			lines = append(append(lines, ','), l.json...)
			s.line = l.seq
		}
	}
	if len(fields) > 0 {
		s.event("state", fields[1:], '{', '}')
	}
	if len(lines) > 0 {
		s.event("log", lines[1:], '[', ']')
	}
	s.seen = v.number
}

func (s *stream) beat(now time.Time) {
	s.event("beat", fmt.Appendf(nil, "%q", now.UTC().Format(time.RFC3339Nano)))
}

// event writes an event; data is on one line, in brackets if there are any.
func (s *stream) event(name string, data []byte, brackets ...byte) {
	s.buffer.WriteString("event: " + name + "\ndata: ")
	if len(brackets) == 2 {
		s.buffer.WriteByte(brackets[0])
	}
	s.buffer.Write(data)
	if len(brackets) == 2 {
		s.buffer.WriteByte(brackets[1])
	}
	s.buffer.WriteString("\n\n")
}

// flush sends what was written. A client that does not read is given up; its
// stream alone waits for it.
func (s *stream) flush() error {
	if s.buffer.Len() == 0 {
		return nil
	}
	// Where deadlines are not supported, as in tests, there is none.
	_ = s.control.SetWriteDeadline(time.Now().Add(patience))
	_, err := s.w.Write(s.buffer.Bytes())
	if s.buffer.Cap() > 1<<20 {
		s.buffer = bytes.Buffer{}
	}
	s.buffer.Reset()
	if err != nil {
		return err
	}
	return s.control.Flush()
}
