package api

import (
	"time"

	"github.com/electric-cli/electric/shape/shapelog"
	"github.com/electric-cli/electric/shape/wire"
)

// live waits for news of the shape, and answers without any when there are none
// for a while.
func (c *call) live() error {
	page, lsn, ok, err := c.page()
	if err != nil {
		return err
	}
	if !ok || page.Empty && !c.has(page.End) {
		if page, lsn, err = c.news(); err != nil {
			return err
		}
	}
	if !page.Empty {
		lsn = page.End.Tx
	}
	return c.send(page, lsn, page.Empty)
}

// news waits for what comes after the offset, for a long-poll at most.
func (c *call) news() (shapelog.Page, uint64, error) {
	defer c.s.Wait(false)()
	timeout := time.NewTimer(c.LongPoll)
	defer timeout.Stop()
	for late := false; ; {
		changed := c.s.Log.Changed()
		page, lsn, ok, err := c.page()
		if err != nil || ok && (!page.Empty || late) {
			return page, lsn, err
		}
		select {
		case <-changed:
		case <-timeout.C:
			late = true
		case <-c.r.Context().Done():
			return page, 0, c.r.Context().Err()
		}
	}
}

// reach waits for an offset that no log has come to, half a long-poll at most: it
// may be there in a moment, else it is of another server.
func (c *call) reach() error {
	if !c.beyond() {
		return nil
	}
	deadline := time.NewTimer(c.LongPoll / 2)
	defer deadline.Stop()
	for {
		changed := c.s.Log.Changed()
		switch {
		case c.s.Gone():
			return shapelog.ErrGone
		case !c.beyond():
			return nil
		}
		select {
		case <-changed:
		case <-deadline.C:
			if c.beyond() {
				return wrong("offset", "out of bounds for this shape")
			}
			return nil
		case <-c.r.Context().Done():
			return c.r.Context().Err()
		}
	}
}

// beyond reports whether the client's offset is after all that there is. What
// other shapes got counts: streams of events tell of it.
func (c *call) beyond() bool {
	o := c.p.offset
	if c.p.first || o == wire.SnapshotEnd || !c.s.Log.Latest().Less(o) {
		return false
	}
	return o.Tx == 0 || o.Tx > c.engine.LSN()
}
