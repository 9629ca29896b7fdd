package compile

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// prepAlterColumnType mirrors ATPrepAlterColumnType.
func prepAlterColumnType(a *alteration, t *alteredTable, c *alterCmd, recurse, recursing bool) {
	s, r, def := a.s, t.rel, c.Def.(*ast.ColumnDef)
	if !c.ready {
		a.transformAlterType(r, c, def)
	}
	if r.OfType != 0 && !recursing {
		pgerr.Raise("42809", pgerr.NoPosition, "cannot alter column type of typed table")
	}
	col := alteredColumn(r, c.Name)
	if col.Generated != 0 && c.using != nil {
		pgerr.New("42611", pgerr.NoPosition, "cannot specify USING when altering type of generated column").
			WithDetail("Column \"%s\" is a generated column.", c.Name).Raise()
	}
	if col.InhCount > 0 && !recursing {
		pgerr.Raise("42P16", pgerr.NoPosition, "cannot alter inherited column \"%s\"", c.Name)
	}
	if used, _ := inPartitionKey(r, col.Num); used {
		pgerr.Raise("42P16", pgerr.NoPosition, "cannot alter column \"%s\" because it is part of the partition key of relation \"%s\"", c.Name, r.Name)
	}
	c.target.typ, c.target.typmod = s.typeID(def.TypeName)
	c.target.ndims = len(def.TypeName.ArrayBounds)
	s.checkTypeUsage(c.target.typ)
	c.target.collation = s.columnCollation(def.CollClause, c.target.typ)
	s.checkColumnType(c.Name, c.target.typ, c.target.collation, []pg.OID{r.Type})
	if r.Kind == catalog.Table || r.Kind == catalog.PartitionedTable {
		a.castColumn(t, col, c)
	} else if c.using != nil {
		pgerr.Raise("42809", pgerr.NoPosition, "\"%s\" is not a table", r.Name)
	}
	if r.Kind == catalog.PartitionedTable || r.Kind == catalog.ForeignTable || r.Kind == catalog.CompositeType {
		s.refuseRowTypeUse(r, r)
	}
	a.recurseAlterType(t, c, recurse, recursing)
}

// transformAlterType analyses USING and changes an identity column's sequence.
func (a *alteration) transformAlterType(r *catalog.Relation, c *alterCmd, def *ast.ColumnDef) {
	c.ready = true
	if def.RawDefault != nil {
		c.using = a.s.usingExpression(def.RawDefault, r)
	}
	col := r.ColumnNamed(c.Name)
	if col == nil {
		alteredColumn(r, c.Name)
	}
	if col.Identity != 0 {
		typ, _ := a.s.typeID(def.TypeName)
		if seq := a.s.identitySequence(r, col); seq != nil {
			as := &ast.DefElem{Defname: "as", Arg: &ast.TypeName{TypeOid: int(typ), Typemod: -1}, Location: -1}
			a.s.changeSequence(seq, []ast.Node{as}, true)
		}
	}
}

// castColumn refuses a change of type without a cast for the rows.
func (a *alteration) castColumn(t *alteredTable, col *catalog.Column, c *alterCmd) {
	s := a.s
	from := c.using
	if from == nil {
		from = &query.Var{Varno: 1, Varattno: col.Num, Vartype: col.Type, Vartypmod: col.Typmod, Varcollid: col.Collation, Location: -1}
	}
	if s.assignable(from, c.target.typ, c.target.typmod) == nil {
		if c.using != nil {
			pgerr.New("42804", pgerr.NoPosition, "result of USING clause for column \"%s\" cannot be cast automatically to type %s", c.Name, s.formatType(c.target.typ)).
				WithHint("You might need to add an explicit cast.").Raise()
		}
		pgerr.New("42804", pgerr.NoPosition, "column \"%s\" cannot be cast automatically to type %s", c.Name, s.formatType(c.target.typ)).
			WithHint("You might need to specify \"USING %s::%s\".", quoteIdentifier(c.Name), s.formatTypeMod(c.target.typ, c.target.typmod)).Raise()
	}
	t.newValues = true
}

