package database

import (
	"cmp"
	"slices"

	"github.com/electric-cli/electric/metadata"
)

// A typeKey is a type with a modifier.
type typeKey struct {
	oid      oid
	modifier int
}

// A columnType is what columns of a type share.
type columnType struct {
	ref       metadata.TypeRef
	collation oid
	storage   byte
	base      oid // of a domain, else the type itself
}

func (b *builder) columnType(r *row) {
	key := typeKey{r.oid(), r.integer()}
	t := &columnType{}
	t.ref.Type = r.text()
	t.ref.TypeSchema, t.ref.TypeName, t.ref.TypeKind, t.ref.IsArray = b.spaces[r.oid()], r.text(), typeKinds[r.letter()], r.flag()
	t.collation, t.storage, t.base = r.oid(), r.letter(), r.oid()
	b.types[key] = t
}

func (b *builder) column(r *row) {
	rel := b.relations[r.oid()]
	attnum, name, dropped := r.integer(), r.text(), r.flag()
	if rel == nil {
		r.fail("column %q belongs to no relation", name)
		return
	}
	rel.name(attnum, name)
	if dropped || !rel.wanted {
		return
	}
	key := typeKey{r.oid(), r.integer()}
	t := b.types[key]
	if t == nil {
		r.fail("column %s.%q has type %d, which is not there", rel.qualified(), name, key.oid)
		return
	}
	a := attribute{attnum: attnum, kind: t}
	c := &a.column
	c.Attnum, c.Name, c.TypeRef = attnum, name, t.ref
	c.Nullable, c.Identity = !r.flag(), identities[r.letter()]
	c.Generated = generations[r.letter()]
	a.collation = r.oid()
	if name := r.text(); a.collation != t.collation {
		c.Collation = cmp.Or(name, fixedCollations[a.collation])
	}
	if storage := r.letter(); storage != t.storage {
		c.Storage = storages[storage]
	}
	c.Compression = compressions[r.letter()]
	if n := r.optional(); n != nil && *n >= 0 {
		c.Statistics = n
	}
	c.Options, c.IsLocal, c.Inherited = r.texts(), r.flag(), r.integer() > 0
	if expr := r.text(); c.Generated != "" {
		c.GeneratedExpr = expr
	} else {
		c.Default = expr
	}
	c.Comment = b.comments[described{classRelation, rel.oid, attnum}]
	rel.attributes = append(rel.attributes, a)
}

// fixedCollations are those that are not asked for.
var fixedCollations = map[oid]string{collationDefault: "default", collationC: "C"}

// name notes the name of a column.
func (r *relation) name(attnum int, name string) {
	for len(r.names) < attnum {
		r.names = append(r.names, "")
	}
	r.names[attnum-1] = name
}

// named is the name of the column of that number, "" for those of the system and for none.
func (r *relation) named(attnum int) string {
	if attnum < 1 || attnum > len(r.names) {
		return ""
	}
	return r.names[attnum-1]
}

// allNamed are the names of the columns that have one, nil when none has.
func (r *relation) allNamed(attnums []int) (names []string) {
	for _, n := range attnums {
		if name := r.named(n); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// settle puts the columns into their order.
func (r *relation) settle() {
	slices.SortFunc(r.attributes, func(a, b attribute) int { return a.attnum - b.attnum })
	for i := range r.attributes {
		r.attributes[i].column.Ordinal = i + 1
	}
}

// attribute is the column of that number, nil for none.
func (r *relation) attribute(attnum int) *attribute {
	i, found := slices.BinarySearchFunc(r.attributes, attnum, func(a attribute, n int) int { return a.attnum - n })
	if !found {
		return nil
	}
	return &r.attributes[i]
}
