package compile

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

func prepAddColumn(a *alteration, t *alteredTable, c *alterCmd, recurse, recursing bool) {
	if t.rel.OfType != 0 && !recursing {
		pgerr.Raise("42809", pgerr.NoPosition, "cannot add column to typed table")
	}
	if t.rel.Kind == catalog.CompositeType {
		a.typedTableRecursion(t.rel, c)
	}
	c.recurse = recurse
}

// typedTableRecursion prepares a change of a composite type for the tables of
// that type (ATTypedTableRecursion).
func (a *alteration) typedTableRecursion(r *catalog.Relation, c *alterCmd) {
	for _, d := range a.s.catalog.Dependents(catalog.Address{Class: catalog.ClassType, OID: r.Type}) {
		if d.Dependent.Class != catalog.ClassRelation || d.Dependent.Sub != 0 {
			continue
		}
		table := a.s.catalog.Relation(d.Dependent.OID)
		if table == nil || table.OfType != r.Type {
			continue
		}
		if c.Behavior != ast.DROP_CASCADE {
			pgerr.New("2BP01", pgerr.NoPosition, "cannot alter type \"%s\" because it is the type of a typed table", r.Name).
				WithHint("Use ALTER ... CASCADE to alter the typed tables too.").Raise()
		}
		a.prepare(table, c, true, true)
	}
}

// build starts taking a subcommand of a table apart, as transformAlterTableStmt.
func (a *alteration) build(r *catalog.Relation) *tableBuild {
	b := &tableBuild{s: a.s, stmt: "ALTER TABLE", name: r.Name, namespace: r.Namespace, persistence: r.Persistence, owner: r.Owner,
		rel: r, partitioned: r.Kind == catalog.PartitionedTable, foreign: r.Kind == catalog.ForeignTable}
	if b.foreign {
		b.stmt = "ALTER FOREIGN TABLE"
	}
	return b
}

// enqueue puts what a subcommand was taken apart into into later passes.
func (a *alteration) enqueue(t *alteredTable, b *tableBuild, recurse bool) {
	b.expandKeys()
	for _, spec := range b.indexes {
		spec.rel, spec.alter, spec.only = t.rel, true, !recurse
		if spec.primary {
			a.requireNotNull(t, spec, recurse)
		}
		kind, p := ast.AT_AddIndex, passAddIndex
		if spec.existing != nil {
			kind, p = ast.AT_AddIndexConstraint, passAddIndexConstraint
		}
		t.passes[p] = append(t.passes[p], &alterCmd{AlterTableCmd: &ast.AlterTableCmd{Subtype: kind}, index: spec})
	}
	for _, con := range slices.Concat(b.checks, b.fks) {
		con.Constraint = con.withColumns()
		c := &alterCmd{AlterTableCmd: &ast.AlterTableCmd{Subtype: ast.AT_AddConstraint, Def: con.Constraint}, recurse: recurse, ready: true, constraint: con}
		t.passes[passAddOtherConstraint] = append(t.passes[passAddOtherConstraint], c)
	}
	t.after = append(t.after, b.after...)
}

// requireNotNull has the columns of a new primary key made not null, in the
// children too.
func (a *alteration) requireNotNull(t *alteredTable, spec *indexSpec, recurse bool) {
	for _, p := range spec.params {
		if col := t.rel.ColumnNamed(p.column); col == nil || col.NotNull {
			continue
		}
		c := &alterCmd{AlterTableCmd: &ast.AlterTableCmd{Subtype: ast.AT_SetNotNull, Name: p.column}}
		prepSetNotNull(a, t, c, recurse, false)
		t.passes[passColumnAttributes] = append(t.passes[passColumnAttributes], c)
	}
}

func applyAddColumn(a *alteration, t *alteredTable, c *alterCmd) { a.addColumn(t, c, c.recurse, false) }

