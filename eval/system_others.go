package eval

import (
	"github.com/electric-cli/electric/catalog"
	"github.com/electric-cli/electric/pg"
	"github.com/electric-cli/electric/query"
)

// databaseName is the name of the database that migrations run in.
const databaseName = "postgres"

// databaseOID is that database's OID.
const databaseOID pg.OID = 5

var otherTables = map[string]*virtualTable{
	"pg_namespace":             virtual(schemas, schemaColumns),
	"pg_extension":             virtual(extensions, extensionColumns),
	"pg_authid":                virtual(roles, roleColumns),
	"pg_auth_members":          virtual(memberships, membershipColumns),
	"pg_database":              virtual(databases, databaseColumns),
	"pg_tablespace":            virtual(tablespaces, tablespaceColumns),
	"pg_description":           virtual(descriptions, descriptionColumns),
	"pg_shdescription":         virtual(func(*Executor, func(descriptionOf)) {}, descriptionColumns),
	"pg_depend":                virtual(dependencies, dependColumns),
	"pg_shdepend":              virtual(func(*Executor, func(dependencyOf)) {}, dependColumns),
	"pg_publication":           virtual(userObjects[*catalog.Publication], publicationColumns),
	"pg_publication_rel":       virtual(publicationTables, publicationRelColumns),
	"pg_publication_namespace": virtual(publicationSchemas, publicationNamespaceColumns),
	"pg_event_trigger":         virtual(userObjects[*catalog.EventTrigger], eventTriggerColumns),
	"pg_foreign_data_wrapper":  virtual(generics(catalog.ClassFDW), genericColumns("fdwname", "", "fdwowner")),
	"pg_foreign_server":        virtual(generics(catalog.ClassServer), genericColumns("srvname", "", "srvowner")),
	"pg_user_mapping":          virtual(generics(catalog.ClassUserMapping), genericColumns("", "", "")),
	"pg_subscription":          virtual(generics(catalog.ClassSubscription), genericColumns("subname", "", "subowner")),
	"pg_conversion":            virtual(generics(catalog.ClassConversion), genericColumns("conname", "connamespace", "conowner")),
	"pg_ts_config":             virtual(generics(catalog.ClassTSConfig), genericColumns("cfgname", "cfgnamespace", "cfgowner")),
	"pg_ts_dict":               virtual(generics(catalog.ClassTSDict), genericColumns("dictname", "dictnamespace", "dictowner")),
	"pg_ts_parser":             virtual(generics(catalog.ClassTSParser), genericColumns("prsname", "prsnamespace", "")),
	"pg_ts_template":           virtual(generics(catalog.ClassTSTemplate), genericColumns("tmplname", "tmplnamespace", "")),
	"pg_transform":             virtual(generics(catalog.ClassTransform), genericColumns("", "", "")),
}

// genericColumns are the columns of a catalog of which only these matter here.
func genericColumns(name, namespace, owner string) columnsOf[*catalog.Generic] {
	columns := columnsOf[*catalog.Generic]{"oid": func(_ *Executor, g *catalog.Generic) query.Datum { return g.OID }}
	if name != "" {
		columns[name] = func(_ *Executor, g *catalog.Generic) query.Datum { return g.Name }
	}
	if namespace != "" {
		columns[namespace] = func(_ *Executor, g *catalog.Generic) query.Datum { return g.Namespace }
	}
	if owner != "" {
		columns[owner] = func(_ *Executor, g *catalog.Generic) query.Datum { return g.Owner }
	}
	if name == "srvname" {
		columns["srvfdw"] = func(_ *Executor, g *catalog.Generic) query.Datum { return g.Parent }
	}
	return columns
}

func schemas(x *Executor, yield func(*catalog.Schema)) {
	for _, s := range catalog.All[*catalog.Schema](x.c) {
		yield(s)
	}
}

