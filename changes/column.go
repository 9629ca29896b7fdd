package changes

import (
	"slices"
	"strconv"

	"github.com/electric-cli/electric/metadata"
)

// columnText is a column as CREATE TABLE has it.
func columnText(c *metadata.Column) string {
	return c.Name + " " + c.Type + when(c.Collation != "", " COLLATE "+c.Collation) + when(!c.Nullable, " not null") +
		when(c.Identity != "", " generated "+c.Identity+" as identity") +
		when(c.Generated != "", " generated always as ("+c.GeneratedExpr+")") + when(c.Default != "", " default "+c.Default)
}

// renamedColumns notes columns that have another name and the same number.
func (c *comparer) renamedColumns(a, b *metadata.Table) {
	for i := range b.Columns {
		if old := numbered(a, b.Columns[i].Attnum); old != nil && old.Name != b.Columns[i].Name {
			c.add("%s: rename column %s to %s", dotted(b.Schema, b.Name), old.Name, b.Columns[i].Name)
			c.renamed.add(old.Name, b.Columns[i].Name)
		}
	}
}

// numbered gives the column of a number, nil for none. A dropped column's number is never taken again.
func numbered(t *metadata.Table, attnum int) *metadata.Column {
	i := slices.IndexFunc(t.Columns, func(c metadata.Column) bool { return c.Attnum == attnum })
	if i < 0 {
		return nil
	}
	return &t.Columns[i]
}

func (c *comparer) columns(a, b *metadata.Table) {
	name := dotted(b.Schema, b.Name)
	for i := range a.Columns {
		if numbered(b, a.Columns[i].Attnum) == nil {
			c.add("%s: drop column %s", name, a.Columns[i].Name)
		}
	}
	for i := range b.Columns {
		now := &b.Columns[i]
		was := numbered(a, now.Attnum)
		if was == nil {
			c.add("%s: add column %s", name, columnText(now))
			c.comment(name, "column "+now.Name, "", now.Comment)
			continue
		}
		c.column(name, was, now)
	}
}

// column tells how a column changed.
func (c *comparer) column(table string, a, b *metadata.Column) {
	say := func(condition bool, format string, args ...any) {
		if condition {
			c.add("%s: "+format, append([]any{table}, args...)...)
		}
	}
	name := b.Name
	say(!c.renamed.same(a.Type, b.Type), "change type of %s from %s to %s", name, a.Type, b.Type)
	say(a.Nullable && !b.Nullable, "set not null of %s", name)
	say(!a.Nullable && b.Nullable, "drop not null of %s", name)
	say(a.Default != "" && b.Default == "", "drop default of %s", name)
	say(b.Default != "" && !c.renamed.same(a.Default, b.Default), "set default of %s to %s", name, b.Default)
	say(a.Identity != "" && b.Identity == "", "drop identity of %s", name)
	say(b.Identity != "" && a.Identity != b.Identity, "make %s generated %s as identity", name, b.Identity)
	say(a.Generated != "" && b.Generated == "", "drop expression of %s", name)
	say(b.Generated != "" && !c.renamed.same(a.GeneratedExpr, b.GeneratedExpr), "set expression of %s to %s", name, b.GeneratedExpr)
	say(a.Collation != b.Collation, "set collation of %s to %s", name, b.Collation+when(b.Collation == "", "its type's"))
	say(a.Storage != b.Storage, "set storage of %s to %s", name, b.Storage+when(b.Storage == "", "its type's"))
	say(a.Compression != b.Compression, "set compression of %s to %s", name, b.Compression+when(b.Compression == "", "default"))
	say(!equal(a.Statistics, b.Statistics), "set statistics of %s to %s", name, statistics(b.Statistics))
	say(!slices.Equal(a.Options, b.Options), "set options of %s to %s", name, list(b.Options))
	c.comment(table, "column "+name, a.Comment, b.Comment)
}

func statistics(target *int) string {
	if target == nil {
		return "default"
	}
	return strconv.Itoa(*target)
}