// addColumn mirrors ATExecAddColumn.
func (a *alteration) addColumn(t *alteredTable, c *alterCmd, recurse, recursing bool) {
	s, r, def := a.s, t.rel, c.Def.(*ast.ColumnDef)
	if recursing {
		a.permit(r, alterRule{on: onTable | onForeign, name: "ADD COLUMN"})
	}
	if r.IsPartition && !recursing {
		pgerr.Raise("42809", pgerr.NoPosition, "cannot add column to a partition")
	}
	if recursing && a.mergeColumn(r, c.column) {
		return
	}
	if !s.columnNameFree(r, def.Colname, c.MissingOk) {
		return
	}
	if !recursing {
		b := a.build(r)
		c.column = b.addColumn(def)
		a.enqueue(t, b, recurse)
		for _, f := range b.before {
			f()
		}
	}
	children := s.children(r)
	if c.column.Identity != 0 && recurse && len(children) > 0 {
		pgerr.Raise("42P16", pgerr.NoPosition, "cannot recursively add identity column to table that has child tables")
	}
	a.appendColumn(t, c.column)
	if len(children) > 0 && !recurse {
		pgerr.Raise("42P16", pgerr.NoPosition, "column must be added to child tables too")
	}
	for _, child := range children {
		inherited := *c.column
		inherited.InhCount, inherited.IsLocal, inherited.Identity = 1, false, 0
		copied := *c
		copied.column = &inherited
		a.addColumn(a.table(child), &copied, recurse, true)
	}
}

// mergeColumn merges an inherited column with a child's own of that name.
func (a *alteration) mergeColumn(r *catalog.Relation, col *newColumn) bool {
	s := a.s
	own := r.ColumnNamed(col.Name)
	if own == nil {
		return false
	}
	if own.Type != col.Type || own.Typmod != col.Typmod {
		pgerr.Raise("42804", pgerr.NoPosition, "child table \"%s\" has different type for column \"%s\"", r.Name, col.Name)
	}
	if own.Collation != col.Collation {
		pgerr.New("42P21", pgerr.NoPosition, "child table \"%s\" has different collation for column \"%s\"", r.Name, col.Name).
			WithDetail("\"%s\" versus \"%s\"", s.collationName(col.Collation), s.collationName(own.Collation)).Raise()
	}
	s.catalog.Touch(r)
	own.InhCount++
	s.notice("00000", "merging definition of column \"%s\" for child \"%s\"", col.Name, r.Name)
	return true
}

// columnNameFree says whether a column can have a name
// (check_for_column_name_collision).
func (s *Session) columnNameFree(r *catalog.Relation, name string, ifNotExists bool) bool {
	if isSystemColumn(name) && r.Kind != catalog.View && r.Kind != catalog.CompositeType {
		pgerr.Raise("42701", pgerr.NoPosition, "column name \"%s\" conflicts with a system column name", name)
	}
	if r.ColumnNamed(name) == nil {
		return true
	}
	if !ifNotExists {
		pgerr.Raise("42701", pgerr.NoPosition, "column \"%s\" of relation \"%s\" already exists", name, r.Name)
	}
	s.notice("42701", "column \"%s\" of relation \"%s\" already exists, skipping", name, r.Name)
	return false
}

// appendColumn puts a column at a relation's end.
func (a *alteration) appendColumn(t *alteredTable, col *newColumn) {
	s, r := a.s, t.rel
	if len(r.Columns) >= maxColumns {
		tooManyColumns()
	}
	s.checkTypeUsage(col.Type)
	s.checkColumnType(col.Name, col.Type, col.Collation, []pg.OID{r.Type})
	c := col.Column
	c.Num = int16(len(r.Columns) + 1)
	c.Default, c.DefaultOID = nil, 0
	s.catalog.AddColumn(r, &c)
	t.oldTypes, t.oldTypmods = append(t.oldTypes, c.Type), append(t.oldTypmods, c.Typmod)
	s.dependColumn(r, &c)
	if col.raw != nil {
		s.addDefault(r, &c, col.raw)
	} else if col.cooked != nil {
		s.storeDefault(r, &c, col.cooked)
	}
	if r.Kind == catalog.Table && (c.Default != nil || c.Identity != 0) {
		t.newValues = true
	}
}

