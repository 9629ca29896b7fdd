package compile

import (
	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// opObject finds an operator class or family; its access method is the first
// of the names.
func (s *Session) opObject(n *objectName, missingOK bool) catalog.Object {
	items := nodeNames(n.node)
	method := s.plainNamed(ast.OBJECT_ACCESS_METHOD, nodeText(items[0])).Address().OID
	if n.kind == ast.OBJECT_OPCLASS {
		if oc := s.opClassNamed(method, items[1:], missingOK); oc != nil {
			return oc
		}
		return nil
	}
	if of := s.opFamilyNamed(method, items[1:], missingOK); of != nil {
		return of
	}
	return nil
}

// opClassNamed finds an operator class (get_opclass_oid).
func (s *Session) opClassNamed(method pg.OID, names []ast.Node, missingOK bool) *catalog.OpClass {
	schema := s.opSchema(names, missingOK)
	_, name := splitName(names)
	oc := s.catalog.OpClassNamed(method, schema, name)
	if oc == nil && !missingOK {
		pgerr.Raise("42704", pgerr.NoPosition, `operator class "%s" does not exist for access method "%s"`, dotted(names), s.catalog.AccessMethod(method).Name)
	}
	return oc
}

// opFamilyNamed finds an operator family (get_opfamily_oid).
func (s *Session) opFamilyNamed(method pg.OID, names []ast.Node, missingOK bool) *catalog.OpFamily {
	schema := s.opSchema(names, missingOK)
	_, name := splitName(names)
	of := s.catalog.OpFamilyNamed(method, schema, name)
	if of == nil && !missingOK {
		pgerr.Raise("42704", pgerr.NoPosition, `operator family "%s" does not exist for access method "%s"`, dotted(names), s.catalog.AccessMethod(method).Name)
	}
	return of
}

func (s *Session) opSchema(names []ast.Node, missingOK bool) string {
	schema, _ := splitName(names)
	if schema != "" && !missingOK {
		s.namespaceOf(schema)
	}
	return schema
}

func (s *Session) castObject(n *objectName, missingOK bool) catalog.Object {
	items := nodeNames(n.node)
	source, target := items[0].(*ast.TypeName), items[1].(*ast.TypeName)
	if missingOK && (analyze.TypeNameOrNil(s.catalog, source) == nil || analyze.TypeNameOrNil(s.catalog, target) == nil) {
		return nil
	}
	from, _ := s.typeID(source)
	to, _ := s.typeID(target)
	if cast := s.catalog.Cast(from, to); cast != nil {
		return cast
	}
	if !missingOK {
		pgerr.Raise("42704", pgerr.NoPosition, "cast from type %s to type %s does not exist", s.formatType(from), s.formatType(to))
	}
	return nil
}

func (s *Session) transformObject(n *objectName, missingOK bool) catalog.Object {
	items := nodeNames(n.node)
	tn := items[0].(*ast.TypeName)
	if missingOK && analyze.TypeNameOrNil(s.catalog, tn) == nil {
		return nil
	}
	typ, _ := s.typeID(tn)
	lang := s.plainObject(plainKinds[ast.OBJECT_LANGUAGE], nodeText(items[1]), missingOK)
	if lang == nil {
		return nil
	}
	if t := s.transform(typ, lang.(*catalog.Generic)); t != nil {
		return t
	}
	if !missingOK {
		pgerr.Raise("42704", pgerr.NoPosition, `transform for type %s language "%s" does not exist`, s.formatType(typ), catalog.HeaderOf(lang).Name)
	}
	return nil
}

// checkNamed raises 42501 unless the user owns what a statement names
// (check_object_ownership).
func (s *Session) checkNamed(n *objectName) {
	switch n.kind {
	case ast.OBJECT_COLUMN, ast.OBJECT_RULE, ast.OBJECT_TRIGGER, ast.OBJECT_POLICY, ast.OBJECT_TABCONSTRAINT, ast.OBJECT_ATTRIBUTE:
		s.checkOwnerAs(n.relation, n.kind, n.relation.Name)
	case ast.OBJECT_DOMCONSTRAINT:
		s.checkOwner(s.catalog.Type(n.object.(*catalog.Constraint).Type))
	case ast.OBJECT_CAST:
		cast := n.object.(*catalog.Cast)
		source, target := s.catalog.Type(cast.Source), s.catalog.Type(cast.Target)
		if !s.owns(source) && !s.owns(target) {
			pgerr.Raise("42501", pgerr.NoPosition, "must be owner of type %s or type %s", s.formatType(source.OID), s.formatType(target.OID))
		}
	case ast.OBJECT_TRANSFORM:
		t := n.object.(*catalog.Generic)
		s.checkOwner(s.catalog.Type(t.Parent))
	case ast.OBJECT_ROLE:
		s.checkRoleOwner(n.object.(*catalog.Role))
	case ast.OBJECT_TSPARSER, ast.OBJECT_TSTEMPLATE, ast.OBJECT_ACCESS_METHOD:
		s.requireSuperuser("must be superuser")
	case ast.OBJECT_TYPE, ast.OBJECT_DOMAIN:
		s.checkOwner(n.object)
	default:
		s.checkOwnerAs(n.object, n.kind, objectText(n.node))
	}
}

// objectText gives the name that a node holds, without arguments.
func objectText(n ast.Node) string {
	if o, ok := n.(*ast.ObjectWithArgs); ok {
		return dotted(o.Objname)
	}
	return nodeText(n)
}

// checkRoleOwner: a superuser is for superusers, other roles are for those
// with CREATEROLE.
func (s *Session) checkRoleOwner(r *catalog.Role) {
	if r.Super {
		s.requireSuperuser("must be superuser")
	} else if !s.canCreateRoles() {
		pgerr.Raise("42501", pgerr.NoPosition, "must have CREATEROLE privilege")
	}
}
