package compat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/electric-cli/electric/metadata"
)

// A types is a type that columns of a table use, in both schemas under one name.
type types struct {
	column        string // the first that uses it
	name          string // "schema.name"
	before, after *typ
}

// onTypes makes a rule's check of one that looks at the types a table's columns are made of. A type is told of once for
// each table.
func onTypes(check func(*types) []change) func(*tables) []change {
	return onTables(func(p *tables) (found []change) {
		for _, t := range p.usedTypes() {
			for _, ch := range check(t) {
				ch.column, ch.typ = t.column, t.name
				found = append(found, ch)
			}
		}
		return found
	})
}

// usedTypes lists the types that columns use before and after.
func (p *tables) usedTypes() (list []*types) {
	seenBefore, seenAfter := map[string]bool{}, map[string]bool{}
	after := map[string]*typ{}
	for i := range p.columns {
		if c := &p.columns[i]; c.both() {
			for _, t := range p.types.after.uses(c.after.Type, seenAfter) {
				after[t.name] = t
			}
		}
	}
	for i := range p.columns {
		c := &p.columns[i]
		if !c.both() {
			continue
		}
		for _, t := range p.types.before.uses(c.before.Type, seenBefore) {
			if a := after[t.name]; a != nil && t.qualified() != "" {
				list = append(list, &types{c.was, t.qualified(), t, a})
			}
		}
	}
	return list
}

// qualified is the name of a type of the schema's own, "" for one of Postgres's.
func (t *typ) qualified() string {
	switch {
	case t.enum != nil:
		return t.enum.Schema + "." + t.enum.Name
	case t.domain != nil:
		return t.domain.Schema + "." + t.domain.Name
	case t.composite != nil:
		return t.composite.Schema + "." + t.composite.Name
	case t.rng != nil:
		return t.rng.Schema + "." + t.rng.Name
	}
	return ""
}

// An enumChange is what became of an enum's labels.
type enumChange struct{ added, removed []string }

func (t *types) labels() (c enumChange, ok bool) {
	if t.before.enum == nil || t.after.enum == nil {
		return c, false
	}
	before, after := t.before.enum.Labels, t.after.enum.Labels
	for _, l := range after {
		if !slices.Contains(before, l) {
			c.added = append(c.added, l)
		}
	}
	for _, l := range before {
		if !slices.Contains(after, l) {
			c.removed = append(c.removed, l)
		}
	}
	return c, true
}

// renamed reports whether labels were renamed: each that is new stands where one that is gone stood.
func (t *types) renamed() bool {
	before, after := t.before.enum.Labels, t.after.enum.Labels
	if len(before) != len(after) {
		return false
	}
	for i, l := range before {
		if after[i] != l && (slices.Contains(before, after[i]) || slices.Contains(after, l)) {
			return false
		}
	}
	return true
}

// enum tells of an enum whose labels changed.
func (t *types) enum(what string) []change {
	return one(change{
		message: fmt.Sprintf("enum %q %s", t.name, what),
		before:  quoted(t.before.enum.Labels), after: quoted(t.after.enum.Labels),
	})
}

func quoted(labels []string) string {
	list := make([]string, len(labels))
	for i, l := range labels {
		list[i] = "'" + strings.ReplaceAll(l, "'", "''") + "'"
	}
	return strings.Join(list, ", ")
}

func enumLabelAdded(t *types) []change {
	c, ok := t.labels()
	if !ok || len(c.added) == 0 || t.renamed() {
		return nil
	}
	return t.enum("has " + quoted(c.added) + " too")
}

func enumLabelRemoved(t *types) []change {
	c, ok := t.labels()
	if !ok || len(c.removed) == 0 || t.renamed() {
		return nil
	}
	return t.enum("has " + quoted(c.removed) + " no more")
}

