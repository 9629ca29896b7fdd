package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"
)

// maxBody is how long a body may be, in bytes.
const maxBody = 8_000_000

// A badBody is a request's body that cannot be used.
type badBody struct {
	status  int
	message string
	details string
}

func (b *badBody) Error() string { return b.message }

// post answers a request whose body adds to the query.
func (h *Handler) post(w http.ResponseWriter, r *http.Request, given fields) {
	body, err := h.readBody(w, r)
	if err == nil {
		gatherSubset(given)
		merge(given, body)
		h.get(w, r, given)
		return
	}
	answer := map[string]any{"error": err.message}
	if err.details != "" {
		answer["details"] = err.details
	}
	h.refuse(w, r, err.status, answer)
}

// readBody reads a JSON object, or nothing.
func (h *Handler) readBody(w http.ResponseWriter, r *http.Request) (fields, *badBody) {
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(h.ReadTimeout)) // where the transport has none, it bounds nothing
	text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err == nil { // else net/http is not to wait for the rest
		_ = control.SetReadDeadline(time.Time{})
	}
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long):
		return nil, &badBody{status: http.StatusRequestEntityTooLarge, message: "Request body too large"}
	case err != nil:
		return nil, &badBody{status: http.StatusBadRequest, message: "Failed to read request body"}
	case len(text) == 0:
		return nil, nil
	}
	value, err := decodeJSON(text)
	if err != nil {
		return nil, &badBody{http.StatusBadRequest, "Invalid JSON in request body", err.Error()}
	}
	object, ok := value.(fields)
	if !ok {
		return nil, &badBody{status: http.StatusBadRequest, message: "Request body must be a JSON object"}
	}
	return object, nil
}

// decodeJSON reads one JSON value, its numbers as they are written.
func decodeJSON(text []byte) (value any, err error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF { //nolint:errorlint // as the decoder gives it
		return nil, errors.New("there is more after the value")
	}
	return value, nil
}

// subsetKeys are those of a subset; in a body they may stand alone.
var subsetKeys = []string{"where", "order_by", "limit", "offset", "params", "where_expr", "order_by_expr"}

// merge puts a body's fields over the query's. Those of a subset are under that
// name, or stand alone: then the query's offset remains the log's.
func merge(given, body fields) {
	subset, nested := body["subset"].(fields)
	if !nested {
		subset = fields{}
	}
	for key, value := range body {
		switch {
		case nested && key == "subset":
		case !nested && slices.Contains(subsetKeys, key):
			subset[key] = value
		default:
			given[key] = value
		}
	}
	if !nested && len(subset) == 0 {
		return
	}
	if before, ok := given["subset"].(fields); ok {
		for key, value := range before {
			if _, over := subset[key]; !over {
				subset[key] = value
			}
		}
	}
	given["subset"] = subset
}
