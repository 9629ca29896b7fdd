package status

import (
	"bytes"
	"cmp"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/electric-cli/electric/hash"
	"github.com/electric-cli/electric/metadata"
)

// A Drift is one thing in which a database is not what it should be.
type Drift struct {
	Table   string `json:"table,omitempty"`  // "schema.table"
	Column  string `json:"column,omitempty"` // of the table
	What    string `json:"what"`             // the whole path: "table public.orders column total type"
	Want    string `json:"want"`             // as JSON, or "exists"; "" when there is none
	Live    string `json:"live"`
	Counts  bool   `json:"counts"` // it is in the schema hash; else replication and clients do not depend on it
	OnlyNew bool   `json:"only_live,omitempty"`
}

func (d Drift) String() string {
	return d.What + ": " + orNothing(d.Want) + " wanted, " + orNothing(d.Live) + " there"
}

func orNothing(value string) string { return cmp.Or(value, "nothing") }

// DriftOf lists what of a database counts and is not as it should be.
func DriftOf(want, live *metadata.Schema, scope hash.Tables) (list []Drift) {
	for _, d := range Differences(want, live, scope) {
		if d.Counts {
			list = append(list, d)
		}
	}
	return list
}

// Differences lists everything a database differs in, with what counts first. Of a
// schema that nobody wanted, which is somebody else's, it names nothing within.
func Differences(want, live *metadata.Schema, scope hash.Tables) []Drift {
	return differences(want, live, scope, changedTables(want, live, scope))
}

// differences is Differences for one who knows the tables whose hash differs.
func differences(want, live *metadata.Schema, scope hash.Tables, changed map[string]bool) (list []Drift) {
	a, b := *want, *live
	prune(&a, &b)
	strangers := strangers(want, live)
	for _, x := range metadata.Diff(&a, &b) {
		d := Drift{What: x.Path, Want: x.A, Live: x.B, OnlyNew: x.A == "" && x.B == "exists"}
		if !noise(d) && !d.within(strangers) {
			d.place(want, live, scope, changed)
			list = append(list, d)
		}
	}
	slices.SortStableFunc(list, func(a, b Drift) int { return rank(a) - rank(b) })
	return list
}

func rank(d Drift) int {
	if d.Counts {
		return 0
	}
	return 1
}

// strangers are the schemas that only the database has.
func strangers(want, live *metadata.Schema) (names []string) {
	for _, x := range live.Schemas {
		if !slices.ContainsFunc(want.Schemas, func(y metadata.Namespace) bool { return x.Name == y.Name }) {
			names = append(names, x.Name)
		}
	}
	return names
}

// within reports whether a difference is an object in one of some schemas.
func (d Drift) within(schemas []string) bool {
	return d.OnlyNew && slices.ContainsFunc(schemas, func(name string) bool { return strings.Contains(d.What, " "+name+".") })
}

// changedTables are the tables in scope whose own hash differs, or that are
// missing.
func changedTables(want, live *metadata.Schema, scope hash.Tables) map[string]bool {
	changed := map[string]bool{}
	a, b := hash.NewBuilder(scope.Scope()), hash.NewBuilder(scope.Scope())
	a.SetTypes(want)
	b.SetTypes(live)
	for i := range want.Tables {
		a.SetTable(&want.Tables[i])
	}
	for i := range live.Tables {
		b.SetTable(&live.Tables[i])
	}
	for name := range scope {
		x, _ := a.Table(name[0], name[1])
		y, _ := b.Table(name[0], name[1])
		if x != y {
			changed[name[0]+"."+name[1]] = true
		}
	}
	return changed
}

// uncounted are properties of tables and columns that the schema hash leaves out.
var uncounted = []string{
	"comment", "replica identity", "options", "row security", "force row security", "access method", "of type", "inherits",
	"foreign server", "persistence", "columns order", "storage", "compression", "statistics", "is local", "inherited",
}

// countedSections are the parts of a table that the hash covers.
var countedSections = []string{"column ", "primary key", "unique ", "foreign key ", "check ", "exclusion ", "index ", "kind", "partition "}

// types are the sections of what columns are made of.
var types = []string{"enum ", "domain ", "composite type ", "range "}

