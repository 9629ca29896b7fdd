package api

import (
	"context"
	"slices"
	"strings"

	"github.com/electric-cli/electric/shape"
	"github.com/electric-cli/electric/shape/where"
	"github.com/electric-cli/electric/shape/wire"
)

// define makes the definition of a shape of a request's texts: table, columns,
// filter, in this order.
func (f *finder) define(ctx context.Context, p *params) (*shape.Definition, error) {
	schema, name, reason := where.ParseTable(p.table)
	if reason != "" {
		return nil, wrong("table", reason)
	}
	t, err := f.engine.Table(ctx, schema, name)
	if err != nil {
		return nil, err
	}
	if t == nil {
		return nil, wrong("table", where.NoTable(schema, name))
	}
	d := &shape.Definition{Table: t, Full: p.full, ChangesOnly: p.changesOnly}
	if err := p.chooseColumns(d); err != nil {
		return nil, err
	}
	if p.where == "" {
		return d, nil
	}
	if err := f.filter(ctx, p, d); err != nil {
		return nil, err
	}
	if p.compaction && len(d.Where.Subqueries()) > 0 {
		return nil, wrong("experimental_compaction", "can't be enabled for shapes with subqueries")
	}
	return d, nil
}

// filter compiles the where clause. Tables that subqueries name are read on the
// way.
func (f *finder) filter(ctx context.Context, p *params, d *shape.Definition) error {
	var trouble error
	o := shape.FilterOptions(d.Table)
	o.Tables = func(schema, name string) *where.Table {
		t, err := f.engine.Table(ctx, schema, name)
		if err != nil {
			trouble = err
		}
		if t == nil {
			return nil
		}
		d.Reads = append(d.Reads, t)
		return shape.FilterTable(t)
	}
	values, refused := where.ParseParams(p.values)
	if refused == nil {
		d.Where, refused = where.Compile(p.where, values, shape.FilterTable(d.Table), o)
	}
	switch {
	case trouble != nil:
		return trouble
	case refused != nil:
		return wrong(refused.Field, refused.Message)
	}
	return nil
}

// chooseColumns settles which columns are synced: those that were asked for, else
// the queryable ones, else all.
func (p *params) chooseColumns(d *shape.Definition) error {
	t := d.Table
	if text := queryableList.wrong(t, p.queryable, t.Names(all(t))); text != "" {
		return wrong("queryable_columns", text)
	}
	names := p.queryable
	if names == nil {
		names = t.Names(all(t))
	}
	if p.columns != nil {
		if text := columnList.wrong(t, p.columns, names); text != "" {
			return wrong("columns", text)
		}
		names = p.columns
	}
	for _, name := range names {
		d.Columns = append(d.Columns, t.Index(name))
	}
	slices.Sort(d.Columns)
	d.All = p.columns == nil && p.queryable == nil
	return generated(d, p.columns == nil)
}

func all(t *wire.Table) []int {
	list := make([]int, len(t.Columns))
	for i := range list {
		list[i] = i
	}
	return list
}

// A columnRule words what is wrong with a list of columns.
type columnRule struct{ incomplete, unknown string }

var (
	columnList = columnRule{
		"The list of columns must include all primary key columns, missing: ",
		"The following columns are not found on the table: ",
	}
	queryableList = columnRule{
		"The list of queryable columns must include all primary key columns, missing: ",
		"The following queryable columns are not found on the table: ",
	}
)

// wrong says what is wrong with a list, nil being none: a key column is missing,
// or a column is there that is none of the known, or for a second time. Without a
// primary key, all columns are the key.
func (rule columnRule) wrong(t *wire.Table, names, known []string) string {
	if names == nil {
		return ""
	}
	without := func(list, others []string) []string {
		list = slices.Clone(list)
		for _, name := range others {
			if i := slices.Index(list, name); i >= 0 {
				list = slices.Delete(list, i, i+1)
			}
		}
		return list
	}
	key := t.Key
	if len(key) == 0 {
		key = all(t)
	}
	if missing := without(t.Names(key), names); len(missing) > 0 {
		return rule.incomplete + strings.Join(missing, ", ")
	}
	if unknown := without(names, known); len(unknown) > 0 {
		return rule.unknown + strings.Join(unknown, ", ")
	}
	return ""
}

// generated refuses columns that the server does not replicate.
func generated(d *shape.Definition, chosenByDefault bool) error {
	var names []string
	for _, c := range d.Columns {
		if d.Table.Columns[c].Generated {
			names = append(names, d.Table.Columns[c].Name)
		}
	}
	if names == nil {
		return nil
	}
	text := "The following columns are generated and cannot be included in the shape: " + strings.Join(names, ", ")
	if chosenByDefault {
		text += ". You can exclude them from the shape by explicitly listing which columns to fetch in the 'columns' query param"
	}
	return wrong("columns", text)
}
