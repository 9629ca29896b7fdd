package compile

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// This file mirrors ATController and its helpers in tablecmds.c: subcommands
// are sorted into passes, for the table and its children, and then run pass
// by pass.

// A pass is the time at which a subcommand runs, as AlterTablePass.
type pass int

const (
	passDrop pass = iota
	passAlterType
	passOldIndex
	passOldConstraint
	passAddColumn
	passAddConstraint
	passColumnAttributes
	passAddIndexConstraint
	passAddIndex
	passAddOtherConstraint
	passMisc
	passCount
)

// kinds are the kinds of relation that a subcommand may be used on: ATT_.
type kinds int

const (
	onTable kinds = 1 << iota
	onView
	onMatview
	onIndex
	onPartitionedIndex
	onComposite
	onForeign
	onSequence
)

var kindBits = map[byte]kinds{
	catalog.Table: onTable, catalog.PartitionedTable: onTable, catalog.View: onView, catalog.MaterializedView: onMatview,
	catalog.Index: onIndex, catalog.PartitionedIndex: onPartitionedIndex, catalog.CompositeType: onComposite,
	catalog.ForeignTable: onForeign, catalog.Sequence: onSequence,
}

// An alterRule says when a subcommand runs, what it may be used on, and what
// it does.
type alterRule struct {
	pass  pass
	on    kinds  // 0: anything, checked elsewhere
	name  string // as messages call it
	prep  func(a *alteration, t *alteredTable, c *alterCmd, recurse, recursing bool)
	apply func(a *alteration, t *alteredTable, c *alterCmd)
}

// An alteration is one ALTER TABLE at work on a table and its relatives.
type alteration struct {
	s      *Session
	tables []*alteredTable
}

// An alteredTable is one relation's part in it: AlteredTableInfo.
type alteredTable struct {
	rel         *catalog.Relation
	passes      [passCount][]*alterCmd
	after       []func(*catalog.Relation)
	oldTypes    []pg.OID // of its columns, before
	oldTypmods  []int32
	newValues   bool // rows are to be computed anew
	persistence bool // SET LOGGED or UNLOGGED was seen
	method      bool // SET ACCESS METHOD was seen
	rebuilt     rebuild
}

// An alterCmd is a subcommand, with what its preparation made of it.
type alterCmd struct {
	*ast.AlterTableCmd
	recurse    bool
	ready      bool // it has been taken apart
	column     *newColumn
	index      *indexSpec
	constraint *tableConstraint
	target     targetType
	using      query.Expr
	referenced *catalog.Relation
	sequence   *catalog.Relation
	rebuild    func() // of passOldIndex and passOldConstraint
	dropped    *[]catalog.Address
}

// A targetType is what ALTER COLUMN TYPE changes a column to.
type targetType struct {
	typ       pg.OID
	typmod    int32
	collation pg.OID
	ndims     int
}

// alterTable interprets ALTER TABLE and its like for other relations.
func (s *Session) alterTable(n *ast.AlterTableStmt) {
	r := s.lookupForAlter(n.Relation, n.Objtype, n.MissingOk)
	if r == nil {
		s.notice("42P01", "relation \"%s\" does not exist, skipping", n.Relation.Relname)
		return
	}
	cmds := make([]*ast.AlterTableCmd, len(n.Cmds))
	for i, c := range n.Cmds {
		cmds[i] = c.(*ast.AlterTableCmd)
	}
	s.alter(r, cmds, n.Relation.Inh)
	s.verify(r)
	s.changed("alter %s %s", kindWords[r.Kind], r.Name)
}

// kindWords name the kinds of relation in what a statement changed.
var kindWords = map[byte]string{
	catalog.Table: "table", catalog.PartitionedTable: "table", catalog.View: "view", catalog.MaterializedView: "materialized view",
	catalog.Index: "index", catalog.PartitionedIndex: "index", catalog.CompositeType: "type", catalog.ForeignTable: "foreign table",
	catalog.Sequence: "sequence",
}

// alterTableInternal runs one subcommand on behalf of another statement
// (AlterTableInternal).
func (s *Session) alterTableInternal(r *catalog.Relation, c *ast.AlterTableCmd, recurse bool) {
	s.alter(r, []*ast.AlterTableCmd{c}, recurse)
}

