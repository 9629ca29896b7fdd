package listen

import (
	"context"
	"crypto/tls"
	"io"
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
		return &http.Client{Transport: &http.Transport{Protocols: protocols, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	}
	return map[string]*http.Client{
		"HTTP/1.1":       client(func(p *http.Protocols) { p.SetHTTP1(true) }),
		"HTTP/2.0":       client(func(p *http.Protocols) { p.SetUnencryptedHTTP2(true) }),
		"HTTP/2.0 https": client(func(p *http.Protocols) { p.SetHTTP2(true) }),
	}
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
	const limit, size, pieces = 2 * time.Second, 16 << 20, 16
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
	l := listener(t)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- Serve(ctx, l, Options{Handler: http.HandlerFunc(handler), Authority: open(t, t.TempDir()), Patience: limit})
	}()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-ended)
	})
	scheme := "http://"
	if strings.Contains(name, "https") {
		scheme = "https://"
	}
	client := allProtocols()[name]
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
