package changes

import (
	"strings"

	"github.com/electric-cli/electric/metadata"
)

func (c *comparer) publications(before, after []metadata.Publication) {
	p := pair(before, after, func(x *metadata.Publication) string { return x.Name })
	for _, m := range p.match(func(a, b *metadata.Publication) bool { return published(a) == published(b) }) {
		c.add("rename publication %s to %s", m[0].Name, m[1].Name)
	}
	for _, x := range p.gone {
		c.add("drop publication %s", x.Name)
	}
	for _, x := range p.come {
		c.add("create publication %s %s", x.Name, published(x))
		c.comment("publication "+x.Name, "", "", x.Comment)
	}
	for _, m := range p.both {
		c.publication(m[0], m[1])
	}
}

func (c *comparer) publication(a, b *metadata.Publication) {
	name := "publication " + b.Name
	if a.AllTables != b.AllTables {
		c.add("%s: is %s now", name, published(b))
	}
	for _, x := range []struct {
		word string
		a, b []string
	}{{"", a.Tables, b.Tables}, {"tables in schema ", a.Schemas, b.Schemas}} {
		gone, come := lists(x.a, x.b, c.renamed)
		for _, t := range gone {
			c.add("%s: drop %s", name, x.word+t)
		}
		for _, t := range come {
			c.add("%s: add %s", name, x.word+t)
		}
	}
	c.comment(name, "", a.Comment, b.Comment)
}

// published is what a publication publishes.
func published(p *metadata.Publication) string {
	switch {
	case p.AllTables:
		return "for all tables"
	case len(p.Tables)+len(p.Schemas) == 0:
		return "of nothing yet"
	}
	var parts []string
	if len(p.Tables) > 0 {
		parts = append(parts, strings.Join(p.Tables, ", "))
	}
	if len(p.Schemas) > 0 {
		parts = append(parts, "the tables in schema "+strings.Join(p.Schemas, ", "))
	}
	return "for " + strings.Join(parts, " and ")
}
