package devpage

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// browser is what browsers send for a page.
const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

// A call is a request to a Handler.
type call struct {
	method, path string
	header       map[string]string
	host         string
	local        string // the address the connection came in on; "" is not known
	options      Options
}

func (c call) do(t *testing.T, s Source) *http.Response {
	if c.method == "" {
		c.method = http.MethodGet
	}
	r := httptest.NewRequest(c.method, c.path, nil)
	r.Host = "localhost:3000"
	if c.host != "" {
		r.Host = c.host
	}
	for name, value := range c.header {
		r.Header.Set(name, value)
	}
	if c.local != "" {
		address, err := net.ResolveTCPAddr("tcp", c.local)
		require.NoError(t, err)
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, net.Addr(address)))
	}
	w := httptest.NewRecorder()
	Handler(s, c.options).ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, answer *http.Response) string {
	data, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return string(data)
}

// The sync protocol owns /: whoever is no browser gets an empty 200 there.
func TestRoot(t *testing.T) {
	for _, c := range []struct {
		accept string
		page   bool
	}{
		{browser, true},
		{"text/html", true},
		{"application/json, TEXT/HTML;level=1; q=0.3", true},
		{"", false},
		{"*/*", false},
		{"text/*", false},
		{"application/json", false},
		{"text/html;q=0", false},
		{"text/html-like", false},
	} {
		answer := call{path: "/", header: map[string]string{"Accept": c.accept}}.do(t, NewBoard(1))
		require.Equal(t, http.StatusOK, answer.StatusCode, c.accept)
		require.Equal(t, "Accept", answer.Header.Get("Vary"), c.accept)
		if c.page {
			require.Contains(t, body(t, answer), "<!doctype html>", c.accept)
			require.Equal(t, "text/html; charset=utf-8", answer.Header.Get("Content-Type"))
		} else {
			require.Empty(t, body(t, answer), c.accept)
			require.Equal(t, "0", answer.Header.Get("Content-Length"))
		}
	}
}

func TestEveryAnswerIsGuarded(t *testing.T) {
	for _, c := range []call{
		{path: "/", header: map[string]string{"Accept": browser}}, {path: "/"}, {path: StatePath}, {path: "/_electric/none"},
		{path: "/", method: http.MethodPost}, {path: EventsPath, method: http.MethodHead}, {path: StatePath, host: "evil.example"},
	} {
		h := c.do(t, NewBoard(1)).Header
		require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"), c)
		require.Equal(t, "same-origin", h.Get("Cross-Origin-Resource-Policy"), c)
		require.Empty(t, h.Get("Access-Control-Allow-Origin"), c)
		policy := h.Get("Content-Security-Policy")
		require.Contains(t, policy, "default-src 'self';")
		require.Contains(t, policy, "frame-ancestors 'none'")
		require.NotContains(t, policy, "unsafe")
	}
}

func TestReadOnly(t *testing.T) {
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions, http.MethodPatch} {
		for _, path := range []string{"/", StatePath, EventsPath} {
			answer := call{method: method, path: path}.do(t, NewBoard(1))
			require.Equal(t, http.StatusMethodNotAllowed, answer.StatusCode)
			require.Equal(t, "GET, HEAD", answer.Header.Get("Allow"))
		}
	}
}

// A name that somebody else's DNS makes mean this machine must not open the
// state to that somebody's page.
func TestHost(t *testing.T) {
	const loopback, network = "127.0.0.1:3000", "192.168.1.5:3000"
	for _, c := range []struct {
		host, local string
		names       []string
		want        int
	}{
		{"localhost:3000", loopback, nil, 200},
		{"LOCALHOST.", loopback, nil, 200},
		{"127.0.0.1:3000", loopback, nil, 200},
		{"127.9.9.9", loopback, nil, 200},
		{"[::1]:3000", "[::1]:3000", nil, 200},
		{"[::ffff:127.0.0.1]:3000", loopback, nil, 200},
		{"app.localhost:3000", loopback, nil, 200},
		{"evil.example:3000", loopback, nil, 403},
		{"localhost.evil.example", loopback, nil, 403},
		{"127.0.0.1.evil.example", loopback, nil, 403},
		{"192.168.1.5:3000", loopback, nil, 403},
		{"", "", nil, 403},
		{"evil.example", "", nil, 403}, // where the connection ends is not known
		{"dev.example:3000", loopback, []string{"DEV.example"}, 200},
		{"other.example", loopback, []string{"dev.example"}, 403},
		{"any.example", loopback, []string{"*"}, 200},
		{"electric:3000", network, nil, 200},
	} {
		request := httptest.NewRequest(http.MethodGet, StatePath, nil)
		request.Host = c.host
		if c.local != "" {
			address, err := net.ResolveTCPAddr("tcp", c.local)
			require.NoError(t, err)
			request = request.WithContext(context.WithValue(request.Context(), http.LocalAddrContextKey, net.Addr(address)))
		}
		w := httptest.NewRecorder()
		Handler(NewBoard(1), Options{Hosts: c.names}).ServeHTTP(w, request)
		require.Equal(t, c.want, w.Code, "%q over %q", c.host, c.local)
		if c.want == 403 {
			require.Contains(t, w.Body.String(), "use localhost")
			require.NotContains(t, w.Body.String(), "format")
		}
	}
}

