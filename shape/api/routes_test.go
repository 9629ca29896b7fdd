package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/shape/api"
)

func TestRoutes(t *testing.T) {
	s := start(t, items)
	for _, row := range []struct {
		method, path string
		status       int
		body         string
		methods      string // access-control-allow-methods
	}{
		{"GET", "/", 200, "", "GET, HEAD"},
		{"HEAD", "/", 200, "", "GET, HEAD"},
		{"POST", "/", 404, "Not found", "GET, HEAD"},
		{"GET", "/v1/health", 200, `{"status":"active"}`, "GET, HEAD"},
		{"GET", "/v1//health/", 200, `{"status":"active"}`, "GET, HEAD"},
		{"HEAD", "/v1/health", 200, "", "GET, HEAD"},
		{"POST", "/v1/health", 404, "Not found", "GET, HEAD"},
		{"GET", "/v1/shapes", 404, "Not found", "GET, HEAD"},
		{"GET", "/v1", 404, "Not found", "GET, HEAD"},
		{"GET", "/v1/./shape", 404, "Not found", "GET, HEAD"},
		{"GET", "/v1%2Fshape", 404, "Not found", "GET, HEAD"},
		{"GET", "/V1/shape", 404, "Not found", "GET, HEAD"},
		{"PUT", "/v1/shape", 404, "Not found", "GET, HEAD"},
		{"PATCH", "/v1/shape", 404, "Not found", "GET, HEAD"},
		{"OPTIONS", "/v1/health", 404, "Not found", "GET, HEAD"},
		{"GET", "/_electrics", 404, "Not found", "GET, HEAD"},
		{"OPTIONS", "/v1/shape", 204, "", "GET, POST, HEAD, DELETE, OPTIONS"},
		{"OPTIONS", "/v1/%73hape?table=items", 204, "", "GET, POST, HEAD, DELETE, OPTIONS"},
	} {
		a := s.do(row.method, row.path, "")
		require.Equal(t, row.status, a.status, row)
		require.Equal(t, row.body, a.body, row)
		require.Equal(t, row.methods, a.header.Get("access-control-allow-methods"), row)
		require.Equal(t, "*", a.header.Get("access-control-allow-origin"), row)
		require.Equal(t, "ElectricSQL/test", a.header.Get("electric-server"), row)
	}
	health := s.do("GET", "/v1/health", "")
	require.Equal(t, "no-cache, no-store, must-revalidate", health.header.Get("cache-control"))
	require.Equal(t, "application/json", health.header.Get("content-type"))
}

// shapePaths all lead to the shapes.
var shapePaths = []string{"/v1/shape", "/v1/shape/", "/v1//shape", "/v1/shape//", "//v1/shape", "/v1/%73hape", "/%76%31/shape"}

func TestNormalisedPaths(t *testing.T) {
	s := start(t, items, "INSERT INTO items VALUES (1, 'a')")
	for _, path := range shapePaths {
		a := s.do("GET", path+"?table=items&offset=-1", "")
		require.Equal(t, []string{"insert id=1 value=a", "snapshot-end"}, a.brief(), path)
	}
}

func TestPreflight(t *testing.T) {
	s := start(t)
	a := s.do("OPTIONS", "/v1/shape", "")
	require.Equal(t, "86400", a.header.Get("access-control-max-age"))
	require.Empty(t, a.header.Get("access-control-allow-headers"))
	require.Empty(t, a.header.Get("cache-control"))
	a = s.do("OPTIONS", "/v1/shape", "", "origin", "http://localhost:5173", "access-control-request-headers", "authorization,content-type")
	require.Equal(t, http.StatusNoContent, a.status)
	require.Equal(t, "authorization,content-type", a.header.Get("access-control-allow-headers"))
	require.Equal(t, "http://localhost:5173", a.header.Get("access-control-allow-origin"))
}

func TestOrigin(t *testing.T) {
	s := start(t, items)
	for _, params := range [][]string{{"table", "items", "offset", "-1"}, {"table", "none", "offset", "-1"}, {}} {
		a := s.do("GET", path(params...), "", "origin", "http://app.example")
		require.Equal(t, "http://app.example", a.header.Get("access-control-allow-origin"))
		require.Equal(t, "origin", a.header.Get("vary"))
	}
}