func applyColumnDefault(a *alteration, t *alteredTable, c *alterCmd) {
	s, r := a.s, t.rel
	col := alteredColumn(r, c.Name)
	if col.Identity != 0 {
		err := pgerr.New("42601", pgerr.NoPosition, "column \"%s\" of relation \"%s\" is an identity column", c.Name, r.Name)
		if c.Def == nil {
			err = err.WithHint("Use %s instead.", "ALTER TABLE ... ALTER COLUMN ... DROP IDENTITY")
		}
		err.Raise()
	}
	if col.Generated != 0 {
		err := pgerr.New("42601", pgerr.NoPosition, "column \"%s\" of relation \"%s\" is a generated column", c.Name, r.Name)
		if c.Def == nil {
			err = err.WithHint("Use %s instead.", "ALTER TABLE ... ALTER COLUMN ... DROP EXPRESSION")
		}
		err.Raise()
	}
	s.removeDefault(r, col, ast.DROP_RESTRICT, c.Def != nil)
	if c.Def != nil {
		s.addDefault(r, col, c.Def)
	}
}

func applyAddIdentity(a *alteration, t *alteredTable, c *alterCmd) {
	r := t.rel
	col := alteredColumn(r, c.Name)
	def := c.Def.(*ast.Constraint)
	b := a.build(r)
	made := &newColumn{Column: catalog.Column{Name: col.Name}}
	b.columnSequence(made, col.Type, def.Options, true)
	for _, f := range b.before {
		f()
	}
	switch {
	case !col.NotNull:
		pgerr.Raise("55000", pgerr.NoPosition, "column \"%s\" of relation \"%s\" must be declared NOT NULL before identity can be added", c.Name, r.Name)
	case col.Identity != 0:
		pgerr.Raise("55000", pgerr.NoPosition, "column \"%s\" of relation \"%s\" is already an identity column", c.Name, r.Name)
	case col.Default != nil:
		pgerr.Raise("55000", pgerr.NoPosition, "column \"%s\" of relation \"%s\" already has a default value", c.Name, r.Name)
	}
	a.s.catalog.Touch(r)
	col.Identity = def.GeneratedWhen[0]
	t.after = append(t.after, b.after...)
}

func applySetIdentity(a *alteration, t *alteredTable, c *alterCmd) {
	s, r := a.s, t.rel
	var generated *ast.DefElem
	var sequence []ast.Node
	for _, o := range listItems(c.Def) {
		d := o.(*ast.DefElem)
		if d.Defname != "generated" {
			sequence = append(sequence, d)
			continue
		}
		if generated != nil {
			conflicting(d)
		}
		generated = d
	}
	col := alteredColumn(r, c.Name)
	if col.Identity == 0 {
		pgerr.Raise("55000", pgerr.NoPosition, "column \"%s\" of relation \"%s\" is not an identity column", c.Name, r.Name)
	}
	if seq := s.identitySequence(r, col); seq != nil && len(sequence) > 0 {
		s.changeSequence(seq, sequence, true)
	}
	if generated != nil {
		s.catalog.Touch(r)
		col.Identity = byte(s.defInt(generated))
	}
}

func listItems(n ast.Node) []ast.Node {
	if l, ok := n.(*ast.List); ok {
		return l.Items
	}
	return nil
}

func applyDropIdentity(a *alteration, t *alteredTable, c *alterCmd) {
	s, r := a.s, t.rel
	col := alteredColumn(r, c.Name)
	if col.Identity == 0 {
		if !c.MissingOk {
			pgerr.Raise("55000", pgerr.NoPosition, "column \"%s\" of relation \"%s\" is not an identity column", c.Name, r.Name)
		}
		s.notice("00000", "column \"%s\" of relation \"%s\" is not an identity column, skipping", c.Name, r.Name)
		return
	}
	seq := s.identitySequence(r, col)
	s.catalog.Touch(r)
	col.Identity = 0
	if seq != nil {
		s.catalog.Undepend(seq.Address(), func(d catalog.Dependency) bool { return d.Kind == catalog.DependInternal })
		s.performDeletion(seq.Address(), ast.DROP_RESTRICT, deletionInternal)
	}
}

