package compile

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pgerr"
)

// applyAddConstraint takes a constraint apart and, the second time, adds it.
func applyAddConstraint(a *alteration, t *alteredTable, c *alterCmd) {
	s, r, con := a.s, t.rel, c.Def.(*ast.Constraint)
	if !c.ready {
		b := a.build(r)
		for _, one := range b.constraintAttributes([]ast.Node{con}) {
			b.addConstraint(one)
		}
		a.enqueue(t, b, c.recurse)
		return
	}
	if con.Contype == ast.CONSTR_CHECK {
		s.addCheckRecursively(r, c.constraint, c.recurse, false, false)
		return
	}
	if con.Conname != "" {
		if constraintNamed(r, con.Conname) != nil {
			pgerr.Raise("42710", pgerr.NoPosition, "constraint \"%s\" for relation \"%s\" already exists", con.Conname, r.Name)
		}
	} else {
		con.Conname = s.chooseConstraintName(r.Name, foreignKeyAddition(ast.Strings(con.FkAttrs)), "fkey", r.Namespace, nil)
	}
	s.addForeignKey(r, con, nil, c.recurse)
}

// addCheckRecursively adds a check to a table and its children
// (ATAddCheckConstraint).
func (s *Session) addCheckRecursively(r *catalog.Relation, c *tableConstraint, recurse, recursing, again bool) []*catalog.Constraint {
	if recursing {
		(&alteration{s: s}).permit(r, alterRule{on: onTable | onForeign, name: "ADD CONSTRAINT"})
	}
	made := s.addChecks(r, []*tableConstraint{c}, recursing || again, !recursing)
	if len(made) == 0 || c.IsNoInherit {
		return made
	}
	children := s.children(r)
	if !recurse && len(children) > 0 {
		pgerr.Raise("42P16", pgerr.NoPosition, "constraint must be added to child tables too")
	}
	for _, child := range children {
		copied := *c
		if c.cooked != nil {
			copied.cooked = s.mapColumns(c.cooked, columnNumbers(child, r), "Constraint", c.Conname, r)
		}
		s.addCheckRecursively(child, &copied, recurse, true, again)
	}
	return made
}

func applyAddIndex(a *alteration, t *alteredTable, c *alterCmd) { a.s.defineIndex(c.index) }

// applyAddIndexConstraint mirrors ATExecAddIndexConstraint.
func applyAddIndexConstraint(a *alteration, t *alteredTable, c *alterCmd) {
	s, r, spec := a.s, t.rel, c.index
	if r.Kind == catalog.PartitionedTable {
		pgerr.Raise("0A000", pgerr.NoPosition, "ALTER TABLE / ADD CONSTRAINT USING INDEX is not supported on partitioned tables")
	}
	index := spec.existing
	if spec.name != index.Name {
		s.notice("00000", "ALTER TABLE / ADD CONSTRAINT USING INDEX will rename index \"%s\" to \"%s\"", index.Name, spec.name)
		s.renameRelation(index, spec.name)
	}
	if spec.primary {
		spec.alter = true
		s.checkPrimaryKey(spec, index.IndexInfo)
	}
	if constraintNamed(r, spec.name) != nil {
		pgerr.Raise("42710", pgerr.NoPosition, "constraint \"%s\" for relation \"%s\" already exists", spec.name, r.Name)
	}
	s.catalog.Touch(index)
	index.IndexInfo.Primary, index.IndexInfo.Immediate = spec.primary, !spec.deferrable
	con := s.addIndexConstraint(spec, index)
	s.dependIndex(index, con)
}

// applyAlterConstraint mirrors ATExecAlterConstraint.
func applyAlterConstraint(a *alteration, t *alteredTable, c *alterCmd) {
	s, r, n := a.s, t.rel, c.Def.(*ast.Constraint)
	con := constraintNamed(r, n.Conname)
	if con == nil {
		pgerr.Raise("42704", pgerr.NoPosition, "constraint \"%s\" of relation \"%s\" does not exist", n.Conname, r.Name)
	}
	if con.Kind != 'f' {
		pgerr.Raise("42809", pgerr.NoPosition, "constraint \"%s\" of relation \"%s\" is not a foreign key constraint", n.Conname, r.Name)
	}
	if con.Parent != 0 {
		top := con
		for top.Parent != 0 {
			top = s.catalog.Constraint(top.Parent)
		}
		pgerr.New("XX000", pgerr.NoPosition, "cannot alter constraint \"%s\" on relation \"%s\"", n.Conname, r.Name).
			WithDetail("Constraint \"%s\" is derived from constraint \"%s\" of relation \"%s\".", n.Conname, top.Name, s.catalog.Relation(top.Relation).Name).
			WithHint("You may alter the constraint it derives from instead.").Raise()
	}
	s.deferConstraint(con, n.Deferrable, n.Initdeferred)
}

