package changes

import "github.com/electric-cli/electric/metadata"

// sequences tells of sequences. Those that come and go with a column are no news beside it.
func (c *comparer) sequences(before, after *metadata.Schema) {
	p := pair(before.Sequences, after.Sequences, func(s *metadata.Sequence) string { return dotted(s.Schema, s.Name) })
	for _, m := range p.match(func(a, b *metadata.Sequence) bool {
		return a.Type == b.Type && a.Start == b.Start && a.Increment == b.Increment
	}) {
		c.rename("sequence", m[0].Schema, m[0].Name, m[1].Schema, m[1].Name)
	}
	for _, s := range p.gone {
		if !withColumn(s, after) {
			c.add("drop sequence %s", dotted(s.Schema, s.Name))
		}
	}
	for _, s := range p.come {
		if !withColumn(s, before) {
			c.add("create sequence %s as %s%s", dotted(s.Schema, s.Name), s.Type, when(s.OwnedBy != nil, " owned by "+owner(s)))
			c.comment(dotted(s.Schema, s.Name), "", "", s.Comment)
		}
	}
	for _, m := range p.both {
		c.sequence(*m[0], *m[1])
	}
}

// withColumn reports whether a sequence is a column's that the other schema has not, or an identity column's.
func withColumn(s *metadata.Sequence, other *metadata.Schema) bool {
	if s.OwnedBy == nil {
		return false
	}
	t := other.Table(s.OwnedBy.Schema, s.OwnedBy.Table)
	return s.OwnedBy.Identity || t == nil || t.Column(s.OwnedBy.Column) == nil
}

func (c *comparer) sequence(a, b metadata.Sequence) {
	name := dotted(b.Schema, b.Name)
	if was, is := owner(&a), owner(&b); !c.renamed.same(was, is) {
		c.add("%s: set owned by %s", name, is+when(is == "", "none"))
	}
	a.OwnedBy, b.OwnedBy = nil, nil
	c.differences("sequence "+name, &metadata.Schema{Sequences: []metadata.Sequence{a}}, &metadata.Schema{Sequences: []metadata.Sequence{b}})
}

// owner is the column that a sequence is owned by, "" for none.
func owner(s *metadata.Sequence) string {
	if s.OwnedBy == nil {
		return ""
	}
	return dotted(dotted(s.OwnedBy.Schema, s.OwnedBy.Table), s.OwnedBy.Column)
}
