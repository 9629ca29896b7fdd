package compat

import (
	"fmt"
	"strings"

	"github.com/electric-cli/electric/metadata"
)

// describe is a column as CREATE TABLE would have it.
func describe(c *metadata.Column) string {
	words := []string{c.Type}
	if c.Collation != "" {
		words = append(words, "collate", c.Collation)
	}
	if !c.Nullable {
		words = append(words, "not null")
	}
	if c.Default != "" {
		words = append(words, "default "+c.Default)
	}
	switch {
	case c.Generated != "":
		words = append(words, fmt.Sprintf("generated always as (%s) %s", c.GeneratedExpr, strings.ToLower(c.Generated)))
	case c.Identity != "":
		words = append(words, "generated "+strings.ToLower(c.Identity)+" as identity")
	}
	return strings.Join(words, " ")
}

func columnRemoved(c *columns) []change {
	if c.after != nil {
		return nil
	}
	ch := change{message: fmt.Sprintf("column %q removed", c.was), before: describe(c.before)}
	if like := c.lookalike(); like != "" {
		ch.note = fmt.Sprintf("Column %q is new and of the same type: it looks like a rename.", like)
	}
	return one(ch)
}

// lookalike finds the new column that the one that is gone may have become: the only one of its type, it being the only
// one of its type that is gone.
func (c *columns) lookalike() string {
	var gone int
	var found []string
	for i := range c.tables.columns {
		other := &c.tables.columns[i]
		switch {
		case other.after == nil && other.before.Type == c.before.Type:
			gone++
		case other.before == nil && other.after.Type == c.before.Type:
			found = append(found, other.name)
		}
	}
	if gone != 1 || len(found) != 1 {
		return ""
	}
	return found[0]
}

func columnRenamed(c *columns) []change {
	if c.was == c.name {
		return nil
	}
	return one(change{message: fmt.Sprintf("column %q renamed to %q", c.was, c.name), before: c.was, after: c.name})
}

// needsValue reports whether an insert must name a column of after.
func (c *comparison) needsValue(col *metadata.Column) bool { return needsValue(c.types.after, col) }

// neededValue reports whether an insert had to name a column of before.
func (c *comparison) neededValue(col *metadata.Column) bool { return needsValue(c.types.before, col) }

func needsValue(names typeNames, col *metadata.Column) bool {
	t := names.parse(col.Type)
	for d := t; d.domain != nil && !d.array; d = d.base {
		if d.domain.Default != "" {
			return false
		}
	}
	notNull := !col.Nullable || !t.array && t.domain != nil && t.domain.NotNull
	return notNull && col.Default == "" && col.Identity == "" && col.Generated == ""
}

func added(c *columns, wanted bool) []change {
	if c.before != nil || !wanted {
		return nil
	}
	return one(change{message: fmt.Sprintf("column %q added", c.name), after: describe(c.after)})
}

func columnAdded(c *columns) []change {
	return added(c, c.after != nil && c.after.Generated == "" && !c.needsValue(c.after))
}

func requiredColumnAdded(c *columns) []change {
	return added(c, c.after != nil && c.needsValue(c.after))
}

func generatedColumnAdded(c *columns) []change {
	return added(c, c.after != nil && c.after.Generated != "")
}

// A typeChange says what became of a column's type.
type typeChange int

const (
	typeSame typeChange = iota
	typeIsEquivalent
	typeIsWider
	typeIsNarrower
	typeIsOther
)

func (c *columns) typeChange() typeChange {
	a, b := c.types.before.parse(c.before.Type), c.types.after.parse(c.after.Type)
	if c.before.Type == c.after.Type && (a.domain == nil || b.domain == nil || a.domain.BaseType == b.domain.BaseType) {
		return typeSame
	}
	reads, writes := readable(b, a), within(a, b)
	switch {
	case reads && writes:
		return typeIsEquivalent
	case writes:
		return typeIsWider
	case reads:
		return typeIsNarrower
	}
	return typeIsOther
}

func (c *columns) typed(wanted typeChange) []change {
	if c.typeChange() != wanted {
		return nil
	}
	a, b := c.types.before.parse(c.before.Type), c.types.after.parse(c.after.Type)
	ch := change{message: fmt.Sprintf("type of column %q is %s, was %s", c.was, c.after.Type, c.before.Type), before: c.before.Type, after: c.after.Type}
	if c.before.Type == c.after.Type {
		ch.message = fmt.Sprintf("type of column %q is over %s, was over %s", c.was, b.domain.BaseType, a.domain.BaseType)
		ch.before, ch.after = a.domain.BaseType, b.domain.BaseType
	}
	if from, to := a.form(), b.form(); from != to && isJavaScript(from, to) {
		ch.note = fmt.Sprintf("A client's code gets %s where it got %s.", spoken(to), spoken(from))
	}
	return one(ch)
}

