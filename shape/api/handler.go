package api

import (
	"crypto/subtle"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
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
	Silence  time.Duration // after which a stream of events gets a comment; 0 is 21 s
	Server   string        // the electric-server header

	ReadTimeout time.Duration // of a request's body; 0 is 30 s
	Log         *slog.Logger
	Root        http.Handler // for / and /_electric; nil answers / as Electric does
}

// A Handler answers Electric's clients.
type Handler struct {
	Options
	finder
}

// New makes a handler.
func New(e *shape.Engine, o Options) *Handler {
	for _, row := range []struct {
		option *time.Duration
		usual  time.Duration
	}{
		{&o.LongPoll, 20 * time.Second},
		{&o.Stream, 60 * time.Second},
		{&o.Silence, 21 * time.Second},
		{&o.ReadTimeout, 30 * time.Second},
	} {
		if *row.option == 0 {
			*row.option = row.usual
		}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Handler{Options: o, finder: finder{engine: e}}
}

// route gives the parts of a path, each decoded, without empty ones: /v1//shape/
// is /v1/shape, for authorization as well.
func route(r *http.Request) string {
	parts := strings.FieldsFunc(r.URL.EscapedPath(), func(c rune) bool { return c == '/' })
	for i, part := range parts {
		text, err := url.PathUnescape(part)
		if err != nil || strings.Contains(text, "/") {
			return "?" // which no route is
		}
		parts[i] = text
	}
	return strings.Join(parts, "/")
}

// ServeHTTP answers a request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Electric-Server", h.Server)
	defer h.recovered(w, r)
	read := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch path := route(r); {
	case path == "v1/shape" && slices.Contains(strings.Split(shapeMethods, ", "), r.Method):
		h.shape(w, r)
	case path == "v1/health" && read:
		h.health(w, r)
	case h.Root != nil && (path == "" || path == "_electric" || strings.HasPrefix(path, "_electric/")):
		h.Root.ServeHTTP(w, r)
	case path == "" && read:
		allow(w, r, reading)
		w.WriteHeader(http.StatusOK)
	default:
		allow(w, r, reading)
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
	h.Log.Error("a request failed", "path", r.URL.Path, "failure", failure, "stack", string(debug.Stack()))
	h.refuse(w, r, http.StatusInternalServerError, map[string]any{"error": "Internal server error"})
}

func (h *Handler) health(w http.ResponseWriter, r *http.Request) {
	allow(w, r, reading)
	state, _, _ := h.engine.State()
	w.Header().Set("cache-control", "no-cache, no-store, must-revalidate")
	w.Header().Set("content-type", "application/json")
	if state != shape.Active {
		w.WriteHeader(http.StatusAccepted)
	}
	body, err := json.Marshal(map[string]shape.State{"status": state})
	if err != nil {
		panic(err) // it is a string
	}
	write(w, body)
}

// shape answers what is about a shape.
func (h *Handler) shape(w http.ResponseWriter, r *http.Request) {
	allow(w, r, shapeMethods)
	if r.Method == http.MethodOptions {
		preflight(w, r)
		return
	}
	given := parseQuery(r.URL.RawQuery)
	if !h.authorized(given) {
		h.refuse(w, r, http.StatusUnauthorized, message("Unauthorized - Invalid API secret"))
		return
	}
	switch r.Method {
	case http.MethodPost:
		h.post(w, r, given)
	case http.MethodDelete:
		h.remove(w, r, given)
	default:
		h.get(w, r, given)
	}
}

// authorized compares the secret in the time it takes whatever it is.
func (h *Handler) authorized(given fields) bool {
	if h.Secret == "" {
		return true
	}
	secret, ok := given["secret"]
	if !ok {
		secret = given["api_secret"]
	}
	text, _ := secret.(string)
	return subtle.ConstantTimeCompare([]byte(text), []byte(h.Secret)) == 1
}

// write sends a body. That a client is gone is nobody's concern.
func write(w http.ResponseWriter, body []byte) { _, _ = w.Write(body) }