// place finds the table a difference is about, and whether it counts.
func (d *Drift) place(want, live *metadata.Schema, scope hash.Tables, changed map[string]bool) {
	for _, section := range types {
		if strings.HasPrefix(d.What, section) {
			d.Counts = len(changed) > 0 && !strings.HasSuffix(d.What, " comment") && !d.OnlyNew
			return
		}
	}
	rest, ok := strings.CutPrefix(d.What, "table ")
	if !ok {
		return
	}
	for _, s := range []*metadata.Schema{want, live} {
		for i := range s.Tables {
			t := &s.Tables[i]
			name := t.Schema + "." + t.Name
			if part, ok := strings.CutPrefix(rest, name); ok && (part == "" || part[0] == ' ') && len(name) > len(d.Table) {
				d.inTable(t, name, strings.TrimPrefix(part, " "), changed[name])
				d.Counts = d.Counts && !slices.Contains(scope[[2]string{t.Schema, t.Name}], d.Column) // which only the server has
			}
		}
	}
}

func (d *Drift) inTable(t *metadata.Table, name, part string, changed bool) {
	d.Table, d.Column = name, ""
	if rest, ok := strings.CutPrefix(part, "column "); ok {
		for _, c := range t.Columns {
			if (rest == c.Name || strings.HasPrefix(rest, c.Name+" ")) && len(c.Name) > len(d.Column) {
				d.Column = c.Name
			}
		}
		if d.Column == "" { // the other schema's table has it
			d.Column, _, _ = strings.Cut(rest, " ")
		}
	}
	d.Counts = changed && counts(part)
}

func counts(part string) bool {
	if slices.ContainsFunc(uncounted, func(u string) bool { return part == u || strings.HasSuffix(part, " "+u) }) {
		return false
	}
	return part == "" || slices.ContainsFunc(countedSections, func(s string) bool { return strings.HasPrefix(part, s) })
}

// electricPublication begins the name of Electric's publications.
const electricPublication = "electric_publication"

// noise is what Electric itself changes in a database: its publication, and the
// replica identity of the tables it syncs.
func noise(d Drift) bool {
	return strings.HasPrefix(d.What, "publication "+electricPublication) || strings.HasSuffix(d.What, " replica identity") ||
		strings.HasPrefix(d.What, "schema public comment")
}

// prune leaves out of both schemas the objects that are alike: most are, and to
// look into each takes long.
func prune(a, b *metadata.Schema) {
	pruneList(&a.Tables, &b.Tables, func(t *metadata.Table) string { return t.Schema + "\x00" + t.Name })
	pruneList(&a.Views, &b.Views, func(v *metadata.View) string { return v.Schema + "\x00" + v.Name })
	pruneList(&a.Sequences, &b.Sequences, func(s *metadata.Sequence) string { return s.Schema + "\x00" + s.Name })
	pruneList(&a.Functions, &b.Functions, func(f *metadata.Function) string { return f.Schema + "\x00" + f.Name + "\x00" + f.IdentityArgs })
	pruneList(&a.Enums, &b.Enums, func(e *metadata.Enum) string { return e.Schema + "\x00" + e.Name })
}

func pruneList[T any](a, b *[]T, key func(*T) string) {
	places := map[string]int{}
	for i := range *b {
		places[key(&(*b)[i])] = i
	}
	same := map[string]bool{}
	for i := range *a {
		k := key(&(*a)[i])
		if at, both := places[k]; both && alike(&(*a)[i], &(*b)[at]) {
			same[k] = true
		}
	}
	drop := func(list []T) []T {
		return slices.DeleteFunc(slices.Clone(list), func(x T) bool { return same[key(&x)] })
	}
	*a, *b = drop(*a), drop(*b)
}

// alike compares two objects of the same kind. Those that share their lists are
// compared at once.
func alike(a, b any) bool { return reflect.DeepEqual(a, b) || bytes.Equal(encode(a), encode(b)) }

func alikeLists[T any](a, b []T) bool { return len(a) == len(b) && (len(a) == 0 || alike(a, b)) }

func encode(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic("status: " + err.Error()) // plain data
	}
	return data
}

// Settled is a catalog without what Electric itself changes in one: see noise.
func Settled(live *metadata.Schema) *metadata.Schema {
	s := *live
	s.Publications = slices.DeleteFunc(slices.Clone(s.Publications), func(p metadata.Publication) bool {
		return strings.HasPrefix(p.Name, electricPublication)
	})
	s.Tables = slices.Clone(s.Tables)
	for i := range s.Tables {
		if s.Tables[i].ReplicaIdentity == "full" {
			s.Tables[i].ReplicaIdentity = "default"
		}
	}
	return &s
}
