package describe

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/deparse"
	"github.com/electric-cli/electric/metadata"
)

// relations describes tables, views and sequences.
func (d describer) relations(s *metadata.Schema, known Known) {
	s.Tables = slices.Grow(s.Tables, len(known.Tables)) // they are big
	isNew := func(r *catalog.Relation) bool {
		if t := known.Tables[r.OID]; t != nil {
			s.Tables = append(s.Tables, *t)
			return false
		}
		if v := known.Views[r.OID]; v != nil {
			s.Views = append(s.Views, *v)
			return false
		}
		return r.Kind != catalog.Index && r.Kind != catalog.PartitionedIndex
	}
	eachOf(d, isNew, func(r *catalog.Relation) {
		switch r.Kind {
		case catalog.Table, catalog.PartitionedTable, catalog.ForeignTable:
			s.Tables = append(s.Tables, d.table(r))
		case catalog.View, catalog.MaterializedView:
			s.Views = append(s.Views, d.view(r))
		case catalog.Sequence:
			s.Sequences = append(s.Sequences, d.sequence(r))
		}
	})
}

func (d describer) table(r *catalog.Relation) metadata.Table {
	t := metadata.Table{
		Schema: d.schemaOf(r), Name: r.Name, Kind: tableKinds[r.Kind], Persistence: persistences[r.Persistence],
		RowSecurity: r.RowSecurity, ForceRowSecurity: r.ForceRowSecurity, ReplicaIdentity: replicaIdents[r.ReplicaIdentity],
		Options: options(r.Options), Comment: d.comment(r),
		Columns: d.columns(r), Indexes: d.indexes(r), Triggers: d.triggers(r), Policies: d.policies(r), Rules: d.rules(r),
	}
	if r.OfType != 0 {
		t.OfType = deparse.TypeName(d.Catalog, r.OfType)
	}
	if r.PartitionKey != nil {
		t.PartitionKey = deparse.PartKeyDef(d.Catalog, r)
	}
	d.parents(r, &t)
	if am := d.AccessMethod(r.AccessMethod); am != nil && am.Name != "heap" {
		t.AccessMethod = am.Name
	}
	if r.Foreign != nil {
		t.ForeignServer = d.name(catalog.ClassServer, r.Foreign.Server)
	}
	for _, k := range r.Constraints {
		d.constraint(r, k, &t)
	}
	return t
}

func (d describer) parents(r *catalog.Relation, t *metadata.Table) {
	for _, oid := range r.Inherits {
		if parent := d.relation(oid); r.IsPartition {
			t.PartitionOf = parent
		} else {
			t.Inherits = append(t.Inherits, parent)
		}
	}
	if r.PartitionBound != nil {
		t.PartitionBound = deparse.PartBound(d.Catalog, r.PartitionBound)
	}
}

func (d describer) columns(r *catalog.Relation) []metadata.Column {
	live := r.Live()
	list := make([]metadata.Column, 0, len(live))
	for i, col := range live {
		ref, typ := d.typeRef(col.Type, col.Typmod)
		c := metadata.Column{
			Ordinal: i + 1, Attnum: int(col.Num), Name: col.Name, TypeRef: ref, Nullable: !col.NotNull,
			Identity: identities[col.Identity], Generated: generatedKinds[col.Generated],
			Compression: compressions[col.Compression], Options: options(col.Options),
			IsLocal: col.IsLocal, Inherited: col.InhCount > 0, Comment: d.Comment(r.Column(col.Num)),
		}
		if text := d.expr(col.Default, r); col.Generated != 0 {
			c.GeneratedExpr = text
		} else {
			c.Default = text
		}
		if typ != nil {
			c.Collation = d.collation(col.Collation, typ.Collation)
			if col.Storage != typ.Storage {
				c.Storage = storages[col.Storage]
			}
		}
		if n := col.Statistics; n >= 0 {
			c.Statistics = &n
		}
		list = append(list, c)
	}
	return list
}

// constraint adds a constraint to its kind's list.
func (d describer) constraint(r *catalog.Relation, k *catalog.Constraint, t *metadata.Table) {
	columns, inherited, comment := attnames(r, k.Key), k.InhCount > 0, d.comment(k)
	switch k.Kind {
	case 'p':
		key := d.key(r, k)
		t.PrimaryKey = &key
	case 'u':
		u := metadata.Unique{Key: d.key(r, k)}
		if ix := d.Relation(k.Index); ix != nil && ix.IndexInfo != nil {
			u.NullsNotDistinct = ix.IndexInfo.NullsNotDistinct
		}
		t.Uniques = append(t.Uniques, u)
	case 'f':
		t.ForeignKeys = append(t.ForeignKeys, d.foreignKey(r, k))
	case 'c':
		t.Checks = append(t.Checks, metadata.Check{
			Name: k.Name, Columns: columns, Def: deparse.ConstraintDef(d.Catalog, k), NoInherit: k.NoInherit,
			Validated: k.Validated, Enforced: true, IsLocal: k.IsLocal, Inherited: inherited, Comment: comment,
		})
	case 'x':
		t.Exclusions = append(t.Exclusions, metadata.Exclusion{
			Name: k.Name, Columns: columns, Def: deparse.ConstraintDef(d.Catalog, k), Deferrable: k.Deferrable,
			InitiallyDeferred: k.Deferred, IsLocal: k.IsLocal, Inherited: inherited, Comment: comment,
		})
	}
}

func (d describer) key(r *catalog.Relation, k *catalog.Constraint) metadata.Key {
	key := metadata.Key{
		Name: k.Name, Columns: attnames(r, k.Key), Deferrable: k.Deferrable, InitiallyDeferred: k.Deferred,
		IsLocal: k.IsLocal, Inherited: k.InhCount > 0, Comment: d.comment(k),
	}
	if ix := d.Relation(k.Index); ix != nil && ix.IndexInfo != nil {
		key.Include = included(r, ix.IndexInfo)
	}
	return key
}

func (d describer) foreignKey(r *catalog.Relation, k *catalog.Constraint) metadata.ForeignKey {
	f := metadata.ForeignKey{
		Name: k.Name, Columns: attnames(r, k.Key), OnUpdate: foreignActions[k.OnUpdate], OnDelete: foreignActions[k.OnDelete],
		OnDeleteSetColumns: attnames(r, k.DeleteSet), Match: matchKinds[k.Match],
		Deferrable: k.Deferrable, InitiallyDeferred: k.Deferred, Validated: k.Validated, Enforced: true,
		IsLocal: k.IsLocal, Inherited: k.InhCount > 0, Comment: d.comment(k),
	}
	if to := d.Relation(k.Foreign); to != nil {
		f.RefSchema, f.RefTable, f.RefColumns = d.schemaOf(to), to.Name, attnames(to, k.ForeignKey)
	}
	return f
}
