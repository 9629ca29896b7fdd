package compile

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// This file mirrors parse_utilcmd.c: what CREATE TABLE and ALTER TABLE are
// made of before they run.

// A tableConstraint is a constraint on its way into a table.
type tableConstraint struct {
	*ast.Constraint
	columns []string   // of a column constraint; else Keys or FkAttrs name them
	cooked  query.Expr // a check that is analysed already
}

// keyColumns gives the names that a key or foreign key lists.
func (t *tableConstraint) keyColumns() []string {
	if t.columns != nil {
		return t.columns
	}
	if t.Contype == ast.CONSTR_FOREIGN {
		return ast.Strings(t.FkAttrs)
	}
	return ast.Strings(t.Keys)
}

// addConstraint sorts a table constraint in, as transformTableConstraint.
func (b *tableBuild) addConstraint(c *ast.Constraint) {
	b.refuseOnForeign(c)
	t := &tableConstraint{Constraint: c}
	switch c.Contype {
	case ast.CONSTR_PRIMARY, ast.CONSTR_UNIQUE:
		b.keys = append(b.keys, t)
	case ast.CONSTR_EXCLUSION:
		if b.partitioned {
			pgerr.Raise("0A000", c.Location, "exclusion constraints are not supported on partitioned tables")
		}
		b.keys = append(b.keys, t)
	case ast.CONSTR_CHECK:
		b.checks = append(b.checks, t)
	case ast.CONSTR_FOREIGN:
		b.fks = append(b.fks, t)
	default:
		b.s.unsupported("this constraint")
	}
}

// expandKeys turns key constraints into indexes to be made; one that says the
// same as another is left out. It mirrors transformIndexConstraints.
func (b *tableBuild) expandKeys() {
	var specs []*indexSpec
	for _, k := range b.keys {
		specs = append(specs, b.expandKey(k))
	}
	slices.SortStableFunc(specs, func(x, y *indexSpec) int {
		switch {
		case x.primary && !y.primary:
			return -1
		case y.primary && !x.primary:
			return 1
		}
		return 0
	})
	for _, spec := range specs {
		if prior := slices.IndexFunc(b.indexes, func(x *indexSpec) bool { return x.sameAs(spec) }); prior >= 0 {
			p := b.indexes[prior]
			p.unique = p.unique || spec.unique
			if p.name == "" {
				p.name = spec.name
			}
			continue
		}
		b.indexes = append(b.indexes, spec)
	}
}

// expandKey makes the index behind PRIMARY KEY, UNIQUE or EXCLUDE, as
// transformIndexConstraint.
func (b *tableBuild) expandKey(k *tableConstraint) *indexSpec {
	spec := &indexSpec{name: k.Conname, method: "btree", constraint: true, unique: k.Contype != ast.CONSTR_EXCLUSION,
		primary: k.Contype == ast.CONSTR_PRIMARY, deferrable: k.Deferrable, deferred: k.Initdeferred,
		nullsNotDistinct: k.NullsNotDistinct, options: k.Options, tablespace: k.Indexspace, where: k.WhereClause}
	if k.AccessMethod != "" {
		spec.method = k.AccessMethod
	}
	if spec.primary {
		if b.primary {
			pgerr.Raise("42P16", k.Location, "multiple primary keys for table \"%s\" are not allowed", b.name)
		}
		b.primary = true
	}
	switch {
	case k.Indexname != "":
		b.useIndex(k, spec)
		return spec
	case k.Contype == ast.CONSTR_EXCLUSION:
		for _, pair := range k.Exclusions {
			items := pair.(*ast.List).Items
			spec.params = append(spec.params, indexParamOf(items[0].(*ast.IndexElem)))
			spec.excludeOps = append(spec.excludeOps, ast.Strings(items[1].(*ast.List).Items))
		}
	default:
		for _, name := range k.keyColumns() {
			b.keyColumn(k, spec, name)
		}
	}
	for _, name := range ast.Strings(k.Including) {
		b.includedColumn(k, spec, name)
	}
	return spec
}

// newColumnNamed finds a column of the statement itself.
func (b *tableBuild) newColumnNamed(name string) *newColumn {
	for _, col := range b.columns {
		if col.Name == name {
			return col
		}
	}
	return nil
}

// keyColumn adds a column to a key and sees to it that a primary key's is not null.
func (b *tableBuild) keyColumn(k *tableConstraint, spec *indexSpec, name string) {
	col := b.newColumnNamed(name)
	found := col != nil || isSystemColumn(name)
	if col != nil && spec.primary {
		col.NotNull = true
	}
	if !found && b.inheritsColumn(name) {
		found = true
	}
	if !found && b.rel == nil {
		pgerr.Raise("42703", k.Location, "column \"%s\" named in key does not exist", name)
	}
	for _, p := range spec.params {
		if p.column == name {
			what := "unique constraint"
			if spec.primary {
				what = "primary key constraint"
			}
			pgerr.Raise("42701", k.Location, "column \"%s\" appears twice in %s", name, what)
		}
	}
	spec.params = append(spec.params, indexParam{column: name})
}

