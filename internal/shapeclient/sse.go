package shapeclient

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// stream takes in server-sent events until the server ends them. Messages count
// once an up-to-date follows: what a connection that breaks leaves unfinished is
// asked for again.
func (c *Client) stream(r *http.Response) error {
	switch {
	case !strings.HasPrefix(r.Header.Get("content-type"), "text/event-stream"):
		return broken("content-type of events is %q", r.Header.Get("content-type"))
	case r.Header.Get("electric-handle") != c.handle:
		return broken("the handle of events is %q", r.Header.Get("electric-handle"))
	case r.Header.Get("electric-cursor") == "":
		return broken("there is no electric-cursor")
	}
	lines := bufio.NewReader(r.Body)
	var batch []message
	for {
		event, err := readEvent(lines)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if event == nil {
			continue
		}
		var m message
		if err := decode(event, &m); err != nil {
			return err
		}
		batch = append(batch, m)
		if m.Headers.Control == "up-to-date" {
			if err := c.events(batch, r.Header.Get("electric-cursor")); err != nil {
				return err
			}
			batch = nil
		}
	}
}

// readEvent reads one event's data; nil is a comment.
func readEvent(lines *bufio.Reader) ([]byte, error) {
	line, err := lines.ReadBytes('\n')
	if err != nil {
		return nil, err
	}
	blank, err := lines.ReadBytes('\n')
	if err != nil {
		return nil, err
	}
	data, ok := bytes.CutPrefix(bytes.TrimSuffix(line, []byte("\n")), []byte("data: "))
	switch {
	case len(blank) != 1:
		return nil, broken("an event is followed by %q", blank)
	case ok:
		return data, nil
	case line[0] != ':':
		return nil, broken("an event begins with %.100q", line)
	}
	return nil, nil
}

// events takes in messages up to an up-to-date. The client goes on from the LSN
// that it names, as Electric's own does, so it gets some of them twice.
func (c *Client) events(batch []message, cursor string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range batch {
		if err := c.state.take(&batch[i]); err != nil {
			return err
		}
	}
	lsn, err := batch[len(batch)-1].globalLSN()
	if err != nil {
		return err
	}
	if lsn > c.state.at.lsn {
		return broken("events name the LSN %d after a change at %s: the client would miss what comes between", lsn, c.state.at)
	}
	c.offset, c.cursor = strconv.FormatUint(lsn, 10)+"_0", cursor
	return c.upToDate()
}
