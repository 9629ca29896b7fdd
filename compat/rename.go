package compat

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/electric-cli/electric/metadata"
)

// A Rename is one that a migration made.
type Rename struct {
	Schema, Table string // before it; the schema is "" where the migration names none
	Column        string // "" for a rename of the table
	To            string // the new name
	ToSchema      string // of a table that moved; "" where it stays
}

// origins says what things were called in before: new names to old ones.
type origins struct {
	tables  map[[2]string][2]string
	columns map[[3]string]string
}

func (o origins) table(key [2]string) [2]string {
	if was, ok := o.tables[key]; ok {
		return was
	}
	return key
}

func (o origins) column(schema, table, column string) string {
	if was, ok := o.columns[[3]string{schema, table, column}]; ok {
		return was
	}
	return column
}

// rename gives s with the renames made; s itself when none of them concern it.
func rename(s *metadata.Schema, list []Rename) (*metadata.Schema, origins) {
	r := renamer{origins: origins{map[[2]string][2]string{}, map[[3]string]string{}}}
	if len(list) == 0 {
		return s, r.origins
	}
	copied, err := metadata.Read(bytes.NewReader(s.AppendJSON(nil)))
	if err != nil {
		panic("compat: a schema's own JSON cannot be read: " + err.Error())
	}
	r.schema = copied
	for _, one := range list {
		one.Schema = r.schemaOf(one)
		if one.Column == "" {
			r.table(one)
		} else {
			r.column(one)
		}
	}
	copied.Sort()
	return copied, r.origins
}

type renamer struct {
	origins
	schema *metadata.Schema
}

// schemaOf finds the schema of a table that a migration names without one: as a rule it is in public, else in the only
// schema that has such a table.
func (r *renamer) schemaOf(one Rename) string {
	if one.Schema != "" || r.find("public", one.Table) != nil {
		return cmp.Or(one.Schema, "public")
	}
	found := "public"
	for i := range r.schema.Tables {
		if t := &r.schema.Tables[i]; t.Name == one.Table {
			found = t.Schema
		}
	}
	return found
}

// find looks the table up in a list that renames have put out of order.
func (r *renamer) find(schema, name string) *metadata.Table {
	i := slices.IndexFunc(r.schema.Tables, func(t metadata.Table) bool { return t.Schema == schema && t.Name == name })
	if i < 0 {
		return nil // made by the same migrations, or of no interest
	}
	return &r.schema.Tables[i]
}

func (r *renamer) table(one Rename) {
	t := r.find(one.Schema, one.Table)
	if t == nil {
		return
	}
	from := [2]string{t.Schema, t.Name}
	to := [2]string{cmp.Or(one.ToSchema, one.Schema), one.To}
	r.origins.tables[to] = r.origins.table(from)
	delete(r.origins.tables, from)
	for i := range t.Columns {
		name := t.Columns[i].Name
		if was := r.origins.column(from[0], from[1], name); was != name {
			delete(r.origins.columns, [3]string{from[0], from[1], name})
			r.origins.columns[[3]string{to[0], to[1], name}] = was
		}
	}
	t.Schema, t.Name = to[0], to[1]
	for i := range r.schema.Tables {
		for j := range r.schema.Tables[i].ForeignKeys {
			if f := &r.schema.Tables[i].ForeignKeys[j]; f.RefSchema == from[0] && f.RefTable == from[1] {
				f.RefSchema, f.RefTable = to[0], to[1]
			}
		}
	}
}

func (r *renamer) column(one Rename) {
	t := r.find(one.Schema, one.Table)
	if t == nil || t.Column(one.Column) == nil {
		return
	}
	key := [3]string{t.Schema, t.Name, one.To}
	r.origins.columns[key] = r.origins.column(t.Schema, t.Name, one.Column)
	delete(r.origins.columns, [3]string{t.Schema, t.Name, one.Column})
	t.Column(one.Column).Name = one.To
	renameWithin(t, one.Column, one.To)
	for i := range r.schema.Tables {
		for j := range r.schema.Tables[i].ForeignKeys {
			if f := &r.schema.Tables[i].ForeignKeys[j]; f.RefSchema == t.Schema && f.RefTable == t.Name {
				replaceAll(f.RefColumns, one.Column, one.To)
			}
		}
	}
}

// renameWithin renames a column in what the table itself is made of.
func renameWithin(t *metadata.Table, from, to string) {
	inText := textRenamer(from, to)
	for i := range t.Columns {
		t.Columns[i].GeneratedExpr = inText(t.Columns[i].GeneratedExpr)
	}
	if t.PrimaryKey != nil {
		replaceAll(t.PrimaryKey.Columns, from, to)
	}
	for i := range t.Uniques {
		replaceAll(t.Uniques[i].Columns, from, to)
	}
	for i := range t.ForeignKeys {
		replaceAll(t.ForeignKeys[i].Columns, from, to)
	}
	for i := range t.Checks {
		t.Checks[i].Def = inText(t.Checks[i].Def)
	}
	for i := range t.Exclusions {
		t.Exclusions[i].Def = inText(t.Exclusions[i].Def)
	}
	for i := range t.Indexes {
		x := &t.Indexes[i]
		x.Def, x.Predicate = inText(x.Def), inText(x.Predicate)
		for j := range x.Keys {
			if x.Keys[j].Column == from {
				x.Keys[j].Column = to
			}
			x.Keys[j].Expr = inText(x.Keys[j].Expr)
		}
	}
	for i := range t.Policies {
		t.Policies[i].Using, t.Policies[i].WithCheck = inText(t.Policies[i].Using), inText(t.Policies[i].WithCheck)
	}
}

func replaceAll(names []string, from, to string) {
	for i := range names {
		if names[i] == from {
			names[i] = to
		}
	}
}

// textRenamer renames an identifier in texts as Postgres writes expressions. Strings are left alone.
func textRenamer(from, to string) func(string) string {
	word := regexp.MustCompile(`'(?:[^']|'')*'|"(?:[^"]|"")*"|[A-Za-z_\x80-\xff][A-Za-z0-9_$\x80-\xff]*`)
	plain, quoted := from, `"`+strings.ReplaceAll(from, `"`, `""`)+`"`
	return func(text string) string {
		return word.ReplaceAllStringFunc(text, func(w string) string {
			if w == plain || w == quoted {
				return identifier(to)
			}
			return w
		})
	}
}

// identifier quotes a name that is not plain.
func identifier(name string) string {
	for i := range len(name) {
		c := name[i]
		if c != '_' && (c < 'a' || c > 'z') && (i == 0 || c < '0' || c > '9') {
			return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
		}
	}
	return name
}
