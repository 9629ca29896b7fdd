package compat

import (
	"fmt"
	"slices"

	"github.com/electric-cli/electric/metadata"
)

// Rules about what is the server's alone in a table that clients have. Clients neither read nor write it: what matters
// is whether their inserts, which leave it out, still succeed.

func serverColumnAdded(c *columns) []change         { return c.serverAdded(false) }
func requiredServerColumnAdded(c *columns) []change { return c.serverAdded(true) }

func (c *columns) serverAdded(required bool) []change {
	if c.before != nil || c.needsValue(c.after) != required {
		return nil
	}
	return one(change{message: fmt.Sprintf("column %q of the server's alone added", c.name), after: describe(c.after)})
}

func serverColumnRemoved(c *columns) []change {
	if c.after != nil {
		return nil
	}
	return one(change{message: fmt.Sprintf("column %q of the server's alone removed", c.was), before: describe(c.before)})
}

// nowRequired reports whether an insert may leave the column out no more.
func (c *columns) nowRequired() bool {
	return c.both() && c.needsValue(c.after) && !c.neededValue(c.before)
}

func serverColumnRequired(c *columns) []change {
	if !c.nowRequired() {
		return nil
	}
	return one(change{
		message: fmt.Sprintf("column %q of the server's alone may be left out no more", c.was), before: describe(c.before), after: describe(c.after),
	})
}

func serverColumnChanged(c *columns) []change {
	if !c.both() || c.nowRequired() || c.was == c.name && describe(c.before) == describe(c.after) {
		return nil
	}
	return one(change{
		message: fmt.Sprintf("column %q of the server's alone is another one", c.was),
		before:  identifier(c.was) + " " + describe(c.before), after: identifier(c.name) + " " + describe(c.after),
	})
}

func clientColumnAdded(c *columns) []change {
	if !c.both() || c.opts.AfterClients.lacks([2]string{c.schema, c.tables.name}, c.name) {
		return nil
	}
	return one(change{message: fmt.Sprintf("column %q is made by clients too now", c.was)})
}

func clientColumnRemoved(c *columns) []change {
	if !c.opts.AfterClients.lacks([2]string{c.schema, c.tables.name}, c.name) {
		return nil
	}
	return one(change{message: fmt.Sprintf("column %q is the server's alone now", c.was)})
}

// inCopy reports whether a constraint can be in a client's copy: it knows the columns.
func (p *tables) inCopy(columns []string) bool {
	return !slices.ContainsFunc(columns, p.isServers)
}

// isServers reports whether a column, named as after names it, is the server's alone.
func (p *tables) isServers(column string) bool {
	return slices.ContainsFunc(p.server, func(c columns) bool { return c.name == column })
}

// copied reports whether a foreign key can be in a client's copy: clients have both ends.
func (p *tables) copied(f *metadata.ForeignKey) bool {
	return p.inCopy(f.Columns) && p.opts.BeforeClients.has(p.origin.table([2]string{f.RefSchema, f.RefTable}))
}

// isNull reports whether the inserts of clients leave a column null.
func (p *tables) isNull(column string) bool {
	i := slices.IndexFunc(p.server, func(c columns) bool { return c.name == column })
	if i < 0 || p.server[i].after == nil {
		return false
	}
	c := p.server[i].after
	return c.Nullable && c.Default == "" && c.Generated == "" && c.Identity == "" && p.types.after.parse(c.Type).domain == nil
}

// meets reports whether all that clients insert meets a check of the server's: its columns are null, and it compares
// them, which is then neither true nor false.
func (p *tables) meets(c *pairOfChecks) bool {
	if c.after == nil || len(c.columns) == 0 {
		return false
	}
	for _, name := range c.columns {
		if !p.isNull(name) {
			return false
		}
	}
	return !slices.ContainsFunc(c.after.terms, func(t term) bool { return t.op == "" })
}

func serverConstraintAdded(p *tables) (found []change) {
	add := func(what, text string) { found = append(found, change{message: what + " added", after: text}) }
	for _, u := range uniques(p.after) {
		if !u.implied(p.before) && p.neverTwice(u) {
			add("unique "+u.text, u.text)
		}
	}
	for _, f := range p.newForeignKeys() {
		if p.refersToNothing(f) {
			add("foreign key "+referenceText(f), referenceText(f))
		}
	}
	for _, pair := range p.checkPairs() {
		if compareConditions(pair.before, pair.after) == checkIsNew && p.meets(&pair) {
			add(fmt.Sprintf("check %q", pair.name), pair.after.String())
		}
	}
	return found
}

// neverTwice reports whether no two rows that clients insert are the same to u: nulls are different from each other.
func (p *tables) neverTwice(u unique) bool {
	return u.plain && u.distinct && slices.ContainsFunc(u.columns, p.isNull)
}

// refersToNothing reports whether rows that clients insert refer to nothing.
func (p *tables) refersToNothing(f *metadata.ForeignKey) bool {
	return f.Match != "FULL" && slices.ContainsFunc(f.Columns, p.isNull)
}

func serverConstraintRemoved(p *tables) (found []change) {
	remove := func(message, text string) { found = append(found, change{message: message, before: text}) }
	for _, u := range uniques(p.before) {
		if !u.implied(p.after) && !p.inCopy(u.columns) {
			remove("unique "+u.text+" removed", u.text)
		}
	}
	for _, x := range without(p.before, p.after) {
		if !p.inCopy(x.Columns) {
			remove(fmt.Sprintf("exclusion constraint removed from %q", p.name), x.Def)
		}
	}
	for _, f := range p.goneForeignKeys() {
		if !p.copied(f) {
			remove("foreign key "+referenceText(f)+" removed", referenceText(f))
		}
	}
	for _, pair := range p.checkPairs() {
		change := compareConditions(pair.before, pair.after)
		if (change == checkIsGone || change == checkIsLooser) && !p.inCopy(pair.columns) {
			remove(fmt.Sprintf("check %q allows more", pair.name), pair.before.String())
		}
	}
	return found
}

func serverConstraintChanged(p *tables) []change {
	found := eachKept(p, func(b, a *metadata.ForeignKey) *change {
		if p.copied(b) {
			return nil
		}
		return anotherForeignKey(b, a)
	})
	for _, pair := range p.checkPairs() {
		if compareConditions(pair.before, pair.after) == checkIsOther && !p.inCopy(pair.columns) {
			found = append(found, pair.change("is another one"))
		}
	}
	return found
}
