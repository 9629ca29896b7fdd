package status

import (
	"maps"
	"slices"
	"strings"

	"github.com/electric-cli/electric/hash"
	"github.com/electric-cli/electric/metadata"
)

// A Version is a migration as the place of a database: what clients have once it
// is applied.
type Version struct {
	Version    string
	SchemaHash string
	SyncHash   string
	Scope      hash.Tables // what the hashes are made of; nil: not known
}

// A Place is where a catalog stands among versions, told by its hash alone.
type Place struct {
	Versions []int    // indexes of those whose hash it has, ascending; several when some change nothing the hash covers
	Known    []string // tables of the catalog that any version knows, as "schema.table"
	names    []Version
}

// VersionNames are the versions of the place.
func (p Place) VersionNames() (names []string) {
	for _, i := range p.Versions {
		names = append(names, p.names[i].Version)
	}
	return names
}

// Newest is the index of the newest version of the place, -1 for none.
func (p Place) Newest() int {
	if len(p.Versions) == 0 {
		return -1
	}
	return p.Versions[len(p.Versions)-1]
}

// Locate finds the versions whose hash a catalog has. Tables that no version
// knows are somebody else's and count for none; one that another version knows
// keeps the catalog from being of this one.
func Locate(live *metadata.Schema, versions []Version) Place {
	p := Place{names: versions}
	l := newLocator(live)
	known := map[string]bool{}
	for _, v := range versions {
		for name := range v.Scope {
			if l.tables[name] != nil {
				known[name[0]+"."+name[1]] = true
			}
		}
	}
	for i := len(versions) - 1; i >= 0; i-- {
		v := versions[i]
		switch {
		case v.Scope == nil && len(live.Tables) > 0 && v.SchemaHash == l.all(): // nothing at all is everybody's
			p.Versions = append(p.Versions, i)
		case len(v.Scope) > 0 && len(v.Scope) == len(known) && l.hash(v.Scope) == v.SchemaHash:
			p.Versions = append(p.Versions, i)
		}
	}
	slices.Reverse(p.Versions)
	p.Known = slices.Sorted(maps.Keys(known))
	return p
}

// A locator hashes a catalog in one scope after another: between neighbours only
// a few tables come or go.
type locator struct {
	live    *metadata.Schema
	tables  map[[2]string]*metadata.Table
	builder *hash.Builder
	in      map[[2]string]string // the tables in builder, with their hidden columns
	whole   string
}

func newLocator(live *metadata.Schema) *locator {
	l := &locator{live: live, tables: map[[2]string]*metadata.Table{}, builder: hash.NewBuilder(hash.Scope{}), in: map[[2]string]string{}}
	for i := range live.Tables {
		t := &live.Tables[i]
		l.tables[[2]string{t.Schema, t.Name}] = t
	}
	l.builder.SetTypes(live)
	return l
}

// all is the hash of every table.
func (l *locator) all() string {
	if l.whole == "" {
		l.whole = hash.Of(l.live, hash.Scope{})
	}
	return l.whole
}

// hash is the hash in a scope, "" when a table of it is missing.
func (l *locator) hash(scope hash.Tables) string {
	for name := range scope {
		if l.tables[name] == nil {
			return ""
		}
	}
	for name := range l.in {
		if _, stays := scope[name]; !stays {
			l.builder.RemoveTable(name[0], name[1])
			delete(l.in, name)
		}
	}
	for name, columns := range scope {
		hidden := strings.Join(columns, "\x00")
		if was, is := l.in[name]; is && was == hidden {
			continue
		}
		l.builder.SetTable(without(l.tables[name], columns))
		l.in[name] = hidden
	}
	return l.builder.Schema()
}

// without is a table without some of its columns.
func without(t *metadata.Table, columns []string) *metadata.Table {
	if len(columns) == 0 {
		return t
	}
	shown := *t
	shown.Columns = slices.DeleteFunc(slices.Clone(t.Columns), func(c metadata.Column) bool { return slices.Contains(columns, c.Name) })
	return &shown
}
