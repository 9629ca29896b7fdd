package compile

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// rename interprets ALTER … RENAME, as ExecRenameStmt.
func (s *Session) rename(n *ast.RenameStmt) {
	switch n.RenameType {
	case ast.OBJECT_TABLE, ast.OBJECT_SEQUENCE, ast.OBJECT_VIEW, ast.OBJECT_MATVIEW, ast.OBJECT_INDEX, ast.OBJECT_FOREIGN_TABLE:
		s.renameRelationStmt(n)
	case ast.OBJECT_COLUMN, ast.OBJECT_ATTRIBUTE:
		s.renameColumn(n)
	case ast.OBJECT_TABCONSTRAINT:
		s.renameConstraint(n)
	case ast.OBJECT_RULE:
		s.renameRule(n)
	default:
		s.renameObject(n)
	}
}

// skipMissingRelation tells that a relation is not there.
func (s *Session) skipMissingRelation(rv *ast.RangeVar) {
	s.notice("00000", "relation \"%s\" does not exist, skipping", rv.Relname)
}

// renameRelationStmt mirrors RenameRelation.
func (s *Session) renameRelationStmt(n *ast.RenameStmt) {
	r := s.lookup(n.Relation, n.MissingOk)
	if r == nil {
		s.skipMissingRelation(n.Relation)
		return
	}
	s.checkOwner(r)
	checkNotSystem(r)
	s.checkCreate(r.Namespace)
	if want, ok := notKinds[n.RenameType]; ok && n.RenameType != ast.OBJECT_INDEX && kindBits[r.Kind]&want.kinds == 0 {
		pgerr.Raise("42809", pgerr.NoPosition, "\"%s\" is not %s", n.Relation.Relname, want.words)
	}
	refuseComposite(r, n.RenameType, n.Relation.Relname)
	was := r.Name
	s.renameRelation(r, n.Newname)
	s.changed("rename %s %s to %s", kindWords[r.Kind], was, n.Newname)
}

// renameRelation gives a relation another name, and with it its row type and
// the constraint that it serves (RenameRelationInternal).
func (s *Session) renameRelation(r *catalog.Relation, name string) {
	if s.catalog.Named(catalog.ClassRelation, r.Namespace, name) != nil {
		pgerr.Raise("42P07", pgerr.NoPosition, "relation \"%s\" already exists", name)
	}
	s.catalog.Rename(r, r.Namespace, name)
	if t := s.catalog.Type(r.Type); t != nil {
		s.renameType(t, name)
	}
	if r.IndexInfo == nil {
		return
	}
	if table := s.catalog.Relation(r.IndexInfo.Relation); table != nil {
		s.catalog.Touch(table)
		if con := constraintOfIndex(table, r.OID); con != nil && con.Name != name {
			s.renameConstraintObject(table, con, name)
		}
	}
}

func (s *Session) renameConstraintObject(r *catalog.Relation, con *catalog.Constraint, name string) {
	if constraintNamed(r, name) != nil {
		pgerr.Raise("42710", pgerr.NoPosition, "constraint \"%s\" for relation \"%s\" already exists", name, r.Name)
	}
	s.catalog.Touch(r)
	s.catalog.Rename(con, con.Namespace, name)
}

// renameColumn interprets RENAME COLUMN and RENAME ATTRIBUTE (renameatt).
func (s *Session) renameColumn(n *ast.RenameStmt) {
	r := s.lookup(n.Relation, n.MissingOk)
	if r == nil {
		s.skipMissingRelation(n.Relation)
		return
	}
	s.checkRenamable(r, false)
	s.renameColumnIn(r, n, n.Relation.Inh, false, 0)
	s.changed("rename column %s of %s to %s", n.Subname, r.Name, n.Newname)
}

// checkRenamable mirrors renameatt_check.
func (s *Session) checkRenamable(r *catalog.Relation, recursing bool) {
	if r.OfType != 0 && !recursing {
		pgerr.Raise("42809", pgerr.NoPosition, "cannot rename column of typed table")
	}
	if r.Kind == catalog.Sequence {
		notSupportedFor(r, "cannot rename columns of relation \"%s\"")
	}
	s.checkOwner(r)
	checkNotSystem(r)
}

