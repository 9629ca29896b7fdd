package hostile

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// dial opens a connection and says something on it.
func (s *server) dial(t testing.TB, text string) net.Conn {
	conn, err := net.Dial("tcp", s.address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	_, err = io.WriteString(conn, text)
	require.NoError(t, err)
	return conn
}

// ended waits until the server has ended a connection.
func ended(t testing.TB, conn net.Conn, patience time.Duration) {
	t.Helper()
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(patience)))
	_, err := io.Copy(io.Discard, conn)
	if err != nil {
		require.NotContains(t, err.Error(), "timeout", "the server keeps the connection")
	}
}

// preface is how HTTP/2 without TLS begins.
const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// raw sends bytes and gives the status of the answer, 0 when there is none.
func (s *server) raw(t testing.TB, text string) int {
	conn, err := net.Dial("tcp", s.address)
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.SetDeadline(time.Now().Add(soon)))
	go func() { // the server may not want all of it
		if _, err := io.WriteString(conn, text); err == nil && len(text) < len(preface) {
			_ = conn.(*net.TCPConn).CloseWrite() // it would wait for more, which may be HTTP/2's
		}
	}()
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		require.NotContains(t, err.Error(), "timeout", "%.100q", text)
		return 0
	}
	return response.StatusCode
}

// What is no HTTP, or too much of it.
func TestMalformedHTTP(t *testing.T) {
	s := start(t)
	before := s.holding(t)
	const get = "GET /v1/shape?table=items&offset=-1 HTTP/1.1\r\nHost: x\r\n"
	for _, c := range []struct {
		text string
		want []int
	}{
		{get + "\r\n", []int{200}},
		{"\r\n\r\n", []int{0, 400}},
		{"hello\r\n\r\n", []int{400}},
		{"GET\r\n\r\n", []int{400}},
		{"GET / HTTP/9.9\r\n\r\n", []int{400, 505}},
		{"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n", []int{400}},
		{"GET /v1/shape?table=\xff\xfe&offset=-1 HTTP/1.1\r\nHost: x\r\n\r\n", []int{400}},
		{"GET /v1/shape?%zz HTTP/1.1\r\nHost: x\r\n\r\n", []int{400}},
		{"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", []int{400}},
		{"GET http://other/v1/shape?table=items&offset=-1 HTTP/1.1\r\nHost: x\r\n\r\n", []int{200}},
		{"GET /v1/shape HTTP/1.1\r\n\r\n", []int{400}},
		{"GET /v1/shape HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", []int{400}},
		{get + "X: \x00\r\n\r\n", []int{400}},
		{get + strings.Repeat("X: y\r\n", 100_000) + "\r\n", []int{200, 431}},
		{get + "X: " + strings.Repeat("y", 4<<20) + "\r\n\r\n", []int{0, 431}},
		{"GET /v1/shape?table=items&offset=-1&where=" + strings.Repeat("a", 4<<20) + " HTTP/1.1\r\nHost: x\r\n\r\n", []int{0, 414, 431}},
		{"GET /v1/shape?table=items&offset=-1&where=" + strings.Repeat("a", 500<<10) + " HTTP/1.1\r\nHost: x\r\n\r\n", []int{400}},
		{"GET /v1/shape?table=items&offset=-1" + strings.Repeat("&a=b", 100<<10) + " HTTP/1.1\r\nHost: x\r\n\r\n", []int{200}},
		{"GET /v1/shape?table=items&offset=-1" + strings.Repeat("&params[1]=b", 50<<10) + " HTTP/1.1\r\nHost: x\r\n\r\n", []int{200, 400}},
		{"GET " + strings.Repeat("/", 500<<10) + " HTTP/1.1\r\nHost: x\r\n\r\n", []int{200, 404}},
		{"POST /v1/shape?table=items&offset=-1 HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", []int{400}},
		{"POST /v1/shape?table=items&offset=-1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", []int{400}},
		{"POST /v1/shape?table=items&offset=-1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", []int{0, 400}},
		{"POST /v1/shape?table=items&offset=-1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", []int{400, 501}},
		{"POST /v1/shape?table=items&offset=-1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", []int{0, 400}},
		{post(strings.Repeat(`{"a":`, 1<<20)), []int{400}},
		{post(strings.Repeat(`[`, 4<<20)), []int{400}},
		{post(`{"where": "` + strings.Repeat("(", 1<<20) + `"}`), []int{400}},
		{post(`{"params": {` + strings.Repeat(`"1": "a", `, 1<<18) + `"1": "b"}}`), []int{200, 400}},
		{post(`{"where": "` + strings.Repeat("a", 9<<20) + `"}`), []int{413}},
		{preface + strings.Repeat("\x00", 1000), []int{0}},
		{preface + "\x00\x00\x00\x04\x00\x00\x00\x00\x00" + strings.Repeat("\xff", 100000), []int{0}},
		{"\x16\x03\x01\x02\x00\x01\x00", []int{0, 400}},
	} {
		began := time.Now()
		require.Contains(t, c.want, s.raw(t, c.text), "%.100q", c.text)
		require.Less(t, time.Since(began), soon, "%.100q", c.text)
	}
	s.stands(t)
	s.holdsNoMore(t, before)
}

