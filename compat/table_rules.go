package compat

import (
	"fmt"
	"slices"

	"github.com/electric-cli/electric/metadata"
)

func tableRemoved(p *tables) []change {
	if p.before == nil || p.after != nil || p.afterView != nil {
		return nil
	}
	c := change{message: fmt.Sprintf("table %q removed", p.was[1])}
	if like := p.lookalike(); like != nil {
		c.note = fmt.Sprintf("Table %q is new and has the same columns: it looks like a rename.", like.Schema+"."+like.Name)
	}
	return one(c)
}

// lookalike finds a new table with the columns of the one that is gone; nil when there is none or several.
func (p *tables) lookalike() (found *metadata.Table) {
	for i := range p.comparison.after.Tables {
		t := &p.comparison.after.Tables[i]
		if p.comparison.before.Table(t.Schema, t.Name) != nil || !sameColumns(p.before, t) {
			continue
		}
		if found != nil {
			return nil
		}
		found = t
	}
	return found
}

func sameColumns(a, b *metadata.Table) bool {
	return len(a.Columns) > 0 && slices.EqualFunc(a.Columns, b.Columns, func(x, y metadata.Column) bool {
		return x.Name == y.Name && x.Type == y.Type
	})
}

func tableRenamed(p *tables) []change {
	if p.before == nil || p.was == [2]string{p.schema, p.name} {
		return nil
	}
	was, is := p.was[0]+"."+p.was[1], p.schema+"."+p.name
	return one(change{message: fmt.Sprintf("table %q renamed to %q", was, is), before: was, after: is})
}

func tableAdded(p *tables) []change {
	if p.before != nil || p.beforeView != nil {
		return nil
	}
	return one(change{message: fmt.Sprintf("table %q added", p.name)})
}

func tableBecameView(p *tables) []change {
	if p.before == nil || p.afterView == nil {
		return nil
	}
	return one(change{message: fmt.Sprintf("table %q is a %s now", p.name, viewKind(p.afterView)), before: "table", after: viewKind(p.afterView)})
}

func viewBecameTable(p *tables) []change {
	if p.before != nil || p.beforeView == nil {
		return nil
	}
	return one(change{message: fmt.Sprintf("%s %q is a table now", viewKind(p.beforeView), p.name), before: viewKind(p.beforeView), after: "table"})
}

func viewKind(v *metadata.View) string {
	if v.Kind == "materialized" {
		return "materialized view"
	}
	return "view"
}

func tablePartitioned(p *tables) []change {
	if p.before.Kind == p.after.Kind || !replicated(p.before) || !replicated(p.after) {
		return nil
	}
	message := fmt.Sprintf("table %q is partitioned now", p.name)
	if p.before.Kind == "partitioned" {
		message = fmt.Sprintf("table %q is not partitioned any more", p.name)
	}
	return one(change{message: message, before: p.before.PartitionKey, after: p.after.PartitionKey})
}

// replicated reports whether logical replication carries a table's changes.
func replicated(t *metadata.Table) bool { return t.Kind != "foreign" && t.Persistence != "unlogged" }

func tableNotReplicated(p *tables) []change {
	if !replicated(p.before) || replicated(p.after) {
		return nil
	}
	what := p.after.Persistence
	if p.after.Kind == "foreign" {
		what = "foreign"
	}
	return one(change{message: fmt.Sprintf("table %q is %s now", p.name, what), after: what})
}

func tableReplicated(p *tables) []change {
	if replicated(p.before) || !replicated(p.after) {
		return nil
	}
	return one(change{message: fmt.Sprintf("table %q is an ordinary, logged table now", p.name)})
}

func clientRemoved(p *tables) []change {
	if !p.beforeClient || p.afterClient {
		return nil
	}
	return one(change{message: fmt.Sprintf("table %q is the server's alone now", p.name)})
}

func clientAdded(p *tables) []change {
	if p.beforeClient || !p.afterClient {
		return nil
	}
	return one(change{message: fmt.Sprintf("table %q is made by clients too now", p.name)})
}

func replicaIdentityFull(p *tables) []change {
	if p.before.ReplicaIdentity == "full" || p.after.ReplicaIdentity != "full" || p.setByElectric() {
		return nil
	}
	return one(change{message: "replica identity is FULL now", before: p.before.ReplicaIdentity, after: "full"})
}

func replicaIdentityLost(p *tables) []change {
	if p.before.ReplicaIdentity == p.after.ReplicaIdentity || p.after.ReplicaIdentity == "full" || p.setByElectric() {
		return nil
	}
	return one(change{
		message: fmt.Sprintf("replica identity is %s now", p.after.ReplicaIdentity),
		before:  p.before.ReplicaIdentity, after: p.after.ReplicaIdentity,
	})
}

// setByElectric reports whether the difference is one that Electric makes when it first serves a table.
func (p *tables) setByElectric() bool {
	return p.opts.Live && slices.Contains([]string{"default", "full"}, p.before.ReplicaIdentity) &&
		slices.Contains([]string{"default", "full"}, p.after.ReplicaIdentity)
}
