package api

import (
	"crypto/subtle"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/electric-cli/electric/shape"
)

// Options for New. Zero values are the defaults.
type Options struct {
	Secret   string        // what requests must carry; "" for nothing
	Delete   bool          // shapes may be deleted
	MaxAge   int           // seconds; ELECTRIC_CACHE_MAX_AGE
	StaleAge int           // seconds; ELECTRIC_CACHE_STALE_AGE
	NoStore  bool          // nothing is to be cached: for development, where servers come and go
	LongPoll time.Duration // how long a live request waits; 0 is 20 s
	Stream   time.Duration // how long a stream of events lasts; 0 is 60 s
	Server   string        // the electric-server header

	ReadTimeout time.Duration // of a request's body; 0 is 30 s
	Log         *slog.Logger
	Root        http.Handler // for / and /_electric; nil answers / as Electric does
}

// A Handler answers Electric's clients.
type Handler struct {
	Options
	engine *shape.Engine
	cache  cache
}

// New makes a handler.
func New(e *shape.Engine, o Options) *Handler {
	if o.LongPoll == 0 {
		o.LongPoll = 20 * time.Second
	}
	if o.Stream == 0 {
		o.Stream = 60 * time.Second
	}
	if o.ReadTimeout == 0 {
		o.ReadTimeout = 30 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Handler{Options: o, engine: e}
}

// route gives the parts of a path: decoded, without empty ones, so that
// /v1//shape/ is /v1/shape, for authorization as well.
func route(r *http.Request) string {
	parts := strings.FieldsFunc(r.URL.Path, func(c rune) bool { return c == '/' })
	return strings.Join(parts, "/")
}

// ServeHTTP answers a request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("electric-server", h.Server)
	defer h.recovered(w, r)
	switch path := route(r); {
	case path == "v1/shape":
		h.shape(w, r)
	case path == "v1/health":
		h.health(w, r)
	case path == "" || strings.HasPrefix(path, "_electric"):
		h.root(w, r)
	default:
		allow(w, r, "GET, HEAD")
		w.Header().Set("content-type", "text/plain; charset=utf-8")
		w.WriteHeader(http.StatusNotFound)
		write(w, []byte("Not found"))
	}
}

// recovered answers for a request that this program failed on: the others go on.
func (h *Handler) recovered(w http.ResponseWriter, r *http.Request) {
	failure := recover()
	if failure == nil {
		return
	}
	if failure == http.ErrAbortHandler { //nolint:errorlint // it is compared so by net/http, too
		panic(failure)
	}
	h.Log.Error("a request failed", "path", r.URL.Path, "failure", failure)
	h.refuse(w, r, http.StatusInternalServerError, map[string]any{"error": "Internal server error"})
}

func (h *Handler) root(w http.ResponseWriter, r *http.Request) {
	if h.Root != nil {
		h.Root.ServeHTTP(w, r)
		return
	}
	allow(w, r, "GET, HEAD")
	w.WriteHeader(http.StatusOK)
}

func (h *Handler) health(w http.ResponseWriter, r *http.Request) {
	allow(w, r, "GET, HEAD")
	state, _, _ := h.engine.State()
	w.Header().Set("cache-control", "no-cache, no-store, must-revalidate")
	w.Header().Set("content-type", "application/json")
	if state != shape.Active {
		w.WriteHeader(http.StatusAccepted)
	}
	body, _ := json.Marshal(map[string]shape.State{"status": state}) //nolint:errchkjson // a string
	write(w, body)
}

const methods = "GET, POST, HEAD, DELETE, OPTIONS"

func (h *Handler) shape(w http.ResponseWriter, r *http.Request) {
	allow(w, r, methods)
	if r.Method == http.MethodOptions {
		h.preflight(w, r)
		return
	}
	if !h.authorized(r) {
		h.refuse(w, r, http.StatusUnauthorized, message("Unauthorized - Invalid API secret"))
		return
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		h.get(w, r, r.URL.Query())
	case http.MethodPost:
		h.post(w, r)
	case http.MethodDelete:
		h.remove(w, r)
	default:
		w.Header().Set("allow", methods)
		h.refuse(w, r, http.StatusMethodNotAllowed, message("Method not allowed"))
	}
}

// authorized compares the secret in the time it takes whatever it is.
func (h *Handler) authorized(r *http.Request) bool {
	if h.Secret == "" {
		return true
	}
	query := r.URL.Query()
	given := query.Get("secret")
	if !query.Has("secret") {
		given = query.Get("api_secret")
	}
	return subtle.ConstantTimeCompare([]byte(given), []byte(h.Secret)) == 1
}

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
	header.Set("access-control-allow-origin", origin)
	header.Set("access-control-expose-headers", exposed)
	header.Set("access-control-allow-methods", methods)
	if origin != "*" {
		header.Add("vary", "origin")
	}
}

func (h *Handler) preflight(w http.ResponseWriter, r *http.Request) {
	if asked := r.Header.Get("access-control-request-headers"); asked != "" {
		w.Header().Set("access-control-allow-headers", asked)
	}
	w.Header().Set("access-control-max-age", "86400")
	w.WriteHeader(http.StatusNoContent)
}

// write sends a body. That a client is gone is nobody's concern.
func write(w http.ResponseWriter, body []byte) { _, _ = w.Write(body) }
