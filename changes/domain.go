package changes

import (
	"slices"

	"github.com/electric-cli/electric/metadata"
)

func (c *comparer) domains(before, after []metadata.Domain) {
	p := pair(before, after, func(d *metadata.Domain) string { return dotted(d.Schema, d.Name) })
	for _, m := range p.match(func(a, b *metadata.Domain) bool { return domainText(a) == domainText(b) }) {
		c.rename("domain", m[0].Schema, m[0].Name, m[1].Schema, m[1].Name)
	}
	for _, d := range p.gone {
		c.add("drop domain %s", dotted(d.Schema, d.Name))
	}
	for _, d := range p.come {
		c.add("create domain %s %s", dotted(d.Schema, d.Name), domainText(d))
		c.comment(dotted(d.Schema, d.Name), "", "", d.Comment)
	}
	for _, m := range p.both {
		c.domain(m[0], m[1])
	}
}

func domainText(d *metadata.Domain) string {
	text := "as " + d.BaseType + when(d.Collation != "", " COLLATE "+d.Collation) + when(d.NotNull, " not null") + when(d.Default != "", " default "+d.Default)
	for _, check := range d.Checks {
		text += " " + check.Def
	}
	return text
}

func (c *comparer) domain(a, b *metadata.Domain) {
	name := dotted(b.Schema, b.Name)
	if a.BaseType != b.BaseType && !c.renamed.same(a.BaseType, b.BaseType) || a.Collation != b.Collation {
		c.add("%s: is %s now", name, domainText(b))
	}
	if a.NotNull != b.NotNull {
		c.add("%s: %s not null", name, when(b.NotNull, "set")+when(!b.NotNull, "drop"))
	}
	switch {
	case a.Default != "" && b.Default == "":
		c.add("%s: drop default", name)
	case !c.renamed.same(a.Default, b.Default):
		c.add("%s: set default to %s", name, b.Default)
	}
	c.members(name, "constraint", domainChecks(a), domainChecks(b))
	c.comment(name, "", a.Comment, b.Comment)
}

func domainChecks(d *metadata.Domain) (parts []part) {
	for _, x := range d.Checks {
		parts = append(parts, checkPart(x.Name, x.Def, x.Validated, ""))
	}
	return parts
}

func (c *comparer) composites(before, after []metadata.Composite) {
	p := pair(before, after, func(t *metadata.Composite) string { return dotted(t.Schema, t.Name) })
	for _, m := range p.match(func(a, b *metadata.Composite) bool { return compositeText(a) == compositeText(b) }) {
		c.rename("type", m[0].Schema, m[0].Name, m[1].Schema, m[1].Name)
	}
	for _, t := range p.gone {
		c.add("drop type %s", dotted(t.Schema, t.Name))
	}
	for _, t := range p.come {
		c.add("create type %s %s", dotted(t.Schema, t.Name), compositeText(t))
		c.comment(dotted(t.Schema, t.Name), "", "", t.Comment)
	}
	for _, m := range p.both {
		c.attributes(m[0], m[1])
		c.comment(dotted(m[1].Schema, m[1].Name), "", m[0].Comment, m[1].Comment)
	}
}

func compositeText(t *metadata.Composite) string {
	var fields []string
	for i := range t.Attributes {
		fields = append(fields, attributeText(&t.Attributes[i]))
	}
	return list(fields)
}

func attributeText(a *metadata.Attribute) string {
	return a.Name + " " + a.Type + when(a.Collation != "", " COLLATE "+a.Collation)
}

// attributes tells of a composite type's attributes; as a column, one keeps its number.
func (c *comparer) attributes(a, b *metadata.Composite) {
	name := dotted(b.Schema, b.Name)
	of := func(t *metadata.Composite, number int) *metadata.Attribute {
		i := slices.IndexFunc(t.Attributes, func(x metadata.Attribute) bool { return x.Attnum == number })
		if i < 0 {
			return nil
		}
		return &t.Attributes[i]
	}
	for i := range a.Attributes {
		if of(b, a.Attributes[i].Attnum) == nil {
			c.add("%s: drop attribute %s", name, a.Attributes[i].Name)
		}
	}
	for i := range b.Attributes {
		now := &b.Attributes[i]
		was := of(a, now.Attnum)
		switch {
		case was == nil:
			c.add("%s: add attribute %s", name, attributeText(now))
			continue
		case was.Name != now.Name:
			c.add("%s: rename attribute %s to %s", name, was.Name, now.Name)
		}
		if !c.renamed.same(was.Type, now.Type) || was.Collation != now.Collation {
			c.add("%s: change type of %s from %s to %s", name, now.Name, was.Type, now.Type)
		}
		c.comment(name, "attribute "+now.Name, was.Comment, now.Comment)
	}
}