func (a *alteration) recurseAlterType(t *alteredTable, c *alterCmd, recurse, recursing bool) {
	s, r := a.s, t.rel
	if recurse {
		family := s.inheritors(r)
		for _, child := range family[1:] {
			col := child.ColumnNamed(c.Name)
			if col == nil {
				pgerr.Raise("42703", pgerr.NoPosition, "column \"%s\" of relation \"%s\" does not exist", c.Name, child.Name)
			}
			parents := 0
			for _, p := range child.Inherits {
				if slices.ContainsFunc(family, func(f *catalog.Relation) bool { return f.OID == p }) {
					parents++
				}
			}
			if col.InhCount > parents {
				pgerr.Raise("42P16", pgerr.NoPosition, "cannot alter inherited column \"%s\" of relation \"%s\"", c.Name, child.Name)
			}
			copied := *c
			if c.using != nil {
				copied.using = s.mapColumns(c.using, columnNumbers(child, r), "USING expression", "", r)
			}
			a.prepare(child, &copied, false, true)
		}
	} else if !recursing && len(r.Children) > 0 {
		pgerr.Raise("42P16", pgerr.NoPosition, "type of inherited column \"%s\" must be changed in child tables too", c.Name)
	}
	if r.Kind == catalog.CompositeType {
		a.typedTableRecursion(r, c)
	}
}

// applyAlterColumnType mirrors ATExecAlterColumnType.
func applyAlterColumnType(a *alteration, t *alteredTable, c *alterCmd) {
	s, r := a.s, t.rel
	col := r.ColumnNamed(c.Name)
	if col == nil {
		alteredColumn(r, c.Name)
	}
	if i := int(col.Num) - 1; i < len(t.oldTypes) && (col.Type != t.oldTypes[i] || col.Typmod != t.oldTypmods[i]) {
		pgerr.Raise("0A000", pgerr.NoPosition, "cannot alter type of column \"%s\" twice", c.Name)
	}
	var e query.Expr
	if col.Default != nil {
		if e = s.assignable(s.stripImplicit(col.Default), c.target.typ, c.target.typmod); e == nil {
			what := "default"
			if col.Generated != 0 {
				what = "generation expression"
			}
			pgerr.Raise("42804", pgerr.NoPosition, "%s for column \"%s\" cannot be cast automatically to type %s", what, c.Name, s.formatType(c.target.typ))
		}
	}
	a.rememberDependents(t, col)
	s.catalog.Touch(r)
	s.catalog.Undepend(r.Column(col.Num), func(d catalog.Dependency) bool {
		return d.Referenced.Class == catalog.ClassType || d.Referenced.Class == catalog.ClassCollation
	})
	col.Type, col.Typmod, col.Collation, col.NDims = c.target.typ, c.target.typmod, c.target.collation, c.target.ndims
	col.Storage, col.Compression = 0, 0
	s.dependColumn(r, col)
	if e != nil {
		me := catalog.Address{Class: catalog.ClassDefault, OID: col.DefaultOID}
		if col.Generated != 0 {
			s.catalog.Undepend(me, func(d catalog.Dependency) bool {
				return d.Kind != catalog.DependAuto || d.Referenced != r.Column(col.Num)
			})
		}
		s.deleteDefault(me)
		s.storeDefault(r, col, e)
	}
}

// refusedDependents are what cannot outlive a change of type of a column it uses.
var refusedDependents = map[catalog.Class]string{
	catalog.ClassProc: "used by a function or procedure", catalog.ClassRewrite: "used by a view or rule",
	catalog.ClassTrigger: "used in a trigger definition", catalog.ClassPolicy: "used in a policy definition",
	catalog.ClassPublicationRel: "used by a publication WHERE clause",
}

// A rebuild lists what has to be made anew after a column's type has changed.
type rebuild struct {
	constraints []*catalog.Constraint
	indexes     []*catalog.Relation
	statistics  []*catalog.Statistics
	remake      map[catalog.Object]func() // made while the types were the old ones
}

