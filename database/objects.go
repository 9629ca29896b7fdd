package database

import "github.com/electric-cli/electric/metadata"

var (
	functionKinds      = map[byte]string{'f': "function", 'p': "procedure", 'a': "aggregate", 'w': "window"}
	volatilities       = map[byte]string{'i': "immutable", 's': "stable", 'v': "volatile"}
	parallels          = map[byte]string{'s': "safe", 'r': "restricted", 'u': "unsafe"}
	collationProviders = map[byte]string{'c': "libc", 'i': "icu", 'd': "default", 'b': "builtin"}
)

func (b *builder) schema(r *row) {
	id := r.oid()
	b.made.Schemas = append(b.made.Schemas, metadata.Namespace{Name: b.spaces[id], Comment: b.about(classSchema, id)})
}

func (b *builder) extension(r *row) {
	x := metadata.Extension{Schema: b.spaces[r.oid()], Name: r.text(), Version: r.text()}
	b.made.Extensions = append(b.made.Extensions, x)
}

func (b *builder) sequence(r *row) {
	id := r.oid()
	s := metadata.Sequence{Schema: b.spaces[r.oid()], Name: r.text(), Type: r.text(), Comment: b.about(classRelation, id)}
	s.Start, s.Increment, s.Min, s.Max, s.Cache = r.long(), r.long(), r.long(), r.long(), r.long()
	s.Cycle, s.Persistence = r.flag(), persistences[r.letter()]
	if owner, attnum, how := r.oid(), r.integer(), r.letter(); owner != 0 {
		rel := b.relations[owner]
		if rel == nil {
			r.fail("sequence %q belongs to a relation %d that is not there", s.Name, owner)
			return
		}
		s.OwnedBy = &metadata.SequenceOwner{
			Schema: rel.space, Table: rel.table.Name, Column: rel.named(attnum), Identity: how == 'i',
		}
	}
	b.made.Sequences = append(b.made.Sequences, s)
}

func (b *builder) function(r *row) {
	f := metadata.Function{Schema: b.spaces[r.oid()], Name: r.text(), Kind: functionKinds[r.letter()]}
	f.IdentityArgs, f.Args, f.Result, f.Language = r.text(), r.text(), r.text(), r.text()
	f.Volatility, f.Strict, f.SecurityDefiner, f.Leakproof = volatilities[r.letter()], r.flag(), r.flag(), r.flag()
	f.Parallel, f.ReturnsSet, f.Config, f.Comment = parallels[r.letter()], r.flag(), r.texts(), r.text()
	b.made.Functions = append(b.made.Functions, f)
}

func (b *builder) operator(r *row) {
	o := metadata.Operator{Schema: b.spaces[r.oid()], Name: r.text(), Left: r.text(), Right: r.text()}
	o.Result, o.Function, o.Comment = r.text(), r.text(), r.text()
	b.made.Operators = append(b.made.Operators, o)
}

func (b *builder) collation(r *row) {
	c := metadata.Collation{Schema: b.spaces[r.oid()], Name: r.text(), Provider: collationProviders[r.letter()]}
	c.Deterministic, c.Comment = r.flag(), r.text()
	b.made.Collations = append(b.made.Collations, c)
}

func (b *builder) statistics(r *row) {
	id := r.oid()
	s := metadata.Statistics{Schema: b.spaces[r.oid()], Name: r.text(), Def: r.text(), Comment: b.about(classStatistics, id)}
	b.made.Statistics = append(b.made.Statistics, s)
}

func (b *builder) eventTrigger(r *row) {
	id := r.oid()
	t := metadata.EventTrigger{Name: r.text(), Event: r.text(), Enabled: enabledModes[r.letter()], Tags: r.texts(), Function: r.text()}
	t.Comment = b.about(classEventTrigger, id)
	b.made.EventTriggers = append(b.made.EventTriggers, t)
}

func (b *builder) publication(r *row) {
	id := r.oid()
	p := metadata.Publication{Name: r.text(), AllTables: r.flag(), Tables: r.texts(), Comment: b.about(classPublication, id)}
	for _, space := range r.integers() {
		p.Schemas = append(p.Schemas, b.spaces[oid(space)])
	}
	b.made.Publications = append(b.made.Publications, p)
}
