package catalog

import "slices"

// A DependKind is pg_depend.deptype.
type DependKind byte

// The kinds of dependency, as in PostgreSQL's dependency.h.
const (
	DependNormal       DependKind = 'n'
	DependAuto         DependKind = 'a'
	DependInternal     DependKind = 'i'
	DependPartitionPri DependKind = 'P'
	DependPartitionSec DependKind = 'S'
	DependExtension    DependKind = 'e'
	DependAutoExt      DependKind = 'x'
)

// A Dependency is a row of pg_depend.
type Dependency struct {
	Dependent  Address
	Referenced Address
	Kind       DependKind
}

// whole strips the column off an address: edges are kept by object.
func (a Address) whole() Address { a.Sub = 0; return a }

// Depend records that dependent needs referenced, as recordDependencyOn does.
// Nothing is recorded on system objects, which are pinned.
func (c *Catalog) Depend(dependent, referenced Address, kind DependKind) {
	if c.Pinned(referenced) || dependent == referenced {
		return
	}
	d := Dependency{dependent, referenced, kind}
	if slices.Contains(c.dependencies.get(dependent), d) {
		return
	}
	c.link(d)
	c.journal = append(c.journal, change{linked: d})
}

// Undepend removes the dependencies of dependent (its Sub included) on objects
// for which match says so; nil matches all.
func (c *Catalog) Undepend(dependent Address, match func(Dependency) bool) int {
	removed := 0
	for _, d := range slices.Clone(c.dependencies.get(dependent)) {
		if d.Dependent == dependent && (match == nil || match(d)) {
			c.cut(d)
			removed++
		}
	}
	return removed
}

// cut removes one edge, undoably.
func (c *Catalog) cut(d Dependency) {
	c.unlink(d)
	c.OnRollback(func() { c.link(d) })
}

func (c *Catalog) link(d Dependency) {
	from, to := c.dependencies.at(d.Dependent), c.dependents.at(d.Referenced)
	*from, *to = append(*from, d), append(*to, d)
}

func (c *Catalog) unlink(d Dependency) {
	from, to := c.dependencies.at(d.Dependent), c.dependents.at(d.Referenced)
	*from, *to = without(*from, d), without(*to, d)
}

// without gives list without its last d; the list itself stays as it is.
func without(list []Dependency, d Dependency) []Dependency {
	for i := len(list) - 1; i >= 0; i-- {
		if list[i] == d {
			return append(slices.Clone(list[:i]), list[i+1:]...)
		}
	}
	return list
}

// Dependencies gives what a needs. With Sub 0 that includes what its columns need.
func (c *Catalog) Dependencies(a Address) []Dependency {
	return match(c.dependencies.get(a), func(d Dependency) bool { return a.Sub == 0 || d.Dependent.Sub == a.Sub })
}

// Dependents gives what needs a. With Sub 0 that includes what needs one of its columns.
func (c *Catalog) Dependents(a Address) []Dependency {
	return match(c.dependents.get(a), func(d Dependency) bool { return a.Sub == 0 || d.Referenced.Sub == a.Sub })
}

func match(list []Dependency, keep func(Dependency) bool) []Dependency {
	var out []Dependency
	for _, d := range list {
		if keep(d) {
			out = append(out, d)
		}
	}
	return out
}
