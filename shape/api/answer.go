package api

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/electric-cli/electric/shape"
	"github.com/electric-cli/electric/shape/shapelog"
	"github.com/electric-cli/electric/shape/wire"
)

// get answers GET, HEAD, and POST with its body merged into the query.
func (h *Handler) get(w http.ResponseWriter, r *http.Request, given fields) {
	c, err := h.call(w, r, given)
	if err == nil && c.stale() {
		h.mustRefetch(w, r, c.s)
		return
	}
	if err == nil {
		err = c.answer()
	}
	if errors.Is(err, shapelog.ErrGone) {
		err = c.gone()
	}
	if err != nil {
		h.failed(w, r, err)
	}
}

// A call is a request whose shape is found.
type call struct {
	*Handler
	w http.ResponseWriter
	r *http.Request
	p *params
	s *shape.Shape
	q *shape.Subset // nil for none
}

// call checks a request and finds its shape, or makes it: when nothing is wrong,
// not even with the subset.
func (h *Handler) call(w http.ResponseWriter, r *http.Request, given fields) (*call, error) {
	p, err := readParams(given)
	if err != nil {
		return nil, err
	}
	c := &call{Handler: h, w: w, r: r, p: p}
	if p.subset != nil {
		t, err := h.table(r.Context(), p)
		if err != nil {
			return nil, err
		}
		if c.q, err = readSubset(p, t); err != nil {
			return nil, err
		}
	}
	c.s, err = h.find(r.Context(), p)
	return c, err
}

// stale reports whether the client reads a shape that is gone, or another one than
// it defines.
func (c *call) stale() bool { return !c.p.first && !c.p.now && c.s.Handle != c.p.handle }

func (c *call) answer() error {
	switch {
	case c.q != nil:
		return c.subset()
	case c.p.now:
		lsn := c.engine.Reached(c.s) // before the end: everything up to it is in the log
		end := c.latest()
		return c.send(shapelog.Page{End: end, UpToDate: true, Empty: true}, max(lsn, end.Tx), true)
	}
	if err := c.reach(); err != nil {
		return err
	}
	switch {
	case c.p.sse:
		return c.stream()
	case c.p.live:
		return c.live()
	}
	page, lsn, err := c.wait()
	if err != nil {
		return err
	}
	return c.send(page, max(lsn, page.End.Tx), false)
}

// gone answers when the shape ended while the answer was made. Clients like to be
// told the handle of the one there is instead. Where there can be none for a while,
// they keep what they have and ask again.
func (c *call) gone() error {
	failed := c.s.Failed()
	if failed != nil && !shape.TableChanged(failed) {
		return failed
	}
	now, err := c.find(c.r.Context(), c.p)
	var later *shape.Unavailable
	if errors.As(err, &later) {
		return err
	}
	if err != nil {
		now = nil
	}
	c.mustRefetch(c.w, c.r, now)
	return nil
}

// latest is where offset=now stands: after all that there is.
func (c *call) latest() wire.Offset {
	if end := c.s.Log.Latest(); end.Tx > 0 {
		return end
	}
	return wire.SnapshotEnd
}

// page reads the log. The LSN is read before: everything up to it is in the log.
func (c *call) page() (p shapelog.Page, lsn uint64, ok bool, err error) {
	lsn = c.engine.Reached(c.s)
	if c.p.first {
		p, ok, err = c.s.Log.First()
	} else {
		p, ok, err = c.s.Log.After(c.p.offset)
	}
	return p, lsn, ok, err
}

// wait reads the log, and waits while the chunk that is asked for is being
// written, and where that is the last one, until the shape is where all are.
func (c *call) wait() (shapelog.Page, uint64, error) {
	all := c.engine.LSN()
	for {
		changed := c.s.Log.Changed()
		p, lsn, ok, err := c.page()
		if err != nil || ok && (!p.UpToDate || lsn >= all) {
			return p, lsn, err
		}
		select {
		case <-changed:
		case <-c.r.Context().Done():
			return p, 0, c.r.Context().Err()
		}
	}
}

// send answers with a page of the log, or that the client has it. same says that
// nothing has changed: nobody is to take the answer for that to a later request.
func (c *call) send(page shapelog.Page, lsn uint64, same bool) error {
	if c.has(page.End) {
		c.headers(http.StatusNotModified, page.End, page.UpToDate, false)
		c.w.WriteHeader(http.StatusNotModified)
		return nil
	}
	c.headers(http.StatusOK, page.End, page.UpToDate, same)
	end := "]"
	size := page.Size()
	if page.UpToDate {
		end = string(wire.UpToDate(lsn)) + "]"
	} else {
		size -= int64(len(",\n")) // of the last message
	}
	c.w.Header().Set("content-length", strconv.FormatInt(size+int64(len(end))+1, 10))
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