// renameColumnIn mirrors renameatt_internal.
func (s *Session) renameColumnIn(r *catalog.Relation, n *ast.RenameStmt, recurse, recursing bool, parents int) {
	s.checkRenamable(r, recursing)
	if recurse {
		family := s.inheritors(r)
		for _, child := range family[1:] {
			s.renameColumnIn(child, n, false, true, parentsAmong(child, family))
		}
	} else if parents == 0 && len(r.Children) > 0 {
		pgerr.Raise("42P16", pgerr.NoPosition, "inherited column \"%s\" must be renamed in child tables too", n.Subname)
	}
	if r.Kind == catalog.CompositeType {
		for _, table := range s.typedTables(r, n.Behavior) {
			s.renameColumnIn(table, n, true, true, 0)
		}
	}
	col := r.ColumnNamed(n.Subname)
	if col == nil {
		if isSystemColumn(n.Subname) {
			pgerr.Raise("0A000", pgerr.NoPosition, "cannot rename system column \"%s\"", n.Subname)
		}
		pgerr.Raise("42703", pgerr.NoPosition, "column \"%s\" does not exist", n.Subname)
	}
	if col.InhCount > parents {
		pgerr.Raise("42P16", pgerr.NoPosition, "cannot rename inherited column \"%s\"", n.Subname)
	}
	s.columnNameFree(r, n.Newname, false)
	s.catalog.Touch(r)
	col.Name = n.Newname
}

// typedTables gives the tables of a composite type; RESTRICT refuses them
// (find_typed_table_dependencies).
func (s *Session) typedTables(r *catalog.Relation, behavior ast.DropBehavior) []*catalog.Relation {
	var out []*catalog.Relation
	for _, d := range s.catalog.Dependents(catalog.Address{Class: catalog.ClassType, OID: r.Type}) {
		table := s.catalog.Relation(d.Dependent.OID)
		if d.Dependent.Class != catalog.ClassRelation || d.Dependent.Sub != 0 || table == nil || table.OfType != r.Type {
			continue
		}
		if behavior != ast.DROP_CASCADE {
			pgerr.New("2BP01", pgerr.NoPosition, "cannot alter type \"%s\" because it is the type of a typed table", r.Name).
				WithHint("Use ALTER ... CASCADE to alter the typed tables too.").Raise()
		}
		out = append(out, table)
	}
	return out
}

// parentsAmong counts a relation's parents within a family.
func parentsAmong(r *catalog.Relation, family []*catalog.Relation) int {
	n := 0
	for _, oid := range r.Inherits {
		for _, f := range family {
			if f.OID == oid {
				n++
			}
		}
	}
	return n
}

// renameConstraint interprets RENAME CONSTRAINT of a table.
func (s *Session) renameConstraint(n *ast.RenameStmt) {
	r := s.lookup(n.Relation, n.MissingOk)
	if r == nil {
		s.skipMissingRelation(n.Relation)
		return
	}
	s.checkRenamable(r, false)
	s.renameConstraintIn(r, n, n.Relation.Inh, false, 0)
	s.changed("rename constraint %s of %s to %s", n.Subname, r.Name, n.Newname)
}

// renameConstraintIn mirrors rename_constraint_internal.
func (s *Session) renameConstraintIn(r *catalog.Relation, n *ast.RenameStmt, recurse, recursing bool, parents int) {
	s.checkRenamable(r, true)
	con := constraintNamed(r, n.Subname)
	if con == nil {
		pgerr.Raise("42704", pgerr.NoPosition, "constraint \"%s\" for table \"%s\" does not exist", n.Subname, r.Name)
	}
	if con.Kind == 'c' && !con.NoInherit {
		if recurse {
			family := s.inheritors(r)
			for _, child := range family[1:] {
				s.renameConstraintIn(child, n, false, true, parentsAmong(child, family))
			}
		} else if parents == 0 && len(r.Children) > 0 {
			pgerr.Raise("42P16", pgerr.NoPosition, "inherited constraint \"%s\" must be renamed in child tables too", n.Subname)
		}
		if con.InhCount > parents {
			pgerr.Raise("42P16", pgerr.NoPosition, "cannot rename inherited constraint \"%s\"", n.Subname)
		}
	}
	if index := s.catalog.Relation(con.Index); con.Kind != 'f' && index != nil {
		s.renameRelation(index, n.Newname)
		return
	}
	s.renameConstraintObject(r, con, n.Newname)
}

// renameRule mirrors RenameRewriteRule.
func (s *Session) renameRule(n *ast.RenameStmt) {
	r := s.lookup(n.Relation, false)
	if r.Kind != catalog.Table && r.Kind != catalog.View && r.Kind != catalog.PartitionedTable {
		notSupportedFor(r, "relation \"%s\" cannot have rules")
	}
	checkNotSystem(r)
	s.checkOwner(r)
	var rule *catalog.Rule
	for _, x := range r.Rules {
		if x.Name == n.Subname {
			rule = x
		}
	}
	if rule == nil {
		if n.Subname == "_RETURN" && r.Kind == catalog.View {
			pgerr.Raise("42P17", pgerr.NoPosition, "renaming an ON SELECT rule is not allowed")
		}
		pgerr.Raise("42704", pgerr.NoPosition, "rule \"%s\" for relation \"%s\" does not exist", n.Subname, r.Name)
	}
	if n.Newname == "_RETURN" && r.Kind == catalog.View {
		pgerr.Raise("42710", pgerr.NoPosition, "rule \"%s\" for relation \"%s\" already exists", n.Newname, r.Name)
	}
	for _, x := range r.Rules {
		if x.Name == n.Newname {
			pgerr.Raise("42710", pgerr.NoPosition, "rule \"%s\" for relation \"%s\" already exists", n.Newname, r.Name)
		}
	}
	s.catalog.Touch(r)
	s.catalog.Rename(rule, rule.Namespace, n.Newname)
}

