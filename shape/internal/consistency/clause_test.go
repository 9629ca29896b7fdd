//go:build unix

package consistency

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// A clause is a filter: its text with $n, and their values.
type clause struct {
	text   string
	params []string
	uses   []string // columns
}

// sql is the clause for Postgres, with the values in it.
func (c *clause) sql() string {
	text := c.text
	for i := len(c.params); i > 0; i-- {
		text = strings.ReplaceAll(text, fmt.Sprintf("$%d", i), literal(c.params[i-1]))
	}
	return text
}

// comparable types, those that filters may compare.
var (
	orderedTypes = []string{
		"int", "bigint", "smallint", "numeric", "numeric(8,2)", "float8", "real", "text", "varchar(20)", "date", "time", "timestamp",
		"timestamptz", "timestamptz(3)", "uuid", "level_id",
	}
	numberTypes = []string{"int", "bigint", "smallint", "numeric", "numeric(8,2)", "float8", "real"}
	textTypes   = []string{"text", "varchar(20)"}
	arrayTypes  = []string{"text[]", "int[]"}
)

// newClause is a random filter over a table's columns.
func newClause(r *rand.Rand, t *table) *clause {
	c := &clause{}
	c.text = c.tree(r, t, r.IntN(3))
	return c
}

func (c *clause) tree(r *rand.Rand, t *table, depth int) string {
	if depth == 0 || chance(r, 20) {
		return c.leaf(r, t)
	}
	switch r.IntN(5) {
	case 0, 1:
		return "(" + c.tree(r, t, depth-1) + " AND " + c.tree(r, t, depth-1) + ")"
	case 2, 3:
		return "(" + c.tree(r, t, depth-1) + " OR " + c.tree(r, t, depth-1) + ")"
	}
	return "NOT (" + c.tree(r, t, depth-1) + ")"
}

// constants are what columns of a type are compared with: values that Electric
// reads, too.
var constants = map[string][]string{
	"numeric":        {"0", "1", "1.0", "1.10", "-2.5", "0.000001"},
	"float8":         {"0", "1", "1.5", "0.1"},
	"real":           {"0", "1", "1.5"},
	"date":           {"2024-02-29", "1999-12-31"},
	"time":           {"00:00:00", "12:34:56.789"},
	"timestamp":      {"2024-02-29 12:00:00", "1999-12-31 23:59:59.999999"},
	"timestamptz":    {"2024-02-29 12:00:00+02", "1999-12-31 23:59:59.5-11"},
	"timestamptz(3)": {"2024-02-29 12:00:00.124+02", "1999-12-31 23:59:59.5-11"},
	"int[]":          {"{}", "{1,2}", "{2}"},
}

// constant is one of a type's values, as a literal or as a parameter.
func (c *clause) constant(r *rand.Rand, typ string) string {
	list := constants[typ]
	if list == nil {
		list = pools[typ]
	}
	text := pick(r, list)
	if chance(r, 40) {
		c.params = append(c.params, text)
		return fmt.Sprintf("$%d", len(c.params))
	}
	if slices.Contains(numberTypes, typ) && strings.Trim(text, "0123456789") == "" && typ != "bigint" {
		return text
	}
	return literal(text)
}

// leaf is one condition on one column.
func (c *clause) leaf(r *rand.Rand, t *table) string {
	column := pick(r, t.columns)
	for column.unsynced {
		column = pick(r, t.columns)
	}
	c.uses = append(c.uses, column.name)
	name, typ := ident(column.name), column.typ
	constant := func() string { return c.constant(r, typ) }
	kinds := []func() string{
		func() string { return name + pick(r, []string{" IS NULL", " IS NOT NULL"}) },
	}
	add := func(more ...func() string) { kinds = append(kinds, more...) }
	if slices.Contains(orderedTypes, typ) {
		add(
			func() string { return name + " = " + constant() },
			func() string { return name + pick(r, []string{" < ", " >= "}) + constant() },
			func() string {
				return name + pick(r, []string{"", " NOT"}) + " IN (" + constant() + ", " + constant() + ")"
			},
			func() string {
				return name + pick(r, []string{"", " NOT"}) + " BETWEEN " + constant() + " AND " + constant()
			},
		)
	}
	if slices.Contains(numberTypes, typ) && typ != "smallint" {
		add(func() string { return name + " <> 1" }, func() string { return name + " - 1 >= 0" }, func() string { return name + " * 0 = 0" })
	}
	if slices.Contains([]string{"int", "bigint", "text"}, typ) {
		add(func() string {
			return name + " IS" + pick(r, []string{"", " NOT"}) + " DISTINCT FROM " + constant() + "::" + typ
		})
	}
	if slices.Contains(textTypes, typ) {
		add(
			func() string {
				return name + pick(r, []string{"", " NOT"}) + " LIKE " + pick(r, []string{"'a%'", "'%_b'", "'%/%'", `'\%'`})
			},
			func() string { return name + " ILIKE 'A%'" },
			func() string { return "lower(" + name + ") = 'ab'" },
			func() string { return name + " <> " + constant() },
		)
	}
	if typ == "text" {
		add(func() string { return name + " || 'x' = 'ax'" })
	}
	if typ == "bool" {
		add(
			func() string { return name },
			func() string { return name + pick(r, []string{" IS TRUE", " IS NOT TRUE", " IS FALSE", " IS UNKNOWN"}) },
			func() string { return name + " = " + pick(r, []string{"true", "false"}) },
		)
	}
	if slices.Contains(arrayTypes, typ) {
		add(
			func() string { return name + pick(r, []string{" @> ", " && ", " <@ ", " = "}) + constant() },
			func() string { return c.constant(r, strings.TrimSuffix(typ, "[]")) + " = ANY (" + name + ")" },
		)
	}
	if typ == "mood" {
		add(func() string { return name + "::text = " + c.constant(r, "text") }, func() string { return name + "::text = 'ok'" })
	}
	return pick(r, kinds)()
}
