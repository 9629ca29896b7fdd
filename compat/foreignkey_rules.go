package compat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/electric-cli/electric/metadata"
)

// foreignKeys are a table's references that are enforced. A description that does not tell says that they are; one that
// is not enforced is never validated.
func foreignKeys(t *metadata.Table) (list []*metadata.ForeignKey) {
	for i := range t.ForeignKeys {
		if f := &t.ForeignKeys[i]; f.Enforced || f.Validated {
			list = append(list, f)
		}
	}
	return list
}

func referenceText(f *metadata.ForeignKey) string {
	return fmt.Sprintf("%s references %s.%s%s", keyText(f.Columns), identifier(f.RefSchema), identifier(f.RefTable), keyText(f.RefColumns))
}

// from finds the key on the same columns, the one to the same place first.
func from(list []*metadata.ForeignKey, f *metadata.ForeignKey) *metadata.ForeignKey {
	same := func(place bool) func(*metadata.ForeignKey) bool {
		return func(g *metadata.ForeignKey) bool {
			return sameSet(f.Columns, g.Columns) && (!place || samePlace(f, g))
		}
	}
	for _, place := range []bool{true, false} {
		if i := slices.IndexFunc(list, same(place)); i >= 0 {
			return list[i]
		}
	}
	return nil
}

func samePlace(f, g *metadata.ForeignKey) bool {
	if f.RefSchema != g.RefSchema || f.RefTable != g.RefTable || f.Match != g.Match || len(f.Columns) != len(g.Columns) {
		return false
	}
	for i, c := range f.Columns {
		j := slices.Index(g.Columns, c)
		if j < 0 || i >= len(f.RefColumns) || j >= len(g.RefColumns) || f.RefColumns[i] != g.RefColumns[j] {
			return false
		}
	}
	return true
}

// newForeignKeys are those of after on columns that none of before's is on; goneForeignKeys the other way round.
func (p *tables) newForeignKeys() []*metadata.ForeignKey {
	return notFrom(foreignKeys(p.after), foreignKeys(p.before))
}
func (p *tables) goneForeignKeys() []*metadata.ForeignKey {
	return notFrom(foreignKeys(p.before), foreignKeys(p.after))
}

func notFrom(list, other []*metadata.ForeignKey) []*metadata.ForeignKey {
	return slices.DeleteFunc(list, func(f *metadata.ForeignKey) bool { return from(other, f) != nil })
}

func foreignKeyAdded(p *tables) (found []change) {
	for _, f := range p.newForeignKeys() {
		if !p.refersToNothing(f) {
			found = append(found, change{message: "foreign key " + referenceText(f) + " added", after: referenceText(f)})
		}
	}
	return found
}

func foreignKeyRemoved(p *tables) (found []change) {
	for _, f := range p.goneForeignKeys() {
		if p.copied(f) {
			found = append(found, change{message: "foreign key " + referenceText(f) + " removed", before: referenceText(f)})
		}
	}
	return found
}

// eachKept tells of the keys that both tables have on the same columns.
func eachKept(p *tables, tell func(before, after *metadata.ForeignKey) *change) (found []change) {
	after := foreignKeys(p.after)
	for _, b := range foreignKeys(p.before) {
		if a := from(after, b); a != nil {
			if c := tell(b, a); c != nil {
				found = append(found, *c)
			}
		}
	}
	return found
}

func foreignKeyChanged(p *tables) []change {
	return eachKept(p, func(b, a *metadata.ForeignKey) *change {
		if !p.copied(b) {
			return nil
		}
		return anotherForeignKey(b, a)
	})
}

// anotherForeignKey tells of a key that refers to another place; nil when it does not.
func anotherForeignKey(b, a *metadata.ForeignKey) *change {
	if samePlace(b, a) {
		return nil
	}
	c := change{message: "foreign key " + keyText(b.Columns) + " is another one", before: referenceText(b), after: referenceText(a)}
	if b.Match != a.Match {
		c.before, c.after = c.before+" match "+strings.ToLower(b.Match), c.after+" match "+strings.ToLower(a.Match)
	}
	return &c
}

// refuses reports whether an action is to refuse.
func refuses(action string) bool {
	return action == "" || action == "NO ACTION" || action == "RESTRICT"
}

func actions(f *metadata.ForeignKey) string {
	text := "on update " + strings.ToLower(f.OnUpdate) + " on delete " + strings.ToLower(f.OnDelete)
	if len(f.OnDeleteSetColumns) > 0 {
		text += " " + keyText(f.OnDeleteSetColumns)
	}
	return text
}

// restricts reports whether a refuses what b followed.
func restricts(b, a *metadata.ForeignKey) bool {
	return !refuses(b.OnDelete) && refuses(a.OnDelete) || !refuses(b.OnUpdate) && refuses(a.OnUpdate)
}

func foreignKeyRestricts(p *tables) []change {
	return eachKept(p, func(b, a *metadata.ForeignKey) *change {
		if !restricts(b, a) {
			return nil
		}
		return &change{message: "foreign key " + keyText(b.Columns) + " refuses what it followed", before: actions(b), after: actions(a)}
	})
}

func foreignKeyAction(p *tables) []change {
	return eachKept(p, func(b, a *metadata.ForeignKey) *change {
		if actions(b) == actions(a) || restricts(b, a) {
			return nil
		}
		return &change{message: "foreign key " + keyText(b.Columns) + " acts in another way", before: actions(b), after: actions(a)}
	})
}

// patience is when a key is checked: the larger, the later it may be.
func patience(f *metadata.ForeignKey) int {
	switch {
	case f.InitiallyDeferred:
		return 2
	case f.Deferrable:
		return 1
	}
	return 0
}

var patiences = []string{"not deferrable", "deferrable", "deferrable initially deferred"}

func foreignKeyImmediate(p *tables) []change {
	return eachKept(p, func(b, a *metadata.ForeignKey) *change {
		if patience(a) >= patience(b) {
			return nil
		}
		return &change{message: "foreign key " + keyText(b.Columns) + " is checked earlier", before: patiences[patience(b)], after: patiences[patience(a)]}
	})
}

func foreignKeyDeferred(p *tables) []change {
	return eachKept(p, func(b, a *metadata.ForeignKey) *change {
		if patience(a) <= patience(b) {
			return nil
		}
		return &change{message: "foreign key " + keyText(b.Columns) + " is checked later", before: patiences[patience(b)], after: patiences[patience(a)]}
	})
}
