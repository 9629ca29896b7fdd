package hostile

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// An answer is what came back.
type answer struct {
	method string
	status int
	header http.Header
	body   []byte
}

// statuses are those that the protocol knows.
var statuses = map[int]bool{200: true, 202: true, 204: true, 304: true, 400: true, 401: true, 404: true, 405: true, 409: true, 413: true, 503: true}

// wrong says what is wrong with an answer; "" when it is one.
func (a *answer) wrong() string {
	kind := a.header.Get("content-type")
	switch {
	case !statuses[a.status]:
		return fmt.Sprintf("the status is %d", a.status)
	case a.header.Get("electric-server") == "" && a.header.Get("access-control-allow-origin") == "":
		return "it is not the handler's"
	case a.method == http.MethodHead || a.status == http.StatusNoContent || a.status == http.StatusNotModified || a.status == http.StatusAccepted:
		if len(a.body) > 0 {
			return "there is a body"
		}
		return ""
	case a.status == http.StatusNotFound && string(a.body) == "Not found" && strings.HasPrefix(kind, "text/plain"):
		return ""
	case strings.HasPrefix(kind, "text/event-stream"):
		return ""
	case a.status == http.StatusOK && len(a.body) == 0 && kind == "": // of /
		return ""
	case !strings.HasPrefix(kind, "application/json"):
		return fmt.Sprintf("the content-type is %q", kind)
	}
	var body any
	if err := json.Unmarshal(a.body, &body); err != nil {
		return fmt.Sprintf("the body is no JSON: %v", err)
	}
	return a.envelope(body)
}

// mismatch is what a DELETE is told whose handle is another shape's.
const mismatch = "The specified shape definition and handle do not match. Please ensure the shape definition is correct or " +
	"omit the shape handle from the request to obtain a new one."

// envelope checks a body's form.
func (a *answer) envelope(body any) string {
	object, _ := body.(map[string]any)
	has := func(key string) bool { _, ok := object[key].(string); return ok }
	ok := false
	switch a.status {
	case http.StatusOK:
		_, list := body.([]any)
		ok = list || object["data"] != nil || has("status")
	case http.StatusBadRequest:
		errors, _ := object["errors"].(map[string]any)
		ok = has("error") || object["message"] == "Invalid request" && len(errors) > 0 && texts(errors) || object["message"] == mismatch && len(object) == 1
	case http.StatusConflict:
		ok = string(a.body) == `[{"headers":{"control":"must-refetch"}}]`
	case http.StatusServiceUnavailable:
		ok = a.header.Get("retry-after") != "" && (has("message") || has("error") && has("code"))
	case http.StatusRequestEntityTooLarge:
		ok = has("error")
	default:
		ok = has("message")
	}
	if !ok {
		return "the body is of another form"
	}
	return ""
}

// texts reports whether every field has texts: one, a list, or fields of its own.
func texts(errors map[string]any) bool {
	for _, value := range errors {
		switch v := value.(type) {
		case string:
		case map[string]any:
			if !texts(v) {
				return false
			}
		case []any:
			for _, item := range v {
				if _, ok := item.(string); !ok {
					return false
				}
			}
		default:
			return false
		}
	}
	return true
}
