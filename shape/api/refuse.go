package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/electric-cli/electric/shape"
	"github.com/electric-cli/electric/shape/wire"
)

// message is the body of most errors.
func message(text string) map[string]any { return map[string]any{"message": text} }

// refuse answers with an error, which nobody may keep.
func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, status int, body any) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(body); err != nil {
		panic(err) // bodies are made of strings
	}
	w.Header().Set("content-type", "application/json")
	h.cacheControl(w, r, status, class{})
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		write(w, bytes.TrimSuffix(text.Bytes(), []byte("\n")))
	}
}

// failed answers with what err says.
func (h *Handler) failed(w http.ResponseWriter, r *http.Request, err error) {
	var bad *invalid
	var u *shape.Unavailable
	switch {
	case errors.As(err, &bad):
		h.refuse(w, r, http.StatusBadRequest, map[string]any{"message": "Invalid request", "errors": bad.errors})
	case errors.As(err, &u):
		h.unavailable(w, r, u)
	case errors.Is(err, context.Canceled):
		// The client is gone, or the server ends.
		h.unavailable(w, r, &shape.Unavailable{Message: "The server is stopping, please retry", After: time.Second})
	case shape.TableChanged(err):
		h.mustRefetch(w, r, nil)
	default:
		h.Log.Error("a request failed: "+err.Error(), "path", r.URL.Path)
		h.unavailable(w, r, &shape.Unavailable{Message: "Failed to create shape, please retry", After: time.Second})
	}
}

// unavailable answers with an error that goes away.
func (h *Handler) unavailable(w http.ResponseWriter, r *http.Request, u *shape.Unavailable) {
	w.Header().Set("retry-after", strconv.Itoa(max(int(u.After.Seconds()), 1)))
	if u.Known {
		w.Header().Set("Electric-Internal-Known-Error", "true")
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
		header.Set("Electric-Handle", now.Handle)
		header.Set("etag", etag(now.Handle, "", ""))
	}
	header.Set("content-type", "application/json")
	h.cacheControl(w, r, http.StatusConflict, class{handle: now != nil})
	w.WriteHeader(http.StatusConflict)
	if r.Method != http.MethodHead {
		write(w, []byte(wire.MustRefetch))
	}
}
