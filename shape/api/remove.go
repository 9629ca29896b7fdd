package api

import (
	"net/http"
)

// remove answers DELETE: the shape ends, and the next request makes a new one.
func (h *Handler) remove(w http.ResponseWriter, r *http.Request, given fields) {
	if !h.Delete {
		h.refuse(w, r, http.StatusMethodNotAllowed, message("DELETE not allowed"))
		return
	}
	p, err := readRemoval(given)
	if err != nil {
		h.failed(w, r, err)
		return
	}
	s := h.engine.Find(p.handle)
	if p.table != "" {
		d, err := h.define(r.Context(), p)
		if err != nil {
			h.failed(w, r, err)
			return
		}
		s = h.engine.Lookup(d)
	}
	switch {
	case s == nil:
		h.refuse(w, r, http.StatusNotFound, message("No existing shape found"))
	case p.handle != "" && p.handle != s.Handle:
		h.refuse(w, r, http.StatusBadRequest, message(mismatch))
	default:
		h.engine.Delete(s)
		h.cacheControl(w, r, http.StatusAccepted, class{})
		w.WriteHeader(http.StatusAccepted)
	}
}

const mismatch = "The specified shape definition and handle do not match. Please ensure the shape definition is correct or " +
	"omit the shape handle from the request to obtain a new one."

// readRemoval reads which shape is to end: a definition's, a handle's, or one that
// is both. What else a request may say is checked, but plays no part.
func readRemoval(given fields) (*params, error) {
	c := &caster{given: given}
	p := c.cast()
	p.live, p.sse = c.flag("live"), c.flag("live_sse")
	if p.table == "" && p.handle == "" && c.errors["table"] == nil && c.errors["handle"] == nil {
		c.wrong("handle", "can't be blank when shape definition is missing")
	}
	return p, c.err()
}
