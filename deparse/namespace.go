package deparse

import (
	"strconv"
	"unicode/utf8"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/query"
)

// nameLength is the longest name in bytes.
const nameLength = 63

// A namespace holds the names that one query's Vars are printed with
// (deparse_namespace).
type namespace struct {
	entries     []*query.RangeTblEntry
	names       []string // of entries; "" for a join without an alias
	hidden      []string // names taken by nothing that is printed: OLD and NEW of a view
	columns     []*columns
	ctes        []*query.CommonTableExpr
	uniqueUsing bool     // merged columns' names must be unique in the whole query
	usingNames  []string // those given so far
	function    string   // whose parameters $1… are
	argNames    []string
}

// newNamespace works out the names for a query (set_deparse_for_query).
func newNamespace(c *catalog.Catalog, q *query.Query, parents []*namespace, hidden []string) *namespace {
	n := &namespace{entries: q.RangeTable, ctes: q.CTEs, hidden: hidden}
	n.nameEntries(c, parents)
	n.makeColumns()
	if q.Jointree != nil {
		n.uniqueUsing = n.dangerousUsing(q.Jointree)
		n.nameUsing(q.Jointree, nil)
	}
	for i, e := range n.entries {
		if e.Kind == query.RTEJoin {
			n.nameJoinColumns(e, n.columns[i])
		} else {
			n.nameColumns(c, e, n.columns[i])
		}
	}
	return n
}

// simpleNamespace is for expressions over relations without a query: a
// table's own expressions, OLD and NEW of a trigger.
func simpleNamespace(c *catalog.Catalog, entries ...*query.RangeTblEntry) *namespace {
	n := &namespace{entries: entries}
	n.nameEntries(c, nil)
	n.makeColumns()
	for i, e := range n.entries {
		n.nameColumns(c, e, n.columns[i])
	}
	return n
}

// relationNamespace is simpleNamespace for one relation under its own name. Its
// columns' names are unique already, so nothing has to be worked out.
func relationNamespace(r *catalog.Relation) *namespace {
	return &namespace{
		entries: []*query.RangeTblEntry{relationEntry(r, r.Name)},
		names:   []string{r.Name},
		columns: []*columns{{names: columnsNow(r)}},
	}
}

// relationEntry makes an entry for a relation under an alias.
func relationEntry(r *catalog.Relation, alias string) *query.RangeTblEntry {
	a := &query.Alias{Name: alias}
	return &query.RangeTblEntry{Kind: query.RTERelation, Relation: r.OID, RelKind: r.Kind, Alias: a, Eref: a, InFromCl: true}
}

func (n *namespace) makeColumns() {
	n.columns = make([]*columns, len(n.entries))
	for i := range n.columns {
		n.columns[i] = &columns{}
	}
}

// nameEntries gives every entry a name that no other one in sight has: the
// second t is t_1 (set_rtable_names).
func (n *namespace) nameEntries(c *catalog.Catalog, parents []*namespace) {
	taken := map[string]int{}
	for _, p := range parents {
		for _, name := range p.names {
			if name != "" {
				taken[name] = 0
			}
		}
		for _, name := range p.hidden {
			taken[name] = 0
		}
	}
	for _, name := range n.hidden {
		taken[name] = 0
	}
	n.names = make([]string, len(n.entries))
	for i, e := range n.entries {
		name := entryName(c, e)
		if name == "" {
			continue
		}
		if counter, used := taken[name]; used {
			base := name
			for used {
				counter++
				name = numbered(base, counter)
				_, used = taken[name]
			}
			taken[base] = counter
		}
		taken[name] = 0
		n.names[i] = name
	}
}

func entryName(c *catalog.Catalog, e *query.RangeTblEntry) string {
	switch {
	case e.Alias != nil:
		return e.Alias.Name
	case e.Kind == query.RTERelation:
		if r := c.Relation(e.Relation); r != nil {
			return r.Name
		}
		return ""
	case e.Kind == query.RTEJoin, e.Eref == nil:
		return ""
	}
	return e.Eref.Name
}

// numbered appends _n to a name, cutting the name where both would be too long.
func numbered(name string, n int) string {
	suffix := "_" + strconv.Itoa(n)
	for len(name)+len(suffix) > nameLength {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return name + suffix
}
