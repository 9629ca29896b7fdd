package changes

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/metadata"
)

func (c *comparer) tables(before, after []metadata.Table) {
	p := pair(before, after, func(t *metadata.Table) string { return dotted(t.Schema, t.Name) })
	for _, m := range p.match(sameTable) {
		a, b := m[0], m[1]
		c.add("rename %s %s to %s", tableWord(a), dotted(a.Schema, a.Name), dotted(b.Schema, b.Name))
		c.renamed.add(dotted(a.Schema, a.Name), dotted(b.Schema, b.Name))
		p.both = append(p.both, m)
	}
	for _, m := range p.both {
		c.renamedColumns(m[0], m[1])
	}
	for _, t := range p.gone {
		c.add("drop %s %s", tableWord(t), dotted(t.Schema, t.Name))
	}
	for _, t := range p.come {
		c.createTable(t)
	}
	for _, m := range p.both {
		c.alterTable(m[0], m[1])
	}
}

// sameTable reports whether a table that came is one that went: its columns have
// the same numbers and names, and its constraints their names.
func sameTable(a, b *metadata.Table) bool {
	return slices.EqualFunc(a.Columns, b.Columns, func(x, y metadata.Column) bool { return x.Name == y.Name && x.Attnum == y.Attnum }) &&
		slices.EqualFunc(constraints(a), constraints(b), func(x, y part) bool { return x.name == y.name }) &&
		(a.Name == b.Name || a.Schema == b.Schema)
}

// tableWord is what a table is called.
func tableWord(t *metadata.Table) string {
	return when(t.Persistence == "unlogged", "unlogged ") + map[string]string{"partitioned": "partitioned table", "foreign": "foreign table"}[t.Kind] +
		when(t.Kind == "table", "table")
}

// createTable tells of a new table: its columns on one line, all else on lines of its own.
func (c *comparer) createTable(t *metadata.Table) {
	name := dotted(t.Schema, t.Name)
	var columns []string
	for i := range t.Columns {
		columns = append(columns, columnText(&t.Columns[i]))
	}
	c.add("create %s %s %s%s%s", tableWord(t), name, list(columns), when(t.PartitionKey != "", " PARTITION BY "+t.PartitionKey),
		when(t.PartitionOf != "", ", partition of "+t.PartitionOf+" "+t.PartitionBound))
	if t.PartitionOf == "" && len(t.Inherits) > 0 {
		c.add("%s: inherit %s", name, strings.Join(t.Inherits, ", "))
	}
	empty := &metadata.Table{
		Schema: t.Schema, Name: t.Name, ReplicaIdentity: "default", Persistence: t.Persistence, Kind: t.Kind,
		PartitionOf: t.PartitionOf, PartitionBound: t.PartitionBound, PartitionKey: t.PartitionKey, Inherits: t.Inherits,
	}
	c.parts(empty, t)
	c.properties(empty, t)
}

func (c *comparer) alterTable(a, b *metadata.Table) {
	c.columns(a, b)
	c.parts(a, b)
	c.properties(a, b)
}

// parts tells of constraints, indexes, triggers, policies and rules.
func (c *comparer) parts(a, b *metadata.Table) {
	name := dotted(b.Schema, b.Name)
	c.members(name, "constraint", constraints(a), constraints(b))
	c.members(name, "index", indexes(a.Indexes), indexes(b.Indexes))
	c.members(name, "trigger", triggers(a.Triggers), triggers(b.Triggers))
	c.members(name, "policy", policies(a), policies(b))
	c.members(name, "rule", rules(a.Rules), rules(b.Rules))
}

// properties tells of what a table is as a whole.
func (c *comparer) properties(a, b *metadata.Table) {
	name := dotted(b.Schema, b.Name)
	say := func(condition bool, format string, args ...any) {
		if condition {
			c.add("%s: "+format, append([]any{name}, args...)...)
		}
	}
	say(a.PartitionOf != b.PartitionOf && a.PartitionOf != "" && !c.renamed.same(a.PartitionOf, b.PartitionOf), "detach from %s", a.PartitionOf)
	say(a.PartitionOf != b.PartitionOf && b.PartitionOf != "" && !c.renamed.same(a.PartitionOf, b.PartitionOf), "attach to %s %s", b.PartitionOf, b.PartitionBound)
	if a.PartitionOf == "" && b.PartitionOf == "" {
		gone, come := lists(a.Inherits, b.Inherits, c.renamed)
		say(len(gone) > 0, "no inherit %s", strings.Join(gone, ", "))
		say(len(come) > 0, "inherit %s", strings.Join(come, ", "))
	}
	say(a.Persistence != b.Persistence, "set %s", map[string]string{"unlogged": "unlogged", "permanent": "logged"}[b.Persistence])
	say(!a.RowSecurity && b.RowSecurity, "enable row level security")
	say(a.RowSecurity && !b.RowSecurity, "disable row level security")
	say(!a.ForceRowSecurity && b.ForceRowSecurity, "force row level security")
	say(a.ForceRowSecurity && !b.ForceRowSecurity, "no force row level security")
	say(a.ReplicaIdentity != b.ReplicaIdentity, "set replica identity to %s", b.ReplicaIdentity)
	say(!slices.Equal(a.Options, b.Options), "set options to %s", list(b.Options))
	say(a.AccessMethod != b.AccessMethod, "set access method to %s", b.AccessMethod+when(b.AccessMethod == "", "heap"))
	say(!c.renamed.same(a.OfType, b.OfType), "%s", "of type "+b.OfType+when(b.OfType == "", "none"))
	say(a.ForeignServer != b.ForeignServer, "set server to %s", b.ForeignServer)
	c.comment(name, "", a.Comment, b.Comment)
}

// lists gives what went from a list and what came.
func lists(a, b []string, r renames) (gone, come []string) {
	for _, x := range a {
		if !slices.ContainsFunc(b, func(y string) bool { return r.same(x, y) }) {
			gone = append(gone, x)
		}
	}
	for _, y := range b {
		if !slices.ContainsFunc(a, func(x string) bool { return r.same(x, y) }) {
			come = append(come, y)
		}
	}
	return gone, come
}

// comment tells of a comment on something, or on a part of it ("column id").
func (c *comparer) comment(name, part, a, b string) {
	switch on := when(part != "", " on "+part); {
	case a == b:
	case b == "":
		c.add("%s: drop comment%s", name, on)
	default:
		c.add("%s: comment%s is %s", name, on, quoted(b))
	}
}
