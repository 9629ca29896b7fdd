package api

import (
	"time"

	"github.com/electric-cli/electric/shape/shapelog"
)

// live waits for news of the shape, and answers without any when there are none
// for a while.
func (c *call) live() error {
	if c.p.offset.Tx > max(c.engine.LSN(), c.s.Log.Latest().Tx) {
		return c.beyond()
	}
	page, lsn, err := c.news(c.LongPoll)
	if err != nil {
		return err
	}
	if !page.Empty {
		lsn = page.End.Tx
	}
	return c.send(page, lsn)
}

// news waits for what comes after the offset, for so long at most.
func (c *call) news(patience time.Duration) (shapelog.Page, uint64, error) {
	page, lsn, ok, err := c.page()
	if err != nil || ok && !page.Empty {
		return page, lsn, err
	}
	defer c.s.Wait(false)()
	timeout := time.NewTimer(patience)
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

// beyond answers a request for what comes after an offset that no log has
// reached: it may be reached in a moment, else it is of another server.
func (c *call) beyond() error {
	deadline := time.NewTimer(c.LongPoll / 2)
	defer deadline.Stop()
	for {
		changed := c.s.Log.Changed()
		if c.s.Gone() {
			return shapelog.ErrGone
		}
		if c.p.offset.Tx <= max(c.engine.LSN(), c.s.Log.Latest().Tx) {
			page, lsn, err := c.wait()
			if err != nil {
				return err
			}
			return c.send(page, max(lsn, page.End.Tx))
		}
		select {
		case <-changed:
		case <-deadline.C:
			return wrong("offset", "out of bounds for this shape")
		case <-c.r.Context().Done():
			return c.r.Context().Err()
		}
	}
}
