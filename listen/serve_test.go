package listen

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const patience = 20 * time.Second

// A server is one that Serve serves.
type server struct {
	t         *testing.T
	address   string // host:port
	authority *Authority
	cancel    func()
	served    chan error // what Serve returned
}

func start(t *testing.T, handler http.HandlerFunc) *server {
	t.Helper()
	return startOn(t, listener(t), Options{Handler: handler, Authority: open(t, t.TempDir())})
}

func listener(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	return l
}

func startOn(t *testing.T, l net.Listener, o Options) *server {
	t.Helper()
	o.Log = log.New(io.Discard, "", 0)
	ctx, cancel := context.WithCancel(context.Background())
	s := &server{t: t, address: l.Addr().String(), authority: o.Authority, cancel: cancel, served: make(chan error, 1)}
	go func() {
		s.served <- Serve(ctx, l, o)
		close(s.served)
	}()
	t.Cleanup(func() {
		cancel()
		<-s.served
	})
	return s
}

// protocols are the ways to speak to a server: its name, the scheme, what the
// handler is told.
var protocols = []struct{ name, scheme, proto string }{
	{"HTTP/1.1", "http", "HTTP/1.1"},
	{"h2c", "http", "HTTP/2.0"},
	{"HTTPS by HTTP/1.1", "https", "HTTP/1.1"},
	{"HTTPS by h2", "https", "HTTP/2.0"},
}

// client is a client of one way alone.
func (s *server) client(scheme, proto string) *http.Client {
	p := new(http.Protocols)
	p.SetHTTP1(proto == "HTTP/1.1")
	p.SetHTTP2(proto == "HTTP/2.0" && scheme == "https")
	p.SetUnencryptedHTTP2(proto == "HTTP/2.0" && scheme == "http")
	transport := &http.Transport{Protocols: p}
	if s.authority != nil {
		transport.TLSClientConfig = &tls.Config{RootCAs: x509.NewCertPool()}
		transport.TLSClientConfig.RootCAs.AddCert(s.authority.certificate)
	}
	s.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

func get(client *http.Client, url string) (string, error) {
	response, err := client.Get(url)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return string(text), err
}

func tellProto(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "%s tls=%t", r.Proto, r.TLS != nil)
}

// One port speaks everything.
func TestProtocols(t *testing.T) {
	s := start(t, tellProto)
	for _, p := range protocols {
		text, err := get(s.client(p.scheme, p.proto), p.scheme+"://"+s.address)
		require.NoError(t, err, p.name)
		require.Equal(t, fmt.Sprintf("%s tls=%t", p.proto, p.scheme == "https"), text)
	}
	text, err := get(s.client("https", "HTTP/2.0"), "https://localhost:"+strings.Split(s.address, ":")[1])
	require.NoError(t, err)
	require.Equal(t, "HTTP/2.0 tls=true", text)
}

// Without an authority there is no HTTPS, and all else.
func TestWithoutAuthority(t *testing.T) {
	s := startOn(t, listener(t), Options{Handler: http.HandlerFunc(tellProto)})
	for _, p := range protocols {
		text, err := get(s.client(p.scheme, p.proto), p.scheme+"://"+s.address)
		if p.scheme == "https" {
			require.Error(t, err)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, p.proto+" tls=false", text)
	}
}

// Many live shapes of a page share a connection.
func TestStreamsShareAConnection(t *testing.T) {
	release := make(chan struct{})
	var waiting atomic.Int64
	connections := make(map[string]bool)
	seen := make(chan string, 200)
	s := start(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/live" {
			return
		}
		seen <- r.RemoteAddr
		waiting.Add(1)
		<-release
	})
	client := s.client("https", "HTTP/2.0")
	_, err := get(client, "https://"+s.address)
	require.NoError(t, err)
	done := make(chan error)
	for range 200 {
		go func() {
			_, err := get(client, "https://"+s.address+"/live")
			done <- err
		}()
	}
	require.Eventually(t, func() bool { return waiting.Load() == 200 }, patience, time.Millisecond)
	close(release)
	for range 200 {
		require.NoError(t, <-done)
		connections[<-seen] = true
	}
	require.Len(t, connections, 1)
}

// A connection that says nothing does not hold up the others.
func TestSilentConnections(t *testing.T) {
	s := start(t, tellProto)
	var silent []net.Conn
	for range 20 {
		conn, err := net.Dial("tcp", s.address)
		require.NoError(t, err)
		defer conn.Close()
		silent = append(silent, conn)
	}
	for _, p := range protocols {
		_, err := get(s.client(p.scheme, p.proto), p.scheme+"://"+s.address)
		require.NoError(t, err)
	}
	// One that says something after a while is answered.
	_, err := io.WriteString(silent[0], "GET / HTTP/1.0\r\n\r\n")
	require.NoError(t, err)
	_ = silent[0].SetReadDeadline(time.Now().Add(patience))
	text, err := io.ReadAll(silent[0])
	require.NoError(t, err)
	require.Contains(t, string(text), "HTTP/1.0 tls=false")
	// At the end they are closed.
	s.cancel()
	require.NoError(t, <-s.served)
	_ = silent[1].SetReadDeadline(time.Now().Add(patience))
	_, err = silent[1].Read(make([]byte, 1))
	require.Error(t, err)
	require.NotErrorIs(t, err, os.ErrDeadlineExceeded)
}

// A file goes to a socket as it is, by every protocol.
func TestFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	want := bytes.Repeat([]byte("0123456789abcdef"), 1<<18)
	require.NoError(t, os.WriteFile(path, want, 0o600))
	s := start(t, func(w http.ResponseWriter, _ *http.Request) {
		f, err := os.Open(path)
		if err != nil {
			panic(err)
		}
		defer f.Close()
		w.Header().Set("content-length", fmt.Sprint(len(want)))
		if _, err := io.CopyN(w, f, int64(len(want))); err != nil {
			panic(err)
		}
	})
	for _, p := range protocols {
		text, err := get(s.client(p.scheme, p.proto), p.scheme+"://"+s.address)
		require.NoError(t, err)
		require.True(t, string(want) == text, p.name)
	}
}

// The kernel copies a file to a connection without TLS, though its first byte was
// read before.
func TestSendfile(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the name of the function that waits is Linux's")
	}
	const size = 1 << 28 // more than the socket's buffers
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	require.NoError(t, os.Truncate(path, size))
	s := start(t, func(w http.ResponseWriter, _ *http.Request) {
		f, err := os.Open(path)
		if err != nil {
			panic(err)
		}
		defer f.Close()
		w.Header().Set("content-length", fmt.Sprint(size))
		_, _ = io.CopyN(w, f, size)
	})
	conn, err := net.Dial("tcp", s.address)
	require.NoError(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
	require.NoError(t, err)
	stacks := make([]byte, 1<<20)
	require.Eventually(t, func() bool {
		return bytes.Contains(stacks[:runtime.Stack(stacks, true)], []byte("internal/poll.SendFile"))
	}, patience, 5*time.Millisecond)
}
