package api

import (
	"bytes"
	"errors"
	"net/http"

	"github.com/electric-cli/electric/shape"
	"github.com/electric-cli/electric/shape/where"
)

// subset answers with a part of the shape's rows as they are now.
func (c *call) subset() error {
	q, err := c.subsetQuery()
	if err != nil {
		return err
	}
	end := c.s.Log.Latest()
	if !c.p.now {
		page, _, err := c.wait()
		if err != nil {
			return err
		}
		end = page.End
	}
	header := c.w.Header()
	header.Set("electric-handle", c.s.Handle)
	header.Set("electric-offset", end.String())
	header.Set("electric-schema", c.s.Header())
	header.Set("electric-snapshot", "true")
	header.Set("electric-has-data", "true")
	header.Set("content-type", "application/json")
	header.Set("etag", etag(c.s.Handle, c.p.offsetText, end.String(), true))
	c.cacheControl(c.w, c.r, http.StatusOK, class{handle: true, subset: true})
	if c.r.Method == http.MethodHead {
		c.w.WriteHeader(http.StatusOK)
		return nil
	}
	body := &heldBack{w: c.w}
	err = c.engine.Subset(c.r.Context(), c.s, q, body)
	if err != nil && body.sent {
		panic(http.ErrAbortHandler) // half an answer must not look whole
	}
	var refused *shape.Refused
	if errors.As(err, &refused) {
		for _, name := range []string{"electric-offset", "electric-schema", "electric-snapshot", "electric-has-data"} {
			header.Del(name)
		}
		return &invalid{"subset", map[string]any{"where": refused.Message}}
	}
	if err == nil {
		body.flush()
	}
	return err
}

// subsetQuery compiles what a subset asks for.
func (c *call) subsetQuery() (*shape.Subset, error) {
	s := c.p.subset
	if err := s.validate(); err != nil {
		return nil, err
	}
	q := &shape.Subset{Limit: s.limit, Offset: s.offset}
	t := shape.FilterTable(c.s.Table())
	o := shape.FilterOptions(c.s.Table())
	o.Subset = true
	if c.p.queryable != "" {
		o.Queryable, _ = where.ParseColumns(c.p.queryable) // it was read before
	}
	values, refused := where.ParseParams(s.values)
	if refused == nil && s.where != "" {
		q.Where, refused = where.Compile(s.where, values, t, o)
	}
	if refused != nil {
		return nil, inSubset(refused.Field, refused.Message)
	}
	if s.order != "" {
		if q.Order, refused = where.CompileOrder(s.order, t, o); refused != nil {
			return nil, inSubset("order_by", refused.Message)
		}
	}
	return q, nil
}

// heldBack keeps the beginning of a body back, so that an error that shows soon
// can still be the answer.
type heldBack struct {
	w    http.ResponseWriter
	held bytes.Buffer
	sent bool
}

func (b *heldBack) Write(data []byte) (int, error) {
	if b.sent {
		return b.w.Write(data)
	}
	b.held.Write(data)
	if b.held.Len() > 1<<20 {
		b.flush()
	}
	return len(data), nil
}

func (b *heldBack) flush() {
	if !b.sent {
		b.sent = true
		b.w.WriteHeader(http.StatusOK)
		write(b.w, b.held.Bytes())
		b.held.Reset()
	}
}