// The liveness check knows nothing worth hiding: proxies ask by any name.
func TestLivenessTakesAnyHost(t *testing.T) {
	require.Equal(t, 200, call{path: "/", host: "proxy.example"}.do(t, NewBoard(1)).StatusCode)
	require.Equal(t, 403, call{path: "/", host: "proxy.example", header: map[string]string{"Accept": browser}}.do(t, NewBoard(1)).StatusCode)
}

func TestOtherSites(t *testing.T) {
	for site, want := range map[string]int{"": 200, "none": 200, "same-origin": 200, "same-site": 200, "cross-site": 403} {
		answer := call{path: StatePath, header: map[string]string{"Sec-Fetch-Site": site}}.do(t, NewBoard(1))
		require.Equal(t, want, answer.StatusCode, site)
	}
	// A link on another site may lead to the page.
	answer := call{path: "/", header: map[string]string{"Sec-Fetch-Site": "cross-site", "Accept": browser}}.do(t, NewBoard(1))
	require.Equal(t, 200, answer.StatusCode)
}

func TestPaths(t *testing.T) {
	for path, want := range map[string]int{
		"/_electric": 302, "/_electric/": 302, "/_electric/none": 404, "/none": 404, "/_electric/assets/": 404,
		"/_electric/assets/app.js": 404, "/_electric/assets/000000000000/app.js": 404,
		"/_electric/assets/" + assets().hash + "/index.html": 404, "/_electric/assets/" + assets().hash + "/../state.go": 404,
	} {
		require.Equal(t, want, call{path: path}.do(t, NewBoard(1)).StatusCode, path)
	}
	require.True(t, Owns("/"))
	require.True(t, Owns("/_electric/state"))
	require.False(t, Owns("/v1/shape"))
	require.False(t, Owns("/_electrical"))
}

func TestState(t *testing.T) {
	b := NewBoard(10)
	b.Set(func(s *State) {
		s.Server.Database.URL = "postgres://ada:secret@localhost/media?sslpassword=hush"
		s.Server.Reason = "cannot connect to postgres://ada:secret@localhost"
		s.Shapes = &Shapes{List: make([]Shape, MaxShapes+7)}
		s.Agreement = &Agreement{Verdict: Unknown}
	})
	answer := call{path: StatePath}.do(t, b)
	require.Equal(t, "application/json", answer.Header.Get("Content-Type"))
	require.Equal(t, "no-store", answer.Header.Get("Cache-Control"))
	text := body(t, answer)
	require.NotContains(t, text, "secret@")
	require.NotContains(t, text, "hush")
	require.Contains(t, text, "postgres://ada:****@localhost/media?sslpassword=****")
	require.Contains(t, text, `"migrations":[]`, "a list is never null")
	require.Contains(t, text, `"places":[]`)
	var s State
	require.NoError(t, json.Unmarshal([]byte(text), &s))
	require.Equal(t, Format, s.Format)
	require.Len(t, s.Shapes.List, MaxShapes)
	require.Equal(t, MaxShapes+7, s.Shapes.Total)
	require.Len(t, b.State().Shapes.List, MaxShapes+7, "the source's own stays as it is")
	require.Zero(t, b.State().Format)
}

// In no context can a name become markup, should a browser take JSON for HTML.
func TestNamesAreEscaped(t *testing.T) {
	b := NewBoard(10)
	b.Set(func(s *State) { s.Server.Project = "</script><script>alert(1)</script>" })
	require.NotContains(t, body(t, call{path: StatePath}.do(t, b)), "<")
}

