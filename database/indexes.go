package database

import (
	"fmt"

	"github.com/electric-cli/electric/metadata"
)

// An index is an index of a relation that is wanted.
type index struct {
	metadata.Index
	oid        oid
	relation   *relation
	space      string
	columns    []int // indkey: attnums, included ones at the end, 0 for an expression
	keys       int   // how many of them are keys
	classes    []int // operator classes of the keys
	collations []int
	partition  bool
}

func (b *builder) index(r *row) {
	id, rel := r.oid(), b.relations[r.oid()]
	x := &index{oid: id, relation: rel, space: b.spaces[r.oid()]}
	x.Name = r.text()
	b.indexes[id] = x
	if rel == nil || !rel.wanted {
		return
	}
	if x.Method = r.methodOf(r.oid()); x.Method == "" {
		r.fail("index %q has no access method", x.Name)
	}
	x.Unique, x.Primary, x.Exclusion = r.flag(), r.flag(), r.flag()
	x.keys, x.columns = r.integer(), r.integers()
	options := r.integers()
	x.classes, x.collations = r.integers(), r.integers()
	x.NullsNotDistinct, x.Valid, x.Clustered, x.ReplicaIdentity = r.flag(), r.flag(), r.flag(), r.flag()
	x.Options, x.partition = r.texts(), r.flag()
	x.Def = r.text()
	exprs := r.texts()
	x.Predicate = r.text()
	x.Comment = b.about(classRelation, id)
	if len(x.columns) < x.keys || len(options) < x.keys || len(x.classes) < x.keys || len(x.collations) < x.keys {
		r.fail("index %q has %d keys, but not as many columns", x.Name, x.keys)
		return
	}
	for i, attnum := range x.columns[:x.keys] {
		k := metadata.IndexKey{
			Column: rel.named(attnum), Desc: options[i]&optionDesc != 0, NullsFirst: options[i]&optionNullsFirst != 0,
		}
		if attnum == 0 && i < len(exprs) {
			k.Expr = exprs[i]
		}
		if class := b.opclasses[oid(x.classes[i])]; class != nil && !class.isDefault {
			k.Opclass = class.name
		}
		x.Keys = append(x.Keys, k)
	}
	x.Include = rel.allNamed(x.columns[x.keys:])
	rel.indexes = append(rel.indexes, x)
}

// The bits of indoption.
const (
	optionDesc       = 1
	optionNullsFirst = 2
)

// methodOf reads an access method's name, which is not asked for when it is B-tree.
func (r *row) methodOf(method oid) string {
	name := r.text()
	if method == btree {
		return "btree"
	}
	return name
}

// writeIndexes writes the definitions that can be told without the server, and notes the indexes of which that is not so.
func (b *builder) writeIndexes() {
	for _, rel := range b.list {
		for _, x := range rel.indexes {
			if x.Def != "" {
				continue
			}
			if def, ok := b.indexDef(x); ok {
				x.Def = def
			} else {
				b.left = append(b.left, x.oid)
			}
		}
	}
}

// indexDefinition is what the server writes of an index.
func (b *builder) indexDefinition(r *row) {
	if x := b.indexes[r.oid()]; x != nil {
		x.Def = r.text()
	}
}

// addIndexParents notes whose partitions indexes are.
func (b *builder) addIndexParents() error {
	for child, x := range b.indexes {
		if !x.partition || len(b.parents[child]) == 0 {
			continue
		}
		parent := b.indexes[b.parents[child][0]]
		if parent == nil {
			return fmt.Errorf("index %s.%s is a partition of an index that is not there", x.space, x.Name)
		}
		x.PartitionOf = parent.space + "." + parent.Name
	}
	return nil
}
