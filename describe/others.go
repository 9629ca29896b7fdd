package describe

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/deparse"
	"github.com/electric-cli/electric/metadata"
	"github.com/electric-cli/electric/pg"
)

// others describes what there are few of.
func (d describer) others(s *metadata.Schema) {
	each(d, func(n *catalog.Schema) {
		if !n.Temp && !isSystemSchema(n.Name) {
			s.Schemas = append(s.Schemas, metadata.Namespace{Name: n.Name, Comment: d.comment(n)})
		}
	})
	for _, x := range catalog.All[*catalog.Extension](d.Catalog) {
		if x.Name != "plpgsql" { // every database has it
			s.Extensions = append(s.Extensions, metadata.Extension{Schema: d.schemaOf(x), Name: x.Name, Version: x.Version})
		}
	}
	each(d, func(o *catalog.Operator) {
		s.Operators = append(s.Operators, metadata.Operator{
			Schema: d.schemaOf(o), Name: o.Name, Left: d.operand(o.Left), Right: d.operand(o.Right), Result: d.operand(o.Result),
			Function: d.function(o.Code), Comment: d.comment(o),
		})
	})
	each(d, func(c *catalog.Collation) {
		s.Collations = append(s.Collations, metadata.Collation{
			Schema: d.schemaOf(c), Name: c.Name, Provider: collateProviders[c.Provider], Deterministic: c.Deterministic, Comment: d.comment(c),
		})
	})
	each(d, func(x *catalog.Statistics) {
		s.Statistics = append(s.Statistics, metadata.Statistics{
			Schema: d.schemaOf(x), Name: x.Name, Def: deparse.StatisticsDef(d.Catalog, x), Comment: d.comment(x),
		})
	})
	each(d, func(e *catalog.EventTrigger) {
		s.EventTriggers = append(s.EventTriggers, metadata.EventTrigger{
			Name: e.Name, Event: e.Event, Enabled: enabledKinds[e.Enabled], Tags: e.Tags, Function: d.function(e.Function), Comment: d.comment(e),
		})
	})
	each(d, func(p *catalog.Publication) { s.Publications = append(s.Publications, d.publication(p)) })
}

// operand names a type, "" for none.
func (d describer) operand(oid pg.OID) string {
	if oid == 0 {
		return ""
	}
	return deparse.TypeName(d.Catalog, oid)
}

func (d describer) publication(p *catalog.Publication) metadata.Publication {
	x := metadata.Publication{Name: p.Name, AllTables: p.AllTables, Comment: d.comment(p)}
	for _, t := range p.Tables {
		x.Tables = append(x.Tables, d.relation(t.Relation))
	}
	for _, oid := range p.Schemas {
		x.Schemas = append(x.Schemas, d.SchemaName(oid))
	}
	return x
}
