//go:build unix

package consistency

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// levels is how many tables hang below one another, as in Electric's own property
// test: each row names its parent, and has tags.
const levels = 4

func levelName(n int) string { return fmt.Sprintf("level_%d", n) }
func tagsName(n int) string  { return fmt.Sprintf("tags_%d", n) }

func newLevels() (list []*table) {
	for n := 1; n <= levels; n++ {
		list = append(list,
			&table{name: levelName(n), level: n, key: []string{"id"}, columns: []*column{
				{name: "id", typ: "level_id", notNull: true}, {name: "parent_id", typ: "level_id"},
				{name: "active", typ: "bool"}, {name: "value", typ: "text"},
			}},
			&table{name: tagsName(n), level: n, key: []string{"owner_id", "tag"}, columns: []*column{
				{name: "owner_id", typ: "level_id", notNull: true}, {name: "tag", typ: "text", notNull: true},
			}},
		)
	}
	return list
}

// inSubquery is a condition on level n that other tables decide.
func inSubquery(r *rand.Rand, n int) string {
	not := ""
	if chance(r, 25) {
		not = "NOT "
	}
	switch r.IntN(3) {
	case 0:
		return fmt.Sprintf("id %sIN (SELECT owner_id FROM %s WHERE tag = %s)", not, tagsName(n), literal(pick(r, texts)))
	case 1:
		if n > 1 {
			return fmt.Sprintf("parent_id %sIN (SELECT owner_id FROM %s WHERE tag >= %s)", not, tagsName(n-1), literal(pick(r, texts)))
		}
	}
	if n == 1 {
		return fmt.Sprintf("id %sIN (SELECT parent_id FROM level_2 WHERE active AND parent_id IS NOT NULL)", not)
	}
	inner := pick(r, []string{"active", "NOT active", "active AND value > 'b'", "value = " + literal(pick(r, texts))})
	if n > 2 && chance(r, 50) {
		inner = inSubquery(r, n-1)
		if chance(r, 30) {
			inner += pick(r, []string{" AND ", " OR "}) + "active"
		}
	}
	return fmt.Sprintf("parent_id %sIN (SELECT id FROM %s WHERE %s)", not, levelName(n-1), inner)
}

// levelClause is a filter on level n.
func levelClause(r *rand.Rand, n int) string {
	clause := inSubquery(r, n)
	switch r.IntN(5) {
	case 0:
		clause = fmt.Sprintf("%s AND active", clause)
	case 1:
		clause = fmt.Sprintf("%s OR value LIKE 'a%%'", clause)
	case 2:
		other := inSubquery(r, n)
		for selected(other) == selected(clause) { // Electric wants none both ways
			other = inSubquery(r, n)
		}
		clause = fmt.Sprintf("(%s OR active) AND %s", clause, other)
	case 3:
		clause = fmt.Sprintf("NOT (%s) OR value IS NULL", clause)
	}
	return clause
}

// selected is a condition's subquery.
func selected(condition string) string {
	_, query, _ := strings.Cut(condition, "IN (")
	return query
}
