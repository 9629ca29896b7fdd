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
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// allProtocols are clients that speak one protocol each.
func allProtocols() map[string]*http.Client {
	client := func(set func(*http.Protocols)) *http.Client {
		protocols := new(http.Protocols)
		set(protocols)
		return &http.Client{Transport: &http.Transport{Protocols: protocols, DialContext: dialNarrow, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	}
	return map[string]*http.Client{
		"HTTP/1.1":       client(func(p *http.Protocols) { p.SetHTTP1(true) }),
		"HTTP/2.0":       client(func(p *http.Protocols) { p.SetUnencryptedHTTP2(true) }),
		"HTTP/2.0 https": client(func(p *http.Protocols) { p.SetHTTP2(true) }),
	}
}

// narrow is how much a connection's end keeps, in bytes: no more than that is sent
// to a client that does not read, whatever the machine's own buffers are.
const narrow = 64 << 10

func dialNarrow(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err == nil {
		err = conn.(*net.TCPConn).SetReadBuffer(narrow)
	}
	return conn, err
}

// A narrowListener takes connections that keep little.
type narrowListener struct{ net.Listener }

func (l narrowListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err == nil {
		err = conn.(*net.TCPConn).SetWriteBuffer(narrow)
	}
	return conn, err
}

// A client that reads slowly gets everything, however long it takes; one that
// stops is given up. Waiting before there is something to write costs nobody
// anything.
func TestPatience(t *testing.T) {
	for name := range allProtocols() {
		for _, kind := range []string{"copied", "written"} {
			t.Run(name+" "+kind, func(t *testing.T) {
				t.Parallel()
				testPatience(t, name, kind == "copied")
			})
		}
	}
}

func testPatience(t *testing.T, name string, copied bool) {
	const limit, size, pieces = 5 * time.Second, 12 << 20, 12
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, make([]byte, size), 0o600))
	given := map[string]chan error{"/slow": make(chan error, 1), "/stopped": make(chan error, 1)}
	handler := func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(limit + limit/5) // a long-poll
		f, err := os.Open(path)
		if err == nil {
			defer f.Close()
			if copied {
				_, err = io.CopyN(w, f, size)
			} else {
				_, err = io.Copy(w, struct{ io.Reader }{f})
			}
		}
		given[r.URL.Path] <- err
	}
	l := narrowListener{listener(t)}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- Serve(ctx, l, Options{Handler: http.HandlerFunc(handler), Authority: open(t, t.TempDir()), Patience: limit})
	}()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-ended)
	})
	base := "http://" + l.Addr().String()
	if strings.Contains(name, "https") {
		base = "https://" + l.Addr().String()
	}
	stopped := make(chan error, 1) // a client with a connection of its own, which reads nothing
	go func() {
		response, err := allProtocols()[name].Get(base + "/stopped")
		if err == nil {
			t.Cleanup(func() { response.Body.Close() })
		}
		stopped <- err
	}()

	response, err := allProtocols()[name].Get(base + "/slow")
	require.NoError(t, err)
	defer response.Body.Close()
	piece := make([]byte, size/pieces)
	for range pieces { // longer than the limit, all in all; on a busy machine each may take ten times as long
		time.Sleep(limit / 10)
		_, err := io.ReadFull(response.Body, piece)
		require.NoError(t, err)
	}
	require.NoError(t, <-given["/slow"])

	require.NoError(t, <-stopped)
	select {
	case err := <-given["/stopped"]:
		require.Error(t, err)
	case <-time.After(12 * limit):
		require.Fail(t, "the server waits for a client that has stopped reading")
	}
}
