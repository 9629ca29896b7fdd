package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/shape/api"
)

// What is kept how long.
const (
	aWeek    = "public, max-age=604800, s-maxage=3600, stale-while-revalidate=2629746"
	aMinute  = "public, max-age=62, stale-while-revalidate=312"
	aMoment  = "public, max-age=5, stale-while-revalidate=5"
	redirect = "public, max-age=60, must-revalidate"
	lost     = "public, max-age=1, must-revalidate"
)

// cachingServer has a shape with a row and a change, and answers live requests
// after a second at most, unless the options say otherwise.
func cachingServer(t *testing.T, o api.Options) (s *server, r *reader) {
	t.Helper()
	o.MaxAge, o.StaleAge, o.Stream, o.Delete = 62, 312, 60*time.Second, true
	if o.LongPoll == 0 {
		o.LongPoll = time.Second
	}
	s = startWith(t, options{API: o, SQL: []string{items, "INSERT INTO items VALUES (1, 'a')"}})
	r, _ = s.read("table", "items")
	s.sql("INSERT INTO items VALUES (2, 'b')")
	require.Equal(t, []string{"insert id=2 value=b", "up-to-date"}, r.next().brief())
	return s, r
}

// headersOf are the headers that caching and clients care for, those there are.
func headersOf(a answer) map[string]string {
	headers := map[string]string{}
	for _, name := range []string{
		"electric-handle", "electric-offset", "electric-schema", "electric-cursor", "electric-up-to-date", "electric-has-data",
		"electric-snapshot", "etag", "cache-control", "surrogate-control", "content-type",
	} {
		if values := a.header.Values(name); len(values) == 1 {
			headers[name] = values[0]
		}
	}
	return headers
}

const itemsSchema = `{"id":{"not_null":true,"pk_index":0,"type":"int4"},"value":{"type":"text"}}`

