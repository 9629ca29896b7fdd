package shapeclient

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
)

// A snapshot is which transactions a query saw.
type snapshot struct {
	xmin, xmax uint64
	running    []uint64
}

func snapshotOf(h *headers) (*snapshot, error) {
	s := &snapshot{}
	var err error
	number := func(text string) uint64 {
		n, wrong := strconv.ParseUint(text, 10, 64)
		if wrong != nil {
			err = broken("a snapshot has the transaction %q", text)
		}
		return n
	}
	s.xmin, s.xmax = number(h.Xmin), number(h.Xmax)
	for _, xid := range h.XipList {
		s.running = append(s.running, number(xid))
	}
	return s, err
}

// sees is for transactions of one epoch: tests do not have four billion.
func (s *snapshot) sees(xid uint32) bool {
	if uint64(xid) >= s.xmax {
		return false
	}
	for _, running := range s.running {
		if running == uint64(xid) {
			return false
		}
	}
	return true
}

// A subset is the body of a subset's answer.
type subset struct {
	Metadata struct {
		headers
		Mark        uint32 `json:"snapshot_mark"`
		DatabaseLSN string `json:"database_lsn"`
	} `json:"metadata"`
	Data []message `json:"data"`
}

// load asks for all rows of a log that has changes only. Changes that these rows
// show already are passed over later.
func (c *Client) load(ctx context.Context) error {
	q := c.query()
	q.Set("offset", c.offset)
	q.Set("handle", c.handle)
	q.Set("subset__where", "true")
	address := c.Base + "/v1/shape?" + q.Encode()
	r, err := c.get(ctx, address)
	if err != nil {
		return err
	}
	defer r.Body.Close()
	if r.StatusCode == http.StatusConflict {
		return fmt.Errorf("409 for %s", address)
	}
	if r.StatusCode != http.StatusOK {
		return refused(r, address)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	if handle := r.Header.Get("electric-handle"); handle != c.handle {
		return broken("the handle of a subset is %q, not %q", handle, c.handle)
	}
	var got subset
	if err := decode(body, &got); err != nil {
		return err
	}
	for i := range got.Data {
		m := &got.Data[i]
		if m.Headers.SnapshotMark == nil || *m.Headers.SnapshotMark != got.Metadata.Mark || m.Headers.Operation != "insert" {
			return broken("a row of the subset %d: %s", got.Metadata.Mark, m)
		}
		if err := c.state.insert(m); err != nil {
			return err
		}
	}
	c.state.loaded, err = snapshotOf(&got.Metadata.headers)
	return err
}

// CaughtUp gives the client's rows if it has everything that the server has, and
// the server everything up to an LSN; nil if not yet. What the client has, it
// got by its own requests: this one only compares.
func (c *Client) CaughtUp(ctx context.Context, lsn uint64) (map[string]Row, error) {
	c.mu.Lock()
	s, offset := c.state, c.offset
	q := c.query()
	q.Set("handle", c.handle)
	live := c.live
	at := s.at
	c.mu.Unlock()
	if at.lsn != 0 {
		offset = at.String()
	}
	if !live {
		return nil, nil
	}
	q.Set("offset", offset)
	reached, err := c.reached(ctx, q)
	if err != nil || reached == 0 {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state != s || s.at != at {
		return nil, nil
	}
	s.passed = max(s.passed, reached)
	if reached < lsn {
		return nil, nil
	}
	return s.rows, nil
}

// reached asks how far the server is, where its log has nothing after an offset;
// 0 where it has.
func (c *Client) reached(ctx context.Context, q url.Values) (lsn uint64, err error) {
	r, err := c.get(ctx, c.Base+"/v1/shape?"+q.Encode())
	if err != nil {
		return 0, nil //nolint:nilerr // the server may be down
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		return 0, nil //nolint:nilerr // the client's own requests tell what is wrong
	}
	var messages []message
	if err := decode(body, &messages); err != nil {
		return 0, err
	}
	if len(messages) != 1 || messages[0].Headers.Control != "up-to-date" {
		return 0, nil
	}
	return messages[0].globalLSN()
}
