package hostile

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
)

// A request is one that may be anything.
type request struct {
	method, target, body string
	header               http.Header
}

func (r *request) String() string { return fmt.Sprintf("%s %.300q %.300q", r.method, r.target, r.body) }

// places are the parameters that SQL can be tried in.
var places = []string{
	"table", "where", "columns", "queryable_columns", "params[1]", "replica", "log", "offset", "handle", "cursor", "live", "live_sse",
	"subset__where", "subset__order_by", "subset__limit", "subset__offset", "subset__params", "subset__params[1]", "subset__where_expr",
	"secret", "params", "params[]", "params[1][2]", "subset", "subset[where]", "experimental_compaction", mark, "params[" + mark + "]",
}

// usual are values that make requests come a long way.
var usual = map[string][]string{
	"table":             {"items", "public.items", `"items"`, "wide", "sentinel", "nothing", "pg_class", "pg_catalog.pg_class", "information_schema.tables"},
	"offset":            {"-1", "now", "0_0", "0_inf", "99999999999_0", "0_18446744073709551615", "-2", "1", "", "0_-1", "1_1_1"},
	"where":             {"id = 1", "title LIKE 'a%'", "id = $1", "id IN (SELECT id FROM sentinel)", "true", strings.Repeat("(", 5000), strings.Repeat("id = 1 OR ", 5000) + "true", strings.Repeat("NOT ", 3000) + "true"},
	"columns":           {"id", "id,title", `"id","Odd""Col"`, ",", "id,,", "title", strings.Repeat("id,", 5000) + "id"},
	"queryable_columns": {"id", "id,title"},
	"params[1]":         {"1", "", "a"},
	"live":              {"true", "false", "", "1"},
	"live_sse":          {"true", "false"},
	"replica":           {"full", "default", "half"},
	"log":               {"full", "changes_only", "none"},
	"handle":            {"x", "", "1-2"},
	"subset__where":     {"id = 1", "m = 'ok'", "m = 'no'", "title = $1"},
	"subset__order_by":  {"id", "id DESC NULLS LAST, title", "1"},
	"subset__limit":     {"1", "0", "-1", "x", "99999999999999999999"},
	"subset__offset":    {"0", "-1", "5"},
	"subset__params":    {`{"1":"a"}`, "{", "[]", "1", `{"1":{"a":1}}`, strings.Repeat("[", 20000)},
}

var methods = []string{"GET", "GET", "GET", "GET", "HEAD", "POST", "POST", "DELETE", "OPTIONS", "PUT", "PATCH", "TRACE", "FOO", "get"}

var paths = []string{
	"/v1/shape", "/v1/shape", "/v1/shape", "/v1/shape", "/v1/shape/", "//v1//shape", "/v1/%73hape", "/v1/shape/../shape", "/v1/shape%2f", "/v1/shape/x",
	"/v1", "/", "/v1/health", "/_electric", "/%00", "/v1/shape%00", "/%ff%fe", "/v1/shape;x=1", "/..%2f..%2fetc/passwd", "/V1/SHAPE", "/*", "/v1/shape%20",
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// random makes a request.
func random(r *rand.Rand) *request {
	q := &request{method: pick(r, methods), header: http.Header{}}
	var pairs []string
	add := func(name, value string) { pairs = append(pairs, escape(r, name)+"="+escape(r, value)) }
	if r.IntN(10) > 0 {
		add("table", pick(r, usual["table"]))
		add("offset", pick(r, usual["offset"]))
	}
	for range r.IntN(5) {
		name := pick(r, places)
		switch values := usual[name]; {
		case values != nil && r.IntN(2) == 0:
			add(name, pick(r, values))
		case r.IntN(4) == 0:
			add(name, noise(r))
		default:
			add(name, pick(r, injections))
		}
	}
	r.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
	q.target = pick(r, paths)
	if len(pairs) > 0 {
		q.target += "?" + strings.Join(pairs, pick(r, []string{"&", "&", "&", "&&", ";"}))
	}
	if q.method == "POST" || r.IntN(10) == 0 {
		q.body = body(r)
	}
	for range r.IntN(3) {
		q.header.Add(pick(r, []string{"Origin", "If-None-Match", "Content-Type", "Accept-Encoding", "Range", "Access-Control-Request-Headers", "X-Forwarded-For", "Cookie"}),
			strings.Map(printable, pick(r, injections)+strings.Repeat("a", r.IntN(2000))))
	}
	return q
}

func printable(c rune) rune {
	if c < 0x20 || c > 0x7e {
		return '?'
	}
	return c
}

// escape escapes as much as a URL asks for, or more, or wrongly.
func escape(r *rand.Rand, text string) string {
	switch r.IntN(12) {
	case 0:
		var all strings.Builder
		for _, c := range []byte(text) {
			fmt.Fprintf(&all, "%%%02x", c)
		}
		return all.String()
	case 1:
		return url.QueryEscape(text) + pick(r, []string{"%", "%zz", "%f", "%00", "+", "%ff"})
	}
	return url.QueryEscape(text)
}

// noise is bytes.
func noise(r *rand.Rand) string {
	text := make([]byte, r.IntN(60))
	for i := range text {
		text[i] = byte(r.IntN(256))
	}
	return string(text)
}

// body is a body of some kind.
func body(r *rand.Rand) string {
	switch r.IntN(4) {
	case 0:
		return noise(r)
	case 1:
		return fmt.Sprintf(`{%q: %q, "params": {"1": %q}, "order_by": %q}`, pick(r, []string{"where", "order_by", "limit", "table", "columns"}),
			pick(r, injections), pick(r, injections), pick(r, injections))
	}
	return pick(r, bodies)
}

// send asks the server.
func (q *request) send(client *http.Client, base string) (*answer, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, err
	}
	path, query, _ := strings.Cut(q.target, "?")
	u.Opaque = "//" + u.Host + path // as it stands
	u.RawQuery = query
	r := &http.Request{Method: q.method, URL: u, Host: u.Host, Header: q.header, Body: io.NopCloser(strings.NewReader(q.body)), ContentLength: int64(len(q.body))}
	response, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	return &answer{q.method, response.StatusCode, response.Header, bytes.TrimSpace(text)}, nil
}
