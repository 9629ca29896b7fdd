package compile

import (
	"fmt"
	"strings"

	"github.com/electric-cli/electric/metadata"
)

// lines writes a schema as one line for each thing in it.
func lines(s *metadata.Schema) []string {
	var w lineWriter
	for _, x := range s.Schemas {
		w.line("schema %s%s", x.Name, comment(x.Comment))
	}
	for _, x := range s.Extensions {
		w.line("extension %s in %s", x.Name, x.Schema)
	}
	for i := range s.Tables {
		w.table(&s.Tables[i])
	}
	for i := range s.Views {
		w.view(&s.Views[i])
	}
	for _, x := range s.Sequences {
		owner := ""
		if x.OwnedBy != nil {
			owner = fmt.Sprintf(" owned by %s.%s.%s", x.OwnedBy.Schema, x.OwnedBy.Table, x.OwnedBy.Column)
		}
		w.line("sequence %s.%s %s start %d by %d, %d to %d cache %d%s%s%s%s", x.Schema, x.Name, x.Type, x.Start, x.Increment, x.Min, x.Max,
			x.Cache, when(x.Cycle, "cycle"), other(x.Persistence, "permanent"), owner, comment(x.Comment))
	}
	for _, x := range s.Enums {
		w.line("enum %s.%s (%s)", x.Schema, x.Name, strings.Join(x.Labels, ", "))
	}
	for _, x := range s.Domains {
		w.line("domain %s.%s %s%s%s", x.Schema, x.Name, x.BaseType, when(x.NotNull, "not null"), after("default", x.Default))
		for _, c := range x.Checks {
			w.line("domain %s.%s check %s: %s", x.Schema, x.Name, c.Name, c.Def)
		}
	}
	for _, x := range s.Composites {
		for _, a := range x.Attributes {
			w.line("composite %s.%s %s %s", x.Schema, x.Name, a.Name, a.Type)
		}
	}
	for _, x := range s.Functions {
		w.line("%s %s.%s(%s)%s", x.Kind, x.Schema, x.Name, x.Args, after("returns", x.Result))
	}
	for _, x := range s.Statistics {
		w.line("%s%s", x.Def, comment(x.Comment))
	}
	for _, x := range s.Publications {
		w.line("publication %s (%s)", x.Name, strings.Join(x.Tables, ", "))
	}
	return w.out
}

type lineWriter struct{ out []string }

func (w *lineWriter) line(format string, args ...any) {
	w.out = append(w.out, strings.Join(strings.Fields(fmt.Sprintf(format, args...)), " "))
}