func prepDropNotNull(a *alteration, t *alteredTable, c *alterCmd, recurse, recursing bool) {
	if t.rel.Kind == catalog.PartitionedTable && len(t.rel.Children) > 0 && !recurse && !recursing {
		pgerr.New("42P16", pgerr.NoPosition, "cannot remove constraint from only the partitioned table when partitions exist").
			WithHint("Do not specify the ONLY keyword.").Raise()
	}
	simpleRecursion(a, t, c, recurse, recursing)
}

func applyDropNotNull(a *alteration, t *alteredTable, c *alterCmd) {
	r := t.rel
	col := alteredColumn(r, c.Name)
	if col.Identity != 0 {
		pgerr.Raise("42601", pgerr.NoPosition, "column \"%s\" of relation \"%s\" is an identity column", c.Name, r.Name)
	}
	for _, index := range sortedIndexes(r) {
		info := index.IndexInfo
		if !info.Primary && !info.ReplIdent {
			continue
		}
		for _, key := range info.Keys[:info.KeyCount] {
			switch {
			case key.Column != col.Num:
			case info.Primary:
				pgerr.Raise("42P16", pgerr.NoPosition, "column \"%s\" is in a primary key", c.Name)
			default:
				pgerr.Raise("42P16", pgerr.NoPosition, "column \"%s\" is in index used as replica identity", c.Name)
			}
		}
	}
	if r.IsPartition {
		if parent := a.s.catalog.Relation(r.Inherits[0]); parent != nil {
			if pc := parent.ColumnNamed(c.Name); pc != nil && pc.NotNull {
				pgerr.Raise("42P16", pgerr.NoPosition, "column \"%s\" is marked NOT NULL in parent table", c.Name)
			}
		}
	}
	if col.NotNull {
		a.s.catalog.Touch(r)
		col.NotNull = false
	}
}

func prepSetNotNull(a *alteration, t *alteredTable, c *alterCmd, recurse, recursing bool) {
	if recursing {
		return
	}
	r := t.rel
	if len(r.Children) > 0 && r.Kind == catalog.PartitionedTable {
		if col := r.ColumnNamed(c.Name); col == nil {
			alteredColumn(r, c.Name)
		} else if col.NotNull {
			return
		}
	}
	if r.Kind == catalog.PartitionedTable && !recurse {
		check := &alterCmd{AlterTableCmd: &ast.AlterTableCmd{Subtype: ast.AT_CheckNotNull, Name: c.Name}}
		simpleRecursion(a, t, check, true, false)
		return
	}
	simpleRecursion(a, t, c, recurse, recursing)
}

func applySetNotNull(a *alteration, t *alteredTable, c *alterCmd) {
	if col := alteredColumn(t.rel, c.Name); !col.NotNull {
		a.s.catalog.Touch(t.rel)
		col.NotNull = true
	}
}

func applyCheckNotNull(a *alteration, t *alteredTable, c *alterCmd) {
	col := t.rel.ColumnNamed(c.Name)
	if col == nil {
		pgerr.Raise("42703", pgerr.NoPosition, "column \"%s\" of relation \"%s\" does not exist", c.Name, t.rel.Name)
	}
	if !col.NotNull {
		pgerr.New("42P16", pgerr.NoPosition, "constraint must be added to child tables too").
			WithDetail("Column \"%s\" of relation \"%s\" is not already NOT NULL.", c.Name, t.rel.Name).
			WithHint("Do not specify the ONLY keyword.").Raise()
	}
}

func prepDropExpression(a *alteration, t *alteredTable, c *alterCmd, recurse, recursing bool) {
	simpleRecursion(a, t, c, recurse, recursing)
	r := t.rel
	if !recurse && len(r.Children) > 0 && !recursing {
		pgerr.Raise("0A000", pgerr.NoPosition, "ALTER TABLE / DROP EXPRESSION must be applied to child tables too")
	}
	if recursing {
		return
	}
	if col := r.ColumnNamed(c.Name); col == nil {
		pgerr.Raise("42703", pgerr.NoPosition, "column \"%s\" of relation \"%s\" does not exist", c.Name, r.Name)
	} else if col.InhCount > 0 {
		pgerr.Raise("42P16", pgerr.NoPosition, "cannot drop generation expression from inherited column")
	}
}

