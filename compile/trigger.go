package compile

import (
	"slices"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
	"github.com/electric-cli/electric/query"
)

// The TRIGGER_TYPE_ bits of trigger.h; AFTER is neither BEFORE nor INSTEAD.
const (
	triggerRow = 1 << iota
	triggerBefore
	triggerInsert
	triggerDelete
	triggerUpdate
	triggerTruncate
	triggerInstead
)

// createTrigger interprets CREATE TRIGGER, as CreateTrigger does.
func (s *Session) createTrigger(n *ast.CreateTrigStmt) {
	r := s.lookup(n.Relation, false)
	s.checkTriggerRelation(r, n)
	checkNotSystem(r)
	var constrained *catalog.Relation
	if n.Isconstraint && n.Constrrel != nil {
		constrained = s.lookup(n.Constrrel, false)
	}
	s.checkPrivilege(r, aclTrigger)
	if constrained != nil {
		s.checkPrivilege(constrained, aclTrigger)
	}
	t := &catalog.Trigger{Header: catalog.Header{Name: n.Trigname}, Relation: r.OID, Enabled: 'O',
		Type: int16(n.Timing | n.Events), Deferrable: n.Deferrable, InitDeferred: n.Initdeferred, Args: ast.Strings(n.Args)}
	if n.Row {
		t.Type |= triggerRow
	}
	if constrained != nil {
		t.ConstrRel = constrained.OID
	}
	checkTriggerType(t, n)
	s.transitionTables(t, r, n)
	if n.WhenClause != nil {
		t.When = s.triggerWhen(n.WhenClause, t, r)
	}
	t.Function = s.triggerFunction(n.Funcname)
	old := s.replacedTrigger(r, n)
	t.Columns = triggerColumns(r, n.Columns)
	t = s.enterTrigger(r, t, old, n.Isconstraint)
	if n.Row && r.Kind == catalog.PartitionedTable {
		for _, child := range r.Children {
			s.cloneTrigger(t, r, s.catalog.Relation(child), n.Replace)
		}
	}
	s.changed("create trigger %s on %s", t.Name, s.catalog.QualifiedName(r))
}

// checkTriggerRelation refuses triggers that a kind of relation cannot have.
func (s *Session) checkTriggerRelation(r *catalog.Relation, n *ast.CreateTrigStmt) {
	refuse := func(code, what, detail string) {
		pgerr.New(code, pgerr.NoPosition, `"%s" is a %s`, r.Name, what).WithDetail("%s", detail).Raise()
	}
	instead := n.Timing == triggerInstead
	switch r.Kind {
	case catalog.Table, catalog.PartitionedTable:
		if instead {
			refuse("42809", "table", "Tables cannot have INSTEAD OF triggers.")
		}
		if r.Kind == catalog.PartitionedTable && n.Row && len(n.TransitionRels) > 0 {
			refuse("0A000", "partitioned table", "ROW triggers with transition tables are not supported on partitioned tables.")
		}
	case catalog.View:
		if !instead && n.Row {
			refuse("42809", "view", "Views cannot have row-level BEFORE or AFTER triggers.")
		}
		if n.Events&triggerTruncate != 0 {
			refuse("42809", "view", "Views cannot have TRUNCATE triggers.")
		}
	case catalog.ForeignTable:
		if instead {
			refuse("42809", "foreign table", "Foreign tables cannot have INSTEAD OF triggers.")
		}
		if n.Isconstraint {
			refuse("42809", "foreign table", "Foreign tables cannot have constraint triggers.")
		}
	default:
		notSupportedFor(r, `relation "%s" cannot have triggers`)
	}
}

// checkTriggerType refuses combinations of level, time and event.
func checkTriggerType(t *catalog.Trigger, n *ast.CreateTrigStmt) {
	refuse := func(format string) { pgerr.Raise("0A000", pgerr.NoPosition, "%s", format) }
	row := t.Type&triggerRow != 0
	if row && t.Type&triggerTruncate != 0 {
		refuse("TRUNCATE FOR EACH ROW triggers are not supported")
	}
	if t.Type&triggerInstead == 0 {
		return
	}
	switch {
	case !row:
		refuse("INSTEAD OF triggers must be FOR EACH ROW")
	case n.WhenClause != nil:
		refuse("INSTEAD OF triggers cannot have WHEN conditions")
	case len(n.Columns) > 0:
		refuse("INSTEAD OF triggers cannot have column lists")
	}
}

