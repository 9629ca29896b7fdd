package database

import "github.com/electric-cli/electric/metadata"

// typ adds a type of any kind but a composite one.
func (b *builder) typ(r *row) {
	id := r.oid()
	schema, name, kind, defined := b.spaces[r.oid()], r.text(), r.letter(), r.flag()
	labels, base, notNull, def, collation := r.texts(), r.text(), r.flag(), r.text(), r.text()
	comment := b.about(classType, id)
	switch kind {
	case 'e':
		b.made.Enums = append(b.made.Enums, metadata.Enum{Schema: schema, Name: name, Labels: labels, Comment: comment})
	case 'd':
		b.domains[id] = &metadata.Domain{
			Schema: schema, Name: name, BaseType: base, NotNull: notNull, Default: def, Collation: collation, Comment: comment,
		}
	case 'r':
		b.ranges[id] = &metadata.Range{Schema: schema, Name: name, Comment: comment}
	default:
		b.made.BaseTypes = append(b.made.BaseTypes, metadata.BaseType{Schema: schema, Name: name, Comment: comment, Shell: !defined})
	}
}

// rangeType tells what a range is made of.
func (b *builder) rangeType(r *row) {
	x := b.ranges[r.oid()]
	if x == nil {
		return // of the system, or left out
	}
	x.Subtype, x.Multirange, x.SubtypeOpclass = r.text(), r.text(), r.text()
	x.Canonical, x.SubtypeDiff = r.text(), r.text()
	b.made.Ranges = append(b.made.Ranges, *x)
}

// addDomains puts domains with their constraints into the schema.
func (b *builder) addDomains() {
	for _, d := range b.domains {
		b.made.Domains = append(b.made.Domains, *d)
	}
}
