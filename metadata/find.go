package metadata

import (
	"cmp"
	"slices"
	"strings"
)

// Table returns the table of that name, or nil. The schema must be sorted.
func (s *Schema) Table(schema, name string) *Table {
	i, ok := slices.BinarySearchFunc(s.Tables, 0, func(t Table, _ int) int {
		return cmp.Or(strings.Compare(t.Schema, schema), strings.Compare(t.Name, name))
	})
	if !ok {
		return nil
	}
	return &s.Tables[i]
}

// View returns the view of that name, or nil. The schema must be sorted.
func (s *Schema) View(schema, name string) *View {
	i, ok := slices.BinarySearchFunc(s.Views, 0, func(v View, _ int) int {
		return cmp.Or(strings.Compare(v.Schema, schema), strings.Compare(v.Name, name))
	})
	if !ok {
		return nil
	}
	return &s.Views[i]
}

// Enum returns the enum of that name, or nil. The schema must be sorted.
func (s *Schema) Enum(schema, name string) *Enum {
	i, ok := slices.BinarySearchFunc(s.Enums, 0, func(t Enum, _ int) int {
		return cmp.Or(strings.Compare(t.Schema, schema), strings.Compare(t.Name, name))
	})
	if !ok {
		return nil
	}
	return &s.Enums[i]
}

// Column returns the column of that name, or nil.
func (t *Table) Column(name string) *Column {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}
