package describe

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/deparse"
	"github.com/electric-cli/electric/metadata"
)

// types describes types of every kind but those that come with something else:
// row types of tables, arrays, multiranges.
func (d describer) types(s *metadata.Schema) {
	eachOf(d, d.ofItself, func(t *catalog.Type) {
		schema, comment := d.schemaOf(t), d.comment(t)
		switch t.Kind {
		case 'e':
			x := metadata.Enum{Schema: schema, Name: t.Name, Comment: comment}
			for _, l := range t.Labels {
				x.Labels = append(x.Labels, l.Label)
			}
			s.Enums = append(s.Enums, x)
		case 'd':
			s.Domains = append(s.Domains, d.domain(t))
		case 'c':
			s.Composites = append(s.Composites, d.composite(t, d.Relation(t.RelID)))
		case 'r':
			s.Ranges = append(s.Ranges, d.rangeType(t))
		case 'm':
		default:
			s.BaseTypes = append(s.BaseTypes, metadata.BaseType{Schema: schema, Name: t.Name, Shell: !t.Defined, Comment: comment})
		}
	})
}

// ofItself reports whether a type is no array, and no row type of a table.
func (d describer) ofItself(t *catalog.Type) bool {
	if t.Kind == 'c' {
		r := d.Relation(t.RelID)
		return r != nil && r.Kind == catalog.CompositeType
	}
	e := d.Type(t.Elem)
	return e == nil || e.Array != t.OID
}

func (d describer) domain(t *catalog.Type) metadata.Domain {
	x := metadata.Domain{
		Schema: d.schemaOf(t), Name: t.Name, BaseType: deparse.FormatType(d.Catalog, t.BaseType, t.Typmod),
		NotNull: t.NotNull, Default: d.expr(t.Default, nil), Comment: d.comment(t),
	}
	if base := d.Type(t.BaseType); base != nil {
		x.Collation = d.collation(t.Collation, base.Collation)
	}
	for _, k := range t.Constraints {
		if k.Kind == 'c' {
			x.Checks = append(x.Checks, metadata.DomainCheck{Name: k.Name, Def: deparse.ConstraintDef(d.Catalog, k), Validated: k.Validated})
		}
	}
	return x
}

func (d describer) composite(t *catalog.Type, r *catalog.Relation) metadata.Composite {
	x := metadata.Composite{Schema: d.schemaOf(t), Name: t.Name, Comment: d.comment(t)}
	for _, c := range d.columns(r) {
		x.Attributes = append(x.Attributes, metadata.Attribute{
			Ordinal: c.Ordinal, Attnum: c.Attnum, Name: c.Name, TypeRef: c.TypeRef, Collation: c.Collation, Comment: c.Comment,
		})
	}
	return x
}

func (d describer) rangeType(t *catalog.Type) metadata.Range {
	row := t.Range
	return metadata.Range{
		Schema: d.schemaOf(t), Name: t.Name, Subtype: deparse.TypeName(d.Catalog, row.Subtype),
		Multirange: d.name(catalog.ClassType, row.Multirange), SubtypeOpclass: d.name(catalog.ClassOpClass, row.SubOpc),
		Canonical: d.function(row.Canonical), SubtypeDiff: d.function(row.SubDiff), Comment: d.comment(t),
	}
}

// functions describes functions, procedures and aggregates. The constructors of
// a range come and go with their type, and are not listed.
func (d describer) functions(s *metadata.Schema) {
	each(d, func(f *catalog.Proc) {
		if d.depends(f, catalog.DependInternal, catalog.ClassType) {
			return
		}
		s.Functions = append(s.Functions, metadata.Function{
			Schema: d.schemaOf(f), Name: f.Name, Kind: functionKinds[f.Kind],
			IdentityArgs: deparse.FuncIdentityArgs(d.Catalog, f), Args: deparse.FuncArgs(d.Catalog, f), Result: deparse.FuncResult(d.Catalog, f),
			Language: d.name(catalog.ClassLanguage, f.Lang), Volatility: volatilities[f.Volatile], Strict: f.Strict,
			SecurityDefiner: f.SecDef, Leakproof: f.Leakproof, Parallel: parallelKinds[f.Parallel], ReturnsSet: f.RetSet,
			Config: f.Config, Comment: d.comment(f),
		})
	})
}
