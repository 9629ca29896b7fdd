// Package diagram draws the tables of a schema and the relations between them:
// as Mermaid, as Graphviz's dot, and as an SVG that needs no other program.
package diagram

import (
	"fmt"
	"slices"
	"strings"

	"github.com/electric-cli/electric/bundle"
	"github.com/electric-cli/electric/metadata"
)

// Formats are what Draw knows.
var Formats = []string{"mermaid", "dot", "svg"}

// Draw draws the tables of a bundle. Partitions are left out: they are their
// parent's.
func Draw(format string, s *bundle.Schema) (string, error) {
	g := newGraph(s)
	switch format {
	case "mermaid":
		return mermaid(g), nil
	case "dot":
		return dot(g), nil
	case "svg":
		return svg(g), nil
	}
	return "", fmt.Errorf("no diagram format %q: write %s", format, strings.Join(Formats, ", "))
}

// A graph is what all formats draw.
type graph struct {
	tables []*table
	edges  []*edge
}

// A table is a box.
type table struct {
	schema, name string
	client       bool
	rows         []row
}

// A row is a column in a box.
type row struct {
	name, kind      string
	primary, unique bool
	foreign         bool
	nullable        bool
}

// An edge is a foreign key, from the table that has it.
type edge struct {
	from, to       *table
	fromRow, toRow int
	name           string
	one            bool // at most one row refers to a row
	optional       bool // a row may refer to none
}

func newGraph(s *bundle.Schema) *graph {
	g := &graph{}
	byName := map[[2]string]*table{}
	for i := range s.Schema.Tables {
		t := &s.Schema.Tables[i]
		if t.PartitionOf != "" {
			continue
		}
		box := newTable(t)
		if i < len(s.Tables) {
			box.client = s.Tables[i].Client
		}
		byName[[2]string{t.Schema, t.Name}] = box
		g.tables = append(g.tables, box)
	}
	for _, r := range s.Relations {
		from, to := byName[[2]string{r.From.Schema, r.From.Table}], byName[[2]string{r.To.Schema, r.To.Table}]
		if from == nil || to == nil || r.Through != nil || !holds(s.Schema, r) {
			continue
		}
		g.edges = append(g.edges, &edge{
			from: from, to: to, fromRow: from.row(r.From.Columns), toRow: to.row(r.To.Columns), name: strings.Join(r.ForeignKeys, ", "),
			one: r.Cardinality == bundle.OneToOne, optional: r.Optional,
		})
	}
	return g
}

// holds reports whether a relation is told from the end that has the foreign
// key: each is listed from both.
func holds(s *metadata.Schema, r bundle.Relation) bool {
	t := s.Table(r.From.Schema, r.From.Table)
	return t != nil && slices.ContainsFunc(t.ForeignKeys, func(f metadata.ForeignKey) bool {
		return slices.Contains(r.ForeignKeys, f.Name) && slices.Equal(f.Columns, r.From.Columns) &&
			f.RefSchema == r.To.Schema && f.RefTable == r.To.Table
	})
}

func newTable(t *metadata.Table) *table {
	box := &table{schema: t.Schema, name: t.Name}
	for _, c := range t.Columns {
		r := row{name: c.Name, kind: c.Type, nullable: c.Nullable}
		r.primary = t.PrimaryKey != nil && slices.Contains(t.PrimaryKey.Columns, c.Name)
		r.unique = slices.ContainsFunc(t.Uniques, func(u metadata.Unique) bool { return slices.Equal(u.Columns, []string{c.Name}) })
		r.foreign = slices.ContainsFunc(t.ForeignKeys, func(f metadata.ForeignKey) bool { return slices.Contains(f.Columns, c.Name) })
		box.rows = append(box.rows, r)
	}
	return box
}

// row finds the first of some columns.
func (t *table) row(columns []string) int {
	return max(slices.IndexFunc(t.rows, func(r row) bool { return len(columns) > 0 && r.name == columns[0] }), 0)
}

// title leaves the usual schema away.
func (t *table) title() string {
	if t.schema == "public" {
		return t.name
	}
	return t.schema + "." + t.name
}

// keys are the letters that tell what a column is for.
func (r row) keys() []string {
	var keys []string
	for _, k := range []struct {
		is   bool
		name string
	}{{r.primary, "PK"}, {r.foreign, "FK"}, {r.unique, "UK"}} {
		if k.is {
			keys = append(keys, k.name)
		}
	}
	return keys
}