var schemaColumns = columnsOf[*catalog.Schema]{
	"oid":      func(_ *Executor, s *catalog.Schema) query.Datum { return s.OID },
	"nspname":  func(_ *Executor, s *catalog.Schema) query.Datum { return s.Name },
	"nspowner": func(_ *Executor, s *catalog.Schema) query.Datum { return s.Owner },
	"nspacl": func(_ *Executor, s *catalog.Schema) query.Datum {
		if s.OID < firstNormalOID {
			return Unknown{"privileges"}
		}
		return aclValue(s.ACL)
	},
}

func extensions(x *Executor, yield func(*catalog.Extension)) {
	for _, e := range catalog.All[*catalog.Extension](x.c) {
		yield(e)
	}
}

var extensionColumns = columnsOf[*catalog.Extension]{
	"oid":            func(_ *Executor, e *catalog.Extension) query.Datum { return e.OID },
	"extname":        func(_ *Executor, e *catalog.Extension) query.Datum { return e.Name },
	"extowner":       func(_ *Executor, e *catalog.Extension) query.Datum { return e.Owner },
	"extnamespace":   func(_ *Executor, e *catalog.Extension) query.Datum { return e.Namespace },
	"extrelocatable": func(_ *Executor, e *catalog.Extension) query.Datum { return e.Relocatable },
	"extversion":     func(_ *Executor, e *catalog.Extension) query.Datum { return e.Version },
	"extconfig":      func(*Executor, *catalog.Extension) query.Datum { return nil },
	"extcondition":   func(*Executor, *catalog.Extension) query.Datum { return nil },
}

func roles(x *Executor, yield func(*catalog.Role)) {
	for _, r := range catalog.All[*catalog.Role](x.c) {
		yield(r)
	}
}

var roleColumns = columnsOf[*catalog.Role]{
	"oid":            func(_ *Executor, r *catalog.Role) query.Datum { return r.OID },
	"rolname":        func(_ *Executor, r *catalog.Role) query.Datum { return r.Name },
	"rolsuper":       func(_ *Executor, r *catalog.Role) query.Datum { return r.Super },
	"rolinherit":     func(_ *Executor, r *catalog.Role) query.Datum { return r.Inherit },
	"rolcreaterole":  func(_ *Executor, r *catalog.Role) query.Datum { return r.CreateRole },
	"rolcreatedb":    func(_ *Executor, r *catalog.Role) query.Datum { return r.CreateDB },
	"rolcanlogin":    func(_ *Executor, r *catalog.Role) query.Datum { return r.Login },
	"rolreplication": func(_ *Executor, r *catalog.Role) query.Datum { return r.Replication },
	"rolbypassrls":   func(_ *Executor, r *catalog.Role) query.Datum { return r.BypassRLS },
	"rolconnlimit":   func(*Executor, *catalog.Role) query.Datum { return int64(-1) },
}

// A membershipOf is a row of pg_auth_members.
type membershipOf struct {
	member *catalog.Role
	of     catalog.Membership
}

func memberships(x *Executor, yield func(membershipOf)) {
	roles(x, func(r *catalog.Role) {
		for _, m := range r.MemberOf {
			yield(membershipOf{r, m})
		}
	})
}

var membershipColumns = columnsOf[membershipOf]{
	"roleid":       func(_ *Executor, m membershipOf) query.Datum { return m.of.Role },
	"member":       func(_ *Executor, m membershipOf) query.Datum { return m.member.OID },
	"grantor":      func(*Executor, membershipOf) query.Datum { return catalog.Superuser },
	"admin_option": func(_ *Executor, m membershipOf) query.Datum { return m.of.Admin },
}

func databases(_ *Executor, yield func(pg.OID)) { yield(databaseOID) }

var databaseColumns = columnsOf[pg.OID]{
	"oid":            func(_ *Executor, o pg.OID) query.Datum { return o },
	"datname":        func(*Executor, pg.OID) query.Datum { return databaseName },
	"datdba":         func(*Executor, pg.OID) query.Datum { return catalog.Superuser },
	"encoding":       func(*Executor, pg.OID) query.Datum { return int64(6) },
	"datlocprovider": func(*Executor, pg.OID) query.Datum { return "c" },
	"datistemplate":  func(*Executor, pg.OID) query.Datum { return false },
	"datallowconn":   func(*Executor, pg.OID) query.Datum { return true },
	"datconnlimit":   func(*Executor, pg.OID) query.Datum { return int64(-1) },
	"datcollate":     func(*Executor, pg.OID) query.Datum { return "C.UTF-8" },
	"datctype":       func(*Executor, pg.OID) query.Datum { return "C.UTF-8" },
}

