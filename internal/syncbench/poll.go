package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
)

// A poller is a client with one connection, which it uses as little of the
// machine for as it can: there may be ten thousand.
type poller struct {
	conn     net.Conn
	in       *bufio.Reader
	query    string // table and where, escaped
	handle   string
	offset   string
	cursor   string
	upToDate bool
}

func newPoller(address, query string) (*poller, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &poller{conn: conn, in: bufio.NewReaderSize(conn, 2048), query: query, offset: "-1"}, nil
}

func (p *poller) close() { _ = p.conn.Close() }

// ask sends the next request.
func (p *poller) ask() error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "GET /v1/shape?%s&offset=%s", p.query, p.offset)
	if p.handle != "" {
		fmt.Fprintf(&b, "&handle=%s", p.handle)
	}
	if p.upToDate {
		fmt.Fprintf(&b, "&live=true&cursor=%s", p.cursor)
	}
	b.WriteString(" HTTP/1.1\r\nhost: localhost\r\naccept: */*\r\nuser-agent: syncbench\r\n\r\n")
	_, err := p.conn.Write(b.Bytes())
	return err
}

// answer reads the answer.
func (p *poller) answer() (body []byte, err error) {
	a, err := http.ReadResponse(p.in, nil)
	if err != nil {
		return nil, err
	}
	defer a.Body.Close()
	if body, err = io.ReadAll(a.Body); err != nil {
		return nil, err
	}
	if a.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %s: %s", a.Status, body)
	}
	p.handle, p.offset, p.cursor = a.Header.Get("electric-handle"), a.Header.Get("electric-offset"), a.Header.Get("electric-cursor")
	p.upToDate = a.Header["Electric-Up-To-Date"] != nil
	return body, nil
}

// catchUp fetches what there is: the next request waits.
func (p *poller) catchUp() error {
	for !p.upToDate {
		if err := p.ask(); err != nil {
			return err
		}
		if _, err := p.answer(); err != nil {
			return err
		}
	}
	return nil
}
