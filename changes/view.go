package changes

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/metadata"
)

// views tells of views and materialized views.
func (c *comparer) views(before, after []metadata.View) {
	p := pair(before, after, func(v *metadata.View) string { return dotted(v.Schema, v.Name) })
	for _, m := range p.match(func(a, b *metadata.View) bool { return a.Definition == b.Definition && a.Kind == b.Kind }) {
		c.rename(viewWord(m[0]), m[0].Schema, m[0].Name, m[1].Schema, m[1].Name)
		p.both = append(p.both, m)
	}
	for _, v := range p.gone {
		c.add("drop %s %s", viewWord(v), dotted(v.Schema, v.Name))
	}
	for _, v := range p.come {
		var columns []string
		for _, x := range v.Columns {
			columns = append(columns, x.Name+" "+x.Type)
		}
		c.add("create %s %s %s", viewWord(v), dotted(v.Schema, v.Name), list(columns))
		c.viewParts(&metadata.View{}, v)
	}
	for _, m := range p.both {
		c.alterView(m[0], m[1])
	}
}

func viewWord(v *metadata.View) string {
	return when(v.Kind == "materialized", "materialized ") + "view"
}

func (c *comparer) alterView(a, b *metadata.View) {
	name := dotted(b.Schema, b.Name)
	gone, come := lists(viewColumns(a), viewColumns(b), c.renamed)
	for _, x := range gone {
		c.add("%s: column %s is gone", name, x)
	}
	for _, x := range come {
		c.add("%s: column %s is there", name, x)
	}
	if !c.renamed.same(a.Definition, b.Definition) && len(gone)+len(come) == 0 {
		c.add("%s: change definition", name)
	}
	if !slices.Equal(a.Options, b.Options) {
		c.add("%s: set options to %s", name, list(b.Options))
	}
	c.viewParts(a, b)
}

func viewColumns(v *metadata.View) (texts []string) {
	for _, x := range v.Columns {
		texts = append(texts, strings.TrimSpace(x.Name+" "+x.Type+when(x.Default != "", " default "+x.Default)))
	}
	return texts
}

func (c *comparer) viewParts(a, b *metadata.View) {
	name := dotted(b.Schema, b.Name)
	c.members(name, "index", indexes(a.Indexes), indexes(b.Indexes))
	c.members(name, "trigger", triggers(a.Triggers), triggers(b.Triggers))
	c.members(name, "rule", rules(a.Rules), rules(b.Rules))
	c.comment(name, "", a.Comment, b.Comment)
	for i := range b.Columns {
		was := ""
		if j := slices.IndexFunc(a.Columns, func(x metadata.ViewColumn) bool { return x.Attnum == b.Columns[i].Attnum }); j >= 0 {
			was = a.Columns[j].Comment
		}
		c.comment(name, "column "+b.Columns[i].Name, was, b.Columns[i].Comment)
	}
}
