package compile

import (
	"strings"

	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// removeObjects interprets DROP of everything that is not a relation, as
// RemoveObjects does.
func (s *Session) removeObjects(n *ast.DropStmt) {
	var targets []catalog.Address
	for _, node := range n.Objects {
		o := s.objectNamed(n.RemoveType, node, n.MissingOk)
		if o.object == nil {
			s.skipMissing(n.RemoveType, node)
			continue
		}
		if p, ok := o.object.(*catalog.Proc); ok && n.RemoveType == ast.OBJECT_FUNCTION && p.Kind == 'a' {
			pgerr.New("42809", pgerr.NoPosition, `"%s" is an aggregate function`, dotted(node.(*ast.ObjectWithArgs).Objname)).
				WithHint("Use DROP AGGREGATE to drop aggregate functions.").Raise()
		}
		s.checkDroppable(o)
		targets = append(targets, o.address)
	}
	s.performDeletions(targets, n.Behavior, 0)
}

// checkDroppable raises 42501 unless the user owns the object or its schema.
func (s *Session) checkDroppable(o *objectName) {
	if schema := s.catalog.Schema(s.schemaOf(o)); schema != nil && s.owns(schema) {
		return
	}
	s.checkNamed(o)
}

// schemaOf gives the schema that an object itself is in, 0 for none: triggers
// and their like have none.
func (s *Session) schemaOf(o *objectName) pg.OID {
	switch o.object.(type) {
	case *catalog.Constraint, *catalog.Trigger, *catalog.Policy, *catalog.Rule, *catalog.Extension:
		return 0
	}
	return catalog.HeaderOf(o.object).Namespace
}

// skipMissing tells that something is not there (does_not_exist_skipping).
func (s *Session) skipMissing(kind ast.ObjectType, node ast.Node) {
	if k, ok := plainKinds[kind]; ok {
		s.notice("00000", `%s "%s" does not exist, skipping`, k.word, nodeText(node))
		return
	}
	if k, ok := schemaKinds[kind]; ok {
		if !s.skipMissingSchema(nodeNames(node)) {
			s.notice("00000", `%s "%s" does not exist, skipping`, k.word, dotted(nodeNames(node)))
		}
		return
	}
	switch kind {
	case ast.OBJECT_TYPE, ast.OBJECT_DOMAIN:
		if !s.skipMissingSchema(nodeNames(node)) {
			s.notice("00000", `type "%s" does not exist, skipping`, dotted(nodeNames(node)))
		}
	case ast.OBJECT_FUNCTION, ast.OBJECT_PROCEDURE, ast.OBJECT_ROUTINE, ast.OBJECT_AGGREGATE, ast.OBJECT_OPERATOR:
		s.skipMissingRoutine(kind, node.(*ast.ObjectWithArgs))
	case ast.OBJECT_TRIGGER, ast.OBJECT_POLICY, ast.OBJECT_RULE:
		s.skipMissingPart(kind, node)
	case ast.OBJECT_CAST:
		items := nodeNames(node)
		if !s.skipMissingTypes(items) {
			s.notice("00000", "cast from type %s to type %s does not exist, skipping",
				s.typeNameText(items[0].(*ast.TypeName)), s.typeNameText(items[1].(*ast.TypeName)))
		}
	case ast.OBJECT_TRANSFORM:
		items := nodeNames(node)
		if !s.skipMissingTypes(items[:1]) {
			s.notice("00000", `transform for type %s language "%s" does not exist, skipping`, s.typeNameText(items[0].(*ast.TypeName)), nodeText(items[1]))
		}
	case ast.OBJECT_OPCLASS, ast.OBJECT_OPFAMILY:
		items := nodeNames(node)
		if !s.skipMissingSchema(items[1:]) {
			s.notice("00000", `%s "%s" does not exist for access method "%s", skipping`, aclKinds[kind], dotted(items[1:]), nodeText(items[0]))
		}
	}
}

// skipMissingSchema tells that a name's schema is not there.
func (s *Session) skipMissingSchema(names []ast.Node) bool {
	schema, _ := splitName(names)
	if schema == "" || s.catalog.SchemaOID(schema) != 0 {
		return false
	}
	s.notice("00000", `schema "%s" does not exist, skipping`, schema)
	return true
}

// skipMissingTypes tells that one of some types is not there.
func (s *Session) skipMissingTypes(types []ast.Node) bool {
	for _, node := range types {
		tn, ok := node.(*ast.TypeName)
		if !ok || analyze.TypeNameOrNil(s.catalog, tn) != nil {
			continue
		}
		if !s.skipMissingSchema(tn.Names) {
			s.notice("00000", `type "%s" does not exist, skipping`, s.typeNameText(tn))
		}
		return true
	}
	return false
}

func (s *Session) skipMissingRoutine(kind ast.ObjectType, o *ast.ObjectWithArgs) {
	if s.skipMissingSchema(o.Objname) || s.skipMissingTypes(o.Objargs) {
		return
	}
	if kind == ast.OBJECT_OPERATOR {
		s.notice("00000", "operator %s does not exist, skipping", dotted(o.Objname))
		return
	}
	var args []string
	for _, a := range o.Objargs {
		args = append(args, s.typeNameText(a.(*ast.TypeName)))
	}
	s.notice("00000", "%s %s(%s) does not exist, skipping", aclKinds[kind], dotted(o.Objname), strings.Join(args, ","))
}

func (s *Session) skipMissingPart(kind ast.ObjectType, node ast.Node) {
	names := nodeNames(node)
	owner := names[:len(names)-1]
	if s.skipMissingSchema(owner) {
		return
	}
	if s.lookup(rangeVarOf(ast.Strings(owner)), true) == nil {
		s.notice("00000", `relation "%s" does not exist, skipping`, dotted(owner))
		return
	}
	word := map[ast.ObjectType]string{ast.OBJECT_TRIGGER: "trigger", ast.OBJECT_POLICY: "policy", ast.OBJECT_RULE: "rule"}[kind]
	s.notice("00000", `%s "%s" for relation "%s" does not exist, skipping`, word, nodeText(names[len(names)-1]), dotted(owner))
}
