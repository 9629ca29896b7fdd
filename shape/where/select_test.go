package where

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What a changed row of a subquery's table may do to the clause: which rows it
// moves, where the clause's form says that.
func TestRowsThatASubqueryMoves(t *testing.T) {
	const none = ""
	for _, c := range []struct {
		clause string
		moved  []string // by SELECT, outer ones first
	}{
		{"id IN (SELECT id FROM projects)", []string{`("id") IN (…)`}},
		{"id > 5 AND (title = 'a' OR id IN (SELECT id FROM projects WHERE active))", []string{`("id") IN (…)`}},
		{"(id, title) IN (SELECT id, title FROM projects)", []string{`("id", "title") IN (…)`}},
		{"id NOT IN (SELECT id FROM projects)", []string{none}},
		{"NOT (id IN (SELECT id FROM projects) AND title = 'a')", []string{none}},
		{"(id IN (SELECT id FROM projects)) IS NOT TRUE", []string{none}},
		{"(id IN (SELECT id FROM projects)) = false", []string{none}},
		{
			"id IN (SELECT id FROM projects WHERE active AND id IN (SELECT id FROM other.projects))",
			[]string{`("id") IN (…)`, `("id") IN (SELECT "id" FROM "public"."projects" WHERE ("id") IN (…))`},
		},
		{"id IN (SELECT id FROM projects WHERE id NOT IN (SELECT id FROM other.projects))", []string{`("id") IN (…)`, none}},
		{"id NOT IN (SELECT id FROM projects WHERE id IN (SELECT id FROM other.projects))", []string{none, none}},
	} {
		var moved []string
		for _, s := range compile(t, c.clause).Selects() {
			condition, ok := s.Moved("…")
			require.Equal(t, condition != none, ok)
			moved = append(moved, condition)
		}
		require.Equal(t, c.moved, moved, c.clause)
	}
}

// Texts that differ may be equal under such a collation: the condition would be
// about others than the clause is.
func TestRowsThatASubqueryMovesByAForeignCollation(t *testing.T) {
	foreign := *projects
	foreign.Columns = append([]Column(nil), projects.Columns...)
	for i := range foreign.Columns {
		foreign.Columns[i].Collation = Foreign
	}
	o := options
	o.Tables = func(string, string) *Table { return &foreign }
	f, err := Compile("title IN (SELECT title FROM projects)", nil, items, o)
	require.Nil(t, err)
	_, ok := f.Selects()[0].Moved("…")
	require.False(t, ok)
}

// Which rows a subquery selects is known here, or it is not.
func TestRowsThatASubquerySelects(t *testing.T) {
	project := func(id, title, active string) [][]byte {
		row := make([][]byte, len(projects.Columns))
		for i, c := range projects.Columns {
			if text := map[string]string{"id": id, "title": title, "active": active}[c.Name]; text != "" {
				row[i] = []byte(text)
			}
		}
		return row
	}
	for _, c := range []struct {
		where             string
		row               [][]byte
		excludes, include bool
	}{
		{"active", project("1", "a", "t"), false, true},
		{"active", project("1", "a", "f"), true, false},
		{"active", project("1", "a", ""), true, false},
		{"active AND id IN (SELECT id FROM other.projects)", project("1", "a", "f"), true, false},
		{"active AND id IN (SELECT id FROM other.projects)", project("1", "a", "t"), false, false},
		{"active OR id IN (SELECT id FROM other.projects)", project("1", "a", "f"), false, false},
		{"10 / id > 1", project("0", "a", "t"), false, false}, // the query fails
		{"10 / id > 1", project("5", "a", "t"), false, true},
	} {
		s := compile(t, "id IN (SELECT id FROM projects WHERE "+c.where+")").Selects()[0]
		require.Equal(t, c.excludes, s.Excludes(c.row), "%s excludes %q", c.where, c.row)
		require.Equal(t, c.include, s.Includes(c.row), "%s includes %q", c.where, c.row)
	}
	s := compile(t, "id IN (SELECT id FROM projects)").Selects()[0]
	require.False(t, s.Excludes(project("1", "a", "t")))
}
