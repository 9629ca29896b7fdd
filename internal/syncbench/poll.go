package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
)

// A poller is a client with one connection, which it uses as little of the
// machine for as it can: there may be ten thousand.
type poller struct {
	conn  net.Conn
	in    *bufio.Reader
	query string // table and where, escaped
	body  []byte

	// Of the last answer.
	handle, offset, cursor string
	upToDate               bool
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

// answer reads the answer. Its body is valid until the next one.
func (p *poller) answer() (body []byte, err error) {
	status, err := p.line()
	if err != nil {
		return nil, err
	}
	ok := string(status) == "HTTP/1.1 200 OK"
	size, err := p.headers()
	if err != nil {
		return nil, err
	}
	if cap(p.body) < size {
		p.body = make([]byte, size)
	}
	p.body = p.body[:size]
	if _, err := io.ReadFull(p.in, p.body); err != nil {
		return nil, err
	}
	if !ok {
		return nil, fmt.Errorf("an answer that is not 200 OK: %s", p.body)
	}
	return p.body, nil
}

func (p *poller) line() ([]byte, error) {
	line, err := p.in.ReadSlice('\n')
	return bytes.TrimRight(line, "\r\n"), err
}

// headers reads the headers and gives the size of the body.
func (p *poller) headers() (size int, err error) {
	p.upToDate = false
	for {
		line, err := p.line()
		if err != nil || len(line) == 0 {
			return size, err
		}
		name, value, _ := bytes.Cut(line, []byte(": "))
		switch string(name) {
		case "Electric-Handle":
			p.handle = string(value)
		case "Electric-Offset":
			p.offset = string(value)
		case "Electric-Cursor":
			p.cursor = string(value)
		case "Electric-Up-To-Date":
			p.upToDate = true
		case "Content-Length":
			if size, err = strconv.Atoi(string(value)); err != nil {
				return 0, err
			}
		}
	}
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