func (s *Session) alter(r *catalog.Relation, cmds []*ast.AlterTableCmd, recurse bool) {
	a := &alteration{s: s}
	for _, c := range cmds {
		a.prepare(r, &alterCmd{AlterTableCmd: c}, recurse, false)
	}
	a.run()
}

// notKinds are the words for what a relation should have been.
var notKinds = map[ast.ObjectType]struct {
	kinds kinds
	words string
}{
	ast.OBJECT_SEQUENCE: {onSequence, "a sequence"}, ast.OBJECT_VIEW: {onView, "a view"}, ast.OBJECT_MATVIEW: {onMatview, "a materialized view"},
	ast.OBJECT_FOREIGN_TABLE: {onForeign, "a foreign table"}, ast.OBJECT_TYPE: {onComposite, "a composite type"},
	ast.OBJECT_INDEX: {onIndex | onPartitionedIndex, "an index"},
}

// lookupForAlter finds the relation of an ALTER statement, as
// RangeVarCallbackForAlterRelation. nil: there is none, and that is allowed.
func (s *Session) lookupForAlter(rv *ast.RangeVar, kind ast.ObjectType, missingOK bool) *catalog.Relation {
	r := s.lookup(rv, missingOK)
	if r == nil {
		return nil
	}
	s.checkAlterable(r, kind, rv.Relname)
	return r
}

func (s *Session) checkAlterable(r *catalog.Relation, kind ast.ObjectType, name string) {
	s.checkOwner(r)
	checkNotSystem(r)
	if want, ok := notKinds[kind]; ok && kindBits[r.Kind]&want.kinds == 0 {
		pgerr.Raise("42809", pgerr.NoPosition, "\"%s\" is not %s", name, want.words)
	}
	refuseComposite(r, kind, name)
}

func refuseComposite(r *catalog.Relation, kind ast.ObjectType, name string) {
	if r.Kind == catalog.CompositeType && kind != ast.OBJECT_TYPE {
		pgerr.New("42809", pgerr.NoPosition, "\"%s\" is a composite type", name).WithHint("Use %s instead.", "ALTER TYPE").Raise()
	}
}

// table gives a relation's entry in the queue, made when there is none.
func (a *alteration) table(r *catalog.Relation) *alteredTable {
	for _, t := range a.tables {
		if t.rel == r {
			return t
		}
	}
	t := &alteredTable{rel: r}
	t.oldTypes, t.oldTypmods = slices.Grow(t.oldTypes, len(r.Columns)), slices.Grow(t.oldTypmods, len(r.Columns))
	for _, col := range r.Columns {
		t.oldTypes, t.oldTypmods = append(t.oldTypes, col.Type), append(t.oldTypmods, col.Typmod)
	}
	a.tables = append(a.tables, t)
	return t
}

// prepare checks a subcommand and puts it into its pass (ATPrepCmd).
func (a *alteration) prepare(r *catalog.Relation, c *alterCmd, recurse, recursing bool) {
	t := a.table(r)
	rule, ok := alterRules[c.Subtype]
	if !ok {
		reason := refused[c.Subtype.String()]
		if reason == "" {
			reason = c.Subtype.String()
		}
		a.s.unsupported(reason)
	}
	copied := *c
	if rule.on != 0 {
		a.permit(r, rule)
	}
	if rule.prep != nil {
		rule.prep(a, t, &copied, recurse, recursing)
	} else if recurse {
		copied.recurse = true
	}
	p := rule.pass
	if c.Subtype == ast.AT_ColumnDefault && c.Def != nil {
		p = passAddOtherConstraint
	}
	t.passes[p] = append(t.passes[p], &copied)
}

// permit mirrors ATSimplePermissions.
func (a *alteration) permit(r *catalog.Relation, rule alterRule) {
	if kindBits[r.Kind]&rule.on == 0 {
		pgerr.New("42809", pgerr.NoPosition, "ALTER action %s cannot be performed on relation \"%s\"", rule.name, r.Name).
			WithDetail("This operation is not supported for %s.", kindPlurals[r.Kind]).Raise()
	}
	a.s.checkOwner(r)
	checkNotSystem(r)
}