// rememberDependents looks at all that depends on a column
// (RememberAllDependentForRebuilding).
func (a *alteration) rememberDependents(t *alteredTable, col *catalog.Column) {
	s, r := a.s, t.rel
	refuse := func(what, description string) {
		pgerr.New("0A000", pgerr.NoPosition, "cannot alter type of a column %s", what).
			WithDetail("%s depends on column \"%s\"", description, col.Name).Raise()
	}
	for _, d := range s.catalog.Dependents(r.Column(col.Num)) {
		switch o := s.catalog.Object(d.Dependent).(type) {
		case *catalog.Relation:
			switch {
			case d.Dependent.Sub != 0 || o.Kind == catalog.Sequence:
			case o.IndexInfo != nil:
				t.rebuilt.addIndex(s, o)
			case o.Kind == catalog.View || o.Kind == catalog.MaterializedView:
				refuse("used by a view or rule", "rule _RETURN on "+s.describe(d.Dependent))
			}
		case *catalog.Constraint:
			t.rebuilt.addConstraint(s, o)
		case *catalog.Statistics:
			if !slices.Contains(t.rebuilt.statistics, o) {
				t.rebuilt.statistics = append(t.rebuilt.statistics, o)
				t.rebuilt.keep(o, s.remakeStatistics(o, r))
			}
		default:
			if d.Dependent.Class == catalog.ClassDefault {
				if _, other := s.defaultColumn(d.Dependent.OID); other != nil && other != col && other.Generated != 0 {
					pgerr.New("0A000", pgerr.NoPosition, "cannot alter type of a column used by a generated column").
						WithDetail("Column \"%s\" is used by generated column \"%s\".", col.Name, other.Name).Raise()
				}
				continue
			}
			if what := refusedDependents[d.Dependent.Class]; what != "" {
				refuse(what, s.describe(d.Dependent))
			}
		}
	}
}

func (b *rebuild) keep(o catalog.Object, f func()) {
	if b.remake == nil {
		b.remake = map[catalog.Object]func(){}
	}
	b.remake[o] = f
}

func (b *rebuild) addConstraint(s *Session, con *catalog.Constraint) {
	if slices.Contains(b.constraints, con) {
		return
	}
	b.constraints = append(b.constraints, con)
	if r := s.catalog.Relation(con.Relation); r != nil && con.IsLocal {
		b.keep(con, s.remakeConstraint(con, r))
	} else if r == nil {
		b.keep(con, s.remakeDomainCheck(con))
	}
}

// remakeDomainCheck gives what makes a domain's check anew that is about to be
// dropped.
func (s *Session) remakeDomainCheck(con *catalog.Constraint) func() {
	domain := s.catalog.Type(con.Type)
	n := &ast.Constraint{Contype: ast.CONSTR_CHECK, Conname: con.Name, RawExpr: s.reparse(con.Check, nil), SkipValidation: !con.Validated}
	comment := s.catalog.Comment(con.Address())
	return func() {
		s.addDomainConstraint(domain, n)
		if made := domainConstraint(domain, n.Conname); made != nil && comment != "" {
			s.catalog.SetComment(made.Address(), comment)
		}
	}
}

// addIndex remembers an index, or the constraint that it serves.
func (b *rebuild) addIndex(s *Session, index *catalog.Relation) {
	if con := constraintOfIndex(s.catalog.Relation(index.IndexInfo.Relation), index.OID); con != nil {
		b.addConstraint(s, con)
	} else if !slices.Contains(b.indexes, index) {
		b.indexes = append(b.indexes, index)
		b.keep(index, s.remakeIndex(index, s.catalog.Relation(index.IndexInfo.Relation)))
	}
}

// rebuildDependents drops what was remembered and has it made anew in later
// passes, from its text, as ATPostAlterTypeCleanup.
func (a *alteration) rebuildDependents(t *alteredTable) {
	s := a.s
	var targets []catalog.Address
	queue := func(p pass, r *catalog.Relation, f func()) {
		entry := a.table(r)
		entry.passes[p] = append(entry.passes[p], &alterCmd{rebuild: f})
	}
	slices.SortStableFunc(t.rebuilt.constraints, func(x, y *catalog.Constraint) int {
		return constraintOrder(x) - constraintOrder(y)
	})
	for _, con := range t.rebuilt.constraints {
		targets = append(targets, con.Address())
		if !con.IsLocal {
			continue
		}
		r := s.catalog.Relation(con.Relation)
		if r == nil { // a domain's
			queue(passOldConstraint, t.rel, t.rebuilt.remake[con])
			continue
		}
		p := passOldConstraint
		if con.Index != 0 && con.Kind != 'f' {
			p = passOldIndex
		}
		queue(p, r, t.rebuilt.remake[con])
	}
	for _, index := range t.rebuilt.indexes {
		targets = append(targets, index.Address())
		if index.IndexInfo.Parent == 0 {
			r := s.catalog.Relation(index.IndexInfo.Relation)
			queue(passOldIndex, r, t.rebuilt.remake[index])
		}
	}
	for _, st := range t.rebuilt.statistics {
		targets = append(targets, st.Address())
		r := s.catalog.Relation(st.Relation)
		queue(passMisc, r, t.rebuilt.remake[st])
	}
	s.performDeletions(targets, ast.DROP_RESTRICT, deletionInternal|deletionQuiet)
	t.rebuilt = rebuild{}
}

