package hash

import (
	"slices"
	"strings"

	"github.com/electric-cli/electric/metadata"
)

func tableKey(schema, name string) string { return "table " + qualified(schema, name) }

// table makes the lines of a table.
func (b *Builder) table(t *metadata.Table) *object {
	var full, sync lines
	var uses []string
	for i := range t.Columns {
		c := &t.Columns[i]
		if !b.scope.column(t, c) {
			continue
		}
		uses = append(uses, b.typeOf(c.TypeRef)...)
		column(&full, &sync, c)
	}
	constraints(&full, t)
	if k := t.PrimaryKey; k != nil {
		sync.add("primary key", list(k.Columns))
	}
	return newObject(tableKey(t.Schema, t.Name), [parts]string{full.sorted(), sync.sorted()}, uses)
}

func (l lines) sorted() string {
	slices.Sort(l)
	return strings.Join(l, "")
}

func column(full, sync *lines, c *metadata.Column) {
	name, notNull := identifier(c.Name), when(!c.Nullable, "not null")
	generated := ""
	if c.Generated != "" {
		generated = "generated " + strings.ToLower(c.Generated) + " " + c.GeneratedExpr
	}
	sync.add("column", name, c.Type, notNull, generated)
	full.add("column", name, c.Type, after("collate", c.Collation), notNull, after("default", c.Default),
		after("identity", strings.ToLower(c.Identity)), generated)
}

// constraints are told without their names: Postgres numbers those it makes up
// by the order of statements.
func constraints(l *lines, t *metadata.Table) {
	if t.Kind != "table" {
		l.add("kind", t.Kind)
	}
	if t.PartitionKey != "" {
		l.add("partition by", t.PartitionKey)
	}
	if t.PartitionOf != "" {
		l.add("partition of", t.PartitionOf, t.PartitionBound)
	}
	if k := t.PrimaryKey; k != nil {
		key(l, "primary key", k)
	}
	for i := range t.Uniques {
		u := &t.Uniques[i]
		key(l, "unique"+when(u.NullsNotDistinct, " nulls not distinct"), &u.Key)
	}
	for i := range t.ForeignKeys {
		foreignKey(l, &t.ForeignKeys[i])
	}
	for _, c := range t.Checks {
		l.add("check", strings.TrimPrefix(c.Def, "CHECK "))
	}
	for _, x := range t.Exclusions {
		l.add("exclusion", x.Def)
	}
	for i := range t.Indexes {
		if ix := &t.Indexes[i]; ix.Constraint == "" { // a constraint tells of its index itself
			index(l, ix)
		}
	}
}

func key(l *lines, kind string, k *metadata.Key) {
	include := ""
	if len(k.Include) > 0 {
		include = "include " + list(slices.Sorted(slices.Values(k.Include)))
	}
	l.add(kind, list(k.Columns), include, deferral(k.Deferrable, k.InitiallyDeferred))
}

func deferral(deferrable, initially bool) string {
	switch {
	case initially:
		return "deferrable initially deferred"
	case deferrable:
		return "deferrable"
	}
	return ""
}

// foreignKey tells the pairs of columns by the names of the referencing ones:
// the order in which a key lists them means nothing.
func foreignKey(l *lines, f *metadata.ForeignKey) {
	order := make([]int, len(f.Columns))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return strings.Compare(f.Columns[i], f.Columns[j]) })
	var columns, refs []string
	for _, i := range order {
		columns = append(columns, f.Columns[i])
		if i < len(f.RefColumns) {
			refs = append(refs, f.RefColumns[i])
		}
	}
	setColumns := ""
	if len(f.OnDeleteSetColumns) > 0 {
		setColumns = list(slices.Sorted(slices.Values(f.OnDeleteSetColumns)))
	}
	l.add("foreign key", list(columns), "references", qualified(f.RefSchema, f.RefTable), list(refs),
		when(f.Match == "FULL", "match full"),
		action("on update", f.OnUpdate), action("on delete", f.OnDelete), setColumns,
		deferral(f.Deferrable, f.InitiallyDeferred), when(!f.Validated, "not valid"))
}

func action(event, what string) string {
	if what == "NO ACTION" || what == "" {
		return ""
	}
	return event + " " + strings.ToLower(what)
}

// index tells what pg_get_indexdef says behind the index's name and table.
func index(l *lines, ix *metadata.Index) {
	def := ix.Def
	if i := strings.Index(def, " USING "); i >= 0 {
		def = def[i+len(" USING "):]
	}
	l.add(when(ix.Unique, "unique"), "index", def)
}

// list writes names in parentheses.
func list(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = identifier(n)
	}
	return "(" + strings.Join(quoted, ", ") + ")"
}

func qualified(schema, name string) string { return identifier(schema) + "." + identifier(name) }

// identifier quotes a name that is not plain, so that no two lists of names read
// alike.
func identifier(name string) string {
	for i := range len(name) {
		c := name[i]
		if c != '_' && (c < 'a' || c > 'z') && (i == 0 || c < '0' || c > '9') {
			return quote(name)
		}
	}
	if name == "" {
		return `""`
	}
	return name
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