// Each kind of answer has all of its headers and no others. HEAD has those of GET.
func TestHeaders(t *testing.T) {
	s, r := cachingServer(t, api.Options{})
	end := r.offset
	common := map[string]string{"electric-handle": r.handle, "content-type": "application/json", "cache-control": aMinute, "electric-has-data": "true"}
	with := func(more ...string) map[string]string {
		headers := map[string]string{}
		for name, value := range common {
			headers[name] = value
		}
		for i := 0; i < len(more); i += 2 {
			if headers[more[i]] = more[i+1]; more[i+1] == "-" {
				delete(headers, more[i])
			}
		}
		return headers
	}
	tag := func(parts ...string) string { return `"` + r.handle + ":" + strings.Join(parts, ":") + `"` }
	for _, row := range []struct {
		name   string
		params []string
		status int
		want   map[string]string // "…" at the end: the rest is any, but there
	}{
		{"the beginning", []string{"offset", "-1"}, 200,
			with("electric-offset", "0_0", "electric-schema", itemsSchema, "etag", tag("-1", "0_0"), "cache-control", aWeek)},
		{"the changes", []string{"offset", "0_0"}, 200,
			with("electric-offset", end, "electric-schema", itemsSchema, "electric-up-to-date", "", "etag", tag("0_0", end))},
		{"the changes, after the snapshot", []string{"offset", "0_inf"}, 200,
			with("electric-offset", end, "electric-schema", itemsSchema, "electric-up-to-date", "", "etag", tag("0_inf", end))},
		{"nothing", []string{"offset", end}, 200,
			with("electric-offset", end, "electric-schema", itemsSchema, "electric-up-to-date", "", "etag", tag(end, end))},
		{"now", []string{"offset", "now", "handle", "any"}, 200,
			with("electric-offset", end, "electric-schema", itemsSchema, "electric-up-to-date", "", "electric-has-data", "false", "etag", tag("now", end, "…"))},
		{"live, with changes", []string{"offset", "0_0", "live", "true"}, 200,
			with("electric-offset", end, "electric-cursor", "…", "electric-up-to-date", "", "etag", tag("0_0", end), "cache-control", aMoment)},
		{"live, until it is late", []string{"offset", end, "live", "true"}, 200,
			with("electric-offset", end, "electric-cursor", "…", "electric-up-to-date", "", "electric-has-data", "false", "etag", tag(end, end, "…"), "cache-control", aMoment)},
		{"subset", []string{"offset", "-1", "subset__where", "id = 1"}, 200,
			with("electric-offset", "0_0", "electric-schema", itemsSchema, "electric-snapshot", "true", "electric-has-data", "-", "cache-control", "no-cache")},
		{"subset of now", []string{"offset", "now", "subset__where", "id = 1"}, 200,
			with("electric-offset", end, "electric-schema", itemsSchema, "electric-snapshot", "true", "electric-has-data", "-", "cache-control", "no-cache")},
		{"subset of what follows", []string{"offset", "0_0", "subset__where", "id = 1"}, 200,
			with("electric-offset", "0_0", "electric-schema", itemsSchema, "electric-snapshot", "true", "electric-has-data", "-", "cache-control", "no-cache")},
		{"subset, live", []string{"offset", end, "subset__where", "id = 1", "live", "true"}, 200,
			with("electric-offset", end, "electric-snapshot", "true", "electric-has-data", "-", "cache-control", "no-cache")},
		{"another shape's handle", []string{"offset", "0_0", "handle", "another"}, 409,
			with("etag", tag("", ""), "electric-has-data", "-", "cache-control", redirect)},
		{"another shape's handle, live", []string{"offset", "0_0", "handle", "another", "live", "true"}, 409,
			with("etag", tag("", ""), "electric-has-data", "-", "cache-control", redirect)},
	} {
		t.Run(row.name, func(t *testing.T) {
			params := append([]string{"table", "items", "handle", r.handle}, row.params...)
			for _, method := range []string{"GET", "HEAD"} {
				a := s.do(method, path(params...), "")
				require.Equal(t, row.status, a.status, a.body)
				require.Equal(t, method == "HEAD", a.body == "")
				got := headersOf(a)
				for name, value := range row.want {
					if prefix, open := strings.CutSuffix(value, `…"`); open && strings.HasPrefix(got[name], prefix) && len(got[name]) > len(value) {
						got[name] = value
					}
					if value == "…" && got[name] != "" {
						got[name] = value
					}
				}
				require.Equal(t, row.want, got, method)
			}
		})
	}
}

// The answer to the first request stays the same while the shape lives.
func TestEtagOfTheBeginning(t *testing.T) {
	s := start(t, items)
	first := s.get("table", "items", "offset", "-1")
	r, _ := s.read("table", "items")
	next := r.ask().header.Get("etag")
	s.sql("INSERT INTO items VALUES (1, 'a')")
	r.next()
	again := s.get("table", "items", "offset", "-1")
	require.Equal(t, first.header.Get("etag"), again.header.Get("etag"))
	require.Equal(t, first.body, again.body)
	require.NotEqual(t, first.header.Get("etag"), next)
	require.NotEqual(t, next, s.get("table", "items", "offset", "0_0", "handle", r.handle).header.Get("etag"))
}

// Who has an answer is told so, with the headers it would have.
func TestNotModified(t *testing.T) {
	s, r := cachingServer(t, api.Options{})
	for _, row := range []struct {
		name   string
		params []string
		cache  string
	}{
		{"the beginning", []string{"offset", "-1"}, aWeek},
		{"the changes", []string{"offset", "0_0"}, aMinute},
		{"nothing", []string{"offset", r.offset}, aMinute},
		{"live", []string{"offset", "0_0", "live", "true"}, aMoment},
	} {
		params := append([]string{"table", "items", "handle", r.handle}, row.params...)
		first := s.get(params...)
		tag := first.header.Get("etag")
		for _, known := range []string{tag, `"other", ` + tag, strings.Trim(tag, `"`), "W/" + tag} {
			a := s.do("GET", path(params...), "", "if-none-match", known)
			require.Equal(t, http.StatusNotModified, a.status, row.name)
			require.Empty(t, a.body)
			want, got := headersOf(first), headersOf(a)
			delete(want, "electric-schema")
			delete(want, "content-type")
			require.Equal(t, want["electric-cursor"] != "", got["electric-cursor"] != "", row.name)
			delete(want, "electric-cursor") // another second has another one
			delete(got, "electric-cursor")
			require.Equal(t, want, got, row.name)
			require.Equal(t, row.cache, a.header.Get("cache-control"))
		}
		require.Equal(t, http.StatusOK, s.do("GET", path(params...), "", "if-none-match", `"other"`).status)
	}
}

