// Package devpage is the page that electric dev and electric daemon serve at /
// for people who would rather look: what the server knows, updating live.
//
// A Source gives the state: plain data, made anew whenever it is asked for.
// Handler serves it as a page (assets are embedded, nothing is fetched from
// elsewhere), as JSON, and as a stream of events that a browser follows with
// one EventSource. Fetch reads the JSON back: electric status and electric info
// use it. Everything is read only.
//
// It knows neither servers nor files: it may import metadata, diag, bundle,
// diagram and the standard library.
package devpage

import (
	"net/http"
	"strings"
)

// A Source is what the page shows. All methods may be called at any time, from
// any goroutine; none may wait for something outside.
type Source interface {
	// State gives a snapshot that nobody changes any more. It is asked for at
	// most five times a second, however many people look.
	State() *State

	// Changed gives a channel that is closed at the next change of State or Log.
	Changed() <-chan struct{}

	// Log gives the kept lines with a higher Seq than after, oldest first; all
	// of them for 0.
	Log(after int64) []LogLine
}

// Options of Handler.
type Options struct {
	// Hosts are the names, besides those of this machine itself, by which the
	// page may be asked for over a loopback address, without port: those of a
	// reverse proxy. "*" stands for any.
	Hosts []string

	// Done ends the event streams when it is closed: http.Server.Shutdown waits
	// for them otherwise. May be nil.
	Done <-chan struct{}
}

// Paths that Handler serves besides /.
const (
	StatePath  = "/_electric/state"
	EventsPath = "/_electric/events"
	assetsPath = "/_electric/assets/"
)

// Owns reports whether Handler, not the sync protocol, serves a path.
func Owns(path string) bool {
	return path == "/" || path == "/_electric" || strings.HasPrefix(path, "/_electric/")
}

// Handler serves the page of s: /, /_electric/state and /_electric/events, with
// the page's assets. Anybody but a browser gets an empty answer from /: that is
// the sync protocol's sign of life.
func Handler(s Source, o Options) http.Handler {
	return &handler{source: s, options: o, hub: &hub{source: s}}
}

type handler struct {
	source  Source
	options Options
	hub     *hub
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	secure(w.Header())
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "this page is read only: use GET", http.StatusMethodNotAllowed)
	case r.URL.Path == "/" && !wantsHTML(r):
		alive(w)
	case !h.trusts(r):
		http.Error(w, refusal(r), http.StatusForbidden)
	default:
		h.route(w, r)
	}
}

func (h *handler) route(w http.ResponseWriter, r *http.Request) {
	asset, isAsset := strings.CutPrefix(r.URL.Path, assetsPath)
	switch {
	case r.URL.Path == "/":
		servePage(w, r)
	case r.URL.Path == StatePath:
		h.serveState(w, r)
	case r.URL.Path == EventsPath:
		h.serveEvents(w, r)
	case isAsset:
		serveAsset(w, r, asset)
	case r.URL.Path == "/_electric" || r.URL.Path == "/_electric/":
		http.Redirect(w, r, "/", http.StatusFound)
	default:
		http.Error(w, "Not found", http.StatusNotFound)
	}
}

// alive is the sync protocol's answer of /: nothing, successfully.
func alive(w http.ResponseWriter) {
	w.Header().Add("Vary", "Accept")
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(http.StatusOK)
}
