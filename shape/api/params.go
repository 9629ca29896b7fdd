package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/electric-cli/electric/shape/wire"
)

// params are what a request asks for, as its texts.
type params struct {
	table, handle, cursor     string
	where, columns, queryable string
	hasWhere                  bool
	values                    map[string]string // params[…]
	replica, log              string
	offsetText                string
	offset                    wire.Offset
	first, now                bool // offset -1, now
	live, sse                 bool
	subset                    *subsetParams
}

type subsetParams struct {
	where, order, limit, offset string
	values                      map[string]string
}

// read takes the parameters out of a query. Unknown ones are passed over: clients
// send some of their own, and proxies add theirs.
func read(q url.Values) (*params, error) {
	p := &params{
		table: q.Get("table"), handle: q.Get("handle"), cursor: q.Get("cursor"), where: q.Get("where"), columns: q.Get("columns"),
		queryable: q.Get("queryable_columns"), replica: q.Get("replica"), log: q.Get("log"), offsetText: q.Get("offset"),
		live: truth(q, "live"), values: bracketed(q, "params"),
	}
	name := "experimental_live_sse"
	if q.Has("live_sse") {
		name = "live_sse"
	}
	p.sse = truth(q, name)
	for name := range q {
		if strings.HasPrefix(name, "subset__") {
			return p, p.readSubset(q)
		}
	}
	return p, nil
}

// truth reads a flag: anything but "false" is yes.
func truth(q url.Values, name string) bool { return q.Has(name) && q.Get(name) != "false" }

// bracketed reads name[key]=value.
func bracketed(q url.Values, name string) map[string]string {
	values := map[string]string{}
	for key, list := range q {
		if inner, ok := strings.CutPrefix(key, name+"["); ok && strings.HasSuffix(inner, "]") {
			values[strings.TrimSuffix(inner, "]")] = list[len(list)-1]
		}
	}
	return values
}

func (p *params) readSubset(q url.Values) error {
	s := &subsetParams{
		where: q.Get("subset__where"), order: q.Get("subset__order_by"), limit: q.Get("subset__limit"), offset: q.Get("subset__offset"),
		values: bracketed(q, "subset__params"),
	}
	p.subset = s
	if text := q.Get("subset__params"); text != "" {
		var given map[string]any
		if err := json.Unmarshal([]byte(text), &given); err != nil {
			return inSubset("params", "is invalid")
		}
		for key, value := range given {
			s.values[key] = scalar(value)
		}
	}
	return nil
}

// inSubset is an error about a field of the subset.
func inSubset(field, text string) *invalid {
	return &invalid{"subset", map[string]any{field: []string{text}}}
}

// scalar is a JSON value as the text of a parameter.
func scalar(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	case float64:
		text, _ := json.Marshal(v) //nolint:errchkjson // JSON made it
		return string(text)
	case bool:
		return fmt.Sprint(v)
	}
	text, _ := json.Marshal(value) //nolint:errchkjson // JSON made it
	return string(text)
}

// maxBody is how long a body may be.
const maxBody = 8 << 20

// flat are keys of a body that belong to the subset when they stand alone.
var flat = []string{"where", "params", "order_by", "limit", "offset", "where_expr", "order_by_expr"}

// post answers a request whose body adds to the query.
func (h *Handler) post(w http.ResponseWriter, r *http.Request) {
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(h.ReadTimeout)) // where the transport has none, it bounds nothing
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	_ = control.SetReadDeadline(time.Time{})
	var long *http.MaxBytesError
	if errors.As(err, &long) {
		h.refuse(w, r, http.StatusRequestEntityTooLarge, map[string]any{"error": "Request body too large"})
		return
	}
	if err != nil {
		return // the client is gone
	}
	q := r.URL.Query()
	if len(bytes.TrimSpace(body)) > 0 {
		if reason, ok := merge(q, body); !ok {
			h.refuse(w, r, http.StatusBadRequest, reason)
			return
		}
	}
	h.get(w, r, q)
}

// merge puts the keys of a body over the query.
func merge(q url.Values, body []byte) (refusal map[string]any, ok bool) {
	var given any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&given); err != nil {
		return map[string]any{"error": "Invalid JSON in request body", "details": err.Error()}, false
	}
	object, isObject := given.(map[string]any)
	if !isObject {
		return map[string]any{"error": "Request body must be a JSON object"}, false
	}
	subset, _ := object["subset"].(map[string]any)
	if subset == nil {
		subset = map[string]any{}
	}
	for key, value := range object {
		switch {
		case key == "subset":
		case slices.Contains(flat, key):
			if _, nested := subset[key]; !nested {
				subset[key] = value
			}
		default:
			q.Set(key, scalar(value))
		}
	}
	for key, value := range subset {
		if value != nil {
			q.Set("subset__"+key, scalar(value))
		}
	}
	return nil, true
}
