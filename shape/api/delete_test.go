package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/electric-cli/electric/shape/api"
)

func TestDelete(t *testing.T) {
	s := start(t, items, "INSERT INTO items VALUES (1, 'a')")
	remove := func(params ...string) answer { return s.do(http.MethodDelete, path(params...), "") }
	for _, definition := range [][]string{
		{"table", "public.items"},
		{"table", "items", "where", "id = 1"},
		{"table", "items", "where", "id = $1", "params[1]", "1"},
		{"table", "items", "columns", "id"},
		{"table", "items", "replica", "full"},
		{"table", "items", "log", "changes_only"},
	} {
		for _, how := range []string{"definition", "handle", "both"} {
			first := s.get(append(definition, "offset", "-1")...)
			require.Equal(t, http.StatusOK, first.status, first.body)
			params := definition
			switch how {
			case "handle":
				params = []string{"handle", first.handle()}
			case "both":
				params = append([]string{"handle", first.handle(), "offset", "any", "live", "true", "live_sse", "0"}, definition...)
			}
			a := remove(params...)
			require.Equal(t, http.StatusAccepted, a.status, a.body)
			require.Empty(t, a.body)
			require.Equal(t, "no-cache", a.header.Get("cache-control"))

			a = s.get(append(definition, "offset", "0_0", "handle", first.handle())...)
			require.Equal(t, http.StatusConflict, a.status)
			require.NotEqual(t, first.handle(), a.handle())
			require.NotEmpty(t, a.handle())
			require.Equal(t, a.handle(), s.get(append(definition, "offset", "-1")...).handle())
		}
	}
}

// A shape that is deleted tells so to who waits for it.
func TestDeleteWakes(t *testing.T) {
	s := start(t, items)
	r, _ := s.read("table", "items")
	answers := r.live()
	require.Eventually(t, func() bool { return s.engine.Shapes()[0].Waiting == 1 }, patience, tick)
	require.Equal(t, http.StatusAccepted, s.do(http.MethodDelete, path("handle", r.handle), "").status)
	a := s.within(answers)
	require.Equal(t, http.StatusConflict, a.status)
	require.Equal(t, `[{"headers":{"control":"must-refetch"}}]`, a.body)
}

func TestDeleteRefused(t *testing.T) {
	s := start(t, items)
	whole := s.get("table", "items", "offset", "-1").handle()
	part := s.get("table", "items", "where", "id = 1", "offset", "-1").handle()
	const none = `{"message":"No existing shape found"}`
	const mismatch = `{"message":"The specified shape definition and handle do not match. Please ensure the shape definition is correct ` +
		`or omit the shape handle from the request to obtain a new one."}`
	for _, row := range []struct {
		params []string
		status int
		body   string
	}{
		{nil, 400, `{"message":"Invalid request","errors":{"handle":["can't be blank when shape definition is missing"]}}`},
		{[]string{"offset", "-1", "table", ""}, 400, `{"message":"Invalid request","errors":{"handle":["can't be blank when shape definition is missing"]}}`},
		{[]string{"table", "items", "live", "banana"}, 400, `{"message":"Invalid request","errors":{"live":["is invalid"]}}`},
		{[]string{"handle", whole, "live_sse", "yes", "replica", "x"}, 400, `{"message":"Invalid request","errors":{"live_sse":["is invalid"],"replica":["is invalid"]}}`},
		{[]string{"table", ".invalid_shape"}, 400, `{"message":"Invalid request","errors":{"table":["Invalid zero-length delimited identifier"]}}`},
		{[]string{"table", "items", "where", "nope = 1"}, 400, `{"message":"Invalid request","errors":{"where":["At location 0: unknown reference nope"]}}`},
		{[]string{"handle", "unknown"}, 404, none},
		{[]string{"table", "items", "where", "id = 2"}, 404, none},
		{[]string{"table", "items", "where", "id = 2", "handle", whole}, 404, none},
		{[]string{"table", "items", "handle", part}, 400, mismatch},
		{[]string{"table", "items", "handle", "unknown"}, 400, mismatch},
	} {
		a := s.do(http.MethodDelete, path(row.params...), "")
		require.Equal(t, row.status, a.status, row.params)
		require.JSONEq(t, row.body, a.body)
		require.Equal(t, "no-cache", a.header.Get("cache-control"))
		require.Equal(t, "application/json", a.header.Get("content-type"))
	}
	require.Len(t, s.engine.Shapes(), 2)
}

func TestDeleteDisabled(t *testing.T) {
	s := startWith(t, options{API: api.Options{}, SQL: []string{items}})
	handle := s.get("table", "items", "offset", "-1").handle()
	for _, params := range [][]string{{"handle", handle}, {"table", ".invalid"}, nil} {
		a := s.do(http.MethodDelete, path(params...), "")
		require.Equal(t, http.StatusMethodNotAllowed, a.status)
		require.JSONEq(t, `{"message":"DELETE not allowed"}`, a.body)
	}
	require.Len(t, s.engine.Shapes(), 1)
}
