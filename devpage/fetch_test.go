package devpage

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/internal/freeport"
)

// What is fetched is what was served.
func TestFetch(t *testing.T) {
	b := NewBoard(10)
	b.Set(func(s *State) {
		s.Server = Server{Instance: "1", Status: Active, Version: "0.4.0", Project: "library", StartedAt: time.Unix(1767600000, 0).UTC()}
		s.Migrations = []Migration{{Version: "1", State: Pending}}
		s.Shapes = &Shapes{Total: 1, List: []Shape{{Handle: "1-2", Table: "songs", Params: map[string]string{"1": "x"}}}}
		s.Diagnostics = &Diagnostics{List: []Diagnostic{{Excerpt: &Excerpt{Line: 3, Marked: "<b>"}}}}
		s.Diagnostics.List[0].Message = "no"
	})
	server := serve(t, b, Options{})
	for _, base := range []string{server.URL, server.URL + "/", "http://user:secret@" + server.Listener.Addr().String() + "?secret=x"} {
		s, err := Fetch(t.Context(), base)
		require.NoError(t, err)
		require.Equal(t, ready(b.State()), s)
	}
}

func TestFetchRefusals(t *testing.T) {
	for _, c := range []struct {
		kind, body string
		status     int
		want       string
		noPage     bool
	}{
		{"text/plain", "Not found", 404, "the answer is 404 Not Found, text/plain", true},
		{"text/html", "<html>", 200, "the answer is 200 OK, text/html", true},
		{"application/json", "[]", 200, "", true},
		{"application/json", "{}", 200, "it has no format number", true},
		{"application/json; charset=utf-8", `{"format": 2}`, 200, "its format is 2, this one reads up to 1; upgrade electric", false},
		{"application/json", `{"format": 1, "server": 3}`, 200, "", true},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", c.kind)
			w.WriteHeader(c.status)
			_, _ = w.Write([]byte(c.body))
		}))
		_, err := Fetch(t.Context(), server.URL)
		server.Close()
		require.ErrorContains(t, err, c.want)
		if c.noPage {
			require.ErrorIs(t, err, ErrNoPage)
		} else {
			require.NotErrorIs(t, err, ErrNoPage)
		}
	}
}

// Fields of a later electric do no harm.
func TestFetchIgnoresWhatItDoesNotKnow(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"format": 1, "server": {"project": "x", "mood": "good"}, "weather": 3}`))
	}))
	defer server.Close()
	s, err := Fetch(t.Context(), server.URL)
	require.NoError(t, err)
	require.Equal(t, "x", s.Server.Project)
}

func TestFetchNobody(t *testing.T) {
	nobody := fmt.Sprintf("http://127.0.0.1:%d", freeport.For(t))
	_, err := Fetch(t.Context(), nobody)
	require.ErrorContains(t, err, "read "+nobody+StatePath)
	require.NotErrorIs(t, err, ErrNoPage)

	_, err = Fetch(t.Context(), "http://user:secret@[bad")
	require.Error(t, err)
	require.NotContains(t, err.Error(), "secret")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = Fetch(ctx, nobody)
	require.ErrorIs(t, err, context.Canceled)
}