// An answer without news is no other's, and a subset is always fetched.
func TestAlwaysModified(t *testing.T) {
	s, r := cachingServer(t, api.Options{})
	for _, more := range [][]string{{"offset", r.offset, "live", "true"}, {"offset", "now"}} {
		params := append([]string{"table", "items", "handle", r.handle}, more...)
		tag := s.get(params...).header.Get("etag")
		a := s.do("GET", path(params...), "", "if-none-match", tag)
		require.Equal(t, http.StatusOK, a.status)
		require.NotEqual(t, tag, a.header.Get("etag"))
	}
	subset := []string{"table", "items", "offset", "-1", "subset__where", "id = 1"}
	a := s.do("GET", path(subset...), "", "if-none-match", `"`+r.handle+`:-1:0_0"`)
	require.Equal(t, http.StatusOK, a.status)
}

// A shape that is gone is told of by a 409: with the handle of the one there is
// now, or without when there can be none.
func TestMustRefetch(t *testing.T) {
	s, r := cachingServer(t, api.Options{LongPoll: patience}) // what is noticed in a while comes before its end
	const body = `[{"headers":{"control":"must-refetch"}}]`
	mustRefetch := func(a answer, handle, cache string) {
		t.Helper()
		require.Equal(t, http.StatusConflict, a.status)
		require.Equal(t, body, a.body)
		want := map[string]string{"content-type": "application/json", "cache-control": cache}
		if handle != "" {
			want["electric-handle"], want["etag"] = handle, `"`+handle+`::"`
		}
		require.Equal(t, want, headersOf(a))
	}
	mustRefetch(s.get("table", "items", "offset", "0_0", "handle", "unknown"), r.handle, redirect)
	part := s.get("table", "items", "where", "id = 1", "offset", "-1").handle()
	mustRefetch(s.get("table", "items", "offset", "0_0", "handle", part), r.handle, redirect)
	mustRefetch(s.get("table", "items", "offset", "0_0", "handle", "unknown", "subset__where", "id = 1"), r.handle, redirect)

	some, _ := s.read("table", "items", "columns", "id,value")
	answers := some.live()
	s.waiting(1)
	s.sql("ALTER TABLE items DROP COLUMN value")
	mustRefetch(s.within(answers), "", lost)
	require.Equal(t, http.StatusBadRequest, some.ask().status)
}

// A shape that is gone, and may come back in a moment, is not told of by a 409:
// clients would throw away what they have.
func TestGoneForAMoment(t *testing.T) {
	s, r := cachingServer(t, api.Options{LongPoll: patience})
	answers := r.live()
	s.waiting(1)
	s.sql("DROP TABLE items")
	require.Equal(t, http.StatusServiceUnavailable, s.within(answers).status)
	s.sql(items)
	require.Equal(t, http.StatusConflict, r.ask().status)
}

// In development nothing has to be kept.
func TestNoStore(t *testing.T) {
	s, r := cachingServer(t, api.Options{NoStore: true})
	for _, params := range [][]string{
		{"offset", "-1"}, {"offset", "0_0"}, {"offset", "now"}, {"offset", "0_0", "live", "true"}, {"offset", "0_0", "handle", "unknown"},
	} {
		a := s.get(append([]string{"table", "items", "handle", r.handle}, params...)...)
		require.Equal(t, "no-store", a.header.Get("cache-control"), params)
	}
}

// waiting waits until so many long-polls wait.
func (s *server) waiting(n int) {
	s.t.Helper()
	require.Eventually(s.t, func() bool {
		sum := 0
		for _, i := range s.engine.Shapes() {
			sum += i.Waiting
		}
		return sum == n
	}, patience, tick)
}
