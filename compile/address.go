package compile

import (
	"strings"

	"github.com/electric-cli/electric/analyze"
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/parser/ast"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/pgerr"
)

// An objectName is what DROP, COMMENT and ALTER … RENAME say of an object,
// and the object found; nil with missingOK when there is none.
type objectName struct {
	kind ast.ObjectType
	node ast.Node
	// relation is what a column, trigger, rule, policy or constraint is on.
	relation *catalog.Relation
	object   catalog.Object
	address  catalog.Address
}

// A plainKind is a kind of object whose name has no schema.
type plainKind struct {
	class catalog.Class
	word  string
	code  string
}

var plainKinds = map[ast.ObjectType]plainKind{
	ast.OBJECT_ACCESS_METHOD: {catalog.ClassAccessMethod, "access method", "42704"}, ast.OBJECT_DATABASE: {catalog.ClassDatabase, "database", "3D000"},
	ast.OBJECT_EXTENSION: {catalog.ClassExtension, "extension", "42704"}, ast.OBJECT_TABLESPACE: {catalog.ClassTablespace, "tablespace", "42704"},
	ast.OBJECT_ROLE: {catalog.ClassRole, "role", "42704"}, ast.OBJECT_SCHEMA: {catalog.ClassNamespace, "schema", "3F000"},
	ast.OBJECT_LANGUAGE: {catalog.ClassLanguage, "language", "42704"}, ast.OBJECT_FDW: {catalog.ClassFDW, "foreign-data wrapper", "42704"},
	ast.OBJECT_FOREIGN_SERVER: {catalog.ClassServer, "server", "42704"}, ast.OBJECT_EVENT_TRIGGER: {catalog.ClassEventTrigger, "event trigger", "42704"},
	ast.OBJECT_PUBLICATION: {catalog.ClassPublication, "publication", "42704"}, ast.OBJECT_SUBSCRIPTION: {catalog.ClassSubscription, "subscription", "42704"},
}

// schemaKinds are the kinds of object whose name may have a schema and is not
// overloaded.
var schemaKinds = map[ast.ObjectType]plainKind{
	ast.OBJECT_COLLATION: {catalog.ClassCollation, "collation", "42704"}, ast.OBJECT_CONVERSION: {catalog.ClassConversion, "conversion", "42704"},
	ast.OBJECT_STATISTIC_EXT: {catalog.ClassStatistics, "statistics object", "42704"}, ast.OBJECT_TSPARSER: {catalog.ClassTSParser, "text search parser", "42704"},
	ast.OBJECT_TSDICTIONARY: {catalog.ClassTSDict, "text search dictionary", "42704"}, ast.OBJECT_TSTEMPLATE: {catalog.ClassTSTemplate, "text search template", "42704"},
	ast.OBJECT_TSCONFIGURATION: {catalog.ClassTSConfig, "text search configuration", "42704"},
}

// relationWords say what a relation must be for each kind of statement.
var relationWords = map[ast.ObjectType]struct {
	kinds string
	word  string
}{
	ast.OBJECT_TABLE: {"rp", "a table"}, ast.OBJECT_INDEX: {"iI", "an index"}, ast.OBJECT_SEQUENCE: {"S", "a sequence"}, ast.OBJECT_VIEW: {"v", "a view"},
	ast.OBJECT_MATVIEW: {"m", "a materialized view"}, ast.OBJECT_FOREIGN_TABLE: {"f", "a foreign table"},
}

// objectNamed finds the object that a statement names (get_object_address).
func (s *Session) objectNamed(kind ast.ObjectType, node ast.Node, missingOK bool) *objectName {
	n := &objectName{kind: kind, node: node}
	if o := s.findObject(n, missingOK); o != nil {
		n.object = o
		if n.address.Class == 0 {
			n.address = o.Address()
		}
	}
	return n
}

