package bundle

import (
	"slices"

	"github.com/electric-cli/electric/metadata"
)

// A Cardinality says how many rows of the one end belong to how many of the other.
type Cardinality string

const (
	ManyToOne  Cardinality = "many-to-one"
	OneToMany  Cardinality = "one-to-many"
	OneToOne   Cardinality = "one-to-one"
	ManyToMany Cardinality = "many-to-many"
)

// A Relation leads from the rows of one table to those of another. Each one is
// listed from both ends.
type Relation struct {
	From        End         `json:"from"`
	To          End         `json:"to"`
	Cardinality Cardinality `json:"cardinality"`
	Optional    bool        `json:"optional"` // a row may have none
	ForeignKeys []string    `json:"foreign_keys"`
	Through     *Through    `json:"through"` // the table between many and many, or null
}

// An End is one end of a relation: the columns that have to be equal.
type End struct {
	Schema  string   `json:"schema"`
	Table   string   `json:"table"`
	Columns []string `json:"columns"`
}

// A Through is the table of pairs that relates many to many.
type Through struct {
	Schema      string   `json:"schema"`
	Table       string   `json:"table"`
	FromColumns []string `json:"from_columns"`
	ToColumns   []string `json:"to_columns"`
}

// RelationsOf reads the relations of a schema from its foreign keys, in the
// order of its tables.
func RelationsOf(s *metadata.Schema) (relations []Relation) {
	for i := range s.Tables {
		t := &s.Tables[i]
		for j := range t.ForeignKeys {
			relations = append(relations, direct(t, &t.ForeignKeys[j])...)
		}
		relations = append(relations, throughPairs(t)...)
	}
	return relations
}

// direct gives a foreign key's relation, both ways round.
func direct(t *metadata.Table, f *metadata.ForeignKey) []Relation {
	from := End{t.Schema, t.Name, f.Columns}
	to := End{f.RefSchema, f.RefTable, f.RefColumns}
	there, back := ManyToOne, OneToMany
	if isUnique(t, f.Columns) {
		there, back = OneToOne, OneToOne
	}
	names := []string{f.Name}
	return []Relation{
		{From: from, To: to, Cardinality: there, Optional: anyNullable(t, f.Columns), ForeignKeys: names},
		{From: to, To: from, Cardinality: back, Optional: true, ForeignKeys: names},
	}
}

// throughPairs gives the relation between the ends of a table whose primary key
// is two foreign keys.
func throughPairs(t *metadata.Table) []Relation {
	if t.PrimaryKey == nil {
		return nil
	}
	var keys []*metadata.ForeignKey
	covered := 0
	for i := range t.ForeignKeys {
		f := &t.ForeignKeys[i]
		if containsAll(t.PrimaryKey.Columns, f.Columns) {
			keys = append(keys, f)
			covered += len(f.Columns)
		}
	}
	if len(keys) != 2 || covered != len(t.PrimaryKey.Columns) || slices.ContainsFunc(keys[0].Columns, func(c string) bool { return slices.Contains(keys[1].Columns, c) }) {
		return nil
	}
	return []Relation{through(t, keys[0], keys[1]), through(t, keys[1], keys[0])}
}

func through(t *metadata.Table, from, to *metadata.ForeignKey) Relation {
	return Relation{
		From:        End{from.RefSchema, from.RefTable, from.RefColumns},
		To:          End{to.RefSchema, to.RefTable, to.RefColumns},
		Cardinality: ManyToMany, Optional: true, ForeignKeys: []string{from.Name, to.Name},
		Through: &Through{t.Schema, t.Name, from.Columns, to.Columns},
	}
}

// isUnique reports whether no two rows have the same values in columns.
func isUnique(t *metadata.Table, columns []string) bool {
	if t.PrimaryKey != nil && containsAll(columns, t.PrimaryKey.Columns) {
		return true
	}
	for _, u := range t.Uniques {
		if containsAll(columns, u.Columns) {
			return true
		}
	}
	for _, ix := range t.Indexes {
		if ix.Unique && ix.Predicate == "" && indexWithin(ix.Keys, columns) {
			return true
		}
	}
	return false
}

func indexWithin(keys []metadata.IndexKey, columns []string) bool {
	return !slices.ContainsFunc(keys, func(k metadata.IndexKey) bool { return k.Column == "" || !slices.Contains(columns, k.Column) })
}

func containsAll(list, wanted []string) bool {
	return !slices.ContainsFunc(wanted, func(w string) bool { return !slices.Contains(list, w) })
}

func anyNullable(t *metadata.Table, columns []string) bool {
	return slices.ContainsFunc(columns, func(name string) bool {
		c := t.Column(name)
		return c != nil && c.Nullable
	})
}
