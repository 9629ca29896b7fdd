// Package changes says in words what a statement changed: it compares the
// descriptions of a database before and after it.
//
// A line is about one thing and can be read alone: "create table public.songs
// (id uuid not null, title text)", "public.songs: add column mood text". Names
// have their schema; definitions are in Postgres's own words. What follows from
// a rename, texts that name the thing anew, is not told again. The package
// imports nothing of ours but metadata.
package changes

import (
	"github.com/electric-cli/electric/metadata"
)

// Between gives what after has that before has not, and the other way round.
// What no client or query could see, such as whether an index is clustered, is
// left out. Both schemas must be sorted.
func Between(before, after *metadata.Schema) []string {
	c := &comparer{}
	if c.schemas(before, after) {
		return c.lines
	}
	c.types(before, after)
	c.tables(before.Tables, after.Tables)
	c.views(before.Views, after.Views)
	c.sequences(before, after)
	c.others(before, after)
	return c.lines
}

// A comparer gathers lines.
type comparer struct {
	lines   []string
	renamed renames
}

// pairs are the objects of two lists: those of one alone, and those of both that differ.
type pairs[T any] struct {
	gone, come []*T
	both       [][2]*T // before, after
}

// pair matches the objects of two lists by their keys. Equal ones are left out.
func pair[T any](before, after []T, key func(*T) string) (p pairs[T]) {
	old := make(map[string]*T, len(before))
	for i := range before {
		old[key(&before[i])] = &before[i]
	}
	for i := range after {
		b := &after[i]
		a := old[key(b)]
		delete(old, key(b))
		switch {
		case a == nil:
			p.come = append(p.come, b)
		case !equal(a, b):
			p.both = append(p.both, [2]*T{a, b})
		}
	}
	for i := range before {
		if a := &before[i]; old[key(a)] == a {
			p.gone = append(p.gone, a)
		}
	}
	return p
}

// match takes what came and what went for one object that was renamed, where
// exactly one of each is alike.
func (p *pairs[T]) match(alike func(before, after *T) bool) (list [][2]*T) {
	for i := 0; i < len(p.gone); i++ {
		found, n := 0, 0
		for j, b := range p.come {
			if alike(p.gone[i], b) {
				found, n = j, n+1
			}
		}
		if n == 1 {
			list = append(list, [2]*T{p.gone[i], p.come[found]})
			p.gone = append(p.gone[:i], p.gone[i+1:]...)
			p.come = append(p.come[:found], p.come[found+1:]...)
			i--
		}
	}
	return list
}