func TestSecret(t *testing.T) {
	s := startWith(t, options{API: api.Options{Secret: "s3cret", Delete: true}})
	authorized := func(method, path string) {
		t.Helper()
		a := s.do(method, path, "")
		require.Equal(t, http.StatusBadRequest, a.status, "%s %s: the secret is right, the rest is missing", method, path)
	}
	unauthorized := func(method, path string) {
		t.Helper()
		a := s.do(method, path, "")
		require.Equal(t, http.StatusUnauthorized, a.status, "%s %s", method, path)
		require.JSONEq(t, `{"message":"Unauthorized - Invalid API secret"}`, a.body)
		require.Equal(t, "*", a.header.Get("access-control-allow-origin"), "so that pages see what is wrong")
	}
	for _, path := range shapePaths {
		for _, method := range []string{"GET", "POST", "DELETE"} {
			unauthorized(method, path)
			unauthorized(method, path+"?secret=wrong")
			unauthorized(method, path+"?secret=")
			unauthorized(method, path+"?secret[]=s3cret")
			unauthorized(method, path+"?secret=wrong&api_secret=s3cret")
			unauthorized(method, path+"?secret=s3cret&secret=wrong")
			authorized(method, path+"?secret=s3cret")
			authorized(method, path+"?api_secret=s3cret")
			authorized(method, path+"?secret=wrong&secret=s3cret")
		}
	}
	require.Equal(t, http.StatusUnauthorized, s.do("HEAD", "/v1/shape", "").status)
	for path, status := range map[string]int{"/": 200, "/nonexistent": 404, "/v1/health": 200, "/v1%2Fshape": 404} {
		require.Equal(t, status, s.do("GET", path, "").status, path)
	}
	require.Equal(t, http.StatusNoContent, s.do("OPTIONS", "/v1/shape", "").status)
	require.Equal(t, http.StatusNotFound, s.do("PUT", "/v1/shape", "").status)
}

// Of several values of a parameter the last one counts, so that a proxy's comes
// after the client's; others than Electric's are passed over, and make no other
// shape.
func TestParameters(t *testing.T) {
	s := start(t, items, "CREATE TABLE others (id int PRIMARY KEY)", "INSERT INTO items VALUES (1, 'a;b'), (2, 'c')")
	handle := s.get("table", "items", "offset", "-1").handle()
	require.NotEmpty(t, handle)
	for _, query := range []string{
		"table=others&offset=-1&table=items",
		"offset=-1&table=public.items&foo=bar&expired_handle=x&cache-buster=1&log=full&replica=default&where=&columns=",
		"offset=-1&table=ITEMS&cursor=12&handle=other",
		"offset=-1&table=%22public%22.%22items%22&%zz=1&params[1]=unused",
		"offset=-1&table=items&columns=value,id&columns=%22",
	} {
		a := s.do("GET", "/v1/shape?"+query, "")
		if strings.HasSuffix(query, "%22") {
			require.Equal(t, http.StatusBadRequest, a.status)
			continue
		}
		require.Equal(t, http.StatusOK, a.status, a.body)
		require.Equal(t, handle, a.handle(), query)
	}
	a := s.do("GET", "/v1/shape?offset=-1&table=items&where=value='a;b'", "")
	require.Equal(t, []string{"insert id=1 value=a;b", "snapshot-end"}, a.brief())
	a = s.do("GET", "/v1/shape?offset=-1&table=items&where=value=$1%20or+id=$2&params[2]=2&params[1]=a;b", "")
	require.Equal(t, []string{"insert id=1 value=a;b", "insert id=2 value=c", "snapshot-end"}, a.brief())
	a = s.do("GET", "/v1/shape?offset=-1&table=items&columns[]=id", "")
	require.Equal(t, []string{"insert id=1", "insert id=2", "snapshot-end"}, a.brief())
}

