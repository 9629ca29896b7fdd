package shapeclient

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// A Shape is what is followed.
type Shape struct {
	Table       string // as the request has it, quoted where that is needed
	Where       string
	Params      []string // $1, $2, …
	Columns     []string // names; nil for all
	Full        bool     // replica=full
	ChangesOnly bool     // log=changes_only; the rows come from a subset
	Key         []string // columns of the primary key; nil for none

	// Repeats is set for shapes whose filter reads other tables: a change of such
	// a shape may be told again by a later transaction.
	Repeats bool
}

// Options for New.
type Options struct {
	Base string // of the server: http://127.0.0.1:3000
	Shape
	SSE  bool          // live changes by server-sent events
	Slow time.Duration // pause before each request
	HTTP *http.Client  // nil is a client of this one's own

	// UpToDate, when not nil, is called with the rows whenever the client has all
	// there is. They must not be altered or kept.
	UpToDate func(rows map[string]Row) error
}

// A Client follows one shape.
type Client struct {
	Options

	mu       sync.Mutex // guards the rest
	handle   string
	offset   string // of the next request
	cursor   string
	live     bool // up to date: requests wait for news
	requests int
	asking   bool // this one does
	state    *state
	restarts int
	retries  int
	last     error // why the last request is tried again
}

// New makes a client; Run starts it.
func New(o Options) *Client {
	if o.HTTP == nil {
		o.HTTP = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 4}}
	}
	c := &Client{Options: o}
	c.begin("")
	return c
}

// begin starts over: handle is the shape's new one, if the server said.
func (c *Client) begin(handle string) {
	c.handle, c.offset, c.cursor, c.live = handle, "-1", "", false
	c.state = newState(&c.Shape)
}

// A Broken is a promise that the server broke.
type Broken struct {
	URL  string
	What string
}

func (b *Broken) Error() string { return b.What + "\n  in the answer to " + b.URL }

func broken(format string, args ...any) error { return &Broken{What: fmt.Sprintf(format, args...)} }

// A Refused is an answer that tells the client to give up.
type Refused struct {
	URL    string
	Status int
	Body   string
}

func (r *Refused) Error() string { return fmt.Sprintf("%d %s\n  for %s", r.Status, r.Body, r.URL) }

// errAgain asks for another try, after a while.
type errAgain struct {
	after time.Duration
	why   error
}

func (e *errAgain) Error() string { return e.why.Error() }

// Pauses between tries, where the server names none.
const (
	firstPause = 20 * time.Millisecond
	lastPause  = time.Second
)

// Run follows the shape until the context ends; then it is nil. Every other end
// is a [Broken] or a [Refused].
func (c *Client) Run(ctx context.Context) error {
	pause := firstPause
	for ctx.Err() == nil {
		if !sleep(ctx, c.Slow) {
			break
		}
		err := c.step(ctx)
		var b *Broken
		var r *Refused
		switch {
		case ctx.Err() != nil:
			return nil
		case err == nil:
			pause = firstPause
			continue
		case errors.As(err, &b), errors.As(err, &r):
			return err
		}
		wait := pause
		var again *errAgain
		if errors.As(err, &again) {
			wait = max(wait, again.after)
		}
		c.mu.Lock()
		c.retries++
		c.last = err
		c.mu.Unlock()
		sleep(ctx, wait)
		pause = min(2*pause, lastPause)
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// A Report says how a client has fared.
type Report struct {
	Handle   string
	Offset   string
	Rows     int
	Loaded   bool  // the subset, of a log that has changes only
	Restarts int   // because of a 409
	Retries  int   // because of an error that passes
	Last     error // of those
}

// Report tells how the client has fared so far.
func (c *Client) Report() Report {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Report{c.handle, c.offset, len(c.state.rows), c.state.loaded != nil, c.restarts, c.retries, c.last}
}
