package hash

import (
	"slices"

	"github.com/electric-cli/electric/metadata"
)

// Tables is a scope as data: the tables that count, by schema and name, and of
// each the columns that do not.
type Tables map[[2]string][]string

// Scope is the scope that t tells of.
func (t Tables) Scope() Scope {
	return Scope{
		Table: func(table *metadata.Table) bool {
			_, counts := t[[2]string{table.Schema, table.Name}]
			return counts
		},
		Column: func(table *metadata.Table, c *metadata.Column) bool {
			return !slices.Contains(t[[2]string{table.Schema, table.Name}], c.Name)
		},
	}
}