// transitionTables applies REFERENCING OLD TABLE AS … NEW TABLE AS ….
func (s *Session) transitionTables(t *catalog.Trigger, r *catalog.Relation, n *ast.CreateTrigStmt) {
	for _, node := range n.TransitionRels {
		tt := node.(*ast.TriggerTransition)
		checkTransition(t, r, n, tt)
		name, allowed, word, events := &t.OldTable, triggerDelete|triggerUpdate, "OLD TABLE", "a DELETE or UPDATE"
		if tt.IsNew {
			name, allowed, word, events = &t.NewTable, triggerInsert|triggerUpdate, "NEW TABLE", "an INSERT or UPDATE"
		}
		if int(t.Type)&allowed == 0 {
			pgerr.Raise("42P17", pgerr.NoPosition, "%s can only be specified for %s trigger", word, events)
		}
		if *name != "" {
			pgerr.Raise("42P17", pgerr.NoPosition, "%s cannot be specified multiple times", word)
		}
		*name = tt.Name
	}
	if t.OldTable != "" && t.OldTable == t.NewTable {
		pgerr.Raise("42P17", pgerr.NoPosition, "OLD TABLE name and NEW TABLE name cannot be the same")
	}
}

func checkTransition(t *catalog.Trigger, r *catalog.Relation, n *ast.CreateTrigStmt, tt *ast.TriggerTransition) {
	events := 0
	for _, e := range []int16{triggerInsert, triggerUpdate, triggerDelete} {
		if t.Type&e != 0 {
			events++
		}
	}
	switch {
	case !tt.IsTable:
		pgerr.New("0A000", pgerr.NoPosition, "ROW variable naming in the REFERENCING clause is not supported").
			WithHint("Use OLD TABLE or NEW TABLE for naming transition tables.").Raise()
	case r.Kind == catalog.ForeignTable:
		pgerr.New("42809", pgerr.NoPosition, `"%s" is a foreign table`, r.Name).
			WithDetail("Triggers on foreign tables cannot have transition tables.").Raise()
	case r.Kind == catalog.View:
		pgerr.New("42809", pgerr.NoPosition, `"%s" is a view`, r.Name).WithDetail("Triggers on views cannot have transition tables.").Raise()
	case t.Type&triggerRow != 0 && r.IsPartition:
		pgerr.Raise("0A000", pgerr.NoPosition, "ROW triggers with transition tables are not supported on partitions")
	case t.Type&triggerRow != 0 && len(r.Inherits) > 0:
		pgerr.Raise("0A000", pgerr.NoPosition, "ROW triggers with transition tables are not supported on inheritance children")
	case n.Timing != 0:
		pgerr.Raise("42P17", pgerr.NoPosition, "transition table name can only be specified for an AFTER trigger")
	case t.Type&triggerTruncate != 0:
		pgerr.Raise("0A000", pgerr.NoPosition, "TRUNCATE triggers with transition tables are not supported")
	case events != 1:
		pgerr.Raise("0A000", pgerr.NoPosition, "transition tables cannot be specified for triggers with more than one event")
	case len(n.Columns) > 0:
		pgerr.Raise("0A000", pgerr.NoPosition, "transition tables cannot be specified for triggers with column lists")
	}
}

// checkWhenVars refuses references to rows that a trigger's event does not have.
func checkWhenVars(when query.Expr, t *catalog.Trigger, r *catalog.Relation) {
	query.Walk(when, func(e query.Expr) bool {
		if v, ok := e.(*query.Var); ok {
			checkWhenVar(v, t, r)
		}
		return true
	})
}

func checkWhenVar(v *query.Var, t *catalog.Trigger, r *catalog.Relation) {
	refuse := func(code, message, detail string) {
		pgerr.New(code, v.Location, "%s", message).WithDetail("%s", detail).Raise()
	}
	before := t.Type&triggerBefore != 0
	switch {
	case t.Type&triggerRow == 0:
		refuse("42P17", "statement trigger's WHEN condition cannot reference column values", "")
	case v.Varno == 1 && t.Type&triggerInsert != 0:
		refuse("42P17", "INSERT trigger's WHEN condition cannot reference OLD values", "")
	case v.Varno == 1:
	case t.Type&triggerDelete != 0:
		refuse("42P17", "DELETE trigger's WHEN condition cannot reference NEW values", "")
	case before && v.Varattno < 0:
		refuse("0A000", "BEFORE trigger's WHEN condition cannot reference NEW system columns", "")
	case before && v.Varattno == 0 && slices.ContainsFunc(r.Columns, func(c *catalog.Column) bool { return !c.Dropped && c.Generated != 0 }):
		refuse("42P17", "BEFORE trigger's WHEN condition cannot reference NEW generated columns",
			"A whole-row reference is used and the table contains generated columns.")
	case before && v.Varattno > 0 && r.Columns[v.Varattno-1].Generated != 0:
		refuse("42P17", "BEFORE trigger's WHEN condition cannot reference NEW generated columns",
			`Column "`+r.Columns[v.Varattno-1].Name+`" is a generated column.`)
	}
}

