//go:build unix

package consistency

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// ddlGrace is how long clients may show what a table was before it was altered:
// not every alteration is in the stream of changes.
const ddlGrace = 5 * time.Second

// A ddl alters a table, and follows suit in what the test knows of it. It gives
// the SQL, "" where it does not suit the table.
type ddl struct {
	name string
	make func(x *run, t *table) (sql string, then func())
}

var ddls = []ddl{
	{"add a column", addColumn},
	{"drop a column", dropColumn},
	{"drop a column and add its like", replaceColumn},
	{"rename a column", renameColumn},
	{"swap two columns' names", swapColumns},
	{"widen a type", widenType},
	{"compute a column anew", computeAnew},
	{"let a column be null, or not", changeNull},
	{"drop a table and make it again", remake},
	{"put another table in a table's place", replaceTable},
	{"truncate", truncate},
	{"add an enum's value", addLabel},
	{"attach a partition", attach},
	{"detach a partition", detach},
	{"make a partition", makePartition},
	{"make a partition of partitions", makeSubpartitioned},
	{"attach an empty partition", attachEmpty},
	{"take a partition away and bring it back", reattach},
	{"change the key", changeKey},
}

// alter does one of them.
func (x *run) alter(d ddl) {
	for _, i := range x.r.Perm(len(x.tables)) {
		t := x.tables[i]
		sql, then := d.make(x, t)
		if sql == "" {
			continue
		}
		x.t.Logf("%s: %.200s", d.name, sql)
		x.patiently(sql)
		if then != nil {
			then()
		}
		return
	}
}

// patiently runs SQL that others' locks may be in the way of. It may be a
// transaction of its own, BEGIN and COMMIT included.
func (x *run) patiently(sql string) {
	x.t.Helper()
	for deadline := time.Now().Add(time.Minute); ; {
		_, err := x.conn.Exec(x.t.Context(), "SET LOCAL lock_timeout = '1s'; "+sql).ReadAll()
		if err == nil {
			return
		}
		if x.conn.TxStatus() != 'I' { // it failed within
			x.exec("ROLLBACK")
		}
		if !strings.Contains(err.Error(), "55P03") && !strings.Contains(err.Error(), "40P01") || time.Now().After(deadline) {
			x.t.Fatalf("%s: %v", sql, err)
		}
	}
}

// plain are the columns that nothing depends on.
func (t *table) plain() (list []*column) {
	if t.level > 0 {
		return nil
	}
	for _, c := range t.columns {
		if strings.HasPrefix(c.name, "c") && !t.isKey(c.name) && c.generated == "" {
			list = append(list, c)
		}
	}
	return list
}

func (t *table) newName(r *rand.Rand) string {
	t.next++
	return pick(r, []string{"c", "c ", `c"`, "c/"}) + fmt.Sprint(t.next)
}

// needing retires the clients that name a column.
func (x *run) needing(t *table, name string) {
	x.retire(func(f *follower) bool { return f.table == t && f.needs(name) })
}

func addColumn(x *run, t *table) (string, func()) {
	if t.level > 0 || len(t.columns) > 8 {
		return "", nil
	}
	c := &column{name: t.newName(x.r), typ: pick(x.r, palette)}
	sql := fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s %s", t, ident(c.name), sqlType(c.typ))
	if chance(x.r, 50) {
		sql += " DEFAULT " + literal(pick(x.r, pools[c.typ]))
	}
	return sql, func() { t.columns = append(t.columns, c) }
}

func dropColumn(x *run, t *table) (string, func()) {
	list := t.plain()
	if len(list) < 2 {
		return "", nil
	}
	c := pick(x.r, list)
	x.needing(t, c.name)
	return fmt.Sprintf("ALTER TABLE %s DROP COLUMN %s", t, ident(c.name)), func() {
		t.columns = slices.DeleteFunc(t.columns, func(other *column) bool { return other == c })
	}
}

func replaceColumn(x *run, t *table) (string, func()) {
	list := t.plain()
	if len(list) == 0 {
		return "", nil
	}
	c := pick(x.r, list)
	name := ident(c.name)
	return fmt.Sprintf("ALTER TABLE %s DROP COLUMN %s, ADD COLUMN %s %s", t, name, name, sqlType(c.typ)), func() {
		t.columns = append(slices.DeleteFunc(t.columns, func(other *column) bool { return other == c }), c)
	}
}

