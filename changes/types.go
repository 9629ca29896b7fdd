package changes

import (
	"slices"

	"github.com/electric-cli/electric/metadata"
)

// schemas tells of schemas. It reports whether one was renamed, and that is all:
// whatever is in it is called otherwise now.
func (c *comparer) schemas(before, after *metadata.Schema) (renamed bool) {
	p := pair(before.Schemas, after.Schemas, func(s *metadata.Namespace) string { return s.Name })
	if len(p.gone) == 1 && len(p.come) == 1 && slices.Equal(namesIn(before, p.gone[0].Name), namesIn(after, p.come[0].Name)) {
		c.add("rename schema %s to %s", p.gone[0].Name, p.come[0].Name)
		return true
	}
	for _, s := range p.gone {
		c.add("drop schema %s", s.Name)
	}
	for _, s := range p.come {
		c.add("create schema %s", s.Name)
		c.comment(s.Name, "", "", s.Comment)
	}
	for _, m := range p.both {
		c.comment("schema "+m[0].Name, "", m[0].Comment, m[1].Comment)
	}
	return false
}

// namesIn gives the names of the tables, views and functions of a schema.
func namesIn(s *metadata.Schema, schema string) (names []string) {
	for _, t := range s.Tables {
		names = append(names, when(t.Schema == schema, t.Name))
	}
	for _, v := range s.Views {
		names = append(names, when(v.Schema == schema, v.Name))
	}
	for _, f := range s.Functions {
		names = append(names, when(f.Schema == schema, f.Name))
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == "" })
	slices.Sort(names)
	return names
}

// types tells of types first: columns have them.
func (c *comparer) types(before, after *metadata.Schema) {
	c.enums(before.Enums, after.Enums)
	c.domains(before.Domains, after.Domains)
	c.composites(before.Composites, after.Composites)
	kind(c, before, after, objects[metadata.Range]{
		word: "range", list: func(s *metadata.Schema) *[]metadata.Range { return &s.Ranges },
		name:  func(r *metadata.Range) (string, string) { return r.Schema, r.Name },
		about: func(r *metadata.Range) string { return "over " + r.Subtype },
		alike: func(a, b *metadata.Range) bool { return a.Subtype == b.Subtype && a.SubtypeDiff == b.SubtypeDiff },
	})
	kind(c, before, after, objects[metadata.BaseType]{
		word: "type", list: func(s *metadata.Schema) *[]metadata.BaseType { return &s.BaseTypes },
		name:  func(t *metadata.BaseType) (string, string) { return t.Schema, t.Name },
		about: func(t *metadata.BaseType) string { return when(t.Shell, "without a definition yet") },
		alike: func(a, b *metadata.BaseType) bool { return a.Shell == b.Shell },
	})
}

func (c *comparer) enums(before, after []metadata.Enum) {
	p := pair(before, after, func(e *metadata.Enum) string { return dotted(e.Schema, e.Name) })
	for _, m := range p.match(func(a, b *metadata.Enum) bool { return slices.Equal(a.Labels, b.Labels) }) {
		c.rename("enum", m[0].Schema, m[0].Name, m[1].Schema, m[1].Name)
	}
	for _, e := range p.gone {
		c.add("drop enum %s", dotted(e.Schema, e.Name))
	}
	for _, e := range p.come {
		c.add("create enum %s %s", dotted(e.Schema, e.Name), list(labels(e.Labels)))
		c.comment(dotted(e.Schema, e.Name), "", "", e.Comment)
	}
	for _, m := range p.both {
		c.labels(m[0], m[1])
		c.comment(dotted(m[1].Schema, m[1].Name), "", m[0].Comment, m[1].Comment)
	}
}

// labels tells of an enum's labels. They come one at a time and never go; one
// that is another one now was renamed.
func (c *comparer) labels(a, b *metadata.Enum) {
	name := dotted(b.Schema, b.Name)
	if len(a.Labels) == len(b.Labels) {
		for i := range a.Labels {
			if a.Labels[i] != b.Labels[i] {
				c.add("%s: rename value %s to %s", name, quoted(a.Labels[i]), quoted(b.Labels[i]))
			}
		}
		return
	}
	for i, label := range b.Labels {
		if !slices.Contains(a.Labels, label) {
			place := "at the beginning"
			if i > 0 {
				place = "after " + quoted(b.Labels[i-1])
			}
			c.add("%s: add value %s %s", name, quoted(label), place)
		}
	}
	for _, label := range a.Labels {
		if !slices.Contains(b.Labels, label) {
			c.add("%s: value %s is gone", name, quoted(label))
		}
	}
}

func labels(list []string) (texts []string) {
	for _, l := range list {
		texts = append(texts, quoted(l))
	}
	return texts
}

// rename tells of another name, and takes note of it.
func (c *comparer) rename(word, schemaA, a, schemaB, b string) {
	c.add("rename %s %s to %s", word, dotted(schemaA, a), dotted(schemaB, b))
	c.renamed.add(dotted(schemaA, a), dotted(schemaB, b))
}
