package deparse

import (
	"fmt"

	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
)

// relationWords say what a relation of a kind is called in messages.
var relationWords = map[byte]string{
	catalog.Table: "table", catalog.PartitionedTable: "table", catalog.Index: "index", catalog.PartitionedIndex: "index",
	catalog.Sequence: "sequence", 't': "toast table", catalog.View: "view", catalog.MaterializedView: "materialized view",
	catalog.CompositeType: "composite type", catalog.ForeignTable: "foreign table",
}

// Describe names an object for a message, as getObjectDescription does: "table
// orders", "column a of table b", "constraint k on table t".
func Describe(c *catalog.Catalog, a catalog.Address) string {
	whole := a
	whole.Sub = 0
	if a.Class == catalog.ClassDefault {
		return describeDefault(c, a)
	}
	o := c.Object(whole)
	if o == nil {
		return fmt.Sprintf("%s %d", a.Class, a.OID)
	}
	switch o := o.(type) {
	case *catalog.Relation:
		text := relationWords[o.Kind] + " " + name(c, o)
		if a.Sub != 0 {
			return "column " + attributeName(o, a.Sub) + " of " + text
		}
		return text
	case *catalog.Constraint:
		if o.Relation != 0 {
			return "constraint " + o.Name + " on " + describeRelation(c, o.Relation)
		}
		return "constraint " + o.Name
	case *catalog.Trigger:
		return "trigger " + o.Name + " on " + describeRelation(c, o.Relation)
	case *catalog.Policy:
		return "policy " + o.Name + " on " + describeRelation(c, o.Relation)
	case *catalog.Rule:
		return "rule " + o.Name + " on " + describeRelation(c, o.Relation)
	case *catalog.Proc:
		return "function " + Procedure(c, o.OID)
	case *catalog.Type:
		return "type " + TypeName(c, o.OID)
	case *catalog.Operator:
		return "operator " + Operator(c, o.OID)
	case *catalog.Cast:
		return "cast from " + TypeName(c, o.Source) + " to " + TypeName(c, o.Target)
	case *catalog.OpClass:
		return "operator class " + name(c, o) + " for access method " + methodName(c, o.Method)
	case *catalog.OpFamily:
		return "operator family " + name(c, o) + " for access method " + methodName(c, o.Method)
	case *catalog.Generic:
		return describeGeneric(c, o)
	}
	return describeNamed(c, o)
}

func describeRelation(c *catalog.Catalog, oid pg.OID) string {
	return Describe(c, catalog.Address{Class: catalog.ClassRelation, OID: oid})
}

func methodName(c *catalog.Catalog, oid pg.OID) string {
	if am := c.AccessMethod(oid); am != nil {
		return am.Name
	}
	return "???"
}

// describeDefault names a column's default, which is an object without a name.
func describeDefault(c *catalog.Catalog, a catalog.Address) string {
	for _, d := range c.Dependencies(a) {
		if d.Referenced.Class == catalog.ClassRelation && d.Referenced.Sub != 0 && d.Kind == catalog.DependAuto {
			return "default value for " + Describe(c, d.Referenced)
		}
	}
	return fmt.Sprintf("default value %d", a.OID)
}

// describeNamed names an object by a word for its kind.
func describeNamed(c *catalog.Catalog, o catalog.Object) string {
	h := catalog.HeaderOf(o)
	switch o.(type) {
	case *catalog.Schema:
		return "schema " + h.Name
	case *catalog.Collation:
		return "collation " + name(c, o)
	case *catalog.AccessMethod:
		return "access method " + h.Name
	case *catalog.Extension:
		return "extension " + h.Name
	case *catalog.EventTrigger:
		return "event trigger " + h.Name
	case *catalog.Publication:
		return "publication " + h.Name
	case *catalog.Statistics:
		return "statistics object " + name(c, o)
	case *catalog.Role:
		return "role " + h.Name
	}
	return h.Name
}

// genericWords say what the objects of a class are called; the qualified ones
// live in schemas.
var genericWords = map[catalog.Class]struct {
	word      string
	qualified bool
}{
	catalog.ClassLanguage: {"language", false}, catalog.ClassConversion: {"conversion", true},
	catalog.ClassTSParser: {"text search parser", true}, catalog.ClassTSDict: {"text search dictionary", true},
	catalog.ClassTSTemplate: {"text search template", true}, catalog.ClassTSConfig: {"text search configuration", true},
	catalog.ClassFDW: {"foreign-data wrapper", false}, catalog.ClassServer: {"server", false},
	catalog.ClassSubscription: {"subscription", false}, catalog.ClassTablespace: {"tablespace", false},
	catalog.ClassDatabase: {"database", false}, catalog.ClassDefaultACL: {"default privileges", false},
}

func describeGeneric(c *catalog.Catalog, g *catalog.Generic) string {
	switch g.Class {
	case catalog.ClassUserMapping:
		server, _ := c.Object(catalog.Address{Class: catalog.ClassServer, OID: g.Parent}).(*catalog.Generic)
		if server == nil {
			return "user mapping for " + g.Extra
		}
		return "user mapping for " + g.Extra + " on server " + server.Name
	case catalog.ClassTransform:
		return "transform for " + TypeName(c, g.Parent) + " language " + g.Extra
	case catalog.ClassPublicationRel:
		return "publication of " + describeRelation(c, g.Handler) + " in " + describePublication(c, g.Parent)
	case catalog.ClassPublicationNamespace:
		return "publication of schema " + c.SchemaName(g.Handler) + " in " + describePublication(c, g.Parent)
	case catalog.ClassLargeObject:
		return fmt.Sprintf("large object %d", g.OID)
	}
	w := genericWords[g.Class]
	if w.qualified {
		return w.word + " " + name(c, g)
	}
	if w.word == "" {
		return g.Name
	}
	return w.word + " " + g.Name
}

func describePublication(c *catalog.Catalog, oid pg.OID) string {
	return Describe(c, catalog.Address{Class: catalog.ClassPublication, OID: oid})
}

// QualifiedName writes an object's name with its schema, quoted as needed.
func QualifiedName(c *catalog.Catalog, o catalog.Object) string { return qualified(c, o) }

// Name writes an object's name, with its schema where the search path does not find it.
func Name(c *catalog.Catalog, o catalog.Object) string { return name(c, o) }

// Identity writes an object's name with its schema whatever the search path.
func Identity(c *catalog.Catalog, a catalog.Address) string {
	var text string
	c.WithSearchPath(nil, func() { text = Describe(c, a) })
	return text
}
