package database

import (
	"cmp"
	"fmt"
	"sort"

	"github.com/jackc/pgx/v5/pgtype"

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
	a := attribute{typ: typeKey{r.oid(), r.integer()}}
	b.types[a.typ] = nil
	c := metadata.Column{Attnum: attnum, Name: name}
	c.Nullable, c.Identity = !r.flag(), identities[r.letter()]
	c.Generated = generations[r.letter()]
	a.collation = r.oid()
	c.Collation = cmp.Or(r.text(), fixedCollations[a.collation])
	a.storage = r.letter()
	c.Storage = storages[a.storage]
	c.Compression = compressions[r.letter()]
	if n := r.optional(); n != nil && *n >= 0 {
		c.Statistics = n
	}
	c.Options, c.IsLocal, c.Inherited = r.texts(), r.flag(), r.integer() > 0
	if r.flag() {
		rel.defaults = true
		rel.generated = rel.generated || c.Generated != ""
	}
	c.Comment = b.comments[described{classRelation, rel.oid, attnum}]
	rel.columns, rel.attributes = append(rel.columns, c), append(rel.attributes, a)
}

// fixedCollations are those that are not asked for.
var fixedCollations = map[oid]string{collationDefault: "default", collationC: "C"}

// name notes the name of a column.
func (r *relation) name(attnum int, name string) {
	if attnum <= len(r.names) {
		r.names[attnum-1] = name
	}
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

// usedTypes are the types of the columns.
func usedTypes(b *builder) []param {
	var types, modifiers []int
	for t := range b.types {
		types, modifiers = append(types, int(t.oid)), append(modifiers, t.modifier)
	}
	return []param{{pgtype.OIDArrayOID, intArray(types)}, {pgtype.Int4ArrayOID, intArray(modifiers)}}
}

// withDefaults are the relations that have defaults, and those of them that have generated columns.
func withDefaults(b *builder) []param {
	var having, generated []oid
	for _, rel := range b.list {
		if rel.defaults {
			having = append(having, rel.oid)
		}
		if rel.generated {
			generated = append(generated, rel.oid)
		}
	}
	return []param{listOf(having), listOf(generated)}
}

func (b *builder) columnDefault(r *row) {
	rel, attnum := b.relations[r.oid()], r.integer()
	i := rel.at(attnum)
	if i < 0 {
		r.fail("a default is of column %d of %s, which is not there", attnum, rel.qualified())
		return
	}
	if c := &rel.columns[i]; c.Generated != "" {
		c.GeneratedExpr = r.text()
	} else {
		c.Default = r.text()
	}
}

func (b *builder) sortColumns() {
	for _, rel := range b.list {
		sort.Sort(byAttnum{rel})
	}
}

// settleColumns tells the columns' types, now that they are known.
func (b *builder) settleColumns() error {
	for _, rel := range b.list {
		for i := range rel.columns {
			a, c := &rel.attributes[i], &rel.columns[i]
			if a.kind = b.types[a.typ]; a.kind == nil {
				return fmt.Errorf("column %s.%s has a type %d that is not there", rel.qualified(), c.Name, a.typ.oid)
			}
			c.Ordinal = i + 1
			a.settle(c)
		}
	}
	return nil
}

// byAttnum sorts a relation's columns, which mostly are in that order already.
type byAttnum struct{ *relation }

func (r byAttnum) Len() int           { return len(r.columns) }
func (r byAttnum) Less(i, j int) bool { return r.columns[i].Attnum < r.columns[j].Attnum }
func (r byAttnum) Swap(i, j int) {
	r.columns[i], r.columns[j] = r.columns[j], r.columns[i]
	r.attributes[i], r.attributes[j] = r.attributes[j], r.attributes[i]
}

// settle tells a column's type. A collation and a storage that are its type's are not the column's own.
func (a *attribute) settle(c *metadata.Column) {
	c.TypeRef = a.kind.ref
	if a.collation == a.kind.collation {
		c.Collation = ""
	}
	if a.storage == a.kind.storage {
		c.Storage = ""
	}
}

// at is the index of the column of that number, -1 for none.
func (r *relation) at(attnum int) int {
	i := sort.Search(len(r.columns), func(i int) bool { return r.columns[i].Attnum >= attnum })
	if i == len(r.columns) || r.columns[i].Attnum != attnum {
		return -1
	}
	return i
}