func applyDropExpression(a *alteration, t *alteredTable, c *alterCmd) {
	s, r := a.s, t.rel
	col := alteredColumn(r, c.Name)
	if col.Generated == 0 {
		if !c.MissingOk {
			pgerr.Raise("55000", pgerr.NoPosition, "column \"%s\" of relation \"%s\" is not a stored generated column", c.Name, r.Name)
		}
		s.notice("00000", "column \"%s\" of relation \"%s\" is not a stored generated column, skipping", c.Name, r.Name)
		return
	}
	s.catalog.Touch(r)
	me := catalog.Address{Class: catalog.ClassDefault, OID: col.DefaultOID}
	s.catalog.Undepend(me, nil)
	col.Generated, col.Default, col.DefaultOID = 0, nil, 0
}

func prepDropColumn(a *alteration, t *alteredTable, c *alterCmd, recurse, recursing bool) {
	if t.rel.OfType != 0 && !recursing {
		pgerr.Raise("42809", pgerr.NoPosition, "cannot drop column from typed table")
	}
	if t.rel.Kind == catalog.CompositeType {
		a.typedTableRecursion(t.rel, c)
	}
	c.recurse = recurse
}

func applyDropColumn(a *alteration, t *alteredTable, c *alterCmd) {
	var targets []catalog.Address
	if a.dropColumn(t.rel, c, c.recurse, false, &targets) {
		a.s.performDeletions(targets, c.Behavior, 0)
	}
}

// dropColumn collects a column and what children inherit of it
// (ATExecDropColumn). false: there is no such column, and that is allowed.
func (a *alteration) dropColumn(r *catalog.Relation, c *alterCmd, recurse, recursing bool, targets *[]catalog.Address) bool {
	s := a.s
	if recursing {
		a.permit(r, alterRule{on: onTable | onForeign, name: "DROP COLUMN"})
	}
	col := r.ColumnNamed(c.Name)
	if col == nil {
		if isSystemColumn(c.Name) && r.Kind != catalog.CompositeType {
			pgerr.Raise("0A000", pgerr.NoPosition, "cannot drop system column \"%s\"", c.Name)
		}
		if !c.MissingOk || recursing {
			pgerr.Raise("42703", pgerr.NoPosition, "column \"%s\" of relation \"%s\" does not exist", c.Name, r.Name)
		}
		s.notice("00000", "column \"%s\" of relation \"%s\" does not exist, skipping", c.Name, r.Name)
		return false
	}
	if col.InhCount > 0 && !recursing {
		pgerr.Raise("42P16", pgerr.NoPosition, "cannot drop inherited column \"%s\"", c.Name)
	}
	if used, _ := inPartitionKey(r, col.Num); used {
		pgerr.Raise("42P16", pgerr.NoPosition, "cannot drop column \"%s\" because it is part of the partition key of relation \"%s\"", c.Name, r.Name)
	}
	children := s.children(r)
	if len(children) > 0 && r.Kind == catalog.PartitionedTable && !recurse {
		pgerr.New("42P16", pgerr.NoPosition, "cannot drop column from only the partitioned table when partitions exist").
			WithHint("Do not specify the ONLY keyword.").Raise()
	}
	for _, child := range children {
		cc := child.ColumnNamed(c.Name)
		if cc == nil || cc.InhCount <= 0 {
			continue
		}
		if recurse && cc.InhCount == 1 && !cc.IsLocal {
			a.dropColumn(child, c, true, true, targets)
			continue
		}
		s.catalog.Touch(child)
		cc.InhCount--
		if !recurse {
			cc.IsLocal = true
		}
	}
	*targets = append(*targets, r.Column(col.Num))
	return true
}
