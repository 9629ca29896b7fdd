package api

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// A class is what caching depends on besides the status.
type class struct {
	handle bool // the answer names one
	first  bool // offset=-1
	live   bool
	sse    bool
	subset bool
}

// cacheControl says how long who may keep the answer.
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
		w.Header().Set("surrogate-control", "no-store")
	case c.subset:
		value = "no-cache"
	case h.NoStore:
		value = "no-store"
	case c.first:
		value = "public, max-age=604800, s-maxage=3600, stale-while-revalidate=2629746"
	case c.sse:
		value = fmt.Sprintf("public, max-age=%d", int(h.Stream.Seconds())-1)
	case c.live:
		value = "public, max-age=5, stale-while-revalidate=5"
	default:
		value = fmt.Sprintf("public, max-age=%d, stale-while-revalidate=%d", h.MaxAge, h.StaleAge)
	}
	w.Header().Set("cache-control", value)
}

var clock atomic.Int64 // ticks once for every etag of an answer without changes

// etag names an answer. One without changes has a name of its own, so that it is
// never taken for another.
func etag(handle, asked, given string, same bool) string {
	if same {
		return fmt.Sprintf(`"%s:%s:%s:%d"`, handle, asked, given, clock.Add(1))
	}
	return fmt.Sprintf(`"%s:%s:%s"`, handle, asked, given)
}

// matches reports whether the client has an answer already.
func matches(r *http.Request, tag string) bool {
	for _, known := range strings.Split(r.Header.Get("if-none-match"), ",") {
		if known = strings.TrimSpace(known); known != "" && strings.Trim(known, `"`) == strings.Trim(tag, `"`) {
			return true
		}
	}
	return false
}

// cursorEpoch is where cursors are counted from.
var cursorEpoch = time.Date(2024, 10, 9, 0, 0, 0, 0, time.UTC)

// cursor is the same for all who ask within one time-out of a long-poll, and
// another than the one the client has.
func (h *Handler) cursor(p *params) string {
	interval := max(int64(h.LongPoll.Seconds()), 1)
	seconds := int64(time.Since(cursorEpoch).Seconds())
	next := (seconds + interval) / interval * interval
	if had, err := strconv.ParseInt(p.cursor, 10, 64); err == nil && had >= next {
		next = had + 1 + rand.Int64N(3600) //nolint:gosec // no secret
	}
	return strconv.FormatInt(next, 10)
}
