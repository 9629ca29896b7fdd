package catalog

import "github.com/electric-cli/electric/pg"

// A Class is the system catalog that an object lives in.
type Class uint8

// The classes, named for their catalogs.
const (
	ClassNone Class = iota
	ClassRelation
	ClassType
	ClassProc
	ClassConstraint
	ClassDefault // pg_attrdef; its Sub is 0 and its OID Column.DefaultOID
	ClassTrigger
	ClassPolicy
	ClassRewrite
	ClassOperator
	ClassOpClass
	ClassOpFamily
	ClassAmop
	ClassAmproc
	ClassCast
	ClassCollation
	ClassConversion
	ClassLanguage
	ClassNamespace
	ClassExtension
	ClassAccessMethod
	ClassEventTrigger
	ClassPublication
	ClassPublicationRel
	ClassPublicationNamespace
	ClassStatistics
	ClassTSParser
	ClassTSDict
	ClassTSTemplate
	ClassTSConfig
	ClassFDW
	ClassServer
	ClassUserMapping
	ClassRole
	ClassDefaultACL
	ClassTransform
	ClassSubscription
	ClassTablespace
	ClassDatabase
	ClassLargeObject
	classCount = iota
)

// classCatalogs names each class's system catalog.
var classCatalogs = [...]string{
	ClassRelation: "pg_class", ClassType: "pg_type", ClassProc: "pg_proc", ClassConstraint: "pg_constraint",
	ClassDefault: "pg_attrdef", ClassTrigger: "pg_trigger", ClassPolicy: "pg_policy", ClassRewrite: "pg_rewrite",
	ClassOperator: "pg_operator", ClassOpClass: "pg_opclass", ClassOpFamily: "pg_opfamily", ClassAmop: "pg_amop",
	ClassAmproc: "pg_amproc", ClassCast: "pg_cast", ClassCollation: "pg_collation", ClassConversion: "pg_conversion",
	ClassLanguage: "pg_language", ClassNamespace: "pg_namespace", ClassExtension: "pg_extension", ClassAccessMethod: "pg_am",
	ClassEventTrigger: "pg_event_trigger", ClassPublication: "pg_publication", ClassPublicationRel: "pg_publication_rel",
	ClassPublicationNamespace: "pg_publication_namespace", ClassStatistics: "pg_statistic_ext", ClassTSParser: "pg_ts_parser",
	ClassTSDict: "pg_ts_dict", ClassTSTemplate: "pg_ts_template", ClassTSConfig: "pg_ts_config",
	ClassFDW: "pg_foreign_data_wrapper", ClassServer: "pg_foreign_server", ClassUserMapping: "pg_user_mapping",
	ClassRole: "pg_authid", ClassDefaultACL: "pg_default_acl", ClassTransform: "pg_transform",
	ClassSubscription: "pg_subscription", ClassTablespace: "pg_tablespace", ClassDatabase: "pg_database",
	ClassLargeObject: "pg_largeobject",
}

// String gives the name of the class's system catalog.
func (c Class) String() string { return classCatalogs[c] }

// ClassOfCatalog finds the class of a system catalog by its name.
func ClassOfCatalog(name string) Class {
	for c, n := range classCatalogs {
		if n == name && n != "" {
			return Class(c)
		}
	}
	return ClassNone
}

// An Address names an object, or with Sub a column of a relation, as
// ObjectAddress does. In this order its fields take eight bytes, not twelve:
// dependencies are the most that a catalog has of anything.
type Address struct {
	OID   pg.OID
	Sub   int16
	Class Class
}

// A key is an Address in one word: what maps are keyed by, since it hashes fast.
type key uint64

func (a Address) key() key { return key(a.Class)<<48 | key(uint16(a.Sub))<<32 | key(a.OID) }

func (k key) address() Address {
	return Address{Class: Class(k >> 48), Sub: int16(uint16(k >> 32)), OID: pg.OID(uint32(k))}
}

// Column gives the address of a relation's column.
func (r *Relation) Column(num int16) Address {
	return Address{Class: ClassRelation, OID: r.OID, Sub: num}
}

func (o *Schema) Address() Address       { return Address{Class: ClassNamespace, OID: o.OID} }
func (o *Relation) Address() Address     { return Address{Class: ClassRelation, OID: o.OID} }
func (o *Constraint) Address() Address   { return Address{Class: ClassConstraint, OID: o.OID} }
func (o *Trigger) Address() Address      { return Address{Class: ClassTrigger, OID: o.OID} }
func (o *Policy) Address() Address       { return Address{Class: ClassPolicy, OID: o.OID} }
func (o *Rule) Address() Address         { return Address{Class: ClassRewrite, OID: o.OID} }
func (o *Type) Address() Address         { return Address{Class: ClassType, OID: o.OID} }
func (o *Proc) Address() Address         { return Address{Class: ClassProc, OID: o.OID} }
func (o *Operator) Address() Address     { return Address{Class: ClassOperator, OID: o.OID} }
func (o *Cast) Address() Address         { return Address{Class: ClassCast, OID: o.OID} }
func (o *Collation) Address() Address    { return Address{Class: ClassCollation, OID: o.OID} }
func (o *OpClass) Address() Address      { return Address{Class: ClassOpClass, OID: o.OID} }
func (o *OpFamily) Address() Address     { return Address{Class: ClassOpFamily, OID: o.OID} }
func (o *AccessMethod) Address() Address { return Address{Class: ClassAccessMethod, OID: o.OID} }
func (o *Extension) Address() Address    { return Address{Class: ClassExtension, OID: o.OID} }
func (o *Role) Address() Address         { return Address{Class: ClassRole, OID: o.OID} }
func (o *Publication) Address() Address  { return Address{Class: ClassPublication, OID: o.OID} }
func (o *Statistics) Address() Address   { return Address{Class: ClassStatistics, OID: o.OID} }
func (o *EventTrigger) Address() Address { return Address{Class: ClassEventTrigger, OID: o.OID} }
func (o *Generic) Address() Address      { return Address{Class: o.Class, OID: o.OID} }

// HeaderOf gives the part that all objects have. Whoever changes it calls
// Touch first; name and schema are changed by Rename alone.
func HeaderOf(o Object) *Header { return o.header() }
