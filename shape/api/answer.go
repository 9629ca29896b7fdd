package api

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/electric-cli/electric/shape"
	"github.com/electric-cli/electric/shape/shapelog"
	"github.com/electric-cli/electric/shape/wire"
)

// get answers GET, HEAD, and POST with its body merged into the query.
func (h *Handler) get(w http.ResponseWriter, r *http.Request, q url.Values) {
	p, err := read(q)
	if err == nil {
		err = p.validate()
	}
	if err != nil {
		h.failed(w, r, err)
		return
	}
	s, err := h.resolve(r.Context(), p)
	if err != nil {
		h.failed(w, r, err)
		return
	}
	if !p.first && !p.now && s.Handle != p.handle {
		h.mustRefetch(w, r, s)
		return
	}
	c := &call{Handler: h, w: w, r: r, p: p, s: s}
	switch {
	case p.subset != nil:
		err = c.subset()
	case p.sse:
		err = c.stream()
	case p.live:
		err = c.live()
	default:
		err = c.log()
	}
	if err != nil {
		c.gone(err)
	}
}

// A call is a request whose shape is found.
type call struct {
	*Handler
	w http.ResponseWriter
	r *http.Request
	p *params
	s *shape.Shape
}

// gone answers when the shape ended while the answer was made. There may be
// another one already, or there is soon: clients like to be told its handle.
func (c *call) gone(err error) {
	if err != shapelog.ErrGone { //nolint:errorlint // it is never wrapped
		c.failed(c.w, c.r, err)
		return
	}
	failed := c.s.Failed()
	if failed != nil && !shape.TableChanged(failed) {
		c.failed(c.w, c.r, failed)
		return
	}
	now, err := c.resolve(c.r.Context(), c.p)
	if err != nil {
		now = nil
	}
	c.mustRefetch(c.w, c.r, now)
}

// log answers with the log after the offset, at once.
func (c *call) log() error {
	if c.p.now {
		lsn := c.engine.LSN()
		end := c.s.Log.Latest()
		return c.send(shapelog.Page{End: end, UpToDate: true, Empty: true}, max(lsn, end.Tx))
	}
	if c.p.offset.Tx > max(c.engine.LSN(), c.s.Log.Latest().Tx) {
		return c.beyond()
	}
	page, lsn, err := c.wait()
	if err != nil {
		return err
	}
	return c.send(page, max(lsn, page.End.Tx))
}

// page reads the log. The LSN is read before: everything up to it is in the log.
func (c *call) page() (p shapelog.Page, lsn uint64, ok bool, err error) {
	lsn = c.engine.LSN()
	if c.p.first {
		p, ok, err = c.s.Log.First()
	} else {
		p, ok, err = c.s.Log.After(c.p.offset)
	}
	return p, lsn, ok, err
}

// wait reads the log, and waits while the chunk that is asked for is being
// written.
func (c *call) wait() (shapelog.Page, uint64, error) {
	for {
		changed := c.s.Log.Changed()
		p, lsn, ok, err := c.page()
		if ok || err != nil {
			return p, lsn, err
		}
		select {
		case <-changed:
		case <-c.r.Context().Done():
			return p, 0, c.r.Context().Err()
		}
	}
}

// send answers with a page of the log.
func (c *call) send(page shapelog.Page, lsn uint64) error {
	header := c.w.Header()
	asked := c.p.offsetText
	header.Set("electric-handle", c.s.Handle)
	header.Set("electric-offset", page.End.String())
	c.cacheControl(c.w, c.r, http.StatusOK, class{handle: true, first: c.p.first, live: c.p.live})
	if matches(c.r, etag(c.s.Handle, asked, page.End.String(), false)) {
		header.Set("etag", etag(c.s.Handle, asked, page.End.String(), false))
		c.w.WriteHeader(http.StatusNotModified)
		return nil
	}
	// Of a wait that brought nothing, no cache may ask whether it still holds. Of
	// the end of the log it may.
	nothing := page.Empty && (c.p.live || c.p.now)
	header.Set("etag", etag(c.s.Handle, asked, page.End.String(), nothing))
	header.Set("electric-has-data", strconv.FormatBool(!nothing))
	header.Set("content-type", "application/json")
	if c.p.live {
		header.Set("electric-cursor", c.cursor(c.p))
	} else {
		header.Set("electric-schema", c.s.Header())
	}
	end := "]"
	size := page.Size()
	if page.UpToDate {
		header.Set("electric-up-to-date", "")
		end = string(wire.UpToDate(lsn)) + "]"
	} else {
		size -= int64(len(",\n")) // of the last message
	}
	header.Set("content-length", strconv.FormatInt(size+int64(len(end))+1, 10))
	c.w.WriteHeader(http.StatusOK)
	if c.r.Method == http.MethodHead {
		return nil
	}
	write(c.w, []byte("["))
	if !page.Empty {
		if err := page.Send(c.w, size); err != nil {
			panic(http.ErrAbortHandler) // the client is gone, or the shape: half an answer must not look whole
		}
	}
	write(c.w, []byte(end))
	return nil
}
