package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A poller goes on from answer to answer as Electric's clients do.
func TestPoller(t *testing.T) {
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.RawQuery)
		w.Header().Set("electric-handle", "h")
		switch len(asked) {
		case 1:
			w.Header().Set("electric-offset", "0_0")
		case 2:
			w.Header().Set("electric-offset", "7_2")
			w.Header().Set("electric-up-to-date", "")
		case 3:
			w.Header().Set("electric-offset", "8_0")
			w.Header().Set("electric-cursor", "99")
			w.Header().Set("electric-up-to-date", "")
			_, _ = w.Write([]byte("[news]"))
		default:
			w.WriteHeader(http.StatusConflict)
			_, _ = w.Write([]byte("gone"))
		}
	}))
	defer server.Close()
	p, err := newPoller(strings.TrimPrefix(server.URL, "http://"), "table=t")
	require.NoError(t, err)
	defer p.close()
	require.NoError(t, p.catchUp())
	require.NoError(t, p.ask())
	body, err := p.answer()
	require.NoError(t, err)
	require.Equal(t, "[news]", string(body))
	require.NoError(t, p.ask())
	_, err = p.answer()
	require.EqualError(t, err, "an answer that is not 200 OK: gone")
	require.Equal(t, []string{
		"table=t&offset=-1",
		"table=t&offset=0_0&handle=h",
		"table=t&offset=7_2&handle=h&live=true&cursor=",
		"table=t&offset=8_0&handle=h&live=true&cursor=99",
	}, asked)
}
