package compile

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// createComposite interprets CREATE TYPE … AS (…), as DefineCompositeType: a
// relation without storage, and its row type.
func (s *Session) createComposite(n *ast.CompositeTypeStmt) {
	namespace, name := s.createIn(rangeVarNames(n.Typevar))
	s.claimFullTypeName(namespace, name)
	if s.catalog.Named(catalog.ClassRelation, namespace, name) != nil {
		pgerr.Raise("42P07", pgerr.NoPosition, `relation "%s" already exists`, name)
	}
	r := &catalog.Relation{Header: catalog.Header{Name: name, Namespace: namespace, Owner: s.catalog.CurrentUser},
		Kind: catalog.CompositeType, Persistence: 'p', ReplicaIdentity: 'n', Populated: true}
	if s.catalog.IsTemp(namespace) {
		r.Persistence = 't'
	}
	checkAttributeNames(n.Coldeflist)
	for i, node := range n.Coldeflist {
		r.Columns = append(r.Columns, s.attribute(node.(*ast.ColumnDef), int16(i+1)))
	}
	s.catalog.Add(r)
	t := s.newType(namespace, name, 'c', 'C')
	t.RelID, t.Align, t.Input, t.Output = r.OID, 'd', "record_in", "record_out"
	t = s.addType(t, nil)
	s.catalog.Touch(r)
	r.Type = t.OID
	s.dependComposite(r, t)
	s.changed("create type %s", s.catalog.QualifiedName(t))
}

// dependComposite records what a composite type needs. Its relation is a part
// of the type, and not the other way round.
func (s *Session) dependComposite(r *catalog.Relation, t *catalog.Type) {
	s.catalog.Depend(r.Address(), t.Address(), catalog.DependInternal)
	s.catalog.Depend(t.Address(), catalog.Address{Class: catalog.ClassNamespace, OID: t.Namespace}, catalog.DependNormal)
	for _, col := range r.Columns {
		s.catalog.Depend(r.Column(col.Num), catalog.Address{Class: catalog.ClassType, OID: col.Type}, catalog.DependNormal)
		if col.Collation != 0 && col.Collation != s.catalog.Type(col.Type).Collation {
			s.catalog.Depend(r.Column(col.Num), catalog.Address{Class: catalog.ClassCollation, OID: col.Collation}, catalog.DependNormal)
		}
	}
}

// attribute makes one attribute of a composite type (BuildDescForRelation).
func (s *Session) attribute(def *ast.ColumnDef, num int16) *catalog.Column {
	typ, typmod := s.typeID(def.TypeName)
	t := s.catalog.Type(typ)
	s.checkTypeUsage(t.OID)
	if def.TypeName.Setof {
		pgerr.Raise("42P16", pgerr.NoPosition, `column "%s" cannot be declared SETOF`, def.Colname)
	}
	collation := s.columnCollation(def.CollClause, typ)
	s.checkColumnType(def.Colname, typ, collation, nil)
	return &catalog.Column{Num: num, Name: def.Colname, Type: typ, Typmod: typmod, NDims: len(def.TypeName.ArrayBounds),
		Collation: collation, IsLocal: true, Storage: t.Storage, Statistics: -1}
}

func checkAttributeNames(defs []ast.Node) {
	if len(defs) > maxColumns {
		pgerr.Raise("54011", pgerr.NoPosition, "tables can have at most %d columns", maxColumns)
	}
	seen := map[string]bool{}
	for _, node := range defs {
		name := node.(*ast.ColumnDef).Colname
		if seen[name] {
			pgerr.Raise("42701", pgerr.NoPosition, `column "%s" specified more than once`, name)
		}
		seen[name] = true
	}
}

// checkTypeUsage raises 42501 unless the user may use a type.
func (s *Session) checkTypeUsage(typ pg.OID) {
	t := s.catalog.Type(typ)
	if t == nil || s.hasPrivilege(t, aclUsage) {
		return
	}
	if s.isTrueArray(t) {
		t = s.catalog.Type(t.Elem)
	}
	s.noPrivilege(ast.OBJECT_TYPE, s.formatType(t.OID))
}

// rangeVarNames gives a RangeVar's name as a list.
func rangeVarNames(rv *ast.RangeVar) []ast.Node {
	var names []ast.Node
	for _, part := range []string{rv.Catalogname, rv.Schemaname, rv.Relname} {
		if part != "" {
			names = append(names, &ast.String{Sval: part})
		}
	}
	return names
}

// creationSchemaNamed finds the schema that something is to be moved to
// (LookupCreationNamespace).
func (s *Session) creationSchemaNamed(name string) pg.OID {
	if name == "pg_temp" {
		return s.catalog.TempSchema()
	}
	oid := s.namespaceNamed(name)
	s.checkCreate(oid)
	return oid
}
