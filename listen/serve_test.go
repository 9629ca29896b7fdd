package listen

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// serve serves a handler until the test ends.
func serve(t *testing.T, l net.Listener, o Options) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, l, o) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-ended)
	})
}

func listener(t *testing.T) net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	return l
}

func authority(t *testing.T) *Authority {
	a, err := OpenAuthority(t.TempDir())
	require.NoError(t, err)
	return a
}

func hello(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Proto) }

// clients of each protocol.
func clients() map[string]*http.Client {
	transport := func(set func(*http.Protocols)) *http.Client {
		protocols := new(http.Protocols)
		set(protocols)
		return &http.Client{Transport: &http.Transport{Protocols: protocols, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	}
	return map[string]*http.Client{
		"HTTP/1.1":       transport(func(p *http.Protocols) { p.SetHTTP1(true) }),
		"HTTP/2.0":       transport(func(p *http.Protocols) { p.SetUnencryptedHTTP2(true) }),
		"HTTP/2.0 https": transport(func(p *http.Protocols) { p.SetHTTP2(true) }),
	}
}

func get(t *testing.T, client *http.Client, url string) string {
	response, err := client.Get(url)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(text)
}

// One port has them all.
func TestProtocols(t *testing.T) {
	l, a := listener(t), authority(t)
	serve(t, l, Options{Handler: http.HandlerFunc(hello), Authority: a})
	for name, client := range clients() {
		proto, scheme, _ := strings.Cut(name, " ")
		if scheme == "" {
			scheme = "http"
		}
		require.Equal(t, proto, get(t, client, scheme+"://"+l.Addr().String()))
	}
}

// A crowded listener has too many open files for a while.
type crowded struct {
	net.Listener
	refuse int
}

func (c *crowded) Accept() (net.Conn, error) {
	if c.refuse--; c.refuse > 0 {
		return nil, &net.OpError{Op: "accept", Err: os.NewSyscallError("accept4", syscall.EMFILE)}
	}
	return c.Listener.Accept()
}

func TestTooManyOpenFilesPass(t *testing.T) {
	l := listener(t)
	serve(t, &crowded{l, 5}, Options{Handler: http.HandlerFunc(hello), Authority: authority(t)})
	require.Equal(t, "HTTP/1.1", get(t, http.DefaultClient, "http://"+l.Addr().String()))
}

// A client that reads slowly gets everything, however long it takes; one that
// stops is given up. Waiting before there is something to write costs nobody
// anything.
func TestPatience(t *testing.T) {
	for name := range clients() {
		for _, kind := range []string{"copied", "written"} {
			t.Run(name+" "+kind, func(t *testing.T) {
				t.Parallel()
				testPatience(t, name, kind == "copied")
			})
		}
	}
}

func testPatience(t *testing.T, name string, copied bool) {
	const limit, size, pieces = 300 * time.Millisecond, 24 << 20, 40
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, make([]byte, size), 0o600))
	given := make(chan error, 2)
	handler := func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(2 * limit) // a long-poll
		f, err := os.Open(path)
		if err == nil {
			defer f.Close()
			if copied {
				_, err = io.CopyN(w, f, size)
			} else {
				_, err = io.Copy(w, struct{ io.Reader }{f})
			}
		}
		given <- err
	}
	l, a := listener(t), authority(t)
	serve(t, l, Options{Handler: http.HandlerFunc(handler), Authority: a, Patience: limit})
	scheme := "http://"
	if strings.Contains(name, "https") {
		scheme = "https://"
	}
	client := clients()[name]
	response, err := client.Get(scheme + l.Addr().String())
	require.NoError(t, err)
	defer response.Body.Close()
	piece := make([]byte, size/pieces)
	for range pieces { // longer than the limit, all in all
		time.Sleep(limit / 8)
		_, err := io.ReadFull(response.Body, piece)
		require.NoError(t, err)
	}
	require.NoError(t, <-given)

	response, err = client.Get(scheme + l.Addr().String())
	require.NoError(t, err)
	defer response.Body.Close()
	select {
	case err := <-given:
		require.Error(t, err)
	case <-time.After(20 * limit):
		require.Fail(t, "the server waits for a client that has stopped reading")
	}
}
