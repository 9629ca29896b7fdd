package hash

import (
	"maps"
	"slices"
	"strings"

	"github.com/electric-cli/electric/metadata"
)

// A Builder hashes a schema that changes: after a table changed, only its own
// text is made again, and only what comes behind it in the text is hashed again.
type Builder struct {
	scope  Scope
	tables []*object          // sorted by key
	chains [parts]chain       // over tables
	types  map[string]*object // by key
	names  map[string]string  // a type's text in columns → its key
	uses   map[string]int     // a type's key → how many columns have it
	used   []*object          // the types uses ask for, nil: to be found
}

// NewBuilder begins with an empty schema.
func NewBuilder(scope Scope) *Builder {
	b := &Builder{scope: scope, types: map[string]*object{}, names: map[string]string{}, uses: map[string]int{}}
	for p := range b.chains {
		b.chains[p].part = part(p)
	}
	return b
}

// SetTypes takes the enums, domains, composites and ranges of s in place of
// those known so far.
func (b *Builder) SetTypes(s *metadata.Schema) {
	clear(b.types)
	clear(b.names)
	b.used = nil
	b.nameTypes(s)
	for i := range s.Enums {
		b.addType(enum(&s.Enums[i]))
	}
	for i := range s.Domains {
		b.addType(b.domain(&s.Domains[i]))
	}
	for i := range s.Composites {
		b.addType(b.composite(&s.Composites[i]))
	}
	for i := range s.Ranges {
		b.addType(b.rangeType(&s.Ranges[i]))
	}
}

func (b *Builder) addType(o *object) { b.types[o.key] = o }

// SetTable takes a table in place of the one of its name.
func (b *Builder) SetTable(t *metadata.Table) {
	if !b.scope.table(t) {
		b.RemoveTable(t.Schema, t.Name)
		return
	}
	o := b.table(t)
	i, found := b.find(o.key)
	b.changed(i)
	b.count(o.uses, +1)
	if found {
		b.count(b.tables[i].uses, -1)
		b.tables[i] = o
		return
	}
	b.tables = slices.Insert(b.tables, i, o)
}

// RemoveTable forgets a table.
func (b *Builder) RemoveTable(schema, name string) {
	i, found := b.find(tableKey(schema, name))
	if !found {
		return
	}
	b.changed(i)
	b.count(b.tables[i].uses, -1)
	b.tables = slices.Delete(b.tables, i, i+1)
}

func (b *Builder) find(key string) (int, bool) {
	return slices.BinarySearchFunc(b.tables, key, func(o *object, key string) int { return strings.Compare(o.key, key) })
}

func (b *Builder) changed(i int) {
	for p := range b.chains {
		b.chains[p].changed(i)
	}
}

// count notes that columns with these types came or went.
func (b *Builder) count(keys []string, by int) {
	for _, key := range keys {
		b.uses[key] += by
		if n := b.uses[key]; n == 0 || n == by {
			b.used = nil
		}
		if b.uses[key] == 0 {
			delete(b.uses, key)
		}
	}
}

// Schema gives the schema hash.
func (b *Builder) Schema() string { return b.sum(schemaPart) }

// Sync gives the sync hash.
func (b *Builder) Sync() string { return b.sum(syncPart) }

func (b *Builder) sum(p part) string { return b.chains[p].sum(heads(p, b.allTypes()), b.tables) }

// Table gives the schema hash and the sync hash of one table and the types it
// uses, "" when it is out of scope.
func (b *Builder) Table(schema, name string) (schemaHash, syncHash string) {
	i, found := b.find(tableKey(schema, name))
	if !found {
		return "", ""
	}
	one, types := b.tables[i:i+1], b.closure(b.tables[i].uses)
	var sums [parts]string
	for p := range sums {
		c := chain{part: part(p)}
		sums[p] = c.sum(heads(part(p), types), one)
	}
	return sums[schemaPart], sums[syncPart]
}

// Text gives the text that the schema hash is made of.
func (b *Builder) Text() string { return text(schemaPart, b.allTypes(), b.tables) }

// SyncText gives the text that the sync hash is made of.
func (b *Builder) SyncText() string { return text(syncPart, b.allTypes(), b.tables) }

// TableText gives the text that a table's schema hash is made of.
func (b *Builder) TableText(schema, name string) string {
	i, found := b.find(tableKey(schema, name))
	if !found {
		return ""
	}
	return text(schemaPart, b.closure(b.tables[i].uses), b.tables[i:i+1])
}

// heads are the lines of types that are hashed.
func heads(p part, types []*object) string {
	var out strings.Builder
	for _, o := range types {
		out.Write(o.head[p])
	}
	return out.String()
}

// text writes types and tables with all their lines.
func text(p part, types, tables []*object) string {
	var out strings.Builder
	out.WriteString(versions[p] + "\n")
	for _, o := range slices.Concat(types, tables) {
		out.Write(o.head[p])
		out.WriteString(o.body[p])
	}
	return out.String()
}

func (b *Builder) allTypes() []*object {
	if b.used == nil {
		b.used = b.closure(slices.Collect(maps.Keys(b.uses)))
	}
	return b.used
}

// closure gives the types of these keys and those they use in turn, sorted.
func (b *Builder) closure(keys []string) []*object {
	list, seen := []*object{}, map[string]bool{}
	var visit func(keys []string)
	visit = func(keys []string) {
		for _, key := range keys {
			if o := b.types[key]; o != nil && !seen[key] {
				seen[key] = true
				list = append(list, o)
				visit(o.uses)
			}
		}
	}
	visit(keys)
	slices.SortFunc(list, func(a, b *object) int { return strings.Compare(a.key, b.key) })
	return list
}
