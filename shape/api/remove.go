package api

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/electric-cli/electric/shape"
)

// remove answers DELETE: the shape ends, and the next request makes a new one.
func (h *Handler) remove(w http.ResponseWriter, r *http.Request) {
	if !h.Delete {
		h.refuse(w, r, http.StatusMethodNotAllowed, message("DELETE not allowed"))
		return
	}
	q := r.URL.Query()
	s, err := h.toRemove(r, q)
	switch {
	case err != nil:
		h.failed(w, r, err)
	case s == nil:
		h.refuse(w, r, http.StatusNotFound, message("No existing shape found"))
	default:
		h.engine.Delete(s)
		h.cacheControl(w, r, http.StatusAccepted, class{})
		w.WriteHeader(http.StatusAccepted)
	}
}

// toRemove finds the shape that a handle or a definition names; nil when there is
// none.
func (h *Handler) toRemove(r *http.Request, q url.Values) (*shape.Shape, error) {
	p, err := read(q)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"live", "live_sse"} {
		if q.Has(name) && !slices.Contains([]string{"true", "false", "1", "0", ""}, q.Get(name)) {
			return nil, wrong(name, "is invalid")
		}
	}
	if p.table == "" {
		if p.handle == "" {
			return nil, wrong("handle", "can't be blank when shape definition is missing")
		}
		return h.engine.Find(p.handle), nil
	}
	d, err := h.define(r.Context(), p)
	if err != nil {
		return nil, err
	}
	// The definition counts: a handle of another shape than its own is a mistake,
	// one of a shape that the definition has not is none.
	s := h.engine.Lookup(d)
	if s != nil && p.handle != "" && s.Handle != p.handle {
		return nil, wrong("handle", "The given handle and the shape definition do not match")
	}
	return s, nil
}