func tablespaces(_ *Executor, yield func(string)) { yield("pg_default"); yield("pg_global") }

var tablespaceColumns = columnsOf[string]{
	"oid": func(_ *Executor, s string) query.Datum {
		if s == "pg_default" {
			return pg.OID(1663)
		}
		return pg.OID(1664)
	},
	"spcname":  func(_ *Executor, s string) query.Datum { return s },
	"spcowner": func(*Executor, string) query.Datum { return catalog.Superuser },
}

// A descriptionOf is a row of pg_description.
type descriptionOf struct {
	of   catalog.Address
	text string
}

func descriptions(x *Executor, yield func(descriptionOf)) {
	for _, o := range catalog.All[catalog.Object](x.c) {
		a := o.Address()
		last := 0
		if r, ok := o.(*catalog.Relation); ok {
			last = len(r.Columns)
		}
		for a.Sub = 0; int(a.Sub) <= last; a.Sub++ {
			if text := x.c.Comment(a); text != "" {
				yield(descriptionOf{a, text})
			}
		}
	}
}

// classOID gives the OID of the system catalog that a class of objects is in.
func classOID(class catalog.Class) pg.OID {
	for _, row := range pg.Builtin.RelationsNamed(class.String()) {
		return row.OID
	}
	return 0
}

var descriptionColumns = columnsOf[descriptionOf]{
	"objoid":      func(_ *Executor, d descriptionOf) query.Datum { return d.of.OID },
	"classoid":    func(_ *Executor, d descriptionOf) query.Datum { return classOID(d.of.Class) },
	"objsubid":    func(_ *Executor, d descriptionOf) query.Datum { return int64(d.of.Sub) },
	"description": func(_ *Executor, d descriptionOf) query.Datum { return d.text },
}

// A dependencyOf is a row of pg_depend.
type dependencyOf struct{ catalog.Dependency }

// dependencies yields the rows of pg_depend. What a view needs is recorded for
// the view here, for its rule there.
func dependencies(x *Executor, yield func(dependencyOf)) {
	for _, o := range catalog.All[catalog.Object](x.c) {
		a := o.Address()
		rel, _ := o.(*catalog.Relation)
		view := rel != nil && rel.Query != nil
		for _, d := range x.c.Dependencies(a) {
			if view && d.Kind == catalog.DependNormal && d.Referenced.Class != catalog.ClassNamespace {
				d.Dependent.Class, d.Dependent.Sub = catalog.ClassRewrite, 0
			}
			yield(dependencyOf{d})
		}
		if view {
			rule := catalog.Address{Class: catalog.ClassRewrite, OID: a.OID}
			yield(dependencyOf{catalog.Dependency{Dependent: rule, Referenced: a, Kind: catalog.DependInternal}})
			yield(dependencyOf{catalog.Dependency{Dependent: rule, Referenced: a, Kind: catalog.DependNormal}})
		}
		if rel != nil {
			for _, col := range rel.Columns {
				if col.DefaultOID != 0 {
					for _, d := range x.c.Dependencies(catalog.Address{Class: catalog.ClassDefault, OID: col.DefaultOID}) {
						yield(dependencyOf{d})
					}
				}
			}
		}
	}
}

