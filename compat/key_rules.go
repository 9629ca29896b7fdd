package compat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/electric-cli/electric/metadata"
)

func keyText(columns []string) string {
	quoted := make([]string, len(columns))
	for i, c := range columns {
		quoted[i] = identifier(c)
	}
	return "(" + strings.Join(quoted, ", ") + ")"
}

func primaryKeyAdded(p *tables) []change {
	if p.before.PrimaryKey != nil || p.after.PrimaryKey == nil {
		return nil
	}
	return one(change{message: "primary key added", after: keyText(p.after.PrimaryKey.Columns)})
}

func primaryKeyRemoved(p *tables) []change {
	if p.before.PrimaryKey == nil || p.after.PrimaryKey != nil {
		return nil
	}
	return one(change{message: "primary key removed", before: keyText(p.before.PrimaryKey.Columns)})
}

func primaryKeyChanged(p *tables) []change {
	return p.anotherKey("primary key has other columns", func(a, b []string) bool { return !sameSet(a, b) })
}

func primaryKeyReordered(p *tables) []change {
	return p.anotherKey("primary key has its columns in another order", func(a, b []string) bool { return sameSet(a, b) && !slices.Equal(a, b) })
}

func (p *tables) anotherKey(message string, differ func(a, b []string) bool) []change {
	a, b := p.before.PrimaryKey, p.after.PrimaryKey
	if a == nil || b == nil || !differ(a.Columns, b.Columns) {
		return nil
	}
	return one(change{message: message, before: keyText(a.Columns), after: keyText(b.Columns)})
}

func sameSet(a, b []string) bool { return len(a) == len(b) && subset(a, b) }

// A unique is something that must be unique: by a constraint or an index.
type unique struct {
	columns  []string // of a plain one
	text     string   // behind USING, as pg_get_indexdef has it; of a plain one its columns
	distinct bool     // nulls are distinct from each other, which is usual
	plain    bool     // columns alone, no expression and no predicate
}

// uniques lists what must be unique in a table, the primary key left out.
func uniques(t *metadata.Table) (list []unique) {
	for i := range t.Uniques {
		u := &t.Uniques[i]
		list = append(list, plainUnique(u.Columns, !u.NullsNotDistinct))
	}
	for i := range t.Indexes {
		x := &t.Indexes[i]
		if !x.Unique || x.Constraint != "" || x.Primary {
			continue
		}
		columns := indexColumns(x)
		if columns != nil && x.Predicate == "" {
			list = append(list, plainUnique(columns, !x.NullsNotDistinct))
			continue
		}
		_, text, _ := strings.Cut(x.Def, " USING ")
		list = append(list, unique{text: text, distinct: !x.NullsNotDistinct})
	}
	return list
}

func plainUnique(columns []string, distinct bool) unique {
	u := unique{columns: columns, text: keyText(columns), distinct: distinct, plain: true}
	if !distinct {
		u.text += " nulls not distinct"
	}
	return u
}

// indexColumns gives an index's columns, nil when an expression is among its keys.
func indexColumns(x *metadata.Index) (columns []string) {
	for _, k := range x.Keys {
		if k.Column == "" {
			return nil
		}
		columns = append(columns, k.Column)
	}
	return columns
}

// implied reports whether u follows from what else must be unique in t: fewer columns that are unique are so together
// with others, too.
func (u unique) implied(t *metadata.Table) bool {
	if k := t.PrimaryKey; k != nil && u.plain && subset(k.Columns, u.columns) {
		return true
	}
	return slices.ContainsFunc(uniques(t), func(other unique) bool {
		if !u.plain || !other.plain {
			return u.text == other.text
		}
		return subset(other.columns, u.columns) && (u.distinct || !other.distinct)
	})
}

func uniqueAdded(p *tables) (found []change) {
	for _, u := range uniques(p.after) {
		if !u.implied(p.before) && !p.neverTwice(u) {
			found = append(found, change{message: "unique " + u.text + " added", after: u.text})
		}
	}
	return found
}

func uniqueRemoved(p *tables) (found []change) {
	for _, u := range uniques(p.before) {
		if !u.implied(p.after) && p.inCopy(u.columns) {
			found = append(found, change{message: "unique " + u.text + " removed", before: u.text})
		}
	}
	return found
}

// without lists the exclusions of t that other has not.
func without(t, other *metadata.Table) (list []*metadata.Exclusion) {
	for i := range t.Exclusions {
		x := &t.Exclusions[i]
		if !slices.ContainsFunc(other.Exclusions, func(y metadata.Exclusion) bool { return x.Def == y.Def }) {
			list = append(list, x)
		}
	}
	return list
}

func exclusionAdded(p *tables) (found []change) {
	for _, x := range without(p.after, p.before) {
		found = append(found, change{message: fmt.Sprintf("exclusion constraint added on %q", p.name), after: x.Def})
	}
	return found
}

func exclusionRemoved(p *tables) (found []change) {
	for _, x := range without(p.before, p.after) {
		if p.inCopy(x.Columns) {
			found = append(found, change{message: fmt.Sprintf("exclusion constraint removed from %q", p.name), before: x.Def})
		}
	}
	return found
}
