package describe

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/deparse"
	"github.com/electric-cli/electric/metadata"
)

func (d describer) indexes(r *catalog.Relation) (list []metadata.Index) {
	list = slices.Grow(list, len(r.Indexes)) // they are big
	for _, ix := range r.Indexes {
		info := ix.IndexInfo
		x := metadata.Index{
			Name: ix.Name, Def: deparse.IndexDef(d.Catalog, ix), Unique: info.Unique, Primary: info.Primary,
			Exclusion: info.Exclusion, Include: included(r, info), Predicate: d.expr(info.Predicate, r),
			NullsNotDistinct: info.NullsNotDistinct, Valid: info.Valid, Clustered: info.Clustered,
			ReplicaIdentity: info.ReplIdent, Options: options(ix.Options), PartitionOf: d.relation(info.Parent), Comment: d.comment(ix),
		}
		if am := d.AccessMethod(ix.AccessMethod); am != nil {
			x.Method = am.Name
		}
		for _, k := range r.Constraints {
			if k.Index == ix.OID && k.Kind != 'f' {
				x.Constraint = k.Name
			}
		}
		x.Keys = make([]metadata.IndexKey, 0, info.KeyCount)
		for i := range info.KeyCount {
			x.Keys = append(x.Keys, d.indexKey(r, &info.Keys[i]))
		}
		list = append(list, x)
	}
	return list
}

func (d describer) indexKey(r *catalog.Relation, key *catalog.IndexKey) metadata.IndexKey {
	k := metadata.IndexKey{Desc: key.Desc, NullsFirst: key.NullsFirst}
	if key.Column != 0 {
		k.Column = attname(r, key.Column)
	} else {
		k.Expr = deparse.IndexKey(d.Catalog, r, key)
	}
	if class := d.OpClass(key.OpClass); class != nil && !class.Default {
		k.Opclass = class.Name
	}
	return k
}

// included gives the INCLUDE columns of an index.
func included(r *catalog.Relation, info *catalog.IndexInfo) (names []string) {
	for _, key := range info.Keys[info.KeyCount:] {
		names = append(names, attnames(r, []int16{key.Column})...)
	}
	return names
}

func (d describer) triggers(r *catalog.Relation) (list []metadata.Trigger) {
	for _, g := range r.Triggers {
		if g.Internal {
			continue
		}
		list = append(list, metadata.Trigger{
			Name: g.Name, Def: deparse.TriggerDef(d.Catalog, g), Enabled: enabledKinds[g.Enabled], Function: d.function(g.Function),
			ConstraintTrigger: g.Constraint != 0, Inherited: g.Parent != 0, Comment: d.comment(g),
		})
	}
	return list
}

func (d describer) policies(r *catalog.Relation) (list []metadata.Policy) {
	for _, p := range r.Policies {
		x := metadata.Policy{
			Name: p.Name, Command: policyCommands[p.Command], Permissive: p.Permissive,
			Using: d.expr(p.Using, r), WithCheck: d.expr(p.WithCheck, r), Comment: d.comment(p),
		}
		for _, oid := range p.Roles {
			name := "public"
			if role := d.Role(oid); role != nil {
				name = role.Name
			}
			x.Roles = append(x.Roles, name)
		}
		list = append(list, x)
	}
	return list
}

func (d describer) rules(r *catalog.Relation) (list []metadata.Rule) {
	for _, rule := range r.Rules {
		list = append(list, metadata.Rule{Name: rule.Name, Def: deparse.RuleDef(d.Catalog, rule)})
	}
	return list
}

func (d describer) view(r *catalog.Relation) metadata.View {
	v := metadata.View{
		Schema: d.schemaOf(r), Name: r.Name, Kind: "view", Definition: deparse.ViewDef(d.Catalog, r), Options: options(r.Options),
		Comment: d.comment(r), Triggers: d.triggers(r), Rules: d.rules(r),
	}
	if r.Kind == catalog.MaterializedView {
		v.Kind, v.Populated, v.Indexes = "materialized", r.Populated, d.indexes(r)
	}
	for _, c := range d.columns(r) {
		v.Columns = append(v.Columns, metadata.ViewColumn{
			Ordinal: c.Ordinal, Attnum: c.Attnum, Name: c.Name, TypeRef: c.TypeRef, Collation: c.Collation, Default: c.Default, Comment: c.Comment,
		})
	}
	return v
}

func (d describer) sequence(r *catalog.Relation) metadata.Sequence {
	info := r.SeqInfo
	s := metadata.Sequence{
		Schema: d.schemaOf(r), Name: r.Name, Type: deparse.FormatType(d.Catalog, info.Type, -1),
		Start: info.Start, Increment: info.Increment, Min: info.Min, Max: info.Max, Cache: info.Cache, Cycle: info.Cycle,
		Persistence: persistences[r.Persistence], Comment: d.comment(r),
	}
	for _, dep := range d.Dependencies(r.Address()) {
		table := d.Relation(dep.Referenced.OID)
		owned := dep.Kind == catalog.DependAuto || dep.Kind == catalog.DependInternal
		if owned && dep.Referenced.Class == catalog.ClassRelation && dep.Referenced.Sub > 0 && table != nil {
			s.OwnedBy = &metadata.SequenceOwner{
				Schema: d.schemaOf(table), Table: table.Name, Column: table.Columns[dep.Referenced.Sub-1].Name,
				Identity: dep.Kind == catalog.DependInternal,
			}
		}
	}
	return s
}
