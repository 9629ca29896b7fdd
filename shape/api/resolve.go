package api

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/electric-cli/electric/shape"
	"github.com/electric-cli/electric/shape/where"
	"github.com/electric-cli/electric/shape/wire"
)

// A cache remembers which shape a definition's texts came to, so that a request
// for a shape that lives costs no query. What it says holds as long as the shape
// does: one whose table is altered in a way that matters ends.
type cache struct {
	mu     sync.Mutex
	shapes map[string]*shape.Shape
}

// cacheSize bounds the cache: when it is full, it begins anew.
const cacheSize = 50_000

func (c *cache) get(key string) *shape.Shape {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.shapes[key]
	if s != nil && s.Gone() {
		delete(c.shapes, key)
		return nil
	}
	return s
}

func (c *cache) put(key string, s *shape.Shape) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.shapes == nil || len(c.shapes) >= cacheSize {
		c.shapes = map[string]*shape.Shape{}
	}
	c.shapes[key] = s
}

// key is all of a request that defines a shape, as it was written.
func (p *params) key() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q%q%q%q%q%q", p.table, p.where, p.columns, p.queryable, p.replica, p.log)
	names := make([]string, 0, len(p.values))
	for name := range p.values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(&b, "%q%q", name, p.values[name])
	}
	return b.String()
}

// resolve finds or makes the shape that a request defines.
func (h *Handler) resolve(ctx context.Context, p *params) (*shape.Shape, error) {
	key := p.key()
	if s := h.cache.get(key); s != nil {
		return s, nil
	}
	for attempt := 1; ; attempt++ {
		d, err := h.define(ctx, p)
		if err != nil {
			return nil, err
		}
		s, err := h.engine.Get(ctx, d)
		if err == nil {
			h.cache.put(key, s)
			return s, nil
		}
		if !shape.TableChanged(err) || attempt == 5 {
			return nil, err
		}
	}
}

// define makes a definition of a request's texts.
func (h *Handler) define(ctx context.Context, p *params) (*shape.Definition, error) {
	schema, name, reason := where.ParseTable(p.table)
	if reason != "" {
		return nil, wrong("table", reason)
	}
	t, err := h.engine.Table(ctx, schema, name)
	if err != nil {
		return nil, err
	}
	if t == nil {
		return nil, wrong("table", fmt.Sprintf(`Table "%s"."%s" does not exist. If the table name contains capitals or special characters you must quote it.`, schema, name))
	}
	d := &shape.Definition{Table: t, Full: p.replica == "full", ChangesOnly: p.log == "changes_only"}
	if err := p.chooseColumns(d); err != nil {
		return nil, err
	}
	if p.where == "" && len(p.values) == 0 {
		return d, nil
	}
	values, refused := where.ParseParams(p.values)
	if refused != nil {
		return nil, wrong(refused.Field, refused.Message)
	}
	if p.where == "" {
		return d, nil
	}
	return d, h.filter(ctx, p, d, values)
}

// filter compiles the where clause. Tables that subqueries name are read on the
// way.
func (h *Handler) filter(ctx context.Context, p *params, d *shape.Definition, values map[int]string) error {
	var trouble error
	tables := func(schema, name string) *where.Table {
		t, err := h.engine.Table(ctx, schema, name)
		if err != nil {
			trouble = err
		}
		if t == nil {
			return nil
		}
		d.Reads = append(d.Reads, t)
		return shape.FilterTable(t)
	}
	o := shape.FilterOptions(d.Table)
	o.Tables = tables
	f, refused := where.Compile(p.where, values, shape.FilterTable(d.Table), o)
	if trouble != nil {
		return trouble
	}
	if refused != nil {
		return wrong(refused.Field, refused.Message)
	}
	d.Where = f
	return nil
}

// chooseColumns settles which columns are synced.
func (p *params) chooseColumns(d *shape.Definition) error {
	t := d.Table
	queryable, err := listed(t, "queryable_columns", p.queryable)
	if err != nil {
		return err
	}
	chosen, err := listed(t, "columns", p.columns)
	if err != nil {
		return err
	}
	if chosen == nil {
		chosen = queryable
	}
	if chosen == nil {
		d.All = true
		for i := range t.Columns {
			chosen = append(chosen, i)
		}
	} else if queryable != nil {
		for _, c := range chosen {
			if !slices.Contains(queryable, c) {
				return notFound("columns", []string{t.Columns[c].Name})
			}
		}
	}
	d.Columns = chosen
	return generated(t, chosen, d.All)
}

// listed reads a list of columns: positions in the order of the table, nil when
// none is given.
func listed(t *wire.Table, field, text string) (chosen []int, err error) {
	if text == "" {
		return nil, nil
	}
	names, reason := where.ParseColumns(text)
	if reason != "" {
		return nil, wrong(field, reason)
	}
	var unknown, missing []string
	for _, name := range names {
		if i := t.Index(name); i < 0 {
			unknown = append(unknown, name)
		} else {
			chosen = append(chosen, i)
		}
	}
	if unknown != nil {
		return nil, notFound(field, unknown)
	}
	for _, k := range t.Key {
		if !slices.Contains(chosen, k) {
			missing = append(missing, t.Columns[k].Name)
		}
	}
	if missing != nil {
		return nil, wrong(field, "The list of columns must include all primary key columns, missing: "+strings.Join(missing, ", "))
	}
	slices.Sort(chosen)
	return slices.Compact(chosen), nil
}

func notFound(field string, names []string) error {
	return wrong(field, "The following columns are not found on the table: "+strings.Join(names, ", "))
}

// generated refuses columns that the server does not replicate.
func generated(t *wire.Table, chosen []int, all bool) error {
	var names []string
	for _, c := range chosen {
		if t.Columns[c].Generated {
			names = append(names, t.Columns[c].Name)
		}
	}
	if names == nil {
		return nil
	}
	text := "The following columns are generated and cannot be included in the shape: " + strings.Join(names, ", ")
	if all {
		text += ". You can exclude them from the shape by explicitly listing which columns to fetch in the 'columns' query param"
	}
	return wrong("columns", text)
}