func (b *tableBuild) includedColumn(k *tableConstraint, spec *indexSpec, name string) {
	if b.newColumnNamed(name) == nil && !isSystemColumn(name) && !b.inheritsColumn(name) && b.rel == nil {
		pgerr.Raise("42703", k.Location, "column \"%s\" named in key does not exist", name)
	}
	spec.including = append(spec.including, indexParam{column: name})
}

// inheritsColumn says whether a parent in INHERITS has a column.
func (b *tableBuild) inheritsColumn(name string) bool {
	for _, p := range b.parents {
		r := b.s.lookup(p.(*ast.RangeVar), false)
		if r.Kind != catalog.Table && r.Kind != catalog.ForeignTable && r.Kind != catalog.PartitionedTable {
			pgerr.Raise("42809", pgerr.NoPosition, "inherited relation \"%s\" is not a table or foreign table", r.Name)
		}
		if r.ColumnNamed(name) != nil {
			return true
		}
	}
	return false
}

// useIndex checks ADD CONSTRAINT … USING INDEX.
func (b *tableBuild) useIndex(k *tableConstraint, spec *indexSpec) {
	at := k.Location
	if b.rel == nil {
		pgerr.Raise("0A000", at, "cannot use an existing index in CREATE TABLE")
	}
	index, _ := b.s.catalog.Named(catalog.ClassRelation, b.rel.Namespace, k.Indexname).(*catalog.Relation)
	refuse := func(code, detail, format string, args ...any) {
		err := pgerr.New(code, at, format, args...)
		if detail != "" {
			err = err.WithDetail("%s", detail)
		}
		err.Raise()
	}
	if index == nil {
		refuse("42704", "", "index \"%s\" does not exist", k.Indexname)
	}
	if index.IndexInfo == nil {
		refuse("42809", "", "\"%s\" is not an index", k.Indexname)
	}
	if constraintOfIndex(b.rel, index.OID) != nil {
		refuse("55000", "", "index \"%s\" is already associated with a constraint", k.Indexname)
	}
	info := index.IndexInfo
	const cannot = "Cannot create a primary key or unique constraint using such an index."
	switch {
	case info.Relation != b.rel.OID:
		refuse("55000", "", "index \"%s\" does not belong to table \"%s\"", k.Indexname, b.rel.Name)
	case !info.Valid:
		refuse("55000", "", "index \"%s\" is not valid", k.Indexname)
	case !info.Unique:
		refuse("42809", cannot, "\"%s\" is not a unique index", k.Indexname)
	case slices.ContainsFunc(info.Keys, func(key catalog.IndexKey) bool { return key.Column == 0 }):
		refuse("42809", cannot, "index \"%s\" contains expressions", k.Indexname)
	case info.Predicate != nil:
		refuse("42809", cannot, "\"%s\" is a partial index", k.Indexname)
	case !info.Immediate && !k.Deferrable:
		refuse("42809", "Cannot create a non-deferrable constraint using a deferrable index.", "\"%s\" is a deferrable index", k.Indexname)
	case index.AccessMethod != pg.BTree:
		refuse("42809", "", "index \"%s\" is not a btree", k.Indexname)
	}
	for i, key := range info.Keys {
		col := b.rel.Columns[key.Column-1]
		if i < info.KeyCount {
			if key.Desc || key.NullsFirst || key.Collation != col.Collation || key.OpClass != b.s.defaultOpClass(col.Type, index.AccessMethod) {
				refuse("42809", cannot, "index \"%s\" column number %d does not have default sorting behavior", k.Indexname, i+1)
			}
			spec.params = append(spec.params, indexParam{column: col.Name})
		} else {
			spec.including = append(spec.including, indexParam{column: col.Name})
		}
	}
	spec.existing = index
	if spec.name == "" {
		spec.name = index.Name
	}
}

// constraintOfIndex finds the constraint that an index serves.
func constraintOfIndex(r *catalog.Relation, index pg.OID) *catalog.Constraint {
	for _, con := range r.Constraints {
		if con.Index == index && con.Kind != 'f' {
			return con
		}
	}
	return nil
}

// primaryKey gives a table's primary key constraint; nil: none.
func primaryKey(r *catalog.Relation) *catalog.Constraint {
	for _, con := range r.Constraints {
		if con.Kind == 'p' {
			return con
		}
	}
	return nil
}

// systemColumns are the columns every table has.
var systemColumns = map[string]int16{"ctid": -1, "xmin": -2, "cmin": -3, "xmax": -4, "cmax": -5, "tableoid": -6}

func isSystemColumn(name string) bool { return systemColumns[name] != 0 }
