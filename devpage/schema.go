package devpage

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/metadata"
)

// A Schema is the bundle's, as far as people look at it.
type Schema struct {
	Version    string     `json:"version"`
	SchemaHash string     `json:"schema_hash"`
	SyncHash   string     `json:"sync_hash"`
	Tables     []Table    `json:"tables"`
	Relations  []Relation `json:"relations"`
	Enums      []Enum     `json:"enums"`
}

// A Table is a table, partitions left out: they are their parent's.
type Table struct {
	Schema     string           `json:"schema"`
	Name       string           `json:"name"`
	Client     bool             `json:"client"` // clients have it; else it is the server's alone
	Comment    string           `json:"comment,omitempty"`
	Columns    []Column         `json:"columns"`
	PrimaryKey []string         `json:"primary_key"` // in key order
	Checks     []string         `json:"checks"`      // as pg_get_constraintdef writes them
	Indexes    []string         `json:"indexes"`     // as pg_get_indexdef writes them; those of constraints left out
	Header     string           `json:"header"`      // Electric's electric-schema header
	Warnings   []bundle.Warning `json:"warnings"`    // what is known to sync badly
	Hash       string           `json:"hash"`
	SyncHash   string           `json:"sync_hash"`
}

// A Column is a column of a Table.
type Column struct {
	Name      string `json:"name"`
	Type      string `json:"type"` // as format_type writes it
	Nullable  bool   `json:"nullable"`
	Primary   bool   `json:"primary"`
	Unique    bool   `json:"unique"` // on its own
	Foreign   bool   `json:"foreign"`
	Server    bool   `json:"server"` // clients do not know it
	Default   string `json:"default,omitempty"`
	Generated string `json:"generated,omitempty"` // its expression
	Identity  string `json:"identity,omitempty"`
	Comment   string `json:"comment,omitempty"`
}

// A Relation is a foreign key, from the table that has it.
type Relation struct {
	Name     string     `json:"name"`
	From     bundle.End `json:"from"`
	To       bundle.End `json:"to"`
	One      bool       `json:"one"`      // at most one row refers to a row
	Optional bool       `json:"optional"` // a row may refer to none
	OnDelete string     `json:"on_delete"`
}

// An Enum is an enumerated type.
type Enum struct {
	Schema string   `json:"schema"`
	Name   string   `json:"name"`
	Labels []string `json:"labels"`
}

// SchemaOf describes the schema of a bundle. It takes a while: keep what it
// gives for as long as the bundle is the same.
func SchemaOf(b *bundle.Bundle) *Schema {
	s := &Schema{
		Version: b.Version, SchemaHash: b.SchemaHash, SyncHash: b.SyncHash,
		Tables: []Table{}, Relations: []Relation{}, Enums: []Enum{},
	}
	if b.Schema.Schema == nil {
		return s
	}
	unique := uniqueKeys(b.Schema.Relations)
	for i := range b.Schema.Schema.Tables {
		t := &b.Schema.Schema.Tables[i]
		if t.PartitionOf != "" {
			continue
		}
		var info bundle.TableInfo
		if i < len(b.Schema.Tables) {
			info = b.Schema.Tables[i]
		}
		s.Tables = append(s.Tables, tableOf(t, info))
		for j := range t.ForeignKeys {
			s.Relations = append(s.Relations, relationOf(t, &t.ForeignKeys[j], unique))
		}
	}
	for _, e := range b.Schema.Schema.Enums {
		s.Enums = append(s.Enums, Enum{e.Schema, e.Name, e.Labels})
	}
	return s
}

func tableOf(t *metadata.Table, info bundle.TableInfo) Table {
	table := Table{
		Schema: t.Schema, Name: t.Name, Client: info.Client, Comment: t.Comment, Columns: []Column{},
		PrimaryKey: []string{}, Checks: []string{}, Indexes: []string{}, Warnings: []bundle.Warning{},
		Header: headerOf(info.Sync.Schema), Hash: info.Hash, SyncHash: info.SyncHash,
	}
	table.Warnings = append(table.Warnings, info.Sync.Warnings...)
	if t.PrimaryKey != nil {
		table.PrimaryKey = t.PrimaryKey.Columns
	}
	for i := range t.Columns {
		table.Columns = append(table.Columns, columnOf(t, &t.Columns[i], info))
	}
	for _, c := range t.Checks {
		table.Checks = append(table.Checks, c.Def)
	}
	for _, ix := range t.Indexes {
		if ix.Constraint == "" {
			table.Indexes = append(table.Indexes, ix.Def)
		}
	}
	return table
}

func columnOf(t *metadata.Table, c *metadata.Column, info bundle.TableInfo) Column {
	only := []string{c.Name}
	return Column{
		Name: c.Name, Type: c.Type, Nullable: c.Nullable, Default: c.Default, Generated: c.GeneratedExpr,
		Identity: c.Identity, Comment: c.Comment, Server: slices.Contains(info.ServerColumns, c.Name),
		Primary: t.PrimaryKey != nil && slices.Contains(t.PrimaryKey.Columns, c.Name),
		Unique:  slices.ContainsFunc(t.Uniques, func(u metadata.Unique) bool { return slices.Equal(u.Columns, only) }),
		Foreign: slices.ContainsFunc(t.ForeignKeys, func(f metadata.ForeignKey) bool { return slices.Contains(f.Columns, c.Name) }),
	}
}

// A key is a foreign key by its table and name.
type key struct{ schema, table, name string }

// uniqueKeys are the foreign keys by which at most one row refers to a row.
func uniqueKeys(relations []bundle.Relation) map[key]bool {
	unique := map[key]bool{}
	for _, r := range relations {
		if r.Cardinality == bundle.OneToOne && len(r.ForeignKeys) == 1 {
			unique[key{r.From.Schema, r.From.Table, r.ForeignKeys[0]}] = true
		}
	}
	return unique
}

func relationOf(t *metadata.Table, f *metadata.ForeignKey, unique map[key]bool) Relation {
	return Relation{
		Name: f.Name, OnDelete: f.OnDelete, One: unique[key{t.Schema, t.Name, f.Name}],
		From: bundle.End{Schema: t.Schema, Table: t.Name, Columns: f.Columns},
		To:   bundle.End{Schema: f.RefSchema, Table: f.RefTable, Columns: f.RefColumns},
		Optional: slices.ContainsFunc(f.Columns, func(name string) bool {
			c := t.Column(name)
			return c != nil && c.Nullable
		}),
	}
}

// headerOf writes the electric-schema header: columns by name, as JSON.
func headerOf(columns []bundle.ColumnInfo) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	write := func(v any) {
		if err := encoder.Encode(v); err != nil { // strings and numbers can be written
			panic("devpage: " + err.Error())
		}
	}
	for i, c := range columns {
		if i > 0 {
			b.WriteByte(',')
		}
		write(c.Name)
		b.WriteByte(':')
		write(c)
	}
	return "{" + strings.ReplaceAll(b.String(), "\n", "") + "}"
}

// MigrationsOf lists the migrations of a bundle, which say nothing of a database
// yet.
func MigrationsOf(b *bundle.Bundle) []Migration {
	list := []Migration{}
	for _, m := range b.Migrations {
		statements := 0
		for _, t := range m.Transactions {
			statements += len(t.Statements)
		}
		list = append(list, Migration{
			Version: m.Version, Name: m.Name, File: m.File, Checksum: m.Checksum, SchemaHash: m.SchemaHash, Statements: statements,
		})
	}
	return list
}
