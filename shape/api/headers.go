package api

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/electric-cli/electric/shape/wire"
)

// headers sets those of an answer that ends at an offset. same: nothing changed.
func (c *call) headers(status int, end wire.Offset, upToDate, same bool) {
	header := c.w.Header()
	header.Set("Electric-Handle", c.s.Handle)
	header.Set("Electric-Offset", end.String())
	header.Set("Electric-Has-Data", strconv.FormatBool(!same))
	if upToDate {
		header.Set("Electric-Up-To-Date", "")
	}
	switch {
	case c.p.live:
		header.Set("Electric-Cursor", c.cursor(c.p.cursor, time.Now()))
	case status == http.StatusOK:
		header.Set("Electric-Schema", c.s.Header())
	}
	if status == http.StatusOK {
		header.Set("content-type", "application/json")
	}
	tag := etag(c.s.Handle, c.p.offsetText, end.String())
	if same {
		tag = unique(tag)
	}
	header.Set("etag", tag)
	c.cacheControl(c.w, c.r, status, class{handle: true, first: c.p.first, live: c.p.live, sse: c.p.sse})
}

// A class is what caching depends on besides the status.
type class struct {
	handle bool // the answer names one
	first  bool // offset=-1
	live   bool
	sse    bool
	subset bool
}

// cacheControl says how long who may keep the answer. The first rule that holds
// counts.
func (h *Handler) cacheControl(w http.ResponseWriter, r *http.Request, status int, c class) {
	value := ""
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		value = "no-cache"
	case status == http.StatusConflict && h.NoStore:
		value = "no-store"
	case status == http.StatusConflict && c.handle:
		value = "public, max-age=60, must-revalidate"
	case status == http.StatusConflict:
		value = "public, max-age=1, must-revalidate"
	case status >= http.StatusBadRequest:
		value = "no-store"
		w.Header().Set("Surrogate-Control", "no-store")
	case c.subset:
		value = "no-cache"
	case h.NoStore:
		value = "no-store"
	case c.first:
		value = "public, max-age=604800, s-maxage=3600, stale-while-revalidate=2629746"
	case c.sse:
		value = fmt.Sprintf("public, max-age=%d", max(int(h.Stream.Seconds())-1, 1))
	case c.live:
		value = "public, max-age=5, stale-while-revalidate=5"
	default:
		value = fmt.Sprintf("public, max-age=%d, stale-while-revalidate=%d", h.MaxAge, h.StaleAge)
	}
	w.Header().Set("cache-control", value)
}

// etag names an answer, by the offset that was asked for and the one it ends at.
func etag(handle, asked, end string) string { return `"` + handle + ":" + asked + ":" + end + `"` }

var clock atomic.Int64 // ticks once for every unique etag

func init() { clock.Store(time.Now().UnixNano()) } // those of the process before are others

// unique gives an etag that no other answer has.
func unique(tag string) string {
	return strings.TrimSuffix(tag, `"`) + ":" + strconv.FormatInt(clock.Add(1), 10) + `"`
}

// has reports whether the client has the answer that ends at an offset already.
func (c *call) has(end wire.Offset) bool {
	known := c.r.Header.Values("if-none-match")
	if known == nil {
		return false
	}
	tag := strings.Trim(etag(c.s.Handle, c.p.offsetText, end.String()), `"`)
	for _, text := range strings.Split(strings.Join(known, ","), ",") {
		// A proxy that has compressed the answer marks its tag as weak.
		if strings.Trim(strings.TrimPrefix(strings.TrimSpace(text), "W/"), `"`) == tag {
			return true
		}
	}
	return false
}

// cursorEpoch is where cursors are counted from.
var cursorEpoch = time.Date(2024, 10, 9, 0, 0, 0, 0, time.UTC)

// cursor is the same for all who ask within one time-out of a long-poll, and
// another one than the client had.
func (h *Handler) cursor(before string, now time.Time) string {
	interval := max(int64(h.LongPoll.Seconds()), 1)
	seconds := int64(now.Sub(cursorEpoch).Seconds())
	next := (seconds + interval - 1) / interval * interval
	if had, err := strconv.ParseInt(before, 10, 64); err == nil && had >= next {
		next = had + 1 + rand.Int64N(3600) //nolint:gosec // no secret
	}
	return strconv.FormatInt(next, 10)
}
