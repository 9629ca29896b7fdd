package api

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/shape/wire"
)

func TestParseQuery(t *testing.T) {
	for query, want := range map[string]fields{
		"":                          {},
		"a=1&b=2":                   {"a": "1", "b": "2"},
		"a=1&a=2":                   {"a": "2"},
		"a":                         {"a": ""},
		"a=&&=1&":                   {"a": ""},
		"a=b=c":                     {"a": "b=c"},
		"a=x;y+z%3D":                {"a": "x;y z="},
		"a=%zz&%zz=1&b=1":           {"b": "1"},
		"params[1]=a&params[2]=b":   {"params": fields{"1": "a", "2": "b"}},
		"params%5B1%5D=a":           {"params": fields{"1": "a"}},
		"a[b][c]=1&a[b][d]=2":       {"a": fields{"b": fields{"c": "1", "d": "2"}}},
		"a[]=1&a[]=2":               {"a": []any{"1", "2"}},
		"a=1&a[b]=2":                {"a": fields{"b": "2"}},
		"a[b]=2&a=1":                {"a": "1"},
		"a[b=1&a]=2&[c]=3":          {"a[b": "1", "a]": "2", "[c]": "3"},
		"a[b]c=1":                   {"a[b]c": "1"},
		"subset__where=x&subset_=y": {"subset__where": "x", "subset_": "y"},
	} {
		require.Equal(t, want, parseQuery(query), query)
	}
	given := parseQuery("subset__where=x&table=t&subset__params[1]=y&subset__=z")
	gatherSubset(given)
	require.Equal(t, fields{"table": "t", "subset": fields{"where": "x", "params": fields{"1": "y"}, "": "z"}}, given)
}

func FuzzParseQuery(f *testing.F) {
	f.Add("a[b][]=1&a[][b]=%5B&subset__a[=")
	f.Fuzz(func(t *testing.T, query string) {
		given := parseQuery(query)
		gatherSubset(given)
		_, _ = readParams(given)
		_, _ = readRemoval(given)
	})
}

// Messages come in any pieces.
func TestFrames(t *testing.T) {
	const messages = "{\"a\":\",\"},\n[1,2],\n\"x,\",\n"
	const want = "data: {\"a\":\",\"}\n\ndata: [1,2]\n\ndata: \"x,\"\n\n"
	for size := 1; size <= len(messages); size++ {
		var out bytes.Buffer
		f := &frames{w: &out}
		for rest := messages; rest != ""; {
			n := min(size, len(rest))
			written, err := f.Write([]byte(rest[:n]))
			require.NoError(t, err)
			require.Equal(t, n, written)
			rest = rest[n:]
		}
		require.Equal(t, want, out.String(), "in pieces of %d", size)
	}
}

// A cursor is the same for all within a long-poll's time, and never the one that
// the client had.
func TestCursor(t *testing.T) {
	h := New(nil, Options{})
	at := func(seconds int) time.Time { return cursorEpoch.Add(time.Duration(seconds) * time.Second) }
	require.Equal(t, "1000", h.cursor("", at(1000)))
	require.Equal(t, "1020", h.cursor("", at(1001)))
	require.Equal(t, "1020", h.cursor("", at(1020)))
	require.Equal(t, "1020", h.cursor("1019", at(1015)))
	require.Equal(t, "1020", h.cursor("nonsense", at(1015)))
	for _, had := range []int{1020, 5000} {
		next, err := strconv.Atoi(h.cursor(strconv.Itoa(had), at(1015)))
		require.NoError(t, err)
		require.Greater(t, next, had)
		require.LessOrEqual(t, next, had+3600)
	}
	require.Equal(t, "2", New(nil, Options{LongPoll: 300 * time.Millisecond}).cursor("", at(2)))
}

// What nobody foresaw is told to be tried again.
func TestFailed(t *testing.T) {
	for _, row := range []struct {
		err    error
		status int
		after  string
		body   string
	}{
		{errors.New("x"), 503, "1", `{"message":"Failed to create shape, please retry"}`},
		{context.Canceled, 503, "1", `{"message":"The server is stopping, please retry"}`},
		{wrong("where", "a < b"), 400, "", `{"errors":{"where":["a < b"]},"message":"Invalid request"}`},
	} {
		w := httptest.NewRecorder()
		New(nil, Options{}).failed(w, httptest.NewRequest(http.MethodGet, "/v1/shape", nil), row.err)
		require.Equal(t, row.status, w.Code)
		require.Equal(t, row.after, w.Header().Get("retry-after"))
		require.Equal(t, row.body, w.Body.String())
		require.Equal(t, "no-store", w.Header().Get("cache-control"))
	}
	require.Equal(t, "invalid request: where", wrong("where", "x").Error())
}

// A mistake of ours in what requests share ends none of the others, nor the server.
func TestSharedCrash(t *testing.T) {
	h := New(nil, Options{}) // without an engine no table can be read
	for _, query := range []string{"table=t&offset=-1", "table=t&offset=-1&subset__limit=1&subset__order_by=id"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/v1/shape?"+query, nil))
		require.Equal(t, http.StatusInternalServerError, w.Code)
		require.Equal(t, `{"error":"Internal server error"}`, w.Body.String())
	}
}

// Texts that mean different shapes never have one key.
func TestKey(t *testing.T) {
	seen := map[string]string{}
	for _, query := range []string{
		"table=t", "table=t&where=x", "table=tx", "table=t&columns=x", "table=t&queryable_columns=x", "table=t&columns=x,y", `table=t&columns="x,y"`,
		"table=t&replica=full", "table=t&log=changes_only", "table=t&where=x&params[1]=1", "table=t&where=x&params[1]=12", "table=t&where=x&params[1]=1&params[2]=",
		`table=t&where=x" "`,
	} {
		p, err := readParams(parseQuery(query + "&offset=-1"))
		require.NoError(t, err)
		require.Empty(t, seen[p.key()], query)
		seen[p.key()] = query
		same, err := readParams(parseQuery("foo=bar&offset=0_0&handle=h&live&cursor=1&" + query))
		require.NoError(t, err)
		require.Equal(t, p.key(), same.key())
		require.Equal(t, wire.SnapshotStart, same.offset)
	}
	require.Len(t, seen, 13)
}
