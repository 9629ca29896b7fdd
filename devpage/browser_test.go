package devpage_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/devpage"
	"github.com/electric-cli/electric/devpage/internal/demo"
	"github.com/electric-cli/electric/internal/freeport"
)

const browserTests = "../test/browser"

// The page in a real browser: test/browser holds the tests, which tell this
// stage what to show.
func TestInBrowser(t *testing.T) {
	node, chromium := browserTools(t)
	stage := newStage(t)
	cmd := exec.CommandContext(t.Context(), node, "--test", "--test-reporter=spec", "--test-concurrency=1")
	cmd.Dir, cmd.WaitDelay = browserTests, time.Second // what a browser leaves running does not hold the output
	cmd.Env = append(os.Environ(), "ELECTRIC_PAGE="+stage.page, "ELECTRIC_STAGE="+stage.control.URL, "ELECTRIC_CHROMIUM="+chromium)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	t.Logf("%s", out)
}

// browserTools finds node, the tests' one library and a browser, or skips.
func browserTools(t *testing.T) (node, chromium string) {
	if testing.Short() {
		t.Skip("a browser takes a while: left out by -short")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node: install Node.js 20 or newer to try the page in a browser")
	}
	if exec.Command(node, "--test-concurrency=1", "--eval", "").Run() != nil {
		t.Skip("the node there is does not know --test-concurrency: install Node.js 20 or newer to try the page in a browser")
	}
	if _, err := os.Stat(filepath.Join(browserTests, "node_modules", ".package-lock.json")); err != nil { // npm writes it last
		t.Skip("there is no playwright-core: run npm ci in test/browser to try the page in a browser")
	}
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return node, path
		}
	}
	t.Skip("there is no chromium: install it, or name one in CHROMIUM, to try the page in a browser")
	return "", ""
}

// A stage serves the demo at one address, and at another takes orders: POST
// /scene/NAME, /new, /stop and /start. GET /streams tells how many event streams
// are open.
type stage struct {
	address string // the same after a stop
	page    string // the page's URL there
	control *httptest.Server

	t       *testing.T
	mu      sync.Mutex
	demo    *demo.Demo
	server  *http.Server // nil while stopped
	streams atomic.Int64
	running sync.WaitGroup     // handlers of the server
	end     context.CancelFunc // of the demo's life
}

func newStage(t *testing.T) *stage {
	s := &stage{t: t, address: fmt.Sprintf("127.0.0.1:%d", freeport.For(t))}
	s.page = "http://" + s.address
	require.NoError(t, s.start())
	mux := http.NewServeMux()
	order := func(pattern string, f func(*http.Request) error) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			s.mu.Lock()
			defer s.mu.Unlock()
			if err := f(r); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
			}
		})
	}
	order("POST /scene/{name}", func(r *http.Request) error { return s.demo.Scene(r.PathValue("name")) })
	order("POST /stop", func(*http.Request) error { return s.stop() })
	order("POST /start", func(*http.Request) error { return s.start() })
	mux.HandleFunc("GET /streams", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, s.streams.Load()) })
	s.control = httptest.NewServer(mux)
	t.Cleanup(s.control.Close)
	t.Cleanup(func() { _ = s.stop() })
	return s
}

// start begins anew, with a new demo, at the same address.
func (s *stage) start() error {
	if s.server != nil {
		if err := s.stop(); err != nil {
			return err
		}
	}
	l, err := net.Listen("tcp", s.address)
	if err != nil {
		return err
	}
	if s.demo, err = demo.New("internal/demo", s.page); err != nil {
		return err
	}
	handler := devpage.Handler(s.demo, devpage.Options{})
	s.server = &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.running.Add(1)
		defer s.running.Done()
		if r.URL.Path == devpage.EventsPath {
			s.streams.Add(1)
			defer s.streams.Add(-1)
		}
		handler.ServeHTTP(w, r)
	})}
	go func(server *http.Server) { _ = server.Serve(l) }(s.server)
	ctx, cancel := context.WithCancel(context.Background())
	s.end = cancel
	go s.demo.Run(ctx, 200*time.Millisecond)
	return nil
}

// stop returns when all streams have ended: closing a server does not wait for
// its handlers.
func (s *stage) stop() error {
	if s.server == nil {
		return nil
	}
	s.end()
	err := s.server.Close()
	s.server = nil
	s.running.Wait()
	return err
}
