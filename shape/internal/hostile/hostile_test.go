package hostile

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var (
	seedFlag     = flag.Uint64("seed", 1, "the seed of the requests; 0 for a new one")
	requestsFlag = flag.Int("requests", 4000, "how many random requests to make")
)

// each asks the server for many things at the same time.
func (s *server) each(t testing.TB, n int, next func(i int) *request) {
	client := &http.Client{Timeout: soon, Transport: &http.Transport{
		MaxIdleConnsPerHost: 8, DisableCompression: true, IdleConnTimeout: 2 * time.Second, // before the server ends those that have not asked for anything yet
	}}
	defer client.CloseIdleConnections()
	const sessions = 8
	var all sync.WaitGroup
	for first := range sessions {
		all.Go(func() {
			for i := first; i < n; i += sessions {
				q := next(i)
				a, err := q.send(client, s.base())
				if err != nil {
					t.Errorf("%s: %v", q, err)
					return
				}
				if wrong := a.wrong(); wrong != "" {
					t.Errorf("%s: %s: %d %.500s", q, wrong, a.status, a.body)
					return
				}
			}
		})
	}
	all.Wait()
}

// Every payload, in every place, in the URL and in the body.
func TestInjections(t *testing.T) {
	s := start(t)
	var list []*request
	for _, payload := range injections {
		for _, place := range places {
			base := url.Values{"table": {"items"}, "offset": {"-1"}}
			base.Set(place, payload)
			if place == "params[1]" {
				base.Set("where", "title = $1 OR upper(title) = $1")
			}
			if place == "subset__params[1]" || place == "subset__params" {
				base.Set("subset__where", "title = $1")
			}
			if place == "subset__limit" || place == "subset__offset" {
				base.Set("subset__order_by", "id")
			}
			list = append(list, &request{method: "GET", target: "/v1/shape?" + base.Encode()})
		}
		for _, body := range []string{
			`{"where": %q}`, `{"where": "title = $1", "params": {"1": %q}}`, `{"order_by": %q}`, `{"order_by": "id", "limit": %q}`, `{"subset": {"where": %q}}`, `{"table": %q}`,
		} {
			list = append(list, &request{method: "POST", target: "/v1/shape?table=items&offset=-1", body: fmt.Sprintf(body, payload)})
		}
		list = append(list, &request{method: "DELETE", target: "/v1/shape?table=" + url.QueryEscape(payload) + "&handle=" + url.QueryEscape(payload)})
	}
	s.each(t, len(list), func(i int) *request { return list[i] })
	t.Logf("%d requests", len(list))
	s.stands(t)
	s.nothingGotThrough(t)
}

// Requests that are wrong in every way.
func TestRandomRequests(t *testing.T) {
	seed := *seedFlag
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("seed %d", seed)
	s := start(t)
	ask := func(n int) {
		s.each(t, n, func(i int) *request { return random(rand.New(rand.NewPCG(seed, uint64(i)))) })
	}
	ask(*requestsFlag / 4) // what is kept for good is there after these
	before := s.holding(t)
	ask(*requestsFlag)
	s.stands(t)
	s.nothingGotThrough(t)
	s.holdsNoMore(t, before)
	require.False(t, t.Failed())
}

// Shapes that have ended leave neither memory nor files, however large they were.
func TestEndedShapesLeaveNothing(t *testing.T) {
	s := start(t)
	s.stands(t)
	before := s.holding(t)
	for i := range 8 { // their rows are in memory, six megabytes each
		query := url.Values{"table": {"wide"}, "offset": {"-1"}, "where": {fmt.Sprintf("id IN (SELECT id FROM wide) AND id > %d", -i)}}
		a, err := (&request{method: "GET", target: "/v1/shape?" + query.Encode()}).send(http.DefaultClient, s.base())
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, a.status, "%s", a.body[:min(len(a.body), 200)])
		s.remove(t, a.header.Get("electric-handle"))
	}
	s.stands(t)
	s.holdsNoMore(t, before)
}