// constraintOrder puts foreign keys behind the keys they need.
func constraintOrder(con *catalog.Constraint) int {
	if con.Kind == 'f' {
		return 1
	}
	return 0
}

// remakeConstraint gives what makes a constraint anew that is about to be dropped.
func (s *Session) remakeConstraint(con *catalog.Constraint, r *catalog.Relation) func() {
	old := *con
	comment := s.catalog.Comment(con.Address())
	keep := func(made *catalog.Constraint) {
		if made != nil && comment != "" {
			s.catalog.SetComment(made.Address(), comment)
		}
	}
	switch con.Kind {
	case 'c':
		raw := s.reparse(con.Check, r)
		return func() {
			c := &tableConstraint{Constraint: &ast.Constraint{Contype: ast.CONSTR_CHECK, Conname: old.Name, RawExpr: raw,
				IsNoInherit: old.NoInherit, InitiallyValid: old.Validated, SkipValidation: !old.Validated}}
			for _, made := range s.addCheckRecursively(r, c, true, false, true) {
				keep(made)
			}
		}
	case 'f':
		n, ref := s.foreignKeyNode(con, r)
		return func() { keep(s.addForeignKey(r, n, ref, true)) }
	}
	index := s.catalog.Relation(con.Index)
	remake := s.remakeIndex(index, r)
	return func() {
		remake()
		keep(constraintNamed(r, old.Name))
	}
}

// foreignKeyNode writes a foreign key as a statement would (its columns by name).
func (s *Session) foreignKeyNode(con *catalog.Constraint, r *catalog.Relation) (*ast.Constraint, *catalog.Relation) {
	ref := s.catalog.Relation(con.Foreign)
	names := func(of *catalog.Relation, nums []int16) []ast.Node {
		var out []ast.Node
		for _, num := range nums {
			out = append(out, &ast.String{Sval: of.Columns[num-1].Name})
		}
		return out
	}
	return &ast.Constraint{Contype: ast.CONSTR_FOREIGN, Conname: con.Name, FkAttrs: names(r, con.Key), PkAttrs: names(ref, con.ForeignKey),
		FkDelSetCols: names(r, con.DeleteSet), FkMatchtype: string(con.Match), FkUpdAction: string(con.OnUpdate),
		FkDelAction: string(con.OnDelete), Deferrable: con.Deferrable, Initdeferred: con.Deferred, InitiallyValid: con.Validated}, ref
}

// remakeIndex gives what makes an index anew that is about to be dropped. Its
// expressions are analysed again; operator classes that were the type's
// default become the new type's default.
func (s *Session) remakeIndex(index, r *catalog.Relation) func() {
	info := index.IndexInfo
	spec := s.cloneIndex(index, r, r, identityNumbers(r))
	spec.name, spec.parent, spec.parentConstraint, spec.internal, spec.alter = index.Name, nil, nil, true, true
	spec.comment = s.catalog.Comment(index.Address())
	spec.clustered, spec.replIdent = info.Clustered, info.ReplIdent
	for _, col := range index.Columns {
		spec.statistics = append(spec.statistics, col.Statistics)
	}
	for i := range spec.params {
		p, key := &spec.params[i], info.Keys[i]
		old := index.Columns[i].Type
		if key.Expr != nil {
			p.raw, p.expr = s.reparse(key.Expr, r), nil
			old = query.ExprType(key.Expr)
		} else if key.Column > 0 {
			col := r.Columns[key.Column-1]
			old = col.Type
			if key.Collation == col.Collation {
				p.collateOID = 0
			}
		}
		if key.OpClass == s.defaultOpClass(old, index.AccessMethod) {
			p.opclassOID = 0
		}
	}
	if info.Predicate != nil {
		spec.where, spec.predicate = s.reparse(info.Predicate, r), nil
	}
	return func() { s.defineIndex(spec) }
}

func identityNumbers(r *catalog.Relation) []int16 {
	numbers := make([]int16, len(r.Columns))
	for i := range numbers {
		numbers[i] = int16(i + 1)
	}
	return numbers
}
