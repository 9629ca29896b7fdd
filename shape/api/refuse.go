package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/electric-cli/electric/shape"
	"github.com/electric-cli/electric/shape/wire"
)

// message is the body of most errors.
func message(text string) map[string]any { return map[string]any{"message": text} }

// refuse answers with an error, which nobody may keep.
func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, status int, body any) {
	header := w.Header()
	header.Set("content-type", "application/json")
	h.cacheControl(w, r, status, class{})
	text, err := json.Marshal(body)
	if err != nil {
		panic(err) // bodies are made of strings
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		write(w, text)
	}
}

// An invalid request: a field and what is wrong with it. The text is a list of
// texts, or what Postgres said, or fields within the field.
type invalid struct {
	field string
	text  any
}

func (i *invalid) Error() string { return "invalid request: " + i.field }

func wrong(field, text string) *invalid { return &invalid{field, []string{text}} }

// failed answers with what err says.
func (h *Handler) failed(w http.ResponseWriter, r *http.Request, err error) {
	var bad *invalid
	var u *shape.Unavailable
	switch {
	case errors.As(err, &bad):
		h.refuse(w, r, http.StatusBadRequest, map[string]any{"message": "Invalid request", "errors": map[string]any{bad.field: bad.text}})
	case errors.As(err, &u):
		h.unavailable(w, r, u)
	case errors.Is(err, context.Canceled):
		// The client is gone.
	case errors.Is(err, shape.ErrGone):
		h.mustRefetch(w, r, nil)
	default:
		h.Log.Error("a request failed: "+err.Error(), "path", r.URL.Path)
		h.unavailable(w, r, &shape.Unavailable{Message: "Failed to create shape, please retry", After: 1e9})
	}
}

func (h *Handler) unavailable(w http.ResponseWriter, r *http.Request, u *shape.Unavailable) {
	w.Header().Set("retry-after", strconv.Itoa(max(int(u.After.Seconds()), 1)))
	if u.Known {
		w.Header().Set("electric-internal-known-error", "true")
	}
	body := message(u.Message)
	if u.Code != "" {
		body = map[string]any{"code": u.Code, "error": u.Message}
	}
	h.refuse(w, r, http.StatusServiceUnavailable, body)
}

// mustRefetch answers that a shape is gone, and which one there is now.
func (h *Handler) mustRefetch(w http.ResponseWriter, r *http.Request, now *shape.Shape) {
	header := w.Header()
	if now != nil {
		header.Set("electric-handle", now.Handle)
		header.Set("etag", etag(now.Handle, r.URL.Query().Get("offset"), wire.SnapshotStart.String(), false))
	}
	header.Set("content-type", "application/json")
	h.cacheControl(w, r, http.StatusConflict, class{handle: now != nil})
	w.WriteHeader(http.StatusConflict)
	if r.Method != http.MethodHead {
		write(w, []byte(wire.MustRefetch))
	}
}
