package shapeclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// query is what every request for the shape has.
func (s *Shape) query() url.Values {
	q := url.Values{"table": {s.Table}, "log": {"full"}}
	if s.ChangesOnly {
		q.Set("log", "changes_only")
	}
	if s.Where != "" {
		q.Set("where", s.Where)
	}
	for i, p := range s.Params {
		q.Set(fmt.Sprintf("params[%d]", i+1), p)
	}
	if s.Columns != nil {
		var quoted []string
		for _, name := range s.Columns {
			quoted = append(quoted, `"`+strings.ReplaceAll(name, `"`, `""`)+`"`)
		}
		q.Set("columns", strings.Join(quoted, ","))
	}
	if s.Full {
		q.Set("replica", "full")
	}
	return q
}

// refreshEvery is which of its requests does not wait for news.
const refreshEvery = 5

// patience is how long an answer may take to begin: longer than a long-poll.
const patience = 45 * time.Second

// step makes one request and takes its answer in.
func (c *Client) step(ctx context.Context) error {
	q := c.query()
	q.Set("offset", c.offset)
	if c.handle != "" {
		q.Set("handle", c.handle)
	}
	// Now and then it asks without waiting, as Electric's does after a pause.
	c.requests++
	c.asking = c.live && c.requests%refreshEvery != 0
	if c.asking {
		q.Set("live", "true")
		q.Set("cursor", c.cursor)
	}
	sse := c.asking && c.SSE
	if sse {
		q.Set("live_sse", "true")
	}
	address := c.Base + "/v1/shape?" + q.Encode()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	watchdog := time.AfterFunc(patience, cancel)
	defer watchdog.Stop()
	r, err := c.get(ctx, address)
	if err != nil {
		return err
	}
	defer r.Body.Close()
	switch {
	case r.StatusCode == http.StatusConflict:
		err = c.refetch(r)
	case r.StatusCode != http.StatusOK:
		err = refused(r, address)
	case sse:
		watchdog.Reset(2 * time.Minute)
		err = c.stream(r)
	default:
		err = c.page(ctx, r)
	}
	var b *Broken
	if errors.As(err, &b) {
		b.URL = address
	}
	return err
}

func (c *Client) get(ctx context.Context, address string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	return c.HTTP.Do(request)
}

// refused sorts answers that are no success: those that pass, and the others.
func refused(r *http.Response, address string) error {
	body, err := io.ReadAll(io.LimitReader(r.Body, 64<<10))
	if err != nil {
		return err
	}
	if r.StatusCode != http.StatusTooManyRequests && r.StatusCode < http.StatusInternalServerError {
		return &Refused{address, r.StatusCode, string(body)}
	}
	again := &errAgain{why: fmt.Errorf("%d %s", r.StatusCode, body)}
	if text := r.Header.Get("retry-after"); text != "" {
		seconds, err := strconv.Atoi(text)
		if err != nil || seconds < 1 {
			return broken("the header retry-after is %q", text)
		}
		again.after = time.Duration(seconds) * time.Second
	} else if r.StatusCode == http.StatusServiceUnavailable {
		return broken("a 503 without retry-after: %s", body)
	}
	return again
}

// mustRefetch is the whole body of a 409.
const mustRefetch = `[{"headers":{"control":"must-refetch"}}]`

// refetch takes in that the shape is gone.
func (c *Client) refetch(r *http.Response) error {
	body, err := io.ReadAll(io.LimitReader(r.Body, 64<<10))
	if err != nil {
		return err
	}
	if string(body) != mustRefetch {
		return broken("the body of a 409 is %s", body)
	}
	handle := r.Header.Get("electric-handle")
	c.mu.Lock()
	defer c.mu.Unlock()
	if handle != "" && handle == c.handle && c.offset != "-1" {
		return broken("a 409 names the handle that it refuses, %s", handle)
	}
	c.restarts++
	c.begin(handle)
	if handle == "" { // no shape was made: making it may fail again
		return &errAgain{why: errors.New("409 without a handle")}
	}
	return nil
}

// page takes in an answer that is an array of messages.
func (c *Client) page(ctx context.Context, r *http.Response) error {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	a, err := c.answer(r, body)
	if err != nil {
		return err
	}
	first := c.offset == "-1"
	for i := range a.messages {
		if err := c.state.take(&a.messages[i]); err != nil {
			return err
		}
	}
	if err := c.state.arrived(a); err != nil {
		return err
	}
	c.handle, c.offset, c.live = a.handle, a.offset, a.upToDate
	if a.cursor != "" {
		c.cursor = a.cursor
	}
	if first && c.ChangesOnly {
		if err := c.load(ctx); err != nil {
			c.begin(c.handle)
			return err
		}
	}
	if c.live {
		return c.upToDate()
	}
	return nil
}

// upToDate tells whoever wants to know.
func (c *Client) upToDate() error {
	if err := c.state.settled(); err != nil {
		return err
	}
	if c.UpToDate != nil && (!c.ChangesOnly || c.state.loaded != nil) {
		if err := c.UpToDate(c.state.rows); err != nil {
			return broken("%v", err)
		}
	}
	return nil
}