// setSchema interprets ALTER … SET SCHEMA.
func (s *Session) setSchema(n *ast.AlterObjectSchemaStmt) {
	switch n.ObjectType {
	case ast.OBJECT_TABLE, ast.OBJECT_SEQUENCE, ast.OBJECT_VIEW, ast.OBJECT_MATVIEW, ast.OBJECT_FOREIGN_TABLE, ast.OBJECT_INDEX:
		s.moveRelationStmt(n)
	default:
		s.moveObject(n)
	}
}

// moveRelationStmt mirrors AlterTableNamespace.
func (s *Session) moveRelationStmt(n *ast.AlterObjectSchemaStmt) {
	r := s.lookup(n.Relation, n.MissingOk)
	if r == nil {
		s.skipMissingRelation(n.Relation)
		return
	}
	s.checkAlterable(r, n.ObjectType, n.Relation.Relname)
	if r.IndexInfo != nil {
		pgerr.New("42809", pgerr.NoPosition, "cannot change schema of index \"%s\"", n.Relation.Relname).
			WithHint("Change the schema of the table instead.").Raise()
	}
	if r.Kind == catalog.Sequence {
		if table := s.ownerTable(r); table != nil {
			pgerr.New("0A000", pgerr.NoPosition, "cannot move an owned sequence into another schema").
				WithDetail("Sequence \"%s\" is linked to table \"%s\".", r.Name, table.Name).Raise()
		}
	}
	to := s.relationNamespace(&ast.RangeVar{Schemaname: n.Newschema, Relname: r.Name}, r.Persistence)
	s.checkCreate(to)
	s.checkSetNamespace(r.Namespace, to)
	s.moveRelation(r, to)
	s.changed("move %s %s to schema %s", kindWords[r.Kind], r.Name, n.Newschema)
}

// moveRelation takes a relation with all its parts to another schema
// (AlterTableNamespaceInternal).
func (s *Session) moveRelation(r *catalog.Relation, to pg.OID) {
	if r.Namespace == to {
		return
	}
	if s.catalog.Named(catalog.ClassRelation, to, r.Name) != nil {
		pgerr.Raise("42P07", pgerr.NoPosition, "relation \"%s\" already exists in schema \"%s\"", r.Name, s.catalog.SchemaName(to))
	}
	from := r.Namespace
	s.catalog.Rename(r, to, r.Name)
	s.moveDependency(r.Address(), from, to)
	if t := s.catalog.Type(r.Type); t != nil {
		s.moveRowType(t, to)
	}
	for _, index := range r.Indexes {
		s.moveRelation(index, to)
	}
	for _, seq := range s.ownedSequences(r) {
		s.moveRelation(seq, to)
	}
	for _, con := range r.Constraints {
		s.catalog.Rename(con, to, con.Name)
	}
}

// moveRowType moves a row type and its array type along with their relation.
func (s *Session) moveRowType(t *catalog.Type, to pg.OID) {
	if s.catalog.Named(catalog.ClassType, to, t.Name) != nil {
		pgerr.Raise("42710", pgerr.NoPosition, "type \"%s\" already exists in schema \"%s\"", t.Name, s.catalog.SchemaName(to))
	}
	s.catalog.Rename(t, to, t.Name)
	if array := s.catalog.Type(t.Array); array != nil {
		name := array.Name
		if s.catalog.Named(catalog.ClassType, to, name) != nil {
			name = s.arrayTypeName(t.Name, to)
		}
		s.catalog.Rename(array, to, name)
	}
}

// moveDependency makes an object depend on another schema than before.
func (s *Session) moveDependency(a catalog.Address, from, to pg.OID) {
	schema := func(oid pg.OID) catalog.Address { return catalog.Address{Class: catalog.ClassNamespace, OID: oid} }
	if s.catalog.Undepend(a, func(d catalog.Dependency) bool { return d.Referenced == schema(from) }) > 0 || s.catalog.Pinned(schema(from)) {
		s.catalog.Depend(a, schema(to), catalog.DependNormal)
	}
}
