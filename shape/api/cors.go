package api

import "net/http"

// Methods of the API: of shapes, and of all else.
const (
	shapeMethods = "GET, POST, HEAD, DELETE, OPTIONS"
	reading      = "GET, HEAD"
)

// exposed are the headers that scripts of other origins may read.
const exposed = "electric-cursor,electric-handle,electric-has-data,electric-offset,electric-schema,electric-up-to-date," +
	"electric-internal-known-error,retry-after"

// allow lets pages of every origin use the answer.
func allow(w http.ResponseWriter, r *http.Request, methods string) {
	origin := r.Header.Get("origin")
	if origin == "" {
		origin = "*"
	}
	header := w.Header()
	header.Set("Access-Control-Allow-Origin", origin)
	header.Set("Access-Control-Expose-Headers", exposed)
	header.Set("Access-Control-Allow-Methods", methods)
	if origin != "*" {
		header.Add("vary", "origin")
	}
}

// preflight answers a browser that asks whether it may send a request. It may
// send every header; Electric itself allows few.
func preflight(w http.ResponseWriter, r *http.Request) {
	if asked := r.Header.Get("access-control-request-headers"); asked != "" {
		w.Header().Set("Access-Control-Allow-Headers", asked)
	}
	w.Header().Set("Access-Control-Max-Age", "86400")
	w.WriteHeader(http.StatusNoContent)
}