func renameColumn(x *run, t *table) (string, func()) {
	list := t.plain()
	if len(list) == 0 {
		return "", nil
	}
	c := pick(x.r, list)
	x.needing(t, c.name)
	name := t.newName(x.r)
	return fmt.Sprintf("ALTER TABLE %s RENAME COLUMN %s TO %s", t, ident(c.name), ident(name)), func() { c.name = name }
}

func swapColumns(x *run, t *table) (string, func()) {
	list := t.plain()
	for i, a := range list {
		for _, b := range list[i+1:] {
			if a.typ != b.typ {
				continue
			}
			rename := func(from, to string) string {
				return fmt.Sprintf("ALTER TABLE %s RENAME COLUMN %s TO %s; ", t, ident(from), ident(to))
			}
			return rename(a.name, "between") + rename(b.name, a.name) + rename("between", b.name), func() { a.name, b.name = b.name, a.name }
		}
	}
	return "", nil
}

func widenType(x *run, t *table) (string, func()) {
	wider := map[string]string{"int": "bigint", "smallint": "int", "varchar(20)": "text", "numeric(8,2)": "numeric", "timestamptz(3)": "timestamptz"}
	for _, c := range t.plain() {
		if to := wider[c.typ]; to != "" {
			x.needing(t, c.name) // filters may not fit the other type
			return fmt.Sprintf("ALTER TABLE %s ALTER COLUMN %s TYPE %s", t, ident(c.name), to), func() { c.typ = to }
		}
	}
	return "", nil
}

// computeAnew rewrites a table without a change of its type: the stream has
// nothing of it.
func computeAnew(x *run, t *table) (string, func()) {
	for _, c := range t.plain() {
		if c.typ == "text" {
			return fmt.Sprintf("ALTER TABLE %s ALTER COLUMN %s TYPE text USING coalesce(%s, '') || 'x'", t, ident(c.name), ident(c.name)), nil
		}
	}
	return "", nil
}

func changeNull(x *run, t *table) (string, func()) {
	list := t.plain()
	if len(list) == 0 {
		return "", nil
	}
	c := pick(x.r, list)
	if c.notNull {
		return fmt.Sprintf("ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL", t, ident(c.name)), func() { c.notNull = false }
	}
	return fmt.Sprintf("DELETE FROM %s WHERE %s IS NULL; ALTER TABLE %s ALTER COLUMN %s SET NOT NULL", t, ident(c.name), t, ident(c.name)),
		func() { c.notNull = true }
}

func remake(x *run, t *table) (string, func()) {
	if t.level > 0 && chance(x.r, 80) {
		return "", nil
	}
	return fmt.Sprintf("DROP TABLE %s CASCADE; %s", t, t.create()), func() {
		if t.by != "" { // its partitions went with it
			x.attached = nil
		}
	}
}

func replaceTable(x *run, t *table) (string, func()) {
	if t.by != "" || t.level > 0 {
		return "", nil
	}
	former := fmt.Sprintf("former_%d", x.r.Uint32())
	sql := fmt.Sprintf("ALTER TABLE %s RENAME TO %s; ", t, former)
	if len(t.key) > 0 {
		sql += fmt.Sprintf("ALTER TABLE %s DROP CONSTRAINT %s CASCADE; ", former, ident(t.name+"_pkey"))
	}
	return sql + t.create(), nil
}

func truncate(x *run, t *table) (string, func()) {
	return fmt.Sprintf("TRUNCATE %s CASCADE", t), nil
}

func addLabel(x *run, t *table) (string, func()) {
	if !slices.ContainsFunc(t.columns, func(c *column) bool { return c.typ == "mood" }) {
		return "", nil
	}
	t.next++
	label := fmt.Sprintf("mood %d", t.next)
	return fmt.Sprintf("ALTER TYPE mood ADD VALUE IF NOT EXISTS %s", literal(label)), nil
}