// spoken says in words what a client's code gets.
func spoken(form string) string {
	element, array := strings.CutPrefix(form, "array of ")
	name := map[string]string{"number": "a number", "bigint": "a BigInt", "boolean": "a boolean", "json": "a JSON value"}[element]
	if name == "" {
		name = "a string"
	}
	if array {
		return "an array of " + strings.TrimPrefix(name, "a ") + "s"
	}
	return name
}

// isJavaScript reports whether two forms are different to JavaScript too.
func isJavaScript(a, b string) bool { return spoken(a) != spoken(b) }

func typeWidened(c *columns) []change    { return c.typed(typeIsWider) }
func typeNarrowed(c *columns) []change   { return c.typed(typeIsNarrower) }
func typeEquivalent(c *columns) []change { return c.typed(typeIsEquivalent) }
func typeChanged(c *columns) []change    { return c.typed(typeIsOther) }

func collationChanged(c *columns) []change {
	if c.before.Collation == c.after.Collation {
		return nil
	}
	named := func(s string) string {
		if s == "" {
			return "default"
		}
		return s
	}
	return one(change{
		message: fmt.Sprintf("collation of column %q is %s, was %s", c.was, named(c.after.Collation), named(c.before.Collation)),
		before:  c.before.Collation, after: c.after.Collation,
	})
}

func notNullAdded(c *columns) []change {
	if !c.before.Nullable || c.after.Nullable {
		return nil
	}
	return one(change{message: fmt.Sprintf("column %q is NOT NULL now", c.was), before: describe(c.before), after: describe(c.after)})
}

func notNullRemoved(c *columns) []change {
	if c.before.Nullable || !c.after.Nullable {
		return nil
	}
	return one(change{message: fmt.Sprintf("column %q may be null now", c.was), before: describe(c.before), after: describe(c.after)})
}

func defaultAdded(c *columns) []change {
	if c.before.Default != "" || c.after.Default == "" {
		return nil
	}
	return one(change{message: fmt.Sprintf("column %q has a default now", c.was), after: c.after.Default})
}

func defaultChanged(c *columns) []change {
	if c.before.Default == "" || c.after.Default == "" || c.before.Default == c.after.Default || isCastAlone(c.before, c.after) {
		return nil
	}
	return one(change{message: fmt.Sprintf("column %q has another default", c.was), before: c.before.Default, after: c.after.Default})
}

// isCastAlone reports whether two defaults differ in the cast to the column's type alone, which follows the type.
func isCastAlone(a, b *metadata.Column) bool {
	bare := func(c *metadata.Column) string {
		if i := strings.LastIndex(c.Default, "::"); i > 0 {
			return c.Default[:i]
		}
		return c.Default
	}
	return a.Type != b.Type && bare(a) == bare(b)
}

func withoutDefault(c *columns, required bool) []change {
	gone := c.before.Default != "" && c.after.Default == "" && c.after.Identity == "" && c.after.Generated == ""
	if !gone || c.needsValue(c.after) != required {
		return nil
	}
	return one(change{message: fmt.Sprintf("column %q has no default any more", c.was), before: c.before.Default})
}

func defaultRemoved(c *columns) []change         { return withoutDefault(c, false) }
func requiredDefaultRemoved(c *columns) []change { return withoutDefault(c, true) }

func becameGenerated(c *columns) []change {
	if c.before.Generated != "" || c.after.Generated == "" {
		return nil
	}
	return one(change{message: fmt.Sprintf("column %q is generated now", c.was), before: describe(c.before), after: describe(c.after)})
}

func noLongerGenerated(c *columns) []change {
	if c.before.Generated == "" || c.after.Generated != "" {
		return nil
	}
	return one(change{message: fmt.Sprintf("column %q is not generated any more", c.was), before: describe(c.before), after: describe(c.after)})
}

func generatedChanged(c *columns) []change {
	if c.before.Generated == "" || c.after.Generated == "" ||
		c.before.Generated == c.after.Generated && c.before.GeneratedExpr == c.after.GeneratedExpr {
		return nil
	}
	return one(change{message: fmt.Sprintf("column %q is generated in another way", c.was), before: describe(c.before), after: describe(c.after)})
}

func identityAlways(c *columns) []change {
	if c.before.Identity == "ALWAYS" || c.after.Identity != "ALWAYS" {
		return nil
	}
	return one(change{message: fmt.Sprintf("column %q is GENERATED ALWAYS AS IDENTITY now", c.was), before: describe(c.before), after: describe(c.after)})
}

func identityByDefault(c *columns) []change {
	if c.before.Identity == "BY DEFAULT" || c.after.Identity != "BY DEFAULT" {
		return nil
	}
	return one(change{message: fmt.Sprintf("column %q is GENERATED BY DEFAULT AS IDENTITY now", c.was), before: describe(c.before), after: describe(c.after)})
}

func identityRemoved(c *columns) []change {
	if c.before.Identity == "" || !c.needsValue(c.after) {
		return nil
	}
	return one(change{message: fmt.Sprintf("column %q is no identity any more", c.was), before: describe(c.before), after: describe(c.after)})
}
