package status

import (
	"cmp"
	"slices"

	"github.com/electric-cli/electric/compat"
)

// verdicts judges each table that clients have.
func (b *builder) verdicts() {
	switch {
	case b.Bundle == nil, b.empty:
		return
	case !b.read:
		b.allSame()
		return
	}
	hashes := map[[2]string]string{}
	alike := b.alike()
	for i, info := range b.Bundle.Schema.Tables {
		t := &b.Bundle.Schema.Schema.Tables[i]
		name := [2]string{t.Schema, t.Name}
		hashes[name] = info.Hash
		if alike[name] {
			b.judged(compat.Table{Schema: t.Schema, Name: t.Name, Findings: []compat.Finding{}}, info.Hash)
		}
	}
	broken := 0
	for _, t := range b.check(alike) {
		b.judged(t, hashes[[2]string{t.Schema, t.Name}])
		if t.Reads == compat.Breaking || t.Writes == compat.Breaking {
			broken++
		}
	}
	slices.SortStableFunc(b.report.Tables, func(x, y TableInfo) int {
		return cmp.Or(cmp.Compare(x.Schema, y.Schema), cmp.Compare(x.Name, y.Name))
	})
	switch {
	case broken == 1:
		b.unsafe("clients of the bundle cannot work with 1 table of the database")
	case broken > 1:
		b.unsafe("clients of the bundle cannot work with %d tables of the database", broken)
	}
}

// check asks the rules about the clients' tables that are not alike.
func (b *builder) check(alike map[[2]string]bool) []compat.Table {
	if len(alike) == len(b.scope) {
		return nil
	}
	clients := compat.Clients{}
	for name, hidden := range b.scope {
		if !alike[name] {
			clients[name] = hidden
		}
	}
	return compat.Check(b.Bundle.Schema.Schema, b.Database.Live, compat.Options{BeforeClients: clients, AfterClients: clients, Live: true}).Tables
}

// judged notes the verdict on a table that has a hash in the bundle.
func (b *builder) judged(t compat.Table, hash string) {
	live, _ := b.hashes.Table(t.Schema, t.Name)
	b.report.Tables = append(b.report.Tables, TableInfo{Table: t, LiveHash: live, Hash: hash})
}

// alike are the clients' tables that are in every respect what the bundle says,
// with the types that there are: rules have nothing to find in them.
func (b *builder) alike() map[[2]string]bool {
	same := map[[2]string]bool{}
	want, live := b.Bundle.Schema.Schema, b.settled
	if !alikeLists(want.Enums, live.Enums) || !alikeLists(want.Domains, live.Domains) || !alikeLists(want.Composites, live.Composites) ||
		!alikeLists(want.Ranges, live.Ranges) {
		return same
	}
	places := map[[2]string]int{}
	for i := range live.Tables {
		places[[2]string{live.Tables[i].Schema, live.Tables[i].Name}] = i
	}
	for i := range want.Tables {
		t := &want.Tables[i]
		name := [2]string{t.Schema, t.Name}
		_, client := b.scope[name]
		at, both := places[name]
		if client && both && alike(t, &live.Tables[at]) {
			same[name] = true
		}
	}
	return same
}

// allSame judges the tables of a database that has the bundle's hash.
func (b *builder) allSame() {
	for i, info := range b.Bundle.Schema.Tables {
		if t := &b.Bundle.Schema.Schema.Tables[i]; info.Client {
			b.judged(compat.Table{Schema: t.Schema, Name: t.Name, Findings: []compat.Finding{}}, info.Hash)
		}
	}
}
