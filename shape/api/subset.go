package api

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"

	"github.com/electric-cli/electric/shape"
	"github.com/electric-cli/electric/shape/where"
	"github.com/electric-cli/electric/shape/wire"
)

// readSubset checks and compiles what a request says of a subset: its fields, then
// its order, then its filter.
func readSubset(p *params, t *wire.Table) (*shape.Subset, error) {
	given, ok := p.subset.(fields)
	if !ok {
		return nil, wrong("subset", isInvalid)
	}
	c := &caster{given: given}
	q := &shape.Subset{
		Limit:  c.integer("limit", 1, "must be greater than 0"),
		Offset: c.integer("offset", 0, "must be greater than or equal to 0"),
	}
	order, filter, texts := c.text("order_by"), c.text("where"), c.scalars("params")
	if order == "" && c.errors["order_by"] == nil && (q.Limit != "" || q.Offset != "") {
		c.wrong("order_by", "order_by is required when limit or offset is present")
	}
	if c.errors == nil {
		c.compile(q, p, t, order, filter, texts)
	}
	if c.errors != nil {
		return nil, &invalid{map[string]any{"subset": c.errors}}
	}
	return q, nil
}

// compile compiles a subset's order and filter.
func (c *caster) compile(q *shape.Subset, p *params, t *wire.Table, order, filter string, texts map[string]string) {
	table := shape.FilterTable(t)
	o := shape.FilterOptions(t)
	o.Subset = true
	o.Queryable = p.queryable
	if order != "" {
		sql, refused := where.CompileOrder(order, table, o)
		if refused != nil {
			c.wrong("order_by", refused.Message)
			return
		}
		q.Order = sql
	}
	if filter == "" {
		return
	}
	values, refused := where.ParseParams(texts)
	if refused == nil {
		q.Where, refused = where.Compile(filter, values, table, o)
	}
	if refused != nil {
		c.wrong(refused.Field, refused.Message)
	}
}

// subset answers with a part of the shape's rows as they are now.
func (c *call) subset() error {
	end, err := c.subsetOffset()
	if err != nil {
		return err
	}
	body := &spool{engine: c.engine}
	defer body.close()
	err = c.engine.Subset(c.r.Context(), c.s, c.q, body)
	var refused *shape.Refused
	if errors.As(err, &refused) {
		return &invalid{map[string]any{"subset": map[string]any{"where": refused.Message}}}
	}
	if err != nil {
		return err
	}
	c.subsetHeaders(end)
	body.send(c.w)
	return nil
}

// subsetOffset is where the client goes on after a subset: clients move there,
// whatever they have. So it is where they are, and only for those who are nowhere
// yet what a request without a subset would be answered: the rows hold what they
// ask for, and not what happened to others that they have.
func (c *call) subsetOffset() (wire.Offset, error) {
	switch {
	case c.p.first:
		return wire.SnapshotStart, nil
	case c.p.now:
		return c.latest(), nil
	}
	return c.p.offset, c.reach()
}

func (c *call) subsetHeaders(end wire.Offset) {
	header := c.w.Header()
	header.Set("Electric-Handle", c.s.Handle)
	header.Set("Electric-Offset", end.String())
	header.Set("Electric-Snapshot", "true")
	if !c.p.live {
		header.Set("Electric-Schema", c.s.Header())
	}
	header.Set("content-type", "application/json")
	c.cacheControl(c.w, c.r, http.StatusOK, class{subset: true})
	c.w.WriteHeader(http.StatusOK)
}

// A spool keeps a body until all of it is there: in a file when it is large. So an
// error can still be the answer, and a client that reads slowly keeps nobody from
// the connection to the database.
type spool struct {
	engine *shape.Engine
	held   bytes.Buffer
	file   *os.File
}

// inMemory is how much of a body is kept in memory, in bytes.
const inMemory = 1 << 20

func (b *spool) Write(data []byte) (n int, err error) {
	if b.file == nil && b.held.Len()+len(data) <= inMemory {
		return b.held.Write(data)
	}
	if b.file == nil {
		if b.file, err = b.engine.Scratch(); err != nil {
			return 0, err
		}
	}
	if _, err := b.held.WriteTo(b.file); err != nil {
		return 0, err
	}
	return b.file.Write(data)
}

func (b *spool) send(w http.ResponseWriter) {
	if b.file == nil {
		write(w, b.held.Bytes())
		return
	}
	if _, err := b.file.Seek(0, io.SeekStart); err != nil {
		panic(http.ErrAbortHandler) // half an answer must not look whole
	}
	if _, err := io.Copy(w, b.file); err != nil {
		panic(http.ErrAbortHandler)
	}
}

func (b *spool) close() {
	if b.file != nil {
		_ = b.file.Close()
		_ = os.Remove(b.file.Name())
	}
}
