package api

import (
	"bytes"
	"io"
	"net/http"
	"time"

	"github.com/electric-cli/electric/shape/shapelog"
	"github.com/electric-cli/electric/shape/wire"
)

// stream sends news as server-sent events, until the client leaves, the shape
// ends, or it has lasted long enough.
func (c *call) stream() error {
	if c.s.Gone() {
		return shapelog.ErrGone
	}
	// They are sent before there is any event. The offset is the one that was asked
	// for: where the stream breaks, the client goes on from what it got.
	c.headers(http.StatusOK, c.p.offset, false, false)
	c.w.Header().Set("etag", unique(c.w.Header().Get("etag")))
	c.w.Header().Set("content-type", "text/event-stream")
	if c.r.ProtoMajor == 1 {
		c.w.Header().Set("connection", "keep-alive")
	}
	c.w.WriteHeader(http.StatusOK)
	if c.r.Method != http.MethodHead {
		defer c.s.Wait(true)()
		c.events()
	}
	return nil
}

// events sends events until the stream is over.
func (c *call) events() {
	e := &events{w: c.w, control: http.NewResponseController(c.w)}
	e.flush()
	over := time.NewTimer(c.Stream)
	defer over.Stop()
	silent := time.NewTimer(c.Silence)
	defer silent.Stop()
	for e.err == nil {
		changed := c.s.Log.Changed()
		page, _, ok, err := c.page()
		if err != nil {
			return // the next request is told
		}
		if ok && !page.Empty {
			e.page(&page)
			c.p.offset = page.End
			silent.Reset(c.Silence)
			changed = closed
		}
		select {
		case <-over.C:
			return
		case <-c.r.Context().Done():
			return
		default:
		}
		select {
		case <-changed:
		case <-silent.C:
			e.comment()
			silent.Reset(c.Silence)
		case <-over.C:
			return
		case <-c.r.Context().Done():
			return
		}
	}
}

var closed = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// events writes server-sent events.
type events struct {
	w       io.Writer
	control *http.ResponseController
	err     error
}

func (e *events) write(parts ...string) {
	for _, part := range parts {
		if e.err == nil {
			_, e.err = io.WriteString(e.w, part)
		}
	}
}

func (e *events) flush() {
	if e.err == nil {
		e.err = e.control.Flush()
	}
}

func (e *events) comment() {
	e.write(": keep-alive\n\n")
	e.flush()
}

// page sends each message of a page as an event, and that nothing comes after it.
// The LSN there is the last entry's own: clients go on from it.
func (e *events) page(p *shapelog.Page) {
	if e.err = p.Send(&frames{w: e.w}, p.Size()); p.UpToDate {
		e.write("data: ", string(wire.UpToDate(p.End.Tx)), "\n\n")
	}
	e.flush()
}

// frames makes events of messages that each end with a comma and a line feed.
type frames struct {
	w     io.Writer
	open  bool // within a message
	comma bool // held back: it may be the one at the end
	err   error
}

func (f *frames) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 && f.err == nil {
		if !f.open {
			f.open = true
			f.put([]byte("data: "))
		}
		line, rest, ended := bytes.Cut(p, []byte("\n"))
		if f.comma && len(line) > 0 {
			f.comma = false
			f.put([]byte(","))
		}
		line, comma := bytes.CutSuffix(line, []byte(","))
		f.put(line)
		f.comma = f.comma || comma
		if ended {
			f.open, f.comma = false, false
			f.put([]byte("\n\n"))
		}
		p = rest
	}
	return n, f.err
}

func (f *frames) put(p []byte) {
	if f.err == nil && len(p) > 0 {
		_, f.err = f.w.Write(p)
	}
}
