package compat

import (
	"cmp"
	"maps"
	"slices"

	"github.com/electric-cli/electric/metadata"
)

// A comparison holds the two schemas. Known renames are done in a copy of before, so that every rule sees one name for
// one thing; origin remembers the names before had.
type comparison struct {
	before, after *metadata.Schema
	opts          Options
	types         struct{ before, after typeNames }
	origin        origins
}

func newComparison(before, after *metadata.Schema, opts Options) *comparison {
	c := &comparison{after: after, opts: opts}
	c.before, c.origin = rename(before, opts.Renames)
	c.types.before, c.types.after = namesOf(c.before), namesOf(c.after)
	return c
}

// A tables is a table of both schemas, or of one.
type tables struct {
	*comparison
	schema, name              string
	was                       [2]string
	before, after             *metadata.Table // nil where there is none
	beforeView, afterView     *metadata.View  // what has the name instead
	beforeClient, afterClient bool
	columns                   []columns // that clients know
	server                    []columns // that they do not
}

// both reports whether there is something to compare within the table.
func (p *tables) both() bool { return p.before != nil && p.after != nil }

// A columns is a column of both tables, or of one.
type columns struct {
	*tables
	name          string // in after
	was           string // in before
	before, after *metadata.Column
}

func (c *columns) both() bool { return c.before != nil && c.after != nil }

// pairs brings together what has the same name.
func (c *comparison) pairs() (list []*tables) {
	found := map[[2]string]*tables{}
	get := func(t *metadata.Table) *tables {
		key := [2]string{t.Schema, t.Name}
		if found[key] == nil {
			found[key] = &tables{comparison: c, schema: t.Schema, name: t.Name, was: c.origin.table(key)}
		}
		return found[key]
	}
	for i := range c.before.Tables {
		t := &c.before.Tables[i]
		get(t).before = t
	}
	for i := range c.after.Tables {
		t := &c.after.Tables[i]
		get(t).after = t
	}
	for _, key := range slices.SortedFunc(maps.Keys(found), byName) {
		if p := found[key]; p.complete() {
			list = append(list, p)
		}
	}
	return list
}

func byName(a, b [2]string) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) }

// complete fills in the rest and reports whether the table is judged. A partition is judged with the table it is a part
// of: its columns and constraints are that table's, and that partitions come and go is what they are for.
func (p *tables) complete() bool {
	if isPartition(p.before) && isPartition(p.after) {
		return false
	}
	p.beforeClient = p.before != nil && p.opts.BeforeClients.has(p.was)
	p.afterClient = p.after != nil && p.opts.AfterClients.has([2]string{p.schema, p.name})
	if !p.beforeClient && !p.afterClient {
		return false
	}
	if p.before == nil {
		p.beforeView = p.comparison.before.View(p.schema, p.name)
	}
	if p.after == nil {
		p.afterView = p.comparison.after.View(p.schema, p.name)
	}
	if p.both() {
		p.pairColumns()
	}
	return true
}

// isPartition takes a table that is not there for one: it says nothing against it.
func isPartition(t *metadata.Table) bool { return t == nil || t.PartitionOf != "" }

// pairColumns lists the columns in after's order, then those that are gone.
func (p *tables) pairColumns() {
	for i := range p.after.Columns {
		a := &p.after.Columns[i]
		b := p.before.Column(a.Name)
		p.addColumn(columns{p, a.Name, p.origin.column(p.schema, p.name, a.Name), b, a})
	}
	for i := range p.before.Columns {
		b := &p.before.Columns[i]
		if p.after.Column(b.Name) == nil {
			p.addColumn(columns{p, b.Name, p.origin.column(p.schema, p.name, b.Name), b, nil})
		}
	}
}

// addColumn enters a column among those that clients on before know, or among those that they do not. A new one is of
// its clients if it is of the new ones'.
func (p *tables) addColumn(c columns) {
	unknown := p.opts.BeforeClients.lacks(p.was, c.was)
	if c.before == nil {
		unknown = p.opts.AfterClients.lacks([2]string{p.schema, p.name}, c.name)
	}
	if unknown {
		p.server = append(p.server, c)
	} else {
		p.columns = append(p.columns, c)
	}
}

// A change is what a rule found; the rule's name and levels make it a Finding.
type change struct{ column, typ, message, before, after, note string }

// one is the list of one change.
func one(c change) []change { return []change{c} }

// onTables makes a rule's check of one that looks at tables that both schemas have.
func onTables(check func(*tables) []change) func(*tables) []change {
	return func(p *tables) []change {
		if !p.both() {
			return nil
		}
		return check(p)
	}
}

// onColumns makes a rule's check of one that looks at columns that both schemas have.
func onColumns(check func(*columns) []change) func(*tables) []change {
	return onAnyColumns(func(c *columns) []change {
		if !c.both() {
			return nil
		}
		return check(c)
	})
}

// onAnyColumns makes a rule's check of one that looks at columns of either schema, in tables that both have.
func onAnyColumns(check func(*columns) []change) func(*tables) []change {
	return func(p *tables) []change { return each(p.columns, check) }
}

// onServerColumns makes a rule's check of one that looks at columns of either schema that clients do not know.
func onServerColumns(check func(*columns) []change) func(*tables) []change {
	return func(p *tables) []change { return each(p.server, check) }
}

func each(list []columns, check func(*columns) []change) (found []change) {
	for i := range list {
		c := &list[i]
		for _, ch := range check(c) {
			if ch.column == "" {
				ch.column = c.was
			}
			found = append(found, ch)
		}
	}
	return found
}
