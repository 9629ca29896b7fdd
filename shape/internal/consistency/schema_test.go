//go:build unix

package consistency

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// A table is a table of the schema under test, as it is at the moment.
type table struct {
	name    string // unquoted
	columns []*column
	key     []string // empty: none; then no two rows are the same
	extra   string   // further elements of CREATE TABLE
	parts   []string // of a partitioned table: CREATE TABLE for each partition
	by      string   // PARTITION BY …
	level   int      // of the tables that subqueries read; 0 for others
	next    int      // number for new names
}

// A column is a column of a table.
type column struct {
	name, typ string
	generated string // expression
	unsynced  bool   // no shape may have it: it is generated, and Postgres one before 18
	identity  bool
	notNull   bool
}

func ident(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

func (t *table) String() string { return ident(t.name) }

func (t *table) column(name string) *column {
	i := slices.IndexFunc(t.columns, func(c *column) bool { return c.name == name })
	if i < 0 {
		return nil
	}
	return t.columns[i]
}

// clone is a copy that does not follow what becomes of the table.
func (t *table) clone() *table {
	c := *t
	c.columns = nil
	for _, column := range t.columns {
		own := *column
		c.columns = append(c.columns, &own)
	}
	return &c
}

func (t *table) isKey(name string) bool { return slices.Contains(t.key, name) }

// synced are the names of the columns that shapes may have.
func (t *table) synced() (names []string) {
	for _, c := range t.columns {
		if !c.unsynced {
			names = append(names, c.name)
		}
	}
	return names
}

// writable are the columns that INSERT names.
func (t *table) writable() (list []*column) {
	for _, c := range t.columns {
		if c.generated == "" && !c.identity {
			list = append(list, c)
		}
	}
	return list
}

func (t *table) hasUnsynced() bool {
	return slices.ContainsFunc(t.columns, func(c *column) bool { return c.unsynced })
}

// create is the SQL that makes the table.
func (t *table) create() string {
	var parts []string
	for _, c := range t.columns {
		text := ident(c.name) + " " + sqlType(c.typ)
		if c.generated != "" {
			text += " GENERATED ALWAYS AS (" + c.generated + ") STORED"
		}
		if c.identity {
			text += " GENERATED ALWAYS AS IDENTITY"
		}
		if c.notNull {
			text += " NOT NULL"
		}
		parts = append(parts, text)
	}
	if len(t.key) > 0 {
		parts = append(parts, "PRIMARY KEY ("+names(t.key)+")")
	}
	if t.extra != "" {
		parts = append(parts, t.extra)
	}
	sql := fmt.Sprintf("CREATE TABLE %s (%s)", t, strings.Join(parts, ", "))
	if t.by != "" {
		sql += " PARTITION BY " + t.by
	}
	return strings.Join(append([]string{sql}, t.parts...), "; ")
}

func names(list []string) string {
	quoted := make([]string, len(list))
	for i, name := range list {
		quoted[i] = ident(name)
	}
	return strings.Join(quoted, ", ")
}

// types of the schema under test.
const createTypes = `CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s "fine"');
CREATE DOMAIN small AS int CHECK (value < 1000);
CREATE TYPE pair AS (a int, b text);
CREATE SCHEMA other`

// newSchema makes tables of every awkward kind, each with some random columns.
func newSchema(r *rand.Rand, version int) []*table {
	text := func(name string) *column { return &column{name: name, typ: "text", notNull: true} }
	number := func(name string) *column { return &column{name: name, typ: "int", notNull: true} }
	list := []*table{
		{name: "items", columns: []*column{number("id")}, key: []string{"id"}},
		{name: "pairs", columns: []*column{text("a/b"), number("n")}, key: []string{"n", "a/b"}},
		{name: `Odd "Name"/x.y`, columns: []*column{{name: "yes?", typ: "bool", notNull: true}, number("ID"), text(`q"uo,te`)}, key: []string{"yes?", "ID"}},
		{name: "loose", columns: []*column{{name: "serial", typ: "bigint", identity: true}}},
		{name: "uuids", columns: []*column{{name: "id", typ: "uuid", notNull: true}}, key: []string{"id"}},
		{
			name: "computed", columns: []*column{number("id"), {name: "len", typ: "int", generated: "length(label)", unsynced: version < 18}, text("label")},
			key: []string{"id"},
		},
		{name: "children", columns: []*column{number("id"), {name: "item", typ: "int"}}, key: []string{"id"},
			extra: "FOREIGN KEY (item) REFERENCES items ON DELETE CASCADE ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED"},
		{
			name: "parts", columns: []*column{text("region"), number("id")}, key: []string{"region", "id"}, by: "LIST (region)",
			parts: []string{
				"CREATE TABLE parts_a PARTITION OF parts FOR VALUES IN ('', 'a', 'b')",
				"CREATE TABLE parts_b PARTITION OF parts DEFAULT PARTITION BY RANGE (id)",
				"CREATE TABLE parts_b1 PARTITION OF parts_b FOR VALUES FROM (MINVALUE) TO (20)",
				"CREATE TABLE parts_b2 PARTITION OF parts_b FOR VALUES FROM (20) TO (MAXVALUE)",
			},
		},
		{name: "wide", columns: []*column{number("id"), {name: "long", typ: "text"}, {name: "bin", typ: "bytea"}}, key: []string{"id"}},
	}
	for _, t := range list {
		for i := range 2 + r.IntN(4) {
			t.columns = append(t.columns, &column{name: fmt.Sprintf("c%d", i), typ: pick(r, palette)})
		}
		t.next = len(t.columns)
		r.Shuffle(len(t.columns), func(i, j int) { t.columns[i], t.columns[j] = t.columns[j], t.columns[i] })
	}
	return append(list, newLevels()...)
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func chance(r *rand.Rand, percent int) bool { return r.IntN(100) < percent }
