package database

import "github.com/electric-cli/electric/metadata"

// A constraint is a row of pg_constraint.
type constraint struct {
	oid                                     oid
	relation                                *relation
	kind                                    byte // contype
	name                                    string
	columns                                 []int
	index                                   oid
	referenced                              oid
	refColumns                              []int
	onUpdate, onDelete                      byte
	setColumns                              []int
	match                                   byte
	def                                     string
	deferrable, deferred, valid, enforced   bool
	period, noInherit, isLocal, isInherited bool
	comment                                 string
}

func (b *builder) constraint(r *row) {
	k := constraint{oid: r.oid(), relation: b.wanted(r.oid())}
	domain := b.domains[r.oid()]
	if k.relation == nil && domain == nil {
		return
	}
	k.kind, k.name, k.columns, k.index = r.letter(), r.text(), r.integers(), r.oid()
	k.referenced, k.refColumns = r.oid(), r.integers()
	k.onUpdate, k.onDelete, k.setColumns, k.match = r.letter(), r.letter(), r.integers(), r.letter()
	k.def = r.text()
	k.deferrable, k.deferred, k.valid, k.enforced = r.flag(), r.flag(), r.flag(), r.flag()
	k.period, k.noInherit, k.isLocal, k.isInherited = r.flag(), r.flag(), r.flag(), r.integer() > 0
	k.comment = b.about(classConstraint, k.oid)
	add := constraintKinds[k.kind]
	switch {
	case domain != nil && k.kind == 'c':
		domain.Checks = append(domain.Checks, metadata.DomainCheck{Name: k.name, Def: k.def, Validated: k.valid})
	case domain != nil: // a NOT NULL of PostgreSQL 18, which typnotnull tells
	case add == nil:
		r.fail("constraint %q is of an unknown kind %q", k.name, k.kind)
	default:
		add(b, &k, r)
	}
}

// constraintKinds put a constraint of a contype where it belongs.
var constraintKinds = map[byte]func(*builder, *constraint, *row){
	'p': func(b *builder, k *constraint, _ *row) {
		key := b.key(k)
		k.relation.table.PrimaryKey = &key
	},
	'u': func(b *builder, k *constraint, _ *row) {
		u := metadata.Unique{Key: b.key(k)}
		if x := b.indexes[k.index]; x != nil {
			u.NullsNotDistinct = x.NullsNotDistinct
		}
		k.relation.table.Uniques = append(k.relation.table.Uniques, u)
	},
	'f': (*builder).foreignKey,
	'c': func(_ *builder, k *constraint, _ *row) {
		k.relation.table.Checks = append(k.relation.table.Checks, metadata.Check{
			Name: k.name, Columns: k.relation.allNamed(k.columns), Def: k.def, NoInherit: k.noInherit, Validated: k.valid,
			Enforced: k.enforced, IsLocal: k.isLocal, Inherited: k.isInherited, Comment: k.comment,
		})
	},
	'x': func(b *builder, k *constraint, _ *row) {
		b.serve(k)
		k.relation.table.Exclusions = append(k.relation.table.Exclusions, metadata.Exclusion{
			Name: k.name, Columns: k.relation.allNamed(k.columns), Def: k.def, Deferrable: k.deferrable, InitiallyDeferred: k.deferred,
			IsLocal: k.isLocal, Inherited: k.isInherited, Comment: k.comment,
		})
	},
	'n': func(_ *builder, k *constraint, _ *row) {
		k.relation.table.NotNulls = append(k.relation.table.NotNulls, metadata.NotNull{
			Name: k.name, Columns: k.relation.allNamed(k.columns), NoInherit: k.noInherit, Validated: k.valid, IsLocal: k.isLocal,
			Inherited: k.isInherited, Comment: k.comment,
		})
	},
}

// serve notes which constraint an index is for.
func (b *builder) serve(k *constraint) *index {
	x := b.indexes[k.index]
	if x != nil && x.relation == k.relation {
		x.Constraint = k.name
	}
	return x
}

func (b *builder) key(k *constraint) metadata.Key {
	key := metadata.Key{
		Name: k.name, Columns: k.relation.allNamed(k.columns), Deferrable: k.deferrable, InitiallyDeferred: k.deferred, Period: k.period,
		IsLocal: k.isLocal, Inherited: k.isInherited, Comment: k.comment,
	}
	if x := b.serve(k); x != nil {
		key.Include = x.Include
	}
	return key
}

func (b *builder) foreignKey(k *constraint, r *row) {
	to := b.relations[k.referenced]
	if to == nil {
		r.fail("foreign key %q refers to a relation %d that is not there", k.name, k.referenced)
		return
	}
	f := metadata.ForeignKey{
		Name: k.name, Columns: k.relation.allNamed(k.columns), RefSchema: to.space, RefTable: to.table.Name,
		RefColumns: to.allNamed(k.refColumns), OnUpdate: referentialActions[k.onUpdate], OnDelete: referentialActions[k.onDelete],
		OnDeleteSetColumns: k.relation.allNamed(k.setColumns), Match: matches[k.match], Deferrable: k.deferrable,
		InitiallyDeferred: k.deferred, Validated: k.valid, Enforced: k.enforced, Period: k.period, IsLocal: k.isLocal,
		Inherited: k.isInherited, Comment: k.comment,
	}
	k.relation.table.ForeignKeys = append(k.relation.table.ForeignKeys, f)
}
