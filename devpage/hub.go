package devpage

import (
	"bytes"
	"sync"
	"time"
)

// pace is the least time between two updates that are sent.
const pace = 200 * time.Millisecond

// A hub looks at the source for all event streams together: once for each
// update, however many there are. It runs while there is a stream. What it saw
// is a view, which the streams share; one that is slow gets the newest view when
// it comes round to it, so nothing is queued anywhere.
type hub struct {
	source Source

	mu      sync.Mutex
	streams int
	stop    chan struct{} // closed when the last stream has gone
	view    *view         // nil while there is no stream
}

// A view is the state as bytes, at one time. Nothing in it changes but next.
type view struct {
	number int64 // of the update, from 1
	parts  [len(sections)]part
	lines  []encodedLine // the last of the log
	schema *Schema       // what its part was made from
	next   chan struct{} // closed when there is a newer view
}

// A part is a section as JSON, and the update in which it became that.
type part struct {
	json   []byte
	number int64
}

// An encodedLine is a log line as JSON.
type encodedLine struct {
	seq  int64
	json []byte
}

// join counts a stream in and starts the hub for the first one. False: there
// are too many.
func (h *hub) join() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.streams == maxStreams {
		return false
	}
	h.streams++
	if h.streams == 1 {
		h.stop = make(chan struct{})
		changed := h.source.Changed()
		h.view = look(h.source, nil)
		go h.run(h.stop, changed)
	}
	return true
}

func (h *hub) leave() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.streams--
	if h.streams == 0 {
		close(h.stop)
		h.view = nil
	}
}

// current is the newest view.
func (h *hub) current() *view {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.view
}

// run makes views as the source changes, at most one for each pace.
func (h *hub) run(stop <-chan struct{}, changed <-chan struct{}) {
	for {
		select {
		case <-changed:
		case <-stop:
			return
		}
		if ended(stop) { // nobody looks any more, and both had come
			return
		}
		changed = h.source.Changed() // before looking: what changes meanwhile is not missed
		h.publish(stop, look(h.source, h.current()))
		select {
		case <-time.After(pace):
		case <-stop:
			return
		}
	}
}

// publish replaces the view, if anything is new in it.
func (h *hub) publish(stop <-chan struct{}, v *view) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if ended(stop) { // another run may have begun
		return
	}
	if old := h.view; v != old {
		h.view = v
		close(old.next)
	}
}

// ended says whether a run is over.
func ended(stop <-chan struct{}) bool {
	select {
	case <-stop:
		return true
	default:
		return false
	}
}

// look makes a view of the source; it is old itself when nothing changed.
func look(source Source, old *view) *view {
	state := ready(source.State())
	v := &view{number: 1, next: make(chan struct{}), schema: state.Schema}
	if old != nil {
		v.number = old.number + 1
	}
	fresh := old == nil
	for i, s := range sections {
		if s.name == "schema" && old != nil && old.schema == state.Schema {
			v.parts[i] = old.parts[i]
			continue
		}
		v.parts[i] = part{mustJSON(s.of(state)), v.number}
		if old != nil && bytes.Equal(old.parts[i].json, v.parts[i].json) {
			v.parts[i] = old.parts[i]
			continue
		}
		fresh = true
	}
	if !v.follow(source, old) && !fresh {
		return old
	}
	return v
}

// follow takes in the lines that are new, and reports whether there are any.
func (v *view) follow(source Source, old *view) bool {
	after := int64(0)
	if old != nil && len(old.lines) > 0 {
		v.lines = old.lines
		after = old.lines[len(old.lines)-1].seq
	}
	lines := source.Log(after)
	if len(lines) > LogTail {
		lines = lines[len(lines)-LogTail:]
	}
	if keep := LogTail - len(lines); len(v.lines) > keep {
		v.lines = v.lines[len(v.lines)-keep:]
	}
	v.lines = v.lines[:len(v.lines):len(v.lines)] // views share what they have in common
	for _, l := range lines {
		v.lines = append(v.lines, encodedLine{l.Seq, mustJSON(l)})
	}
	return len(lines) > 0
}