// triggerFunction finds a trigger's function.
func (s *Session) triggerFunction(name []ast.Node) pg.OID {
	p := s.functionNamed(name, nil)
	s.checkPrivilege(p, aclExecute)
	if p.RetType != pg.Trigger {
		pgerr.Raise("42P17", pgerr.NoPosition, "function %s must return type %s", dotted(name), "trigger")
	}
	return p.OID
}

// triggerNamed finds a relation's trigger; nil: none.
func triggerNamed(r *catalog.Relation, name string) *catalog.Trigger {
	for _, t := range r.Triggers {
		if t.Name == name {
			return t
		}
	}
	return nil
}

// replacedTrigger finds the trigger that CREATE OR REPLACE means; nil: none.
func (s *Session) replacedTrigger(r *catalog.Relation, n *ast.CreateTrigStmt) *catalog.Trigger {
	old := triggerNamed(r, n.Trigname)
	switch {
	case old == nil:
	case !n.Replace:
		pgerr.Raise("42710", pgerr.NoPosition, `trigger "%s" for relation "%s" already exists`, n.Trigname, r.Name)
	case old.Internal || old.Parent != 0:
		pgerr.Raise("42710", pgerr.NoPosition, `trigger "%s" for relation "%s" is an internal or a child trigger`, n.Trigname, r.Name)
	case old.Constraint != 0:
		pgerr.Raise("42710", pgerr.NoPosition, `trigger "%s" for relation "%s" is a constraint trigger`, n.Trigname, r.Name)
	}
	return old
}

func triggerColumns(r *catalog.Relation, names []ast.Node) []int16 {
	var columns []int16
	for _, name := range ast.Strings(names) {
		col := r.ColumnNamed(name)
		if col == nil {
			pgerr.Raise("42703", pgerr.NoPosition, `column "%s" of relation "%s" does not exist`, name, r.Name)
		}
		if slices.Contains(columns, col.Num) {
			pgerr.Raise("42701", pgerr.NoPosition, `column "%s" specified more than once`, name)
		}
		columns = append(columns, col.Num)
	}
	return columns
}

// enterTrigger puts a trigger on its relation, in the place of an old one if
// there is one, and records what it needs.
func (s *Session) enterTrigger(r *catalog.Relation, t, old *catalog.Trigger, constraint bool) *catalog.Trigger {
	if old != nil {
		s.catalog.Touch(old)
		s.catalog.Undepend(old.Address(), nil)
		was := old.Header
		*old = *t
		old.Header = was
		t = old
	} else {
		s.catalog.Touch(r)
		s.catalog.Add(t)
		r.Triggers = append(slices.Clone(r.Triggers), t)
	}
	if constraint {
		s.addTriggerConstraint(r, t)
	}
	a := t.Address()
	s.catalog.Depend(a, catalog.Address{Class: catalog.ClassProc, OID: t.Function}, catalog.DependNormal)
	s.catalog.Depend(a, r.Address(), catalog.DependAuto)
	if t.ConstrRel != 0 {
		s.catalog.Depend(a, catalog.Address{Class: catalog.ClassRelation, OID: t.ConstrRel}, catalog.DependAuto)
	}
	if t.Parent != 0 {
		s.catalog.Depend(a, catalog.Address{Class: catalog.ClassTrigger, OID: t.Parent}, catalog.DependPartitionPri)
		s.catalog.Depend(a, r.Address(), catalog.DependPartitionSec)
	}
	for _, num := range t.Columns {
		s.catalog.Depend(a, r.Column(num), catalog.DependNormal)
	}
	if t.When != nil {
		s.needs(a, t.When, r.OID, r.OID)
	}
	return t
}

// addTriggerConstraint makes the constraint of a constraint trigger.
func (s *Session) addTriggerConstraint(r *catalog.Relation, t *catalog.Trigger) {
	con := &catalog.Constraint{Header: catalog.Header{Name: t.Name, Namespace: r.Namespace}, Kind: 't', Relation: r.OID,
		Deferrable: t.Deferrable, Deferred: t.InitDeferred, Validated: true, IsLocal: true, NoInherit: true}
	s.catalog.Add(con)
	r.Constraints = append(slices.Clone(r.Constraints), con)
	s.catalog.Touch(t)
	t.Constraint = con.OID
	s.catalog.Depend(con.Address(), r.Address(), catalog.DependAuto)
	s.catalog.Depend(con.Address(), t.Address(), catalog.DependInternal)
}