func TestPost(t *testing.T) {
	s := start(t, items, "INSERT INTO items VALUES (1, 'a'), (2, 'b'), (3, 'c')")
	post := func(query, body string) answer {
		t.Helper()
		return s.do("POST", "/v1/shape?"+query, body, "content-type", "application/json")
	}
	subset := func(query, body string) []string {
		t.Helper()
		a := post(query, body)
		require.Equal(t, http.StatusOK, a.status, a.body)
		require.Equal(t, "true", a.header.Get("electric-snapshot"))
		require.NotEmpty(t, a.handle())
		require.NotEmpty(t, a.offset())
		require.NotEmpty(t, a.header.Get("electric-schema"))
		require.Equal(t, "no-cache", a.header.Get("cache-control"))
		return briefs(a.subset().Data)
	}
	const query = "table=items&offset=-1"
	a, b, c := "insert id=1 value=a", "insert id=2 value=b", "insert id=3 value=c"

	require.Equal(t, []string{b}, subset(query, `{"where": "value = $1", "params": {"1": "b"}}`), "flat")
	require.Equal(t, []string{b}, subset(query, `{"subset": {"where": "id = $1", "params": {"1": 2}}}`), "nested; numbers")
	require.Equal(t, []string{b}, subset(query, `{"where": "id = $1", "params": "{\"1\": \"2\"}"}`), "parameters in a text")
	require.Equal(t, []string{c, b}, subset(query, `{"order_by": "id DESC", "limit": 2, "where": null}`))
	require.Equal(t, []string{b}, subset(query, `{"order_by": "id DESC", "limit": "1", "offset": 1}`), "the offset is the subset's")
	require.Equal(t, []string{a, b, c}, subset(query, `{"where_expr": {"type": "ref"}}`))
	require.Equal(t, []string{a, b, c}, subset(query, `{"subset": {}}`))
	require.Equal(t, []string{c}, subset(query+"&subset__where=id>1&subset__order_by=id", `{"where": "id > 2"}`), "the body is over the query")
	require.Equal(t, []string{c}, subset(query+"&subset__where=id>2", `{"order_by": "id"}`), "and beside it")
	require.Equal(t, []string{c}, subset("table=nope&offset=x", `{"subset": {"where": "id > 1"}, "table": "items", "offset": "-1", "where": "id = $1", "params": {"1": "3"}}`))
	require.Equal(t, []string{"insert id=1"}, subset(query, `{"subset": {"where": "id = 1"}, "columns": ["id"]}`))

	for _, body := range []string{"", "{}", `{"log": "full"}`, `{"subset": null}`} {
		got := post(query, body)
		require.Equal(t, []string{a, b, c, "snapshot-end"}, got.brief(), "as GET")
		require.Equal(t, "no-cache", got.header.Get("cache-control"))
	}

	for _, row := range []struct {
		body   string
		status int
		want   string
	}{
		{"not valid json", 400, `{"error":"Invalid JSON in request body","details":"…"}`},
		{"{} {}", 400, `{"error":"Invalid JSON in request body","details":"…"}`},
		{" ", 400, `{"error":"Invalid JSON in request body","details":"…"}`},
		{`["an", "array"]`, 400, `{"error":"Request body must be a JSON object"}`},
		{"null", 400, `{"error":"Request body must be a JSON object"}`},
		{`{"where": "` + strings.Repeat("x", 8_000_000) + `"}`, 413, `{"error":"Request body too large"}`},
		{`{"limit": 1}`, 400, `{"message":"Invalid request","errors":{"subset":{"order_by":["order_by is required when limit or offset is present"]}}}`},
		{`{"subset": "x"}`, 400, `{"message":"Invalid request","errors":{"subset":["is invalid"]}}`},
		{`{"table": 1}`, 400, `{"message":"Invalid request","errors":{"table":["is invalid"]}}`},
		{`{"subset": {}, "where": "id = $1", "params": {"1": 1}}`, 400, `{"message":"Invalid request","errors":{"params":["is invalid"]}}`},
		{`{"columns": ["id", ""]}`, 400, `{"message":"Invalid request","errors":{"columns":["Invalid zero-length identifier"]}}`},
		{`{"columns": []}`, 400, `{"message":"Invalid request","errors":{"columns":["is invalid"]}}`},
	} {
		got := post(query, row.body)
		require.Equal(t, row.status, got.status, got.body)
		var answer map[string]any
		require.NoError(t, json.Unmarshal([]byte(got.body), &answer))
		if _, ok := answer["details"]; ok {
			answer["details"] = "…"
		}
		jsonEqual(t, answer, row.want)
		require.Equal(t, "no-cache", got.header.Get("cache-control"))
		require.Equal(t, "application/json", got.header.Get("content-type"))
	}
}

// A body that does not arrive is answered all the same.
func TestSlowBody(t *testing.T) {
	s := startWith(t, options{API: api.Options{ReadTimeout: 50 * time.Millisecond}})
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.base, "http://"))
	require.NoError(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, "POST /v1/shape HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n{")
	require.NoError(t, err)
	_ = conn.SetReadDeadline(time.Now().Add(patience))
	text, err := io.ReadAll(conn)
	require.NoError(t, err)
	require.True(t, bytes.HasPrefix(text, []byte("HTTP/1.1 400 ")), string(text))
	require.True(t, bytes.HasSuffix(text, []byte(`{"error":"Failed to read request body"}`)), string(text))
}