var reference = regexp.MustCompile(`(?:href|src)="(/_electric/assets/[^"]+)"|from "\./([^"]+)"`)

// All that the page and its modules refer to is there, and nothing elsewhere.
func TestPageIsComplete(t *testing.T) {
	page := body(t, call{path: "/", header: map[string]string{"Accept": browser}}.do(t, NewBoard(1)))
	require.NotContains(t, page, "{{")
	require.Contains(t, page, assets().hash)
	preloaded := page
	queue, seen := []string{}, map[string]bool{}
	collect := func(text string) {
		for _, m := range reference.FindAllStringSubmatch(text, -1) {
			path := m[1]
			if m[2] != "" {
				path = assetsPath + assets().hash + "/" + m[2]
				require.Contains(t, preloaded, path, "the page preloads all modules")
			}
			if !seen[path] {
				seen[path] = true
				queue = append(queue, path)
			}
		}
	}
	collect(page)
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		answer := call{path: path}.do(t, NewBoard(1))
		require.Equal(t, 200, answer.StatusCode, path)
		collect(body(t, answer))
	}
	for name := range assets().files {
		if name != "index.html" && !strings.HasPrefix(name, "icon-") {
			require.True(t, seen[assetsPath+assets().hash+"/"+name], "%s is not used", name)
		}
	}
}

// What the strict policy forbids would fail silently for somebody; what makes
// markup of text would fail loudly for somebody else.
func TestAssetsKeepThePolicy(t *testing.T) {
	forbidden := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser|createContextualFragment|srcdoc`)
	elsewhere := regexp.MustCompile(`(src|href)="(https?:)?//|\burl\(|@import|\bimport\(`)
	inline := regexp.MustCompile(`(?i)<style|style=|<script(?:[^>]*)>[^<]|\son[a-z]+=`)
	total := 0
	for name, a := range assets().files {
		total += len(a.data)
		require.Empty(t, forbidden.FindString(string(a.data)), name)
		require.Empty(t, elsewhere.FindString(string(a.data)), name)
		if strings.HasSuffix(name, ".html") {
			require.Empty(t, inline.FindString(string(a.data)), name)
		}
	}
	require.Less(t, total, 150_000, "bytes of all assets")
}

func TestAssetsAreKept(t *testing.T) {
	path := assetsPath + assets().hash + "/app.js"
	plain := call{path: path}.do(t, NewBoard(1))
	require.Equal(t, "text/javascript; charset=utf-8", plain.Header.Get("Content-Type"))
	require.Contains(t, plain.Header.Get("Cache-Control"), "immutable")
	text := body(t, plain)

	zipped := call{path: path, header: map[string]string{"Accept-Encoding": "br, gzip"}}.do(t, NewBoard(1))
	require.Equal(t, "gzip", zipped.Header.Get("Content-Encoding"))
	require.NotEqual(t, plain.Header.Get("ETag"), zipped.Header.Get("ETag"))
	unzipped, err := gzip.NewReader(zipped.Body)
	require.NoError(t, err)
	data, err := io.ReadAll(unzipped)
	require.NoError(t, err)
	require.Equal(t, text, string(data))

	for _, a := range []*http.Response{plain, zipped} {
		header := map[string]string{"If-None-Match": `"other", W/` + a.Header.Get("ETag"), "Accept-Encoding": a.Header.Get("Content-Encoding")}
		again := call{path: path, header: header}.do(t, NewBoard(1))
		require.Equal(t, http.StatusNotModified, again.StatusCode)
		require.Empty(t, body(t, again))
	}
	refused := call{path: path, header: map[string]string{"Accept-Encoding": "gzip;q=0"}}.do(t, NewBoard(1))
	require.Empty(t, refused.Header.Get("Content-Encoding"))

	head := call{method: http.MethodHead, path: path}.do(t, NewBoard(1))
	require.Equal(t, fmt.Sprint(len(text)), head.Header.Get("Content-Length"))
	require.Empty(t, body(t, head))
}

// The page itself is asked for anew each time, and is mostly unchanged.
func TestPageIsRevalidated(t *testing.T) {
	first := call{path: "/", header: map[string]string{"Accept": browser}}.do(t, NewBoard(1))
	require.Equal(t, "no-cache", first.Header.Get("Cache-Control"))
	again := call{path: "/", header: map[string]string{"Accept": browser, "If-None-Match": first.Header.Get("ETag")}}.do(t, NewBoard(1))
	require.Equal(t, http.StatusNotModified, again.StatusCode)
}