func post(body string) string {
	return fmt.Sprintf("POST /v1/shape?table=items&offset=-1 HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
}

// Connections that say little, slowly, are ended; others are not held up.
func TestSlowRequests(t *testing.T) {
	s := start(t)
	before := s.holding(t)
	var conns []net.Conn
	for range 100 {
		conns = append(conns,
			s.dial(t, ""),
			s.dial(t, "GET /v1/shape?table=items"),
			s.dial(t, "GET /v1/shape?table=items&offset=-1 HTTP/1.1\r\nHost: x\r\n"),
			s.dial(t, "POST /v1/shape?table=items&offset=-1 HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"),
		)
	}
	s.stands(t)
	var dripping sync.WaitGroup
	for _, conn := range conns[2:40] {
		dripping.Go(func() { // a byte now and then does not help
			for range 30 {
				if _, err := io.WriteString(conn, "a"); err != nil {
					return
				}
				time.Sleep(500 * time.Millisecond)
			}
		})
	}
	for _, conn := range conns {
		ended(t, conn, soon)
		require.NoError(t, conn.Close())
	}
	dripping.Wait()
	s.stands(t)
	s.holdsNoMore(t, before)
}

// Clients that stop reading in the middle of an answer: others get theirs.
func TestClientsThatStopReading(t *testing.T) {
	s := start(t)
	s.stands(t)
	before := s.holding(t)
	var conns []net.Conn
	for range poolSize {
		for _, query := range []string{"", "&subset__where=true", "&subset__order_by=id"} {
			conn := s.dial(t, "GET /v1/shape?table=wide&offset=-1"+query+" HTTP/1.1\r\nHost: x\r\n\r\n")
			require.NoError(t, conn.(*net.TCPConn).SetReadBuffer(4096))
			conns = append(conns, conn)
		}
	}
	time.Sleep(500 * time.Millisecond)
	s.stands(t)
	_, err := s.db.Exec(t.Context(), "CREATE TABLE another (id int PRIMARY KEY)")
	require.NoError(t, err)
	s.answers(t, "/v1/shape?table=another&offset=-1")
	_, err = s.db.Exec(t.Context(), "DROP TABLE another")
	require.NoError(t, err)
	require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before.goroutines+poolSize }, soon, 50*time.Millisecond,
		"the server has given up on them, though they are still there")
	for _, conn := range conns {
		require.NoError(t, conn.Close())
	}
	s.holdsNoMore(t, before)
}

// Thousands of connections that are opened and dropped, at every point.
func TestDroppedConnections(t *testing.T) {
	s := start(t)
	s.stands(t)
	before := s.holding(t)
	texts := []string{
		"", "G", "GET /v1/shape?table=items&offset=-1 HTTP/1.1\r\n", "GET /v1/shape?table=items&offset=-1 HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET /v1/shape?table=wide&offset=-1 HTTP/1.1\r\nHost: x\r\n\r\n", "GET /v1/shape?table=wide&offset=-1&subset__where=true HTTP/1.1\r\nHost: x\r\n\r\n",
		"POST /v1/shape?table=items&offset=-1 HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{", "\x16\x03\x01", preface,
	}
	var all sync.WaitGroup
	for first := range 8 {
		all.Go(func() {
			for i := first; i < 3000; i += 8 {
				conn, err := net.Dial("tcp", s.address)
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.WriteString(conn, texts[i%len(texts)])
				if i%3 == 0 {
					_ = conn.(*net.TCPConn).SetLinger(0) // a reset
				}
				_ = conn.Close()
			}
		})
	}
	all.Wait()
	s.stands(t)
	s.holdsNoMore(t, before)
}

// Requests that are given up at any moment, many of them on one connection.
func TestCancelledRequests(t *testing.T) {
	s := start(t)
	s.stands(t)
	before := s.holding(t)
	for _, http2 := range []bool{false, true} {
		protocols := new(http.Protocols)
		protocols.SetHTTP1(!http2)
		protocols.SetUnencryptedHTTP2(http2)
		transport := &http.Transport{Protocols: protocols}
		var all sync.WaitGroup
		for first := range 8 {
			all.Go(func() {
				for i := first; i < 800; i += 8 {
					ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i%50)*100*time.Microsecond)
					query := []string{"offset=-1", "offset=now&subset__where=true", fmt.Sprintf("offset=-1&where=id+%%3D+%d", i)}[i%3]
					r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base()+"/v1/shape?table=wide&"+query, nil)
					if err == nil {
						var response *http.Response
						if response, err = transport.RoundTrip(r); err == nil {
							_, _ = io.Copy(io.Discard, response.Body)
							_ = response.Body.Close()
						}
					}
					cancel()
				}
			})
		}
		all.Wait()
		transport.CloseIdleConnections()
	}
	s.stands(t)
	s.holdsNoMore(t, before)
}