func (w *lineWriter) table(t *metadata.Table) {
	name := t.Schema + "." + t.Name
	w.line("%s %s%s%s%s%s%s%s%s%s%s%s%s", t.Kind, name, other(t.Persistence, "permanent"), after("of", t.OfType), after("partition by", t.PartitionKey),
		after("partition of", t.PartitionOf), after("", t.PartitionBound), after("inherits", strings.Join(t.Inherits, ", ")),
		when(t.RowSecurity, "row security"), when(t.ForceRowSecurity, "forced"), other(t.ReplicaIdentity, "default"),
		after("with", strings.Join(t.Options, ", ")), comment(t.Comment))
	for i := range t.Columns {
		c := &t.Columns[i]
		statistics := ""
		if c.Statistics != nil {
			statistics = fmt.Sprintf(" statistics %d", *c.Statistics)
		}
		w.line("%s.%s %s%s%s%s%s%s%s%s%s%s%s%s%s", name, c.Name, c.Type, when(!c.Nullable, "not null"), after("default", c.Default),
			after("identity", c.Identity), after("generated", c.GeneratedExpr), after("collate", c.Collation), after("storage", c.Storage),
			after("compression", c.Compression), statistics, after("with", strings.Join(c.Options, ", ")), when(c.Inherited, "inherited"),
			when(c.Inherited && c.IsLocal, "and local"), comment(c.Comment))
	}
	if k := t.PrimaryKey; k != nil {
		w.line("%s primary key %s", name, key(k))
	}
	for i := range t.Uniques {
		w.line("%s unique %s%s", name, key(&t.Uniques[i].Key), when(t.Uniques[i].NullsNotDistinct, "nulls not distinct"))
	}
	for _, f := range t.ForeignKeys {
		w.line("%s foreign key %s (%s) to %s.%s (%s)%s%s%s%s%s%s%s%s%s", name, f.Name, strings.Join(f.Columns, ", "), f.RefSchema, f.RefTable,
			strings.Join(f.RefColumns, ", "), after("on update", other(f.OnUpdate, "NO ACTION")), after("on delete", other(f.OnDelete, "NO ACTION")),
			after("of", strings.Join(f.OnDeleteSetColumns, ", ")), other(f.Match, "SIMPLE"), when(f.Deferrable, "deferrable"),
			when(f.InitiallyDeferred, "initially deferred"), when(!f.Validated, "not valid"), when(f.Inherited, "inherited"), comment(f.Comment))
	}
	for _, c := range t.Checks {
		w.line("%s check %s: %s%s%s%s", name, c.Name, c.Def, when(c.Inherited, "inherited"), when(c.Inherited && c.IsLocal, "and local"), comment(c.Comment))
	}
	for _, c := range t.Exclusions {
		w.line("%s exclusion %s: %s", name, c.Name, c.Def)
	}
	w.indexes(t.Indexes)
	w.parts(name, t.Triggers, t.Policies, t.Rules)
}

func (w *lineWriter) indexes(list []metadata.Index) {
	for _, x := range list {
		w.line("%s%s%s%s%s%s", x.Def, when(!x.Valid, "invalid"), when(x.Clustered, "clustered"), when(x.ReplicaIdentity, "replica identity"),
			after("part of", x.PartitionOf), comment(x.Comment))
	}
}

func (w *lineWriter) parts(name string, triggers []metadata.Trigger, policies []metadata.Policy, rules []metadata.Rule) {
	for _, x := range triggers {
		w.line("%s%s%s", x.Def, other(x.Enabled, "origin"), when(x.Inherited, "inherited"))
	}
	for _, p := range policies {
		w.line("%s policy %s for %s to %s%s%s%s", name, p.Name, p.Command, strings.Join(p.Roles, ", "), when(!p.Permissive, "restrictive"),
			after("using", p.Using), after("check", p.WithCheck))
	}
	for _, r := range rules {
		w.line("%s", r.Def)
	}
}

func (w *lineWriter) view(v *metadata.View) {
	name := v.Schema + "." + v.Name
	w.line("%s %s%s%s", v.Kind, name, after("with", strings.Join(v.Options, ", ")), comment(v.Comment))
	for _, c := range v.Columns {
		w.line("%s.%s %s%s%s", name, c.Name, c.Type, after("default", c.Default), comment(c.Comment))
	}
	w.line("%s as %s", name, v.Definition)
	w.indexes(v.Indexes)
	w.parts(name, v.Triggers, nil, v.Rules)
}

func key(k *metadata.Key) string {
	return k.Name + " (" + strings.Join(k.Columns, ", ") + ")" + after("include", strings.Join(k.Include, ", ")) +
		when(k.Deferrable, "deferrable") + when(k.InitiallyDeferred, "initially deferred") + when(k.Inherited, "inherited") + comment(k.Comment)
}

func when(on bool, word string) string {
	if on {
		return " " + word
	}
	return ""
}

func after(word, text string) string {
	if text == "" {
		return ""
	}
	return " " + word + " " + text
}

// other gives a word unless it is the usual one.
func other(word, usual string) string {
	if word == usual {
		return ""
	}
	return " " + word
}

func comment(text string) string {
	if text == "" {
		return ""
	}
	return fmt.Sprintf(" -- %s", text)
}