func enumLabelRenamed(t *types) []change {
	c, ok := t.labels()
	if !ok || len(c.added) == 0 || !t.renamed() {
		return nil
	}
	return t.enum("has " + quoted(c.added) + " instead of " + quoted(c.removed))
}

func enumReordered(t *types) []change {
	if _, ok := t.labels(); !ok {
		return nil
	}
	common := func(labels, of []string) (kept []string) {
		for _, l := range labels {
			if slices.Contains(of, l) {
				kept = append(kept, l)
			}
		}
		return kept
	}
	before, after := t.before.enum.Labels, t.after.enum.Labels
	if slices.Equal(common(before, after), common(after, before)) {
		return nil
	}
	return t.enum("has its labels in another order")
}

// domains gives the two definitions of a domain.
func (t *types) domains() (before, after *metadata.Domain, ok bool) {
	return t.before.domain, t.after.domain, t.before.domain != nil && t.after.domain != nil
}

// domainChecks tells of the checks of a domain that became of a kind.
func (t *types) domainChecks(wanted []checkChange, what string) (found []change) {
	before, after, ok := t.domains()
	if !ok {
		return nil
	}
	p := tables{before: asTable(before), after: asTable(after)}
	for _, pair := range p.checkPairs() {
		if slices.Contains(wanted, compareConditions(pair.before, pair.after)) {
			found = append(found, change{
				message: fmt.Sprintf("domain %q: check %q %s", t.name, pair.name, what),
				before:  pair.before.String(), after: pair.after.String(),
			})
		}
	}
	return found
}

// asTable dresses a domain's checks as a table's.
func asTable(d *metadata.Domain) *metadata.Table {
	t := new(metadata.Table)
	for _, c := range d.Checks {
		t.Checks = append(t.Checks, metadata.Check{Name: c.Name, Def: c.Def})
	}
	return t
}

func domainCheckAdded(t *types) []change {
	return t.domainChecks([]checkChange{checkIsNew, checkIsTighter}, "allows less")
}

func domainCheckRemoved(t *types) []change {
	return t.domainChecks([]checkChange{checkIsGone, checkIsLooser}, "allows more")
}

func domainCheckChanged(t *types) []change {
	return t.domainChecks([]checkChange{checkIsOther}, "is another one")
}

func domainNotNullAdded(t *types) []change {
	b, a, ok := t.domains()
	if !ok || b.NotNull || !a.NotNull {
		return nil
	}
	return one(change{message: fmt.Sprintf("domain %q is NOT NULL now", t.name)})
}

func domainNotNullRemoved(t *types) []change {
	b, a, ok := t.domains()
	if !ok || !b.NotNull || a.NotNull {
		return nil
	}
	return one(change{message: fmt.Sprintf("domain %q may be null now", t.name)})
}

func domainDefault(t *types) []change {
	b, a, ok := t.domains()
	if !ok || b.Default == a.Default {
		return nil
	}
	return one(change{message: fmt.Sprintf("domain %q has another default", t.name), before: b.Default, after: a.Default})
}

func compositeText(c *metadata.Composite) string {
	list := make([]string, len(c.Attributes))
	for i, a := range c.Attributes {
		list[i] = identifier(a.Name) + " " + a.Type
	}
	return "(" + strings.Join(list, ", ") + ")"
}

func compositeChanged(t *types) []change {
	b, a := t.before.composite, t.after.composite
	if b == nil || a == nil || compositeText(b) == compositeText(a) {
		return nil
	}
	return one(change{message: fmt.Sprintf("composite type %q has other fields", t.name), before: compositeText(b), after: compositeText(a)})
}

func rangeChanged(t *types) []change {
	b, a := t.before.rng, t.after.rng
	if b == nil || a == nil || b.Subtype == a.Subtype {
		return nil
	}
	return one(change{message: fmt.Sprintf("range type %q is over %s, was over %s", t.name, a.Subtype, b.Subtype), before: b.Subtype, after: a.Subtype})
}
