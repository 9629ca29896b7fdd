package shapeclient

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// An answer is what a 200 says.
type answer struct {
	handle, offset, cursor string
	upToDate               bool
	messages               []message
	lsn                    uint64 // of the up-to-date
}

// answer reads and checks headers and body. It is called with the lock.
func (c *Client) answer(r *http.Response, body []byte) (*answer, error) {
	a := &answer{handle: r.Header.Get("electric-handle"), offset: r.Header.Get("electric-offset"), cursor: r.Header.Get("electric-cursor")}
	_, a.upToDate = r.Header["Electric-Up-To-Date"]
	if err := decode(body, &a.messages); err != nil {
		return nil, err
	}
	if err := c.checkHeaders(r.Header, a); err != nil {
		return nil, err
	}
	ends := len(a.messages) > 0 && a.messages[len(a.messages)-1].Headers.Control == "up-to-date"
	if ends != a.upToDate {
		return nil, broken("electric-up-to-date is %t, but the body ends with it: %t", a.upToDate, ends)
	}
	if ends {
		var err error
		if a.lsn, err = a.messages[len(a.messages)-1].globalLSN(); err != nil {
			return nil, err
		}
	}
	data := len(a.messages) > 1 || len(a.messages) == 1 && !ends
	has := r.Header.Get("electric-has-data")
	if data && has != "true" || !data && c.asking && has != "false" { // a first up-to-date may be either
		return nil, broken("electric-has-data is %q of a body with data: %t", has, data)
	}
	return a, nil
}

func (c *Client) checkHeaders(h http.Header, a *answer) error {
	switch {
	case a.handle == "":
		return broken("there is no electric-handle")
	case c.handle != "" && a.handle != c.handle && c.offset != "-1":
		return broken("the handle is %s, not %s", a.handle, c.handle)
	case !validOffset(a.offset):
		return broken("electric-offset is %q", a.offset)
	case c.asking && a.cursor == "":
		return broken("there is no electric-cursor")
	case c.asking && a.cursor == c.cursor:
		return broken("electric-cursor is the one that was sent, %s", a.cursor)
	case h.Get("etag") == "" || h.Get("cache-control") == "":
		return broken("etag or cache-control is missing: %v", h)
	case !strings.HasPrefix(h.Get("content-type"), "application/json"):
		return broken("content-type is %q", h.Get("content-type"))
	case c.offset == "-1" && (a.upToDate || a.offset != "0_0"):
		return broken("the first answer is up to date (%t) at %s", a.upToDate, a.offset)
	case c.asking:
		return nil
	}
	var schema map[string]struct {
		Type  string `json:"type"`
		PK    *int   `json:"pk_index"`
		NotNl bool   `json:"not_null"`
	}
	if err := json.Unmarshal([]byte(h.Get("electric-schema")), &schema); err != nil {
		return broken("electric-schema is %q: %v", h.Get("electric-schema"), err)
	}
	columns := map[string]bool{}
	keys := 0
	for name, column := range schema {
		columns[name] = column.NotNl
		if column.Type == "" {
			return broken("electric-schema has no type for %q", name)
		}
		if column.PK != nil {
			keys++
			if *column.PK >= len(c.Key) || c.Key[*column.PK] != name {
				return broken("electric-schema says %q is the key's column %d, which is %q", name, *column.PK, c.Key)
			}
		}
	}
	if keys != len(c.Key) {
		return broken("electric-schema has %d columns of the key %q", keys, c.Key)
	}
	c.state.columns = columns
	return nil
}

func validOffset(s string) bool {
	tx, op, ok := strings.Cut(s, "_")
	if _, err := strconv.ParseUint(tx, 10, 64); !ok || err != nil {
		return false
	}
	_, err := strconv.ParseUint(op, 10, 64)
	return err == nil || op == "inf"
}

func (m *message) globalLSN() (uint64, error) {
	text := m.Headers.GlobalLastLSN
	if text == nil {
		return 0, broken("up-to-date has no global_last_seen_lsn")
	}
	lsn, err := strconv.ParseUint(*text, 10, 64)
	if err != nil {
		return 0, broken("global_last_seen_lsn is %q", *text)
	}
	return lsn, nil
}