// deferConstraint changes a foreign key and all that are parts of it.
func (s *Session) deferConstraint(con *catalog.Constraint, deferrable, deferred bool) {
	if con.Deferrable != deferrable || con.Deferred != deferred {
		s.catalog.Touch(con)
		con.Deferrable, con.Deferred = deferrable, deferred
	}
	for _, d := range s.catalog.Dependents(con.Address()) {
		if part := s.catalog.Constraint(d.Dependent.OID); d.Dependent.Class == catalog.ClassConstraint && part != nil && part.Parent == con.OID {
			s.deferConstraint(part, deferrable, deferred)
		}
	}
}

func applyValidateConstraint(a *alteration, t *alteredTable, c *alterCmd) {
	a.validate(t.rel, c.Name, c.recurse, false)
}

// validate mirrors ATExecValidateConstraint.
func (a *alteration) validate(r *catalog.Relation, name string, recurse, recursing bool) {
	s := a.s
	con := constraintNamed(r, name)
	if con == nil {
		pgerr.Raise("42704", pgerr.NoPosition, "constraint \"%s\" of relation \"%s\" does not exist", name, r.Name)
	}
	if con.Kind != 'f' && con.Kind != 'c' {
		pgerr.Raise("42809", pgerr.NoPosition, "constraint \"%s\" of relation \"%s\" is not a foreign key or check constraint", name, r.Name)
	}
	if con.Validated {
		return
	}
	if con.Kind == 'c' && !recursing && !con.NoInherit {
		for _, child := range s.inheritors(r)[1:] {
			if !recurse {
				pgerr.Raise("42P16", pgerr.NoPosition, "constraint must be validated on child tables too")
			}
			a.validate(child, name, false, true)
		}
	}
	s.catalog.Touch(con)
	con.Validated = true
}

func applyDropConstraint(a *alteration, t *alteredTable, c *alterCmd) {
	a.dropConstraint(t.rel, c, c.recurse, false)
}

// dropConstraint mirrors ATExecDropConstraint.
func (a *alteration) dropConstraint(r *catalog.Relation, c *alterCmd, recurse, recursing bool) {
	s := a.s
	if recursing {
		a.permit(r, alterRule{on: onTable | onForeign, name: "DROP CONSTRAINT"})
	}
	con := constraintNamed(r, c.Name)
	if con == nil {
		if !c.MissingOk || recursing {
			pgerr.Raise("42704", pgerr.NoPosition, "constraint \"%s\" of relation \"%s\" does not exist", c.Name, r.Name)
		}
		s.notice("00000", "constraint \"%s\" of relation \"%s\" does not exist, skipping", c.Name, r.Name)
		return
	}
	if con.InhCount > 0 && !recursing {
		pgerr.Raise("42P16", pgerr.NoPosition, "cannot drop inherited constraint \"%s\" of relation \"%s\"", c.Name, r.Name)
	}
	kind, noInherit := con.Kind, con.NoInherit
	s.performDeletion(con.Address(), c.Behavior, 0)
	if kind != 'c' && r.Kind == catalog.PartitionedTable || noInherit {
		return
	}
	children := s.children(r)
	if r.Kind == catalog.PartitionedTable && len(children) > 0 && !recurse {
		pgerr.New("42P16", pgerr.NoPosition, "cannot remove constraint from only the partitioned table when partitions exist").
			WithHint("Do not specify the ONLY keyword.").Raise()
	}
	for _, child := range children {
		cc := constraintNamed(child, c.Name)
		if cc == nil {
			pgerr.Raise("42704", pgerr.NoPosition, "constraint \"%s\" of relation \"%s\" does not exist", c.Name, child.Name)
		}
		if recurse && cc.InhCount == 1 && !cc.IsLocal {
			a.dropConstraint(child, c, true, true)
			continue
		}
		s.catalog.Touch(cc)
		cc.InhCount--
		if !recurse {
			cc.IsLocal = true
		}
	}
}
