package api

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"time"

	"github.com/electric-cli/electric/shape/shapelog"
	"github.com/electric-cli/electric/shape/wire"
)

// heartbeat is the silence after which a comment is sent.
const heartbeat = 21 * time.Second

// stream sends news as server-sent events, until the client leaves, the shape
// ends, or it has lasted long enough.
func (c *call) stream() error {
	if c.s.Gone() {
		return shapelog.ErrGone
	}
	c.streamHeaders()
	if c.r.Method == http.MethodHead {
		return nil
	}
	defer c.s.Wait(true)()
	e := &events{w: c.w, control: http.NewResponseController(c.w)}
	e.flush()
	over := time.NewTimer(c.Stream)
	defer over.Stop()
	silent := time.NewTimer(heartbeat)
	defer silent.Stop()
	for e.err == nil {
		changed := c.s.Log.Changed()
		page, _, ok, err := c.page()
		if err != nil {
			return nil //nolint:nilerr // the next request is told
		}
		if ok && !page.Empty {
			e.page(&page)
			c.p.offset = page.End
			silent.Reset(heartbeat)
			continue
		}
		select {
		case <-changed:
		case <-silent.C:
			e.comment()
			silent.Reset(heartbeat)
		case <-over.C:
			return nil
		case <-c.r.Context().Done():
			return nil
		}
	}
	return nil
}

// streamHeaders are sent before there is any event. The offset is the one that
// was asked for: where the stream breaks, the client goes on from what it got.
func (c *call) streamHeaders() {
	header := c.w.Header()
	header.Set("electric-handle", c.s.Handle)
	header.Set("electric-offset", c.p.offset.String())
	header.Set("electric-cursor", c.cursor(c.p))
	header.Set("electric-has-data", "true")
	header.Set("etag", etag(c.s.Handle, c.p.offsetText, c.p.offset.String(), true))
	header.Set("content-type", "text/event-stream")
	if c.r.ProtoMajor == 1 {
		header.Set("connection", "keep-alive")
	}
	c.cacheControl(c.w, c.r, http.StatusOK, class{handle: true, live: true, sse: true})
	c.w.WriteHeader(http.StatusOK)
}

// events writes server-sent events.
type events struct {
	w       io.Writer
	control *http.ResponseController
	err     error
}

func (e *events) write(parts ...[]byte) {
	for _, part := range parts {
		if e.err == nil {
			_, e.err = e.w.Write(part)
		}
	}
}

func (e *events) flush() {
	if e.err == nil {
		e.err = e.control.Flush()
	}
}

func (e *events) comment() {
	e.write([]byte(": keep-alive\n\n"))
	e.flush()
}

var (
	data    = []byte("data: ")
	frameOf = []byte("\n\n")
)

// page sends each message of a page as an event, and that nothing comes after
// it. The LSN there is the last entry's own: clients go on from it.
func (e *events) page(p *shapelog.Page) {
	reader, writer := io.Pipe()
	go func() { _ = writer.CloseWithError(p.Send(writer, p.Size())) }()
	lines := bufio.NewReaderSize(reader, 64<<10)
	for e.err == nil {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			e.write(data, bytes.TrimSuffix(line, []byte(",\n")), frameOf)
		}
		if err == io.EOF { //nolint:errorlint // as bufio gives it
			break
		}
		if err != nil {
			e.err = err
		}
	}
	_ = reader.Close()
	if p.UpToDate {
		e.write(data, wire.UpToDate(p.End.Tx), frameOf)
	}
	e.flush()
}
