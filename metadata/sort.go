package metadata

import (
	"cmp"
	"slices"
	"sort"
	"strings"
)

// Sort puts every list into its canonical order: by schema and name, byte by byte (which is by codepoints), functions
// also by their arguments. Lists with an order of their own (columns, labels, keys, parents) keep it.
func (s *Schema) Sort() {
	sortBy(s.Schemas, func(n *Namespace) string { return n.Name })
	sortBy(s.Extensions, func(x *Extension) string { return x.Name })
	sortBy(s.EventTriggers, func(t *EventTrigger) string { return t.Name })
	sortBy(s.Publications, func(p *Publication) string { return p.Name })

	sortBy2(s.Tables, func(t *Table) (string, string) { return t.Schema, t.Name })
	sortBy2(s.Views, func(v *View) (string, string) { return v.Schema, v.Name })
	sortBy2(s.Sequences, func(q *Sequence) (string, string) { return q.Schema, q.Name })
	sortBy2(s.Enums, func(t *Enum) (string, string) { return t.Schema, t.Name })
	sortBy2(s.Domains, func(d *Domain) (string, string) { return d.Schema, d.Name })
	sortBy2(s.Composites, func(c *Composite) (string, string) { return c.Schema, c.Name })
	sortBy2(s.Ranges, func(r *Range) (string, string) { return r.Schema, r.Name })
	sortBy2(s.BaseTypes, func(b *BaseType) (string, string) { return b.Schema, b.Name })
	sortBy2(s.Collations, func(c *Collation) (string, string) { return c.Schema, c.Name })
	sortBy2(s.Statistics, func(x *Statistics) (string, string) { return x.Schema, x.Name })
	stable(s.Functions, compareFunctions)
	stable(s.Operators, compareOperators)

	for i := range s.Tables {
		s.Tables[i].Sort()
	}
	for i := range s.Views {
		s.Views[i].Sort()
	}
	for i := range s.Domains {
		sortBy(s.Domains[i].Checks, func(c *DomainCheck) string { return c.Name })
	}
	for i := range s.Publications {
		slices.Sort(s.Publications[i].Tables)
		slices.Sort(s.Publications[i].Schemas)
	}
}

// Sort puts the view's own lists into their canonical order, as Schema.Sort does for all views.
func (v *View) Sort() { sortRelation(v.Indexes, v.Triggers, v.Rules) }

// Sort puts the table's own lists into their canonical order, as Schema.Sort does for all tables.
func (t *Table) Sort() {
	sortBy(t.Uniques, func(u *Unique) string { return u.Name })
	sortBy(t.ForeignKeys, func(f *ForeignKey) string { return f.Name })
	sortBy(t.Checks, func(c *Check) string { return c.Name })
	sortBy(t.Exclusions, func(x *Exclusion) string { return x.Name })
	sortBy(t.NotNulls, func(n *NotNull) string { return n.Name })
	sortBy(t.Policies, func(p *Policy) string { return p.Name })
	sortRelation(t.Indexes, t.Triggers, t.Rules)
	for i := range t.Policies {
		slices.Sort(t.Policies[i].Roles)
	}
}

func sortRelation(indexes []Index, triggers []Trigger, rules []Rule) {
	sortBy(indexes, func(i *Index) string { return i.Name })
	sortBy(triggers, func(t *Trigger) string { return t.Name })
	sortBy(rules, func(r *Rule) string { return r.Name })
}

func sortBy[T any](list []T, name func(*T) string) {
	stable(list, func(a, b *T) int { return strings.Compare(name(a), name(b)) })
}

func sortBy2[T any](list []T, names func(*T) (schema, name string)) {
	stable(list, func(a, b *T) int {
		as, an := names(a)
		bs, bn := names(b)
		return cmp.Or(strings.Compare(as, bs), strings.Compare(an, bn))
	})
}

// stable sorts a list. Most lists of a table are empty or have one element: they cost nothing.
func stable[T any](list []T, compare func(a, b *T) int) {
	if len(list) > 1 {
		sort.Stable(order[T]{list, compare})
	}
}

// An order sorts a list in place by pointers to its elements: they are big, and slices.SortFunc copies two for each
// comparison.
type order[T any] struct {
	list    []T
	compare func(a, b *T) int
}

func (o order[T]) Len() int           { return len(o.list) }
func (o order[T]) Less(i, j int) bool { return o.compare(&o.list[i], &o.list[j]) < 0 }
func (o order[T]) Swap(i, j int)      { o.list[i], o.list[j] = o.list[j], o.list[i] }

func compareFunctions(a, b *Function) int {
	return cmp.Or(strings.Compare(a.Schema, b.Schema), strings.Compare(a.Name, b.Name),
		strings.Compare(a.IdentityArgs, b.IdentityArgs))
}

func compareOperators(a, b *Operator) int {
	return cmp.Or(strings.Compare(a.Schema, b.Schema), strings.Compare(a.Name, b.Name),
		strings.Compare(a.Left, b.Left), strings.Compare(a.Right, b.Right))
}