var dependColumns = columnsOf[dependencyOf]{
	"classid":     func(_ *Executor, d dependencyOf) query.Datum { return classOID(d.Dependent.Class) },
	"objid":       func(_ *Executor, d dependencyOf) query.Datum { return d.Dependent.OID },
	"objsubid":    func(_ *Executor, d dependencyOf) query.Datum { return int64(d.Dependent.Sub) },
	"refclassid":  func(_ *Executor, d dependencyOf) query.Datum { return classOID(d.Referenced.Class) },
	"refobjid":    func(_ *Executor, d dependencyOf) query.Datum { return d.Referenced.OID },
	"refobjsubid": func(_ *Executor, d dependencyOf) query.Datum { return int64(d.Referenced.Sub) },
	"deptype":     func(_ *Executor, d dependencyOf) query.Datum { return char(byte(d.Kind)) },
}

var publicationColumns = columnsOf[*catalog.Publication]{
	"oid":          func(_ *Executor, p *catalog.Publication) query.Datum { return p.OID },
	"pubname":      func(_ *Executor, p *catalog.Publication) query.Datum { return p.Name },
	"pubowner":     func(_ *Executor, p *catalog.Publication) query.Datum { return p.Owner },
	"puballtables": func(_ *Executor, p *catalog.Publication) query.Datum { return p.AllTables },
	"pubinsert":    func(_ *Executor, p *catalog.Publication) query.Datum { return p.Insert },
	"pubupdate":    func(_ *Executor, p *catalog.Publication) query.Datum { return p.Update },
	"pubdelete":    func(_ *Executor, p *catalog.Publication) query.Datum { return p.Delete },
	"pubtruncate":  func(_ *Executor, p *catalog.Publication) query.Datum { return p.Truncate },
	"pubviaroot":   func(_ *Executor, p *catalog.Publication) query.Datum { return p.ViaRoot },
}

// A publishedTable is a row of pg_publication_rel.
type publishedTable struct {
	pub   *catalog.Publication
	table catalog.PublicationTable
}

func publicationTables(x *Executor, yield func(publishedTable)) {
	userObjects(x, func(p *catalog.Publication) {
		for _, t := range p.Tables {
			yield(publishedTable{p, t})
		}
	})
}

var publicationRelColumns = columnsOf[publishedTable]{
	"oid":     func(_ *Executor, p publishedTable) query.Datum { return p.table.OID },
	"prpubid": func(_ *Executor, p publishedTable) query.Datum { return p.pub.OID },
	"prrelid": func(_ *Executor, p publishedTable) query.Datum { return p.table.Relation },
	"prqual":  func(_ *Executor, p publishedTable) query.Datum { return nodeValue(p.table.Where, p.table.Relation) },
	"prattrs": func(_ *Executor, p publishedTable) query.Datum {
		if len(p.table.Columns) == 0 {
			return nil
		}
		return vector(p.table.Columns)
	},
}

// A publishedSchema is a row of pg_publication_namespace.
type publishedSchema struct {
	pub    *catalog.Publication
	schema pg.OID
}

func publicationSchemas(x *Executor, yield func(publishedSchema)) {
	userObjects(x, func(p *catalog.Publication) {
		for _, s := range p.Schemas {
			yield(publishedSchema{p, s})
		}
	})
}

var publicationNamespaceColumns = columnsOf[publishedSchema]{
	"pnpubid": func(_ *Executor, p publishedSchema) query.Datum { return p.pub.OID },
	"pnnspid": func(_ *Executor, p publishedSchema) query.Datum { return p.schema },
}

var eventTriggerColumns = columnsOf[*catalog.EventTrigger]{
	"oid":        func(_ *Executor, t *catalog.EventTrigger) query.Datum { return t.OID },
	"evtname":    func(_ *Executor, t *catalog.EventTrigger) query.Datum { return t.Name },
	"evtevent":   func(_ *Executor, t *catalog.EventTrigger) query.Datum { return t.Event },
	"evtowner":   func(_ *Executor, t *catalog.EventTrigger) query.Datum { return t.Owner },
	"evtfoid":    func(_ *Executor, t *catalog.EventTrigger) query.Datum { return t.Function },
	"evtenabled": func(_ *Executor, t *catalog.EventTrigger) query.Datum { return char(t.Enabled) },
	"evttags":    func(_ *Executor, t *catalog.EventTrigger) query.Datum { return orNull(textArray(t.Tags)) },
}