// simpleRecursion prepares the same for all children (ATSimpleRecursion).
func simpleRecursion(a *alteration, t *alteredTable, c *alterCmd, recurse, recursing bool) {
	if !recurse || len(t.rel.Children) == 0 || kindBits[t.rel.Kind]&(onTable|onForeign) == 0 {
		return
	}
	for _, child := range a.s.inheritors(t.rel)[1:] {
		a.prepare(child, c, false, true)
	}
}

// run goes through the passes (ATRewriteCatalogs) and finishes.
func (a *alteration) run() {
	for p := pass(0); p < passCount; p++ {
		for i := 0; i < len(a.tables); i++ {
			t := a.tables[i]
			for j := 0; j < len(t.passes[p]); j++ {
				c := t.passes[p][j]
				if c.rebuild != nil {
					withoutPosition(c.rebuild)
					continue
				}
				alterRules[c.Subtype].apply(a, t, c)
			}
			if p == passAlterType && len(t.passes[p]) > 0 {
				a.rebuildDependents(t)
			}
		}
	}
	for _, t := range a.tables {
		if t.newValues {
			a.s.refuseRowTypeUse(t.rel, t.rel)
		}
	}
	for _, t := range a.tables {
		for _, f := range t.after {
			f(t.rel)
		}
	}
}

// withoutPosition runs f, whose errors have no place in the statement: it reads
// texts that are stored.
func withoutPosition(f func()) {
	if err := pgerr.Catch(f); err != nil {
		err.Position = pgerr.NoPosition
		err.Raise()
	}
}

// refuseRowTypeUse refuses to change the rows of a relation that columns
// elsewhere hold (find_composite_type_dependencies).
func (s *Session) refuseRowTypeUse(of, original *catalog.Relation) {
	s.refuseTypeUse(of.Type, func(user *catalog.Relation, column string) { refuseRowTypeColumn(original, user, column) }, 0)
}

// refuseTypeUse calls refuse for a column that holds values of a type, be it
// inside of other types.
func (s *Session) refuseTypeUse(typ pg.OID, refuse func(user *catalog.Relation, column string), depth int) {
	if typ == 0 || depth > 64 {
		return
	}
	me := catalog.Address{Class: catalog.ClassType, OID: typ}
	for _, d := range s.catalog.Dependents(me) {
		if d.Dependent.Class == catalog.ClassType {
			s.refuseTypeUse(d.Dependent.OID, refuse, depth+1)
			continue
		}
		r := s.catalog.Relation(d.Dependent.OID)
		if d.Dependent.Class != catalog.ClassRelation || r == nil {
			continue
		}
		if r.IndexInfo != nil {
			if at := slices.IndexFunc(r.Columns, func(c *catalog.Column) bool { return c.Type == typ }); at >= 0 {
				refuse(r, r.Columns[at].Name)
			}
		}
		if d.Dependent.Sub <= 0 {
			continue
		}
		switch r.Kind {
		case catalog.Table, catalog.MaterializedView, catalog.PartitionedTable:
			refuse(r, r.Columns[d.Dependent.Sub-1].Name)
		case catalog.CompositeType:
			s.refuseTypeUse(r.Type, refuse, depth+1)
		}
	}
}

func refuseRowTypeColumn(original, user *catalog.Relation, column string) {
	format := "cannot alter table \"%s\" because column \"%s.%s\" uses its row type"
	switch original.Kind {
	case catalog.CompositeType:
		format = "cannot alter type \"%s\" because column \"%s.%s\" uses it"
	case catalog.ForeignTable:
		format = "cannot alter foreign table \"%s\" because column \"%s.%s\" uses its row type"
	}
	pgerr.Raise("0A000", pgerr.NoPosition, format, original.Name, user.Name, column)
}

// alteredColumn finds a column that a subcommand names; a system column is
// refused.
func alteredColumn(r *catalog.Relation, name string) *catalog.Column {
	if col := r.ColumnNamed(name); col != nil {
		return col
	}
	if isSystemColumn(name) && r.Kind != catalog.View && r.Kind != catalog.CompositeType {
		pgerr.Raise("0A000", pgerr.NoPosition, "cannot alter system column \"%s\"", name)
	}
	pgerr.Raise("42703", pgerr.NoPosition, "column \"%s\" of relation \"%s\" does not exist", name, r.Name)
	return nil
}