func (s *Session) findObject(n *objectName, missingOK bool) catalog.Object {
	if k, ok := plainKinds[n.kind]; ok {
		return s.plainObject(k, nodeText(n.node), missingOK)
	}
	if k, ok := schemaKinds[n.kind]; ok {
		return s.schemaObject(k, nodeNames(n.node), missingOK)
	}
	switch n.kind {
	case ast.OBJECT_TABLE, ast.OBJECT_INDEX, ast.OBJECT_SEQUENCE, ast.OBJECT_VIEW, ast.OBJECT_MATVIEW, ast.OBJECT_FOREIGN_TABLE:
		return s.relationObject(n, missingOK)
	case ast.OBJECT_COLUMN, ast.OBJECT_ATTRIBUTE:
		return s.columnObject(n, missingOK)
	case ast.OBJECT_RULE, ast.OBJECT_TRIGGER, ast.OBJECT_TABCONSTRAINT, ast.OBJECT_POLICY:
		return s.relationPart(n, missingOK)
	case ast.OBJECT_DOMCONSTRAINT:
		return s.domainPart(n, missingOK)
	case ast.OBJECT_TYPE, ast.OBJECT_DOMAIN:
		return s.typeObject(n, missingOK)
	case ast.OBJECT_AGGREGATE, ast.OBJECT_FUNCTION, ast.OBJECT_PROCEDURE, ast.OBJECT_ROUTINE:
		if p := analyze.LookupFuncWithArgs(s.catalog, n.kind, n.node.(*ast.ObjectWithArgs), missingOK); p != nil {
			return p
		}
	case ast.OBJECT_OPERATOR:
		if o := analyze.LookupOperatorWithArgs(s.catalog, n.node.(*ast.ObjectWithArgs), missingOK); o != nil {
			return o
		}
	case ast.OBJECT_OPCLASS, ast.OBJECT_OPFAMILY:
		return s.opObject(n, missingOK)
	case ast.OBJECT_CAST:
		return s.castObject(n, missingOK)
	case ast.OBJECT_TRANSFORM:
		return s.transformObject(n, missingOK)
	case ast.OBJECT_LARGEOBJECT:
		pgerr.Raise("42704", pgerr.NoPosition, "large object %s does not exist", nodeText(n.node))
	default:
		s.unsupported("an object of kind " + n.kind.String())
	}
	return nil
}

// nodeText gives the one name, or number, that a node holds.
func nodeText(n ast.Node) string {
	switch v := n.(type) {
	case *ast.String:
		return v.Sval
	case *ast.Integer, *ast.Float, *ast.A_Const:
		return constantText(v)
	case *ast.List:
		return dotted(v.Items)
	case *ast.TypeName:
		return dotted(v.Names)
	}
	return ""
}

// nodeNames gives the names that a node holds.
func nodeNames(n ast.Node) []ast.Node {
	switch v := n.(type) {
	case *ast.List:
		return v.Items
	case *ast.String:
		return []ast.Node{v}
	case *ast.TypeName:
		return v.Names
	case *ast.ObjectWithArgs:
		return v.Objname
	}
	return nil
}

func (s *Session) plainObject(k plainKind, name string, missingOK bool) catalog.Object {
	var o catalog.Object
	switch k.class {
	case catalog.ClassNamespace:
		if schema := s.catalog.Schema(s.catalog.SchemaOID(name)); schema != nil {
			o = schema
		}
	case catalog.ClassExtension:
		if ext := s.extension(name); ext != nil {
			o = ext
		}
	default:
		o = s.catalog.Named(k.class, 0, name)
	}
	if o == nil && k.class == catalog.ClassDatabase && s.AnyDatabase {
		o = s.catalog.Named(k.class, 0, databaseName)
	}
	if o == nil && !missingOK {
		pgerr.Raise(k.code, pgerr.NoPosition, `%s "%s" does not exist`, k.word, name)
	}
	return o
}

// plainNamed finds an object of a kind whose name has no schema.
func (s *Session) plainNamed(kind ast.ObjectType, name string) catalog.Object {
	return s.plainObject(plainKinds[kind], name, false)
}

// database checks that there is a database of this name.
func (s *Session) database(name string) { s.plainNamed(ast.OBJECT_DATABASE, name) }

// tablespace checks that there is a tablespace of this name.
func (s *Session) tablespace(name string) { s.plainNamed(ast.OBJECT_TABLESPACE, name) }

// genericNamed is plainNamed for what catalog.Generic stands for.
func (s *Session) genericNamed(kind ast.ObjectType, name string) *catalog.Generic {
	return s.plainNamed(kind, name).(*catalog.Generic)
}

func (s *Session) schemaObject(k plainKind, names []ast.Node, missingOK bool) catalog.Object {
	schema, name := splitName(names)
	if schema != "" {
		if s.catalog.SchemaOID(schema) == 0 && missingOK {
			return nil
		}
		s.namespaceOf(schema)
	}
	o := s.namedAlongPath(k.class, schema, name)
	if o == nil && !missingOK {
		word := k.word
		if k.class == catalog.ClassCollation {
			pgerr.Raise("42704", pgerr.NoPosition, `collation "%s" for encoding "UTF8" does not exist`, dotted(names))
		}
		pgerr.Raise(k.code, pgerr.NoPosition, `%s "%s" does not exist`, word, dotted(names))
	}
	return o
}

