package hostile

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// FuzzRequest gives the handler requests: whatever they are, it answers, soon, as
// the protocol says.
func FuzzRequest(f *testing.F) {
	s := start(f)
	for _, payload := range injections {
		f.Add("GET", "/v1/shape", "table=items&offset=-1&where="+url.QueryEscape(payload), "")
		f.Add("POST", "/v1/shape", "table=items&offset=now&subset__order_by="+url.QueryEscape(payload), `{"where": "id = $1", "params": {"1": "1"}}`)
	}
	for _, body := range bodies {
		f.Add("POST", "/v1/shape", "table=items&offset=-1", body)
	}
	for name, values := range usual {
		for _, value := range values {
			f.Add("GET", "/v1/shape", "table=items&offset=-1&"+url.QueryEscape(name)+"="+url.QueryEscape(value[:min(len(value), 200)]), "")
		}
	}
	f.Add("DELETE", "//v1//%73hape", "handle=x&table=items&live=banana", "")
	f.Add("OPTIONS", "/v1/health", "", "")
	f.Fuzz(func(t *testing.T, method, path, query, body string) {
		r, ok := requestOf(t.Context(), method, path, query, body)
		if !ok {
			t.Skip("net/http would not hand it on")
		}
		w := httptest.NewRecorder()
		began := time.Now()
		s.handler.ServeHTTP(w, r)
		require.Less(t, time.Since(began), soon)
		a := &answer{method, w.Code, w.Header(), bytes.TrimSpace(w.Body.Bytes())}
		require.Empty(t, a.wrong(), "%s %s?%s %s: %d %s", method, path, query, body, a.status, a.body)
	})
	f.Cleanup(func() { s.nothingGotThrough(f) })
}

// requestOf makes a request as net/http would; ok is false where it would refuse.
func requestOf(ctx context.Context, method, path, query, body string) (r *http.Request, ok bool) {
	u, err := url.ParseRequestURI("/" + strings.TrimLeft(path, "/"))
	if err != nil || !token(method) || strings.ContainsAny(query, " \x00\r\n#") {
		return nil, false
	}
	u.RawQuery = query
	r = &http.Request{
		Method: method, URL: u, Host: "localhost", Header: http.Header{}, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}
	return r.WithContext(ctx), true
}

// token reports whether a text is a method's name.
func token(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(c rune) bool { return c <= ' ' || c >= 0x7f || strings.ContainsRune(`()<>@,;:\"/[]?={}`, c) })
}