// attach makes a table with rows and columns in another order a partition.
func attach(x *run, t *table) (string, func()) {
	if t.by == "" {
		return "", nil
	}
	t.next++
	name := fmt.Sprintf("parts_z%d", t.next)
	part := t.clone()
	part.name, part.by, part.parts = name, "", nil
	x.r.Shuffle(len(part.columns), func(i, j int) { part.columns[i], part.columns[j] = part.columns[j], part.columns[i] })
	sql := fmt.Sprintf("%s; INSERT INTO %s (region, id%s) SELECT 'z%d', i%s FROM generate_series(1, 3) AS i; ALTER TABLE %s ATTACH PARTITION %s FOR VALUES IN ('z%d')",
		part.create(), name, notNullNames(t), t.next, notNullValues(x.r, t), t, name, t.next)
	return sql, func() { x.attached = append(x.attached, name) }
}

func notNullNames(t *table) (list string) {
	for _, c := range t.columns {
		if c.notNull && !t.isKey(c.name) {
			list += ", " + ident(c.name)
		}
	}
	return list
}

func notNullValues(r *rand.Rand, t *table) (list string) {
	for _, c := range t.columns {
		if c.notNull && !t.isKey(c.name) {
			list += ", " + value(r, c) + "::" + sqlType(c.typ)
		}
	}
	return list
}

func detach(x *run, t *table) (string, func()) {
	if t.by == "" || len(x.attached) == 0 {
		return "", nil
	}
	name := x.attached[0]
	return fmt.Sprintf("ALTER TABLE %s DETACH PARTITION %s", t, name), func() { x.attached = x.attached[1:] }
}

func makePartition(x *run, t *table) (string, func()) {
	if t.by == "" {
		return "", nil
	}
	t.next++
	name := fmt.Sprintf("parts_z%d", t.next)
	return fmt.Sprintf("CREATE TABLE %s PARTITION OF %s FOR VALUES IN ('z%d'); INSERT INTO %s (region, id%s) SELECT 'z%d', 1%s",
		name, t, t.next, t, notNullNames(t), t.next, notNullValues(x.r, t)), func() { x.attached = append(x.attached, name) }
}

func makeSubpartitioned(x *run, t *table) (string, func()) {
	if t.by == "" {
		return "", nil
	}
	t.next++
	name := fmt.Sprintf("parts_z%d", t.next)
	return fmt.Sprintf("CREATE TABLE %s PARTITION OF %s FOR VALUES IN ('z%d') PARTITION BY LIST (id); CREATE TABLE %s_1 PARTITION OF %s DEFAULT; "+
			"INSERT INTO %s (region, id%s) SELECT 'z%d', 1%s", name, t, t.next, name, name, t, notNullNames(t), t.next, notNullValues(x.r, t)),
		func() { x.attached = append(x.attached, name) }
}

func attachEmpty(x *run, t *table) (string, func()) {
	if t.by == "" {
		return "", nil
	}
	t.next++
	name := fmt.Sprintf("parts_z%d", t.next)
	part := t.clone()
	part.name, part.by, part.parts = name, "", nil
	return fmt.Sprintf("%s; ALTER TABLE %s ATTACH PARTITION %s FOR VALUES IN ('z%d'); INSERT INTO %s (region, id%s) SELECT 'z%d', 1%s",
		part.create(), t, name, t.next, t, notNullNames(t), t.next, notNullValues(x.r, t)), func() { x.attached = append(x.attached, name) }
}

// reattach lets a partition have rows more when it comes back.
func reattach(x *run, t *table) (string, func()) {
	if t.by == "" || len(x.attached) == 0 {
		return "", nil
	}
	t.next++
	name := x.attached[0]
	return fmt.Sprintf("ALTER TABLE %s DETACH PARTITION %s; INSERT INTO %s (region, id%s) SELECT %s, %d%s; ALTER TABLE %s ATTACH PARTITION %s FOR VALUES IN (%s)",
		t, name, name, notNullNames(t), literal(strings.TrimPrefix(name, "parts_")), 1000+t.next, notNullValues(x.r, t), t, name, literal(strings.TrimPrefix(name, "parts_"))), nil
}

func changeKey(x *run, t *table) (string, func()) {
	if t.name != "pairs" {
		return "", nil
	}
	x.retire(func(f *follower) bool { return f.table == t })
	t.key = slices.Clone(t.key)
	slices.Reverse(t.key)
	return fmt.Sprintf("ALTER TABLE pairs DROP CONSTRAINT pairs_pkey; ALTER TABLE pairs ADD CONSTRAINT pairs_pkey PRIMARY KEY (%s)", names(t.key)), nil
}