// namedAlongPath finds an object in a schema, or along search_path.
func (s *Session) namedAlongPath(class catalog.Class, schema, name string) catalog.Object {
	path := s.catalog.Path()
	if schema != "" {
		path = []pg.OID{s.catalog.SchemaOID(schema)}
	}
	for _, namespace := range path {
		if schema == "" && s.catalog.IsTemp(namespace) {
			continue
		}
		if o := s.catalog.Named(class, namespace, name); o != nil {
			return o
		}
	}
	return nil
}

// schemaNamed finds a collation, conversion, statistics or text search object.
func (s *Session) schemaNamed(kind ast.ObjectType, names []ast.Node) catalog.Object {
	return s.schemaObject(schemaKinds[kind], names, false)
}

func (s *Session) relationObject(n *objectName, missingOK bool) catalog.Object {
	r := s.lookup(rangeVarOf(ast.Strings(nodeNames(n.node))), missingOK)
	if r == nil {
		return nil
	}
	if w := relationWords[n.kind]; !strings.ContainsRune(w.kinds, rune(r.Kind)) {
		pgerr.Raise("42809", pgerr.NoPosition, `"%s" is not %s`, r.Name, w.word)
	}
	n.relation = r
	return r
}

// ownerRelation finds the relation that all names but the last one mean.
func (s *Session) ownerRelation(n *objectName, missingOK bool) (last string) {
	names := ast.Strings(nodeNames(n.node))
	if len(names) < 2 {
		message := "must specify relation and object name"
		if n.kind == ast.OBJECT_COLUMN || n.kind == ast.OBJECT_ATTRIBUTE {
			message = "column name must be qualified"
		}
		pgerr.Raise("42601", pgerr.NoPosition, "%s", message)
	}
	n.relation = s.lookup(rangeVarOf(names[:len(names)-1]), missingOK)
	return names[len(names)-1]
}

func (s *Session) columnObject(n *objectName, missingOK bool) catalog.Object {
	name := s.ownerRelation(n, missingOK)
	if n.relation == nil {
		return nil
	}
	num := systemColumns[name]
	if col := n.relation.ColumnNamed(name); col != nil {
		num = col.Num
	}
	if num == 0 {
		if !missingOK {
			pgerr.Raise("42703", pgerr.NoPosition, `column "%s" of relation "%s" does not exist`, name, n.relation.Name)
		}
		return nil
	}
	n.address = n.relation.Column(num)
	return n.relation
}

func (s *Session) relationPart(n *objectName, missingOK bool) catalog.Object {
	name := s.ownerRelation(n, missingOK)
	if n.relation == nil {
		return nil
	}
	word := ""
	switch n.kind {
	case ast.OBJECT_RULE:
		for _, rule := range n.relation.Rules {
			if rule.Name == name {
				return rule
			}
		}
		if !missingOK {
			pgerr.Raise("42704", pgerr.NoPosition, `rule "%s" for relation "%s" does not exist`, name, n.relation.Name)
		}
	case ast.OBJECT_TRIGGER:
		if t := triggerNamed(n.relation, name); t != nil {
			return t
		}
		word = "trigger"
	case ast.OBJECT_TABCONSTRAINT:
		if con := constraintNamed(n.relation, name); con != nil {
			return con
		}
		word = "constraint"
	case ast.OBJECT_POLICY:
		if p := policyNamed(n.relation, name); p != nil {
			return p
		}
		word = "policy"
	}
	if !missingOK {
		pgerr.Raise("42704", pgerr.NoPosition, `%s "%s" for table "%s" does not exist`, word, name, n.relation.Name)
	}
	return nil
}

func (s *Session) domainPart(n *objectName, missingOK bool) catalog.Object {
	items := nodeNames(n.node)
	typ, _ := s.typeID(items[0].(*ast.TypeName))
	t := s.catalog.Type(typ)
	if con := domainConstraint(t, nodeText(items[1])); con != nil {
		return con
	}
	if !missingOK {
		pgerr.Raise("42704", pgerr.NoPosition, `constraint "%s" for domain %s does not exist`, nodeText(items[1]), s.formatType(typ))
	}
	return nil
}

func (s *Session) typeObject(n *objectName, missingOK bool) catalog.Object {
	tn, ok := n.node.(*ast.TypeName)
	if !ok {
		tn = typeNameOf(nodeNames(n.node))
	}
	var t *catalog.Type
	if missingOK {
		t = analyze.TypeNameOrNil(s.catalog, tn)
	} else {
		t = s.lookupType(tn)
	}
	switch {
	case t == nil && !missingOK:
		pgerr.Raise("42704", pgerr.NoPosition, `type "%s" does not exist`, s.typeNameText(tn))
	case t == nil:
		return nil
	case n.kind == ast.OBJECT_DOMAIN && t.Kind != 'd':
		pgerr.Raise("42809", pgerr.NoPosition, `"%s" is not a domain`, s.typeNameText(tn))
	}
	return t
}
